"""Identifiers of standards and projects: read, normalise, print, sort and compare. Plain Python, no database."""

from .parsed import Family, ParsedNumber, Supplement
from .reading import parse
from .tidying import DASHES

__all__ = ["DASHES", "Family", "ParsedNumber", "Supplement", "parse"]

"""Numbers that a Chinese standard bears before it is published: plan, application, sector plan."""

from workflows.states import NumberKind

from .notation import YEAR, grammar
from .parsed import Family, ParsedNumber

# A plan number as SAC and the SAMR platform print it: year, sequence of the year, nature, competent department
# (469 is the Standardization Administration itself). The nature is that of the standard to come: T recommended,
# Q mandatory, Z guiding technical document.
_PLAN = grammar(rf"(?P<year>{YEAR})(?P<number>[0-9]{{4}})-(?P<nature>[TQZ])-(?P<department>[0-9]{{3}})")
# What the platform gives a proposal before any plan is issued: year and sequence, ten digits in all.
_APPLICATION = grammar(r"(?P<year>20[0-9]{2})(?P<number>[0-9]{6})")
# As in the plans the ministries issue for their sectors: year, sequence, nature, letters of the sector.
_SECTOR_PLAN = grammar(r"(?P<year>20[0-9]{2})-(?P<number>[0-9]{4})(?P<nature>[TQZ]?)-(?P<sector>[A-Z]{2})")


def _plan(text: str, raw: str) -> ParsedNumber | None:
    found = _PLAN.fullmatch(text)
    return found and ParsedNumber(
        NumberKind.PLAN,
        Family.PLAN,
        raw,
        text.upper(),
        valid=True,
        number=found["number"],
        year=int(found["year"]),
        nature=found["nature"].upper(),
        department=found["department"],
    )


def _application(text: str, raw: str) -> ParsedNumber | None:
    found = _APPLICATION.fullmatch(text)
    return found and ParsedNumber(
        NumberKind.APPLICATION,
        Family.APPLICATION,
        raw,
        text,
        valid=True,
        number=found["number"],
        year=int(found["year"]),
    )


def _sector_plan(text: str, raw: str) -> ParsedNumber | None:
    found = _SECTOR_PLAN.fullmatch(text)
    return found and ParsedNumber(
        NumberKind.SECTOR_PLAN,
        Family.SECTOR_PLAN,
        raw,
        text.upper(),
        valid=True,
        publishers=(found["sector"].upper(),),
        number=found["number"],
        year=int(found["year"]),
        nature=found["nature"].upper(),
    )


def read_plan(text: str, raw: str) -> ParsedNumber | None:
    """The number of a plan, an application or a sector plan, or None where the text is none of them."""
    if not text[:4].isdigit():
        return None
    return _plan(text, raw) or _application(text, raw) or _sector_plan(text, raw)

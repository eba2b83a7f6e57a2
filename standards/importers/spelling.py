"""Words that registers write in many ways, folded to one; and the ways they have of leaving a cell empty."""

import re
import unicodedata

from standards.numbers import DASHES

_DASH = re.compile(f"[{re.escape(DASHES)}]+")
_SEPARATOR = re.compile(r"[;；\n]|、")
_EMPTY = frozenset({"", "-", "/", "\\", "无", "暂无", "n/a"})
EXCEL_ERRORS = frozenset({"#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!"})
# What bodies put where a title is still to come, alone or as the last element.
_NO_TITLE = re.compile(
    r"[\s:–—-]*\b(?:titre manquant|titre manque|title missing|missing title)\s*\.?\s*\Z", re.IGNORECASE
)


def fold(text: str) -> str:
    """The text without regard to width, case, spaces and kinds of dash."""
    return _DASH.sub("-", "".join(unicodedata.normalize("NFKC", text).split())).casefold()


def is_empty(cell: str) -> bool:
    return not cell or (len(cell) < 8 and fold(cell) in _EMPTY)


def pieces(cell: str) -> list[str]:
    """The several values of one cell, parted by semicolons, line breaks or the Chinese enumeration comma."""
    return [piece for part in _SEPARATOR.split(cell) if (piece := part.strip())]


def labelled(cell: str, label: str) -> str:
    """The piece of ``published:2018;updated:2024-09`` that bears the label; empty where none does."""
    for piece in pieces(cell):
        name, mark, value = piece.partition(":")
        if mark and name.strip().casefold() == label:
            return value.strip()
    return ""


def without_placeholder(title: str) -> str:
    """The title without a “titre manque” that stands for one to come; may leave nothing."""
    return _NO_TITLE.sub("", title).strip()

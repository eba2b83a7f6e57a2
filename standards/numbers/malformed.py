"""Why a text is no number known here: a sentence that says what is wrong and what a right one looks like."""

import re
import unicodedata

from workflows.states import NumberKind

from .notation import YEAR, grammar, one_of
from .parsed import Family, ParsedNumber
from .sectors import SECTOR_CODES
from .tidying import printable, strange_character

# The longest official forms have some 60 characters. What a registry says about an IEEE standard after its number
# ("as amended by ...") may take 700; beyond that nothing is read.
LONGEST = 200
READABLE = 1_000

_RIGHT = {
    Family.UNKNOWN: "Numbers known here look like GB/T 45401.1-2025, 20252081-Z-469, T/CESA 1169-2021, "
    "ISO/IEC AWI TS 25568 or IEEE P2807.4.",
    Family.PLAN: "A plan number has the year and a sequence in eight digits, then T, Q or Z, then three digits of the "
    "department, like 20252081-Z-469.",
    Family.APPLICATION: "An application number has ten digits, the year first, like 2025001837; a plan number goes on "
    "after eight, like 20252081-Z-469.",
    Family.SECTOR_PLAN: "A sector plan number has the year, a sequence of four digits, T, Q or Z and two letters of "
    "the sector, like 2025-0260T-SJ.",
    Family.NATIONAL: "A national standard is written like GB/T 45401.1-2025, GB/Z 20985-2021 or GB 18030-2022.",
    Family.SAMPLE: "A reference sample is written like GSB 05-1426-2001.",
    Family.SECTOR: "A sector standard is written like SJ/T 11363-2006.",
    Family.LOCAL: "A local standard is written like DB11/T 1234-2015.",
    Family.MILITARY: "A military standard is written like GJB 9001C-2017.",
    Family.ASSOCIATION: "An association standard is written like T/CESA 1228.1-2022.",
    Family.ENTERPRISE: "An enterprise standard is written like Q/GDW 11060-2013.",
    Family.ISO: "A number of ISO is written like ISO 9001:2015, ISO/IEC TR 17903:2024 or, while it is being made, "
    "ISO/IEC AWI TS 25568.",
    Family.IEC: "A number of IEC is written like IEC 61158-6-10:2019 or IEC TS 62443-1-5:2023.",
    Family.IEEE: "A number of IEEE is written like IEEE Std 2807-2022 or, for a project, IEEE P2807.4/D2.",
    Family.CEN: "A European number is written like EN ISO 9001:2015, prEN 17927 or CEN/TS 17638:2021.",
}
_KINDS = {
    Family.UNKNOWN: NumberKind.PROJECT,
    Family.PLAN: NumberKind.PLAN,
    Family.APPLICATION: NumberKind.APPLICATION,
    Family.SECTOR_PLAN: NumberKind.SECTOR_PLAN,
}

_PLAN = grammar(r"(?P<digits>[0-9]+)-?(?P<nature>[A-Z])-?(?P<department>[0-9A-Z]*)")
_SECTOR_PLAN = grammar(r"(?P<year>[0-9]{4})-(?P<number>[0-9]*)-?(?P<nature>[A-Z]?)-(?P<sector>[0-9A-Z]*)")
_DIGITS = grammar(r"[0-9]+")
# How the numbers of a family begin, tried in this order.
_LEADS = tuple(
    (family, grammar(pattern))
    for family, pattern in (
        (Family.ASSOCIATION, r"T/"),
        (Family.ENTERPRISE, r"Q/"),
        (Family.MILITARY, r"GJB"),
        (Family.SAMPLE, r"GSB"),
        (Family.NATIONAL, r"GB(?![A-IK-SU-Y])"),
        (Family.LOCAL, r"DB ?[0-9]"),
        (Family.IEEE, r"(?:[A-Z]+/)*IEEE\b|P[CN]?[0-9]"),
        (Family.ISO, r"ISO(?![A-Z])|(?:[A-Z]+[ /])?IWA\b"),
        (Family.IEC, r"(?:IEC|CISPR)(?![A-Z])"),
        (Family.CEN, r"(?:F?pr)?(?:ENV|EN|CEN|CLC|HD|CWA)(?![A-Z])"),
        (Family.SECTOR, r"[A-Z]{2,3}(?:/[TZ] ?|[ -]?)[0-9]"),
    )
)
_KEPT_PLACE = grammar(r"(?<![A-Z])(?:20[0-9]?)?[X×]{2,}(?![A-WYZ])|(?<![0-9A-Z])20[0-9][X×](?![0-9A-Z])")
_YEAR_AT_END = grammar(r"[-:](?P<year>[0-9]+)\Z")
_GOOD_YEAR = grammar(YEAR)
_SERIES = grammar(r".*\(?\ball parts\b\)?")
_NATURE = grammar(r"[A-Z]+[0-9]*/(?P<nature>[A-Z]*)")
_SEVERAL = grammar(r"[0-9] ?[,;、].*[0-9]")
_MORE = grammar(r".*[0-9] (?P<more>[^0-9]{4,})")
_SECTOR = grammar(rf"(?:{one_of(SECTOR_CODES)})[TZ]?(?![A-Z])")
_COUNTS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


def _count(number: int, noun: str) -> str:
    words = _COUNTS[number] if number < len(_COUNTS) else str(number)
    return f"{words} {noun}" + ("" if number == 1 else "s")


def _quoted(text: str) -> str:
    return f"“{printable(text, 60)}”"


def _plan(found: re.Match[str]) -> str:
    digits, nature, department = found["digits"], found["nature"].upper(), found["department"]
    if len(digits) != 8:
        return f"{_quoted(found[0])} has {_count(len(digits), 'digit')} before the letter {nature}, not eight."
    if not _GOOD_YEAR.match(digits):
        return f"{_quoted(found[0])} begins with {digits[:4]}, which is no year."
    if nature not in "TQZ":
        return f"{_quoted(found[0])} has the letter {nature}, which stands for no nature of a standard."
    if not (department.isdigit() and len(department) == 3):
        return f"{_quoted(found[0])} does not end with the three digits of a department."
    return f"{_quoted(found[0])} lacks a hyphen before or after {nature}."


def _sector_plan(found: re.Match[str]) -> str:
    year, number, nature = found["year"], found["number"], found["nature"].upper()
    if not year.startswith("20"):
        return f"{_quoted(found[0])} begins with {year}, which is no year of a sector plan."
    if len(number) != 4:
        return f"{_quoted(found[0])} has {_count(len(number), 'digit')} in its sequence, not four."
    if nature and nature not in "TQZ":
        return f"{_quoted(found[0])} has the letter {nature}, which stands for no nature of a standard."
    return f"{_quoted(found[0])} does not end with a hyphen and the two letters of a sector."


def _digits(text: str) -> str:
    if len(text) == 10:
        return f"{_quoted(text)} begins with {text[:4]}, which is no year of an application."
    return f"{_quoted(text)} has {_count(len(text), 'digit')} and nothing else."


def _general(text: str, family: Family) -> str:
    """What is wrong with the text where it begins like a number of the family."""
    if _SERIES.fullmatch(text):
        return f"{_quoted(text)} names a whole series, not one standard."
    if not any(char.isdigit() for char in text):
        return f"{_quoted(text)} has letters but no number."
    nature = _NATURE.match(text)
    chinese = family in (Family.NATIONAL, Family.LOCAL, Family.MILITARY)
    if chinese and nature and nature["nature"].upper() not in ("T", "Z", ""):
        return f"{_quoted(text)} has {nature['nature']} after its slash, where T or Z may stand."
    if family is Family.SECTOR and not _SECTOR.match(text):
        return f"{_quoted(text)} does not begin with the letters of a Chinese sector."
    if family is not Family.IEEE and _SEVERAL.search(text):
        return f"{_quoted(text)} seems to hold several numbers; each has to stand alone."
    if more := _MORE.fullmatch(text):
        return f"{_quoted(text)} has {_quoted(more['more'])} after the number; the number has to stand alone."
    year = _YEAR_AT_END.search(text)
    if year and not _GOOD_YEAR.fullmatch(year["year"]):
        return f"{_quoted(text)} ends with {year['year'][:20]}, which is no year of four digits."
    return f"{_quoted(text)} has something in it that such a number does not have."


def _unreadable(text: str) -> str:
    """What is wrong with a text whose letters need not be looked at; empty if nothing is."""
    if not text:
        return "There is nothing to read."
    if len(text) > READABLE:
        return f"It is {len(text):,} characters long, and no number is longer than {LONGEST}."
    if strange := strange_character(text):
        name = unicodedata.name(
            strange, {"\r": "a line break", "\n": "a line break"}.get(strange, "a control character")
        )
        return f"{_quoted(text)} contains {name} (U+{ord(strange):04X}), which no number has."
    if _KEPT_PLACE.search(text):
        return f"{_quoted(text)} keeps a place for a number that is not given yet; leave it out until it is."
    return ""


def _explain(text: str) -> tuple[Family, str]:
    if problem := _unreadable(text):
        return Family.UNKNOWN, problem
    if found := _PLAN.fullmatch(text):
        return Family.PLAN, _plan(found)
    if found := _SECTOR_PLAN.fullmatch(text):
        return Family.SECTOR_PLAN, _sector_plan(found)
    if _DIGITS.fullmatch(text):
        return Family.APPLICATION, _digits(text)
    family = next((family for family, lead in _LEADS if lead.match(text)), Family.UNKNOWN)
    return family, _general(text, family) if family else f"{_quoted(text)} begins like no number known here."


def flagged(text: str, raw: str, kind: NumberKind | None) -> ParsedNumber:
    """The text kept as it is, not valid, with the reason. Its kind is the given one, or what it most looks like."""
    family, problem = _explain(text)
    return ParsedNumber(
        kind or _KINDS.get(family, NumberKind.PUBLISHED),
        family,
        raw,
        printable(text, LONGEST),
        valid=False,
        problem=f"{problem} {_RIGHT[family]}",
    )

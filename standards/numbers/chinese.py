"""Published Chinese standards: national, sector, local, military, association and enterprise ones."""

import re
from collections.abc import Iterator

from workflows.states import NumberKind

from .ieee import read_ieee
from .international import FIRST, TYPES, read_international
from .notation import NO_YEAR, YEAR, grammar, split_parts, whole
from .parsed import Family, ParsedNumber, Supplement
from .sectors import SECTOR_CODES
from .supplements import STAGES

# Sequence number, parts after dots, year after a dash (GB/T 1.1). Military numbers carry the letter of a revision,
# GJB 9001C-2017. Two digits of a year were usual until the middle of the 1990s: GB/T 16733-97.
_SERIAL = r"(?P<number>[0-9]{1,10}[A-Z]{0,2})(?P<parts>(?:\.[0-9]{1,5}[A-Z]{0,2})*)"
_YEAR = rf"(?:(?P<before_year>[-: ])(?P<year>{YEAR}|(?<=-)[5-9][0-9]))?"
# An amendment sheet (修改单) as SAC numbers it: GB/T 15629.11-2003/XG1-2006.
_SHEET = rf"(?:/XG(?P<sheet>[0-9]{{1,2}})(?:-(?P<sheet_year>{YEAR}))?)?"
# The double number of an identical adoption (GB/T 20000.2): GB/T 19001-2016/ISO 9001:2015, formerly with idt.
_ADOPTED = r"(?:(?P<adopting>/| idt )(?P<adopted>(?:ISO|IEC|CISPR|IEEE)[ /0-9].+))?"
_TAIL = _SERIAL + _YEAR + _SHEET + _ADOPTED
# Recommended, guiding, or nothing for mandatory; without its slash (GBT, GB T) it is mended with a warning.
_NATURE = r"(?:(?P<mark>[/ ]?)(?P<nature>[TZ])|/)? ?"

_NATIONAL = grammar(rf"(?P<code>GBZ|GBJ|GB){_NATURE}{_TAIL}")
_MILITARY = grammar(rf"(?P<code>GJB){_NATURE}{_TAIL}")
_SECTOR = grammar(rf"(?!DB[0-9])(?P<code>[A-Z]{{2,3}}){_NATURE}{_TAIL}")
# Two, four or six digits of the area's administrative code (GB/T 2260): DB11/T 1234-2015, DB3201/T 1001-2020.
_LOCAL = grammar(
    rf"(?P<code>DB(?:[0-9]{{2}}){{1,3}})(?:(?P<mark>[/ ]?)(?P<nature>[TZ]) ?|[/ ])(?<![0-9][0-9TZ]){_TAIL}"
)
# Group standards: T, the association's own letters, sequence, year.
_ASSOCIATION = grammar(rf"T/(?P<code>[0-9A-Z]{{0,12}}[A-Z] ?|[0-9A-Z]{{1,12}} )(?P<mark>)(?P<nature>){_TAIL}")
_ENTERPRISE = grammar(
    rf"Q/(?P<code>(?:[0-9A-Z]{{1,12}} )?(?:[0-9A-Z]{{0,12}}[A-Z] ?|[0-9A-Z]{{1,12}} ))(?P<mark>)(?P<nature>){_TAIL}"
)
# Reference samples: class, sequence, year.
_SAMPLE = grammar(rf"GSB ?(?P<number>[0-9]{{2}}-[0-9]{{1,6}}(?:\.[0-9]{{1,3}})?)-(?P<year>{YEAR})")

_PATTERNS = (
    (Family.NATIONAL, _NATIONAL, ""),
    (Family.ASSOCIATION, _ASSOCIATION, "T/"),
    (Family.LOCAL, _LOCAL, ""),
    (Family.MILITARY, _MILITARY, ""),
    (Family.ENTERPRISE, _ENTERPRISE, "Q/"),
    (Family.SECTOR, _SECTOR, ""),
)
# Letters that begin other numbers, so that a malformed one of those is not taken for a sector's.
_NOT_A_SECTOR = frozenset(
    word.upper()
    for word in (*FIRST, *TYPES, *STAGES, "GB", "GBT", "GBZ", "GBJ", "GJB", "GSB", "EN", "CEN", "CLC", "PR", "STD")
)


def _code_and_nature(found: re.Match[str], family: Family) -> tuple[str, str]:
    """The letters in front and the nature, also where the two are written in one (JBT 13368-2018)."""
    code, nature = found["code"].strip().upper(), (found["nature"] or "").upper()
    joined = family is Family.SECTOR and not nature and code not in SECTOR_CODES and code[:2] in SECTOR_CODES
    return (code[:2], code[2:]) if joined and code[2:] in ("T", "Z") else (code, nature)


def _is_sector(found: re.Match[str], code: str, nature: str) -> bool:
    """Whether unknown letters may be a sector's: WG 5 and RFC 9110 are not, for want of a nature and of a year."""
    return code not in _NOT_A_SECTOR and bool(code in SECTOR_CODES or nature or found["year"])


def _doubts(found: re.Match[str], family: Family, code: str, nature: str) -> Iterator[str]:
    if nature and found["mark"] != "/":
        yield f"{code}{found['mark'] or ''}{nature} is read as {code}/{nature}."
    if code == "GBZ":
        yield "GBZ marks occupational health standards; a national guiding technical document begins with GB/Z."
    if family is Family.SECTOR and code not in SECTOR_CODES:
        yield f"{code} is not among the known letters of Chinese sectors."
    if len(found["year"] or "") == 2:
        yield f"The year {found['year']} is read as 19{found['year']}."
    if (found["adopting"] or "/") != "/":
        yield "The letters idt are read as the slash of an identical adoption."
    if (found["before_year"] or "-") != "-":
        yield "A hyphen is put before the year."
    if not found["year"]:
        yield NO_YEAR


def _sheets(found: re.Match[str]) -> tuple[Supplement, ...]:
    if not found["sheet"]:
        return ()
    return (Supplement("XG", str(int(found["sheet"])), year=whole(found["sheet_year"])),)


def _value(front: str, found: re.Match[str], year: int | None, sheets: tuple[Supplement, ...]) -> str:
    number = f"{front} {found['number']}{found['parts']}".upper() + (f"-{year}" if year else "")
    return number + "".join(f"/XG{each.number}" + (f"-{each.year}" if each.year else "") for each in sheets)


def _standard(found: re.Match[str], raw: str, family: Family, prefix: str) -> ParsedNumber | None:
    adopted = found["adopted"]
    adopts = (read_international(adopted, adopted) or read_ieee(adopted, adopted)) if adopted else None
    code, nature = _code_and_nature(found, family)
    if (adopted and not adopts) or (family is Family.SECTOR and not _is_sector(found, code, nature)):
        return None
    year = whole(found["year"] if len(found["year"] or "") != 2 else f"19{found['year']}")
    sheets = _sheets(found)
    front = prefix + code + (f"/{nature}" if nature else "")
    return ParsedNumber(
        NumberKind.PUBLISHED,
        family,
        raw,
        _value(front, found, year, sheets) + (f"/{adopts.value}" if adopts else ""),
        valid=True,
        warnings=(*_doubts(found, family, code, nature), *(adopts.warnings if adopts else ())),
        publishers=(code,),
        number=found["number"].upper(),
        parts=split_parts(found["parts"].upper(), "."),
        year=year,
        supplements=sheets,
        nature=nature,
        adopts=adopts,
    )


def _sample(text: str, raw: str) -> ParsedNumber | None:
    found = _SAMPLE.fullmatch(text)
    return found and ParsedNumber(
        NumberKind.PUBLISHED,
        Family.SAMPLE,
        raw,
        f"GSB {found['number']}-{found['year']}",
        valid=True,
        publishers=("GSB",),
        number=found["number"],
        year=int(found["year"]),
    )


def read_chinese(text: str, raw: str) -> ParsedNumber | None:
    """The number of a published Chinese standard; None where the text is none."""
    for family, pattern, prefix in _PATTERNS:
        if found := pattern.fullmatch(text):
            return _standard(found, raw, family, prefix)
    return _sample(text, raw)

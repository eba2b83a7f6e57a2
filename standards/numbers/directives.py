"""The ISO/IEC Directives and their supplements, which are published without a number of the usual form."""

from workflows.states import NumberKind

from .notation import MONTH, YEAR, grammar, whole
from .parsed import Family, ParsedNumber, Supplement

_OWNERS = r"ISO|IEC|JTC 1"
# ISO/IEC DIR 2 ISO:1992, ISO/IEC DIR IEC SUP:2010, ISO/IEC DIR 1 ISO SUP:2022, ISO/IEC Directives, Part 2:2021
_DIRECTIVES = grammar(
    r"ISO/IEC DIR(?:ECTIVES,?)?(?:,? (?:PART )?(?P<number>[12]))?"
    rf"(?:,? (?P<owner>{_OWNERS})(?P<sup> SUP(?:PLEMENT)?)?)?"
    rf"(?::(?P<year>{YEAR})(?:-(?P<month>{MONTH}))?)?(?: ED(?:ITION)? ?(?P<edition>[0-9]{{1,2}}))?"
)


def read_directives(text: str, raw: str) -> ParsedNumber | None:
    """A part or a supplement of the ISO/IEC Directives; None where the text is none."""
    found = _DIRECTIVES.fullmatch(text)
    if not found or not (found["number"] or found["owner"]):
        return None
    number, owner, year = found["number"] or "", (found["owner"] or "").upper(), whole(found["year"])
    month = f"-{found['month']}" if found["month"] else ""
    words = ("ISO/IEC DIR", number, owner, "SUP" if found["sup"] else "")
    edition = f" ED{found['edition']}" if found["edition"] else ""
    value = " ".join(word for word in words if word) + (f":{year}{month}" if year else "") + edition
    return ParsedNumber(
        NumberKind.PUBLISHED,
        Family.ISO,
        raw,
        value,
        valid=True,
        publishers=("ISO", "IEC"),
        type="DIR",
        number=number,
        parts=(owner,) if owner and not found["sup"] else (),
        year=year,
        month=whole(found["month"]),
        edition=found["edition"] or "",
        supplements=(Supplement("SUP", owner),) if found["sup"] else (),
    )

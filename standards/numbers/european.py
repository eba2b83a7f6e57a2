"""European standards: CEN/CENELEC Internal Regulations, on the designation of the documents of CEN and CENELEC."""

import re
from collections.abc import Iterator

from workflows.states import NumberKind

from .notation import MONTH, NO_YEAR, YEAR, grammar, looks_like_year, spelling, split_parts, whole
from .parsed import Family, ParsedNumber, Supplement

_FRONTS = ("EN", "ENV", "HD", "CR", "CWA")
# Letters that say who publishes; what it is (TS, TR, Guide) has to follow.
_BODIES = ("CEN", "CLC", "CEN/CLC")
_STAGES = spelling(("pr", "Fpr"))
_TYPES = spelling(("TS", "TR", "PAS", "Guide"))

# pr: sent to enquiry; Fpr: sent to formal vote. An adopted text keeps its first publisher's letters: EN ISO 9001,
# CEN ISO/TS 12901-1, CEN/CLC ISO/IEC/TS 12791.
_EUROPEAN = grammar(
    r"(?P<stage>pr|Fpr)?(?P<front>CEN[/-]CLC|CEN|CLC|ENV|EN|HD|CR|CWA)(?: (?P<origin>ISO/IEC|ISO|IEC))?"
    r"(?:[/ ](?P<type>TS|TR|PAS|Guide))? ?(?P<number>[0-9]{1,6})(?P<parts>(?:-[0-9A-Z]{1,6})*)"
    rf"(?::(?P<year>{YEAR})(?:-(?P<month>{MONTH}))?)?(?P<rest>(?:[/+].*)?)"
)
# /A1:2006, +A11:2020, /AC:2016-11, /prA2, /Amd 1:2016 where ISO's own is adopted.
_SUPPLEMENT = grammar(
    r"(?P<mark>[/+])(?P<stage>pr|Fpr)?(?P<kind>Amd|AC|A)\.? ?(?P<number>[0-9]{1,3})?"
    rf"(?::(?P<year>{YEAR})(?:-(?P<month>{MONTH}))?)?(?=[/+]|\Z)"
)


def _supplement(found: re.Match[str]) -> Supplement:
    return Supplement(
        kind="Amd" if found["kind"].lower() == "amd" else found["kind"].upper(),
        number=found["number"] or "",
        stage=_STAGES.get((found["stage"] or "").lower(), ""),
        year=whole(found["year"]),
        month=whole(found["month"]),
        merged=found["mark"] == "+",
    )


def _read_rest(text: str) -> tuple[Supplement, ...] | None:
    supplements, at = [], 0
    while at < len(text):
        found = _SUPPLEMENT.match(text, at)
        if not found:
            return None
        supplements.append(_supplement(found))
        at = found.end()
    return tuple(supplements)


def _write_dated(year: int | None, month: int | None) -> str:
    return (f":{year}" if year else "") + (f"-{month:02}" if month else "")


def _write_supplement(each: Supplement) -> str:
    mark, space = "+" if each.merged else "/", " " if each.kind == "Amd" else ""
    return f"{mark}{each.stage}{each.kind}{space}{each.number}{_write_dated(each.year, each.month)}"


def _head(front: str, origin: str, type_: str) -> str:
    joined = f"{front} {origin}".strip()
    return joined + (f" {type_}" if type_ == "Guide" else f"/{type_}" if type_ else "")


def _fits(front: str, origin: str, type_: str) -> bool:
    """A body's letters need a type; EN and its like have one only where they adopt a text that has it."""
    return bool(type_) if front in _BODIES else not type_ or bool(origin)


def _doubts(found: re.Match[str], project: bool) -> Iterator[str]:
    parts = split_parts(found["parts"], "-")
    if parts and not found["year"] and looks_like_year(parts[-1]):
        yield f"{parts[-1]} is read as a part; if it is the year, a colon goes before it, like EN 228:2008."
    elif not found["year"] and not project:
        yield NO_YEAR


def _number(found: re.Match[str], raw: str, supplements: tuple[Supplement, ...]) -> ParsedNumber:
    front, origin = found["front"].upper().replace("-", "/"), (found["origin"] or "").upper()
    type_ = _TYPES.get((found["type"] or "").lower(), "")
    stage = _STAGES.get((found["stage"] or "").lower(), "")
    year, month = whole(found["year"]), whole(found["month"])
    project = bool(stage or any(each.stage for each in supplements))
    number = (
        f"{stage}{_head(front, origin, type_)} {found['number']}{found['parts'].upper()}{_write_dated(year, month)}"
    )
    return ParsedNumber(
        NumberKind.PROJECT if project else NumberKind.PUBLISHED,
        Family.CEN,
        raw,
        number + "".join(map(_write_supplement, supplements)),
        valid=True,
        warnings=tuple(_doubts(found, project)),
        publishers=(*front.split("/"), *(origin.split("/") if origin else ())),
        stage=stage,
        type=type_,
        number=found["number"],
        parts=split_parts(found["parts"].upper(), "-"),
        year=year,
        month=month,
        supplements=supplements,
    )


def read_european(text: str, raw: str) -> ParsedNumber | None:
    """A number of CEN or CENELEC; None where the text is none."""
    found = _EUROPEAN.fullmatch(text)
    if not found:
        return None
    front, origin = found["front"].upper().replace("-", "/"), found["origin"] or ""
    supplements = _read_rest(found["rest"])
    if supplements is None or not _fits(front, origin, found["type"] or ""):
        return None
    return _number(found, raw, supplements)

"""ISO, IEC and what they publish with others: ISO/IEC Directives, Part 1 and Part 2, and both bodies' catalogues."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from workflows.states import NumberKind

from .notation import MONTH, YEAR, grammar, looks_like_year, one_of, spelling, split_parts, whole
from .parsed import Family, ParsedNumber, Supplement
from .supplements import STAGES, read_supplement, write_supplement

FIRST = ("ISO", "IEC", "CISPR")
JOINT = ("ISO", "IEC", "IEEE", "ASTM", "ASME", "CIE", "SAE", "HL7", "OECD", "UNDP", "IDF", "OIML", "ULSE", "ICC")
TYPES = ("TS", "TR", "PAS", "Guide", "ISP", "R", "TTA", "DATA", "SRD", "IWA")

_STAGES = spelling(STAGES)
_TYPES = spelling(TYPES)
# A draft's letters name its type too: DTS is the draft of a TS (ISO/IEC Directives, Part 1, 3.1 and 3.3).
_TYPE_IN_STAGE = re.compile(r"(?:PD|CD|D|FD)(TS|TR|PAS|Guide|IS(?=P)P?)$")

_PUBLISHERS = rf"(?P<publishers>(?:{one_of(FIRST)})(?:/(?:{one_of(JOINT)}|CEI))*)"
_STAGE = rf"(?P<stage>{one_of(STAGES)})(?=[ /0-9])"
_TYPE = rf"(?P<type>{one_of(TYPES)})(?=[ /0-9])"
# 9001, 14496-10, 105-E04, 8802-1AB, 29110-5-1-1; the second round of a draft is 12791.2.
_NUMBER = r"(?P<number>[0-9]{1,6})(?P<parts>(?:-[0-9A-Z]{1,6})*)(?:\.(?P<round>[0-9]{1,2}))?"
_YEAR = rf"(?::(?P<year>{YEAR})(?:-(?P<month>{MONTH}))?)?"
_REST = r"(?P<rest>(?:[ /+(].*)?)"

_USUAL = grammar(rf"{_PUBLISHERS}(?:[ /]{_STAGE})?(?:[ /]{_TYPE})?[ /]?{_NUMBER}{_YEAR}{_REST}")
# International Workshop Agreements name no publisher: IWA 14-1:2013, CD IWA 45.
_AGREEMENT = grammar(rf"(?P<publishers>)(?:{_STAGE}[ /])?(?P<type>IWA) ?{_NUMBER}{_YEAR}{_REST}")

# Value-added forms of IEC: consolidated, redline, pre-release, commented, extended versions, and a whole series.
_PRESENTATION = grammar(r" (?P<presentation>CSV|RLV|PRV|CMV|EXV|SER)(?![0-9A-Z])")
_EDITION = grammar(r" ED(?:ITION|\.)? ?(?P<edition>[0-9]{1,2}(?:\.[0-9]{1,2})?)(?![0-9A-Z])")
_LANGUAGE = grammar(r" ?\((?P<language>(?:[A-Z]{2}|[EFRSAD])(?:[/,](?:[A-Z]{2}|[EFRSAD]|other))*)\)")

_HEAD = rf"(?P<head>(?:{one_of(FIRST)})(?:/(?:{one_of(JOINT)}|CEI))*)"
_WORDS = rf"(?:{one_of(STAGES + TYPES)})"
_MISPLACED = (
    # ISO/IEC 17903 AWI TR
    (grammar(rf"{_HEAD} (?P<tail>[0-9][^ ]*) (?P<words>{_WORDS}(?: {_WORDS})?)"), r"\g<head> \g<words> \g<tail>"),
    # ISO/TS CD 12345
    (
        grammar(rf"{_HEAD}[ /](?P<a>{one_of(TYPES)})[ /](?P<b>{one_of(STAGES)}) (?P<tail>.+)"),
        r"\g<head> \g<b> \g<a> \g<tail>",
    ),
    # Guide ISO/CEI 2:1976, the French order
    (grammar(rf"Guide {_HEAD} (?P<tail>.+)"), r"\g<head> Guide \g<tail>"),
)


@dataclass(slots=True)
class _Rest:
    """What follows the number and the year."""

    supplements: tuple[Supplement, ...] = ()
    presentation: str = ""
    edition: str = ""
    language: str = ""


def _read_rest(text: str) -> _Rest | None:
    rest, at = _Rest(), 0
    while at < len(text):
        if supplement := read_supplement(text, at):
            rest.supplements += (supplement[0],)
            at = supplement[1]
            continue
        found = _PRESENTATION.match(text, at) or _EDITION.match(text, at) or _LANGUAGE.match(text, at)
        if not found or getattr(rest, str(found.lastgroup)):
            return None
        setattr(rest, str(found.lastgroup), found[str(found.lastgroup)].upper())
        at = found.end()
    return rest


def _type(stage: str, named: str) -> str | None:
    """The type from its own letters or the draft's; None where the two contradict each other."""
    found = _TYPE_IN_STAGE.match(stage)
    implied = found[1] if found else ""
    return None if named and implied and named != implied else named or implied


def _head(publishers: tuple[str, ...], stage: str, type_: str) -> str:
    words = " ".join(word for word in (stage, type_ if not _TYPE_IN_STAGE.match(stage) else "") if word)
    if type_ == "IWA":
        return words
    # ISO alone puts a slash before its first letters, but not before Guide; everyone else puts a space.
    mark = "/" if publishers == ("ISO",) and words != "Guide" else " "
    return "/".join(publishers) + (mark + words if words else "")


def _tail(rest: _Rest, compact: bool) -> Iterator[str]:
    yield from (write_supplement(each, compact) for each in rest.supplements if each.merged)
    yield f" {rest.presentation}" if rest.presentation else ""
    yield from (write_supplement(each, compact) for each in rest.supplements if not each.merged)
    yield f" ED{rest.edition}" if rest.edition else ""


def _designation(found: re.Match[str]) -> str:
    turn = f".{int(found['round'])}" if found["round"] else ""
    month = f"-{found['month']}" if found["month"] else ""
    year = f":{found['year']}{month}" if found["year"] else ""
    return f"{found['number']}{found['parts'].upper()}{turn}{year}"


def _kind(stage: str, year: str | None, supplements: tuple[Supplement, ...]) -> NumberKind:
    """A year and no stage letters, also in the last supplement: it was published."""
    last = supplements[-1] if supplements else None
    staged = stage or any(each.stage for each in supplements)
    dated = (last.year or last.merged) if last else year
    return NumberKind.PUBLISHED if dated and not staged else NumberKind.PROJECT


def _publishers(text: str) -> tuple[str, ...]:
    return tuple(text.upper().replace("CEI", "IEC").split("/")) if text else ("ISO",)


def _doubts(found: re.Match[str], rest: _Rest) -> Iterator[str]:
    if rest.language:
        yield f"The mark of a language, ({rest.language}), is left out: it is not part of the number."
    if "CEI" in found["publishers"].upper():
        yield "CEI, the French name of IEC, is written IEC."
    parts = split_parts(found["parts"], "-")
    if parts and not found["year"] and looks_like_year(parts[-1]):
        yield f"{parts[-1]} is read as a part; if it is the year, a colon goes before it, like ISO/IEC 42001:2023."


def _number(found: re.Match[str], raw: str, mended: tuple[str, ...]) -> ParsedNumber | None:
    stage = _STAGES.get((found["stage"] or "").lower(), "")
    type_ = _type(stage, _TYPES.get((found["type"] or "").lower(), ""))
    rest = _read_rest(found["rest"])
    if type_ is None or rest is None:
        return None
    publishers = _publishers(found["publishers"])
    compact = publishers[0] != "ISO"
    number = f"{_head(publishers, stage, type_)} {_designation(found)}"
    return ParsedNumber(
        _kind(stage, found["year"], rest.supplements),
        Family.IEC if compact else Family.ISO,
        raw,
        number + "".join(_tail(rest, compact)),
        valid=True,
        warnings=(*mended, *_doubts(found, rest)),
        publishers=publishers,
        stage=stage,
        type=type_,
        number=found["number"],
        parts=split_parts(found["parts"].upper(), "-"),
        round=whole(found["round"]),
        year=whole(found["year"]),
        month=whole(found["month"]),
        edition=rest.edition,
        presentation=rest.presentation,
        supplements=rest.supplements,
    )


def _in_order(text: str) -> tuple[str, tuple[str, ...]]:
    """The text with its words in the official order, and a warning where they were not."""
    for pattern, order in _MISPLACED:
        if found := pattern.fullmatch(text):
            mended = found.expand(order)
            return mended, (f"Its words are out of order; it is read as {mended}.",)
    return text, ()


def read_international(text: str, raw: str) -> ParsedNumber | None:
    """A number of ISO, of IEC or of one of them with others; None where the text is none."""
    found = _USUAL.fullmatch(text) or _AGREEMENT.fullmatch(text)
    number = found and _number(found, raw, ())
    if number:
        return number
    text, mended = _in_order(text)
    again = _USUAL.fullmatch(text) if mended else None
    return again and _number(again, raw, mended)

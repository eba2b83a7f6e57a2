"""One door for every identifier of a standard or a project."""

from dataclasses import replace

from workflows.states import NumberKind

from .chinese import read_chinese
from .directives import read_directives
from .european import read_european
from .ieee import read_ieee
from .international import read_international
from .malformed import LONGEST, READABLE, flagged
from .notation import NO_YEAR
from .parsed import Family, ParsedNumber
from .plans import read_plan
from .tidying import tidy

# Chinese last but one: its sectors' two or three letters would fit other bodies' numbers.
_READERS = (read_international, read_plan, read_european, read_chinese, read_ieee, read_directives)

_KIND_NAMES = {
    NumberKind.PLAN: "a plan number, like 20252081-Z-469",
    NumberKind.APPLICATION: "an application number, like 2025001837",
    NumberKind.SECTOR_PLAN: "a sector plan number, like 2025-0260T-SJ",
    NumberKind.PUBLISHED: "the number of a published standard, like GB/T 45401.1-2025 or ISO/IEC 42001:2023",
    NumberKind.PROJECT: "the number of a project under way, like ISO/IEC AWI TS 25568 or IEEE P2807.4",
}


def _undated(parsed: ParsedNumber) -> bool:
    """Whether nothing tells a project from a published standard: ISO/IEC TS 25568, with no year and no stage."""
    staged = parsed.stage or any(each.stage for each in parsed.supplements)
    return parsed.family in (Family.ISO, Family.IEC) and parsed.kind is NumberKind.PROJECT and not staged


def _as_kind(parsed: ParsedNumber, kind: NumberKind) -> ParsedNumber:
    """The number under the kind it is said to have: flagged where what it is contradicts that."""
    if kind is parsed.kind:
        return parsed
    if kind is NumberKind.PUBLISHED and _undated(parsed):
        return replace(parsed, kind=kind, warnings=(*parsed.warnings, NO_YEAR))
    problem = f"{parsed.value} is given as {_KIND_NAMES[kind]}, but it is {_KIND_NAMES[parsed.kind]}."
    return replace(parsed, kind=kind, valid=False, problem=problem)


def _read(text: str, raw: str) -> ParsedNumber | None:
    return next((parsed for read in _READERS if (parsed := read(text, raw))), None)


def parse(raw: str, kind: NumberKind | None = None) -> ParsedNumber:
    """Read one identifier; `kind` is what it is said to be, if that is known.

    Raises for no text: one that cannot be read, or that is not of the kind it is said to be, comes back with `valid`
    false and the `problem` in a sentence. Nothing is guessed: what is mended (a missing slash, words out of order) is
    told in `warnings`, and a number with a digit too few stays as it is. Parsing `value` again gives the same number.
    Without a kind, ISO and IEC numbers with neither year nor stage letters count as projects: both bodies' registers
    write so between the last draft and publication.
    """
    text = tidy(raw)
    parsed = _read(text, raw) if len(text) <= READABLE else None
    if parsed is None or len(parsed.value) > LONGEST:
        return flagged(text, raw, kind)
    return parsed if kind is None else _as_kind(parsed, kind)

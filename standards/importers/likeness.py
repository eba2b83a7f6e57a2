"""What two numbers or two titles say of whether two things are one project."""

from collections.abc import Collection, Iterable, Iterator

from standards.importers.procedures import track_of_nature
from standards.numbers import Family, ParsedNumber
from standards.titles import FoldedTitle, fold_title
from workflows.library import library
from workflows.states import NumberKind

# Here a project and what is published of it bear one number; in China a plan's number says nothing of the standard's.
_ONE_NUMBERING = frozenset({Family.ISO, Family.IEC, Family.IEEE})
TitleKey = tuple[FoldedTitle, str, str]


def differ(row: Iterable[ParsedNumber], project: Collection[ParsedNumber]) -> bool:
    """Whether the well-formed numbers of a row deny that it is that project (or that other row)."""
    return any(_denies(mine, theirs) for mine in row for theirs in project)


def _denies(mine: ParsedNumber, theirs: ParsedNumber) -> bool:
    if mine.kind == theirs.kind:
        return mine.value != theirs.value
    if mine.family not in _ONE_NUMBERING or theirs.family not in _ONE_NUMBERING:
        return False
    # A project becomes a published standard of its number. The other way round it is another edition.
    return not (mine.kind == NumberKind.PUBLISHED and _undated(mine) == _undated(theirs))


def _undated(number: ParsedNumber) -> tuple[object, ...]:
    supplements = tuple((each.kind, each.number) for each in number.supplements)
    base = number.year if number.supplements else None
    return number.publishers, number.type, number.number, number.parts, supplements, base


def title_keys(titles: Iterable[str], track_code: str, committees: Iterable[str]) -> Iterator[TitleKey]:
    """One key for each title and committee (or for none): folded title with part, kind of deliverable, committee."""
    kind = deliverable_kind(track_code)
    places = list(committees) or [""]
    for title in dict.fromkeys(titles):
        if title and (folded := fold_title(title)).text:
            yield from ((folded, kind, place) for place in places)


def deliverable_kind(track_code: str) -> str:
    """What is compared as the kind of a standard: GB/T, whatever the procedure by which it is made."""
    procedure = library().get(track_code) or library().get(track_of_nature(track_code))
    return procedure.deliverable if procedure else track_code

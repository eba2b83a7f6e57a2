"""Several rows of one file about one project: they update nothing, and those that contradict each other are flagged."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from uuid import UUID

from django.utils.translation import gettext as _

from standards.importers.matching import Match
from standards.importers.plan import Action, PlannedRow
from standards.importers.wanted import Wanted

_COMPARED = (
    "title", "title_zh", "track", "stage", "committees", "target", "effective_on", "published_on", "in_force_on",
    "note",
)  # fmt: skip
_COUNTED = frozenset({Action.NEW, Action.UNCHANGED, Action.CHANGED, Action.MOVED})


def settle(rows: Sequence[PlannedRow], matches: Sequence[Match]) -> None:
    """Turn the plans of such rows into reports.

    Of rows about a project that is new the first one registers it. Of rows about one that is known, one that says just
    what is known already stays unchanged.
    """
    for row, match in zip(rows, matches, strict=True):
        if row.action == Action.REPEATED and match.row is not None:
            row.same_as = rows[match.row].line
    for together in _groups(rows, matches):
        first = next((row for row in together if row.action in (Action.NEW, Action.UNCHANGED)), together[0])
        for row in together:
            if row is not first or row.action not in (Action.NEW, Action.UNCHANGED):
                _report(row, first if row is not first else together[1])


def _groups(rows: Sequence[PlannedRow], matches: Sequence[Match]) -> Iterator[list[PlannedRow]]:
    groups: dict[UUID | int, list[PlannedRow]] = defaultdict(list)
    for index, (row, match) in enumerate(zip(rows, matches, strict=True)):
        if row.action in _COUNTED or (row.action == Action.BAD and row.move):
            groups[match.project or (index if match.row is None else match.row)].append(row)
    return (together for together in groups.values() if len(together) > 1)


def _report(row: PlannedRow, other: PlannedRow) -> None:
    row.same_as, row.similar, row.problems = other.line, (), ()
    row.changes, row.move = {}, None
    differing = list(_differing(row.wanted, other.wanted))
    if differing:
        row.action = Action.FLAGGED
        words = {"line": other.line, "differing": "; ".join(differing)}
        row.problems = (_("it is the project of row %(line)d, which says otherwise: %(differing)s.") % words,)
    else:
        row.action = Action.REPEATED


def _differing(mine: Wanted, theirs: Wanted) -> Iterator[str]:
    for name in _COMPARED:
        here, there = getattr(mine, name), getattr(theirs, name)
        if here and there and here != there:
            yield _("%(name)s “%(here)s” against “%(there)s”") % {
                "name": name,
                "here": _shown(here),
                "there": _shown(there),
            }


def _shown(value: object) -> str:
    text = ", ".join(value) if isinstance(value, tuple) else str(getattr(value, "text", value))
    return text if len(text) <= 60 else f"{text[:60]}…"

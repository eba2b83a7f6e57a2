"""From a file to a plan: read every row, tell which project it is about, and compare. Writes nothing."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from standards import history
from standards.importers import known
from standards.importers.differences import Comparison
from standards.importers.grid import Row
from standards.importers.groups import Groups
from standards.importers.mapping import NO_MAPPING, Mapping
from standards.importers.matching import Match, Matcher
from standards.importers.plan import Action, Plan, PlannedRow
from standards.importers.procedures import body_of
from standards.importers.reading import RowReader
from standards.importers.records import read as read_records
from standards.importers.repetitions import settle
from standards.importers.tables import open_register
from standards.importers.wanted import Wanted
from standards.models import Body
from standards.querysets import sees_embargoed
from standards.speech import told_day

DEFAULT_SOURCE = "register"
Progress = Callable[[int, int], None]
_TELL_EVERY = 1000


def make_plan(
    path: Path,
    *,
    by: Any,
    on: date,
    name: str = "",
    mapping: Mapping = NO_MAPPING,
    source: str = "",
    sheet: str = "",
    create_committees: bool = False,
    progress: Progress | None = None,
) -> Plan:
    """Read a register and say what importing it would do.

    ``by`` is the user who will confirm it, or None for the tracker itself; ``on`` the day of the import, which dates
    moves that the file does not date; ``name`` what people call the file, ``source`` the register it is a state of
    (by default the mapping's, else ``register``), under which its ids are remembered. ``progress`` is told the rows
    read, with 0 for their number, which is not known before. Raises ``Unreadable`` where the file is none.
    """
    rev = history.current_rev()
    register = open_register(path, name=name, sheet=sheet, mapping=mapping)
    groups = Groups.load(create=create_committees or mapping.create_committees)
    reader = RowReader(register, mapping, groups, on)
    rows = [reader.read(row) for row in _counted(register.rows(), progress)]
    source = source or mapping.source or DEFAULT_SOURCE
    planned, bodies = _compare(rows, source, groups, by, on)
    return Plan(
        file=register.name,
        file_digest=register.digest,
        rev=rev,
        source=source,
        on=on,
        rows=tuple(planned),
        committees=tuple(groups.made.values()),
        bodies=bodies,
        ignored=register.heading.ignored,
    )


def _counted(rows: Iterator[Row], progress: Progress | None) -> Iterator[Row]:
    for count, row in enumerate(rows):
        if progress and count % _TELL_EVERY == 0:
            progress(count, 0)
        yield row


def _compare(
    rows: Sequence[Wanted], source: str, groups: Groups, by: Any, on: date
) -> tuple[list[PlannedRow], tuple[str, ...]]:
    """Every row's plan, and the bodies that come with the tracker and must be made for them."""
    matcher = Matcher(rows, source, groups)
    matches = matcher.run()
    bodies = set(Body.objects.values_list("slug", flat=True))
    shipped = {record.slug for record in read_records().bodies} - bodies
    comparison = Comparison(groups, bodies | shipped, source, on, by is None or sees_embargoed(by))
    planned = [comparison.planned(row, match, _known(matcher, match)) for row, match in zip(rows, matches, strict=True)]
    settle(planned, matches)
    _refuse_moves_into_the_past(planned)
    return planned, tuple(sorted(shipped & _needed(planned, groups)))


def _known(matcher: Matcher, match: Match) -> known.Known | None:
    return matcher.known[match.project] if match.project else None


def _refuse_moves_into_the_past(planned: Sequence[PlannedRow]) -> None:
    """Flag the moves that the file dates before a move that the tracker has already."""
    moved = {row.project: row for row in planned if row.project and row.action == Action.MOVED}
    last = known.last_moves(list(moved))
    for pk, row in moved.items():
        if row.move and pk in last and row.move.on < last[pk]:
            words = {"day": told_day(row.move.on), "last": told_day(last[pk])}
            problem = _("the file dates the move %(day)s, before the project's last one on %(last)s.") % words
            row.action, row.problems, row.move, row.changes = Action.FLAGGED, (problem,), None, {}


def _needed(planned: Sequence[PlannedRow], groups: Groups) -> set[str]:
    bodies = {row.wanted.body for row in planned} | {committee.body for committee in groups.made.values()}
    new = (row.wanted for row in planned if row.action == Action.NEW)
    return bodies | {body_of(row.track, row.numbers) for row in new if not row.body}

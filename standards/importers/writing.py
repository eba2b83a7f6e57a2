"""A confirmed plan into the database: new projects in bulk, the others through the doors, a project at a time.

Every batch and every project is a transaction of its own. Killed in between, the same file imported again finds what
is there already and does the rest.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from standards import edits
from standards.importers.groups import Groups
from standards.importers.known import batches
from standards.importers.plan import Action, NewCommittee, Plan, PlannedRow
from standards.importers.records import read as read_records
from standards.importers.registration import Registrar, Registration, told_by
from standards.importers.writer import BulkWriter, Overtaken
from standards.models import Body, Committee, Origin, Project
from standards.refusals import NotPermitted, Refused
from standards.transitions import perform
from workflows.states import FACTS, Verb

BATCH = 250
Progress = Callable[[int, int], None]
Cancelled = Callable[[], bool]


class BadRows(Refused):
    """There are rows that cannot be read, so nothing is written; ``plan`` has them."""

    title = gettext_lazy("Some rows cannot be read")

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        words = {"bad": plan.counts[Action.BAD], "rows": len(plan.rows)}
        super().__init__(
            _("%(bad)d of %(rows)d rows cannot be read, so nothing was written. Mend them, or leave them out.") % words
        )


class PlanChanged(Refused):
    """The file, or what it would do, is not what was confirmed."""

    title = gettext_lazy("It is not what you confirmed")

    def __init__(self) -> None:
        super().__init__(
            _("Since you saw the preview, the file or its projects have changed, so nothing was written. Look again.")
        )


@dataclass
class Written:
    """What was done. ``failures`` are (line, reason) of rows that were refused when it came to them.

    ``longest_lock`` is how many seconds others had to wait for a batch at most.
    """

    registered: int = 0
    changed: int = 0
    moved: int = 0
    committees: int = 0
    failures: list[tuple[int, str]] = field(default_factory=list)
    cancelled: bool = False
    longest_lock: float = 0.0

    @property
    def projects(self) -> int:
        return self.registered + self.changed + self.moved

    def to_json(self) -> dict[str, Any]:
        return {
            "registered": self.registered,
            "changed": self.changed,
            "moved": self.moved,
            "committees": self.committees,
            "failures": [{"line": line, "reason": reason} for line, reason in self.failures],
            "cancelled": self.cancelled,
            "longest_lock": round(self.longest_lock, 3),
        }


def write(
    plan: Plan,
    *,
    by: Any,
    skip_bad: bool = False,
    confirmed: str = "",
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> Written:
    """Carry the plan out for the user ``by`` (None: the tracker itself).

    Bad rows stop all of it unless ``skip_bad``. ``confirmed`` is the digest of the plan that a person saw. ``progress``
    is told how many projects are done and how many there are, ``cancelled`` asked between batches whether to stop.
    Raises ``BadRows``, ``PlanChanged`` or ``NotPermitted`` with nothing written; what goes wrong with a single project
    later is among the failures.
    """
    if confirmed and confirmed != plan.digest:
        raise PlanChanged
    if plan.counts[Action.BAD] and not skip_bad:
        raise BadRows(plan)
    refuse_unpermitted(plan, by)
    return _Writing(plan, by, progress or (lambda _done, _total: None), cancelled or (lambda: False)).run()


def refuse_unpermitted(plan: Plan, by: Any) -> None:
    """Raise ``NotPermitted`` where the plan needs something that this user may not do."""
    needed = {
        "standards.add_project": plan.counts[Action.NEW],
        "standards.change_project": plan.counts[Action.CHANGED] + plan.counts[Action.MOVED],
        "standards.move_project": plan.counts[Action.MOVED],
        "standards.override_gate": plan.counts[Action.MOVED],
        "standards.add_committee": len(plan.committees),
    }
    lacking = [name for name, count in needed.items() if count and by is not None and not by.has_perm(name)]
    if lacking:
        reason = _("This import needs permissions that you do not have: %(permissions)s.")
        raise NotPermitted(reason % {"permissions": ", ".join(lacking)})


@dataclass
class _Writing:
    plan: Plan
    by: Any
    progress: Progress
    cancelled: Cancelled
    written: Written = field(default_factory=Written)
    done: int = 0

    def run(self) -> Written:
        make_bodies(self.plan.bodies)
        self._make_committees()
        self._register(self._rows(Action.NEW))
        self._change([row for row in self.plan.rows if row.action in (Action.CHANGED, Action.MOVED)])
        return self.written

    def _rows(self, action: Action) -> list[PlannedRow]:
        return [row for row in self.plan.rows if row.action == action]

    def _tell(self, count: int) -> None:
        self.done += count
        self.progress(self.done, self.plan.writes)

    def _stops(self) -> bool:
        self.written.cancelled = self.written.cancelled or self.cancelled()
        return self.written.cancelled

    def _make_committees(self) -> None:
        for committee in _parents_first(self.plan.committees):
            if not Committee.objects.filter(slug=committee.slug).exists():
                edits.record_committee(_committee(committee), by=self.by, source=self.plan.file[:200])
                self.written.committees += 1

    def _register(self, rows: Sequence[PlannedRow]) -> None:
        registrar = Registrar(self.plan, self.by, {body.slug: body for body in Body.objects.all()}, Groups.load().known)
        writer = BulkWriter(self.plan.rev)
        self._tell(0)
        for some in batches(rows, BATCH):
            if self._stops():
                return
            batch = [registrar.build(row, row.standing) for row in some if row.standing]
            self.written.registered += self._write_batch(writer, batch)
            self.written.longest_lock = writer.longest_lock
            self._tell(len(some))

    def _write_batch(self, writer: BulkWriter, batch: Sequence[Registration]) -> int:
        if not batch:
            return 0
        try:
            writer.write(batch)
        except Overtaken as overtaken:
            reason = _("somebody else brought it in meanwhile; import the file again to compare it.")
            self.written.failures += [(line, reason) for line in sorted(overtaken.lines)]
            return self._write_batch(writer, [each for each in batch if each.line not in overtaken.lines])
        return len(batch)

    def _change(self, rows: Sequence[PlannedRow]) -> None:
        for row in rows:
            if self._stops():
                return
            try:
                self._carry_out(row)
            except Refused as refusal:
                self.written.failures.append((row.line, str(refusal)))
            else:
                self.written.changed += row.action == Action.CHANGED
                self.written.moved += row.action == Action.MOVED
            self._tell(1)

    @transaction.atomic
    def _carry_out(self, row: PlannedRow) -> None:
        """Edit and moves of one project, all or nothing. Raises ``Refused``, also where it changed since the plan."""
        source = told_by(self.plan, row.line)
        fields = {name: new for name, (_old, new) in row.changes.items() if name not in ("origin", *_told_in_move(row))}
        expected: int | None = row.rev
        if fields:
            edits.edit(_fresh(row), by=self.by, source=source, expected_rev=expected, **fields)
            expected = None
        if "origin" in row.changes:
            key = row.wanted.source_id
            Origin.objects.get_or_create(source=self.plan.source, key=key, defaults={"project": _fresh(row)})
        for verb, on, facts in moves(row, f"as reported by {source}"):
            perform(_fresh(row), verb, by=self.by, on=on, source=source, expected_rev=expected, **facts)
            expected = None


def _fresh(row: PlannedRow) -> Project:
    return Project.objects.get(pk=str(row.project))


def _told_in_move(row: PlannedRow) -> tuple[str, ...]:
    """The fields that are facts of the move itself."""
    publishes = row.move and any(step.verb == Verb.PUBLISH for step in row.move.steps)
    return ("published_on", "in_force_on") if publishes else ()


def moves(row: PlannedRow, reason: str) -> Iterator[tuple[Verb, date, dict[str, Any]]]:
    """The verbs of the row's move, their day and facts; the last one leads to the stage that the file has.

    ``reason`` is why, and why shut gates are passed: the file reports what has happened at the body already.
    """
    if row.move is None:
        return
    told = {name: row.changes[name][1] for name in _told_in_move(row) if name in row.changes}
    for step in row.move.steps:
        known = {fact.name for fact in FACTS[step.verb]}
        facts: dict[str, Any] = {"override": reason}
        facts |= {"reason": reason} if "reason" in known else {}
        facts |= {name: value for name, value in told.items() if name in known}
        if row.move.to_stage and step is row.move.steps[-1]:
            facts["stage"] = row.move.to_stage
        yield step.verb, row.move.on, facts


def _parents_first(committees: Sequence[NewCommittee]) -> list[NewCommittee]:
    by_slug = {committee.slug: committee for committee in committees}

    def depth(committee: NewCommittee) -> int:
        return 1 + depth(by_slug[committee.parent]) if committee.parent in by_slug else 0

    return sorted(committees, key=depth)


def _committee(made: NewCommittee) -> Committee:
    return Committee(
        slug=made.slug,
        name=made.reference,
        reference=made.reference,
        kind=made.kind,
        body=Body.objects.get(slug=made.body),
        parent=Committee.objects.get(slug=made.parent) if made.parent else None,
    )


def make_bodies(slugs: Sequence[str]) -> None:
    """Add bodies that come with the tracker, where they are not there yet."""
    for record in read_records().bodies if slugs else ():
        if record.slug in slugs:
            Body.objects.get_or_create(slug=record.slug, defaults={"name": record.name, "name_zh": record.name_zh})

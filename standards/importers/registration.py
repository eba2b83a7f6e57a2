"""A new project of an import with all its rows, built before anything is locked, just as ``edits.register`` would."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from standards import deadlines, history
from standards.edits import cancelled_from
from standards.importers.days import with_loose_lines
from standards.importers.groups import Group
from standards.importers.plan import Plan, PlannedRow
from standards.importers.procedures import body_of, deliverable_of
from standards.importers.stages import Standing
from standards.importers.wanted import Wanted
from standards.models import TITLE_LIMIT, Body, Change, Deadline, Number, Origin, Project, ProjectCommittee
from standards.snapshots import delta_between, snapshot_of
from workflows.library import track as track_named
from workflows.states import State


@dataclass(slots=True)
class Registration:
    """One new project, not saved. ``change`` and ``deadline`` still lack the moment, ``change`` its number and seal."""

    line: int
    project: Project
    numbers: list[Number]
    assignments: list[ProjectCommittee]
    origin: Origin | None
    deadline: Deadline | None
    change: Change


@dataclass(frozen=True, slots=True)
class Registrar:
    """Builds them for one plan. ``bodies`` and ``groups`` are what there is, by slug."""

    plan: Plan
    by: Any
    bodies: Mapping[str, Body]
    groups: Mapping[str, Group]

    def build(self, row: PlannedRow, standing: Standing) -> Registration:
        wanted = row.wanted
        project = self._project(wanted, standing)
        numbers = [
            Number(
                project_id=project.pk, kind=number.kind, value=number.value[:200], raw=number.raw[:200],
                valid=number.valid, problem=number.problem[:500], position=position,
            )
            for position, number in enumerate(wanted.numbers)
        ]  # fmt: skip
        places = [
            ProjectCommittee(project_id=project.pk, committee_id=self.groups[slug].pk, position=position)
            for position, slug in enumerate(wanted.committees)
        ]
        origin = (
            Origin(project_id=project.pk, source=self.plan.source, key=wanted.source_id) if wanted.source_id else None
        )
        change = self._change(row, project, numbers)
        return Registration(row.line, project, numbers, places, origin, deadlines.first(project), change)

    def _project(self, wanted: Wanted, standing: Standing) -> Project:
        procedure = track_named(wanted.track)
        target = wanted.target
        return Project(
            track_code=procedure.code,
            level=procedure.level,
            deliverable=wanted.deliverable or deliverable_of(procedure.code, wanted.numbers),
            body=self.bodies[wanted.body or body_of(procedure.code, wanted.numbers)],
            title=_title(wanted),
            title_zh=wanted.title_zh,
            state=standing.state,
            stage_code=standing.stage,
            cancelled_from=cancelled_from(procedure, standing.stage) if standing.state == State.CANCELLED else "",
            since=_since(wanted, standing),
            target_text=target.text if target else "",
            target_precision=target.precision if target else "",
            target_start=target.start if target else None,
            target_due=target.due if target else None,
            published_on=wanted.published_on,
            in_force_on=wanted.in_force_on,
            note=with_loose_lines(wanted.note, wanted.loose),
        )

    def _change(self, row: PlannedRow, project: Project, numbers: list[Number]) -> Change:
        entry = history.Entry(
            kind=Change.Kind.REGISTERED, by=self.by, effective_on=project.since, source=told_by(self.plan, row.line)
        )
        snapshot = snapshot_of(project, numbers, list(row.wanted.committees), [])
        change = Change(project_id=project.pk, to_state=project.state, snapshot=snapshot, **history.fields_of(entry))
        change.delta = delta_between(None, snapshot)
        return change


def told_by(plan: Plan, line: int) -> str:
    """How the history names the place in the file: ``register.xlsx, row 12``."""
    return f"{plan.file[:200]}, row {line}"


def _title(wanted: Wanted) -> str:
    """A project must have one: the Chinese title, or the number, stands for it until it is known."""
    return (wanted.title or wanted.title_zh or wanted.label)[:TITLE_LIMIT]


def _since(wanted: Wanted, standing: Standing) -> Any:
    """Since when it is in its state: a published standard since its publication, unless the file says otherwise."""
    return wanted.effective_on or (wanted.published_on if standing.state == State.PUBLISHED else None)

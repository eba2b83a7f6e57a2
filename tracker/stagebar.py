"""A project's way to publication, step by step: what the stage bar of every surface draws."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from standards.models import Change, Project
from workflows.library import Stage, Track, UnknownStage
from workflows.states import ENDS, STATE_LABELS, Label, State


class Status(StrEnum):
    """What a step is to the project. ``LEFT_OUT``: it went past this state without entering it."""

    DONE = "done"
    LEFT_OUT = "left_out"
    CURRENT = "current"
    AHEAD = "ahead"


@dataclass(frozen=True, slots=True)
class Step:
    """One state of the way. ``on`` is the day the project entered it at its body, None where nobody recorded it.

    ``stage`` is the body's own stage it stands at or left the state from; None ahead, and where it is not known.
    ``planned`` is true on the publication still ahead: the place for the project's target date.
    """

    state: State
    label: Label
    stage: Stage | None
    on: date | None
    status: Status
    planned: bool = False


def stage_bar(project: Project, changes: Iterable[Change]) -> tuple[Step, ...]:
    """The steps of the project's way in their order, an end (cancelled, withdrawn) as the last one.

    ``changes`` are the project's own, in any order; without them the dates behind are unknown. Queries nothing. After
    a return to drafting the states ahead are ahead again, without the dates of the round before.
    """
    visits = _visits(project, changes)
    first, place = next(iter(visits)), _place(project)
    return tuple(_step(project, state, visits.get(state), first, place) for state in _way(project, place))


@dataclass(frozen=True, slots=True)
class _Visit:
    """The latest time in a state: since when, and the last stage in it."""

    on: date | None
    stage: Stage | None


def _visits(project: Project, changes: Iterable[Change]) -> dict[State, _Visit]:
    """By state, in the order in which they were first entered."""
    visits: dict[State, _Visit] = {}
    for change in sorted(changes, key=lambda change: change.rev):
        if change.kind in (Change.Kind.REGISTERED, Change.Kind.MOVED):
            # A source that says where a project stands has a day too, and it is not the day the state was entered.
            since = change.snapshot.get("since")
            on = date.fromisoformat(since) if since else None
            visits[State(change.to_state)] = _Visit(on, _stage(project.track, change.snapshot.get("stage", "")))
    here = State(project.state)
    published_on = project.published_on if here == State.PUBLISHED else None
    visits[here] = _Visit(published_on or project.since, project.stage)
    return visits


def _stage(track: Track, code: str) -> Stage | None:
    try:
        return track.stage(code) if code else None
    except UnknownStage:
        return None


def _place(project: Project) -> State:
    """How far on the way it is, or was when it ended."""
    if project.state == State.CANCELLED:
        return State(project.cancelled_from or State.PROPOSAL)
    return State.PUBLISHED if project.state == State.WITHDRAWN else State(project.state)


def _way(project: Project, place: State) -> list[State]:
    """The procedure's states in order, with the place itself even where the procedure lacks it; then the end.

    What lies ahead of a cancelled project is no longer on its way.
    """
    states = [state for state in State if state in project.track.path or state == place]
    if project.state in ENDS:
        return [*states[: states.index(place) + 1], State(project.state)]
    return states


def _step(project: Project, state: State, visit: _Visit | None, first: State, place: State) -> Step:
    status = _status(project, state, visit, first, place)
    if status == Status.AHEAD or visit is None:
        planned = status == Status.AHEAD and state == State.PUBLISHED
        return Step(state, STATE_LABELS[state], None, None, status, planned)
    return Step(state, STATE_LABELS[state], visit.stage, visit.on, status)


def _status(project: Project, state: State, visit: _Visit | None, first: State, place: State) -> Status:
    order = list(State)
    if state == project.state:
        return Status.CURRENT
    if order.index(state) > order.index(place):
        return Status.AHEAD
    left_out = visit is None and order.index(first) < order.index(state)
    return Status.LEFT_OUT if left_out else Status.DONE

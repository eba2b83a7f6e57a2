"""Projects as cards and rows: what the board, the list and a committee's page show of each."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Prefetch, prefetch_related_objects

from standards.models import Committee, Deadline, Number, Project, ProjectCommittee
from standards.querysets import ProjectQuerySet
from tracker.web.due import Due, dues
from workflows.states import ENDS, STATE_LABELS, Label, NumberKind, State


@dataclass(frozen=True, slots=True)
class Card:
    """A project, its number to know it by, the committees with the leading one first, and what is due of it first."""

    project: Project
    state: Label
    number: Number | None
    committees: tuple[Committee, ...]
    due: Due | None

    @property
    def number_says_kind(self) -> bool:
        """The number begins with the deliverable, as "GB/T 45087-2025" does."""
        return self.number is not None and self.number.value.startswith(self.project.deliverable)


@dataclass(frozen=True, slots=True)
class Column:
    """A state with the number of projects in it and cards of those changed last."""

    state: State
    label: Label
    count: int
    cards: tuple[Card, ...]

    @property
    def ended(self) -> bool:
        return self.state in ENDS

    @property
    def has_more(self) -> bool:
        return self.count > len(self.cards)


def count_by_state(projects: ProjectQuerySet) -> dict[State, int]:
    """How many of these projects stand in each state (one query)."""
    rows = projects.order_by().values_list("state").annotate(Count("pk"))
    counts = {State(state): count for state, count in rows}
    return {state: counts.get(state, 0) for state in State}


def columns(projects: ProjectQuerySet, counts: Mapping[State, int], most: int, on: date) -> tuple[Column, ...]:
    """A column for each state with its latest ``most`` projects: a query for each state that has any, and three."""
    latest = {state: _latest(projects, state, most) if counts[state] else [] for state in State}
    fetch_facts([project for found in latest.values() for project in found])
    return tuple(Column(state, STATE_LABELS[state], counts[state], cards(latest[state], on)) for state in State)


def _latest(projects: ProjectQuerySet, state: State, most: int) -> list[Project]:
    return list(projects.in_state(state).order_by("-rev")[:most])


def fetch_facts(projects: Sequence[Project]) -> None:
    """Fetch along what a card shows: three queries for any number of projects."""
    prefetch_related_objects(
        projects,
        Prefetch("numbers", Number.objects.order_by("position", "pk")),
        Prefetch("assignments", ProjectCommittee.objects.select_related("committee").order_by("position", "pk")),
        Prefetch("deadlines", Deadline.objects.open().order_by("due", "pk"), to_attr="open_deadlines"),
    )


def cards(projects: Iterable[Project], on: date) -> tuple[Card, ...]:
    return tuple(_card(project, on) for project in projects)


def _card(project: Project, on: date) -> Card:
    committees = tuple(assignment.committee for assignment in project.assignments.all())
    first_due = next(iter(dues(project, on)), None)
    return Card(project, STATE_LABELS[State(project.state)], _known_by(project), committees, first_due)


def _known_by(project: Project) -> Number | None:
    """The number of the published standard if it has one, else the first one on record."""
    numbers = list(project.numbers.all())
    published = [number for number in numbers if number.kind == NumberKind.PUBLISHED]
    return next(iter(published or numbers), None)

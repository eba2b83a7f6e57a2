"""What staff need to know first: what is overdue or due soon, where the projects stand, what changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.timezone import localdate

from standards.models import Change, Deadline, Project
from tracker.admin.filters import SOON
from tracker.admin.history_page import what_happened
from tracker.admin.labels import state_name
from tracker.admin.lists import moved, subject_link
from tracker.admin.telling import person_name
from tracker.doubts import Doubt
from workflows.states import State

LATEST = 8
MOST = 1000


@dataclass(frozen=True, slots=True)
class Latest:
    """One of the latest changes."""

    change: Change
    what: str
    move: str | None
    subject: str
    by: str


@dataclass(frozen=True, slots=True)
class Today:
    """The panel: counts with the lists they lead to, and the latest changes. ``doubtful`` is counted to ``MOST``."""

    overdue: int
    soon: int
    doubtful: int
    states: Sequence[tuple[str, int, str]]
    latest: Sequence[Latest]


def panel_for(person: Any, today: date) -> Today | None:
    """The panel for this person on that day, in four queries; None for whoever may not see projects."""
    if not any(person.has_perm(f"standards.{verb}_project") for verb in ("view", "change", "move", "add")):
        return None
    overdue, soon = _due(person, today)
    doubtful = Doubt.objects.visible_to(person).open()[:MOST].count()
    return Today(overdue, soon, doubtful, _states(person), _latest(person))


def panel_today(person: Any) -> Today | None:
    """The panel for this person now."""
    return panel_for(person, localdate())


def _due(person: Any, today: date) -> tuple[int, int]:
    deadlines = Deadline.objects.open().visible_to(person).due_by(SOON.add_to(today))
    counted = deadlines.aggregate(
        overdue=Count("pk", filter=Q(due__lt=today)), soon=Count("pk", filter=Q(due__gte=today))
    )
    return counted["overdue"], counted["soon"]


def _states(person: Any) -> list[tuple[str, int, str]]:
    counted = dict(Project.objects.visible_to(person).values_list("state").annotate(Count("pk")).order_by())
    address = reverse("admin:standards_project_changelist")
    return [(state_name(state), counted.get(state.value, 0), f"{address}?state={state}") for state in State]


def _latest(person: Any) -> list[Latest]:
    changes = Change.objects.visible_to(person).select_related("project", "committee", "actor").newest_first()
    return [
        Latest(change, what_happened(change), moved(change), subject_link(change), person_name(change.actor))
        for change in changes.defer("snapshot", "delta", "facts", "hash", "previous_hash")[:LATEST]
    ]

"""What is due of a project, in words for one reader on one day."""

from dataclasses import dataclass
from datetime import date

from standards.models import Deadline, Project
from tracker.wording import target_in_words
from workflows.calendar import TargetDate
from workflows.states import Label, Precision


@dataclass(frozen=True, slots=True)
class Due:
    """An open deadline: as loosely as it is stated, its last day, and by how many days that has passed (0: not yet)."""

    deadline: Deadline
    stated: Label
    overdue_by: int

    @property
    def is_a_day(self) -> bool:
        """The deadline is stated to the day, so that its last day says nothing more."""
        return self.deadline.precision == Precision.DAY


def dues(project: Project, on: date) -> tuple[Due, ...]:
    """The open deadlines, earliest first, as fetched along by ``with_facts`` or ``for_cards``; ``on`` is today."""
    found: list[Deadline] = project.open_deadlines  # type: ignore[attr-defined]
    return tuple(_due(deadline, on) for deadline in found)


def _due(deadline: Deadline, on: date) -> Due:
    target = TargetDate(deadline.text, Precision(deadline.precision), deadline.start, deadline.due)
    return Due(deadline, target_in_words(target), max(0, (on - deadline.due).days))

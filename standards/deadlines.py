"""Which deadlines a project must have, and keeping the rows so: open, move, meet, drop."""

from datetime import date, datetime

from standards.models import Deadline, Project
from standards.pipeline import UNDER_WAY
from workflows.states import State

_LOOK = ("precision", "text", "start", "due")


def follow(project: Project, on: date | None, now: datetime) -> None:
    """Bring the project's deadlines in line with its facts, in the caller's transaction.

    ``on`` is the day of the change at the body (None: unknown), ``now`` the moment it is recorded.
    """
    deadline = Deadline.objects.open().filter(project=project, kind=Deadline.Kind.TARGET).first()
    if project.state not in UNDER_WAY or project.target_due is None:
        _close(deadline, project, on)
    elif deadline is None:
        _open(project, now)
    else:
        _move(deadline, project, now)


def _wanted(project: Project) -> dict[str, object]:
    return {
        "precision": project.target_precision,
        "text": project.target_text,
        "start": project.target_start,
        "due": project.target_due,
    }


def first(project: Project) -> Deadline | None:
    """The deadline that a project which is new here must have, not saved and without the moment it is known since."""
    if project.state not in UNDER_WAY or project.target_due is None:
        return None
    return Deadline(project=project, kind=Deadline.Kind.TARGET, basis=Deadline.Basis.PLAN, **_wanted(project))


def fits(project: Project) -> bool:
    """Whether the open target, as ``with_facts`` fetches it along, is the one that the project must have."""
    must = first(project)
    found: list[Deadline] = project.open_deadlines  # type: ignore[attr-defined]
    targets = [_looks(deadline) for deadline in found if deadline.kind == Deadline.Kind.TARGET]
    return targets == ([_looks(must)] if must else [])


def _looks(deadline: Deadline) -> list[object]:
    return [getattr(deadline, name) for name in _LOOK]


def _open(project: Project, now: datetime) -> None:
    Deadline.objects.create(
        project=project,
        kind=Deadline.Kind.TARGET,
        basis=Deadline.Basis.PLAN,
        opened_at=now,
        generation=1 + Deadline.objects.filter(project=project, kind=Deadline.Kind.TARGET).count(),
        **_wanted(project),
    )


def _move(deadline: Deadline, project: Project, now: datetime) -> None:
    """Another due day is another generation, whose reminders start anew; other wording is not."""
    wanted = _wanted(project)
    if all(getattr(deadline, name) == wanted[name] for name in _LOOK):
        return
    if deadline.due != wanted["due"]:
        deadline.generation += 1
        deadline.opened_at = now
    for name, value in wanted.items():
        setattr(deadline, name, value)
    deadline.save()


def _close(deadline: Deadline | None, project: Project, on: date | None) -> None:
    if deadline is None:
        return
    met = project.state == State.PUBLISHED
    deadline.status = Deadline.Status.MET if met else Deadline.Status.DROPPED
    deadline.closed_on = on
    deadline.save()

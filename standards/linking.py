"""Links between projects are facts of both ends: making or ending one writes history on each of them."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from standards import history
from standards.models import Change, Project
from standards.snapshots import delta_between, project_snapshot


@dataclass(frozen=True, slots=True)
class OtherEnd:
    """A project at the far end of a link, locked, with its facts from before the change."""

    project: Project
    before: dict[str, Any]


def lock(project: Project, others: Iterable[Project] = ()) -> tuple[Project, list[OtherEnd]]:
    """Lock the project and those that it is, or will be, linked with, in the order of their ids."""
    far = {other.pk for other in others} | set(project.links.exclude(other=None).values_list("other", flat=True))
    locked = {
        found.pk: found
        for found in Project.objects.select_for_update().filter(pk__in={project.pk, *far}).order_by("pk")
    }
    if project.pk not in locked:
        raise Project.DoesNotExist(f"there is no project {project.pk}")
    ends = [OtherEnd(other, project_snapshot(other)) for pk, other in locked.items() if pk != project.pk]
    return locked[project.pk], ends


def write_other_ends(ends: Iterable[OtherEnd], entry: history.Entry) -> None:
    """Record the change at every far end whose facts it altered."""
    for end in ends:
        if delta_between(end.before, project_snapshot(end.project)):
            history.write(
                end.project,
                replace(entry, kind=Change.Kind.EDITED, verb="", from_state="", override="", overridden=(), facts=None),
                end.before,
            )

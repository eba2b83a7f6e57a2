"""Links between projects are facts of both ends: making or ending one writes history on each of them."""

from collections.abc import Collection, Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.db import transaction

from standards import history
from standards.models import Change, Project
from standards.snapshots import delta_between, project_snapshot


@dataclass(frozen=True, slots=True)
class OtherEnd:
    """A project at the far end of a link, locked, with its facts from before the change."""

    project: Project
    before: dict[str, Any]


def lock(
    project: Project, others: Iterable[Project] = (), *, with_linked: bool = False
) -> tuple[Project, list[OtherEnd]]:
    """Lock the project and these others, in the order of their ids; for a change of its links all it is linked with."""
    named = {project.pk, *(other.pk for other in others)}
    locked = _lock_with_linked(project, named) if with_linked else _lock(named)
    if project.pk not in locked:
        raise Project.DoesNotExist(f"there is no project {project.pk}")
    ends = [OtherEnd(other, project_snapshot(other)) for pk, other in locked.items() if pk != project.pk]
    return locked[project.pk], ends


def _lock(keys: Collection[UUID]) -> dict[UUID, Project]:
    """No key is ever changed, so a row that only refers to one of these is written without waiting for the lock."""
    found = Project.objects.select_for_update(no_key=True).filter(pk__in=keys).order_by("pk")
    return {project.pk: project for project in found}


class _LinkedMeanwhile(Exception):
    """Somebody linked the project while its lock was waited for."""


def _lock_with_linked(project: Project, named: Collection[UUID]) -> dict[UUID, Project]:
    while True:
        wanted = {*named, *_linked(project)}
        with suppress(_LinkedMeanwhile), transaction.atomic():
            locked = _lock(wanted)
            if not _linked(project) <= wanted:
                # Leaving the savepoint gives the locks back, so that all can be taken in order.
                raise _LinkedMeanwhile
            return locked


def _linked(project: Project) -> set[UUID]:
    return set(project.links.exclude(other=None).values_list("other", flat=True))


def write_other_ends(project: Project, ends: Iterable[OtherEnd], entry: history.Entry) -> None:
    """Record the change at every far end whose facts it altered; words about an embargoed project stay with it."""
    entry = replace(
        entry, kind=Change.Kind.EDITED, verb="", from_state="", override="", overridden=(), facts=None
    )  # fmt: skip
    for end in ends:
        if delta_between(end.before, project_snapshot(end.project)):
            hushed = project.embargoed and not end.project.embargoed
            history.write(end.project, replace(entry, note="", source="") if hushed else entry, end.before)

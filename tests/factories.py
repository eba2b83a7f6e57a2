"""What tests are made of. Everything goes through the same doors as in real life."""

import itertools
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.contrib.auth.models import Permission, User

from standards import edits
from standards.models import Body, Committee, CommitteeKind, Project
from workflows.library import track as track_of
from workflows.states import State

_count = itertools.count(1)
ALL_PERMISSIONS = ("add_project", "change_project", "view_project", "move_project", "override_gate", "view_embargoed")
MOVER_PERMISSIONS = ("view_project", "change_project", "move_project")


def body(slug: str = "sac") -> Body:
    return Body.objects.get_or_create(slug=slug, defaults={"name": slug.upper()})[0]


def committee(slug: str = "sac-tc28-sc42", parent: Committee | None = None, **fields: Any) -> Committee:
    """The committee of that slug, made when it is not there."""
    if found := Committee.objects.filter(slug=slug).first():
        return found
    made = Committee(slug=slug, parent=parent, body=body(), **{"name": slug.upper(), "kind": CommitteeKind.SC} | fields)
    edits.record_committee(made, by=None, source="test")
    return made


def project(
    track: str = "gb-z",
    state: State = State.DRAFT,
    *,
    committees: Iterable[str] = ("sac-tc28-sc42",),
    effective_on: date | None = date(2025, 7, 8),
    by: Any = None,
    **fields: Any,
) -> Project:
    """A registered project, by default a GB/Z in drafting since the plenary of 8 July 2025."""
    body(track_of(track).body)
    slugs = [committee(slug).slug for slug in committees]
    values = {"title": f"Artificial intelligence—Test subject {next(_count)}", "source": "test"} | fields
    return edits.register(track=track, state=state, by=by, effective_on=effective_on, committees=slugs, **values)


def person(name: str = "", permissions: Iterable[str] = (), **fields: Any) -> User:
    """A user with these permissions of the standards app."""
    user = User.objects.create_user(name or f"person{next(_count)}", password="a password for tests", **fields)
    user.user_permissions.set(Permission.objects.filter(content_type__app_label="standards", codename__in=permissions))
    return user


def secretary(name: str = "", **fields: Any) -> User:
    """Staff who may do everything with projects."""
    return person(name, ALL_PERMISSIONS, **{"is_staff": True} | fields)


def mover(name: str = "", **fields: Any) -> User:
    """Staff who may move and edit projects and override nothing."""
    return person(name, MOVER_PERMISSIONS, **{"is_staff": True} | fields)

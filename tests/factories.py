"""What tests are made of. Everything goes through the same doors as in real life."""

import itertools
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.contrib.auth.models import Group, Permission, User
from django.utils import timezone

from standards import edits
from standards.models import Body, Committee, CommitteeKind, Project
from tracker.models import Watch, Watcher
from tracker.tokens import ApiToken, issue
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


def grant(user: User, app: str, *codenames: str) -> None:
    """Give a user more permissions, of any app."""
    user.user_permissions.add(*Permission.objects.filter(content_type__app_label=app, codename__in=codenames))


def person_of_a_group(permissions: Iterable[str]) -> User:
    """A user who has these permissions of the standards app through a group."""
    group = Group.objects.create(name=f"group{next(_count)}")
    group.permissions.set(Permission.objects.filter(content_type__app_label="standards", codename__in=permissions))
    user = person()
    user.groups.add(group)
    return user


def secretary(name: str = "", **fields: Any) -> User:
    """Staff who may do everything with projects."""
    return person(name, ALL_PERMISSIONS, **{"is_staff": True} | fields)


def mover(name: str = "", **fields: Any) -> User:
    """Staff who may move and edit projects and override nothing."""
    return person(name, MOVER_PERMISSIONS, **{"is_staff": True} | fields)


def api_token(user: User | None = None, *, write: bool = False, **fields: Any) -> str:
    """The text of a new API token, by default one that may read and whose user may do nothing else."""
    scope = ApiToken.Scope.WRITE if write else ApiToken.Scope.READ
    return issue(ApiToken(user=user or person(), name="test", scope=scope, **fields), timezone.now())


def watcher(email: str = "", **fields: Any) -> Watcher:
    """Somebody who may watch, in the secretariat's zone unless told otherwise."""
    made = Watcher(email=email or f"watcher{next(_count)}@example.org", **fields)
    made.full_clean()
    made.save()
    return made


def watch(who: Watcher, what: Project | Committee, **fields: Any) -> Watch:
    """A watch on a project or a committee, since now unless told otherwise."""
    subject = {"project": what} if isinstance(what, Project) else {"committee": what}
    made = Watch(watcher=who, **subject, **fields)
    made.full_clean()
    made.save()
    return made

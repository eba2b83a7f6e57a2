"""The two groups that staff are usually put into. Made after every migration, where they are not there yet."""

from collections.abc import Mapping
from typing import Any

from django.apps import apps
from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import Group, Permission
from django.db.models import Q

_READ = frozenset(
    f"standards.view_{model}" for model in ("project", "committee", "committeefact", "body", "deadline", "change")
)
_EDIT = _READ | {"standards.change_project", "standards.move_project"}
_KEPT = {
    "standards": ("committee", "committeefact", "body"),
    "tracker": ("watcher", "watch", "apitoken"),
}
_KEEP = frozenset(
    f"{app}.{verb}_{model}" for app, models in _KEPT.items() for model in models for verb in ("view", "add", "change")
)
_RUN = {"standards.add_project", "standards.override_gate", "standards.view_embargoed",
        "tracker.view_notification", "tracker.view_attempt", "tracker.view_job"}  # fmt: skip

GROUPS: Mapping[str, frozenset[str]] = {"Editors": _EDIT, "Secretariat": _EDIT | _KEEP | _RUN}
"""Editors move projects and edit their facts. The secretariat also registers projects, passes gates with a reason,
sees what is embargoed, keeps committees and watchers, reads the letters sent and the jobs of colleagues, and makes API
tokens."""


def after_migrate(using: str = "default", **_kwargs: Any) -> None:
    """Make the groups that are missing. One that exists stays as its site has arranged it, permissions included."""
    missing = [name for name in GROUPS if not Group.objects.using(using).filter(name=name).exists()]
    if not missing:
        return
    for label in ("standards", "tracker"):
        create_permissions(apps.get_app_config(label), verbosity=0, using=using)
    for name in missing:
        Group.objects.using(using).create(name=name).permissions.set(_permissions(name, using))


def _permissions(name: str, using: str) -> list[Permission]:
    wanted = Q()
    for permission in GROUPS[name]:
        app, codename = permission.split(".")
        wanted |= Q(content_type__app_label=app, codename=codename)
    return list(Permission.objects.using(using).filter(wanted))

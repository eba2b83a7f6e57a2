"""Who may do what to a project. ``None`` stands for the tracker itself: its commands and importers."""

from typing import Any

from standards.models import Committee, Project
from workflows.states import Verb


def may_see(person: Any, project: Project) -> bool:
    """May this person know that the project is there?"""
    return person is None or not project.embargoed or _has(person, "standards.view_embargoed")


def may_move(person: Any, project: Project, verb: Verb) -> bool:
    return _may(person, "standards.move_project", project)


def may_edit(person: Any, project: Project) -> bool:
    return _may(person, "standards.change_project", project)


def may_register(person: Any) -> bool:
    return person is None or _has(person, "standards.add_project")


def may_record(person: Any, committee: Committee) -> bool:
    """May this person bring in this committee, or change it where it is there already?"""
    return person is None or _has(person, f"standards.{'change' if committee.pk else 'add'}_committee")


def may_override(person: Any, project: Project) -> bool:
    """May this person move a project past a shut gate, giving a reason?"""
    return _may(person, "standards.override_gate", project)


def _may(person: Any, permission: str, project: Project) -> bool:
    return person is None or (_has(person, permission) and may_see(person, project))


def _has(person: Any, permission: str) -> bool:
    return bool(person.is_active and person.has_perm(permission))

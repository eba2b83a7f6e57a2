"""What can be done with a project now: the verbs that are possible, and for the others why not."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext

from standards.models import Project
from standards.permissions import may_override
from standards.speech import labelled, told
from standards.transitions import Option, options
from tracker.admin.history_page import gate_name
from tracker.admin.labels import state_name
from workflows.states import VERB_LABELS


@dataclass(frozen=True, slots=True)
class Choice:
    """One verb for one person. ``leads_to`` is empty where the state stays; ``reasons`` say why it is not possible.

    ``passable``: it is behind a shut gate, and this person may pass it with a reason.
    """

    verb: str
    name: str
    leads_to: str
    url: str
    reasons: tuple[str, ...] = ()
    passable: bool = False


@dataclass(frozen=True, slots=True)
class Panel:
    """The verbs of a track in four groups: possible now, waiting for a gate, not for this person, not from here."""

    possible: list[Choice]
    waiting: list[Choice]
    not_permitted: list[Choice]
    illegal: list[Choice]


def panel(project: Project, person: Any, today: date) -> Panel:
    """The panel for this person on that day. Reads what the project has fetched along, and one aggregate."""
    found = options(project, by=person, on=today)
    legal = [option for option in found if option.legal]
    permitted = [option for option in legal if option.permitted]
    return Panel(
        possible=_choices(project, (option for option in permitted if option.opened_by_facts)),
        waiting=_choices(project, (o for o in permitted if not o.opened_by_facts), may_override(person, project)),
        not_permitted=_choices(project, (option for option in legal if not option.permitted)),
        illegal=_choices(project, (option for option in found if not option.legal)),
    )


def _choices(project: Project, found: Iterable[Option], passable: bool = False) -> list[Choice]:
    return [
        Choice(
            verb=option.verb,
            name=told(VERB_LABELS[option.verb]),
            leads_to=_leads_to(project, option),
            url=move_url(project, option.verb),
            reasons=_reasons(option),
            passable=passable,
        )
        for option in found
    ]


def _leads_to(project: Project, option: Option) -> str:
    """The state it leads to, unless the verb says it already (终止) or the state stays."""
    name = state_name(option.to)
    return "" if option.to == project.state or name == told(VERB_LABELS[option.verb]) else name


def _reasons(option: Option) -> tuple[str, ...]:
    if not option.legal:
        return (option.why_not,)
    if not option.permitted:
        return (gettext("Your account lacks the permission to move projects."),)
    if option.opened_by_facts:
        return ()
    return tuple(labelled(gate_name(shut.gate), shut.reason) for shut in option.shut_gates)


def move_url(project: Project, verb: str) -> str:
    return reverse("admin:standards_project_move", args=[project.pk, verb])

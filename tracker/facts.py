"""The facts of a letter as JSON values, taken when it is owed: what it will say is settled then and kept."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.conf import settings

from standards.models import Committee, Deadline, Project
from standards.snapshots import iso
from tracker.local_time import zone_called
from tracker.models import Language, Watch, Watcher
from workflows.states import STATE_LABELS, Label, State

JSON = dict[str, Any]


def reminder_facts(about: JSON, watcher: Watcher, on: date, next_on: date | None) -> JSON:
    """What a deadline reminder says to this watcher on the day ``on``; ``next_on`` is when the next one would come.

    ``about`` is what ``facts_about`` said of the deadline.
    """
    return {
        "language": watcher.language if watcher.language in Language else Language.ENGLISH,
        "zone": zone_called(watcher.time_zone, settings.TIME_ZONE).key,
        "to": {"email": watcher.email, "name": watcher.name},
        "sender": settings.DEFAULT_FROM_EMAIL,
        "site": settings.BASE_URL,
        "on": iso(on),
        "next": iso(next_on),
        **about,
    }


def facts_about(deadline: Deadline) -> JSON:
    """What the letters to all watchers have in common. Reads the deadline's project, its numbers and assignments."""
    return {
        "project": _project(deadline.project),
        "deadline": {
            "kind": deadline.kind,
            "text": deadline.text,
            "precision": deadline.precision,
            "start": iso(deadline.start),
            "due": iso(deadline.due),
        },
    }


def reasons(watches: Iterable[Watch]) -> list[JSON]:
    """Which watches brought a letter: what each is on (no committee: the project itself) and since when."""
    return [
        {
            "watch": watch.pk,
            "committee": _committee(watch.committee) if watch.committee else None,
            "since": watch.since.isoformat(timespec="seconds"),
        }
        for watch in watches
    ]


def _project(project: Project) -> JSON:
    return {
        "id": str(project.pk),
        "title": project.title,
        "title_zh": project.title_zh,
        "numbers": [number.value for number in sorted(project.numbers.all(), key=lambda n: (n.position, n.pk))],
        "state": _label(STATE_LABELS[State(project.state)]),
        "stage": _stage(project),
        "committees": [
            _committee(assignment.committee)
            for assignment in sorted(project.assignments.all(), key=lambda a: (a.position, a.pk))
        ],
    }


def _committee(committee: Committee) -> JSON:
    return {"en": committee.name, "zh": committee.name_zh}


def _stage(project: Project) -> JSON | None:
    """Code and name of its stage; the code alone where the name says no more than the state does."""
    stage, state = project.stage, STATE_LABELS[State(project.state)]
    if stage is None:
        return None
    en, zh = (
        stage.code if name.startswith(known) else f"{stage.code} {name}"
        for name, known in ((stage.name.en, state.en), (stage.name.zh, state.zh))
    )
    return _label(Label(en, zh))


def _label(label: Label) -> JSON:
    return {"en": label.en, "zh": label.zh}

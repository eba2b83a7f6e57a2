"""The questions a list of projects can be asked, the same wherever projects are listed or counted."""

from collections.abc import Callable, Mapping
from typing import Any

from django.db.models import Exists, OuterRef

from standards.models import Body, Committee, Deadline
from standards.querysets import ProjectQuerySet
from tracker.api import parameters as p
from tracker.api.parameters import Query
from tracker.api.problems import bad_input
from workflows.library import library
from workflows.states import Level, State

_STAGES = sorted({stage.code for track in library().values() for stage in track.stages})

PLACE = (
    p.some_of("state", "In one of these states.", State),
    p.some_of("stage", "At one of these stage codes. A code means something only together with its track.", _STAGES),
    p.some_of("track", "Following one of these procedures.", library()),
    p.some_of("level", "For whom the standard is made.", Level),
    p.words("deliverable", "What is made, such as `GB/Z`, to the letter.", limit=40),
    p.slug("committee", "In this committee or in any group below it."),
    p.slug("body", "Issued by this body."),
)
SEARCH = (
    p.words("number", "Bearing this number, however it is written."),
    p.words("q", "Every one of these words is in a title or number."),
    p.day("target_after", "Planned for this day or later."),
    p.day("target_before", "Planned for this day or earlier."),
    p.flag("overdue", "1: something is overdue today. 0: nothing is."),
)
Narrow = Callable[[ProjectQuerySet, Any], ProjectQuerySet]


def narrow(projects: ProjectQuerySet, query: Query, today: Any) -> ProjectQuerySet:
    """Only the projects that the query asks for. Raises a 400 problem for a committee or body there is none of."""
    for name, value in query.values.items():
        if value is not None and name in _NARROWERS:
            projects = _NARROWERS[name](projects, value)
    if query.values.get("overdue") is not None:
        late = Exists(Deadline.objects.open().filter(project=OuterRef("pk"), due__lt=today))
        projects = projects.filter(late if query["overdue"] else ~late)
    return projects


def known_committee(slug: str) -> str:
    if not Committee.objects.filter(slug=slug).exists():
        raise bad_input({"committee": f"there is no committee “{slug}”; committees/ lists them."})
    return slug


def _known_body(slug: str) -> str:
    if not Body.objects.filter(slug=slug).exists():
        raise bad_input({"body": f"there is no body “{slug}”."})
    return slug


_NARROWERS: Mapping[str, Narrow] = {
    "state": lambda projects, states: projects.in_state(*states),
    "stage": lambda projects, codes: projects.filter(stage_code__in=codes),
    "track": lambda projects, codes: projects.filter(track_code__in=codes),
    "level": lambda projects, levels: projects.filter(level__in=levels),
    "deliverable": lambda projects, name: projects.filter(deliverable=name),
    "committee": lambda projects, slug: projects.in_committee(known_committee(slug)),
    "body": lambda projects, slug: projects.filter(body__slug=_known_body(slug)),
    "number": lambda projects, number: projects.numbered(number),
    "q": lambda projects, words: projects.matching(words),
    "target_after": lambda projects, day: projects.filter(target_due__gte=day),
    "target_before": lambda projects, day: projects.filter(target_due__lte=day),
}

"""The page of one project."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from standards.models import Change, Project, Relation
from standards.querysets import sees_embargoed
from tracker.stagebar import stage_bar
from tracker.web.due import dues
from tracker.web.history import Entry, earlier_titles, entries
from tracker.wording import target_in_words
from workflows.calendar import TargetDate
from workflows.states import LEVEL_LABELS, NUMBER_KIND_LABELS, Label, Level, NumberKind, Precision

CHANGES_ON_A_PAGE = 50


@require_safe
@cache_control(private=True, no_cache=True)
def show(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Everything a reader may know of a project. One that is unknown and one that is embargoed are not told apart."""
    visible = Project.objects.visible_to(request.user).with_facts()
    project = get_object_or_404(visible.select_related("responsible"), pk=pk)
    changes = Change.objects.filter(project=project)
    on_record = changes.filter(kind__in=(Change.Kind.REGISTERED, Change.Kind.MOVED))
    context = {
        "project": project,
        "level": LEVEL_LABELS[Level(project.level)],
        "numbers": [(NUMBER_KIND_LABELS[NumberKind(number.kind)], number) for number in project.numbers.all()],
        "steps": stage_bar(project, on_record),
        "target": _target(project),
        "dues": dues(project, timezone.localdate()),
        "links": list(_links(project, request.user)),
        "earlier_titles": earlier_titles(changes),
        "history": _history(request, project, changes),
        "for_staff": request.user.is_staff,
    }
    return render(request, "web/project.html", context)


@dataclass(frozen=True, slots=True)
class History:
    """Entries, latest first; ``older`` continues them, None at their end."""

    entries: tuple[Entry, ...]
    older: int | None


def _history(request: HttpRequest, project: Project, changes: QuerySet[Change]) -> History:
    before = _before(request)
    wanted = changes.filter(rev__lt=before) if before else changes
    latest = list(wanted.select_related("actor").order_by("-rev")[: CHANGES_ON_A_PAGE + 1])
    shown = latest[:CHANGES_ON_A_PAGE]
    return History(
        entries=entries(project, shown, for_staff=request.user.is_staff),
        older=shown[-1].rev if len(latest) > CHANGES_ON_A_PAGE else None,
    )


def _before(request: HttpRequest) -> int | None:
    text = request.GET.get("before", "")
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise Http404
    return int(text)


def _target(project: Project) -> Label | None:
    if not (project.target_start and project.target_due):
        return None
    precision = Precision(project.target_precision)
    return target_in_words(TargetDate(project.target_text, precision, project.target_start, project.target_due))


@dataclass(frozen=True, slots=True)
class LinkInWords:
    """What this project has to do with another one or with a page elsewhere, as this end tells it."""

    rel: str
    other: Project | None
    url: str


def _links(project: Project, principal: Any) -> Iterator[LinkInWords]:
    """Links of both ends, each once, without those to projects that this reader may not know of."""
    told = [(Relation(link.rel), link.other, link.url) for link in project.links.all()]
    told += [(Relation(link.rel).inverse, link.project, "") for link in project.linked_from.all()]
    sees_all = sees_embargoed(principal)
    for rel, other, url in dict.fromkeys(told):
        if other is None or sees_all or not other.embargoed:
            yield LinkInWords(str(rel.label), other, url)

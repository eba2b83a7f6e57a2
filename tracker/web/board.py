"""The front page: every project the reader may see, as a board by state or as a list, narrowed by the address."""

from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from standards.models import Project
from standards.querysets import ProjectQuerySet
from tracker.web.cards import Card, cards, columns, count_by_state, fetch_facts
from tracker.web.filters import ProjectFilter
from workflows.states import STATE_LABELS, Label, State

ON_THE_BOARD = 20
ON_A_PAGE = 50


@require_safe
@cache_control(private=True, no_cache=True)
def show(request: HttpRequest) -> HttpResponse:
    """A board of the latest projects of each state, or, with ``state`` or ``view=list``, pages of all of them."""
    wanted = ProjectFilter(request.GET)
    if not wanted.is_valid():
        return render(request, "web/board.html", {"filter": wanted}, status=400)
    on = timezone.localdate()
    projects = wanted.narrow(Project.objects.visible_to(request.user), on)
    counts = count_by_state(projects)
    context = {"filter": wanted, "total": sum(counts.values())}
    if wanted.as_list:
        states = [(state, STATE_LABELS[state], count) for state, count in counts.items()]
        page = _page(projects, wanted, on)
        return render(request, "web/list.html", context | {"states": states, "page": page})
    found = columns(projects, counts, ON_THE_BOARD, on)
    on_the_way = [column for column in found if not column.ended]
    ended = [column for column in found if column.ended]
    return render(request, "web/board.html", context | {"columns": on_the_way, "ended": ended})


@dataclass(frozen=True, slots=True)
class Page:
    """Some of the projects of a list, those changed last first; ``older`` continues it, None at its end."""

    label: Label | None
    cards: tuple[Card, ...]
    older: int | None


def _page(projects: ProjectQuerySet, wanted: ProjectFilter, on: date) -> Page:
    state, before = wanted.state_wanted, wanted.cleaned_data["before"]
    found = projects.in_state(state) if state else projects
    found = found.filter(rev__lt=before) if before else found
    latest = list(found.order_by("-rev")[: ON_A_PAGE + 1])
    shown = latest[:ON_A_PAGE]
    fetch_facts(shown)
    return Page(
        label=STATE_LABELS[State(state)] if state else None,
        cards=cards(shown, on),
        older=shown[-1].rev if len(latest) > ON_A_PAGE else None,
    )

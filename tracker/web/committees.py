"""The pages of committees: the tree of all, and one with what is known of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from standards.models import Committee, CommitteeFact, Project, in_chinese
from standards.querysets import PATH_SEPARATOR
from tracker.web.cards import Column, columns, count_by_state

IN_A_STATE = 10


@dataclass(frozen=True, slots=True)
class Branch:
    """A committee with the groups below it."""

    committee: Committee
    below: "tuple[Branch, ...]"


@require_safe
@cache_control(private=True, no_cache=True)
def index(request: HttpRequest) -> HttpResponse:
    """The whole tree: a country has committees by the hundred, which is a page, not a list to turn over."""
    everyone = Committee.objects.in_tree_order().only("slug", "name", "name_zh", "reference", "kind", "parent_id")
    return render(request, "web/committees.html", {"branches": _branches(everyone)})


def _branches(everyone: Iterable[Committee]) -> tuple[Branch, ...]:
    below: dict[int | None, list[Committee]] = {}
    for committee in everyone:
        below.setdefault(committee.parent_id, []).append(committee)

    def grow(parent: int | None) -> tuple[Branch, ...]:
        return tuple(Branch(committee, grow(committee.pk)) for committee in below.get(parent, ()))

    return grow(None)


@require_safe
@cache_control(private=True, no_cache=True)
def show(request: HttpRequest, slug: str) -> HttpResponse:
    """A committee: its place, its groups, what sources say of it, and the projects of it and of all below it."""
    committee = get_object_or_404(Committee.objects.select_related("body"), slug=slug)
    projects = Project.objects.visible_to(request.user).in_committee(slug)
    counts = count_by_state(projects)
    context = {
        "committee": committee,
        "above": _above(committee),
        "groups": committee.children.order_by("path"),
        "statements": _by_kind(committee.facts.order_by("position", "pk")),
        "total": sum(counts.values()),
        "columns": _filled(columns(projects, counts, IN_A_STATE, timezone.localdate())),
    }
    return render(request, "web/committee.html", context)


def _above(committee: Committee) -> list[Committee]:
    """From the root down to its parent."""
    slugs = committee.path.strip(PATH_SEPARATOR).split(PATH_SEPARATOR)[:-1]
    return list(Committee.objects.filter(slug__in=slugs).order_by("path"))


def _filled(found: Iterable[Column]) -> list[Column]:
    return [column for column in found if column.count]


@dataclass(frozen=True, slots=True)
class Statement:
    """What a source says, once, with every fact that is read from it."""

    text: str
    stated_on: date
    source: str
    facts: tuple[CommitteeFact, ...]


def _by_kind(facts: Iterable[CommitteeFact]) -> list[tuple[str, list[Statement]]]:
    """The statements under a heading for each kind, those that call for something first."""
    by_kind: dict[str, list[CommitteeFact]] = {}
    for fact in facts:
        by_kind.setdefault(fact.kind, []).append(fact)
    return [(heading, _statements(by_kind[kind])) for kind, heading in _headings().items() if kind in by_kind]


def _statements(facts: Iterable[CommitteeFact]) -> list[Statement]:
    said: dict[tuple[str, date, str], list[CommitteeFact]] = {}
    for fact in facts:
        text = (fact.text_zh if in_chinese() else "") or fact.text
        said.setdefault((text, fact.stated_on, fact.source), []).append(fact)
    return [Statement(*what, tuple(read)) for what, read in said.items()]


def _headings() -> dict[Any, str]:
    kinds = CommitteeFact.Kind
    return {
        kinds.NEXT_STEP: _("Next steps"),
        kinds.ISSUE: _("Open issues"),
        kinds.COUNT: _("Figures"),
        kinds.MEETING: _("Meetings"),
        kinds.ORGANISATION: _("Organisation"),
        kinds.TAKEAWAY: _("Key takeaways"),
    }

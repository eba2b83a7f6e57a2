"""``committees/``: the tree of committees and what is known of each; ``pipeline/``: how many projects stand where."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from django.db.models import Count, F, Prefetch

from standards.models import Committee, CommitteeFact, Project, ProjectCommittee
from standards.querysets import CommitteeQuerySet, ProjectQuerySet
from tracker.api import shapes
from tracker.api.addresses import committee_addresses
from tracker.api.conditions import Version
from tracker.api.filters import PLACE, narrow
from tracker.api.keyset import PAGING, Order, read_page
from tracker.api.problems import Problem
from tracker.api.reading import Asked, ReadView
from tracker.api.schema import Documented
from workflows.states import State

JSON = dict[str, Any]


def _with_facts() -> CommitteeQuerySet:
    facts = CommitteeFact.objects.order_by("position", "pk")
    return Committee.objects.select_related("body", "parent").prefetch_related(Prefetch("facts", facts))


def represent_committees(committees: Iterable[Committee]) -> list[JSON]:
    return [represent_committee(committee) for committee in committees]


def represent_committee(committee: Committee) -> JSON:
    return {
        "slug": committee.slug,
        **committee_addresses(committee.slug),
        "name": committee.name,
        "name_zh": committee.name_zh,
        "kind": committee.kind,
        "reference": committee.reference,
        "aliases": committee.aliases,
        "body": committee.body.slug,
        "parent": committee.parent.slug if committee.parent else None,
        "facts": [_represent_fact(fact) for fact in committee.facts.all()],
        "rev": committee.rev,
    }


def _represent_fact(fact: CommitteeFact) -> JSON:
    return {
        "key": fact.key,
        "kind": fact.kind,
        "label": fact.label,
        "label_zh": fact.label_zh,
        "value": fact.value,
        "text": fact.text,
        "text_zh": fact.text_zh,
        "from": fact.starts_on,
        "until": fact.ends_on,
        "stated_on": fact.stated_on,
        "source": fact.source,
    }


class Committees(ReadView):
    parameters = PAGING
    documented: ClassVar = {
        "get": Documented(
            "listCommittees",
            "Committees",
            "The tree of committees, each after the one it is part of (`parent`), with dated and sourced facts.",
            "committees",
            shapes.COMMITTEES,
        )
    }

    def body(self, asked: Asked, version: Version) -> JSON:
        return read_page(_with_facts(), Order(F("path")), asked.query, asked.path, represent_committees)


class OneCommittee(ReadView):
    documented: ClassVar = {
        "get": Documented("getCommittee", "One committee", "", "committees", shapes.COMMITTEE, problems=(400, 404))
    }

    def body(self, asked: Asked, version: Version) -> JSON:
        committee = _with_facts().filter(slug=asked.where["slug"]).first()
        if committee is None:
            raise Problem(404, "There is no committee with this slug.")
        return represent_committee(committee)


class Pipeline(ReadView):
    parameters = PLACE
    documented: ClassVar = {
        "get": Documented(
            "getPipeline",
            "How many projects stand where",
            "Counts by state: in all, and for each committee with the groups below it. A project that several groups "
            "work on counts once in each of them and once in what they are all part of, so committees do not add up "
            "to the total. With `committee`, only that committee and the groups below it are listed.",
            "pipeline",
            shapes.PIPELINE,
        )
    }

    def body(self, asked: Asked, version: Version) -> JSON:
        projects = narrow(Project.objects.visible_to(asked.reader), asked.query, asked.today)
        below = asked.query["committee"]
        shown = Committee.objects.subtree(below) if below else Committee.objects.all()
        committees = list(shown.select_related("parent").in_tree_order())
        counts = _count_by_committee(projects)
        overall = Counter(dict(projects.order_by().values_list("state").annotate(Count("pk"))))
        return {
            "total": overall.total(),
            "states": _by_state(overall),
            "committees": [_row(committee, counts[committee.slug]) for committee in committees],
        }


def _row(committee: Committee, counts: Mapping[str, int]) -> JSON:
    parent = committee.parent.slug if committee.parent else None
    states = _by_state(counts)
    return {"committee": committee.slug, "parent": parent, "total": sum(states.values()), "states": states}


def _by_state(counts: Mapping[str, int]) -> dict[str, int]:
    return {state.value: counts.get(state, 0) for state in State}


def _count_by_committee(projects: ProjectQuerySet) -> Mapping[str, Counter[str]]:
    """By slug: how many of these projects are in each state, in the committee or below it.

    The database counts assignments; projects with several, which are few, are then taken back where they meet.
    """
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    inside = ProjectCommittee.objects.filter(project__in=projects.order_by())
    assigned = inside.values_list("committee__path", "project__state").annotate(Count("pk"))
    for path, state, number in assigned:
        for slug in _slugs(path):
            counts[slug][state] += number
    for state, paths in _shared(inside, projects):
        for slug, times in Counter(slug for path in paths for slug in _slugs(path)).items():
            counts[slug][state] -= times - 1
    return counts


def _shared(inside: Any, projects: ProjectQuerySet) -> list[tuple[str, list[str]]]:
    """The projects in more than one committee: state, and the paths of their committees."""
    several = projects.order_by().annotate(groups=Count("assignments")).filter(groups__gt=1)
    rows = inside.filter(project__in=several.values("pk")).values_list("project", "project__state", "committee__path")
    paths: defaultdict[tuple[Any, str], list[str]] = defaultdict(list)
    for project, state, path in rows:
        paths[project, state].append(path)
    return [(state, found) for (_project, state), found in paths.items()]


def _slugs(path: str) -> list[str]:
    return [slug for slug in path.split("/") if slug]

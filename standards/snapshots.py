"""A subject's facts as plain JSON values: codes, slugs, ids and dates, as history keeps them."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import prefetch_related_objects

from standards.models import Committee, Link, Number, Project, Relation

JSON = dict[str, Any]

_PLAIN_FIELDS = (
    "title",
    "title_zh",
    "level",
    "deliverable",
    "round",
    "on_hold",
    "cancelled_from",
    "comment_url",
    "note",
    "embargoed",
)
_DATES = ("since", "comment_from", "comment_until", "published_on", "in_force_on")


def iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def project_snapshot(project: Project) -> JSON:
    """The project's facts now. Reads its numbers, committees and links, fetched along where ``with_facts`` was used."""
    numbers = sorted(project.numbers.all(), key=lambda n: (n.position, n.pk))
    committees = _committee_slugs(project)
    told = [dict(pair) for pair in sorted({tuple(link.items()) for link in links(project)})]
    return snapshot_of(project, numbers, committees, told)


def snapshot_of(
    project: Project, numbers: Iterable[Number], committees: list[str], links: list[dict[str, str]]
) -> JSON:
    """The facts of a project that has these numbers, committees (slugs) and links, whether they are saved or not."""
    facts = {name: getattr(project, name) for name in _PLAIN_FIELDS}
    facts |= {name: iso(getattr(project, name)) for name in _DATES}
    return facts | {
        "track": project.track_code,
        "body": project.body.slug,
        "state": str(project.state),
        "stage": project.stage_code,
        "target": target_facts(project),
        "responsible": project.responsible_id,
        "numbers": [{"kind": n.kind, "value": n.value, "raw": n.raw, "valid": n.valid} for n in numbers],
        "committees": committees,
        "links": links,
    }


def links(project: Project, *, hide_embargoed: bool = False) -> list[dict[str, str]]:
    """The project's links as this end tells them: ``rel`` with ``project`` (an id) or ``url``, each once."""
    told = [
        _link(link.rel, link.other_id, link.url)
        for link in project.links.all()
        if _shown(link, "other", hide_embargoed)
    ]
    told += [
        _link(Relation(link.rel).inverse, link.project_id, "")
        for link in project.linked_from.all()
        if _shown(link, "project", hide_embargoed)
    ]
    return list({tuple(link.items()): link for link in told}.values())


def _shown(link: Link, end: str, hide_embargoed: bool) -> bool:
    if not hide_embargoed:
        return True
    project: Project | None = getattr(link, end)
    return not (project and project.embargoed)


def _link(rel: str, other: UUID | None, url: str) -> dict[str, str]:
    return {"rel": str(rel), "project": str(other)} if other else {"rel": str(rel), "url": url}


def _committee_slugs(project: Project) -> list[str]:
    assignments = sorted(project.assignments.all(), key=lambda a: (a.position, a.pk))
    prefetch_related_objects(assignments, "committee")
    return [assignment.committee.slug for assignment in assignments]


def target_facts(project: Project) -> JSON | None:
    if not project.target_due:
        return None
    return {
        "text": project.target_text,
        "precision": project.target_precision,
        "start": iso(project.target_start),
        "due": iso(project.target_due),
    }


def committee_snapshot(committee: Committee) -> JSON:
    return {
        "slug": committee.slug,
        "name": committee.name,
        "name_zh": committee.name_zh,
        "body": committee.body.slug,
        "parent": committee.parent.slug if committee.parent else None,
        "kind": committee.kind,
        "reference": committee.reference,
        "aliases": committee.aliases,
        "secretariat": committee.secretariat_name,
        "facts": [
            {
                "key": fact.key,
                "kind": fact.kind,
                "value": fact.value,
                "label": fact.label,
                "label_zh": fact.label_zh,
                "text": fact.text,
                "text_zh": fact.text_zh,
                "from": iso(fact.starts_on),
                "until": iso(fact.ends_on),
                "stated_on": iso(fact.stated_on),
                "source": fact.source,
            }
            for fact in committee.facts.order_by("position", "pk")
        ],
    }


def delta_between(before: JSON | None, after: JSON) -> JSON:
    """The fields that differ, each as ``[old, new]``; everything, with old None, where there was no before."""
    if before is None:
        return {name: [None, value] for name, value in after.items() if value not in (None, "", [], False)}
    return {name: [before.get(name), value] for name, value in after.items() if before.get(name) != value}

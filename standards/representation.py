"""A project as JSON values, the same for every reader: what the API shows, without addresses of this host."""

from typing import Any

from standards.models import Project
from standards.snapshots import iso, links, target_facts
from workflows.library import Stage

JSON = dict[str, Any]


def represent(project: Project) -> JSON:
    """The project's facts with the stage's names. Reads what ``ProjectQuerySet.with_facts`` fetches along.

    ``id``, ``url``, ``html_url``, ``rev`` and ``updated_at`` are written by the caller. Nothing in it depends on
    the day it is read. Links to embargoed projects are left out.
    """
    return {
        "title": project.title,
        "title_zh": project.title_zh,
        "level": project.level,
        "deliverable": project.deliverable,
        "track": project.track_code,
        "body": project.body.slug,
        "state": str(project.state),
        "stage": represent_stage(project.stage),
        "round": project.round,
        "since": iso(project.since),
        "numbers": [{"kind": n.kind, "value": n.value, "valid": n.valid} for n in project.numbers.all()],
        "committees": [assignment.committee.slug for assignment in project.assignments.all()],
        "target": target_facts(project),
        "next_deadline": _next_deadline(project),
        "comment": _comment(project),
        "published_on": iso(project.published_on),
        "in_force_on": iso(project.in_force_on),
        "on_hold": project.on_hold,
        "note": project.note,
        "links": links(project, hide_embargoed=True),
    }


def represent_stage(stage: Stage | None) -> JSON | None:
    return {"code": stage.code, "name": stage.name.en, "name_zh": stage.name.zh} if stage else None


def _next_deadline(project: Project) -> JSON | None:
    earliest = next(iter(project.open_deadlines), None)  # type: ignore[attr-defined]
    if earliest is None:
        return None
    return {
        "kind": earliest.kind,
        "basis": earliest.basis,
        "precision": earliest.precision,
        "due": iso(earliest.due),
    }


def _comment(project: Project) -> JSON | None:
    if not (project.comment_from or project.comment_until):
        return None
    return {"from": iso(project.comment_from), "until": iso(project.comment_until), "url": project.comment_url}

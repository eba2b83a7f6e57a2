"""Thousands of projects at once, for tests of what a page costs at size: rows without a history."""

from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

from standards.models import Deadline, Number, Project, ProjectCommittee
from tests import factories
from workflows.states import NumberKind, Precision, State

_STATES = (State.PROPOSAL, State.DRAFT, State.DRAFT, State.PUBLIC_COMMENT, State.PUBLISHED)
_STAGES = {State.PROPOSAL: "00", State.DRAFT: "20", State.PUBLIC_COMMENT: "30", State.PUBLISHED: "60"}
_KNOWN_AT = datetime(2025, 7, 8, tzinfo=UTC)
_serial = count(1)


def many_projects(total: int, **fields: Any) -> list[Project]:
    """So many projects of ten committees, in five states, each with a number, two of three with a deadline."""
    body = factories.body()
    committees = [factories.committee(f"bulk-{place}") for place in range(10)]
    places = [next(_serial) for _ in range(total)]
    made = Project.objects.bulk_create([_project(place, body, fields) for place in places], batch_size=500)
    Number.objects.bulk_create(map(_number, made, places), batch_size=500)
    ProjectCommittee.objects.bulk_create(
        (ProjectCommittee(project=p, committee=committees[place % 10]) for p, place in zip(made, places, strict=True)),
        batch_size=500,
    )
    Deadline.objects.bulk_create(
        (_deadline(project, project.target_due) for project in made if project.target_due), batch_size=500
    )
    return made


def _project(place: int, body: Any, fields: dict[str, Any]) -> Project:
    state = _STATES[place % len(_STATES)]
    due = date(2025, 6, 1) + timedelta(days=place * 37 % 1500)
    target = {"target_text": due.isoformat(), "target_precision": Precision.DAY, "target_start": due, "target_due": due}
    values: dict[str, Any] = {
        "title": f"Subject {place} of artificial intelligence",
        "title_zh": f"人工智能主题{place}" if place % 2 else "",
        "track_code": "gb-z",
        "level": "national",
        "deliverable": "GB/Z",
        "body": body,
        "state": state,
        "stage_code": _STAGES[state],
        "since": date(2025, 1, 1) + timedelta(days=place % 300),
        "rev": place,
        **(target if place % 3 and state != State.PUBLISHED else {}),
    }
    return Project(**values | fields)


def _number(project: Project, place: int) -> Number:
    text = f"{20000000 + place}-Z-469"
    return Number(project=project, kind=NumberKind.PLAN, value=text, raw=text)


def _deadline(project: Project, due: date) -> Deadline:
    return Deadline(
        project=project,
        kind=Deadline.Kind.TARGET,
        basis=Deadline.Basis.PLAN,
        precision=project.target_precision,
        text=project.target_text,
        start=due,
        due=due,
        opened_at=_KNOWN_AT,
    )

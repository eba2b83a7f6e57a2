"""``deadlines/``: what is due, the earliest first."""

from typing import Any, ClassVar

from django.db.models import F, QuerySet

from standards.models import Deadline, Project
from tracker.api import parameters as p
from tracker.api import shapes
from tracker.api.conditions import Version
from tracker.api.filters import known_committee
from tracker.api.keyset import PAGING, Order, read_page
from tracker.api.reading import Asked, ReadView
from tracker.api.schema import Documented

JSON = dict[str, Any]
BY_DUE = Order(F("due"))


def represent_deadlines(deadlines: list[Deadline]) -> list[JSON]:
    """Deadlines with their projects' titles; how many days are left is for the reader to count."""
    return [
        {
            "project": deadline.project_id,
            "title": deadline.project.title,
            "title_zh": deadline.project.title_zh,
            "kind": deadline.kind,
            "basis": deadline.basis,
            "precision": deadline.precision,
            "text": deadline.text,
            "start": deadline.start,
            "due": deadline.due,
            "status": deadline.status,
            "closed_on": deadline.closed_on,
        }
        for deadline in deadlines
    ]


class Deadlines(ReadView):
    parameters = (
        p.day("due_after", "Due on this day or later."),
        p.day("due_before", "Due on this day or earlier."),
        p.flag("overdue", "1: the last day has passed. 0: it has not."),
        p.slug("committee", "Of projects in this committee or in any group below it."),
        p.some_of("kind", "Of one of these kinds.", Deadline.Kind.values),
        p.identity("project", "Of this project."),
        *PAGING,
    )
    dated = frozenset({"overdue"})
    documented: ClassVar = {
        "get": Documented(
            "listDeadlines",
            "Open deadlines",
            "What is due in the projects you may see, the earliest first.",
            "deadlines",
            shapes.DEADLINES,
        )
    }

    def body(self, asked: Asked, version: Version) -> JSON:
        rows = _narrow(Deadline.objects.open().visible_to(asked.reader), asked)
        return read_page(rows.select_related("project"), BY_DUE, asked.query, asked.path, represent_deadlines)


def _narrow(rows: "QuerySet[Deadline]", asked: Asked) -> "QuerySet[Deadline]":
    query = asked.query
    plain = {
        "due__gte": query["due_after"],
        "due__lte": query["due_before"],
        "kind__in": query["kind"],
        "project": query["project"],
    }
    rows = rows.filter(**{name: value for name, value in plain.items() if value is not None})
    if query["overdue"] is not None:
        rows = rows.filter(due__lt=asked.today) if query["overdue"] else rows.filter(due__gte=asked.today)
    if query["committee"]:
        inside = Project.objects.in_committee(known_committee(query["committee"]))
        rows = rows.filter(project__in=inside)
    return rows

"""``projects/``: the list, one project, its history and its deadlines."""

from typing import Any, ClassVar

from django.db.models import F, OuterRef, Subquery
from django.db.models.functions import Left
from django.urls import reverse

from standards.models import Change, Deadline, HistoryHead, Link, Project
from standards.representation import represent
from tracker.api import shapes
from tracker.api.addresses import project_addresses
from tracker.api.authentication import Reader
from tracker.api.conditions import Version, entity_tag
from tracker.api.deadlines import BY_DUE, represent_deadlines
from tracker.api.entries import represent_history
from tracker.api.filters import PLACE, SEARCH, narrow
from tracker.api.keyset import PAGING, Order, read_page
from tracker.api.parameters import Query, one_of
from tracker.api.problems import Problem
from tracker.api.reading import Asked, ReadView, plain_question
from tracker.api.schema import Documented

JSON = dict[str, Any]
# A cursor holds the sort value, and an address has its limits; beyond this many characters titles go by id.
TITLE_KEY = 120

_ORDERS = {
    "rev": Order(F("rev")),
    "since": Order(F("since"), nullable=True),
    "target": Order(F("target_due"), nullable=True),
    "title": Order(Left("title", TITLE_KEY)),
}
ORDERS = _ORDERS | {f"-{name}": Order(o.key, descending=True, nullable=o.nullable) for name, o in _ORDERS.items()}
ORDERING = one_of(
    "ordering",
    "By revision of the last change, day of entry into the state, target or title; with `-` the other way round. "
    "Projects without the date come last either way.",
    ORDERS,
    default="-rev",
)


def represent_project(project: Project) -> JSON:
    """A project as section `Project` of the OpenAPI document describes it. Needs ``with_facts``."""
    facts = represent(project)
    last = {"rev": project.rev, "updated_at": project.updated_at}
    return {"id": project.pk, **project_addresses(project.pk), **facts, **last}


def version_of(pk: Any, reader: Reader) -> Version:
    """The version of one project, in one query. Raises a 404 problem where the reader may see none of that id.

    Links to embargoed projects are not shown, so whether one of the linked projects was changed belongs to it too.
    """
    links = Link.objects.filter(other__isnull=False)
    to, back = links.filter(project=OuterRef("pk")), links.filter(other=OuterRef("pk"))
    found = (
        Project.objects.visible_to(reader)
        .filter(pk=pk)
        .values_list(
            "rev",
            Subquery(HistoryHead.objects.values("epoch")[:1]),
            Subquery(to.order_by("-other__rev").values("other__rev")[:1]),
            Subquery(back.order_by("-project__rev").values("project__rev")[:1]),
        )
        .first()
    )
    if found is None:
        raise _no_project()
    return Version(found[0], found[1:])


def project_tags(asked: Asked, version: Version) -> set[str]:
    """The ETags of the project itself at this version, whoever read it: who reads and who moves may be two."""
    path = reverse("api:project", kwargs={"id": asked.where["id"]})
    return {entity_tag(version, *plain_question(path, Query({}), sees_all)) for sees_all in (True, False)}


def find_project(asked: Asked) -> Project:
    """The project of the address with its facts. Raises a 404 problem where the reader may see none of that id."""
    visible = Project.objects.visible_to(asked.reader).with_facts()
    project = visible.filter(pk=asked.where["id"]).first()
    if project is None:
        raise _no_project()
    return project


def _no_project() -> Problem:
    return Problem(404, "There is no project with this id, or none that you may see.")


class Projects(ReadView):
    parameters = (*PLACE, *SEARCH, ORDERING, *PAGING)
    dated = frozenset({"overdue"})
    documented: ClassVar = {
        "get": Documented(
            "listProjects",
            "Projects",
            "The projects you may see, the latest changed first. Follow `next` until it is null.",
            "projects",
            shapes.PROJECTS,
        )
    }

    def body(self, asked: Asked, version: Version) -> JSON:
        projects = narrow(Project.objects.visible_to(asked.reader), asked.query, asked.today)
        order = ORDERS[asked.query["ordering"]]
        return read_page(projects.with_facts(), order, asked.query, asked.path, _represent_all)


def _represent_all(projects: list[Project]) -> list[JSON]:
    return [represent_project(project) for project in projects]


class OneProject(ReadView):
    documented: ClassVar = {
        "get": Documented(
            "getProject",
            "One project",
            "Its ETag is what a move needs in `If-Match`.",
            "projects",
            shapes.PROJECT,
            problems=(400, 404),
        )
    }

    def version(self, asked: Asked) -> Version:
        return version_of(asked.where["id"], asked.reader)

    def body(self, asked: Asked, version: Version) -> JSON:
        return represent_project(find_project(asked))


class History(ReadView):
    parameters = PAGING
    documented: ClassVar = {
        "get": Documented(
            "listHistory",
            "A project's history",
            "Every change of the project, the latest first: what, when it happened and when it was recorded, "
            "and the project's facts after it.",
            "projects",
            shapes.HISTORY,
            problems=(400, 404),
        )
    }

    def version(self, asked: Asked) -> Version:
        """That of everything: entries hold links, and the project at the other end may become embargoed."""
        head = HistoryHead.objects.all()[:1]
        visible = Project.objects.visible_to(asked.reader).filter(pk=asked.where["id"])
        found = visible.values_list(Subquery(head.values("rev")), Subquery(head.values("epoch"))).first()
        if found is None:
            raise _no_project()
        return Version(found[0], found[1:])

    def body(self, asked: Asked, version: Version) -> JSON:
        changes = Change.objects.visible_to(asked.reader).filter(project=asked.where["id"])
        order = Order(F("rev"), descending=True)
        return read_page(changes, order, asked.query, asked.path, represent_history)


class ProjectDeadlines(ReadView):
    parameters = PAGING
    documented: ClassVar = {
        "get": Documented(
            "listProjectDeadlines",
            "A project's deadlines",
            "All of them, open, met and dropped, the earliest first.",
            "projects",
            shapes.DEADLINES,
            problems=(400, 404),
        )
    }

    def version(self, asked: Asked) -> Version:
        return version_of(asked.where["id"], asked.reader)

    def body(self, asked: Asked, version: Version) -> JSON:
        rows = Deadline.objects.visible_to(asked.reader).filter(project=asked.where["id"]).select_related("project")
        return read_page(rows, BY_DUE, asked.query, asked.path, represent_deadlines)

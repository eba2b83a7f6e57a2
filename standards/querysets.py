"""The words in which projects, committees, deadlines and changes are asked for."""

from datetime import date
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Exists, OuterRef, Prefetch, Q

if TYPE_CHECKING:
    from standards.models import Change, Committee, Deadline, Project  # noqa: F401 - the bases below name them

PATH_SEPARATOR = "/"


def sees_embargoed(principal: Any) -> bool:
    """May this user (or None, or an anonymous one) see embargoed projects?"""
    return bool(principal and principal.is_authenticated and principal.has_perm("standards.view_embargoed"))


class CommitteeQuerySet(models.QuerySet["Committee"]):
    def subtree(self, slug: str) -> Self:
        """The committee of that slug with all groups below it."""
        return self.filter(path__contains=f"{PATH_SEPARATOR}{slug}{PATH_SEPARATOR}")

    def in_tree_order(self) -> Self:
        return self.order_by("path")


class ProjectQuerySet(models.QuerySet["Project"]):
    def visible_to(self, principal: Any) -> Self:
        """Only what this user (None: the public) may know of. Every surface starts from this word."""
        return self if sees_embargoed(principal) else self.filter(embargoed=False)

    def in_state(self, *states: str) -> Self:
        return self.filter(state__in=states)

    def in_committee(self, slug: str) -> Self:
        """Projects of that committee or of any group below it, each once."""
        from standards.models import Committee, ProjectCommittee

        inside = Committee.objects.subtree(slug).values("pk")
        return self.filter(Exists(ProjectCommittee.objects.filter(project=OuterRef("pk"), committee__in=inside)))

    def numbered(self, value: str) -> Self:
        """Projects that bear this number; ``value`` is the official form or any way of writing it."""
        from standards.models import Number
        from standards.numbers import parse

        same = Q(value=parse(value).value) | Q(raw=value)
        return self.filter(Exists(Number.objects.filter(same, project=OuterRef("pk"))))

    def matching(self, words: str) -> Self:
        """Projects whose title or number contains every one of these words."""
        from standards.models import Number

        found = self
        for word in words.split():
            by_number = Number.objects.filter(Q(value__icontains=word) | Q(raw__icontains=word), project=OuterRef("pk"))
            found = found.filter(Q(title__icontains=word) | Q(title_zh__icontains=word) | Exists(by_number))
        return found

    def overdue(self, on: date) -> Self:
        """Projects with an open deadline whose last day has passed on that day."""
        from standards.models import Deadline

        return self.filter(Exists(Deadline.objects.open().filter(project=OuterRef("pk"), due__lt=on)))

    def due_between(self, first: date, last: date) -> Self:
        """Projects with an open deadline due on one of these days, both included."""
        from standards.models import Deadline

        within = Deadline.objects.open().filter(project=OuterRef("pk"), due__range=(first, last))
        return self.filter(Exists(within))

    def without_deadline(self) -> Self:
        """Projects for which nothing is due."""
        from standards.models import Deadline

        return self.filter(~Exists(Deadline.objects.open().filter(project=OuterRef("pk"))))

    def for_list(self) -> Self:
        """Fetch along what a row of a list shows: numbers, committees and open deadlines, in three queries."""
        from standards.models import Deadline, Number, ProjectCommittee

        return self.prefetch_related(
            Prefetch("numbers", Number.objects.order_by("position", "pk")),
            Prefetch("assignments", ProjectCommittee.objects.select_related("committee").order_by("position", "pk")),
            Prefetch("deadlines", Deadline.objects.open().order_by("due", "pk"), to_attr="open_deadlines"),
        )

    def with_facts(self) -> Self:
        """Fetch along, in a fixed number of queries, everything ``represent`` reads."""
        from standards.models import Deadline, Link, Number, ProjectCommittee

        return self.select_related("body").prefetch_related(
            Prefetch("numbers", Number.objects.order_by("position", "pk")),
            Prefetch("assignments", ProjectCommittee.objects.select_related("committee").order_by("position", "pk")),
            Prefetch("deadlines", Deadline.objects.open().order_by("due", "pk"), to_attr="open_deadlines"),
            Prefetch("links", Link.objects.select_related("other").order_by("pk")),
            Prefetch("linked_from", Link.objects.select_related("project").order_by("pk")),
        )


class DeadlineQuerySet(models.QuerySet["Deadline"]):
    def open(self) -> Self:
        return self.filter(status="open")

    def due_by(self, day: date) -> Self:
        return self.filter(due__lte=day)

    def visible_to(self, principal: Any) -> Self:
        return self if sees_embargoed(principal) else self.filter(project__embargoed=False)


class ChangeQuerySet(models.QuerySet["Change"]):
    def of_projects(self) -> Self:
        return self.filter(project__isnull=False)

    def visible_to(self, principal: Any) -> Self:
        """Changes of projects this user may know of, and of committees, which are public."""
        if sees_embargoed(principal):
            return self
        return self.filter(Q(project__isnull=True) | Q(project__embargoed=False))

    def newest_first(self) -> Self:
        return self.order_by("-rev")

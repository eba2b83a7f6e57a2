"""Deadlines and the history of everything, to look at: both follow from what was done elsewhere."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator, capfirst
from django.utils.timezone import localdate
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from standards.models import Change, Deadline
from tracker.admin.filters import Narrowing
from tracker.admin.history_page import what_happened
from tracker.admin.labels import state_name, target_name
from tracker.admin.pages import history_url, project_url
from tracker.admin.paging import LongList
from tracker.admin.project_list import due_in_list
from tracker.admin.records import ReadOnly
from tracker.admin.telling import person_name
from tracker.templatetags.pages import day, moment


class StatusFilter(Narrowing):
    """Open ones, unless others are asked for."""

    title = _("status")
    parameter_name = "status"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("overdue", gettext("Overdue")),
            *((s.value, capfirst(s.label)) for s in Deadline.Status),
            ("all", gettext("All")),
        ]

    def choices(self, changelist: Any) -> Any:
        """Without the usual “All” in front: here nothing chosen means the open ones."""
        shown = self.value() or Deadline.Status.OPEN
        for value, title in self.lookup_choices:
            address = changelist.get_query_string({self.parameter_name: value})
            yield {"selected": shown == str(value), "query_string": address, "display": title}

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        return self.narrow(queryset, str(self.value() or Deadline.Status.OPEN))

    def narrow(self, queryset: Any, value: str) -> QuerySet:
        if value == "overdue":
            overdue: QuerySet = queryset.open().filter(due__lt=localdate())
            return overdue
        chosen: QuerySet = queryset.filter(status=value) if value in Deadline.Status.values else queryset
        return chosen


@admin.register(Deadline)
class DeadlineAdmin(LongList, ReadOnly):
    list_display = ("planned", "of_project", "kind", "basis", "status", "standing")
    list_display_links = None
    list_filter = (StatusFilter,)
    ordering = ("due", "pk")
    sortable_by = ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Deadline]:
        return Deadline.objects.visible_to(request.user).select_related("project")

    @admin.display(description=_("due"))
    def planned(self, deadline: Deadline) -> SafeString | str:
        if deadline.status == Deadline.Status.OPEN:
            return due_in_list(deadline, localdate())
        return target_name(deadline.text)

    @admin.display(description=_("project"))
    def of_project(self, deadline: Deadline) -> SafeString:
        return _project_link(deadline.project)

    @admin.display(description=_("state of the project"))
    def standing(self, deadline: Deadline) -> str:
        return state_name(deadline.project.state)


@admin.register(Change)
class ChangeAdmin(LongList, ReadOnly):
    """The newest changes first; each leads to its place in the history of its project or committee."""

    list_display = ("number", "what", "subject", "move", "effective", "recorded", "by", "said", "source")
    list_display_links = None
    ordering = ("-rev",)
    sortable_by = ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Change]:
        found = Change.objects.visible_to(request.user).select_related("project", "committee", "actor")
        return found.defer("snapshot", "delta", "facts", "hash", "previous_hash")

    @admin.display(description=_("No."))
    def number(self, change: Change) -> int:
        return change.rev

    @admin.display(description=_("what"))
    def what(self, change: Change) -> str:
        return what_happened(change)

    @admin.display(description=_("project or committee"))
    def subject(self, change: Change) -> SafeString:
        return subject_link(change)

    @admin.display(description=_("from → to"), empty_value="–")
    def move(self, change: Change) -> str | None:
        return moved(change)

    @admin.display(description=_("effective on"), empty_value="–")
    def effective(self, change: Change) -> SafeString | None:
        return day(change.effective_on) if change.effective_on else None

    @admin.display(description=_("recorded"))
    def recorded(self, change: Change) -> SafeString:
        return moment(change.recorded_at)

    @admin.display(description=_("note"), empty_value="–")
    def said(self, change: Change) -> str:
        return Truncator(change.note).chars(120)

    @admin.display(description=_("by"))
    def by(self, change: Change) -> str:
        return person_name(change.actor)


def subject_link(change: Change) -> SafeString:
    """What a change is about, leading to its entry in the history."""
    if change.project:
        return format_html('<a href="{}">{}</a>', history_url(change.project, change), change.project)
    address = reverse("admin:standards_committee_history", args=[change.committee_id])
    return format_html('<a href="{}#rev-{}">{}</a>', address, change.rev, change.committee)


def moved(change: Change) -> str | None:
    """From which state to which, None where the state stayed."""
    if change.kind != Change.Kind.MOVED or change.from_state == change.to_state:
        return None
    return f"{state_name(change.from_state)} → {state_name(change.to_state)}"


def _project_link(project: Any) -> SafeString:
    return format_html('<a href="{}">{}</a>', project_url(project), project)

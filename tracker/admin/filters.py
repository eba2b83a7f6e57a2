"""By what staff narrow the list of projects."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.text import Truncator
from django.utils.timezone import localdate
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from standards.models import Committee
from standards.querysets import ProjectQuerySet
from standards.speech import told
from tracker.admin.labels import level_name, state_name
from workflows.calendar import Period, parse_target
from workflows.library import library
from workflows.states import Level, State

Choices = Iterable[tuple[str, Any]]

SOON = Period.parse("P30D")
INDENT = "\u2003"


class Narrowing(admin.SimpleListFilter):
    """A filter whose value, when it is none of its choices, is no filter at all."""

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet | None:
        if self.value() not in {str(value) for value, _title in self.lookup_choices}:
            return queryset
        return self.narrow(queryset, str(self.value()))

    def narrow(self, queryset: Any, value: str) -> QuerySet:
        raise NotImplementedError


class StateFilter(Narrowing):
    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        return [(state.value, state_name(state)) for state in State]

    def narrow(self, queryset: ProjectQuerySet, value: str) -> ProjectQuerySet:
        return queryset.in_state(value)


class TrackFilter(Narrowing):
    title = _("procedure")
    parameter_name = "track"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        return [(track.code, told(track.name)) for track in library().values()]

    def narrow(self, queryset: ProjectQuerySet, value: str) -> ProjectQuerySet:
        return queryset.filter(track_code=value)


class CommitteeFilter(Narrowing):
    """A committee with all groups below it, chosen from the tree."""

    title = _("committee")
    parameter_name = "committee"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        return [(committee.slug, indented(committee)) for committee in Committee.objects.in_tree_order()]

    def narrow(self, queryset: ProjectQuerySet, value: str) -> ProjectQuerySet:
        return queryset.in_committee(value)


class LevelFilter(Narrowing):
    title = _("level")
    parameter_name = "level"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        return [(level.value, level_name(level)) for level in Level]

    def narrow(self, queryset: ProjectQuerySet, value: str) -> ProjectQuerySet:
        return queryset.filter(level=value)


class DeadlineFilter(Narrowing):
    title = _("deadline")
    parameter_name = "deadline"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        return [
            ("overdue", gettext("Overdue")),
            ("soon", gettext("Due in the next 30 days")),
            ("quarter", gettext("Due by the end of this quarter")),
            ("none", gettext("No deadline")),
        ]

    def narrow(self, queryset: ProjectQuerySet, value: str) -> ProjectQuerySet:
        return by_deadline(queryset, value, localdate())


class OnHoldFilter(Narrowing):
    title = _("on hold")
    parameter_name = "on_hold"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        return [("yes", gettext("On hold")), ("no", gettext("Running"))]

    def narrow(self, queryset: ProjectQuerySet, value: str) -> ProjectQuerySet:
        return queryset.filter(on_hold=value == "yes")


def by_deadline(queryset: ProjectQuerySet, value: str, today: date) -> ProjectQuerySet:
    """Projects by what is due: ``overdue``, ``soon``, ``quarter`` (still due in the present one) or ``none``."""
    if value == "overdue":
        return queryset.overdue(today)
    if value == "none":
        return queryset.without_deadline()
    last = SOON.add_to(today) if value == "soon" else last_day_of_quarter(today)
    return queryset.due_between(today, last)


def last_day_of_quarter(day: date) -> date:
    return parse_target(f"{day.year}-Q{(day.month + 2) // 3}").due


def indented(committee: Committee) -> str:
    """The committee's name, set in by its depth in the tree; sort by ``path`` to see the tree."""
    return INDENT * (committee.path.count("/") - 2) + Truncator(str(committee)).chars(70)


FILTERS = (StateFilter, CommitteeFilter, DeadlineFilter, TrackFilter, LevelFilter, OnHoldFilter)

"""Long lists, page by page: without counting the list, and no page dearer than another."""

from dataclasses import dataclass
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import QuerySet
from django.http import HttpRequest

from tracker.admin.keyset import Page, page

AFTER, BEFORE = "after", "before"
COUNTED = 1000
"""How far a list is counted; beyond that it says “more than”."""


@dataclass(frozen=True, slots=True)
class Beside:
    """Where the pages beside this one are; empty where there is none."""

    first: str
    previous: str
    next: str


@dataclass(frozen=True, slots=True)
class Counted:
    """How many rows there are, up to ``COUNTED``; ``more`` beyond it."""

    count: int
    more: bool = False


def counted(queryset: QuerySet, shown: Page) -> Counted:
    """Where the page is the whole list its rows are counted, else as far as somebody would leaf."""
    if not (shown.before or shown.after):
        return Counted(len(shown.rows))
    found = queryset.order_by()[: COUNTED + 1].count()
    return Counted(min(found, COUNTED), found > COUNTED)


class PagedByMark(ChangeList):
    """A list whose pages begin where another one ended."""

    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> QuerySet:
        """The marks are no filters, and filters lead to the first page."""
        for name in (AFTER, BEFORE):
            self.params.pop(name, None)
            self.filter_params.pop(name, None)
        return super().get_queryset(request, exclude_parameters)

    def get_results(self, request: HttpRequest) -> None:
        marks = {name: request.GET.get(name, "") for name in (AFTER, BEFORE)}
        shown = page(self.queryset, self.get_ordering(request, self.queryset.order_by()), self.list_per_page, **marks)
        self.paginator: Any = counted(self.queryset, shown)
        self.result_list: Any = shown.rows
        self.result_count = self.paginator.count
        self.full_result_count = None
        self.show_full_result_count = self.can_show_all = self.multi_page = False
        self.show_admin_actions = True
        self.beside = Beside(
            first=self.get_query_string() if shown.before else "",
            previous=self.get_query_string({BEFORE: shown.before}) if shown.before else "",
            next=self.get_query_string({AFTER: shown.after}) if shown.after else "",
        )


class LongList(admin.ModelAdmin):
    """A list that may grow without end."""

    show_full_result_count = False
    list_per_page = 50
    list_max_show_all = 0

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return PagedByMark

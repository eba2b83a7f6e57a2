"""Pages of a long list, without counting the list."""

from functools import cached_property
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import PAGE_VAR
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest

LOOK_AHEAD = 10
"""How many pages beyond the present one are counted, and can be jumped to."""


class NearPaginator(Paginator):
    """Counts as far as ``LOOK_AHEAD`` pages beyond the present one, so that a hundred thousand rows cost no more.

    Every row can be reached page by page; ``more`` says that the count stopped before the end.
    """

    page_number = 1

    @cached_property
    def count(self) -> int:
        return min(self._counted, self._reach)

    @property
    def more(self) -> bool:
        return self._counted > self._reach

    @cached_property
    def _counted(self) -> int:
        rows: Any = self.object_list
        counted: int = rows.order_by()[: self._reach + 1].count()
        return counted

    @property
    def _reach(self) -> int:
        return self.per_page * (self.page_number + LOOK_AHEAD)


class LongList(admin.ModelAdmin):
    """A list that may grow without end."""

    show_full_result_count = False
    list_per_page = 50
    list_max_show_all = 0

    def get_paginator(
        self, request: HttpRequest, queryset: QuerySet, per_page: int, *_args: Any, **_kwargs: Any
    ) -> NearPaginator:
        paginator = NearPaginator(queryset, per_page)
        paginator.page_number = page_number(request)
        return paginator


def page_number(request: HttpRequest) -> int:
    """The page asked for, 1 where that is no number."""
    asked = request.GET.get(PAGE_VAR, "1")
    return max(1, int(asked)) if asked.isdecimal() and len(asked) < 7 else 1

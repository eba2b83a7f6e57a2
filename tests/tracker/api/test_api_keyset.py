"""Walking a list by its pages: everything once, in order, on either engine, forwards and backwards."""

from datetime import date
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db.models import F
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from standards.models import Body, Project
from tests.tracker.api.asking import Asking
from tracker.api.keyset import CURSOR, KEY, LIMIT, read_page
from tracker.api.parameters import Query
from tracker.api.projects import ORDERS
from workflows.states import State

pytestmark = pytest.mark.django_db

_days = st.sampled_from([None, None, date(2025, 1, 1), date(2025, 7, 8), date(2026, 3, 31)])
_titles = st.sampled_from(["a", "A", "ä", "人工智能", "a" * 130 + "x", "a" * 130 + "y", "Zürich", "-", "_%"])
_rows = st.lists(st.tuples(_titles, _days, _days), min_size=0, max_size=12)
_patiently = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def _store(rows: list[tuple[str, Any, Any]]) -> set[Any]:
    """These projects and no others, written past the doors: what counts here is only what a list is sorted by."""
    Project.objects.all().delete()
    body, _made = Body.objects.get_or_create(slug="sac", defaults={"name": "SAC"})
    made = [
        Project(
            title=title, since=since, target_due=target, rev=rev, body=body, track_code="gb", level="national",
            deliverable="GB", state=State.DRAFT,
        )
        for rev, (title, since, target) in enumerate(rows, start=1)
    ]  # fmt: skip
    return {project.pk for project in Project.objects.bulk_create(made)}


def _page(ordering: str, limit: int, cursor: str | None) -> dict[str, Any]:
    values = {"limit": limit, "cursor": cursor, "count": False, "ordering": ordering}
    query = Query(values, (("ordering", ordering),), frozenset({LIMIT.name, CURSOR.name, "count"}))
    return read_page(Project.objects.all(), ORDERS[ordering], query, "/api/v1/projects/", list)


def _cursor(address: str | None) -> str | None:
    return parse_qs(urlsplit(address).query)["cursor"][0] if address else None


def _walk(ordering: str, limit: int, way: str = "next", cursor: str | None = None) -> list[list[Project]]:
    pages = []
    while True:
        page = _page(ordering, limit, cursor)
        pages.append(page["results"])
        cursor = _cursor(page[way])
        if cursor is None:
            return pages


@pytest.mark.parametrize("ordering", ORDERS)
@_patiently
@given(rows=_rows, limit=st.integers(1, 5))
def test_pages_yield_every_project_once_and_in_order(ordering: str, rows: list[Any], limit: int) -> None:
    stored = _store(rows)
    walked = [project for page in _walk(ordering, limit) for project in page]
    assert len(walked) == len(stored)
    assert {project.pk for project in walked} == stored
    order = ORDERS[ordering]
    key = F(KEY).desc(nulls_last=True) if order.descending else F(KEY).asc(nulls_last=True)
    assert walked == list(Project.objects.annotate(**{KEY: order.key}).order_by(key, "pk"))


@pytest.mark.parametrize("ordering", ORDERS)
@_patiently
@given(rows=_rows, limit=st.integers(1, 5))
def test_walking_back_from_the_end_meets_the_same_projects_in_reverse(
    ordering: str, rows: list[Any], limit: int
) -> None:
    _store(rows)
    forward = _walk(ordering, limit)
    cursor = None
    for _page_number in forward[1:]:
        cursor = _cursor(_page(ordering, limit, cursor)["next"])
    if cursor is None:
        return
    start = _page(ordering, limit, cursor)
    back = [start["results"], *_walk(ordering, limit, "previous", _cursor(start["previous"]))]
    assert [project for page in reversed(back) for project in page] == [p for page in forward for p in page]


def test_every_list_can_be_walked_by_its_links(api: Asking) -> None:
    _store([("a", None, None)] * 7)
    seen, address = [], "projects/?limit=3&ordering=-since"
    while address:
        page = api.read(address)
        seen += [project["id"] for project in page["results"]]
        address = page["next"]
    assert len(seen) == len(set(seen)) == 7

"""Pages of the staff's lists: every row once, forwards and backwards, in any order, each page as cheap as the first."""

import base64
import json
import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.db.models import F
from django.test import Client

from standards.models import Project
from tests import factories
from tests.bulk import many_projects
from tests.tracker.admin_pages import LIST, secretary_client, text_of
from tracker.admin import paging
from tracker.admin.keyset import page
from tracker.admin.projects import ProjectAdmin

pytestmark = pytest.mark.django_db

ORDERS: dict[str, list[Any]] = {
    "newest first": ["-rev", "-pk"],
    "by state": ["state", "-pk"],
    "by state, backwards": ["-state", "-pk"],
    "by day, unknown ones last": [F("since").asc(nulls_last=True), "-pk"],
    "by day, unknown ones first": [F("since").desc(nulls_first=True), "-pk"],
    "by day, backwards and unknown ones last": [F("since").desc(nulls_last=True), "pk"],
    "by a nullable name": ["target_due", "-pk"],
    "by another table": ["body__slug", "-level", "pk"],
    "by two nullable ones": [F("since").asc(nulls_last=True), F("target_due").desc(nulls_last=True), "pk"],
}


@pytest.fixture
def client() -> Client:
    return secretary_client()


def assorted() -> None:
    """Twenty-three projects with the same values again and again, and some without."""
    for place in range(23):
        since = date(2025, 1, 1 + place % 4) if place % 3 else None
        due = date(2026, 1, 1 + place % 2) if place % 5 else None
        many_projects(1, since=since, target_due=due, rev=place // 2)


def walk(ordering: list[Any], size: int) -> Iterator[list[Any]]:
    """Every page, forwards."""
    shown = page(Project.objects.all(), ordering, size)
    yield shown.rows
    while shown.after:
        shown = page(Project.objects.all(), ordering, size, after=shown.after)
        yield shown.rows


@pytest.mark.parametrize("ordering", ORDERS.values(), ids=ORDERS)
@pytest.mark.parametrize("size", [1, 4, 23, 50])
def test_all_pages_together_are_the_list_in_its_order(ordering: list[Any], size: int) -> None:
    assorted()
    seen = [row.pk for rows in walk(ordering, size) for row in rows]
    assert len(seen) == len(set(seen)) == 23
    assert seen == [row.pk for row in page(Project.objects.all(), ordering, 100).rows]


@pytest.mark.parametrize("ordering", ORDERS.values(), ids=ORDERS)
def test_the_way_back_shows_the_same_pages(ordering: list[Any]) -> None:
    assorted()
    forwards = list(walk(ordering, 4))
    last = page(Project.objects.all(), ordering, 4)
    while last.after:
        last = page(Project.objects.all(), ordering, 4, after=last.after)
    backwards = [last.rows]
    while last.before:
        last = page(Project.objects.all(), ordering, 4, before=last.before)
        backwards.append(last.rows)
    assert backwards[::-1] == forwards


def test_the_order_of_a_page_is_that_of_the_database() -> None:
    assorted()
    ordering = ORDERS["by day, unknown ones last"]
    assert page(Project.objects.all(), ordering, 50).rows == list(Project.objects.order_by(*ordering))


def mark(*values: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode()


@pytest.mark.parametrize(
    "nonsense",
    [
        "x",
        "%%%",
        mark(),
        mark(1),
        mark("a", "b"),
        mark({}, []),
        mark([1], 2),
        mark(1, 2, 3),
        "A" * 9000,
        mark("[" * 900),
    ],
)
def test_a_mark_that_is_none_leads_to_the_first_page(client: Client, nonsense: str) -> None:
    factories.project(title="Only")
    for name in ("after", "before"):
        answer = client.get(LIST, {name: nonsense})
        assert [project.title for project in answer.context["cl"].result_list] == ["Only"]


def test_when_everything_after_a_mark_is_gone_the_first_page_is_shown() -> None:
    assorted()
    first = page(Project.objects.all(), ["-rev", "-pk"], 4)
    shown = page(Project.objects.filter(pk__in=[row.pk for row in first.rows]), ["-rev", "-pk"], 4, after=first.after)
    assert shown.rows == first.rows


# In the list


def links(client: Client, address: str = LIST) -> dict[str, str]:
    """The page's links to those beside it."""
    content = client.get(address).content.decode()
    found = re.search(r'<nav class="paginator".*?</nav>', content, re.DOTALL)
    pairs = re.findall(r'<a href="([^"]*)"[^>]*>([^<]*)</a>', found.group() if found else "")
    return {name: LIST + href.replace("&amp;", "&") for href, name in pairs}


def test_a_list_is_leafed_through_and_back(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ProjectAdmin, "list_per_page", 2)
    made = [factories.project(title=f"Project {place}").title for place in range(5)]
    address, seen = LIST, []
    while True:
        seen += [project.title for project in client.get(address).context["cl"].result_list]
        if "Next" not in links(client, address):
            break
        address = links(client, address)["Next"]
    assert seen == made[::-1]
    previous = client.get(links(client, address)["Previous"]).context["cl"].result_list
    assert [project.title for project in previous] == seen[2:4]
    assert client.get(links(client, address)["First page"]).context["cl"].result_list[0].title == seen[0]
    assert set(links(client)) == {"Next"}


def test_filters_stay_while_leafing_and_a_new_one_begins_at_the_first_page(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ProjectAdmin, "list_per_page", 2)
    many_projects(20)
    second = links(client, f"{LIST}?state=draft&o=5")["Next"]
    assert "state=draft" in second
    assert "o=5" in second
    states = {project.state for project in client.get(second).context["cl"].result_list}
    assert states == {"draft"}
    filters = re.findall(r'href="(\?[^"]*state=published[^"]*)"', client.get(second).content.decode())
    assert filters
    assert not [href for href in filters if "after=" in href]


def test_a_list_is_counted_no_further_than_somebody_would_leaf(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paging, "COUNTED", 3)
    monkeypatch.setattr(ProjectAdmin, "list_per_page", 2)
    many_projects(3)
    assert "more than" not in text_of(client.get(LIST))
    many_projects(1)
    assert "more than 3" in text_of(client.get(LIST))

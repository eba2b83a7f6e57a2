"""What each read asks the database, by name: the same for few projects and for many."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from standards.edits import edit
from standards.models import CommitteeFact, Project
from tests import factories
from tests.tracker.api.asking import Asking

pytestmark = pytest.mark.django_db

FACTS = ["number", "projectcommittee", "deadline", "link", "link"]
HEAD, ONE = ["historyhead"], ["project"]

READS: list[tuple[str, list[str]]] = [
    ("projects/", [*HEAD, "project", *FACTS]),
    ("projects/?count=1", [*HEAD, "project", "project", *FACTS]),
    ("projects/?committee=sc&body=sac&q=a&overdue=1", [*HEAD, "committee", "body", "project", *FACTS]),
    ("projects/{id}/", [*ONE, "project", *FACTS]),
    ("projects/{id}/history/", [*ONE, "project", "change"]),
    ("projects/{id}/deadlines/", [*ONE, "deadline"]),
    ("projects/{id}/transitions/", [*ONE, "project", *FACTS]),
    ("pipeline/", [*HEAD, "committee", "projectcommittee", "projectcommittee", "project"]),
    ("deadlines/", [*HEAD, "deadline"]),
    ("deadlines/?committee=sc", [*HEAD, "committee", "deadline"]),
    ("committees/", [*HEAD, "committee", "committeefact"]),
    ("committees/sc/", [*HEAD, "committee", "committeefact"]),
    ("tracks/", []),
    ("tracks/gb/", []),
    ("changes/", [*HEAD, "change", "project"]),
    ("schema/", []),
]


def _tables(queries: Any) -> list[str]:
    """The table that each statement reads, subqueries aside; none may write."""
    names = []
    for query in queries:
        assert query["sql"].startswith("SELECT"), query["sql"]
        found = re.search(r'FROM "(?:standards|tracker)_(\w+)"', _outermost(query["sql"]))
        assert found, query["sql"]
        names.append(found[1])
    return names


def _outermost(statement: str) -> str:
    """The statement without whatever stands in brackets."""
    while (shorter := re.sub(r"\([^()]*\)", "", statement)) != statement:
        statement = shorter
    return statement


def _add(count: int) -> Project:
    parent = factories.committee("sc")
    project: Project | None = None
    for _number in range(count):
        wg = factories.committee(f"wg{Project.objects.count()}", parent)
        CommitteeFact.objects.create(
            committee=wg, key=wg.slug, kind="issue", text="open", stated_on="2025-07-08", source="report line 3"
        )
        links: list[Any] = [("related_to", project)] if project else []
        project = factories.project(
            committees=["sc", wg.slug], target="2020", numbers=["20252081-Z-469", "P2807.4"], links=links
        )
        edit(project, by=None, note="x")
    assert project
    return project


@pytest.mark.parametrize(("path", "expected"), READS, ids=[path for path, _tables_read in READS])
def test_a_read_asks_the_same_for_few_projects_and_for_many(api: Asking, path: str, expected: list[str]) -> None:
    for count in (3, 9):
        project = _add(count)
        with CaptureQueriesContext(connection) as queries:
            api.read(path.format(id=project.pk))
        assert sorted(_tables(queries)) == sorted(expected)


@pytest.mark.parametrize(("path", "expected"), READS, ids=[path for path, _tables_read in READS])
def test_a_token_costs_one_query_more_and_nothing_is_written(path: str, expected: list[str]) -> None:
    project = _add(2)
    caller = Asking(factories.api_token(factories.secretary()))
    caller.get("tracks/gb/")
    with CaptureQueriesContext(connection) as queries:
        caller.read(path.format(id=project.pk))
    assert sorted(_tables(queries)) == sorted(["apitoken", *expected])


def test_a_full_page_asks_no_more_than_a_small_one(api: Asking) -> None:
    _add(12)
    counts = []
    for limit in (1, 12):
        with CaptureQueriesContext(connection) as queries:
            api.read(f"projects/?limit={limit}")
        counts.append(len(queries))
    assert counts == [7, 7]


def test_revisions_are_read_before_rows(api: Asking) -> None:
    _add(2)
    ways: list[Callable[[], Any]] = [lambda: api.read("projects/"), lambda: api.read("changes/")]
    for way in ways:
        with CaptureQueriesContext(connection) as queries:
            way()
        assert _tables(queries)[0] == "historyhead"

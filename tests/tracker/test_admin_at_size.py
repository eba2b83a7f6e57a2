"""The list of projects with 2,000 and with 20,000 of them: as many queries, by index, none counting or skipping."""

import re
from collections.abc import Iterator

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from standards.models import Project
from tests.bulk import many_projects
from tests.tracker.admin_pages import LIST, secretary_client, signed_in
from tracker.admin.keyset import page

pytestmark = pytest.mark.django_db

SEARCHES = (
    "", "state=draft", "committee=bulk-3", "deadline=overdue", "deadline=none", "track=gb-z", "level=national",
    "on_hold=no", "q=Subject", "q=20000017-Z-469", "o=0", "o=4", "o=-5", "state=draft&committee=bulk-3&o=2",
)  # fmt: skip
SMALL, LARGE = 2000, 20_000


@pytest.fixture
def client() -> Client:
    return secretary_client()


def asked(client: Client, query: str) -> list[str]:
    """The queries of that page."""
    with CaptureQueriesContext(connection) as queries:
        assert client.get(f"{LIST}?{query}").status_code == 200
    return [query["sql"] for query in queries]


def deep_mark() -> str:
    """The mark of a page near the end of the whole list."""
    return page(Project.objects.all(), ["-rev", "-pk"], Project.objects.count() - 100).after


def grown(total: int) -> None:
    many_projects(total - Project.objects.count())
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def plan_of(sql: str) -> str:
    """How the database would find the rows."""
    explain = "EXPLAIN " if connection.vendor == "postgresql" else "EXPLAIN QUERY PLAN "
    with connection.cursor() as cursor:
        cursor.execute(explain + sql)
        return "\n".join(str(row[-1]) for row in cursor.fetchall())


def of_projects(queries: list[str]) -> Iterator[str]:
    return (sql for sql in queries if re.search(r'^SELECT (?!COUNT).* FROM "standards_project"', sql, re.DOTALL))


def test_the_list_costs_as_many_queries_with_2_000_projects_as_with_20_000(client: Client) -> None:
    counts: list[list[int]] = []
    for total in (SMALL, LARGE):
        grown(total)
        searches = (*SEARCHES, f"after={deep_mark()}", f"before={deep_mark()}")
        queries = [asked(client, search) for search in searches]
        counts.append([len(found) for found in queries])
        every = [sql for found in queries for sql in found]
        assert not [sql for sql in every if "COUNT(*)" in sql and "LIMIT" not in sql]
        assert not [sql for sql in every if "OFFSET" in sql]
    assert counts[0] == counts[1]
    assert max(counts[1]) <= 11


@pytest.mark.parametrize("depth", ["first", "deep"])
def test_the_newest_first_come_from_an_index_at_any_depth(client: Client, depth: str) -> None:
    grown(LARGE)
    (rows,) = of_projects(asked(client, f"after={deep_mark()}" if depth == "deep" else ""))
    plan = plan_of(rows)
    assert re.search("standards_project_rev", plan)
    assert "Seq Scan on standards_project" not in plan
    if depth == "deep":
        assert re.search(r"rev<\?|Index Cond: \(rev <= ", plan)


def test_projects_of_one_state_come_newest_first_from_an_index(client: Client) -> None:
    grown(LARGE)
    (rows,) = of_projects(asked(client, "state=public_comment"))
    plan = plan_of(rows)
    assert re.search(r"projects_of_a_state|standards_project_rev", plan)
    assert not re.search(r"Seq Scan on standards_project|TEMP B-TREE FOR ORDER BY", plan)


def test_open_deadlines_come_from_an_index() -> None:
    client = signed_in(User.objects.create_superuser("superuser"))
    many_projects(3000)
    with CaptureQueriesContext(connection) as queries:
        assert client.get("/admin/standards/deadline/").status_code == 200
    plans = [plan_of(query["sql"]) for query in queries if 'FROM "standards_deadline"' in query["sql"]]
    assert any("open_deadlines_by_due" in plan for plan in plans)

"""Lists of projects as files: what the list shows, safe to open, and importable again."""

import csv
import io
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from standards.models import Project
from tests import factories
from tests.bulk import many_projects
from tests.tracker.admin_pages import LIST, secretary_client, signed_in, text_of
from tests.tracker.uploading import confirm, latest, say_columns, upload
from workflows.states import State

pytestmark = pytest.mark.django_db

CSV, XLSX = "/admin/standards/project/export.csv", "/admin/standards/project/export.xlsx"


@pytest.fixture
def client() -> Client:
    return secretary_client()


def content_of(answer: Any) -> bytes:
    assert answer.status_code == 200
    return b"".join(answer.streaming_content)


def rows_of(answer: Any) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content_of(answer).decode("utf-8-sig"))))


def test_the_file_has_what_the_list_shows(client: Client) -> None:
    factories.project(title="Draft of A", numbers=["20252081-Z-469"], target="2030-Q1")
    factories.project(title="Published B", state=State.PUBLISHED)
    (row,) = rows_of(client.get(CSV, {"state": "draft"}))
    assert (row["number"], row["title"], row["target"]) == ("20252081-Z-469", "Draft of A", "2030-Q1")
    assert [row["title"] for row in rows_of(client.get(CSV, {"q": "Published"}))] == ["Published B"]


def test_the_file_has_all_pages_of_the_list_in_its_order(client: Client) -> None:
    many_projects(120)
    titles = [row["title"] for row in rows_of(client.get(CSV, {"o": "0"}))]
    assert titles == sorted(titles)
    assert len(titles) == 120


def test_the_list_leads_to_its_file_with_the_same_filters(client: Client) -> None:
    factories.project()
    page = client.get(LIST, {"state": "draft", "q": "subject"}).content.decode()
    assert f'href="{CSV}?state=draft&amp;q=subject"' in page
    assert f'href="{XLSX}?state=draft&amp;q=subject"' in page


def test_a_workbook_has_the_same_rows(client: Client) -> None:
    factories.project(title="Draft of A", numbers=["20252081-Z-469"])
    answer = client.get(XLSX)
    assert answer["Content-Disposition"].endswith('.xlsx"')
    sheet = load_workbook(io.BytesIO(content_of(answer))).worksheets[0]
    heading, row = ([cell.value for cell in line] for line in sheet.iter_rows())
    assert dict(zip(heading, row, strict=True))["title"] == "Draft of A"


def test_headings_are_in_the_readers_language(client: Client) -> None:
    factories.project()
    content = content_of(client.get(CSV, headers={"accept-language": "zh-hans"}))
    assert content.decode("utf-8-sig").startswith("计划号/标准号,英文名称,标准名称")


def test_no_cell_of_the_file_is_a_formula(client: Client) -> None:
    factories.project(title="=HYPERLINK(1)", note="+1")
    (row,) = rows_of(client.get(CSV))
    assert (row["title"], row["note"]) == ("'=HYPERLINK(1)", "'+1")


def test_embargoed_projects_go_to_those_who_may_see_them(client: Client) -> None:
    factories.project(title="Secret", embargoed=True)
    factories.project(title="Open")
    assert {row["title"] for row in rows_of(client.get(CSV))} == {"Secret", "Open"}
    assert {row["title"] for row in rows_of(signed_in(factories.mover()).get(CSV))} == {"Open"}


def test_who_may_see_no_projects_gets_no_file() -> None:
    nobody = signed_in(factories.person("nobody", [], is_staff=True))
    assert nobody.get(CSV).status_code == 403
    assert Client().get(CSV).status_code == 302


def test_another_form_or_filter_is_refused(client: Client) -> None:
    assert client.get("/admin/standards/project/export.pdf").status_code == 404
    assert client.get(CSV, {"nonsense": "1"}).status_code == 404


@pytest.mark.parametrize("address", [CSV, XLSX])
def test_the_file_uploaded_again_would_change_nothing(client: Client, address: str) -> None:
    for state in (State.DRAFT, State.PUBLIC_COMMENT, State.PUBLISHED):
        factories.project(state=state, title=f"=Title {state}", title_zh="人工智能", numbers=["2025039-Z-469"])
    content = content_of(client.get(address))
    upload(client, content, address.rsplit("/", 1)[1])
    assert "Nothing would change." in text_of(say_columns(client))
    assert latest().result["counts"]["unchanged"] == 3


def test_the_file_is_edited_and_uploaded(client: Client) -> None:
    project = factories.project(title="Old title")
    content = content_of(client.get(CSV)).replace(b"Old title", b"New title")
    upload(client, content)
    say_columns(client)
    confirm(client)
    assert Project.objects.get(pk=project.pk).title == "New title"


def test_a_file_costs_a_query_for_some_hundred_rows_and_no_more(client: Client) -> None:
    counts = []
    for more in (60, 340):
        many_projects(more)
        with CaptureQueriesContext(connection) as queries:
            rows_of(client.get(CSV))
        counts.append(len(queries))
    assert counts[0] == counts[1]

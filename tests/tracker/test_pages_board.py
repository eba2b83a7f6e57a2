import re
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from standards.transitions import perform
from tests import factories
from tests.tracker.reading import Page
from tracker.web.board import ON_A_PAGE, ON_THE_BOARD
from workflows.states import State

pytestmark = pytest.mark.django_db

BOARD_QUERIES = 13
"""
 1 how many projects in each state
 2-8 the latest projects of each of the seven states
 9 their numbers
10 their committees
11 their open deadlines
12 the committees to choose from
13 the head of the history, for "as of"
"""
LIST_QUERIES = 7
"""The counts, one page of projects, numbers, committees, open deadlines, committees to choose from, the head."""


def board(client: Client, address: str = "/", **headers: Any) -> Page:
    response = client.get(address, headers=headers)
    assert response.status_code == 200
    page = Page(response)
    assert page.faults == []
    return page


def titles(page: Page) -> list[str]:
    return page.texts("h3")


def one_in_each_state() -> None:
    for state in State:
        factories.project(track="gb-t", state=state, numbers=["20251234-T-469"], target="2026-Q1")


def test_the_board_has_a_column_for_each_state_in_the_order_of_the_life_cycle(client: Client) -> None:
    factories.project(state=State.PUBLISHED)
    factories.project(state=State.DRAFT)
    factories.project(state=State.DRAFT)
    columns = board(client).texts("h2")
    assert columns[:5] == ["Proposal 0", "Drafting 2", "Public comment 0", "Review and approval 0", "Published 1"]


def test_the_ends_are_folded_away_with_their_counts(client: Client) -> None:
    factories.project(state=State.WITHDRAWN, title="Gone")
    page = board(client)
    assert page.one("summary").text == "Ended: Cancelled 0, Withdrawn 1"
    assert "Gone" in page.one("details").text


@time_machine.travel("2026-03-01T12:00:00+08:00", tick=False)
def test_a_card_tells_number_title_deliverable_committee_and_what_is_due(client: Client) -> None:
    project = factories.project(title="Model agents", numbers=["20252081-Z-469"], target="2026-Q1")
    page = board(client)
    card = page.one("li", class_="card").text
    assert card == "Model agents GB/Z 20252081-Z-469 SAC-TC28-SC42 planned for Q1 2026, due 31 Mar 2026"
    assert f"/projects/{project.pk}/" in page.links()
    assert page.find("time")[0].attributes["datetime"] == "2026-03-31"


@time_machine.travel("2026-04-10T12:00:00+08:00", tick=False)
def test_what_is_overdue_is_said_in_words_and_counted_for_this_reader(client: Client) -> None:
    factories.project(target="2026-Q1")
    factories.project(target="2026-04-09")
    factories.project(target="2026-04-10")
    assert sorted(board(client).texts("strong", class_="overdue")) == ["overdue by 1 day", "overdue by 10 days"]


def test_a_target_stated_to_the_day_is_not_told_twice(client: Client) -> None:
    factories.project(target="2099-12-01")
    assert board(client).texts("p", class_="due") == ["planned for 1 Dec 2099"]


def test_a_malformed_number_is_shown_as_written_and_flagged(client: Client) -> None:
    factories.project(numbers=["2025039-Z-469"])
    assert "2025039-Z-469 malformed number" in board(client).one("li", class_="card").text


def test_the_number_of_the_standard_stands_before_that_of_its_plan(client: Client) -> None:
    factories.project(track="gb-t", state=State.PUBLISHED, numbers=["20221234-T-469", "GB/T 45087-2025"])
    assert board(client).texts("span", class_="number") == ["GB/T 45087-2025"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("committee=sac-tc28", {"agents", "graphs"}),
        ("committee=kg-wg", {"graphs"}),
        ("track=gb-t", {"graphs"}),
        ("level=international", {"risks"}),
        ("q=GRAPHS", {"graphs"}),
        ("q=20252081", {"agents"}),
        ("q=图谱", {"graphs"}),
        ("overdue=1", {"graphs"}),
        ("q=graphs&level=international", set()),
        ("utm_source=letter", {"agents", "graphs", "risks"}),
    ],
)
def test_filters_narrow_the_board(client: Client, query: str, found: set[str]) -> None:
    tc = factories.committee("sac-tc28")
    factories.committee("kg-wg", parent=tc)
    factories.project(title="agents", committees=["sac-tc28"], numbers=["20252081-Z-469"], target="2099")
    factories.project("gb-t", title="graphs", title_zh="知识图谱", committees=["kg-wg"], target="2024")
    factories.project("iso-iec-ts", title="risks", committees=["iso-sc42"])
    assert set(titles(board(client, f"/?{query}"))) == found


def test_the_form_shows_the_filters_that_are_set(client: Client) -> None:
    factories.project(title="agents")
    page = board(client, "/?q=agents&track=gb-z&level=national&committee=sac-tc28-sc42&overdue=1")
    assert page.one("input", name="q").attributes["value"] == "agents"
    chosen = [option.attributes["value"] for option in page.find("option") if "selected" in option.attributes]
    assert chosen == ["sac-tc28-sc42", "gb-z", "national"]
    assert "checked" in page.one("input", name="overdue").attributes
    assert "No project matches these filters." in page.text


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("state=flying", "state: There is no “flying” to choose here."),
        ("committee=nobody", "committee: There is no committee “nobody”."),
        ("track=x", "track: There is no “x” to choose here."),
        ("q=a+b+c+d+e+f+g+h+i", "q: Search for 8 words at most."),
        ("q=" + "x" * 101, "q: Ensure this value has at most 100 characters (it has 101)."),
        ("q=%00", "q: Null characters are not allowed."),
        ("before=soon", "before: Enter a whole number."),
        ("before=9223372036854775808", "before: Ensure this value is less than or equal to 9223372036854775807."),
    ],
)
def test_a_filter_that_makes_no_sense_is_refused_by_its_name(client: Client, query: str, told: str) -> None:
    factories.project(title="agents")
    response = client.get(f"/?{query}")
    page = Page(response)
    assert (response.status_code, page.faults) == (400, [])
    assert told in page.one("div", role="alert").text
    assert "agents" not in page.text


def test_a_column_shows_the_latest_and_leads_to_all_of_its_state(client: Client) -> None:
    made = [factories.project(title=f"Subject {place:03}") for place in range(ON_THE_BOARD + 3)]
    perform(made[0], "hold", by=None, on="2025-09-01", reason="waiting")
    page = board(client, "/?level=national")
    assert len(titles(page)) == ON_THE_BOARD
    assert titles(page)[:2] == ["Subject 000", f"Subject {ON_THE_BOARD + 2:03}"]
    assert page.one("p", class_="more").text == f"All {ON_THE_BOARD + 3} in Drafting →"
    assert "/?level=national&state=draft" in page.links()


def test_the_list_turns_its_pages_without_losing_or_repeating_a_project(client: Client) -> None:
    made = {factories.project(title=f"Subject {place:03}").title for place in range(ON_A_PAGE + 2)}
    factories.project(state=State.PUBLISHED, title="elsewhere")
    first = board(client, "/?state=draft&q=Subject")
    factories.project(title="Subject that came while reading")
    older = next(link for link in first.links() if "before=" in link)
    second = board(client, f"/{older}")
    rows = [page.texts("th", scope="row") for page in (first, second)]
    assert [len(row) for row in rows] == [ON_A_PAGE, 2]
    assert {title for row in rows for title in row} == made
    assert not any(link for link in second.links() if f"{older}" in link)


def test_the_list_is_the_board_as_a_table_with_named_columns(client: Client) -> None:
    factories.project(title="agents", state=State.PUBLISHED, numbers=["GB/Z 45900-2025"])
    factories.project(title="graphs", committees=["kg-wg"], target="2099")
    page = board(client, "/?view=list")
    assert page.texts("th", scope="col") == ["Number", "Title", "Deliverable", "State", "Since", "Committee", "Due"]
    assert page.texts("th", scope="row") == ["graphs", "agents"]
    assert page.texts("td") == [
        *("–", "GB/Z", "Drafting", "8 Jul 2025", "KG-WG", "planned for 2099, due 31 Dec 2099"),
        *("GB/Z 45900-2025", "GB/Z", "Published", "8 Jul 2025", "SAC-TC28-SC42", "–"),
    ]


def test_the_list_names_how_many_there_are_in_each_state(client: Client) -> None:
    factories.project(state=State.PUBLISHED)
    factories.project()
    page = board(client, "/?state=draft")
    states = [text for text in page.texts("a") if re.search(r" \d+$", text)]
    assert states[:3] == ["All 2", "Proposal 0", "Drafting 1"]
    assert page.one("a", aria_current="page").text == "Drafting 1"


def test_an_empty_pipeline_says_so(client: Client) -> None:
    assert "There is no project here yet." in board(client).text
    assert "Nothing is recorded yet." in board(client).text


def test_an_embargoed_project_is_neither_shown_nor_counted_for_the_public(client: Client) -> None:
    factories.project(title="Secret subject", embargoed=True)
    for address in ("/", "/?view=list", "/?q=secret"):
        page = board(client, address)
        assert "Secret subject" not in page.text
        assert "Drafting 0" in page.text
    client.force_login(factories.secretary())
    assert titles(board(client)) == ["Secret subject"]


@pytest.mark.parametrize(("address", "queries"), [("/", BOARD_QUERIES), ("/?view=list", LIST_QUERIES)])
def test_a_page_of_many_projects_asks_no_more_queries_than_one_of_few(
    client: Client, address: str, queries: int
) -> None:
    for _more in range(2):
        one_in_each_state()
        with CaptureQueriesContext(connection) as asked:
            board(client, address)
        assert len(asked) == queries


def test_a_page_is_fetched_anew_each_time(client: Client) -> None:
    response = client.get("/")
    assert set(response.headers["Cache-Control"].split(", ")) == {"private", "no-cache"}
    assert {"Accept-Language", "Cookie"} <= set(response.headers["Vary"].split(", "))

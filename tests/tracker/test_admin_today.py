"""The first page, and the lists that are only looked at."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils.timezone import localdate

from standards.edits import edit
from standards.transitions import perform
from tests import factories
from tests.tracker.admin_pages import history_of, page_of, secretary_client, signed_in, tables_asked, text_of
from tracker.doubt_search import search
from workflows.states import State, Verb

pytestmark = pytest.mark.django_db

DEADLINES, CHANGES = "/admin/standards/deadline/", "/admin/standards/change/"


@pytest.fixture
def client() -> Client:
    return signed_in(factories.person(permissions=["view_project", "view_deadline", "view_change"], is_staff=True))


def test_the_first_page_says_what_is_due_where_projects_stand_and_what_changed(client: Client) -> None:
    factories.project(target="2026-Q1")
    factories.project(target=(localdate() + timedelta(days=30)).isoformat(), state=State.PROPOSAL)
    factories.project(target=(localdate() + timedelta(days=31)).isoformat())
    moved = factories.project(title="Moved")
    perform(moved, Verb.CANCEL, by=factories.secretary("zhang"), on="2025-08-01", reason="no experts")
    page = client.get("/admin/")
    text = text_of(page)
    assert "1 overdue" in text
    assert "1 due in the next 30 days" in text
    assert "Proposal 1 Drafting 2" in text
    assert "Cancel Drafting → Cancelled Moved" in text
    assert f"{history_of(moved)}#rev-" in page.content.decode()


def test_the_first_page_asks_the_same_queries_however_much_there_is(client: Client) -> None:
    asked = []
    for size in (1, 5):
        for _count in range(size):
            factories.project(target="2026-Q1")
        with tables_asked() as tables:
            client.get("/admin/")
        asked.append(tables)
    assert asked[0] == asked[1]
    assert asked[0][-4:] == ["standards_deadline", "tracker_doubt", "standards_project", "standards_change"]


def test_the_first_page_hides_projects_from_who_may_not_see_them() -> None:
    factories.project(title="Some project", target="2026-Q1")
    text = text_of(signed_in(factories.person(is_staff=True)).get("/admin/"))
    assert "overdue" not in text
    assert "Some project" not in text


def test_what_is_embargoed_is_in_no_list_of_who_may_not_see_it(client: Client) -> None:
    factories.project(title="Secret", embargoed=True, target="2026-Q1")
    for page in ("/admin/", DEADLINES, CHANGES):
        assert "Secret" not in text_of(client.get(page))
    assert "0 overdue" in text_of(client.get("/admin/"))


def test_deadlines_are_the_open_ones_earliest_first(client: Client) -> None:
    factories.project(title="Later", target="2031")
    factories.project(title="Sooner", target="2026-Q1")
    done = factories.project(title="Done", target="2030")
    perform(done, Verb.CANCEL, by=None, on="2025-08-01", reason="no experts")
    text = text_of(client.get(DEADLINES))
    assert text.index("Sooner") < text.index("Later")
    assert "Done" not in text
    assert "31 Mar 2026 overdue" in text
    assert "Done" in text_of(client.get(DEADLINES, {"status": "dropped"}))
    assert "Later" not in text_of(client.get(DEADLINES, {"status": "overdue"}))
    assert {"Sooner", "Later", "Done"} <= set(text_of(client.get(DEADLINES, {"status": "all"})).split())


def test_changes_are_listed_newest_first_and_lead_to_the_history(client: Client) -> None:
    project = factories.project(title="First")
    edit(project, by=None, title="Second", why="renamed", source="Notice 3")
    page = client.get(CHANGES)
    text = text_of(page)
    assert text.index("edited") < text.index("registered")
    assert "renamed" in text
    assert "Notice 3" in text
    assert f"{history_of(project)}#rev-{project.changes.order_by('-rev')[0].rev}" in page.content.decode()


def test_a_committees_change_is_listed_for_everybody_who_may_look(client: Client) -> None:
    factories.committee("sac-tc28-sc42", name="Artificial intelligence")
    assert "Artificial intelligence" in text_of(client.get(CHANGES))


@pytest.mark.parametrize("page", [DEADLINES, CHANGES])
def test_the_lists_ask_the_same_queries_at_any_size(client: Client, page: str) -> None:
    asked = []
    for size in (1, 5):
        for _count in range(size):
            factories.project(target="2026-Q1")
        with tables_asked() as tables:
            client.get(page)
        asked.append(tables)
    assert asked[0] == asked[1]
    assert len(asked[0][4:]) == 1  # the rows; a list that fits on a page is not counted


def test_the_header_leads_to_the_main_lists_of_this_person(client: Client) -> None:
    page = client.get("/admin/").content.decode()
    header = page[page.index("main-lists") : page.index("</nav>")]
    assert [header.index(name) for name in ("Projects", "Deadlines", "Changes")] == sorted(
        header.index(name) for name in ("Projects", "Deadlines", "Changes")
    )
    assert "Committees" not in header


def test_the_language_is_switched_by_a_button_in_the_header() -> None:
    client, project = secretary_client(), factories.project()
    client.post("/i18n/setlang/", {"language": "zh-hans", "next": page_of(project)})
    page = client.get(page_of(project))
    assert 'lang="zh-hans"' in page.content.decode()
    assert "开始征求意见" in text_of(page)
    assert "English" in text_of(page)


def test_there_is_no_dark_theme_to_switch_to(client: Client) -> None:
    page = client.get("/admin/").content.decode()
    assert "theme-toggle" not in page
    assert "dark_mode.css" not in page


def test_what_looks_wrong_is_counted_and_led_to() -> None:
    factories.project(numbers=["2025039-Z-469"])
    factories.project(title="Secret", embargoed=True)
    search(date(2025, 7, 9), told=lambda _done, _total: None, stop=lambda: False)
    page = secretary_client().get("/admin/")
    assert "3 look wrong" in text_of(page)
    assert 'href="/admin/tracker/doubt/"' in page.content.decode()
    assert "2 look wrong" in text_of(signed_in(factories.mover()).get("/admin/"))

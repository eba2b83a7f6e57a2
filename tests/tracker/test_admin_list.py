from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils.timezone import localdate

from standards.edits import edit
from standards.models import Project
from standards.transitions import perform
from tests import factories
from tests.tracker.admin_pages import LIST, page_of, secretary_client, signed_in, tables_asked, text_of
from tracker.admin.filters import last_day_of_quarter
from workflows.states import State, Verb

pytestmark = pytest.mark.django_db

CELL_TABLES = ["standards_number", "standards_projectcommittee", "standards_deadline"]


@pytest.fixture
def client() -> Client:
    return secretary_client()


def titles(client: Client, **parameters: str) -> set[str]:
    response = client.get(LIST, parameters)
    assert response.status_code == 200
    return {project.title for project in response.context["cl"].result_list}


def test_a_row_says_number_title_place_committee_and_plan(client: Client) -> None:
    factories.committee("sac-tc28-sc42", name="Artificial intelligence")
    project = factories.project(title="Trustworthy datasets", numbers=["20252081-Z-469"], target="2030-Q1")
    row = text_of(client.get(LIST))
    for words in ("Trustworthy datasets", "20252081-Z-469", "Drafting 20 Drafting", "Artificial intelligence",
                  "Q1 2030 31 Mar 2030", "8 Jul 2025", "GB/Z"):  # fmt: skip
        assert words in row
    assert page_of(project) in client.get(LIST).content.decode()


def test_the_title_is_told_in_the_readers_language(client: Client) -> None:
    factories.project(title="Trustworthy datasets", title_zh="可信数据集")
    assert "可信数据集" in text_of(client.get(LIST, headers={"accept-language": "zh-hans"}))
    assert "可信数据集" not in text_of(client.get(LIST))


def test_what_is_overdue_says_so_in_words(client: Client) -> None:
    factories.project(target="2026-03-31", title="Late")
    assert "overdue" in text_of(client.get(LIST, {"q": "Late"}))


def test_what_is_not_due_yet_is_not_called_overdue(client: Client) -> None:
    factories.project(target=localdate().isoformat(), title="Today")
    assert "overdue" not in text_of(client.get(LIST, {"q": "Today"})).partition("Filter")[0]


def test_a_malformed_number_is_shown_as_written_and_marked(client: Client) -> None:
    factories.project(numbers=["2025039-Z-469"])
    assert "2025039-Z-469 malformed" in text_of(client.get(LIST))


def test_a_title_with_markup_is_shown_and_not_obeyed(client: Client) -> None:
    factories.project(title="<script>alert(1)</script>")
    assert b"<script>alert(1)" not in client.get(LIST).content


def test_the_last_changed_project_comes_first(client: Client) -> None:
    first, second = factories.project(title="First"), factories.project(title="Second")
    edit(first, by=None, title_zh="先")
    listed = [project.title for project in client.get(LIST).context["cl"].result_list]
    assert listed == ["First", second.title]


def test_sorting_by_plan_puts_projects_without_one_last(client: Client) -> None:
    for title, target in (("Later", "2031"), ("Never", ""), ("Sooner", "2030")):
        factories.project(title=title, target=target)
    due = str(client.get(LIST).context["cl"].list_display.index("planned"))
    listed = [project.title for project in client.get(LIST, {"o": due}).context["cl"].result_list]
    assert listed == ["Sooner", "Later", "Never"]


@pytest.mark.parametrize("direction", ["", "-"])
def test_every_column_that_can_be_sorted_by_sorts(client: Client, direction: str) -> None:
    for title, since in (("A", date(2025, 1, 1)), ("B", None)):
        factories.project(title=title, effective_on=since)
    columns = client.get(LIST).context["cl"].list_display
    for column in map(str, range(len(columns))):
        assert titles(client, o=f"{direction}{column}") == {"A", "B"}


# Finding


@pytest.mark.parametrize(
    "spelling", ["GB/T 45401.1-2025", "GBT45401.1", "gb/t 45401.1–2025", "GB/T 45401.1—2025", "45401.1"]
)
def test_a_number_is_found_in_any_spelling(client: Client, spelling: str) -> None:
    factories.project(track="gb-t", state=State.PUBLISHED, title="Right", numbers=["GB/T 45401.1-2025"])
    factories.project(track="gb-t", state=State.PUBLISHED, title="Wrong", numbers=["GB/T 42131-2022"])
    assert titles(client, q=spelling) == {"Right"}


def test_a_plan_number_with_en_dashes_is_found(client: Client) -> None:
    factories.project(title="Right", numbers=["20252081-Z-469"])
    assert titles(client, q="20252081–Z–469") == {"Right"}


def test_a_malformed_number_is_found_as_it_was_written(client: Client) -> None:
    factories.project(title="Right", numbers=["2025039-Z-469"])
    assert titles(client, q="2025039-Z-469") == {"Right"}


def test_words_of_the_title_are_found_in_either_language_and_any_order(client: Client) -> None:
    factories.project(title="Framework of knowledge graphs", title_zh="知识图谱框架")
    assert titles(client, q="graphs framework") == titles(client, q="图谱") == {"Framework of knowledge graphs"}


def test_what_is_in_no_title_and_no_number_finds_nothing(client: Client) -> None:
    factories.project()
    assert titles(client, q="nowhere") == set()


def test_an_embargoed_project_is_found_by_nobody_who_may_not_see_it() -> None:
    factories.project(title="Secret", embargoed=True)
    assert titles(signed_in(factories.mover()), q="Secret") == set()
    assert titles(secretary_client(), q="Secret") == {"Secret"}


# Narrowing


def test_by_state(client: Client) -> None:
    factories.project(title="Drafted")
    factories.project(title="Proposed", state=State.PROPOSAL)
    assert titles(client, state="proposal") == {"Proposed"}


def test_by_procedure(client: Client) -> None:
    factories.project(title="Guide")
    factories.project(title="Recommended", track="gb-t")
    assert titles(client, track="gb-t") == {"Recommended"}


def test_by_level(client: Client) -> None:
    factories.project(title="National")
    factories.project(title="International", track="iso-iec-is")
    assert titles(client, level="international") == {"International"}


def test_by_committee_with_the_groups_below_it(client: Client) -> None:
    above = factories.committee("sac-tc28")
    below = factories.committee("sac-tc28-sc42", parent=above)
    factories.committee("sac-tc28-sc42-chips", parent=below)
    factories.committee("sac-tc260")
    factories.project(title="Below", committees=["sac-tc28-sc42-chips"])
    factories.project(title="Elsewhere", committees=["sac-tc260"])
    assert titles(client, committee="sac-tc28") == {"Below"}


def test_committees_to_choose_from_stand_as_a_tree(client: Client) -> None:
    above = factories.committee("sac-tc28", name="Information technology")
    factories.committee("sac-tc28-sc42", parent=above, name="Artificial intelligence")
    factories.committee("sac-tc2", name="Another")
    shown = client.get(LIST).content.decode()
    assert shown.index("Information technology") < shown.index("\u2003Artificial intelligence")


@pytest.mark.parametrize(("choice", "expected"), [
    ("overdue", {"Late"}), ("soon", {"Today", "In 30 days"}), ("none", {"Without"}),
])  # fmt: skip
def test_by_deadline(client: Client, choice: str, expected: set[str]) -> None:
    today = localdate()
    plans = {"Late": -1, "Today": 0, "In 30 days": 30, "In 31 days": 31}
    for title, days in plans.items():
        factories.project(title=title, target=(today + timedelta(days=days)).isoformat())
    factories.project(title="Without")
    assert titles(client, deadline=choice) == expected


def test_by_deadline_in_this_quarter(client: Client) -> None:
    last = last_day_of_quarter(localdate())
    factories.project(title="In it", target=last.isoformat())
    factories.project(title="After it", target=(last + timedelta(days=1)).isoformat())
    assert titles(client, deadline="quarter") == {"In it"}


@pytest.mark.parametrize(("day", "last"), [
    (date(2026, 1, 1), date(2026, 3, 31)), (date(2026, 3, 31), date(2026, 3, 31)),
    (date(2026, 4, 1), date(2026, 6, 30)), (date(2026, 12, 31), date(2026, 12, 31)),
])  # fmt: skip
def test_a_quarter_ends_with_its_third_month(day: date, last: date) -> None:
    assert last_day_of_quarter(day) == last


def test_by_being_on_hold(client: Client) -> None:
    held = factories.project(title="Held")
    factories.project(title="Running")
    perform(held, Verb.HOLD, by=None, on="2025-08-01", reason="waiting for ISO")
    assert titles(client, on_hold="yes") == {"Held"}
    assert titles(client, on_hold="no") == {"Running"}
    assert "on hold" in text_of(client.get(LIST, {"q": "Held"}))


def test_filters_add_up_and_an_unknown_choice_narrows_nothing(client: Client) -> None:
    factories.project(title="Drafted")
    factories.project(title="Proposed", state=State.PROPOSAL)
    assert titles(client, state="draft", level="national") == {"Drafted"}
    assert titles(client, state="nonsense") == {"Drafted", "Proposed"}


# Size


def queries_for(client: Client, size: int) -> list[str]:
    while Project.objects.count() < size:
        factories.project(numbers=[f"2025{1000 + Project.objects.count()}-Z-469"], target="2030")
    with tables_asked() as tables:
        assert client.get(LIST).status_code == 200
    return tables


def test_a_longer_list_asks_no_more_queries_and_each_is_known(client: Client) -> None:
    short, long = queries_for(client, 2), queries_for(client, 12)
    assert short == long
    assert sorted(short) == sorted([
        "django_session",
        "auth_user",
        "auth_permission",  # of the person
        "auth_permission",  # of the person's groups
        "standards_committee",  # to choose from
        "standards_project",  # the rows
        *CELL_TABLES,
    ])  # fmt: skip

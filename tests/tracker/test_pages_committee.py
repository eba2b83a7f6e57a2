from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from standards.models import Committee, CommitteeFact
from tests import factories
from tests.tracker.reading import Page
from tracker.web.committees import IN_A_STATE
from workflows.states import State

pytestmark = pytest.mark.django_db

AS_OF = "As of 8 Jul 2025 · SESEC report, L23"
COMMITTEE_QUERIES = 16
"""
 1 the committee and its body
 2 how many projects in each state
 3 the committees above it
 4 its groups, asked for once and read twice
 5 what sources say of it
 6-12 the latest projects of each of the seven states
13 their numbers
14 their committees
15 their open deadlines
16 the head of the history, for "as of"
"""


def read(client: Client, slug: str, language: str = "en") -> Page:
    response = client.get(f"/committees/{slug}/", headers={"Accept-Language": language})
    assert response.status_code == 200
    page = Page(response)
    assert page.faults == []
    return page


def tree() -> tuple[Committee, Committee, Committee]:
    tc = factories.committee("sac-tc28", name="Information technology", kind="tc")
    sc = factories.committee("sac-tc28-sc42", tc, name="Artificial intelligence", name_zh="人工智能分技术委员会")
    return tc, sc, factories.committee("kg", sc, name="Knowledge graphs", kind="wg")


def fact(committee: Committee, kind: str, label: str, **fields: Any) -> CommitteeFact:
    told = {"text": f"What the source says of {label}.", "stated_on": date(2025, 7, 8), "source": "SESEC report, L23"}
    count = CommitteeFact.objects.count()
    return CommitteeFact.objects.create(
        committee=committee, key=f"fact-{count}", kind=kind, label=label, position=count, **(told | fields)
    )


def test_the_page_tells_the_names_kind_body_and_secretariat(client: Client) -> None:
    factories.committee(
        "sac-tc28-sc42",
        name="Artificial intelligence",
        name_zh="人工智能分技术委员会",
        reference="SAC/TC28/SC42",
        aliases=["SC42", "SC 42"],
        secretariat_name="CESI",
        secretariat_email="sc42@cesi.example.cn",
    )
    page = read(client, "sac-tc28-sc42")
    assert page.one("h1").text == "Artificial intelligence"
    assert page.one("p", class_="other-title").text == "人工智能分技术委员会"
    assert page.facts() == {
        "Kind": "Subcommittee",
        "Body": "SAC",
        "Reference": "SAC/TC28/SC42",
        "Also written": "SC42, SC 42",
        "Secretariat": "CESI sc42@cesi.example.cn",
    }
    assert "mailto:sc42@cesi.example.cn" in page.links()


def test_a_committee_shows_its_place_in_the_tree(client: Client) -> None:
    tree()
    page = read(client, "sac-tc28-sc42")
    assert page.one("nav", class_="above").text == "CommitteesInformation technology"
    assert {"/committees/sac-tc28/", "/committees/kg/"} <= page.links()


def test_the_index_shows_every_committee_below_the_one_it_is_part_of(client: Client) -> None:
    tree()
    factories.committee("aaa", name="Another tree")
    response = client.get("/committees/")
    page = Page(response)
    assert page.faults == []
    outer = page.find("ul", class_="tree")
    below = "Artificial intelligence subcommittee Knowledge graphs working group"
    assert [one.text for one in outer] == [
        f"Another tree subcommittee Information technology technical committee {below}",
        below,
        "Knowledge graphs working group",
    ]


def test_facts_stand_by_kind_and_each_says_from_when_and_from_where(client: Client) -> None:
    _tc, sc, _wg = tree()
    fact(sc, "issue", "Access to data", source="SESEC report, L60")
    fact(sc, "count", "National standards published", value=83)
    fact(sc, "count", "Individual members", value=1602, text="There are members.", stated_on=date(2025, 1, 2))
    fact(sc, "next_step", "Testing in practice")
    fact(sc, "meeting", "Standard week", starts_on=date(2025, 7, 8), ends_on=date(2025, 7, 10))
    page = read(client, "sac-tc28-sc42")
    assert page.texts("h2")[2:] == ["Next steps", "Open issues", "Figures", "Meetings"]
    boxes = [element.text for element in page.find("li") if "As of" in element.text]
    assert boxes == [
        f"Testing in practice What the source says of Testing in practice. {AS_OF}",
        "Access to data What the source says of Access to data. As of 8 Jul 2025 · SESEC report, L60",
        f"83 National standards published What the source says of National standards published. {AS_OF}",
        "1,602 Individual members There are members. As of 2 Jan 2025 · SESEC report, L23",
        f"Standard week 8 Jul 2025 – 10 Jul 2025 What the source says of Standard week. {AS_OF}",
    ]


def test_figures_read_from_one_sentence_stand_together_over_it(client: Client) -> None:
    _tc, sc, _wg = tree()
    for label, value in (("National standards", 83), ("Sector standards", 53)):
        fact(sc, "count", label, value=value, text="83 national and 53 sector standards are published.")
    boxes = [element.text for element in read(client, sc.slug).find("li") if "As of" in element.text]
    assert boxes == [
        f"83 National standards 53 Sector standards 83 national and 53 sector standards are published. {AS_OF}"
    ]


def test_a_fact_is_told_in_chinese_where_somebody_has_translated_it(client: Client) -> None:
    _tc, sc, _wg = tree()
    fact(
        sc,
        "count",
        "Working groups",
        label_zh="工作组",
        value=27,
        text="There are 27 groups.",
        text_zh="现有27个工作组。",
    )
    fact(sc, "issue", "Data", label_zh="数据")
    page = read(client, sc.slug, language="zh-CN")
    assert page.one("h1").text == "人工智能分技术委员会"
    assert "27 工作组 现有27个工作组。" in page.text
    untranslated = next(bdi for bdi in page.find("bdi") if bdi.text.startswith("What the source says"))
    assert untranslated.attributes["lang"] == "en"


def test_projects_are_counted_with_those_of_the_groups_below(client: Client) -> None:
    tc, _sc, wg = tree()
    factories.project(committees=[wg.slug], title="graphs", numbers=["20252081-Z-469"])
    factories.project(committees=[wg.slug, tc.slug], state=State.PUBLISHED, title="agents")
    page = read(client, "sac-tc28-sc42")
    assert page.texts("h3") == ["Drafting 1", "Published 1"]
    assert "graphs 20252081-Z-469" in page.text
    assert "Projects 2" in page.texts("h2")


def test_a_long_state_is_cut_and_leads_to_the_whole_list(client: Client) -> None:
    _tc, sc, _wg = tree()
    for place in range(IN_A_STATE + 2):
        factories.project(committees=[sc.slug], title=f"Subject {place:02}")
    page = read(client, sc.slug)
    assert len([text for text in page.texts("a") if text.startswith("Subject")]) == IN_A_STATE
    assert page.one("p", class_="more").text == f"All {IN_A_STATE + 2} in Drafting →"
    assert f"/?committee={sc.slug}&state=draft" in page.links()


def test_embargoed_projects_are_neither_shown_nor_counted_for_the_public(client: Client) -> None:
    _tc, sc, _wg = tree()
    factories.project(committees=[sc.slug], title="Secret", embargoed=True)
    assert "Projects 0" in read(client, sc.slug).texts("h2")
    client.force_login(factories.secretary())
    assert "Secret" in read(client, sc.slug).text


def test_markup_in_a_name_is_text(client: Client) -> None:
    _tc, sc, _wg = tree()
    odd = factories.committee(
        "odd", sc, name="<script>x</script>", secretariat_name="<b>CESI</b>", aliases=["<i>a</i>"]
    )
    fact(odd, "issue", "<b>bold</b>", text="<script>", source="<u>L1</u>")
    for address in ("/committees/", "/committees/odd/", "/committees/sac-tc28-sc42/", "/"):
        page = Page(client.get(address))
        assert page.faults == []
        assert [page.find(tag) for tag in ("script", "b", "i", "u")] == [[], [], [], []]


@pytest.mark.parametrize("slug", ["nobody", "a b", "x" * 500])
def test_an_unknown_committee_is_not_found(client: Client, slug: str) -> None:
    assert client.get(f"/committees/{slug}/").status_code == 404


def test_a_page_of_more_projects_facts_and_groups_asks_no_more_queries(client: Client) -> None:
    _tc, sc, _wg = tree()
    for place in range(2):
        factories.committee(f"wg-{place}", sc)
        fact(sc, "count", f"Count {place}", value=place)
        for state in State:
            factories.project(
                "gb-t", state, committees=[sc.slug, f"wg-{place}"], target="2026", numbers=["20251234-T-469"]
            )
        with CaptureQueriesContext(connection) as asked:
            read(client, sc.slug)
        assert len(asked) == COMMITTEE_QUERIES


def test_the_index_asks_two_queries_for_any_tree(client: Client) -> None:
    for _more in range(2):
        factories.committee(f"root-{Committee.objects.count()}")
        with CaptureQueriesContext(connection) as asked:
            client.get("/committees/")
        assert len(asked) == 2  # the committees; the head of the history, for "as of"

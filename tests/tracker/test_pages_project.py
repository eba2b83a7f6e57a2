import uuid
from datetime import date
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from standards.edits import edit
from standards.models import Project
from standards.transitions import perform
from tests import factories
from tests.tracker.reading import Page
from tracker.web.projects import CHANGES_ON_A_PAGE
from workflows.states import State

pytestmark = pytest.mark.django_db

PROJECT_QUERIES = 11
"""
 1 the project with its body and responsible person
 2 its numbers
 3 its committees
 4 its open deadlines
 5 its links
 6 the links to it
 7 its moves, for the stage bar
 8 the Changes that gave it another title
 9 its history
10 the names of committees that the history tells of
11 the head of the history, for "as of"
"""
WINDOW: dict[str, Any] = {"from": "2025-09-01", "until": "2025-10-31", "url": "https://std.example.cn/c?id=1&lang=zh"}


def read(client: Client, project: Project, query: str = "", language: str = "en") -> Page:
    response = client.get(f"/projects/{project.pk}/{query}", headers={"Accept-Language": language})
    assert response.status_code == 200
    page = Page(response)
    assert page.faults == []
    return page


def history(page: Page) -> list[str]:
    return [
        element.text for element in page.elements if element.attributes.get("id", "") and _is_entry(element.attributes)
    ]


def _is_entry(attributes: dict[str, str | None]) -> bool:
    return str(attributes["id"]).startswith("change-")


def test_the_page_tells_what_is_known_of_a_project(client: Client) -> None:
    project = factories.project(
        title="Model agents",
        title_zh="人工智能 智能体",
        numbers=["20252081-Z-469"],
        target="2026-Q1",
        note="Named in the minutes.",
        comment_from="2025-09-01",
        comment_until="2025-10-31",
        comment_url=WINDOW["url"],
    )
    page = read(client, project)
    assert page.one("h1").text == "Model agents"
    assert page.facts() == {
        "Plan number": "20252081-Z-469",
        "Deliverable": "GB/Z",
        "Procedure": "National guiding technical document (GB/Z)",
        "Level": "National",
        "Body": "SAC",
        "Committees": "SAC-TC28-SC42",
        "In this state since": "8 Jul 2025",
        "Target": "Q1 2026, that is by 31 Mar 2026",
        "Public comment": "from 1 Sep 2025 until 31 Oct 2025 Where to comment",
        "Note": "Named in the minutes.",
    }
    assert {"/committees/sac-tc28-sc42/", WINDOW["url"]} <= page.links()


def test_a_published_standard_tells_its_number_and_its_dates(client: Client) -> None:
    dates: dict[str, Any] = {"published_on": "2025-11-28", "in_force_on": "2026-06-01"}
    project = factories.project(state=State.PUBLISHED, numbers=["GB/Z 45900-2025"], **dates)
    facts = read(client, project).facts()
    assert facts["Standard number"] == "GB/Z 45900-2025"
    assert (facts["Published on"], facts["In force on"]) == ("28 Nov 2025", "1 Jun 2026")


def test_the_stage_bar_marks_where_the_project_stands(client: Client) -> None:
    page = read(client, factories.project(target="2026-Q1"))
    assert page.one("li", aria_current="step").text == "Drafting 20 Drafting since 8 Jul 2025"
    assert page.one("ol", class_="steps").text == (
        "Proposal date not recorded Drafting 20 Drafting since 8 Jul 2025 "
        "Public comment to come Published planned for Q1 2026"
    )


def test_a_malformed_number_is_kept_as_written_and_what_is_wrong_is_said(client: Client) -> None:
    project = factories.project(numbers=["2025039-Z-469"])
    told = read(client, project).facts()["Plan number"]
    number = project.numbers.get()
    assert told == f"2025039-Z-469 malformed {number.problem}"
    assert number.problem


@time_machine.travel("2026-04-10T12:00:00+08:00", tick=False)
def test_what_is_due_is_told_with_its_slips(client: Client) -> None:
    project = factories.project(target="2025-12")
    edit(project, by=None, target="2026-Q1")
    page = read(client, project)
    told = next(text for text in page.texts("li") if text.startswith("Publication"))
    assert told == "Publication planned for Q1 2026, due 31 Mar 2026 overdue by 10 days (moved once)"


def test_the_history_tells_who_did_what_when_and_why(client: Client) -> None:
    secretary = factories.secretary("li.hua", first_name="Hua", last_name="Li")
    project = factories.project(source="Report L311")
    perform(project, "open_comment", by=secretary, on="2025-09-01", note="Sent out.", source="Notice 12", **WINDOW)
    edit(project, by=secretary, on="2025-10-01", why="Renamed.", title="Another title", target="2026-Q1")
    renamed, opened, registered = history(read(client, project))
    assert registered.startswith("Registered in Drafting, 8 Jul 2025 Recorded ")
    assert "by the tracker · Source: Report L311" in registered
    assert opened.startswith("Open for comment from Drafting to Public comment, 1 Sep 2025 Stage 20 Drafting → ")
    assert "Comment until 31 Oct 2025" in opened
    assert "Sent out." in opened
    assert "by the secretariat · Source: Notice 12" in opened
    assert "→ changed to Another title" in renamed
    assert "Target Q1 2026" in renamed


def test_only_staff_read_the_names_of_those_who_did_it(client: Client) -> None:
    secretary = factories.secretary("li.hua", first_name="Hua", last_name="Li")
    project = factories.project(responsible=secretary)
    perform(project, "hold", by=secretary, on="2025-09-01", reason="waiting")
    public = read(client, project)
    assert not {"Hua", "li.hua", "Li"} & set(public.text.split())
    client.force_login(factories.person("chen", is_staff=True))
    staff = read(client, project)
    assert staff.facts()["Responsible"] == "Hua Li"
    assert "by Hua Li" in staff.text


def test_a_gate_that_was_passed_is_public_and_the_reason_is_for_staff(client: Client) -> None:
    secretary = factories.secretary()
    project = factories.project()
    perform(project, "open_comment", by=secretary, on="2025-09-01", override="ordered by phone")
    assert "Moved past: Comment period given" in read(client, project).text
    assert "ordered by phone" not in read(client, project).text
    client.force_login(secretary)
    assert "Moved past: Comment period given – ordered by phone" in read(client, project).text


def test_earlier_titles_are_listed_with_their_last_day(client: Client) -> None:
    project = factories.project(title="First", title_zh="第一")
    edit(project, by=None, on="2025-09-01", title="Second")
    edit(project, by=None, on="2025-10-01", title="Third", title_zh="第三")
    text = read(client, project).text
    assert "Earlier titles Second until 1 Oct 2025 第一 until 1 Oct 2025 First until 1 Sep 2025" in text


def test_links_are_told_from_both_ends(client: Client) -> None:
    new = factories.project(title="New")
    old = factories.project(title="Old", links=[("superseded_by", new), ("related_to", "https://iso.example/1")])
    page = read(client, old)
    assert (page.facts()["Superseded by"], page.facts()["Related to"]) == ("New", "https://iso.example/1")
    assert {f"/projects/{new.pk}/", "https://iso.example/1"} <= page.links()
    assert read(client, new).facts()["Supersedes"] == "Old"


def test_a_link_to_an_embargoed_project_shows_at_neither_end_nor_in_the_history(client: Client) -> None:
    secretary = factories.secretary()
    secret = factories.project(title="Secret", embargoed=True)
    project = factories.project(title="Open")
    edit(project, by=secretary, links=[("related_to", secret)])
    public = read(client, project)
    assert "Secret" not in public.text
    assert str(secret.pk) not in " ".join(public.links())
    assert len(history(public)) == 1
    client.force_login(secretary)
    assert read(client, project).facts()["Related to"] == "Secret"


def test_markup_in_a_title_or_a_note_is_text(client: Client) -> None:
    title, note = "<script>alert('t')</script> & <b>bold</b>", "<img src=x onerror=alert(1)>\n</p></main>"
    project = factories.project(title=title, title_zh=title, note=note, numbers=["<i>1</i>"])
    edit(project, by=None, why=note, title="Other <script>")
    for address in ("/", "/?view=list", f"/projects/{project.pk}/"):
        page = Page(client.get(address))
        assert page.faults == []
        assert page.find("script") + page.find("b") + page.find("i") == []
        assert all("onerror" not in image.attributes for image in page.find("img"))
    assert title in read(client, project).text


def test_a_title_that_turns_the_direction_of_writing_turns_only_itself(client: Client) -> None:
    project = factories.project(title="مواصفة قياسية", title_zh="")
    assert read(client, project).one("h1").text == "مواصفة قياسية"
    Project.objects.filter(pk=project.pk).update(title="safe\u202egnirts")
    page = read(client, project)
    assert [element.text for element in page.find("bdi") if "\u202e" in element.text]
    outside = page.one("h1").text.replace("\u202e", "")
    assert outside == "safegnirts"


def test_a_title_of_a_thousand_characters_is_shown_whole(client: Client) -> None:
    title = "智能" * 500
    assert read(client, factories.project(title=title)).one("h1").text == title


@pytest.mark.parametrize("address", ["none", "123", "%00", "0" * 32, str(uuid.UUID(int=10)), "a" * 5000])
def test_what_is_no_project_is_not_found(client: Client, address: str) -> None:
    response = client.get(f"/projects/{address}/")
    assert response.status_code == 404
    assert "There is no such page" in Page(response).text


def test_an_embargoed_project_and_an_unknown_one_give_the_same_page(client: Client) -> None:
    secret = factories.project(embargoed=True)
    pages = [client.get(f"/projects/{pk}/") for pk in (secret.pk, uuid.UUID(int=1))]
    assert [page.status_code for page in pages] == [404, 404]
    shown = [page.content.decode().replace(str(secret.pk), str(uuid.UUID(int=1))) for page in pages]
    without_token = [text.split("csrfmiddlewaretoken")[0] + text.split('name="next"')[1] for text in shown]
    assert without_token[0] == without_token[1]
    client.force_login(factories.secretary())
    assert "This project is embargoed" in read(client, secret).text


@pytest.mark.parametrize("before", ["x", "-1", "٣", "9" * 19, "1.5"])
def test_a_place_in_the_history_that_is_none_is_not_found(client: Client, before: str) -> None:
    project = factories.project()
    assert client.get(f"/projects/{project.pk}/", {"before": before}).status_code == 404


def test_a_long_history_is_read_page_by_page(client: Client) -> None:
    project = factories.project()
    for place in range(CHANGES_ON_A_PAGE):
        edit(project, by=None, note=f"Note {place}")
    first = read(client, project)
    older = next(link for link in first.links() if link.startswith("?before="))
    second = read(client, project, older.removesuffix("#history"))
    assert (len(history(first)), len(history(second))) == (CHANGES_ON_A_PAGE, 1)
    assert history(second)[0].startswith("Registered in Drafting")
    assert first.one("ol", class_="steps").text == second.one("ol", class_="steps").text


def test_programs_find_the_same_project_in_the_api(client: Client) -> None:
    project = factories.project()
    alternate = read(client, project).one("link", rel="alternate").attributes
    assert alternate["href"] == f"/api/v1/projects/{project.pk}/"
    assert alternate["type"] == "application/json"


def test_titles_are_marked_with_their_language_whatever_the_language_of_the_page(client: Client) -> None:
    project = factories.project(title="Model agents", title_zh="智能体")
    marked = {
        language: [
            (bdi.attributes["lang"], bdi.text) for bdi in read(client, project, language=language).find("bdi")[:2]
        ]
        for language in ("en", "zh-CN")
    }
    english, chinese = ("en", "Model agents"), ("zh-Hans", "智能体")
    assert marked == {"en": [english, chinese], "zh-CN": [chinese, english]}


def test_dates_are_written_for_people_and_for_programs(client: Client) -> None:
    project = factories.project(effective_on=date(2025, 7, 8))
    for language, words in (("en", "8 Jul 2025"), ("zh-hans", "2025年7月8日")):
        times = read(client, project, language=language).find("time", datetime="2025-07-08")
        assert {time.text for time in times} == {words}


def test_states_stages_and_kinds_are_told_in_chinese(client: Client) -> None:
    project = factories.project(numbers=["20252081-Z-469"], target="2026-Q1")
    page = read(client, project, language="zh-CN")
    assert page.one("html").attributes["lang"] == "zh-hans"
    assert "起草阶段" in page.one("li", aria_current="step").text
    assert "2026年第一季度" in page.one("ol", class_="steps").text
    assert page.facts()["计划号"] == "20252081-Z-469"


def test_a_page_with_more_history_links_and_committees_asks_no_more_queries(client: Client) -> None:
    project = factories.project(target="2026-Q1", numbers=["20252081-Z-469"])
    slugs = ["sac-tc28-sc42"]
    for place in range(2):
        slugs.append(factories.committee(f"wg-{place}").slug)
        factories.project(track="gb-t", links=[("related_to", project)])
        edit(project, by=factories.secretary(), title=f"Title {place}", committees=slugs)
        with CaptureQueriesContext(connection) as asked:
            read(client, project)
        assert len(asked) == PROJECT_QUERIES

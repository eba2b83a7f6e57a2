from typing import Any

import pytest
from django.test import Client

from standards.edits import edit, record_committee
from standards.models import Project, Relation
from standards.transitions import perform
from tests import factories
from tests.tracker.admin_pages import history_of, signed_in, tables_asked, text_of
from tracker.admin import history_page
from workflows.states import State, Verb

pytestmark = pytest.mark.django_db

COMMENT: dict[str, Any] = {"from": "2025-08-01", "until": "2025-09-30"}


@pytest.fixture
def client() -> Client:
    return signed_in(factories.secretary("li"))


def history(client: Client, project: Project) -> str:
    return text_of(client.get(history_of(project)))


def test_a_move_tells_who_what_from_where_to_where_when_and_on_whose_word(client: Client) -> None:
    project = factories.project("gb-t")
    zhang = factories.secretary("zhang", first_name="Wei", last_name="Zhang")
    change = perform(
        project, Verb.OPEN_COMMENT, by=zhang, on="2025-08-01", note="As planned", source="Notice 7 of 2025",
        **COMMENT,
    )  # fmt: skip
    page = client.get(history_of(project))
    text = text_of(page)
    for words in ("Open for comment", "Drafting → to Public comment", "As planned", "Source: Notice 7 of 2025",
                  "1 Aug 2025", "Wei Zhang"):  # fmt: skip
        assert words in text
    assert f'id="rev-{change.rev}"' in page.content.decode()


def test_every_changed_field_is_told_with_its_old_and_new_value(client: Client) -> None:
    project = factories.project(title="Old title", target="2026-Q1", numbers=["20252081-Z-469"])
    edit(project, by=None, title="New title", target="2026-H2", numbers=["2025001837"], published_on="2025-12-01")
    text = history(client, project)
    for words in ("Title Old title → to New title",
                  "Target Q1 2026 (31 Mar 2026) → to second half of 2026 (31 Dec 2026)",
                  "20252081-Z-469 – Plan number taken away", "2025001837 – Application number added",
                  "Published on 1 Dec 2025"):  # fmt: skip
        assert words in text


def test_codes_slugs_and_ids_are_told_by_their_names(client: Client) -> None:
    factories.committee("sac-tc260", name="Cybersecurity")
    other = factories.project(title="The other one")
    project = factories.project()
    person = factories.secretary("wang", first_name="Fang", last_name="Wang")
    edit(project, by=None, committees=["sac-tc260"], responsible=person, links=[(Relation.RELATED, other)])
    text = history(client, project)
    for words in ("Cybersecurity added", "Responsible person Fang Wang", "related to: The other one added"):
        assert words in text
    assert str(other.pk) not in text


def test_committees_in_another_order_are_told_as_that(client: Client) -> None:
    factories.committee("sac-tc260", name="Cybersecurity")
    factories.committee("sac-tc28-sc42", name="Artificial intelligence")
    project = factories.project(committees=["sac-tc260", "sac-tc28-sc42"])
    edit(project, by=None, committees=["sac-tc28-sc42", "sac-tc260"])
    assert "order changed: Artificial intelligence, Cybersecurity" in history(client, project)


def test_the_newest_entry_comes_first(client: Client) -> None:
    project = factories.project(title="First title")
    edit(project, by=None, title="Second title")
    perform(project, Verb.HOLD, by=None, on="2025-08-01", reason="waiting for ISO")
    text = history(client, project).partition("Effective on")[2]
    assert text.index("Put on hold") < text.index("Second title") < text.index("Registered")


def test_a_reason_is_told(client: Client) -> None:
    project = factories.project()
    perform(project, Verb.CANCEL, by=None, on="2025-08-01", reason="no experts")
    assert "Reason: no experts" in history(client, project)


def test_an_overridden_gate_is_told_with_the_reason(client: Client) -> None:
    project = factories.project("gb-t", State.PUBLIC_COMMENT)
    perform(project, Verb.SUBMIT, by=factories.secretary(), on="2025-09-01", override="closed early by the body")
    assert "past a shut gate Comment period over: closed early by the body" in history(client, project)


def test_a_day_that_nobody_knows_is_told_as_such(client: Client) -> None:
    assert "not known" in history(client, factories.project(effective_on=None))


def test_the_moment_of_recording_is_on_the_secretariats_clocks(client: Client) -> None:
    assert "CST" in history(client, factories.project())


def test_markup_in_a_note_is_shown_and_not_obeyed(client: Client) -> None:
    project = factories.project()
    edit(project, by=None, title="<b>Bold</b>", why="<script>alert(1)</script>")
    content = client.get(history_of(project)).content
    assert b"<script>alert(1)" not in content
    assert b"<b>Bold</b>" not in content


def test_an_embargoed_project_at_the_other_end_of_a_link_keeps_its_title() -> None:
    secret = factories.project(title="Secret", embargoed=True)
    project = factories.project()
    edit(project, by=None, links=[(Relation.RELATED, secret)])
    text = history(signed_in(factories.mover()), project)
    assert "Secret" not in text
    assert "a project you may not see" in text
    assert "Secret" in history(signed_in(factories.secretary()), project)


def test_a_longer_history_asks_no_more_queries(client: Client) -> None:
    project, other = factories.project(), factories.project()
    person = factories.secretary()
    edit(project, by=person, responsible=person, links=[(Relation.RELATED, other)])
    asked = []
    for round_ in range(2):
        with tables_asked() as tables:
            history(client, project)
        asked.append(tables)
        for number in range(5):
            edit(project, by=person, title=f"Title {round_}{number}", responsible=None if number % 2 else person)
    assert asked[0] == asked[1]
    assert asked[0][-5:] == [
        "standards_change",  # how many
        "standards_change",  # with their actors
        "standards_committee",
        "auth_user",
        "standards_project",
    ]


def test_a_long_history_is_told_page_by_page(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history_page, "PAGE_SIZE", 2)
    project = factories.project(title="Title 0")
    for number in (1, 2, 3):
        edit(project, by=None, title=f"Title {number}")
    assert "Older" in history(client, project)
    assert "Registered" in text_of(client.get(history_of(project), {"page": "2"}))


def test_a_committees_history_tells_what_changed(client: Client) -> None:
    committee = factories.committee("sac-tc28-sc42", name="Old name")
    committee.name = "New name"
    record_committee(committee, by=None, source="Notice 3")
    viewer = signed_in(factories.person(permissions=["view_committee"], is_staff=True))
    text = text_of(viewer.get(f"/admin/standards/committee/{committee.pk}/history/"))
    assert "Name Old name → to New name" in text
    assert "Source: Notice 3" in text
    assert client.get(f"/admin/standards/committee/{committee.pk}/history/").status_code == 403

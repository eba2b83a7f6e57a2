from datetime import date
from typing import Any

import pytest
from django.test import Client

from standards.edits import edit
from standards.models import Change, Project, Relation
from standards.numbers import parse
from standards.transitions import perform
from tests import factories
from tests.tracker.admin_pages import drawn, history_of, move_of, page_of, posted, signed_in, tables_asked, text_of
from workflows.states import NumberKind, State, Verb

pytestmark = pytest.mark.django_db


@pytest.fixture
def client() -> Client:
    return signed_in(factories.secretary("zhang", first_name="Wei", last_name="Zhang"))


COMMENT: dict[str, Any] = {"from": "2025-08-01", "until": "2090-01-01"}
PROJECT_QUERIES = [
    "django_session",
    "auth_user",
    "auth_permission",  # of the person
    "auth_permission",  # of the person's groups
    "standards_project",
    "standards_number",
    "standards_projectcommittee",
    "standards_deadline",
    "standards_link",  # from here
    "standards_link",  # to here
]
QUERIES = [
    *PROJECT_QUERIES,
    "standards_change",  # the dates of the stage bar
    "standards_committee",  # to choose from
    "auth_user",  # who may be responsible
]


def save(client: Client, project: Project, **changed: Any) -> Any:
    """Open the page, type some fields over and save, as a browser does."""
    page = page_of(project)
    return client.post(page, posted(drawn(client.get(page)), **changed), follow=True)


def saved(client: Client, project: Project, **changed: Any) -> Project:
    response = save(client, project, **changed)
    assert response.redirect_chain, response.context["form"].errors
    return Project.objects.get(pk=project.pk)


def changes(project: Project) -> list[Change]:
    return list(project.changes.order_by("rev"))


# Where it stands


def test_the_stage_bar_tells_what_is_done_since_when_and_what_is_planned(client: Client) -> None:
    project = factories.project(
        "gb-t", State.PROPOSAL, effective_on=date(2025, 1, 7), numbers=["20252081-T-469"], target="2030-Q1"
    )
    perform(project, Verb.START_DRAFT, by=None, on="2025-03-03")
    page = client.get(page_of(project))
    assert (
        "Proposal 00 Preliminary 7 Jan 2025 Drafting 20 Drafting since 3 Mar 2025 "
        "Public comment to come Review and approval to come Published planned for Q1 2030"
    ) in text_of(page)
    assert page.content.decode().count('aria-current="step"') == 1


def test_a_cancelled_project_ends_its_stage_bar_there(client: Client) -> None:
    project = factories.project()
    perform(project, Verb.CANCEL, by=None, on="2025-08-01", reason="no experts")
    text = text_of(client.get(page_of(project)))
    assert "Cancelled since 1 Aug 2025" in text.replace("20.98 Abandoned ", "")
    assert "Published" not in text.partition("What can be done now")[0]


def test_what_is_overdue_is_told_at_the_top(client: Client) -> None:
    project = factories.project(target="2026-Q1")
    assert "Q1 2026 31 Mar 2026 overdue" in text_of(client.get(page_of(project)))


# What can be done


def test_possible_moves_lead_to_their_forms(client: Client) -> None:
    project = factories.project()
    page = client.get(page_of(project)).content.decode()
    assert move_of(project, "open_comment") in page
    assert move_of(project, "publish") not in page


def test_a_shut_gate_says_why_and_whoever_may_can_pass_it(client: Client) -> None:
    project = factories.project("gb-t", numbers=["20252081-T-469"])
    perform(project, Verb.OPEN_COMMENT, by=None, on="2025-08-01", **COMMENT)
    page = client.get(page_of(project))
    assert "Not yet Submit for approval" in text_of(page)
    assert "Comments are taken until 2090-01-01" in text_of(page)
    assert move_of(project, "submit") in page.content.decode()
    without = signed_in(factories.mover()).get(page_of(project))
    assert "Submit for approval" in text_of(without)
    assert move_of(project, "submit") not in without.content.decode()


def test_a_move_the_procedure_does_not_have_from_here_says_which_it_has(client: Client) -> None:
    page = text_of(client.get(page_of(factories.project())))
    assert "Not from here" in page
    assert "“Publish” is not possible from “Drafting”" in page


def test_who_may_not_move_is_told_so_and_given_no_link() -> None:
    project = factories.project()
    page = signed_in(factories.person(permissions=["view_project"], is_staff=True)).get(page_of(project))
    assert "Your account lacks the permission to move projects" in text_of(page)
    assert "/move/" not in page.content.decode()


# Editing facts


def test_saving_writes_one_change_that_says_who_why_and_on_whose_word(client: Client) -> None:
    project = factories.project(title="Old title")
    saved(client, project, title="New title", why="Renamed at the plenary", source="Minutes, item 4", on="2025-09-01")
    change = changes(project)[-1]
    assert change.delta == {"title": ["Old title", "New title"]}
    assert (change.note, change.source, change.effective_on) == (
        "Renamed at the plenary", "Minutes, item 4", date(2025, 9, 1),
    )  # fmt: skip
    assert str(change.actor) == "zhang"


def test_every_fact_of_the_form_is_saved(client: Client) -> None:
    colleague = factories.secretary("li")
    factories.committee("sac-tc260")
    project = factories.project()
    after = saved(
        client, project, title="Title", title_zh="标题", target="2030-Q1", lead="sac-tc260", others=["sac-tc28-sc42"],
        responsible=str(colleague.pk), deliverable="GB/Z", comment_from="2025-09-01", comment_until="2025-10-31",
        comment_url="https://example.org/comments", published_on="2025-12-01", in_force_on="2026-01-01",
        note="Two lines\r\nof note", embargoed="on", numbers="20252081-Z-469\r\nGB/Z 185-2026",
    )  # fmt: skip
    assert (after.title, after.title_zh, after.target_due) == ("Title", "标题", date(2030, 3, 31))
    assert list(after.assignments.order_by("position").values_list("committee__slug", flat=True)) == [
        "sac-tc260", "sac-tc28-sc42",
    ]  # fmt: skip
    assert after.responsible == colleague
    assert (after.comment_from, after.comment_until) == (date(2025, 9, 1), date(2025, 10, 31))
    assert after.comment_url == "https://example.org/comments"
    assert (after.published_on, after.in_force_on) == (date(2025, 12, 1), date(2026, 1, 1))
    assert (after.note, after.embargoed) == ("Two lines\nof note", True)
    assert list(after.numbers.order_by("position").values_list("kind", "value")) == [
        ("plan", "20252081-Z-469"), ("published", "GB/Z 185-2026"),
    ]  # fmt: skip


def test_facts_can_be_taken_away(client: Client) -> None:
    project = factories.project(target="2030-Q1", numbers=["20252081-Z-469"], title_zh="标题", note="a note")
    after = saved(client, project, target="", numbers="", title_zh="", note="", lead="", others=None)
    assert (after.target_text, after.target_due, after.title_zh, after.note) == ("", None, "", "")
    assert not after.numbers.exists()
    assert not after.assignments.exists()


def test_saving_what_was_there_already_writes_nothing_and_says_so(client: Client) -> None:
    project = factories.project(numbers=["2025039-Z-469"], target="2030-Q1", note="one\ntwo", title_zh="标题")
    response = save(client, project)
    assert "Nothing to save" in text_of(response)
    assert len(changes(project)) == 1


def test_a_reason_alone_is_no_change(client: Client) -> None:
    project = factories.project()
    assert "Nothing to save" in text_of(save(client, project, why="because", source="a letter"))
    assert len(changes(project)) == 1


def test_a_malformed_number_is_kept_marked_and_explained(client: Client) -> None:
    project = factories.project()
    response = save(client, project, numbers="2025039-Z-469")
    assert "“2025039-Z-469” is kept as it is written, and marked as malformed." in text_of(response)
    assert "has seven digits" in text_of(response)
    assert project.numbers.get().valid is False


def test_a_number_keeps_its_kind_when_another_is_added(client: Client) -> None:
    project = factories.project(numbers=[parse("2025001837", NumberKind.PROJECT)])
    saved(client, project, numbers="2025001837\n20252081-Z-469")
    assert list(project.numbers.order_by("position").values_list("raw", "kind")) == [
        ("2025001837", "project"), ("20252081-Z-469", "plan"),
    ]  # fmt: skip


@pytest.mark.parametrize(("field", "typed", "said"), [
    ("title", "", "a title is needed"),
    ("title", "x" * 5000, "it has 5000 characters"),
    ("title", "two\r\nlines", "a line break"),
    ("target", "soon", "soon"),
    ("comment_from", "2025-02-30", "there is no day 2025-02-30"),
    ("comment_until", "tomorrow", "is no date"),
    ("comment_url", "javascript:alert(1)", "is no web address"),
    ("on", "31/12/2025", "is no date"),
    ("source", "x" * 301, "301 characters"),
    ("note", "a\u202eb", "an invisible control character"),
    ("lead", "nonsense", "Select a valid choice"),
    ("link_to", "https://example.org", "A link needs both"),
])  # fmt: skip
def test_what_cannot_be_taken_is_told_at_its_field_and_what_was_typed_stays(
    client: Client, field: str, typed: str, said: str
) -> None:
    project = factories.project()
    response = save(client, project, **{"title_zh": "一个标题", field: typed})
    form = response.context["form"]
    assert said in " ".join(form.errors[field])
    assert form["title_zh"].value() == "一个标题"
    assert len(changes(project)) == 1


def test_a_comment_period_that_ends_before_it_starts_is_refused(client: Client) -> None:
    response = save(client, factories.project(), comment_from="2025-10-01", comment_until="2025-09-01")
    assert "ends before it starts" in " ".join(response.context["form"].errors["comment_until"])


def test_several_committees_need_one_that_leads(client: Client) -> None:
    response = save(client, factories.project(), lead="", others=["sac-tc28-sc42"])
    assert "Choose the committee that leads." in text_of(response)


def test_the_embargo_is_no_field_for_who_may_not_see_embargoed_projects() -> None:
    project = factories.project()
    client = signed_in(factories.mover())
    assert "embargoed" not in client.get(page_of(project)).context["form"].fields
    save(client, project, embargoed="on", title="New")
    assert Project.objects.get(pk=project.pk).embargoed is False


def test_neither_state_nor_stage_can_be_posted(client: Client) -> None:
    project = factories.project()
    save(client, project, state="published", stage_code="60", stage="60", title="New")
    after = Project.objects.get(pk=project.pk)
    assert (after.title, after.state, after.stage_code) == ("New", State.DRAFT, project.stage_code)


# Two people at once


def test_a_page_that_somebody_overtook_says_who_did_what_and_keeps_what_was_typed(client: Client) -> None:
    project = factories.project(title="Old", title_zh="旧")
    form = drawn(client.get(page_of(project)))
    perform(project, Verb.CANCEL, by=factories.secretary("li"), on="2025-08-01", reason="no experts")
    response = client.post(page_of(project), posted(form, title="Mine", why="my reason"))
    text = text_of(response)
    assert "Somebody else changed this project" in text
    assert "by li" in text
    assert "Cancel" in text
    shown = response.context["form"]
    assert (shown["title"].value(), shown["why"].value()) == ("Mine", "my reason")
    assert Project.objects.get(pk=project.pk).title == "Old"


def test_saving_again_after_that_changes_only_what_this_person_typed(client: Client) -> None:
    project = factories.project(title="Old", title_zh="旧")
    form = drawn(client.get(page_of(project)))
    edit(project, by=None, title_zh="新")
    overtaken = client.post(page_of(project), posted(form, title="Mine"))
    assert overtaken.context["form"]["title_zh"].value() == "新"
    client.post(page_of(project), drawn(overtaken))
    after = Project.objects.get(pk=project.pk)
    assert (after.title, after.title_zh) == ("Mine", "新")


def test_a_field_that_both_changed_is_pointed_out(client: Client) -> None:
    project = factories.project(title="Old")
    form = drawn(client.get(page_of(project)))
    edit(project, by=None, title="Theirs")
    overtaken = client.post(page_of(project), posted(form, title="Mine"))
    assert "Somebody else changed this, too" in " ".join(overtaken.context["form"].errors["title"])


@pytest.mark.parametrize(("rev", "said"), [
    ("", "came back incomplete"), ("nonsense", "came back incomplete"),
    ("-1", "Somebody else changed"), ("999999999", "Somebody else changed"),
])  # fmt: skip
def test_a_form_without_an_honest_revision_saves_nothing(client: Client, rev: str, said: str) -> None:
    project = factories.project(title="Old")
    response = save(client, project, title="New", expected_rev=rev)
    assert said in text_of(response)
    assert Project.objects.get(pk=project.pk).title == "Old"


# Links


def test_a_link_is_made_by_number_and_told_at_both_ends(client: Client) -> None:
    project, other = factories.project(), factories.project(title="The other", numbers=["20252081-Z-469"])
    saved(client, project, link_rel=Relation.SUPERSEDED_BY, link_to="20252081–Z–469")
    assert project.links.get().other == other
    assert "supersedes: " + str(project) in text_of(client.get(page_of(other)))


def test_a_link_is_made_by_the_address_of_a_page_here(client: Client) -> None:
    project, other = factories.project(), factories.project()
    saved(client, project, link_rel=Relation.RELATED, link_to=f"http://testserver/projects/{other.pk}/")
    assert project.links.get().other == other


def test_a_link_may_lead_elsewhere(client: Client) -> None:
    project = factories.project()
    saved(client, project, link_rel=Relation.RELATED, link_to="https://www.iso.org/standard/81228.html")
    assert project.links.get().url == "https://www.iso.org/standard/81228.html"


def test_a_link_is_taken_away(client: Client) -> None:
    project, other = factories.project(), factories.project()
    edit(project, by=None, links=[(Relation.RELATED, other)])
    saved(client, project, links_gone=[str(project.links.get().pk)])
    assert not project.links.exists()


def test_two_projects_with_one_number_are_not_guessed_between(client: Client) -> None:
    for _count in range(2):
        factories.project(numbers=["20252081-Z-469"])
    response = save(client, factories.project(), link_rel=Relation.RELATED, link_to="20252081-Z-469")
    assert "More than one project has the number" in text_of(response)


def test_a_link_to_an_embargoed_project_survives_an_edit_by_who_may_not_see_it() -> None:
    project, secret = factories.project(), factories.project(title="Secret", embargoed=True)
    edit(project, by=None, links=[(Relation.RELATED, secret)])
    client = signed_in(factories.mover())
    assert "Secret" not in text_of(client.get(page_of(project)))
    saved(client, project, link_rel=Relation.RELATED, link_to="https://example.org")
    assert {link.other or link.url for link in project.links.all()} == {secret, "https://example.org"}


# Looking only


def test_who_may_only_look_sees_the_facts_and_no_form() -> None:
    project = factories.project(numbers=["20252081-Z-469"], target="2030-Q1", note="A note")
    page = signed_in(factories.person(permissions=["view_project"], is_staff=True)).get(page_of(project))
    assert page.context["form"] is None
    for words in ("20252081-Z-469 – Plan number", "Q1 2030 (31 Mar 2030)", "A note"):
        assert words in text_of(page)


def test_the_page_asks_the_same_queries_whatever_the_project_has(client: Client) -> None:
    bare = factories.project(committees=[])
    full = factories.project(numbers=["20252081-Z-469", "2025001837"], target="2030-Q1")
    for other in (factories.project(), factories.project()):
        edit(full, by=None, links=[(Relation.RELATED, other)])
        edit(other, by=None, links=[(Relation.SUPERSEDES, full)])
    perform(full, Verb.HOLD, by=None, on="2025-08-01", reason="waiting")
    asked = []
    for project in (bare, full):
        with tables_asked() as tables:
            client.get(page_of(project))
        asked.append(sorted(tables))
    assert asked[0] == asked[1] == sorted(QUERIES)


def test_the_page_leads_to_the_history_and_to_the_public_page(client: Client) -> None:
    project = factories.project()
    page = client.get(page_of(project)).content.decode()
    assert history_of(project) in page
    assert f'href="/projects/{project.pk}/"' in page


@pytest.mark.parametrize("name", ["nonsense", "00000000-0000-0000-0000-000000000000"])
def test_a_project_that_is_not_there_is_a_page_that_says_so(client: Client, name: str) -> None:
    for address in (f"/admin/standards/project/{name}/{page}/" for page in ("change", "history", "move/hold")):
        assert client.get(address).status_code == 404

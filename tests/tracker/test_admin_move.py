from datetime import date
from typing import Any
from urllib.parse import urlsplit

import pytest
import time_machine
from django.test import Client
from django.utils.timezone import localdate

from standards.edits import edit
from standards.models import Change, Project, Relation
from standards.transitions import perform
from tests import factories
from tests.tracker.admin_pages import drawn, history_of, move_of, page_of, posted, signed_in, tables_asked, text_of
from workflows.states import State, Verb

pytestmark = pytest.mark.django_db

COMMENT: dict[str, Any] = {"from": "2025-08-01", "until": "2025-09-30", "url": "https://example.org/comments"}


@pytest.fixture
def client() -> Client:
    return signed_in(factories.secretary("zhang"))


def move(client: Client, project: Project, verb: str, **facts: Any) -> Any:
    """Open the form of a move, fill in some fields and send it, as a browser does."""
    page = move_of(project, verb)
    return client.post(page, posted(drawn(client.get(page)), **facts), follow=True)


def offered_stages(client: Client, project: Project, verb: str) -> list[str]:
    field = client.get(move_of(project, verb)).context["form"].fields["stage"]
    return [code for code, _name in field.choices]


def last_change(project: Project) -> Change:
    return project.changes.order_by("-rev")[0]


def in_comment(until: str = "2025-09-30") -> Project:
    project = factories.project("gb-t", numbers=["20252081-T-469"])
    perform(project, Verb.OPEN_COMMENT, by=None, on="2025-08-01", **COMMENT | {"until": until})
    return Project.objects.get(pk=project.pk)


# The form


def test_the_form_says_from_where_to_where_and_what_must_be_true(client: Client) -> None:
    text = text_of(client.get(move_of(factories.project("gb-t"), "open_comment")))
    assert "Drafting 20 Drafting → to Public comment" in text
    assert "Comment period given : shut; this form can open it" in text


def test_a_gate_that_is_open_already_is_told_as_open(client: Client) -> None:
    project = factories.project("gb-t", comment_from="2025-08-01", comment_until="2025-09-30")
    page = client.get(move_of(project, "open_comment"))
    assert "Comment period given : open" in text_of(page)
    assert page.context["form"]["from"].value() == "2025-08-01"


def test_a_gate_that_no_fact_of_the_form_opens_says_what_it_waits_for(client: Client) -> None:
    text = text_of(client.get(move_of(in_comment("2090-01-01"), "submit")))
    assert "Comment period over : shut Comments are taken until 2090-01-01" in text


@pytest.mark.parametrize(("verb", "facts"), [
    ("open_comment", {"from", "until", "url", "number", "stage"}),
    ("hold", {"reason"}),
    ("cancel", {"reason", "stage"}),
])  # fmt: skip
def test_the_form_asks_for_the_facts_of_its_verb(client: Client, verb: str, facts: set[str]) -> None:
    form = client.get(move_of(factories.project(), verb)).context["form"]
    assert form.fields.keys() - {"on", "note", "source", "expected_rev", "override"} == facts


def test_the_day_is_today_at_the_secretariat(client: Client) -> None:
    project = factories.project()
    with time_machine.travel("2026-03-01T23:30:00+00:00", tick=False):
        assert client.get(move_of(project, "hold")).context["form"]["on"].value() == "2026-03-02"


def test_the_stages_to_choose_from_are_those_of_the_state_it_leads_to(client: Client) -> None:
    project = factories.project("iso-iec-is", State.PROPOSAL, stage="10.99")
    stages = [
        code for code, _name in client.get(move_of(project, "start_draft")).context["form"].fields["stage"].choices
    ]
    assert stages[0] == ""
    assert set(stages[1:]) == {stage.code for stage in project.track.stages_in(State.DRAFT)}


def test_advancing_offers_the_other_stages_of_the_state(client: Client) -> None:
    project = factories.project("iso-iec-is", stage="20.00")
    stages = offered_stages(client, project, "advance")
    assert "20.00" not in stages
    assert "30.00" in stages


def test_looking_at_the_form_changes_nothing(client: Client) -> None:
    project = factories.project()
    client.get(move_of(project, "cancel"), hand_made(project))
    assert project.changes.count() == 1


def test_the_form_asks_the_same_queries_whatever_the_verb(client: Client) -> None:
    project = factories.project()
    asked = []
    for verb in ("hold", "open_comment", "cancel"):
        with tables_asked() as tables:
            client.get(move_of(project, verb))
        asked.append(tables)
    assert asked[0] == asked[1] == asked[2]
    assert len(asked[0]) == 10


# Moving


def test_a_move_is_recorded_with_everything_that_was_said(client: Client) -> None:
    project = factories.project("gb-t")
    response = move(client, project, "open_comment", on="2025-08-01", note="As planned", source="Notice 7", **COMMENT)
    moved, change = Project.objects.get(pk=project.pk), last_change(project)
    assert (moved.state, moved.stage_code, moved.comment_until) == (State.PUBLIC_COMMENT, "30", date(2025, 9, 30))
    assert (change.verb, change.effective_on, change.note, change.source) == (
        "open_comment", date(2025, 8, 1), "As planned", "Notice 7",
    )  # fmt: skip
    assert str(change.actor) == "zhang"
    assert response.redirect_chain == [(page_of(project), 302)]
    assert "recorded. The project stands at “Public comment · 30 Public comment”." in text_of(response)
    assert f"{history_of(project)}#rev-{change.rev}" in response.content.decode()


def test_a_whole_way_to_publication_and_beyond(client: Client) -> None:
    project = factories.project("gb-t", State.PROPOSAL, effective_on=date(2025, 1, 7))
    way = [
        ("start_draft", {"on": "2025-03-03", "number": "20252081-T-469"}),
        ("open_comment", {"on": "2025-08-01", **COMMENT}),
        ("submit", {"on": "2025-10-08"}),
        ("advance", {"on": "2025-11-01", "stage": "50"}),
        ("publish", {"on": "2025-12-01", "number": "GB/T 46345-2025",
                     "published_on": "2025-12-01", "in_force_on": "2026-06-01"}),
        ("withdraw", {"on": "2026-01-05", "reason": "replaced"}),
    ]  # fmt: skip
    for verb, facts in way:
        response = move(client, project, verb, **facts)
        assert response.redirect_chain, (verb, text_of(response))
    assert Project.objects.get(pk=project.pk).state == State.WITHDRAWN
    assert [change.verb for change in project.changes.order_by("rev")] == ["", *(verb for verb, _facts in way)]


def test_a_successor_is_named_by_its_number(client: Client) -> None:
    project = factories.project("gb-t", State.PUBLISHED, numbers=["GB/T 45401.1-2025"])
    successor = factories.project("gb-t", State.PUBLISHED, numbers=["GB/T 45401.1-2030"])
    move(client, project, "withdraw", on="2025-09-01", reason="revised", successor="GBT 45401.1—2030")
    assert project.links.get(rel=Relation.SUPERSEDED_BY).other == successor


def test_a_gate_is_passed_with_a_reason_by_who_may(client: Client) -> None:
    project = in_comment("2090-01-01")
    move(client, project, "submit", on="2025-09-02", override="The body closed the comments early")
    change = last_change(project)
    assert (change.to_state, change.override) == (State.APPROVAL, "The body closed the comments early")
    assert change.overridden == ["comment_period_over"]


# Refusals


def test_a_shut_gate_refuses_and_is_told_with_its_reason(client: Client) -> None:
    project = in_comment("2090-01-01")
    response = move(client, project, "submit", on="2025-09-02", note="Let us try")
    text = text_of(response)
    assert "Nothing was recorded: at least one gate below is shut." in text
    assert "Comments are taken until 2090-01-01" in text
    assert response.context["form"]["note"].value() == "Let us try"
    assert Project.objects.get(pk=project.pk).state == State.PUBLIC_COMMENT


def test_every_shut_gate_is_told_at_once(client: Client) -> None:
    project = factories.project("gb-t", State.APPROVAL)
    text = text_of(move(client, project, "publish", on="2025-09-02"))
    assert "The number of the published standard is not given" in text
    assert "The day of publication is not given" in text


@pytest.mark.parametrize(("facts", "field", "said"), [
    ({"on": ""}, "on", "say on which day"),
    ({"on": "yesterday"}, "on", "is no date"),
    ({"on": "2090-01-01"}, "on", "in the future"),
    ({"on": "2020-01-01"}, "on", "before the project's last move"),
    ({"from": "2025-02-30"}, "from", "there is no day"),
    ({"until": "2025-07-01"}, "until", "ends before it starts"),
    ({"url": "ftp://example.org"}, "url", "no web address"),
    ({"number": "2025039-T-469"}, "number", "seven digits"),
    ({"stage": "60"}, "stage", "Select a valid choice"),
    ({"note": "a\x07b"}, "note", "control character"),
    ({"source": "x" * 301}, "source", "301 characters"),
])  # fmt: skip
def test_what_cannot_be_taken_is_told_at_its_field_and_what_was_typed_stays(
    client: Client, facts: dict[str, str], field: str, said: str
) -> None:
    project = factories.project("gb-t")
    response = move(client, project, "open_comment", **{"on": "2025-08-01", **COMMENT, **facts})
    form = response.context["form"]
    assert said in " ".join(form.errors[field])
    kept = {name: form[name].value() for name in facts}
    assert kept == facts
    assert project.changes.count() == 1


def test_an_unknown_successor_is_told_at_its_field(client: Client) -> None:
    project = factories.project("gb-t", State.PUBLISHED)
    response = move(client, project, "withdraw", on="2025-09-01", reason="revised", successor="GB/T 1-2030")
    assert "There is no project with the number" in " ".join(response.context["form"].errors["successor"])
    response = move(client, project, "withdraw", on="2025-09-01", reason="revised", successor="https://example.org")
    assert response.context["form"].errors["successor"]


def test_a_move_that_is_not_possible_from_here_says_what_is(client: Client) -> None:
    project = factories.project("gb-t")
    for response in (client.get(move_of(project, "publish")), client.post(move_of(project, "publish"), {
        "on": "2025-09-01", "expected_rev": project.rev, "number": "GB/T 1-2025",
    })):  # fmt: skip
        assert response.status_code == 200
        assert "“Publish” is not possible from “Drafting”. From there, there are:" in text_of(response)
    assert project.changes.count() == 1


def test_whoever_was_overtaken_is_told_by_whom_and_decides_anew(client: Client) -> None:
    project = factories.project("gb-t")
    form = drawn(client.get(move_of(project, "open_comment")))
    edit(project, by=factories.secretary("li"), title_zh="新")
    typed = posted(form, on="2025-08-01", note="mine", **COMMENT)
    response = client.post(move_of(project, "open_comment"), typed)
    assert "Somebody else changed this project" in text_of(response)
    assert "by li" in text_of(response)
    again = response.context["form"]
    assert again["note"].value() == "mine"
    assert project.changes.count() == 2
    client.post(move_of(project, "open_comment"), drawn(response))
    assert Project.objects.get(pk=project.pk).state == State.PUBLIC_COMMENT


def test_a_verb_that_does_not_exist_is_a_page_that_names_those_that_do(client: Client) -> None:
    project = factories.project()
    for response in (client.get(move_of(project, "promote")), client.post(move_of(project, "promote"), {})):
        assert response.status_code == 404
        assert "no move called “promote”" in text_of(response)
        assert "Open for comment" in text_of(response)


@pytest.mark.parametrize("verb", ["delete", "save", "__class__", "state", "perform", "<script>", "confirm"])
def test_no_method_of_the_model_is_mistaken_for_a_verb(client: Client, verb: str) -> None:
    project = factories.project()
    response = client.post(move_of(project, verb), {"on": "2025-09-01", "expected_rev": project.rev})
    assert response.status_code == 404
    assert b"<script>" not in response.content.partition(b"errornote")[2].partition(b"</p>")[0]
    assert project.changes.count() == 1


def test_a_post_without_a_token_of_the_form_is_refused() -> None:
    project = factories.project()
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(factories.secretary())
    response = strict.post(move_of(project, "cancel"), {"on": "2025-09-01", "expected_rev": project.rev, "reason": "x"})
    assert response.status_code == 403
    assert project.changes.count() == 1


# Who may


def hand_made(project: Project, **more: str) -> dict[str, str]:
    return {"on": localdate().isoformat(), "expected_rev": str(project.rev), "reason": "because", **more}


def test_a_hand_made_post_without_permission_is_refused_by_the_door() -> None:
    project = factories.project()
    viewer = signed_in(factories.person(permissions=["view_project", "change_project"], is_staff=True))
    response = viewer.post(move_of(project, "cancel"), hand_made(project))
    assert response.status_code == 403
    assert "You may not move this project. Ask for the permission “move projects”." in text_of(response)
    assert Project.objects.get(pk=project.pk).state == State.DRAFT
    assert project.changes.count() == 1


def test_who_may_not_move_hears_only_that_whatever_else_is_wrong() -> None:
    project = factories.project()
    viewer = signed_in(factories.person(permissions=["view_project"], is_staff=True))
    for verb, facts in (("publish", {}), ("open_comment", {}), ("cancel", {"on": "nonsense"}), ("cancel", {"on": ""})):
        response = viewer.post(move_of(project, verb), hand_made(project, **facts))
        assert response.status_code == 403, verb
        assert "You may not move this project" in text_of(response)


def test_a_hand_made_override_without_permission_moves_nothing() -> None:
    project = in_comment("2090-01-01")
    mover = signed_in(factories.mover())
    assert "override" not in mover.get(move_of(project, "submit")).context["form"].fields
    response = mover.post(move_of(project, "submit"), hand_made(project, on="2025-09-02", override="I say so"))
    assert response.status_code in (200, 403)
    assert Project.objects.get(pk=project.pk).state == State.PUBLIC_COMMENT


def test_an_embargoed_project_is_not_there_for_who_may_not_see_it() -> None:
    project = factories.project(embargoed=True)
    mover = signed_in(factories.mover())
    assert mover.get(move_of(project, "cancel")).status_code == 404
    assert mover.post(move_of(project, "cancel"), hand_made(project)).status_code == 404
    assert mover.get(page_of(project)).status_code == 404


def test_the_refusal_leads_back_to_the_project() -> None:
    project = factories.project()
    viewer = signed_in(factories.person(permissions=["view_project"], is_staff=True))
    page = viewer.get(move_of(project, "cancel")).content.decode()
    assert f'href="{urlsplit(page_of(project)).path}"' in page


def test_the_words_of_the_form_are_chinese_for_who_reads_chinese(client: Client) -> None:
    text = text_of(client.get(move_of(factories.project(), "open_comment"), headers={"accept-language": "zh-hans"}))
    for words in ("开始征求意见", "起草", "征求意见截止日期", "已确定征求意见起止日期"):
        assert words in text

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from standards import history
from standards.clock import database_now, day_of
from standards.edits import edit
from standards.models import Change, Deadline, Link, Project
from standards.refusals import BadFacts, GatesShut, Illegal, NotPermitted, Refused, Stale
from standards.transitions import options, perform
from tests import factories
from workflows.states import State, Verb

pytestmark = pytest.mark.django_db

ON = date(2025, 9, 1)
SENSELESS: dict[str, Any] = {"note": 3, "from": "y"}
WINDOW: dict[str, Any] = {"from": "2025-09-01", "until": "2025-10-31"}


def moved(project: Project) -> Project:
    return Project.objects.get(pk=project.pk)


def test_a_move_is_recorded_with_who_when_why_and_what_changed() -> None:
    secretary = factories.secretary("li")
    project = factories.project(track="gb-z", state=State.DRAFT)
    told = {"note": "Notice 12", "source": "SAC notice", "url": "https://x.cn/c"}
    change = perform(project, Verb.OPEN_COMMENT, by=secretary, on=ON, **(WINDOW | told))
    assert (change.actor, change.note, change.source) == (secretary, "Notice 12", "SAC notice")
    assert (change.from_state, change.to_state, change.effective_on) == ("draft", "public_comment", ON)
    assert change.delta["state"] == ["draft", "public_comment"]
    assert change.delta["stage"] == ["20", "30"]
    assert change.delta["comment_until"] == [None, "2025-10-31"]
    assert change.facts == {"from": "2025-09-01", "until": "2025-10-31", "url": "https://x.cn/c"}
    assert change.snapshot["state"] == "public_comment"
    assert moved(project).rev == change.rev == history.current_rev()


def test_a_refused_move_writes_nothing_at_all() -> None:
    project = factories.project(track="gb-z", state=State.DRAFT)
    before = (history.current_rev(), Change.objects.count(), list(Project.objects.values()))
    with pytest.raises(GatesShut):
        perform(project, Verb.OPEN_COMMENT, by=None, on=ON)
    with pytest.raises(Illegal):
        perform(project, Verb.WITHDRAW, by=None, on=ON, reason="x")
    with pytest.raises(BadFacts):
        perform(project, Verb.OPEN_COMMENT, by=None, on=ON, **(WINDOW | {"from": "2025-09-31"}))
    assert before == (history.current_rev(), Change.objects.count(), list(Project.objects.values()))


def test_a_number_given_with_a_refused_move_is_not_kept() -> None:
    project = factories.project(track="gb-z", state=State.PUBLIC_COMMENT)
    with pytest.raises(GatesShut):
        perform(project, Verb.PUBLISH, by=None, on=ON, number="GB/Z 45900-2025")
    assert not moved(project).numbers.exists()


def test_all_shut_gates_are_named_together() -> None:
    project = factories.project(track="gb-z", state=State.PUBLIC_COMMENT)
    with pytest.raises(GatesShut) as refusal:
        perform(project, Verb.PUBLISH, by=None, on=ON)
    assert [shut.gate.value for shut in refusal.value.shut] == [
        "comment_period_over",
        "published_number_given",
        "publication_dates_given",
    ]


def test_a_plan_number_does_not_pass_for_a_published_number() -> None:
    project = factories.project(track="gb-t", state=State.APPROVAL, numbers=["20231740-T-469"])
    facts: dict[str, Any] = {"published_on": "2025-09-01", "in_force_on": "2026-03-01"}
    with pytest.raises(GatesShut, match="a plan number is not one"):
        perform(project, Verb.PUBLISH, by=None, on=ON, number="20231740-T-469", **facts)


def test_a_number_of_another_family_does_not_publish_a_gb_z() -> None:
    project = factories.project(
        track="gb-z", state=State.PUBLIC_COMMENT, comment_from="2025-07-08", comment_until="2025-08-08"
    )
    facts: dict[str, Any] = {"published_on": "2025-09-01", "in_force_on": "2026-03-01"}
    with pytest.raises(GatesShut, match=r"“GB/T 45900-2025” is not .*such as GB/Z"):
        perform(project, Verb.PUBLISH, by=None, on=ON, number="GB/T 45900-2025", **facts)


def test_a_number_without_its_year_does_not_publish() -> None:
    project = factories.project(track="gb-t", state=State.APPROVAL)
    facts: dict[str, Any] = {"published_on": "2025-09-01", "in_force_on": "2026-03-01"}
    with pytest.raises(GatesShut, match="with its year"):
        perform(project, Verb.PUBLISH, by=None, on=ON, number="GB/T 45401.1", **facts)


def test_without_the_permission_nobody_moves_anything() -> None:
    project = factories.project()
    for somebody in (factories.person("reader", ["view_project"]), factories.person("editor", ["change_project"])):
        with pytest.raises(NotPermitted, match="move projects"):
            perform(project, Verb.OPEN_COMMENT, by=somebody, on=ON, **WINDOW)
    assert moved(project).state == State.DRAFT


def test_somebody_who_left_moves_nothing() -> None:
    project = factories.project()
    with pytest.raises(NotPermitted):
        perform(project, Verb.OPEN_COMMENT, by=factories.secretary(is_active=False), on=ON, **WINDOW)


def test_a_shut_gate_is_overridden_by_who_may_and_the_reason_is_kept() -> None:
    project = factories.project(track="iso-iec-is", state=State.DRAFT)
    with pytest.raises(NotPermitted, match="override"):
        perform(project, Verb.OPEN_COMMENT, by=factories.mover(), on=ON, override="dates unknown to us")
    change = perform(project, Verb.OPEN_COMMENT, by=factories.secretary(), on=ON, override="dates unknown to us")
    assert (change.override, change.overridden) == ("dates unknown to us", ["comment_period_given"])


def test_an_override_that_was_not_needed_is_not_recorded_as_one() -> None:
    project = factories.project()
    change = perform(project, Verb.OPEN_COMMENT, by=factories.mover(), on=ON, override="just in case", **WINDOW)
    assert (change.override, change.overridden) == ("", [])


def test_an_override_does_not_make_an_illegal_move_legal() -> None:
    project = factories.project(track="gb-t", state=State.DRAFT)
    with pytest.raises(Illegal):
        perform(project, Verb.PUBLISH, by=factories.secretary(), on=ON, override="please")


def test_a_move_in_the_future_is_refused() -> None:
    project = factories.project()
    tomorrow = day_of(database_now()) + timedelta(days=1)
    with pytest.raises(BadFacts, match="future"):
        perform(project, Verb.HOLD, by=None, on=tomorrow, reason="x")


def test_a_move_before_the_last_move_is_refused() -> None:
    project = factories.project(effective_on=date(2025, 7, 8))
    with pytest.raises(BadFacts, match="2025-07-08"):
        perform(project, Verb.HOLD, by=None, on=date(2025, 7, 7), reason="x")


def test_a_move_on_the_day_of_the_last_move_is_allowed() -> None:
    project = factories.project(effective_on=date(2025, 7, 8))
    perform(project, Verb.HOLD, by=None, on=date(2025, 7, 8), reason="x")
    perform(project, Verb.RESUME, by=None, on=date(2025, 7, 8))
    assert not moved(project).on_hold


def test_a_project_on_hold_only_resumes_or_is_cancelled() -> None:
    project = factories.project()
    perform(project, Verb.HOLD, by=None, on=ON, reason="waiting")
    with pytest.raises(Illegal, match="resume it first"):
        perform(project, Verb.OPEN_COMMENT, by=None, on=ON, **WINDOW)
    legal = {option.verb for option in options(moved(project), by=None, on=ON) if option.legal}
    assert legal == {Verb.RESUME, Verb.CANCEL}


def test_a_reason_may_stand_in_the_note() -> None:
    project = factories.project()
    assert perform(project, Verb.CANCEL, by=None, on=ON, note="no experts").facts == {"reason": "no experts"}


def test_a_cancelled_project_is_reinstated_where_it_was() -> None:
    project = factories.project(track="gb-t", state=State.APPROVAL)
    perform(project, Verb.CANCEL, by=None, on=ON, reason="no experts")
    assert moved(project).state == State.CANCELLED
    perform(project, Verb.REINSTATE, by=None, on=ON, reason="experts found")
    assert (moved(project).state, moved(project).stage_code) == (State.APPROVAL, "40")


def test_an_iso_project_is_abandoned_at_the_code_of_its_own_stage() -> None:
    project = factories.project(track="iso-iec-is", state=State.DRAFT, stage="30.20")
    perform(project, Verb.CANCEL, by=None, on=ON, reason="no support")
    assert moved(project).stage_code == "30.98"


def test_returning_to_draft_opens_a_new_round_without_the_old_comment_period() -> None:
    project = factories.project(track="gb-t")
    perform(project, Verb.OPEN_COMMENT, by=None, on=ON, **WINDOW)
    change = perform(project, Verb.RETURN_TO_DRAFT, by=None, on=date(2025, 11, 3))
    after = moved(project)
    assert (after.round, after.comment_from, after.comment_until, after.comment_url) == (2, None, None, "")
    assert change.delta["comment_from"] == ["2025-09-01", None]
    with pytest.raises(GatesShut):
        perform(project, Verb.OPEN_COMMENT, by=None, on=date(2025, 11, 4))


def test_a_stage_of_another_state_or_track_is_refused_with_those_there_are() -> None:
    project = factories.project(track="iso-iec-is", state=State.DRAFT, stage="20.00")
    for stage in ("40.20", "20", "nonsense", "99"):
        with pytest.raises(BadFacts, match=r"20\.20, .*30\.60"):
            perform(project, Verb.ADVANCE, by=None, on=ON, stage=stage)
    assert perform(project, Verb.ADVANCE, by=None, on=ON, stage="30.00").delta["stage"] == ["20.00", "30.00"]


def test_advancing_to_the_stage_it_stands_at_is_refused() -> None:
    project = factories.project(track="iso-iec-is", state=State.DRAFT, stage="20.00")
    with pytest.raises(BadFacts, match="already"):
        perform(project, Verb.ADVANCE, by=None, on=ON, stage="20.00")


def test_an_override_never_writes_a_comment_period_that_ends_before_it_starts() -> None:
    project = factories.project()
    with pytest.raises(BadFacts, match="ends before it starts"):
        perform(project, Verb.OPEN_COMMENT, by=None, on=ON, override="x", **(WINDOW | {"until": "2025-08-31"}))


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"on": "2025-02-30"}, "on"),
        ({"on": None}, "on"),
        ({"on": "1.9.2025"}, "on"),
        ({"on": 20250901}, "on"),
        ({"from": "tomorrow"}, "from"),
        ({"from": ["2025-09-01"]}, "from"),
        ({"url": "javascript:alert(1)"}, "url"),
        ({"note": "x\x00y"}, "note"),
        ({"note": "x" * 20_001}, "note"),
        ({"note": "\ud800"}, "note"),
        ({"source": "two\nlines"}, "source"),
        ({"colour": "red"}, "colour"),
        ({"published_on": "2025-09-01"}, "published_on"),
    ],
    ids=lambda value: value if isinstance(value, str) else str(next(iter(value))),
)
def test_bad_input_is_refused_by_the_name_of_its_field(facts: dict[str, Any], field: str) -> None:
    project = factories.project()
    with pytest.raises(BadFacts) as refusal:
        perform(project, Verb.OPEN_COMMENT, by=None, **({"on": ON, **WINDOW} | facts))
    assert set(refusal.value.errors) == {field}
    assert moved(project).state == State.DRAFT


def test_every_error_is_told_at_once() -> None:
    with pytest.raises(BadFacts) as refusal:
        perform(factories.project(), Verb.OPEN_COMMENT, by=None, on="x", **SENSELESS)
    assert set(refusal.value.errors) == {"on", "note", "from"}


def test_an_unknown_verb_is_answered_with_the_verbs_there_are() -> None:
    with pytest.raises(BadFacts, match="start_draft, open_comment"):
        perform(factories.project(), "explode", by=None, on=ON)


def test_a_malformed_number_in_a_move_is_refused_with_what_is_wrong() -> None:
    project = factories.project(track="gb-z", state=State.PROPOSAL)
    with pytest.raises(BadFacts) as refusal:
        perform(project, Verb.START_DRAFT, by=None, on=ON, number="2025039-Z-469")
    assert "number" in refusal.value.errors


def test_markup_in_a_note_is_kept_as_it_was_typed() -> None:
    note = "<script>alert('x')</script> & 2 < 3"
    assert perform(factories.project(), Verb.HOLD, by=None, on=ON, note=note).note == note


def test_who_looked_at_an_older_revision_is_told_who_moved_it_where() -> None:
    project = factories.project()
    perform(project, Verb.OPEN_COMMENT, by=factories.secretary("wang"), on=ON, **WINDOW)
    with pytest.raises(Stale, match=r"Open for comment → Public comment.*by wang") as refusal:
        perform(project, Verb.HOLD, by=None, on=ON, reason="x", expected_rev=project.rev)
    assert (refusal.value.expected, refusal.value.actual) == (project.rev, project.rev + 1)


def test_a_successor_is_linked_from_both_ends_and_both_histories_say_so() -> None:
    old = factories.project(track="gb-t", state=State.PUBLISHED)
    new = factories.project(track="gb-t", state=State.PUBLISHED)
    perform(old, Verb.WITHDRAW, by=None, on=ON, reason="replaced", successor=str(new.pk))
    assert Link.objects.get(project=old).other == new
    told = new.changes.latest("rev")
    assert (told.kind, told.delta["links"][1]) == ("edited", [{"rel": "supersedes", "project": str(old.pk)}])
    assert moved(new).rev == moved(old).rev + 1


@pytest.mark.parametrize("successor", ["not an id", "00000000-0000-0000-0000-000000000000"])
def test_a_successor_that_is_no_project_is_refused(successor: str) -> None:
    project = factories.project(track="gb-t", state=State.PUBLISHED)
    with pytest.raises(BadFacts) as refusal:
        perform(project, Verb.WITHDRAW, by=None, on=ON, reason="x", successor=successor)
    assert set(refusal.value.errors) == {"successor"}


def test_a_project_is_not_its_own_successor() -> None:
    project = factories.project(track="gb-t", state=State.PUBLISHED)
    with pytest.raises(BadFacts):
        perform(project, Verb.WITHDRAW, by=None, on=ON, reason="x", successor=str(project.pk))


def test_publishing_meets_the_target_and_cancelling_drops_it() -> None:
    published = factories.project(
        track="gb-z",
        state=State.PUBLIC_COMMENT,
        target="2026-Q1",
        comment_from="2025-07-08",
        comment_until="2025-08-08",
    )
    facts: dict[str, Any] = {"number": "GB/Z 45900-2025", "published_on": "2025-09-01", "in_force_on": "2025-09-01"}
    perform(published, Verb.PUBLISH, by=None, on=ON, **facts)
    cancelled = factories.project(target="2026-Q1")
    perform(cancelled, Verb.CANCEL, by=None, on=ON, reason="x")
    assert Deadline.objects.get(project=published).status == "met"
    assert Deadline.objects.get(project=cancelled).status == "dropped"


def test_a_reinstated_project_has_its_target_again_as_a_new_deadline() -> None:
    project = factories.project(target="2026-Q1")
    perform(project, Verb.CANCEL, by=None, on=ON, reason="x")
    perform(project, Verb.REINSTATE, by=None, on=ON, reason="y")
    assert list(project.deadlines.order_by("pk").values_list("status", "generation")) == [("dropped", 1), ("open", 2)]


def test_the_instance_passed_in_is_left_alone() -> None:
    project = factories.project()
    perform(project, Verb.OPEN_COMMENT, by=None, on=ON, **WINDOW)
    assert project.state == State.DRAFT


def test_the_state_cannot_be_assigned() -> None:
    project = factories.project()
    with pytest.raises(AttributeError):
        project.state = State.PUBLISHED


def test_a_move_costs_the_same_number_of_queries_however_long_the_history() -> None:
    project = factories.project()

    def cost() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            perform(project, Verb.HOLD, by=None, on=ON, reason="x")
            perform(project, Verb.RESUME, by=None, on=ON)
        return len(queries)

    first = cost()
    for number in range(20):
        edit(project, by=None, title=f"Title {number}")
    assert cost() == first


def test_refusals_are_sentences_for_people() -> None:
    refusals: list[Refused] = []
    project = factories.project()
    for verb in (Verb.PUBLISH, Verb.OPEN_COMMENT, "x", Verb.REINSTATE):
        with pytest.raises(Refused) as refusal:
            perform(project, verb, by=None, on=ON)
        refusals.append(refusal.value)
    assert all(str(refusal).endswith(".") and str(refusal.title) for refusal in refusals)

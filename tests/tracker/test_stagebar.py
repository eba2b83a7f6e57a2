from datetime import date
from typing import Any

import pytest

from standards.edits import edit
from standards.models import Change, Project
from standards.transitions import perform
from tests import factories
from tracker.stagebar import Status, Step, stage_bar
from workflows.states import State

pytestmark = pytest.mark.django_db

WINDOW: dict[str, Any] = {"from": "2025-09-01", "until": "2025-10-31"}
DONE, LEFT_OUT, CURRENT, AHEAD = Status.DONE, Status.LEFT_OUT, Status.CURRENT, Status.AHEAD


def bar(project: Project) -> tuple[Step, ...]:
    return stage_bar(Project.objects.get(pk=project.pk), Change.objects.filter(project=project))


def told(project: Project) -> dict[State, tuple[Status, date | None]]:
    return {step.state: (step.status, step.on) for step in bar(project)}


def test_the_steps_are_the_states_on_the_procedures_way_to_publication() -> None:
    steps = bar(factories.project(track="gb-z", state=State.DRAFT))
    assert [step.state for step in steps] == ["proposal", "draft", "public_comment", "published"]
    assert [step.label.zh for step in steps] == ["立项", "起草", "征求意见", "已发布"]


def test_what_lies_before_the_registration_is_done_on_a_day_nobody_recorded() -> None:
    project = factories.project(track="gb-z", state=State.DRAFT, effective_on=date(2025, 7, 8))
    assert told(project) == {
        State.PROPOSAL: (DONE, None),
        State.DRAFT: (CURRENT, date(2025, 7, 8)),
        State.PUBLIC_COMMENT: (AHEAD, None),
        State.PUBLISHED: (AHEAD, None),
    }


def test_each_step_done_bears_the_day_it_was_entered_and_the_stage_it_was_left_from() -> None:
    project = factories.project(track="gb-z", state=State.PROPOSAL, stage="00", effective_on=date(2025, 1, 2))
    perform(project, "advance", by=None, on="2025-02-03", stage="10")
    perform(project, "start_draft", by=None, on="2025-03-04", number="20252081-Z-469")
    proposal, draft, *_rest = bar(project)
    assert (proposal.status, proposal.on, proposal.stage and proposal.stage.code) == (DONE, date(2025, 1, 2), "10")
    assert (draft.status, draft.on, draft.stage and draft.stage.code) == (CURRENT, date(2025, 3, 4), "20")


def test_the_day_a_source_was_written_is_not_the_day_a_state_was_entered() -> None:
    project = factories.project(track="gb-z", state=State.DRAFT, effective_on=None, stated_on=date(2025, 7, 8))
    perform(project, "open_comment", by=None, on="2025-09-01", **WINDOW)
    assert told(project)[State.DRAFT] == (DONE, None)
    assert told(project)[State.PUBLIC_COMMENT] == (CURRENT, date(2025, 9, 1))


def test_only_the_publication_ahead_is_the_place_of_the_target() -> None:
    project = factories.project(track="gb-z", state=State.DRAFT, target="2026-Q1")
    assert [step.state for step in bar(project) if step.planned] == [State.PUBLISHED]
    perform(project, "open_comment", by=None, on="2025-09-01", **WINDOW)
    published: dict[str, Any] = {"number": "GB/Z 45900-2025", "published_on": "2025-11-28", "in_force_on": "2026-06-01"}
    perform(project, "publish", by=None, on="2025-11-30", **published)
    assert [step for step in bar(project) if step.planned] == []


def test_the_publication_bears_the_day_of_the_text_itself() -> None:
    project = factories.project(
        track="gb-z", state=State.PUBLISHED, effective_on=date(2025, 12, 1), published_on="2025-11-28"
    )
    assert told(project)[State.PUBLISHED] == (CURRENT, date(2025, 11, 28))


def test_after_a_return_to_drafting_the_comment_is_ahead_again_without_its_old_day() -> None:
    project = factories.project(track="gb-z", state=State.DRAFT, effective_on=date(2025, 7, 8))
    perform(project, "open_comment", by=None, on="2025-09-01", **WINDOW)
    perform(project, "return_to_draft", by=None, on="2025-11-05")
    assert told(project)[State.DRAFT] == (CURRENT, date(2025, 11, 5))
    assert told(project)[State.PUBLIC_COMMENT] == (AHEAD, None)


def test_a_state_that_was_gone_past_is_left_out_and_not_done() -> None:
    project = factories.project(track="gb-t-conversion", state=State.PROPOSAL, numbers=["20251234-T-469"])
    perform(project, "submit", by=None, on="2025-09-01")
    statuses = {step.state: step.status for step in bar(project)}
    assert (statuses[State.PROPOSAL], statuses[State.DRAFT], statuses[State.APPROVAL]) == (DONE, LEFT_OUT, CURRENT)


def test_a_cancelled_project_ends_where_it_was_and_has_nothing_ahead() -> None:
    project = factories.project(track="gb-z", state=State.DRAFT, effective_on=date(2025, 7, 8))
    perform(project, "cancel", by=None, on="2025-09-01", reason="no experts")
    assert told(project) == {
        State.PROPOSAL: (DONE, None),
        State.DRAFT: (DONE, date(2025, 7, 8)),
        State.CANCELLED: (CURRENT, date(2025, 9, 1)),
    }


def test_a_withdrawn_project_has_gone_the_whole_way() -> None:
    project = factories.project(track="gb-z", state=State.PUBLISHED, effective_on=date(2020, 1, 1))
    perform(project, "withdraw", by=None, on="2025-09-01", reason="replaced")
    assert [step.status for step in bar(project)] == [DONE, DONE, DONE, DONE, CURRENT]
    assert bar(project)[-1].state == State.WITHDRAWN


def test_an_edit_or_a_hold_does_not_move_the_day_of_a_step() -> None:
    project = factories.project(track="gb-z", state=State.PROPOSAL, effective_on=date(2025, 1, 2))
    edit(project, by=None, on="2025-02-01", title="Another title")
    perform(project, "hold", by=None, on="2025-02-02", reason="waiting")
    perform(project, "resume", by=None, on="2025-02-03")
    perform(project, "start_draft", by=None, on="2025-03-04", number="20252081-Z-469")
    assert told(project)[State.PROPOSAL] == (DONE, date(2025, 1, 2))


def test_without_the_history_the_bar_still_says_where_the_project_stands() -> None:
    project = factories.project(track="gb-z", state=State.PUBLIC_COMMENT, effective_on=date(2025, 7, 8))
    steps = stage_bar(Project.objects.get(pk=project.pk), [])
    assert [(step.status, step.on) for step in steps] == [
        (DONE, None),
        (DONE, None),
        (CURRENT, date(2025, 7, 8)),
        (AHEAD, None),
    ]

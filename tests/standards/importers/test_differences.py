"""What a row would change, field by field and place by place; and rows that are bad, with reason and column."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from standards import history
from standards.importers.plan import Action, PlannedRow
from standards.models import Project
from standards.transitions import perform
from tests import factories
from tests.standards.importers.registers import (
    TODAY,
    actions,
    csv_file,
    dict_file,
    imported,
    only,
    plan_of,
    raw_file,
    xlsx_file,
)
from workflows.states import State, Verb

pytestmark = pytest.mark.django_db

TITLE = "Artificial intelligence—Trustworthy datasets"
NUMBER = "20252034-T-469"
ROW = {"number": NUMBER, "title": TITLE, "committee": "sac-tc28-sc42", "stage": "20"}


@pytest.fixture
def known() -> Project:
    return factories.project("gb-t", numbers=[NUMBER], title=TITLE, target="2026-Q1", note="By hand.")


def row_of(folder: Path, **cells: Any) -> PlannedRow:
    return only(plan_of(dict_file(folder, ROW | cells)))


def test_planning_writes_nothing(tmp_path: Path, known: Project) -> None:
    rev = history.current_rev()
    row_of(tmp_path, title="Other", stage="60", number="20252099-T-469")
    assert (history.current_rev(), Project.objects.count()) == (rev, 1)


def test_a_row_that_says_what_is_known_changes_nothing(tmp_path: Path, known: Project) -> None:
    assert row_of(tmp_path, target="2026年第一季度", note="By hand.").action == Action.UNCHANGED


def test_empty_cells_change_nothing(tmp_path: Path, known: Project) -> None:
    row = row_of(tmp_path, title="", committee="-", stage="无", target="/", note="", published_on=" ")
    assert (row.action, row.changes) == (Action.UNCHANGED, {})


@pytest.mark.parametrize(
    ("cells", "field", "change"),
    [
        ({"title": "New"}, "title", (TITLE, "New")),
        ({"title_zh": "人工智能 可信赖数据集"}, "title_zh", ("", "人工智能 可信赖数据集")),
        ({"target": "2026年12月"}, "target", ("2026-Q1", "2026-12")),
        ({"note": "Two\nlines"}, "note", ("By hand.", "Two\nlines")),
        ({"in_force_on": "2026/1/1"}, "in_force_on", (None, date(2026, 1, 1))),
        ({"body": "miit"}, "body", ("sac", "miit")),
        ({"committee": "wg-5"}, "committees", (["sac-tc28-sc42"], ["wg-5"])),
        ({"source_id": "17"}, "origin", (None, "17")),
    ],
)
def test_a_fact_that_differs_is_a_change_from_old_to_new(
    tmp_path: Path, known: Project, cells: dict[str, str], field: str, change: Any
) -> None:
    factories.body("miit")
    factories.committee("wg-5", parent=factories.committee())
    row = row_of(tmp_path, **cells)
    assert (row.action, row.changes) == (Action.CHANGED, {field: change})


def test_a_number_joins_those_of_other_kinds_and_mends_those_of_its_own(tmp_path: Path, known: Project) -> None:
    row = row_of(tmp_path, number=f"{NUMBER}；GB/T 46347-2025")
    assert [n.value for n in row.changes["numbers"][1]] == [NUMBER, "GB/T 46347-2025"]


def test_a_malformed_number_displaces_nothing(tmp_path: Path, known: Project) -> None:
    row = row_of(tmp_path, number=f"{NUMBER}; 2025203-T-469")
    assert (row.action, "seven digits" in row.warnings[0]) == (Action.UNCHANGED, True)


def test_a_title_in_chinese_alone_stands_for_both_until_the_other_is_known(tmp_path: Path) -> None:
    factories.committee()
    row = {"计划号": NUMBER, "标准名称": "可信赖数据集", "归口单位": "sac-tc28-sc42", "阶段": "起草"}
    imported(dict_file(tmp_path, row))
    project = Project.objects.get()
    assert (project.title, project.title_zh) == ("可信赖数据集", "可信赖数据集")
    assert only(plan_of(dict_file(tmp_path, row))).action == Action.UNCHANGED
    named = only(plan_of(dict_file(tmp_path, row | {"英文名称": TITLE})))
    assert named.changes == {"title": ("可信赖数据集", TITLE)}


# Moves


@pytest.mark.parametrize(
    ("stage", "verbs", "state"),
    [
        ("30", ["open_comment"], "public_comment"),
        ("50", ["open_comment", "submit"], "approval"),
        ("60", ["open_comment", "submit", "publish"], "published"),
        ("95", ["open_comment", "submit", "publish", "withdraw"], "withdrawn"),
        ("终止", ["cancel"], "cancelled"),
    ],
)
def test_a_project_found_further_on_takes_the_shortest_legal_way(
    tmp_path: Path, known: Project, stage: str, verbs: list[str], state: str
) -> None:
    move = row_of(tmp_path, stage=stage, effective_on="2025-11-20").move
    assert move is not None
    assert ([step.verb.value for step in move.steps], move.to_state, move.on) == (verbs, state, date(2025, 11, 20))


def test_another_stage_of_the_same_state_is_an_advance(tmp_path: Path) -> None:
    factories.project("gb-t", State.APPROVAL, stage="40", numbers=[NUMBER], title=TITLE)
    move = row_of(tmp_path, stage="50").move
    assert move is not None
    assert [step.verb for step in move.steps] == [Verb.ADVANCE]


def test_back_to_drafting_is_a_way_too(tmp_path: Path) -> None:
    factories.project("gb-t", State.APPROVAL, numbers=[NUMBER], title=TITLE)
    move = row_of(tmp_path, stage="30").move
    assert move is not None
    assert [step.verb for step in move.steps] == [Verb.RETURN_TO_DRAFT, Verb.OPEN_COMMENT]


def test_a_project_on_hold_is_resumed_first_unless_it_is_given_up(tmp_path: Path, known: Project) -> None:
    perform(known, Verb.HOLD, by=None, on=date(2025, 8, 1), reason="waiting")
    further, ended = row_of(tmp_path, stage="30").move, row_of(tmp_path, stage="cancelled").move
    assert further is not None
    assert ended is not None
    assert [step.verb for step in further.steps] == [Verb.RESUME, Verb.OPEN_COMMENT]
    assert [step.verb for step in ended.steps] == [Verb.CANCEL]


def test_a_cancelled_project_is_reinstated_where_it_was(tmp_path: Path, known: Project) -> None:
    perform(known, Verb.CANCEL, by=None, on=date(2025, 8, 1), reason="no experts")
    move = row_of(tmp_path, stage="30").move
    assert move is not None
    assert [step.verb for step in move.steps] == [Verb.REINSTATE, Verb.OPEN_COMMENT]


def test_a_state_without_a_stage_moves_nothing_where_the_state_is_the_same(tmp_path: Path) -> None:
    factories.project("gb-t", State.APPROVAL, stage="50", numbers=[NUMBER], title=TITLE)
    assert row_of(tmp_path, stage="approval").action == Action.UNCHANGED


def test_a_move_without_a_day_of_its_own_is_dated_the_day_of_the_import(tmp_path: Path, known: Project) -> None:
    move = row_of(tmp_path, stage="30").move
    assert move is not None
    assert move.on == TODAY


def test_a_publication_is_dated_by_its_day(tmp_path: Path, known: Project) -> None:
    move = row_of(tmp_path, stage="60", published_on="2025-11-28").move
    assert move is not None
    assert move.on == date(2025, 11, 28)


def test_a_move_dated_before_the_last_one_is_flagged(tmp_path: Path, known: Project) -> None:
    row = row_of(tmp_path, stage="30", effective_on="2025-07-01")
    assert (row.action, "2025-07-08" in row.problems[0], row.move) == (Action.FLAGGED, True, None)


def test_no_legal_way_makes_the_row_bad(tmp_path: Path) -> None:
    factories.project("gb-t", State.PUBLISHED, numbers=[NUMBER], title=TITLE)
    row = row_of(tmp_path, stage="20")
    assert row.action == Action.BAD
    assert "no moves lead from Published 60, where it stands here, to Drafting 20" in row.problems[0]


def test_a_stage_is_read_with_the_projects_own_procedure(tmp_path: Path) -> None:
    factories.project("gb-t-adoption", State.PROPOSAL, numbers=[NUMBER], title=TITLE)
    move = row_of(tmp_path, stage="30").move
    assert move is not None
    assert [step.verb for step in move.steps] == [Verb.OPEN_COMMENT]


def test_another_kind_of_standard_is_flagged(tmp_path: Path, known: Project) -> None:
    row = row_of(tmp_path, number="", source_id=str(known.pk), nature="GB/Z")
    assert row.action == Action.FLAGGED


# Bad rows


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"committee": "SAC/SC43"}, "committee (column C): there is no committee “SAC/SC43”"),
        ({"committee": "sac-tc28-sc4"}, "Did you mean “sac-tc28-sc42”"),
        ({"stage": "40.20"}, "stage: “40.20” is a stage of"),
        ({"stage": "99"}, "stage: “99” is no stage"),
        ({"stage": "", "number": NUMBER}, "stage: it is new here and nothing says where it stands"),
        ({"target": "within 9 months"}, "target (column E): 'within 9 months' is a duration"),
        ({"target": "25-12-31"}, "target (column E)"),
        ({"effective_on": "2025-02-30"}, "effective_on (column E): 2025-02 has no day 30"),
        ({"effective_on": "25-02-03"}, "effective_on (column E): “25-02-03” has a year of two digits"),
        ({"effective_on": "2026-01-01"}, "2026-01-01 is in the future"),
        ({"published_on": "2025-05-02", "in_force_on": "2025-05-01"}, "before its publication"),
        ({"track": "gb-x"}, "track (column E): There is no procedure 'gb-x'"),
        ({"number": "", "title": "", "stage": ""}, "neither a number nor a title nor an id"),
        ({"title": ""}, "title: it is new here and has no title"),
        ({"title": "x" * 1001}, "title (column B): it has 1001 characters"),
        ({"title": "right\u202eleft"}, "title (column B): there is an invisible control character"),
        ({"number": "", "stage": "30"}, "nature: nothing says which procedure"),
        ({"number": "DB11/T 1-2020"}, "number: no procedure known here gives numbers such as DB11/T 1-2020"),
        ({"body": "nobody"}, "body: there is no body “nobody”"),
        ({"number": "T/AIIA 1-2025"}, "body: there is no body “aiia”"),
        ({"title": "#REF!"}, "title (column B): the cell holds Excel's error #REF!"),
    ],
)
def test_a_bad_row_says_what_is_wrong_and_where(tmp_path: Path, cells: dict[str, str], said: str) -> None:
    factories.committee()
    row = row_of(tmp_path, **cells)
    assert row.action == Action.BAD
    assert said in row.problems[0]


def test_every_fault_of_a_row_is_said_at_once(tmp_path: Path) -> None:
    factories.committee()
    assert len(row_of(tmp_path, committee="x", target="soon", effective_on="2025-02-30").problems) == 3


def test_a_column_is_named_as_the_file_names_it(tmp_path: Path) -> None:
    factories.committee()
    path = xlsx_file(tmp_path, [["计划号", "标准名称", "计划完成日期"], [NUMBER, "数据集", "尽快"]])
    assert only(plan_of(path)).problems[0].startswith("计划完成日期 (column C): ")


@pytest.mark.parametrize("line", [f"{NUMBER},x,20,30", f"{NUMBER},x"])
def test_a_ragged_row_is_bad(tmp_path: Path, line: str) -> None:
    factories.committee()
    row = only(plan_of(raw_file(tmp_path, f"number,title,stage\n{line}\n")))
    assert (row.action, "cells" in row.problems[0]) == (Action.BAD, True)


def test_empty_cells_beyond_the_heading_are_nothing(tmp_path: Path) -> None:
    factories.committee()
    assert only(plan_of(raw_file(tmp_path, f"number,title,stage,,\n{NUMBER},x,20,,\n"))).action == Action.NEW


def test_errors_come_first_and_are_counted(tmp_path: Path, known: Project) -> None:
    rows = [ROW, ROW | {"number": "20252035-T-469"}, ROW | {"number": "20252036-T-469", "stage": "99"}]
    plan = plan_of(dict_file(tmp_path, *rows))
    assert [row.line for row in plan.errors_first()] == [4, 3, 2]
    assert (plan.counts["bad"], plan.counts["new"], plan.counts["unchanged"], plan.writes) == (1, 1, 1, 1)
    assert list(plan.problems()) == [f"row 4: {plan.rows[2].problems[0]}"]
    assert plan.to_json(unchanged=False)["rows"][0]["line"] == 4


# Committees


def test_unknown_committees_are_made_where_that_is_asked_for(tmp_path: Path) -> None:
    factories.body("iso-iec-jtc1")
    row = {"number": "ISO 1:2022", "title": "x", "stage": "60.60", "committee": "ISO/TC 213/SC 9"}
    path = dict_file(tmp_path, row)
    assert only(plan_of(path)).action == Action.BAD
    plan = plan_of(path, create_committees=True)
    assert actions(plan) == [Action.NEW]
    assert {(c.slug, c.reference, c.kind, c.body, c.parent) for c in plan.committees} == {
        ("iso-tc-213", "ISO/TC 213", "tc", "iso-iec-jtc1", ""),
        ("iso-tc-213-sc-9", "ISO/TC 213/SC 9", "sc", "iso-iec-jtc1", "iso-tc-213"),
    }


@pytest.mark.parametrize(
    "spelling", ["SAC/TC 28/SC 42", "ＳＡＣ/TC28/SC42", "SC 42", "人工智能分委会", "sac-tc28-sc42"]
)
def test_a_committee_is_known_by_reference_name_and_other_spellings(tmp_path: Path, spelling: str) -> None:
    factories.committee(reference="SAC/TC28/SC42", aliases=["SC42"], name_zh="人工智能分委会")
    factories.project("gb-t", numbers=[NUMBER], title=TITLE)
    assert row_of(tmp_path, committee=spelling).action == Action.UNCHANGED


def test_a_name_of_two_committees_is_refused_with_their_slugs(tmp_path: Path) -> None:
    factories.committee("one", name="Working group 1")
    factories.committee("two", name="Working group 1")
    assert "one, two" in row_of(tmp_path, committee="Working group 1").problems[0]


def test_several_committees_lead_in_the_order_of_the_cell(tmp_path: Path, known: Project) -> None:
    factories.committee("wg-5")
    factories.committee("wg-3")
    assert row_of(tmp_path, committee="wg-5；wg-3").changes["committees"][1] == ["wg-5", "wg-3"]


# Digest


def test_the_digest_tells_another_file_and_another_outcome(tmp_path: Path, known: Project) -> None:
    path = dict_file(tmp_path, ROW | {"title": "New"})
    digest = plan_of(path).digest
    assert plan_of(path).digest == digest
    assert plan_of(csv_file(tmp_path, [["number", "title", "x"], [NUMBER, "New", ""]])).digest != digest
    path = dict_file(tmp_path, ROW | {"title": "New"})
    perform(known, Verb.HOLD, by=None, on=date(2025, 8, 1), reason="waiting")
    assert plan_of(path).digest == digest
    known.refresh_from_db()
    assert plan_of(dict_file(tmp_path, ROW | {"title": "New", "target": "2026-Q1"})).digest != digest

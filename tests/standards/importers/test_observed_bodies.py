"""Registers of bodies that are watched from outside, with the shapes that real ones have."""

from pathlib import Path
from typing import Any

import pytest

from standards import history
from standards.importers.mapping import Mapping, mapping_of
from standards.importers.plan import Action, Plan, PlannedRow
from standards.models import Project
from tests import factories
from tests.standards.importers.registers import actions, dict_file, imported, only, plan_of
from workflows.states import State

pytestmark = pytest.mark.django_db

ROW = {
    "file": "iso-1.yaml", "identifier": "ISO 1003:2008", "title": "Spices - Ginger - Specification",
    "type": "international-standard", "stage": "90.93", "committee": "ISO/TC 34/SC 7", "dates": "published:2008-05",
}  # fmt: skip


@pytest.fixture
def theirs() -> Mapping:
    """How their register is read: its ids, types and dates."""
    return mapping_of(
        {
            "source": "iso",
            "create_committees": True,
            "columns": {
                "file": "source_id",
                "type": "track",
                "dates": {"column": "published_on", "labelled": "published"},
            },
            "values": {
                "track": {"international-standard": "iso-iec-is", "technical-report": "iso-iec-tr"},
            },
        },
        "map.toml",
    )


@pytest.fixture
def read(tmp_path: Path, theirs: Mapping) -> Any:
    factories.body("iso-iec-jtc1")
    return lambda *rows: plan_of(dict_file(tmp_path, *[ROW | row for row in rows]), mapping=theirs)


@pytest.fixture
def registered(tmp_path: Path, theirs: Mapping) -> Any:
    factories.body("iso-iec-jtc1")

    def register(**cells: str) -> Project:
        imported(dict_file(tmp_path, ROW | cells), mapping=theirs)
        return Project.objects.get()

    return register


def test_a_record_becomes_an_observed_project(registered: Any) -> None:
    project = registered()
    assert (project.state, project.stage_code, project.track_code, project.level) == (
        "published", "90.93", "iso-iec-is", "international",
    )  # fmt: skip
    assert [c.path for c in project.committees.all()] == ["/iso-tc-34/iso-tc-34-sc-7/"]


def test_a_month_of_publication_is_kept_and_no_day_is_invented(registered: Any) -> None:
    project = registered()
    assert (project.published_on, project.since) == (None, None)
    assert project.note == "Published: 2008-05 (the source gives no day)"


def test_a_month_that_is_corrected_later_takes_the_place_of_the_old_one(
    registered: Any, tmp_path: Path, theirs: Mapping
) -> None:
    registered()
    imported(dict_file(tmp_path, ROW | {"dates": "published:2008-06"}), mapping=theirs)
    assert Project.objects.get().note == "Published: 2008-06 (the source gives no day)"


def test_one_identifier_twice_with_two_stages_is_one_project_and_flagged(read: Any) -> None:
    plan: Plan = read({}, {"file": "iso-2.yaml", "stage": "95.99"})
    assert actions(plan) == [Action.NEW, Action.FLAGGED]
    assert "stage “95.99” against “90.93”" in plan.rows[1].problems[0]


def test_one_identifier_twice_that_comes_again_stops_nothing(read: Any, tmp_path: Path, theirs: Mapping) -> None:
    rows = [ROW | {"stage": "95.99"}, ROW | {"file": "iso-2.yaml"}]
    imported(dict_file(tmp_path, *rows), mapping=theirs)
    rev = history.current_rev()
    plan = plan_of(dict_file(tmp_path, *rows), mapping=theirs)
    assert actions(plan) == [Action.UNCHANGED, Action.FLAGGED]
    assert imported(dict_file(tmp_path, *rows), mapping=theirs).projects == 0
    assert history.current_rev() == rev


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"identifier": "ISO 10033-1:2011/DAM 1", "stage": "40.20", "dates": "published:2011"}, "not published yet"),
        (
            {"identifier": "IEC 60086-3:2021/Cor 1:2023", "stage": "60.60", "dates": "published:2021;updated:2023-06"},
            "it is the base text's, this is of 2023",
        ),
        ({"identifier": "IEC 61400-4", "stage": "60.00", "dates": "published:2025-04-01"}, "not published yet"),
        ({"identifier": "ISO/CD 5", "stage": "30.98", "dates": "published:2025"}, "not published yet"),
    ],
    ids=["amendment with the year of its base", "corrigendum with the year of its base", "at 60.00", "cancelled"],
)
def test_a_date_of_publication_that_cannot_be_one_is_left_out_and_told(
    read: Any, registered: Any, cells: dict[str, str], said: str
) -> None:
    row: PlannedRow = only(read(cells))
    assert (row.action, said in row.warnings[-1]) == (Action.NEW, True)
    project = registered(**cells)
    assert (project.published_on, project.note) == (None, "")


def test_the_amendments_own_year_is_taken(registered: Any) -> None:
    project = registered(identifier="IEC 60086-3:2021/Cor 1:2023", stage="60.60", dates="published:2023-06-01")
    assert str(project.published_on) == "2023-06-01"


def test_a_record_without_any_date_stays_without(registered: Any) -> None:
    project = registered(dates="")
    assert (project.since, project.published_on, project.note, project.changes.get().effective_on) == (
        None,
        None,
        "",
        None,
    )


def test_a_title_of_580_characters_is_kept_whole(registered: Any) -> None:
    title = "Medical electrical equipment - " + "x" * 549
    assert registered(title=title).title == title


def test_a_title_to_come_is_told_and_the_number_stands_for_it_where_there_is_no_other(
    read: Any, registered: Any
) -> None:
    assert "is missing" in only(read({"title": "Titre manque"})).warnings[0]
    assert registered(title="Titre manque").title == "ISO 1003:2008"


def test_a_missing_last_element_of_a_title_is_left_out(registered: Any) -> None:
    assert registered(title="Meters - Amendment 1: titre manque").title == "Meters - Amendment 1"


def test_a_title_to_come_does_not_displace_one_that_is_known(read: Any, registered: Any) -> None:
    registered()
    assert only(read({"title": "titre manque"})).action == Action.UNCHANGED


def test_a_stage_is_read_from_a_whole_number(registered: Any) -> None:
    assert registered(stage="9599").state == State.WITHDRAWN


def test_the_stage_counts_before_the_letters(registered: Any) -> None:
    project = registered(identifier="ISO/IEC DTR 17903", type="technical-report", stage="50.20", dates="")
    assert (project.state, project.stage_code) == ("approval", "50.20")


def test_the_number_counts_where_the_type_contradicts_it(read: Any) -> None:
    row = only(read({"identifier": "IEC CD TR 61400-4-2", "stage": "30.60", "dates": ""}))
    assert (row.action, row.wanted.track) == (Action.NEW, "iso-iec-tr")
    assert "says iso-iec-tr" in row.warnings[0]


def test_a_type_without_a_procedure_is_bad_and_says_what_to_do(read: Any) -> None:
    row = only(read({"identifier": "ISO/PAS 5643:2021", "type": ""}))
    assert (row.action, "name one in the column track" in row.problems[0]) == (Action.BAD, True)


def test_stages_of_one_work_are_projects_as_the_register_has_them(read: Any) -> None:
    rows = [
        {"file": str(n), "identifier": identifier, "stage": stage, "dates": ""}
        for n, (identifier, stage) in enumerate(
            [("ISO/CD 7", "30.99"), ("ISO/DIS 7", "40.99"), ("ISO/FDIS 7", "50.60"), ("ISO 7", "60.00")]
        )
    ]
    plan: Plan = read(*rows)
    assert actions(plan) == [Action.NEW] * 4
    assert all(row.similar == () for row in plan.rows)


def test_editions_of_one_title_are_projects_of_their_own(read: Any) -> None:
    plan: Plan = read({}, {"file": "2", "identifier": "ISO 1003:1980", "stage": "95.99"})
    assert actions(plan) == [Action.NEW, Action.NEW]
    assert plan.rows[1].similar == ()


def test_a_standard_that_was_confirmed_advances_and_one_withdrawn_is_withdrawn(
    registered: Any, tmp_path: Path, theirs: Mapping
) -> None:
    project = registered(stage="90.20")
    imported(dict_file(tmp_path, ROW | {"stage": "90.93"}), mapping=theirs)
    imported(dict_file(tmp_path, ROW | {"stage": "95.99"}), mapping=theirs)
    assert [c.verb for c in project.changes.order_by("rev")] == ["", "advance", "withdraw"]
    assert history.verify() == []


def test_a_withdrawn_standard_that_comes_back_has_no_legal_way(registered: Any, read: Any) -> None:
    registered(stage="95.99")
    assert only(read({"stage": "90.93"})).action == Action.BAD

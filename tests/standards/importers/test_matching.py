"""Which project a row is about: the source's id, an equal number, an equal title; likeness only suggests."""

from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from standards.importers.plan import Action, Plan
from standards.models import Origin, Project
from tests import factories
from tests.standards.importers.registers import actions, dict_file, imported, only, plan_of
from workflows.states import State

pytestmark = pytest.mark.django_db

TITLE = "Artificial intelligence—Trustworthy datasets"
ROW = {"number": "20252034-T-469", "title": TITLE, "committee": "sac-tc28-sc42", "stage": "20"}


@pytest.fixture(autouse=True)
def _known() -> None:
    factories.committee()
    factories.committee("wg-3", parent=factories.committee())
    factories.committee("wg-5", parent=factories.committee())


def project(track: str = "gb-t", **fields: Any) -> Project:
    return factories.project(**{"track": track, "title": TITLE} | fields)


def plan(folder: Path, *rows: dict[str, Any], **options: Any) -> Plan:
    return plan_of(dict_file(folder, *rows), **options)


def test_a_row_that_nothing_is_known_of_is_new(tmp_path: Path) -> None:
    assert actions(plan(tmp_path, ROW)) == [Action.NEW]


def test_an_equal_number_matches_whatever_the_title(tmp_path: Path) -> None:
    known = project(numbers=["20252034-T-469"], title="Trustworthy data sets")
    row = only(plan(tmp_path, ROW))
    assert (row.project, row.changes) == (known.pk, {"title": ("Trustworthy data sets", TITLE)})


@pytest.mark.parametrize("spelling", ["20252034－T－469", "20252034—T—469", " 20252034 - T - 469 "])
def test_spellings_of_one_number_match(tmp_path: Path, spelling: str) -> None:
    known = project(numbers=["20252034-T-469"])
    assert only(plan(tmp_path, ROW | {"number": spelling})).project == known.pk


def test_two_different_numbers_never_match_by_title(tmp_path: Path) -> None:
    project(numbers=["20252035-T-469"])
    row = only(plan(tmp_path, ROW))
    assert (row.action, row.similar) == (Action.NEW, ())


def test_a_title_matches_where_the_project_has_no_number_of_that_kind(tmp_path: Path) -> None:
    known = project(numbers=["2025001837"], title="Trustworthy Datasets.")
    row = only(plan(tmp_path, ROW | {"title": "artificial intelligence - trustworthy datasets"}))
    assert row.project == known.pk
    assert [n.value for n in row.changes["numbers"][1]] == ["2025001837", "20252034-T-469"]


def test_a_title_matches_where_the_row_has_no_number(tmp_path: Path) -> None:
    known = project(numbers=["20252034-T-469"])
    assert only(plan(tmp_path, ROW | {"number": "", "nature": "推荐性"})).project == known.pk


def test_a_malformed_number_is_none_and_is_mended_by_a_title_that_matches(tmp_path: Path) -> None:
    known = project(track="gb-z", numbers=["2025039-Z-469"], committees=["wg-5"])
    row = only(plan(tmp_path, ROW | {"number": "20252039-Z-469", "committee": "wg-5"}))
    assert row.project == known.pk
    assert [n.value for n in row.changes["numbers"][1]] == ["20252039-Z-469"]


@pytest.mark.parametrize(
    "other",
    [
        {"committee": "wg-5"},
        {"number": "", "nature": "GB/Z"},
        {"title": f"{TITLE}—Part 2: Labels"},
        {"title": f"{TITLE} and models"},
    ],
    ids=["committee", "kind", "part", "title"],
)
def test_a_title_of_another_committee_kind_or_part_does_not_match(tmp_path: Path, other: dict[str, str]) -> None:
    project(committees=["wg-3"])
    assert only(plan(tmp_path, ROW | {"committee": "wg-3"} | other)).action == Action.NEW


def test_a_register_that_names_only_the_committee_above_means_the_group_below(tmp_path: Path) -> None:
    known = project(committees=["wg-3"])
    row = only(plan(tmp_path, ROW))
    assert (row.project, "committees" in row.changes) == (known.pk, False)


def test_one_title_in_two_groups_is_ambiguous_for_a_row_without_number(tmp_path: Path) -> None:
    project(committees=["wg-3"])
    project(committees=["wg-5"])
    row = only(plan(tmp_path, ROW | {"number": "", "nature": "GB/T"}))
    assert (row.action, "2 projects have this title" in row.problems[0]) == (Action.FLAGGED, True)


def test_with_a_number_of_its_own_an_ambiguous_title_is_new_and_suggests(tmp_path: Path) -> None:
    known = {project(committees=["wg-3"]).pk, project(committees=["wg-5"]).pk}
    row = only(plan(tmp_path, ROW))
    assert (row.action, {like.project for like in row.similar}) == (Action.NEW, known)


def test_likeness_only_suggests(tmp_path: Path) -> None:
    other = project(committees=["wg-5"])
    row = only(plan(tmp_path, ROW | {"committee": "wg-3"}))
    assert (row.action, [like.project for like in row.similar]) == (Action.NEW, [other.pk])


def test_the_sources_own_id_comes_first(tmp_path: Path) -> None:
    mine = project(numbers=["20252034-T-469"])
    other = project(numbers=["20252035-T-469"], title="Another")
    Origin.objects.create(project=other, source="plan", key="17")
    row = only(plan(tmp_path, ROW | {"source_id": "17", "title": "Another"}, source="plan"))
    assert row.project == other.pk
    assert only(plan(tmp_path, ROW | {"source_id": "17"}, source="another register")).project == mine.pk


def test_the_trackers_own_id_is_an_id_too(tmp_path: Path) -> None:
    known = project(title="Another")
    row = only(plan(tmp_path, ROW | {"number": "", "source_id": str(known.pk)}))
    assert (row.project, "origin" in row.changes) == (known.pk, False)


def test_an_id_whose_project_has_another_number_and_another_title_is_flagged(tmp_path: Path) -> None:
    other = project(numbers=["20252035-T-469"], title="Another")
    Origin.objects.create(project=other, source="register", key="17")
    row = only(plan(tmp_path, ROW | {"source_id": "17"}))
    assert (row.action, "neither number nor title agree" in row.problems[0]) == (Action.FLAGGED, True)


def test_an_id_learned_with_a_number_is_remembered_and_then_suffices(tmp_path: Path) -> None:
    known = project(numbers=["20252034-T-469"])
    imported(dict_file(tmp_path, ROW | {"source_id": "17"}))
    assert Origin.objects.get(source="register", key="17").project == known
    row = only(plan(tmp_path, ROW | {"source_id": "17", "number": "20252099-T-469"}))
    assert [n.value for n in row.changes["numbers"][1]] == ["20252099-T-469"]


def test_a_project_number_is_the_same_at_its_next_stage(tmp_path: Path) -> None:
    factories.body("iso-iec-jtc1")
    known = project("iso-iec-ts", numbers=["ISO/IEC AWI TS 25568"], state=State.DRAFT, stage="20.00", title="Risks")
    row = only(plan(tmp_path, ROW | {"number": "ISO/IEC DTS 25568", "stage": "50.20", "title": "Risks of AI"}))
    assert row.project == known.pk
    assert [n.value for n in row.changes["numbers"][1]] == ["ISO/IEC DTS 25568"]


def test_two_rows_of_one_number_at_two_stages_are_left_two(tmp_path: Path) -> None:
    factories.body("iso-iec-jtc1")
    rows = [ROW | {"number": number, "stage": stage} for number, stage in (
        ("ISO/DIS 80000-13", "40.99"), ("ISO/FDIS 80000-13", "50.60"), ("ISO 80000-13:2025", "60.60"))]  # fmt: skip
    assert actions(plan(tmp_path, *rows)) == [Action.NEW] * 3
    imported(dict_file(tmp_path, *rows))
    assert actions(plan(tmp_path, *rows)) == [Action.UNCHANGED] * 3


def test_a_project_becomes_the_standard_of_its_number_but_not_of_another(tmp_path: Path) -> None:
    factories.body("iso-iec-jtc1")
    known = project("iso-iec-is", numbers=["ISO/IEC FDIS 42001"], state=State.APPROVAL, stage="50.20")
    row = {"title": TITLE, "committee": "sac-tc28-sc42", "stage": "60.60"}
    assert only(plan(tmp_path, row | {"number": "ISO/IEC 42001:2025"})).project == known.pk
    assert only(plan(tmp_path, row | {"number": "ISO/IEC 42002:2025"})).action == Action.NEW


def test_a_new_edition_of_a_published_standard_is_a_project_of_its_own(tmp_path: Path) -> None:
    factories.body("iso-iec-jtc1")
    project("iso-iec-is", numbers=["ISO/IEC 42001:2023"], state=State.PUBLISHED, stage="60.60")
    edition = ROW | {"number": "ISO/IEC AWI 42001", "stage": "20.00"}
    amendment = ROW | {"number": "ISO/IEC 42001:2023/DAM 1", "stage": "40.20"}
    assert actions(plan(tmp_path, edition, amendment)) == [Action.NEW, Action.NEW]
    assert all(row.similar == () for row in plan(tmp_path, edition, amendment).rows)


def test_numbers_of_two_projects_in_one_row_are_flagged(tmp_path: Path) -> None:
    project(numbers=["20252034-T-469"])
    project(numbers=["GB/T 46347-2025"], title="Another")
    row = only(plan(tmp_path, ROW | {"number": "20252034-T-469; GB/T 46347-2025"}))
    assert (row.action, "2 projects" in row.problems[0]) == (Action.FLAGGED, True)


def test_who_may_not_see_an_embargoed_project_learns_nothing_of_it(tmp_path: Path) -> None:
    project(numbers=["20252034-T-469"], title="Secret", embargoed=True)
    row = only(plan(tmp_path, ROW, by=factories.mover()))
    assert (row.action, row.changes) == (Action.FLAGGED, {})
    assert "Secret" not in str(row.to_json())
    assert only(plan(tmp_path, ROW, by=factories.secretary())).action == Action.CHANGED


# Repetitions


def test_a_number_repeated_in_a_file_updates_nothing_and_is_reported(tmp_path: Path) -> None:
    project(numbers=["20252034-T-469"], title="Old")
    found = plan(tmp_path, ROW, ROW)
    assert [(row.action, row.same_as) for row in found.rows] == [(Action.REPEATED, 3), (Action.REPEATED, 2)]


def test_rows_of_one_number_that_contradict_each_other_are_flagged(tmp_path: Path) -> None:
    project(numbers=["20252034-T-469"], title="Old")
    found = plan(tmp_path, ROW, ROW | {"stage": "30"})
    assert actions(found) == [Action.FLAGGED] * 2
    assert "row 3" in found.rows[0].problems[0]
    assert "stage “20” against “30”" in found.rows[0].problems[0]


def test_of_repeated_rows_one_that_says_what_is_known_stays_unchanged(tmp_path: Path) -> None:
    project(numbers=["20252034-T-469"])
    assert actions(plan(tmp_path, ROW | {"title": "Other"}, ROW)) == [Action.FLAGGED, Action.UNCHANGED]


def test_the_first_of_repeated_rows_registers_what_is_new(tmp_path: Path) -> None:
    rows = [ROW, ROW, ROW | {"stage": "30"}]
    assert actions(plan(tmp_path, *rows)) == [Action.NEW, Action.REPEATED, Action.FLAGGED]
    imported(dict_file(tmp_path, *rows))
    assert actions(plan(tmp_path, *rows)) == [Action.UNCHANGED, Action.REPEATED, Action.FLAGGED]


def test_a_repetition_need_not_say_everything(tmp_path: Path) -> None:
    assert actions(plan(tmp_path, ROW, {"number": ROW["number"]})) == [Action.NEW, Action.REPEATED]


def test_one_number_with_two_ids_is_one_project(tmp_path: Path) -> None:
    rows = [ROW | {"source_id": "a"}, ROW | {"source_id": "b"}]
    assert actions(plan(tmp_path, *rows)) == [Action.NEW, Action.REPEATED]


@pytest.mark.parametrize("numbers", [("", ""), ("20252034-T-469", ""), ("", "20252034-T-469"), ("2025039-T-469", "")])
def test_rows_of_one_title_are_one_project_also_when_the_file_comes_again(tmp_path: Path, numbers: Any) -> None:
    rows = [ROW | {"number": number, "nature": "GB/T"} for number in numbers]
    assert actions(plan(tmp_path, *rows)) == [Action.NEW, Action.REPEATED]
    imported(dict_file(tmp_path, *rows))
    assert Action.NEW not in actions(plan(tmp_path, *rows))
    assert Project.objects.count() == 1


def test_three_rows_of_one_title_two_of_them_with_numbers(tmp_path: Path) -> None:
    rows = [ROW, ROW | {"number": "20252035-T-469"}, ROW | {"number": "", "nature": "GB/T"}]
    assert actions(plan(tmp_path, *rows)) == [Action.NEW, Action.NEW, Action.FLAGGED]
    imported(dict_file(tmp_path, *rows))
    assert actions(plan(tmp_path, *rows)) == [Action.UNCHANGED, Action.UNCHANGED, Action.FLAGGED]


# Cost


def queries(folder: Path, count: int) -> int:
    rows = [ROW | {"number": f"2025{n:04}-T-469", "title": f"Title {n}", "source_id": str(n)} for n in range(count)]
    imported(dict_file(folder, *rows))
    with CaptureQueriesContext(connection) as captured:
        assert actions(plan(folder, *rows)) == [Action.UNCHANGED] * count
    return len(captured)


def test_matching_costs_the_same_queries_for_few_rows_and_for_many(tmp_path: Path) -> None:
    # head, committees, ids, own ids (none), numbers, projects, their numbers, their committees, bodies
    assert queries(tmp_path, 3) == queries(tmp_path, 300)

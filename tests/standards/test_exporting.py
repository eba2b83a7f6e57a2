"""What goes out can come in again, and runs nothing on the way."""

import csv
import io
from pathlib import Path

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from standards.edits import edit
from standards.exporting import AT_ONCE, export_csv, export_xlsx
from standards.importers.formulas import guard
from standards.importers.load import load
from standards.importers.plan import Action, Plan
from standards.importers.planning import make_plan
from standards.importers.records import read
from standards.models import Project
from tests import factories
from tests.standards.importers.registers import TODAY, imported
from workflows.states import State

pytestmark = pytest.mark.django_db

NASTY = ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "＝1+1", "'=1", 'a, b; "c"', "x" * 1000, "<script>"]


def as_csv(folder: Path, language: str = "en") -> Path:
    path = folder / "projects.csv"
    path.write_bytes(b"".join(export_csv(Project.objects.order_by("pk"), language=language)))
    return path


def as_xlsx(folder: Path, language: str = "en") -> Path:
    path = folder / "projects.xlsx"
    with path.open("wb") as file:
        export_xlsx(Project.objects.order_by("pk"), file, language=language)
    return path


def plan_of(path: Path) -> Plan:
    return make_plan(path, by=None, on=TODAY)


def cells(path: Path) -> list[list[str]]:
    return list(csv.reader(io.StringIO(path.read_bytes().decode("utf-8-sig"))))


@pytest.mark.parametrize("export", [as_csv, as_xlsx])
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_all_shipped_records_come_back_unchanged(tmp_path: Path, export: type, language: str) -> None:
    load(read(), by=None)
    plan = plan_of(export(tmp_path, language))
    assert plan.counts[Action.UNCHANGED] == Project.objects.count() > 60
    assert plan.counts[Action.UNCHANGED] == len(plan.rows)


def test_the_headings_are_those_of_an_import_in_either_language(tmp_path: Path) -> None:
    assert cells(as_csv(tmp_path))[0][:3] == ["number", "title", "title_zh"]
    assert cells(as_csv(tmp_path, "zh-hans"))[0][:3] == ["计划号/标准号", "英文名称", "标准名称"]


@pytest.mark.parametrize("export", [as_csv, as_xlsx])
def test_nothing_in_it_runs_and_everything_comes_back(tmp_path: Path, export: type) -> None:
    for title in NASTY:
        factories.project("gb-t", title=title, title_zh=title, note=f"{title}\nmore")
    path = export(tmp_path)
    assert plan_of(path).counts[Action.UNCHANGED] == len(NASTY)
    if path.suffix == ".csv":
        told = [cell for row in cells(path)[1:] for cell in row]
    else:
        sheet = openpyxl.load_workbook(path).worksheets[0]
        assert all(cell.data_type in ("s", "inlineStr") for row in sheet.iter_rows() for cell in row)
        told = [str(cell) for row in sheet.iter_rows(min_row=2, values_only=True) for cell in row if cell]
    assert guard(NASTY[0]) in told
    assert not [cell for cell in told if cell.startswith(("=", "+", "-", "@", "＝", "\t"))]


def test_every_state_comes_back_also_one_without_a_stage(tmp_path: Path) -> None:
    factories.project("gb-t", State.CANCELLED)
    factories.project("gb-t", State.APPROVAL, stage="50", target="2026-H1")
    factories.project("iso-iec-is", State.WITHDRAWN, numbers=["ISO 1:1990"])
    factories.project("association", State.PUBLISHED, body="sac", published_on="2024-01-02", in_force_on="2024-02-01")
    assert plan_of(as_csv(tmp_path)).counts[Action.UNCHANGED] == 4


def test_a_number_kept_under_another_kind_comes_back(tmp_path: Path) -> None:
    from standards.numbers import parse
    from workflows.states import NumberKind

    published = parse("ISO/IEC 5259", NumberKind.PUBLISHED)
    factories.project("iso-iec-is", State.PUBLISHED, numbers=[published, "2025039-Z-469"])
    assert plan_of(as_csv(tmp_path)).counts[Action.UNCHANGED] == 1


def test_an_exported_register_with_a_change_made_in_it_changes_that_project(tmp_path: Path) -> None:
    project = factories.project("gb-t", title="Old", numbers=["20252034-T-469"])
    factories.project("gb-t", title="Old")
    path = as_csv(tmp_path)
    path.write_bytes(path.read_bytes().replace(b"20252034-T-469,Old", b"20252034-T-469,New"))
    assert imported(path).changed == 1
    assert Project.objects.get(pk=project.pk).title == "New"


def test_a_committee_whose_reference_another_one_has_too_is_named_by_its_slug(tmp_path: Path) -> None:
    one = factories.committee("one", reference="WG 1")
    factories.committee("other", reference="WG 1")
    factories.project("gb-t", committees=["one"])
    assert cells(as_csv(tmp_path))[1][4] == one.slug
    assert plan_of(as_csv(tmp_path)).counts[Action.UNCHANGED] == 1


def test_an_empty_export_is_a_heading(tmp_path: Path) -> None:
    assert len(cells(as_csv(tmp_path))) == 1
    assert plan_of(as_xlsx(tmp_path)).rows == ()


def test_it_comes_in_pieces_at_a_fixed_number_of_queries_each(tmp_path: Path) -> None:
    def queries(count: int) -> int:
        for number in range(count - Project.objects.count()):
            edit(factories.project("gb-t"), by=None, title=f"Title {number}")
        with CaptureQueriesContext(connection) as captured:
            list(export_csv(Project.objects.order_by("pk")))
        return len(captured)

    # committees, projects, their numbers, their committees
    assert queries(3) == queries(30)
    assert AT_ONCE >= 500

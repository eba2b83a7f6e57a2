"""Whatever stands in a register: nothing breaks, what is written is sound, and the second time nothing is written."""

import tempfile
from datetime import date
from pathlib import Path

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from standards import history
from standards.importers.headings import NAMES
from standards.importers.plan import WRITES, Action
from standards.importers.writing import write
from standards.models import Project
from tests import factories
from tests.standards.importers.registers import csv_file, plan_of
from workflows.states import State

pytestmark = pytest.mark.django_db

# Few values, so that rows often mean the same project, contradict each other, or move one on.
CELLS = {
    "number": [
        "", "20252034-T-469", "20252035-T-469", "2025039-T-469", "GB/T 46347-2025",
        "GB/T 46347-2025; 20252034-T-469",
        "2025001837", "ISO/IEC CD TS 25568", "ISO/IEC DTS 25568", "ISO/IEC TS 25568:2025",
    ],
    "title": [
        "", "Trustworthy datasets", "Artificial intelligence—Trustworthy datasets.", "Large models - Part 1: Data",
    ],
    "title_zh": ["", "可信赖数据集"],
    "nature": ["", "推荐性", "GB/Z"],
    "committee": ["", "sac-tc28-sc42", "wg-5", "nobody"],
    "stage": ["", "10", "20", "30", "60", "20.00", "60.60", "终止", "nonsense"],
    "target": ["", "2026-Q1", "soon"],
    "effective_on": ["", "2025-03-01", "2025-11-01"],
    "published_on": ["", "2025-11-02", "2025"],
    "note": ["", "By hand."],
    "source_id": ["", "1", "2"],
}  # fmt: skip
ROWS = st.lists(st.fixed_dictionaries({name: st.sampled_from(values) for name, values in CELLS.items()}), max_size=6)
ANYTHING = st.lists(st.lists(st.text(max_size=12), min_size=len(NAMES), max_size=len(NAMES)), max_size=3)
quick = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(autouse=True)
def _known() -> None:
    factories.body("iso-iec-jtc1")
    factories.committee("wg-5", parent=factories.committee())
    factories.project("gb-t", title="Trustworthy datasets", numbers=["20252034-T-469"], committees=["wg-5"])
    factories.project("gb-t", title="Trustworthy datasets", committees=["sac-tc28-sc42"], effective_on=date(2025, 1, 2))
    factories.project("gb-z", State.PUBLISHED, title="Large models - Part 1: Data", title_zh="可信赖数据集")


def imported_twice(rows: list[list[str]]) -> None:
    with tempfile.TemporaryDirectory() as folder, transaction.atomic():
        path = csv_file(Path(folder), rows)
        plan = plan_of(path)
        before = Project.objects.count()
        written = write(plan, by=None, skip_bad=True)
        assert written.failures == []
        assert written.projects == plan.writes
        assert Project.objects.count() == before + plan.counts[Action.NEW]
        assert history.verify() == []
        again = plan_of(path)
        assert [row.to_json() for row in again.rows if row.action in WRITES] == []
        transaction.set_rollback(True)


@quick
@given(ROWS)
def test_a_file_imported_twice_writes_nothing_the_second_time(rows: list[dict[str, str]]) -> None:
    imported_twice([list(CELLS), *(list(row.values()) for row in rows)])


@quick
@given(ANYTHING)
def test_any_text_in_any_cell_is_read_or_reported(rows: list[list[str]]) -> None:
    readable = [[cell.replace("\x00", "").encode("utf-8", "ignore").decode() for cell in row] for row in rows]
    imported_twice([list(NAMES), *readable])

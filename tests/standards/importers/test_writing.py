"""A plan in the database: what bulk writing writes is what the doors write, and nothing is half-written."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError

from standards import history
from standards.edits import edit, register
from standards.importers.mapping import mapping_of
from standards.importers.plan import Plan
from standards.importers.writing import BATCH, BadRows, PlanChanged, Written, write
from standards.models import Body, Change, Committee, Deadline, Number, Origin, Project
from standards.refusals import NotPermitted
from standards.transitions import perform
from tests import factories
from tests.standards.importers.registers import dict_file, imported, plan_of
from workflows.states import State, Verb

pytestmark = pytest.mark.django_db

TITLE = "Artificial intelligence—Trustworthy datasets"
NUMBER = "20252034-T-469"
ROW = {"number": NUMBER, "title": TITLE, "committee": "sac-tc28-sc42", "stage": "20"}


@pytest.fixture(autouse=True)
def _known() -> None:
    factories.committee()
    factories.committee("wg-5")


def planned(folder: Path, *rows: dict[str, Any], **options: Any) -> Plan:
    return plan_of(dict_file(folder, *rows), **options)


def written(folder: Path, *rows: dict[str, Any], **options: Any) -> Written:
    return imported(dict_file(folder, *rows), **options)


def many(count: int, **cells: str) -> list[dict[str, str]]:
    return [ROW | {"number": f"2025{n:04}-T-469", "title": f"Subject {n}"} | cells for n in range(count)]


# New projects

_TOLD = (
    "kind",
    "verb",
    "from_state",
    "to_state",
    "effective_on",
    "actor_id",
    "note",
    "override",
    "overridden",
    "facts",
)
_OF_PROJECT = [
    field.attname
    for field in Project._meta.concrete_fields
    if field.attname not in ("id", "rev", "updated_at", "representation")
]


def told(project: Project) -> dict[str, Any]:
    """Everything that is on record of a project, but for ids, moments and the source."""
    (change,) = project.changes.all()
    return {
        "project": [getattr(project, name) for name in _OF_PROJECT],
        "numbers": [(n.kind, n.value, n.raw, n.valid, n.problem, n.position) for n in project.numbers.order_by("pk")],
        "committees": [(a.committee.slug, a.position) for a in project.assignments.order_by("pk")],
        "deadlines": [
            (d.kind, d.basis, d.precision, d.text, d.start, d.due, d.status, d.generation, d.closed_on)
            for d in project.deadlines.all()
        ],
        "change": [getattr(change, name) for name in _TOLD],
        "delta": change.delta,
        "snapshot": change.snapshot,
    }


@pytest.mark.parametrize(
    ("row", "door"),
    [
        (ROW, {"track": "gb-t", "state": "draft", "numbers": [NUMBER]}),
        (
            ROW | {"target": "2026-Q1", "effective_on": "2025-07-08", "note": "a\nb", "title_zh": "数据集"},
            {"track": "gb-t", "state": "draft", "numbers": [NUMBER], "target": "2026-Q1", "note": "a\nb",
             "effective_on": "2025-07-08", "title_zh": "数据集"},
        ),
        (
            ROW | {"number": "GB/T 46347-2025；2025039-T-469", "stage": "60", "published_on": "2025-10-05",
                   "in_force_on": "2026-05-01", "target": "2026", "committee": "wg-5；sac-tc28-sc42"},
            {"track": "gb-t", "state": "published", "numbers": ["GB/T 46347-2025", "2025039-T-469"],
             "published_on": "2025-10-05", "in_force_on": "2026-05-01", "target": "2026", "effective_on": "2025-10-05",
             "committees": ["wg-5", "sac-tc28-sc42"]},
        ),
        (
            ROW | {"number": "ISO/CD 123", "stage": "30.98"},
            {"track": "iso-iec-is", "state": "cancelled", "stage": "30.98", "numbers": ["ISO/CD 123"]},
        ),
        (
            ROW | {"number": "T/CESA 1169-2021", "stage": "60"},
            {"track": "association", "state": "published", "deliverable": "T/CESA", "numbers": ["T/CESA 1169-2021"]},
        ),
    ],
    ids=["bare", "with target and date", "published", "cancelled", "association"],
)  # fmt: skip
def test_bulk_writing_writes_what_the_door_writes(tmp_path: Path, row: dict[str, str], door: dict[str, Any]) -> None:
    for slug in ("iso-iec-jtc1", "cesa"):
        factories.body(slug)
    by_door = register(by=None, source="x", **{"title": TITLE, "committees": ["sac-tc28-sc42"]} | door)
    expected = told(by_door)
    Number.objects.all().update(value="another", valid=False)
    Project.objects.filter(pk=by_door.pk).update(title="another", title_zh="")
    written(tmp_path, row)
    assert told(Project.objects.exclude(pk=by_door.pk).get()) == expected


def test_the_history_names_file_row_and_person_and_is_sound(tmp_path: Path) -> None:
    secretary = factories.secretary()
    written(tmp_path, *many(3, source_id="", target="2026-Q1"), by=secretary)
    changes = Change.objects.filter(kind="registered").order_by("rev")
    assert [(change.source, change.actor) for change in changes] == [
        (f"register.csv, row {line}", secretary) for line in (2, 3, 4)
    ]
    assert {deadline.opened_at for deadline in Deadline.objects.all()} == {changes[0].recorded_at}
    assert [project.rev for project in Project.objects.order_by("rev")] == [change.rev for change in changes]
    assert history.verify() == []


def test_several_batches_make_one_chain(tmp_path: Path) -> None:
    done: list[tuple[int, int]] = []
    plan = planned(tmp_path, *many(BATCH + 3))
    result = write(plan, by=None, progress=lambda at, total: done.append((at, total)))
    assert (result.registered, done) == (BATCH + 3, [(0, BATCH + 3), (BATCH, BATCH + 3), (BATCH + 3, BATCH + 3)])
    assert history.verify() == []


def test_the_second_time_nothing_is_written(tmp_path: Path) -> None:
    rows = many(5, target="2026-Q1", effective_on="2025-11-01", note="x")
    written(tmp_path, *rows)
    rev = history.current_rev()
    assert written(tmp_path, *rows).projects == 0
    assert history.current_rev() == rev


def test_the_door_carries_on_where_the_bulk_ended(tmp_path: Path) -> None:
    written(tmp_path, *many(2))
    project = Project.objects.first()
    assert project is not None
    edit(project, by=None, title="By hand", numbers=["20259999-T-469"])
    written(tmp_path, *many(1, number="20258888-T-469"))
    assert history.verify() == []


def test_bodies_that_come_with_the_tracker_and_committees_asked_for_are_made(tmp_path: Path) -> None:
    assert not Body.objects.filter(slug="iso-iec-jtc1").exists()
    row = {"number": "ISO/IEC 22989:2022", "title": "Concepts", "stage": "60.60", "committee": "ISO/IEC JTC 1/SC 42"}
    mapping = mapping_of({"create_committees": True}, "map")
    assert written(tmp_path, row, mapping=mapping).committees == 2
    committee = Committee.objects.get(reference="ISO/IEC JTC 1/SC 42")
    assert (committee.path, committee.body.slug) == ("/iso-iec-jtc-1/iso-iec-jtc-1-sc-42/", "iso-iec-jtc1")
    assert Project.objects.get().committees.get() == committee
    assert history.verify() == []


def test_ids_are_remembered_under_the_name_of_the_register(tmp_path: Path) -> None:
    written(tmp_path, ROW | {"source_id": "17"}, source="plan")
    assert [(o.source, o.key) for o in Origin.objects.all()] == [("plan", "17")]


# Known projects


def test_a_change_goes_through_the_door(tmp_path: Path) -> None:
    project = factories.project("gb-t", numbers=[NUMBER], title="Old")
    row = ROW | {"target": "2026-Q2", "number": f"{NUMBER}; 2025001837", "committee": "wg-5", "source_id": "17"}
    assert written(tmp_path, row).changed == 1
    change = project.changes.get(kind="edited")
    assert set(change.delta) == {"title", "target", "numbers", "committees"}
    assert (change.source, project.origins.get().key) == ("register.csv, row 2", "17")
    assert project.deadlines.get().text == "2026-Q2"


def test_an_id_alone_is_learned_without_a_change(tmp_path: Path) -> None:
    project = factories.project("gb-t", numbers=[NUMBER], title=TITLE)
    rev = history.current_rev()
    assert written(tmp_path, ROW | {"source_id": "17"}).changed == 1
    assert (history.current_rev(), project.origins.get().key) == (rev, "17")
    assert written(tmp_path, ROW | {"source_id": "17"}).projects == 0


def test_a_move_walks_verb_by_verb_past_shut_gates_with_the_reason_kept(tmp_path: Path) -> None:
    project = factories.project("gb-t", numbers=[NUMBER], title=TITLE)
    row = ROW | {"stage": "60", "number": f"{NUMBER}; GB/T 46347-2025", "published_on": "2025-10-05",
                 "in_force_on": "2026-05-01", "effective_on": "2025-10-05"}  # fmt: skip
    assert written(tmp_path, row).moved == 1
    moves = project.changes.filter(kind="moved").order_by("rev")
    assert [change.verb for change in moves] == ["open_comment", "submit", "publish"]
    assert [change.overridden for change in moves] == [["comment_period_given"], ["comment_period_over"], []]
    assert moves[0].override == "as reported by register.csv, row 2"
    assert {change.effective_on for change in moves} == {date(2025, 10, 5)}
    project = Project.objects.get(pk=project.pk)
    assert (project.state, project.stage_code, project.since) == ("published", "60", date(2025, 10, 5))
    assert (project.published_on, project.in_force_on) == (date(2025, 10, 5), date(2026, 5, 1))
    assert written(tmp_path, row).projects == 0
    assert history.verify() == []


@pytest.mark.parametrize(
    ("stage", "verb", "facts"),
    [
        ("终止", "cancel", {"reason": "as reported by register.csv, row 2"}),
        ("30", "open_comment", {"stage": "30"}),
    ],
)
def test_the_facts_of_a_move_come_from_the_row(tmp_path: Path, stage: str, verb: str, facts: dict[str, str]) -> None:
    project = factories.project("gb-t", numbers=[NUMBER], title=TITLE)
    written(tmp_path, ROW | {"stage": stage})
    change = project.changes.get(kind="moved")
    assert (change.verb, change.facts) == (verb, facts)


def test_an_advance_and_a_project_on_hold(tmp_path: Path) -> None:
    factories.body("iso-iec-jtc1")
    project = factories.project("iso-iec-is", stage="30.20", numbers=["ISO/CD 123"], title=TITLE)
    perform(project, Verb.HOLD, by=None, on=date(2025, 8, 1), reason="waiting")
    assert written(tmp_path, ROW | {"number": "ISO/CD 123", "stage": "30.60"}).moved == 1
    project = Project.objects.get(pk=project.pk)
    assert (project.stage_code, project.on_hold) == ("30.60", False)


# Refusals


def test_one_bad_row_and_nothing_is_written(tmp_path: Path) -> None:
    rev = history.current_rev()
    plan = planned(tmp_path, *many(2), ROW | {"stage": "99"})
    with pytest.raises(BadRows, match="1 of 3 rows"):
        write(plan, by=None)
    assert (Project.objects.count(), history.current_rev()) == (0, rev)


def test_bad_rows_can_be_left_out(tmp_path: Path) -> None:
    plan = planned(tmp_path, *many(2), ROW | {"stage": "99"})
    assert write(plan, by=None, skip_bad=True).registered == 2


def test_a_file_that_changed_after_the_preview_is_refused(tmp_path: Path) -> None:
    seen = planned(tmp_path, ROW).digest
    now = planned(tmp_path, ROW | {"title": "Other"})
    with pytest.raises(PlanChanged):
        write(now, by=None, confirmed=seen)
    assert not Project.objects.exists()
    assert write(now, by=None, confirmed=now.digest).registered == 1


@pytest.mark.parametrize("lacking", ["add_project", "change_project", "move_project", "override_gate"])
def test_who_lacks_a_permission_imports_nothing(tmp_path: Path, lacking: str) -> None:
    factories.project("gb-t", numbers=[NUMBER], title=TITLE)
    permissions = [name for name in factories.ALL_PERMISSIONS if name != lacking]
    plan = planned(tmp_path, ROW | {"stage": "30"}, *many(1))
    rev = history.current_rev()
    with pytest.raises(NotPermitted, match=lacking):
        write(plan, by=factories.person(permissions=permissions))
    assert history.current_rev() == rev


def test_a_project_that_changed_since_the_plan_is_left_alone_and_told(tmp_path: Path) -> None:
    project = factories.project("gb-t", numbers=[NUMBER], title="Old")
    plan = planned(tmp_path, ROW, *many(1))
    edit(project, by=None, title="By hand")
    result = write(plan, by=None)
    assert (result.changed, result.registered, [line for line, _why in result.failures]) == (0, 1, [2])
    assert Project.objects.get(pk=project.pk).title == "By hand"


@pytest.mark.parametrize(
    "meanwhile",
    [
        {"numbers": [NUMBER], "title": "x"},
        {"origin": ("register", "17"), "title": "x"},
        {"title": "No number and no id"},
    ],
    ids=["number", "id", "title"],
)
def test_what_somebody_else_brought_in_meanwhile_is_not_brought_in_twice(
    tmp_path: Path, meanwhile: dict[str, Any]
) -> None:
    bare = {"title": "No number and no id", "nature": "GB/T", "stage": "20"}
    plan = planned(tmp_path, ROW | {"source_id": "17"}, bare, *many(2))
    factories.project("gb-t", **meanwhile)
    result = write(plan, by=None)
    assert (result.registered, len(result.failures)) == (3, 1)
    assert history.verify() == []


def test_a_cancelled_import_stops_between_batches_and_goes_on_later(tmp_path: Path) -> None:
    rows = many(2 * BATCH)
    answers = iter([False, True])
    result = write(planned(tmp_path, *rows), by=None, cancelled=lambda: next(answers))
    assert (result.cancelled, result.registered, Project.objects.count()) == (True, BATCH, BATCH)
    assert written(tmp_path, *rows).registered == BATCH
    assert (Project.objects.count(), Number.objects.count()) == (2 * BATCH, 2 * BATCH)


def test_a_batch_that_breaks_leaves_nothing_behind(tmp_path: Path) -> None:
    plan = planned(tmp_path, *many(2))
    rev = history.current_rev()
    plan.rows[1].wanted.title_zh = None  # type: ignore[assignment]
    with pytest.raises(IntegrityError):
        write(plan, by=None)
    assert (Project.objects.count(), Number.objects.count(), history.current_rev()) == (0, 0, rev)


def test_a_state_that_a_row_ends_in_is_kept_in_both_languages(tmp_path: Path) -> None:
    written(tmp_path, ROW | {"stage": "废止"})
    assert Project.objects.get().state == State.WITHDRAWN

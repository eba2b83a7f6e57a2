from datetime import date
from typing import Any

import pytest
from django.db import transaction

from standards import history
from standards.edits import edit, record_committee, register
from standards.models import Change, Committee, Deadline, Link, Origin, Project
from standards.refusals import BadFacts, NotPermitted, Stale
from tests import factories
from workflows.states import State

pytestmark = pytest.mark.django_db


def values(project: Project, *names: str) -> list[Any]:
    fresh = Project.objects.get(pk=project.pk)
    return [getattr(fresh, name) for name in names]


def test_registering_puts_a_project_where_its_source_says_in_one_change() -> None:
    project = factories.project(track="iso-iec-ts", state=State.DRAFT, stage="30.60", effective_on=date(2025, 3, 1))
    change = project.changes.get()
    assert (change.kind, change.verb, change.to_state, change.effective_on) == (
        "registered",
        "",
        "draft",
        date(2025, 3, 1),
    )
    assert values(project, "stage_code", "since", "level") == ["30.60", date(2025, 3, 1), "international"]


def test_registering_without_a_date_leaves_it_unknown() -> None:
    project = factories.project(effective_on=None)
    assert (project.since, project.changes.get().effective_on) == (None, None)


def test_a_source_that_only_says_where_it_stood_dates_the_change_and_not_the_entry_into_the_state() -> None:
    project = factories.project(effective_on=None, stated_on="2025-07-08")
    assert (project.since, project.changes.get().effective_on) == (None, date(2025, 7, 8))


def test_a_project_keeps_the_key_its_source_has_for_it() -> None:
    project = factories.project(origin=("sesec-2025-07", "L211"))
    assert Origin.objects.get(source="sesec-2025-07", key="L211").project == project


def test_a_key_of_a_source_stands_for_one_project() -> None:
    factories.project(origin=("report", "L62"))
    with pytest.raises(BadFacts, match="already: L62"), transaction.atomic():
        factories.project(origin=("report", "L62"))
    assert Project.objects.count() == 1


def test_what_is_left_empty_is_that_of_the_track() -> None:
    project = factories.project(deliverable="", level="", body=None)
    assert (project.deliverable, project.level, project.body.slug) == ("GB/Z", "national", "sac")


@pytest.mark.parametrize("on", ["2199-12-31", "0205-07-08"])
def test_an_edit_is_dated_when_it_has_happened(on: str) -> None:
    project = factories.project()
    with pytest.raises(BadFacts, match="on: "):
        edit(project, by=None, on=on, title="Other")


def test_a_deliverable_is_changed_and_never_taken_away() -> None:
    with pytest.raises(BadFacts, match="deliverable"):
        edit(factories.project(), by=None, deliverable="")


def test_numbers_that_are_written_alike_are_one() -> None:
    project = factories.project(numbers=["20252081-Z-469", " 20252081-Z-469", "20252081－Z－469"])
    assert [number.value for number in project.numbers.all()] == ["20252081-Z-469"]
    assert edit(project, by=None, numbers=[n.raw for n in project.numbers.all()]) is None
    assert history.verify() == []


def test_registering_needs_the_permission() -> None:
    with pytest.raises(NotPermitted):
        factories.project(by=factories.mover())


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"track": "gb-x"}, "track"),
        ({"state": "limbo"}, "state"),
        ({"stage": "30"}, "stage"),
        ({"title": ""}, "title"),
        ({"title": "   "}, "title"),
        ({"title": "x" * 5000}, "title"),
        ({"title": "one\r\ntwo"}, "title"),
        ({"title": "one\u2028two"}, "title"),
        ({"title": "right\u202eleft"}, "title"),
        ({"title_zh": "a\nb"}, "title_zh"),
        ({"target": "within 9 months"}, "target"),
        ({"target": "2026-Q5"}, "target"),
        ({"target": "2026-02-30"}, "target"),
        ({"effective_on": "2025-02-30"}, "effective_on"),
        ({"committees": ["nowhere"]}, "committees"),
        ({"body": "nobody"}, "body"),
        ({"comment_from": "2025-09-02", "comment_until": "2025-09-01"}, "comment_until"),
        ({"comment_url": "ftp://example.org"}, "comment_url"),
        ({"numbers": ["1\n2"]}, "numbers"),
        ({"embargoed": "yes"}, "embargoed"),
        ({"responsible": "li"}, "responsible"),
        ({"links": [("friend_of", "https://example.org")]}, "links"),
        ({"source": "x" * 301}, "source"),
        ({"colour": "red"}, "colour"),
        ({"effective_on": "2199-12-31"}, "effective_on"),
        ({"stated_on": "2199-12-31"}, "stated_on"),
        ({"effective_on": "0205-07-08"}, "effective_on"),
        ({"published_on": date(1, 1, 1)}, "published_on"),
        ({"comment_until": "9999-12-31"}, "comment_until"),
        ({"numbers": "20252081-Z-469"}, "numbers"),
        ({"numbers": 20252081}, "numbers"),
        ({"numbers": {"plan": "20252081-Z-469"}}, "numbers"),
        ({"numbers": [["20252081-Z-469"]]}, "numbers"),
        ({"numbers": [f"2025{number:04d}-Z-469" for number in range(201)]}, "numbers"),
        ({"committees": None}, "committees"),
        ({"committees": "sac-tc28-sc42"}, "committees"),
        ({"links": 5}, "links"),
        ({"links": ["https://example.org"]}, "links"),
        ({"links": [("related_to",)]}, "links"),
        ({"links": [("related_to", "")]}, "links"),
        ({"links": [("related_to", 5)]}, "links"),
        ({"links": [([], "https://example.org")]}, "links"),
        ({"origin": ("report", "x" * 201)}, "origin"),
        ({"origin": ("x" * 121, "1")}, "origin"),
        ({"origin": ("report", "nul \x00")}, "origin"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_a_bad_field_is_refused_by_name_and_nothing_is_written(fields: dict[str, Any], field: str) -> None:
    factories.committee()
    factories.body()
    request = {
        "track": "gb-z", "state": "draft", "title": "Trustworthy datasets", "source": "test", "by": None,
        "committees": ["sac-tc28-sc42"],
    } | fields  # fmt: skip
    rev = history.current_rev()
    with pytest.raises(BadFacts) as refusal:
        register(**request)
    assert set(refusal.value.errors) == {field}
    assert len(refusal.value.errors[field]) > 10
    assert (Project.objects.count(), history.current_rev()) == (0, rev)


def test_a_malformed_number_is_kept_and_flagged_and_never_guessed() -> None:
    number = factories.project(numbers=["2025039-Z-469"]).numbers.get()
    assert (number.value, number.raw, number.valid) == ("2025039-Z-469", "2025039-Z-469", False)
    assert number.problem


def test_the_raw_text_of_a_number_is_kept_beside_the_official_form() -> None:
    number = factories.project(numbers=["GB／T 45401．1—2025"]).numbers.get()
    assert (number.value, number.raw) == ("GB/T 45401.1-2025", "GB／T 45401．1—2025")


def test_an_edit_that_changes_nothing_writes_nothing() -> None:
    project = factories.project(target="2026-Q1", numbers=["20252081-Z-469"])
    rev = history.current_rev()
    same: dict[str, Any] = {
        "title": project.title,
        "target": "Q1 2026",
        "numbers": ["20252081-Z-469"],
        "committees": ["sac-tc28-sc42"],
    }
    assert edit(project, by=None, **same) is None
    assert (history.current_rev(), *values(project, "rev")) == (rev, project.rev)


def test_an_edit_keeps_old_and_new_value_of_each_field() -> None:
    project = factories.project(title="Industrial foundation model agent", target="2026-Q1")
    change = edit(project, by=None, on="2025-11-01", why="Names settled", title="Industrial agents", target="2026-H2")
    assert change is not None
    assert change.delta["title"] == ["Industrial foundation model agent", "Industrial agents"]
    assert [target["due"] for target in change.delta["target"]] == ["2026-03-31", "2026-12-31"]
    assert (change.kind, change.note, change.effective_on) == ("edited", "Names settled", date(2025, 11, 1))


def test_a_target_opens_a_deadline_on_the_last_day_of_its_period() -> None:
    deadline = factories.project(target="2026-Q1").deadlines.get()
    assert (deadline.due, deadline.precision, deadline.basis, deadline.status) == (
        date(2026, 3, 31), "quarter", "plan", "open",
    )  # fmt: skip


def test_moving_a_target_starts_a_new_generation_of_its_deadline() -> None:
    project = factories.project(target="2026-Q1")
    edit(project, by=None, target="2026-H2")
    deadline = Deadline.objects.get(project=project)
    assert (deadline.due, deadline.generation) == (date(2026, 12, 31), 2)


def test_other_wording_of_the_same_day_is_no_new_generation() -> None:
    project = factories.project(target="2026-Q1")
    edit(project, by=None, target="2026-03")
    deadline = Deadline.objects.get(project=project)
    assert (deadline.precision, deadline.generation) == ("month", 1)


def test_taking_the_target_away_drops_its_deadline() -> None:
    project = factories.project(target="2026-Q1")
    edit(project, by=None, target="")
    assert Deadline.objects.get(project=project).status == "dropped"
    assert values(project, "target_due", "target_text") == [None, ""]


def test_a_published_project_has_no_open_deadline() -> None:
    assert not factories.project(state=State.PUBLISHED, target="2026-Q1").deadlines.exists()


def test_editing_needs_the_permission() -> None:
    project = factories.project()
    with pytest.raises(NotPermitted):
        edit(project, by=factories.person("reader", ["view_project", "move_project"]), title="Mine")


def test_an_embargoed_project_is_not_edited_by_who_may_not_see_it() -> None:
    project = factories.project(embargoed=True)
    with pytest.raises(NotPermitted):
        edit(project, by=factories.mover(), title="Mine")


def test_who_edits_an_older_revision_is_told() -> None:
    project = factories.project()
    edit(project, by=factories.secretary("wang"), title="Newer")
    with pytest.raises(Stale, match="by wang"):
        edit(project, by=None, title="Older", expected_rev=project.rev)


def test_a_possible_duplicate_is_told_from_both_ends() -> None:
    one, other = factories.project(), factories.project()
    edit(one, by=None, links=[("possible_duplicate_of", other)])
    told = [Change.objects.filter(project=project).latest("rev").snapshot["links"] for project in (one, other)]
    assert told == [
        [{"rel": "possible_duplicate_of", "project": str(other.pk)}],
        [{"rel": "possible_duplicate_of", "project": str(one.pk)}],
    ]
    assert history.verify() == []


def test_ending_a_link_is_told_from_both_ends() -> None:
    one, other = factories.project(), factories.project()
    edit(one, by=None, links=[("possible_duplicate_of", other)])
    edit(one, by=None, links=[])
    assert not Link.objects.exists()
    assert Change.objects.filter(project=other).latest("rev").snapshot["links"] == []
    assert history.verify() == []


def test_committees_form_a_tree_and_every_change_of_one_takes_a_revision() -> None:
    parent = factories.committee("sac-tc28")
    child = factories.committee("sac-tc28-sc42", parent=parent)
    rev = history.current_rev()
    child.name = "Artificial intelligence"
    record_committee(child, by=None)
    assert (child.path, child.rev, history.current_rev()) == ("/sac-tc28/sac-tc28-sc42/", rev + 1, rev + 1)
    record_committee(child, by=None)
    assert history.current_rev() == rev + 1


def test_a_committee_that_moves_takes_its_groups_along() -> None:
    old, new = factories.committee("old"), factories.committee("new")
    middle = factories.committee("middle", parent=old)
    factories.committee("leaf", parent=middle)
    middle.parent = new
    record_committee(middle, by=None)
    assert Committee.objects.get(slug="leaf").path == "/new/middle/leaf/"


def test_a_committee_cannot_stand_below_itself() -> None:
    top = factories.committee("top")
    below = factories.committee("below", parent=top)
    top.parent = below
    with pytest.raises(BadFacts, match="below itself"):
        record_committee(top, by=None)


def test_a_project_of_a_group_is_found_in_the_committees_above_it() -> None:
    sc42 = factories.committee("sac-tc28-sc42", parent=factories.committee("sac-tc28"))
    factories.committee("sac-tc28-sc42-chip", parent=sc42)
    factories.committee("iso-iec-jtc1-sc42")
    project = factories.project(committees=["sac-tc28-sc42-chip", "sac-tc28-sc42"])
    factories.project(committees=["iso-iec-jtc1-sc42"])
    for slug in ("sac-tc28", "sac-tc28-sc42", "sac-tc28-sc42-chip"):
        assert list(Project.objects.in_committee(slug)) == [project]
    assert not Project.objects.in_committee("sc42").exists()


@pytest.mark.parametrize("asked", ["GB/T 45401.1-2025", "GBT45401.1-2025", "gb/t 45401.1—2025", "ＧＢ/Ｔ 45401.1-2025"])
def test_a_number_is_found_however_it_is_written(asked: str) -> None:
    project = factories.project(track="gb-t", state=State.PUBLISHED, numbers=["GB/T 45401.1-2025"])
    assert list(Project.objects.numbered(asked)) == [project]


def test_all_words_of_a_search_must_be_in_title_or_number() -> None:
    project = factories.project(title="Trustworthy datasets", title_zh="可信数据集", numbers=["20252081-Z-469"])
    assert list(Project.objects.matching("datasets 20252081")) == [project]
    assert list(Project.objects.matching("可信")) == [project]
    assert not Project.objects.matching("datasets 20252082").exists()


def test_embargoed_projects_are_seen_by_who_may_and_nobody_else() -> None:
    project = factories.project(embargoed=True)
    assert list(Project.objects.visible_to(factories.secretary())) == [project]
    for somebody in (None, factories.mover()):
        assert not Project.objects.visible_to(somebody).exists()

"""The shipped records in the database."""

from datetime import date
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from standards import history
from standards.edits import edit
from standards.importers.load import Loaded, load
from standards.importers.records import read
from standards.models import Committee, CommitteeFact, Origin, Project

pytestmark = pytest.mark.django_db


@pytest.fixture
def loaded() -> Loaded:
    return load(read(), by=None)


def of(key: str) -> Project:
    return Origin.objects.get(source="sesec-2025-07", key=key).project


def test_every_record_becomes_a_project_with_its_line_in_the_report(loaded: Loaded) -> None:
    records = read()
    assert loaded.projects == len(records.projects) == Project.objects.count()
    for record in records.projects:
        project = of(record.key)
        assert (project.state, project.stage_code, project.title) == (record.state, record.stage, record.title)
        source = project.changes.order_by("rev").first()
        assert source is not None
        assert source.source.endswith(", ".join(f"L{line}" for line in record.lines))


def test_the_three_industrial_gb_z_are_due_at_the_end_of_march_2026(loaded: Loaded) -> None:
    due = Project.objects.filter(target_text="2026-Q1")
    assert {of(key) for key in ("L309", "L310", "L311")} == set(due)
    assert {project.deadlines.get().due for project in due} == {date(2026, 3, 31)}
    assert {project.track_code for project in due} == {"gb-z"}


def test_loading_again_changes_nothing(loaded: Loaded) -> None:
    rev = history.current_rev()
    assert load(read(), by=None) == Loaded(0, 0, 0, 0)
    assert history.current_rev() == rev


def test_loading_again_leaves_what_the_staff_made_of_it(loaded: Loaded) -> None:
    edit(of("L309"), by=None, title="System architecture of industrial models")
    load(read(), by=None)
    assert of("L309").title == "System architecture of industrial models"


def test_two_titles_of_perhaps_one_project_stay_two_marked_projects(loaded: Loaded) -> None:
    one, other = of("L69"), of("L218")
    assert one != other
    assert one.links.get().other == other


def test_the_committee_shows_its_dated_and_sourced_facts(loaded: Loaded) -> None:
    counts = CommitteeFact.objects.filter(committee__slug="sac-tc28-sc42", kind="count")
    assert {83, 53, 27, 62, 602, 106} <= {fact.value for fact in counts}
    assert all(fact.stated_on and "L" in fact.source for fact in CommitteeFact.objects.all())


def test_the_two_sc42_are_committees_of_two_bodies(loaded: Loaded) -> None:
    bodies = {c.body.slug for c in Committee.objects.filter(slug__in=["sac-tc28-sc42", "iso-iec-jtc1-sc42"])}
    assert bodies == {"sac", "iso-iec-jtc1"}


def test_the_history_of_all_of_it_verifies(loaded: Loaded) -> None:
    assert history.verify() == []


def test_a_broken_folder_is_refused_with_file_and_reason(tmp_path: Path) -> None:
    (tmp_path / "bodies.toml").write_text("bodies = 3\n")
    with pytest.raises(CommandError, match=r"committees\.toml"):
        call_command("load_records", str(tmp_path))
    assert not Project.objects.exists()


def test_reading_all_projects_for_a_board_costs_a_fixed_number_of_queries(loaded: Loaded) -> None:
    with CaptureQueriesContext(connection) as queries:
        list(Project.objects.visible_to(None).with_facts())
    # projects with body, numbers, assignments with committee, deadlines, links, links from elsewhere
    assert len(queries) == 6

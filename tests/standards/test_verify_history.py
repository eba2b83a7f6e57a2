"""What somebody with the database's password does to it, and what the replay then says."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Event
from typing import Any

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from standards import history, triggers
from standards.edits import edit
from standards.models import Change, Deadline, Project
from standards.transitions import perform
from tests import factories
from workflows.states import Verb

pytestmark = pytest.mark.django_db

ON = date(2025, 9, 1)


def sql(statement: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def flaws() -> list[str]:
    return [f"{flaw.row}: {flaw.problem}" for flaw in history.verify() if "trigger" not in flaw.problem]


@pytest.fixture
def project() -> Project:
    """A project with a target, three entries old, the last of which are the last of all."""
    made = factories.project(target="2026-Q1")
    edit(made, by=None, title="After", on=ON)
    perform(made, Verb.HOLD, by=None, on=ON, reason="waiting")
    return Project.objects.get(pk=made.pk)


@pytest.fixture
def unguarded(project: Project) -> Project:
    triggers.remove()
    return project


def test_two_entries_that_changed_places_are_both_named(unguarded: Project) -> None:
    last = unguarded.rev
    for old, new in ((last, 0), (last - 1, last), (0, last - 1)):
        sql("UPDATE standards_change SET rev = %s WHERE rev = %s", new, old)
    assert {flaw.split(":")[0] for flaw in flaws()} >= {f"change {last}", f"change {last - 1}"}


def test_an_entry_slipped_in_at_the_end_is_named(unguarded: Project) -> None:
    forged = Change.objects.latest("rev")
    forged.previous_hash, forged.rev = forged.hash, forged.rev + 1
    forged.hash = history.seal(forged)
    forged.save(force_insert=True)
    assert f"change {forged.rev}: it is beyond the head, which stands at {unguarded.rev}" in flaws()


def test_an_entry_slipped_in_before_the_first_is_named(unguarded: Project) -> None:
    forged = Change.objects.latest("rev")
    forged.previous_hash, forged.rev = "", 0
    forged.hash = history.seal(forged)
    forged.save(force_insert=True)
    assert "change 1: it does not continue the entry before it" in flaws()


@pytest.mark.parametrize(
    ("tampering", "flaw"),
    [
        ("SET rev = rev + 2", "change {after} to {later}: missing: it was deleted"),
        ("SET rev = rev - 1", "change {last}: it is beyond the head, which stands at {before}"),
        ("SET hash = 'x'", "history head: its hash or moment is not that of the last change"),
        ("SET recorded_at = '2999-01-01'", "history head: its hash or moment is not that of the last change"),
    ],
)
def test_a_head_that_was_moved_is_named(project: Project, tampering: str, flaw: str) -> None:
    sql(f"UPDATE standards_historyhead {tampering}")
    last = project.rev
    assert flaw.format(last=last, before=last - 1, after=last + 1, later=last + 2) in flaws()


def test_a_head_that_is_gone_is_named(project: Project) -> None:
    sql("DELETE FROM standards_historyhead")
    assert any(flaw.startswith("history head: it is gone") for flaw in flaws())


@pytest.mark.parametrize("tampering", ["SET rev = rev + 7", "SET rev = 0", "SET updated_at = '2999-01-01'"])
def test_a_revision_that_was_moved_is_named(project: Project, tampering: str) -> None:
    sql(f"UPDATE standards_project {tampering}")
    expected = f"its revision or moment is not that of its last change, {project.rev}"
    assert flaws() == [f"project {project.pk}: {expected}"]


@pytest.mark.parametrize("tampering", ["SET status = 'dropped'", "SET due = '2099-01-01'"])
def test_a_deadline_that_was_silenced_is_named(project: Project, tampering: str) -> None:
    sql(f"UPDATE standards_deadline {tampering}")
    assert flaws() == [f"project {project.pk}: its open deadline is not that of its target"]


def test_a_project_without_a_history_is_named(project: Project) -> None:
    made = Project.objects.create(title="Smuggled", track_code="gb-z", level="national", body=project.body)
    assert flaws() == [f"project {made.pk}: it has no history"]


def test_a_project_that_is_gone_is_named(unguarded: Project) -> None:
    other = factories.project(committees=[])
    with connection.constraint_checks_disabled():
        sql("SET session_replication_role = replica") if connection.vendor == "postgresql" else None
        Deadline.objects.filter(project=other).delete()
        sql("DELETE FROM standards_project WHERE title = %s", other.title)
        assert f"project {other.pk}: it has a history and is gone" in flaws()
        Change.objects.filter(project=other).delete()


def test_an_altered_committee_is_named_with_its_fields(project: Project) -> None:
    sql("UPDATE standards_committee SET name = 'Forged'")
    assert flaws() == ["committee sac-tc28-sc42: it differs from its history in: name"]


def test_a_fact_slipped_under_a_committee_is_named(project: Project) -> None:
    factories.committee().facts.create(key="forged", kind="count", value=99, stated_on=ON, source="nobody")
    assert flaws() == ["committee sac-tc28-sc42: it differs from its history in: facts"]


@pytest.mark.postgres
def test_postgresql_refuses_to_empty_the_history(project: Project) -> None:
    sql("SET CONSTRAINTS ALL IMMEDIATE")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        sql("TRUNCATE standards_change CASCADE")
    assert history.verify() == []


def test_a_history_that_was_emptied_is_named(unguarded: Project) -> None:
    sql("DELETE FROM standards_change")
    assert f"change 1 to {unguarded.rev}: missing: it was deleted" in flaws()
    assert f"project {unguarded.pk}: it has no history" in flaws()


@pytest.mark.sqlite
def test_a_trigger_that_was_made_toothless_on_sqlite_is_named_and_mended(project: Project) -> None:
    sql("DROP TRIGGER change_no_update")
    sql("CREATE TRIGGER change_no_update BEFORE UPDATE ON standards_change WHEN 0 BEGIN SELECT 1; END")
    assert [flaw.row for flaw in history.verify()] == ["change_no_update"]
    triggers.install()
    assert history.verify() == []


@pytest.mark.postgres
@pytest.mark.parametrize(
    "tampering",
    [
        "CREATE OR REPLACE FUNCTION refuse_history_edit() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
        "ALTER TABLE standards_change DISABLE TRIGGER change_is_append_only",
        """DROP TRIGGER change_is_append_only ON standards_change; CREATE TRIGGER change_is_append_only
        BEFORE UPDATE ON standards_change FOR EACH ROW EXECUTE FUNCTION refuse_history_edit()""",
    ],
)
def test_a_trigger_that_was_made_toothless_on_postgresql_is_named_and_mended(project: Project, tampering: str) -> None:
    sql("SET CONSTRAINTS ALL IMMEDIATE")
    sql(tampering)
    assert "change_is_append_only" in [flaw.row for flaw in history.verify()]
    triggers.install()
    assert history.verify() == []


def test_migrating_again_gives_the_triggers_back(unguarded: Project) -> None:
    call_command("migrate", verbosity=0)
    assert history.verify() == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.sqlite
def test_remaking_the_table_on_sqlite_loses_no_trigger_for_longer_than_the_migration() -> None:
    factories.project()
    with connection.schema_editor() as editor:
        editor._remake_table(Change)  # type: ignore[attr-defined]  # what many migrations do inside
    assert triggers.missing_triggers() != []
    call_command("migrate", verbosity=0)
    assert history.verify() == []


@pytest.mark.django_db(transaction=True)
def test_what_is_written_during_the_replay_is_no_flaw() -> None:
    projects = [factories.project() for _ in range(20)]
    done = Event()

    def keep_writing() -> int:
        number = 0
        try:
            while not done.is_set():
                number += 1
                edit(projects[number % 20], by=None, title=f"Title {number}")
        finally:
            connection.close()
        return number

    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(keep_writing)
        try:
            found = [flaw for _round in range(12) for flaw in history.verify()]
        finally:
            done.set()
        assert writing.result() > 0
    assert found == []


def test_a_replay_asks_the_same_number_of_questions_however_many_changes_there_are(project: Project) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert history.verify() == []
        return len(queries)

    first = cost()
    for number in range(20):
        edit(project, by=None, title=f"Title {number}")
    factories.project(target="2026")
    assert cost() == first

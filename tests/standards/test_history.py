from datetime import UTC, date, datetime
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from standards import history, triggers
from standards.edits import edit
from standards.models import Change, HistoryHead, Number, Project
from standards.transitions import perform
from tests import factories
from workflows.states import Verb

pytestmark = pytest.mark.django_db

ON = date(2025, 9, 1)


def sql(statement: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


@pytest.fixture
def written() -> Project:
    project = factories.project(title="Before")
    edit(project, by=None, title="After", on=ON)
    perform(project, Verb.HOLD, by=None, on=ON, reason="waiting")
    return Project.objects.get(pk=project.pk)


@pytest.fixture
def unguarded(written: Project) -> Project:
    """The same, with the database's own guard taken away, as somebody with its password could."""
    triggers.remove()
    return written


def flaws() -> list[str]:
    return [f"{flaw.row}: {flaw.problem}" for flaw in history.verify() if "trigger" not in flaw.problem]


def test_revisions_have_no_gap_and_the_head_stands_at_the_last(written: Project) -> None:
    revs = list(Change.objects.order_by("rev").values_list("rev", flat=True))
    assert revs == list(range(1, len(revs) + 1))
    assert history.current_rev() == revs[-1] == written.rev


def test_recorded_moments_never_run_backwards_though_the_clock_does(written: Project) -> None:
    later = datetime(2999, 1, 1, tzinfo=UTC)
    HistoryHead.objects.update(recorded_at=later)
    assert perform(written, Verb.RESUME, by=None, on=ON).recorded_at == later


def test_an_untouched_history_verifies(written: Project) -> None:
    assert history.verify() == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE standards_change SET note = 'x' WHERE rev = 1",
        "DELETE FROM standards_change WHERE rev = 1",
        "UPDATE standards_change SET actor_id = NULL WHERE rev = 1",
    ],
)
def test_the_database_refuses_to_rewrite_history(written: Project, statement: str) -> None:
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        sql(statement)
    assert history.verify() == []


@pytest.mark.sqlite
def test_sqlite_refuses_to_replace_an_entry(written: Project) -> None:
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        sql("INSERT OR REPLACE INTO standards_change SELECT * FROM standards_change WHERE rev = 1")


def test_the_orm_cannot_rewrite_history_either(written: Project) -> None:
    change = Change.objects.latest("rev")
    change.note = "x"
    for rewrite in (change.save, change.delete, Change.objects.all().delete, lambda: Change.objects.update(note="x")):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            rewrite()


def test_an_altered_entry_is_named(unguarded: Project) -> None:
    sql("UPDATE standards_change SET note = 'forged' WHERE rev = %s", unguarded.rev - 1)
    assert flaws() == [f"change {unguarded.rev - 1}: its content was altered after it was written"]


def test_an_entry_deleted_in_the_middle_is_named(unguarded: Project) -> None:
    sql("DELETE FROM standards_change WHERE rev = %s", unguarded.rev - 1)
    assert f"change {unguarded.rev - 1}: missing: it was deleted" in flaws()


def test_the_last_entry_deleted_is_named(unguarded: Project) -> None:
    sql("DELETE FROM standards_change WHERE rev = %s", unguarded.rev)
    assert f"change {unguarded.rev}: missing: it was deleted" in flaws()


def test_an_altered_project_row_is_named_with_its_fields(written: Project) -> None:
    sql("UPDATE standards_project SET state = 'published', note = 'x'")
    assert flaws() == [f"project {written.pk}: it differs from its history in: note, state"]


def test_a_number_slipped_in_is_named(written: Project) -> None:
    Number.objects.create(project=written, kind="plan", value="20252081-Z-469", raw="20252081-Z-469")
    assert flaws() == [f"project {written.pk}: it differs from its history in: numbers"]


def test_a_missing_trigger_is_named(written: Project) -> None:
    triggers.remove()
    assert any("trigger is missing or altered" in flaw.problem for flaw in history.verify())
    triggers.install()
    assert history.verify() == []


def test_triggers_are_installed_twice_without_harm(written: Project) -> None:
    triggers.install()
    triggers.install()
    assert triggers.missing_triggers() == []


def test_an_entry_holds_no_names_of_people_or_stages(written: Project) -> None:
    secretary = factories.secretary("li", first_name="Li", email="li@example.org")
    edit(written, by=None, responsible=secretary)
    text = str(Change.objects.latest("rev").snapshot)
    assert "li@example.org" not in text
    assert str(secretary.pk) in text


def test_a_restored_database_begins_an_epoch_and_keeps_its_history(written: Project) -> None:
    before, said = history.head(), StringIO()
    call_command("begin_epoch", stdout=said)
    after = history.head()
    assert after.epoch != before.epoch
    assert str(after.epoch) in said.getvalue()
    assert (after.rev, after.hash) == (before.rev, before.hash)
    assert history.verify() == []

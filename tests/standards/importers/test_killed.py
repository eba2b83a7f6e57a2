"""An import that is killed, and one beside which others write: it can be finished, and nothing is there twice."""

import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest
from django.db import connection

from standards import history
from standards.edits import edit
from standards.importers.writing import BATCH, Written, write
from standards.models import Change, Number, Origin, Project, ProjectCommittee
from tests import factories
from tests.standards.importers.registers import dict_file, imported, plan_of

pytestmark = pytest.mark.django_db(transaction=True)

ROWS = 2 * BATCH + 100
# The import as its command runs it, in a process that kills itself at the Nth statement that begins so.
CHILD = """
import os, signal, sys
import django
django.setup()
from django.core.management import call_command
from django.db import connection

file, beginning, left = sys.argv[1], sys.argv[2], int(sys.argv[3])

def deadly(execute, sql, params, many, context):
    global left
    left -= sql.startswith(beginning)
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    return execute(sql, params, many, context)

with connection.execute_wrapper(deadly):
    call_command("import_standards", file)
"""
HEAD_IS_STORED = 'UPDATE "standards_historyhead"'
HEAD_IS_LOCKED = 'SELECT "standards_historyhead"."id"'


@pytest.fixture
def register(tmp_path: Path) -> Path:
    factories.committee()
    rows = (
        {
            "source_id": str(n),
            "number": f"2025{n:04}-T-469" if n % 3 else "",
            "title": f"Subject {n}",
            "nature": "GB/T",
            "committee": "sac-tc28-sc42",
            "stage": "20",
            "target": "2026-Q1",
        }
        for n in range(ROWS)
    )
    return dict_file(tmp_path, *rows)


def killed(register: Path, database_url: str, beginning: str, times: int) -> None:
    environ = {
        "PATH": os.environ["PATH"],
        "DJANGO_SETTINGS_MODULE": "config.settings.test",
        "DATABASE_URL": database_url,
        "EMAIL_URL": "console:",
    }
    command = [sys.executable, "-c", CHILD, str(register), beginning, str(times)]
    done = subprocess.run(
        command, env=environ, cwd=Path(__file__).parents[3], capture_output=True, timeout=60, check=False
    )
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()


def twice(values: Iterator[object]) -> list[object]:
    return [value for value, count in Counter(values).items() if count > 1]


def assert_whole(register: Path) -> None:
    assert Project.objects.count() == Origin.objects.count() == ProjectCommittee.objects.count() == ROWS
    assert twice(iter(Project.objects.values_list("title", flat=True))) == []
    assert twice(iter(Number.objects.values_list("value", flat=True))) == []
    assert Change.objects.filter(kind="registered").count() == ROWS
    assert history.verify() == []
    assert imported(register).projects == 0


@pytest.mark.parametrize(
    ("beginning", "times", "left"),
    [(HEAD_IS_STORED, 1, 0), (HEAD_IS_STORED, 2, BATCH), (HEAD_IS_LOCKED, 3, None), (HEAD_IS_STORED, 3, 2 * BATCH)],
    ids=["in the first batch", "in the second batch", "at a lock", "in the last batch"],
)
def test_killed_anywhere_and_run_again_it_completes(
    register: Path, database_url: str, beginning: str, times: int, left: int | None
) -> None:
    killed(register, database_url, beginning, times)
    done = Project.objects.count()
    assert done % BATCH == 0
    assert left in (None, done)
    assert history.verify() == []
    assert imported(register).registered == ROWS - done
    assert_whole(register)


def test_staff_save_while_an_import_runs(register: Path) -> None:
    mine = factories.project("gb-t", title="By hand")
    over = Event()
    saved: list[int] = []

    def save() -> None:
        while not over.is_set():
            change = edit(mine, by=None, title=f"By hand {len(saved)}")
            saved.append(change.rev if change else 0)
        connection.close()

    with ThreadPoolExecutor(1) as staff:
        saving = staff.submit(save)
        try:
            result = imported(register)
        finally:
            over.set()
        saving.result()
    assert (result.registered, result.failures) == (ROWS, [])
    assert saved
    assert all(saved)
    assert history.verify() == []


def test_two_imports_of_one_file_at_once_bring_in_each_project_once(register: Path) -> None:
    plans = [plan_of(register), plan_of(register)]

    def run(number: int) -> Written:
        try:
            return write(plans[number], by=None)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as both:
        one, other = both.map(run, range(2))
    assert one.registered + other.registered == ROWS
    assert len(one.failures) + len(other.failures) == ROWS
    assert_whole(register)

"""Workers in processes of their own, killed with SIGKILL in the middle of a register; the next one goes on."""

import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db.models import Count, F
from django.test import Client

from standards.clock import database_now
from standards.edits import edit
from standards.history import verify
from standards.importers.writing import BATCH
from standards.models import Change, Number, Project
from tests import factories
from tests.tracker.admin_pages import secretary_client, text_of
from tests.tracker.test_outbox_kills import Workers, until
from tests.tracker.uploading import compared, confirm, latest, many_rows, page, written
from tracker.jobs import Job
from tracker.work import LEASE, run_next
from workflows.states import State

pytestmark = pytest.mark.django_db(transaction=True)

ROOT = Path(__file__).resolve().parent.parent.parent
NEW, OLD = BATCH * 5 // 2, 12


@pytest.fixture
def client() -> Client:
    factories.committee()
    return secretary_client()


def register() -> list[list[str]]:
    """A dozen projects that are there already and have moved on, and some batches of new ones."""
    rows = many_rows(NEW + OLD)
    return [[*row[:3], "征求意见", "2030-12-31"] if place < OLD else row for place, row in enumerate(rows)]


def waiting_to_be_written(client: Client) -> Job:
    written(client, *many_rows(OLD))
    compared(client, *register())
    run_next(database_now())
    confirm(client)
    return latest()


def killed(step: str, times: int, environ: dict[str, str]) -> None:
    command = [sys.executable, "-m", "tests.tracker.dying_writer", step, str(times)]
    died = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, timeout=60, check=False)
    assert died.returncode == -signal.SIGKILL, died.stderr.decode()


def go_on() -> None:
    """Whoever looks once the lease of the dead one has lapsed."""
    assert run_next(database_now()) is None
    run_next(database_now() + LEASE * 2)


def assert_all_is_there_once() -> None:
    assert Project.objects.count() == NEW + OLD
    assert not Number.objects.values("value").annotate(times=Count("pk")).filter(times__gt=1).exists()
    assert Project.objects.in_state(State.PUBLIC_COMMENT).count() == OLD
    assert Change.objects.filter(kind=Change.Kind.REGISTERED).count() == NEW + OLD
    assert Change.objects.filter(kind=Change.Kind.MOVED).count() == OLD
    assert verify() == []


@pytest.mark.parametrize(
    ("step", "times", "there"),
    [
        ("inside_a_batch", 2, (BATCH, 0)),
        ("after_a_batch", 2, (2 * BATCH, 0)),
        ("inside_a_change", 10, (NEW, 9)),
        ("after_a_change", 10, (NEW, 9)),
    ],
)
def test_a_register_whose_writer_was_killed_is_written_to_its_end_and_nothing_twice(
    client: Client, service_environ: dict[str, str], step: str, times: int, there: tuple[int, int]
) -> None:
    job = waiting_to_be_written(client)
    killed(step, times, service_environ)
    assert (Project.objects.count() - OLD, Project.objects.in_state(State.PUBLIC_COMMENT).count()) == there
    assert latest().state == Job.State.RUNNING
    go_on()
    assert_all_is_there_once()
    job = latest()
    assert (job.state, job.attempts, job.done, job.total) == (Job.State.DONE, 2, NEW + OLD, NEW + OLD)
    assert (job.result["registered"], job.result["moved"], job.result["failed"]) == (NEW, OLD, 0)


def test_what_somebody_else_did_meanwhile_is_left_alone_and_reported(
    client: Client, service_environ: dict[str, str]
) -> None:
    waiting_to_be_written(client)
    killed("after_a_batch", 1, service_environ)
    touched = Project.objects.get(numbers__value=many_rows(1)[0][0])
    edit(touched, by=None, target="2031")
    go_on()
    job = latest()
    assert (job.state, job.result["registered"], job.result["moved"], job.result["failed"]) == (
        Job.State.DONE, NEW, OLD - 1, 1,
    )  # fmt: skip
    assert Project.objects.get(pk=touched.pk).target_text == "2031"
    assert "somebody else changed it while it was being written" in text_of(client.get(page("change")))
    assert verify() == []


def test_the_same_file_after_all_that_would_change_nothing(client: Client, service_environ: dict[str, str]) -> None:
    waiting_to_be_written(client)
    killed("after_a_batch", 1, service_environ)
    go_on()
    compared(client, *register())
    run_next(database_now())
    assert latest().result["counts"]["unchanged"] == NEW + OLD


def test_a_register_given_up_half_way_says_what_is_written(client: Client, monkeypatch: Any) -> None:
    waiting_to_be_written(client)
    from standards.importers.writer import BulkWriter

    write = BulkWriter.write

    def write_and_cancel(self: BulkWriter, batch: Any) -> None:
        write(self, batch)
        Job.objects.update(cancel_requested=True)

    monkeypatch.setattr(BulkWriter, "write", write_and_cancel)
    monkeypatch.setattr("tracker.work.ASK_AFTER", 0)
    run_next(database_now())
    job = latest()
    assert (job.state, job.result["registered"], job.result["moved"]) == (Job.State.CANCELLED, BATCH, 0)
    assert Project.objects.count() == OLD + BATCH
    assert f"Registered {BATCH:,}" in text_of(client.get(page("change")))


def test_a_celery_worker_killed_in_the_middle_of_a_register_is_followed_by_another(
    client: Client, service_environ: dict[str, str], tmp_path: Path
) -> None:
    total = 10 * BATCH
    compared(client, *many_rows(total))
    workers = Workers(service_environ, tmp_path)
    try:
        victim = workers.start("victim")
        workers.ready("victim")
        workers.call("run_jobs")
        until(lambda: latest().state == Job.State.ASKING, 60)
        confirm(client)
        workers.call("run_jobs")
        until(Project.objects.exists, 60)
        os.killpg(victim.pid, signal.SIGKILL)
        victim.wait()
        done = Project.objects.count()
        assert 0 < done < total
        assert latest().state == Job.State.RUNNING
        Job.objects.update(lease_until=F("lease_until") - LEASE - timedelta(seconds=1))
        workers.start("survivor")
        workers.ready("survivor")
        workers.call("run_jobs")
        until(lambda: latest().state == Job.State.DONE, 60)
    finally:
        workers.stop()
    assert Project.objects.count() == total
    assert not Number.objects.values("value").annotate(times=Count("pk")).filter(times__gt=1).exists()
    assert (latest().result["registered"], latest().attempts) == (total, 2)
    assert verify() == []

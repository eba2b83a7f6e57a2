"""Workers in processes of their own, killed and doubled; the sink tells what was lost and what came twice."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from celery import Celery
from django.db import connection
from django.db.models import F

from standards.clock import database_now
from tests import factories
from tests.servers.process import Process, start, stop
from tests.servers.smtp_sink import RunningSink
from tests.tracker.conftest import transport_to
from tests.tracker.dying_worker import STEPS
from tests.tracker.test_outbox import listening
from tracker import outbox, reminders
from tracker.mail import hang_up
from tracker.models import Attempt, Notification, Watch, Watcher

pytestmark = pytest.mark.django_db(transaction=True)

ROOT = Path(__file__).resolve().parent.parent.parent


def crowd(size: int) -> list[str]:
    """So many watchers of one project, each owed one reminder; their addresses."""
    project = factories.project(target="2026-Q1")
    addresses = [f"w{number}@example.org" for number in range(size)]
    watchers = Watcher.objects.bulk_create([Watcher(email=address) for address in addresses])
    Watch.objects.bulk_create([Watch(watcher=who, project=project) for who in watchers])
    planned = reminders.plan(database_now(), date(2026, 3, 1))
    assert len(planned.to_send) == size
    return addresses


def owed() -> int:
    return Notification.objects.filter(state__in=("pending", "leased", "retry", "uncertain")).count()


def time_passes(minutes: int) -> None:
    """Whoever waits for a moment, or holds a lease, has done so that much longer."""
    span = timedelta(minutes=minutes)
    for name in ("next_at", "lease_until", "begun_at"):
        Notification.objects.update(**{name: F(name) - span})


def until(true: Callable[[], bool], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not come true in time"
        time.sleep(0.05)


def finish() -> None:
    """Somebody else takes over when the leases of the dead have lapsed, and tries again what is uncertain."""
    for _ in range(4):
        time_passes(15)
        outbox.deliver(database_now(), worker="survivor")
    assert owed() == 0


@pytest.mark.parametrize("step", STEPS)
def test_a_worker_killed_at_any_step_loses_nothing(
    step: str, service_environ: dict[str, str], sink: RunningSink, settings: Any
) -> None:
    addresses = crowd(3)
    command = [sys.executable, "-m", "tests.tracker.dying_worker", step]
    environ = service_environ | {"SECRET_KEY": settings.SECRET_KEY}  # the stop links are signed with it
    died = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, timeout=60, check=False)
    assert died.returncode == -signal.SIGKILL, died.stderr.decode()
    assert owed() == 3
    finish()
    received = Counter(mail.to for mail in sink.accepted)
    assert set(received) == set(addresses)
    twice = [address for address, times in received.items() if times > 1]
    assert len(sink.accepted) == (4 if step in ("after_data", "before_ack") else 3)
    for address in twice:
        copies = [mail for mail in sink.accepted if mail.to == address]
        assert len({mail.message.as_bytes() for mail in copies if mail.message}) == 1
    assert Attempt.objects.filter(outcome="vanished").count() == 3


def test_nothing_is_locked_while_the_mail_server_is_spoken_to(sink: RunningSink, transactional_db: None) -> None:
    """From another connection each row can be written while its letter is on the wire."""
    crowd(2)
    sink.behaviour.delay = 0.5
    worker = threading.Thread(target=deliver_in_a_thread)
    worker.start()
    until(lambda: Notification.objects.exclude(begun_at=None).exists())
    row = Notification.objects.exclude(begun_at=None).first()
    assert row
    started = time.monotonic()
    assert Notification.objects.filter(pk=row.pk).update(smtp_reply="written meanwhile") == 1
    assert time.monotonic() - started < 0.4
    worker.join(20)
    assert owed() == 0


def deliver_in_a_thread() -> None:
    try:
        outbox.deliver(database_now(), worker="thread")
    finally:
        hang_up()
        connection.close()


def test_a_watch_stopped_while_the_letter_is_announced_gets_no_letter(settings: Any) -> None:
    """The server has heard sender and recipient; the watch is stopped before it is given the letter."""
    crowd(1)
    heard: list[bytes] = []

    def converse(caller: socket.socket) -> None:
        caller.sendall(b"220 hello\r\n")
        for line in caller.makefile("rb"):
            heard.append(line[:4].upper())
            if heard[-1] == b"RCPT":
                Watch.objects.update(stopped_at=database_now())
                connection.close()
            caller.sendall(b"354 go on\r\n" if heard[-1] == b"DATA" else b"250 ok\r\n")

    with listening(converse) as url:
        settings.MAIL_TRANSPORT = transport_to(url)
        done = outbox.deliver(database_now())
        hang_up()
    assert (done.sent, done.withheld, done.trouble) == (0, 1, "")
    assert heard == [b"EHLO", b"MAIL", b"RCPT", b"RSET", b"QUIT"]
    assert Notification.objects.get(rung="30").reason == "stopped"


def test_workers_at_the_same_time_send_each_letter_once(sink: RunningSink) -> None:
    addresses = crowd(120)
    workers = [threading.Thread(target=deliver_in_a_thread) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert owed() == 0
    assert Counter(mail.to for mail in sink.accepted) == Counter(addresses)


def test_looks_at_the_same_time_promise_each_letter_once(transactional_db: None) -> None:
    project = factories.project(target="2026-Q1")
    for _ in range(60):
        factories.watch(factories.watcher(), project)
    now, problems = database_now(), []

    def look() -> None:
        try:
            reminders.plan(now, date(2026, 3, 1))
        except Exception as error:  # noqa: BLE001 - told below
            problems.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=look) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not problems
    assert Notification.objects.filter(state="pending").count() == 60
    assert Notification.objects.count() == 120  # each with the superseded ninety-day one


class Workers:
    """Celery workers as production starts them."""

    def __init__(self, environ: dict[str, str], folder: Path) -> None:
        self.environ = environ
        self.folder = folder
        self.processes: list[Process] = []
        self.app = Celery(broker=environ["REDIS_URL"])

    def start(self, name: str) -> Process:
        command = [sys.executable, "-m", "celery", "-A", "config", "worker", "--concurrency", "1", "-n", name]
        process = start([*command, "--loglevel", "INFO"], self.log(name), environ=self.environ, cwd=ROOT)
        self.processes.append(process)
        return process

    def log(self, name: str) -> Path:
        return self.folder / f"{name}.log"

    def ready(self, *names: str) -> None:
        until(lambda: all("ready." in self.log(name).read_text() for name in names), 60)

    def call(self, task: str) -> None:
        self.app.send_task(f"tracker.tasks.{task}", queue="tracker")

    def stop(self) -> None:
        self.app.close()
        for process in self.processes:
            stop(process, signal.SIGKILL)


def holders() -> int:
    """How many workers have mail in their hands."""
    return Notification.objects.filter(state="leased").values("lease_token").distinct().count()


@pytest.mark.postgres
def test_one_of_two_workers_killed_in_the_middle_of_500_mails(
    service_environ: dict[str, str], sink: RunningSink, tmp_path: Path
) -> None:
    addresses = crowd(500)
    sink.behaviour.delay = 0.01
    workers = Workers(service_environ, tmp_path)
    try:
        victim = workers.start("victim")
        workers.start("survivor")
        workers.ready("victim", "survivor")
        workers.call("deliver_mail")
        workers.call("deliver_mail")
        until(lambda: len(sink.accepted) > 150 and holders() == 2, 60)
        os.killpg(victim.pid, signal.SIGKILL)
        until(lambda: not Notification.objects.filter(state="pending").exists(), 60)
        until(lambda: holders() <= 1)
        while left := owed():
            time_passes(15)
            workers.call("deliver_mail")
            until(lambda left=left: owed() < left)  # type: ignore[misc]
    finally:
        workers.stop()
    received = Counter(mail.to for mail in sink.accepted)
    lost = set(addresses) - set(received)
    twice = [address for address, times in received.items() if times > 1]
    assert not lost
    assert len(sink.accepted) - len(addresses) <= 1
    for address in twice:
        assert len({mail.message_id for mail in sink.accepted if mail.to == address}) == 1
    assert Notification.objects.filter(state="sent").count() == 500
    assert Attempt.objects.filter(outcome="vanished").exists()

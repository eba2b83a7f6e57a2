"""What beat rings the bell for, as a real worker hears it; and the signs of life it leaves."""

import json
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from celery import Celery
from django.test import Client
from redis import Redis

from config.celery import app
from standards.clock import database_now
from tests import factories
from tests.servers.process import start, stop
from tests.servers.smtp_sink import RunningSink
from tests.tracker.test_outbox_kills import ROOT, until
from tracker import heartbeat, outbox, reminders, tasks
from tracker.models import Heartbeat, Notification

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
PLANNING, DELIVERY = Heartbeat.Name.PLANNING, Heartbeat.Name.DELIVERY


@pytest.mark.django_db(transaction=True)
def test_a_worker_plans_and_delivers_when_it_is_called(
    service_environ: dict[str, str], sink: RunningSink, tmp_path: Path
) -> None:
    factories.watch(factories.watcher("ann@example.org"), factories.project(target="2020-Q1"))
    log = tmp_path / "worker.log"
    command = [sys.executable, "-m", "celery", "-A", "config", "worker", "--concurrency", "1", "--loglevel", "INFO"]
    worker = start(command, log, environ=service_environ, cwd=ROOT)
    try:
        with Celery(broker=service_environ["REDIS_URL"]) as broker:
            broker.send_task("tracker.tasks.plan_reminders", queue="tracker")
            until(lambda: Heartbeat.objects.filter(name=DELIVERY).exists(), 60)
            broker.send_task("tracker.tasks.deliver_mail", queue="tracker")
    finally:
        stop(worker)
    assert Heartbeat.objects.filter(name=PLANNING).exists()
    (letter,) = sink.accepted
    assert letter.to == "ann@example.org"
    assert "Traceback" not in log.read_text()


@pytest.fixture
def queue(redis_url: str) -> Iterator[Redis]:
    """The queue that this process's own tasks go to."""
    app.conf.update(broker_url=redis_url)
    with Redis.from_url(redis_url) as broker:
        yield broker


@pytest.mark.django_db
def test_delivery_calls_itself_again_while_there_is_mail(
    queue: Redis, sink: RunningSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    factories.watch(factories.watcher(), factories.project(target="2020-Q1"))
    monkeypatch.setattr(outbox, "SECONDS", 0)
    tasks.plan_reminders.apply(throw=True)
    assert queue.llen("tracker") == 1
    message = json.loads(queue.lindex("tracker", 0) or b"")
    assert message["headers"]["task"] == "tracker.tasks.deliver_mail"
    assert message["headers"]["expires"]
    queue.flushall()
    monkeypatch.setattr(outbox, "SECONDS", 20)
    tasks.deliver_mail.apply(throw=True)
    assert len(sink.accepted) == 1
    assert queue.llen("tracker") == 0


@pytest.mark.django_db
def test_delivery_that_meets_a_dead_server_does_not_call_itself(queue: Redis, settings: Any) -> None:
    from tests.servers.process import free_port
    from tests.tracker.conftest import transport_to

    settings.MAIL_TRANSPORT = transport_to(f"smtp://127.0.0.1:{free_port()}")
    factories.watch(factories.watcher(), factories.project(target="2020-Q1"))
    tasks.plan_reminders.apply(throw=True)
    assert queue.llen("tracker") == 0
    assert "refused" in Heartbeat.objects.get(name=DELIVERY).trouble


def test_no_task_takes_anything_along() -> None:
    for task in (tasks.plan_reminders, tasks.deliver_mail):
        assert task.ignore_result
        assert task.expires == tasks.EXPIRES
        assert task.soft_time_limit
        assert task.time_limit
        assert task.soft_time_limit < task.time_limit
        with pytest.raises(TypeError):
            task.apply_async(args=("something",))


@pytest.mark.django_db
def test_a_worker_that_plans_and_is_on_time_is_well() -> None:
    heartbeat.beat(PLANNING, NOW)
    heartbeat.beat(DELIVERY, NOW, "cannot reach the mail server")
    health = heartbeat.worker_health(NOW + timedelta(minutes=2))
    assert health.well
    assert (health.last_planning, health.last_delivery, health.oldest_waits) == (NOW, NOW, timedelta(0))
    assert health.trouble == "cannot reach the mail server"


@pytest.mark.django_db
def test_silence_is_noticed_after_two_minutes() -> None:
    assert "no tick" in heartbeat.worker_health(NOW).problems[0]
    heartbeat.beat(PLANNING, NOW)
    heartbeat.beat(PLANNING, NOW + timedelta(minutes=5))
    assert heartbeat.worker_health(NOW + timedelta(minutes=7)).well
    assert "no tick" in heartbeat.worker_health(NOW + timedelta(minutes=7, seconds=1)).problems[0]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("state", "late"),
    [("pending", True), ("retry", True), ("uncertain", True), ("leased", True), ("sent", False), ("failed", False)],
)
def test_mail_that_waits_over_five_minutes_is_noticed(state: str, late: bool) -> None:
    factories.watch(factories.watcher(), factories.project(target="2020-Q1"))
    reminders.plan(NOW)
    Notification.objects.update(state=state, next_at=NOW, lease_until=NOW)
    heartbeat.beat(PLANNING, NOW + timedelta(minutes=5))
    assert heartbeat.worker_health(NOW + timedelta(minutes=5)).well
    health = heartbeat.worker_health(NOW + timedelta(minutes=5, seconds=1))
    assert health.well != late
    if late:
        assert "mail is late" in health.problems[0]
        assert health.oldest_waits == timedelta(minutes=5, seconds=1)


@pytest.mark.django_db
def test_the_health_address_says_503_and_why(client: Client) -> None:
    response = client.get("/healthz/worker", headers={"host": "10.0.0.7:8000"})
    assert response.status_code == 503
    assert response.json()["problems"]
    assert response.json()["last_planning"] is None
    heartbeat.beat(PLANNING, database_now())
    heartbeat.beat(DELIVERY, database_now(), "smtp.secret.example:25 refused")
    response = client.get("/healthz/worker")
    assert response.status_code == 200
    assert response.json()["status"] == "ok"
    assert response.json()["mail_server"] == "in trouble"
    assert "secret" not in response.content.decode()
    assert response.headers["Cache-Control"] == "no-store"

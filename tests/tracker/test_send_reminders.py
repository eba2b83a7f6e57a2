import json
from datetime import date, timedelta
from io import StringIO
from typing import Any

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection

from standards.clock import database_now, day_of
from standards.models import Committee
from tests import factories
from tests.servers.process import free_port
from tests.servers.smtp_sink import RunningSink
from tests.tracker.conftest import transport_to
from tracker.models import Notification

pytestmark = pytest.mark.django_db

TITLES = ("First of the three", "Second of the three", "Third of the three")


@pytest.fixture(autouse=True)
def watched() -> None:
    """Three GB/Z planned for the first quarter of 2026, and two watchers of their committee made today."""
    for title in TITLES:
        factories.project(title=title, target="2026-Q1")
    committee = Committee.objects.get(slug="sac-tc28-sc42")
    for address, zone in (("ann@example.org", "America/New_York"), ("li@example.cn", "Asia/Shanghai")):
        factories.watch(factories.watcher(address, time_zone=zone), committee)


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("send_reminders", *arguments, stdout=out)
    return out.getvalue()


def listed(*arguments: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(run("--json", *arguments))
    return found


def everything_stored() -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table."""
    tables = {model._meta.db_table for model in apps.get_models(include_auto_created=True)}
    stored = {}
    with connection.cursor() as cursor:
        for table in sorted(tables):
            cursor.execute(f'SELECT * FROM "{table}"')
            stored[table] = sorted(cursor.fetchall(), key=repr)
    return stored


def test_the_case_by_hand(sink: RunningSink) -> None:
    assert "6 mails were sent" in run("--as-of", "2026-03-01")
    assert {(mail.to, str(mail.message["Subject"])) for mail in sink.accepted if mail.message} == {
        (address, f"Due in 30 days: {title}") for address in ("ann@example.org", "li@example.cn") for title in TITLES
    }
    assert "No reminder was due, 0 were superseded, 0 mails were sent." in run("--as-of", "2026-03-01")
    assert "6 mails were sent" in run("--as-of", "2026-04-10")
    assert "0 mails were sent" in run("--as-of", "2026-04-10")
    assert len(sink.accepted) == 12


def test_a_run_lists_what_it_sent_to_whom_and_why(sink: RunningSink) -> None:
    out = run("--as-of", "2026-03-01")
    assert out.startswith("First of the three (2026-Q1, due 2026-03-31)\n")
    assert "  sent       30 days before    2026-03-01 08:00  ann@example.org  sent on " in out
    assert "watches SAC-TC28-SC42 and its groups since " in out


def test_a_dry_run_writes_and_sends_nothing(sink: RunningSink) -> None:
    before = everything_stored()
    for day in ("2026-03-01", "2026-04-10", "2031-01-01"):
        assert "Nothing was written or sent." in run("--dry-run", "--as-of", day)
    run("--dry-run")
    listed("--dry-run")
    assert everything_stored() == before
    assert not sink.accepted


def test_a_dry_run_lists_what_a_run_then_does(sink: RunningSink) -> None:
    for day in ("2026-03-01", "2026-03-30", "2026-04-10"):
        told = listed("--dry-run", "--as-of", day)
        to_send = {(line["watcher"], line["project"], line["rung"]) for line in told if line["action"] == "send"}
        superseded = {
            (line["watcher"], line["project"], line["rung"]) for line in told if line["action"] == "superseded"
        }
        done = listed("--as-of", day)
        assert {(line["watcher"], line["project"], line["rung"]) for line in done} == to_send
        assert {line["action"] for line in done} == {"sent"}
        assert len(to_send) == 6
        rows = Notification.objects.filter(state="superseded").select_related("watcher")
        assert {(row.watcher.email, str(row.project_id), row.rung) for row in rows} == superseded


def test_a_dry_run_tells_what_was_sent_already_and_what_took_whose_place(sink: RunningSink) -> None:
    run("--as-of", "2026-03-01")
    of_one = [
        line
        for line in listed("--dry-run", "--as-of", "2026-04-10")
        if (line["watcher"], line["title"]) == ("li@example.cn", TITLES[0])
    ]
    assert [(line["rung"], line["action"]) for line in of_one] == [
        ("90", "superseded"),
        ("30", "sent"),
        ("7", "superseded"),
        ("1", "superseded"),
        ("0", "superseded"),
        ("+7", "send"),
    ]
    assert of_one[1]["reason"].startswith("already sent on ")
    assert of_one[2]["reason"] == "a nearer reminder of the same deadline took its place"
    assert of_one[5]["due"] == "2026-04-07T08:00:00+08:00"
    assert of_one[5]["deadline"] == {"kind": "target", "text": "2026-Q1", "due": "2026-03-31"}
    assert of_one[5]["why"].startswith("watches SAC-TC28-SC42 and its groups since ")


def test_a_day_ends_where_the_watcher_lives(sink: RunningSink) -> None:
    """At the end of 28 February the reminder of 1 March is due nowhere, at the end of 1 March everywhere."""
    assert {line["rung"] for line in listed("--dry-run", "--as-of", "2026-02-28")} == {"90"}
    due = {line["due"] for line in listed("--dry-run", "--as-of", "2026-03-01") if line["action"] == "send"}
    assert due == {"2026-03-01T08:00:00+08:00", "2026-03-01T08:00:00-05:00"}


def test_without_a_day_it_looks_from_now(sink: RunningSink) -> None:
    assert len(listed("--dry-run")) == 6
    assert len(listed()) == 6
    assert listed() == []
    assert len(sink.accepted) == 6


def test_today_is_no_other_day_than_now(sink: RunningSink) -> None:
    today = day_of(database_now()).isoformat()
    assert len(listed("--as-of", today)) == 6
    assert listed() == []


def test_a_day_in_the_future_is_refused_unless_it_is_only_to_look(sink: RunningSink) -> None:
    tomorrow = (day_of(database_now()) + timedelta(days=1)).isoformat()
    with pytest.raises(CommandError, match=rf"{tomorrow} is in the future \(today is .*Add --dry-run"):
        run("--as-of", tomorrow)
    assert not Notification.objects.exists()
    assert listed("--dry-run", "--as-of", tomorrow)


@pytest.mark.parametrize("day", ["2026-02-30", "tomorrow", "20260301", "2026-13-01", "", "0001-01-01", "9999-12-31"])
def test_what_is_no_day_is_refused_with_what_would_do(day: str) -> None:
    with pytest.raises(CommandError, match="--as-of"):
        run("--as-of", day)


def test_mail_that_cannot_go_out_is_told_and_waits(settings: Any) -> None:
    settings.MAIL_TRANSPORT = transport_to(f"smtp://127.0.0.1:{free_port()}")
    with pytest.raises(CommandError, match=r"Mail waits, and is tried again by the next worker: .*refused"):
        run("--as-of", "2026-03-01")
    assert Notification.objects.filter(state="pending").count() == 6


def test_a_look_far_ahead_and_far_back(sink: RunningSink) -> None:
    assert listed("--dry-run", "--as-of", "1900-01-01") == []
    ahead = [line for line in listed("--dry-run", "--as-of", "2036-01-01") if line["action"] == "send"]
    assert {line["rung"] for line in ahead} == {f"+{(date(2036, 1, 1) - date(2026, 3, 31)).days // 7 * 7}"}

"""What is owed to whom: rungs, watches and deadlines in time. Every moment here is given; no test waits for one."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from standards import edits
from standards.models import Committee, Deadline, Project
from standards.transitions import perform
from tests import factories
from tracker import reminders
from tracker.models import Notification, Watch, Watcher

pytestmark = pytest.mark.django_db

LONG_AGO = datetime(2025, 1, 1, tzinfo=UTC)
SHANGHAI = ZoneInfo("Asia/Shanghai")
DUE = date(2026, 3, 31)


def at(day: date, hour: int = 9, zone: ZoneInfo = SHANGHAI) -> datetime:
    """That hour of that day in the secretariat's zone, an hour after reminders come."""
    return datetime(day.year, day.month, day.day, hour, tzinfo=zone)


def before(days: int) -> date:
    return DUE - timedelta(days=days)


def after(days: int) -> date:
    return DUE + timedelta(days=days)


def project_due(target: str = "2026-Q1", *, known: datetime = LONG_AGO, **fields: Any) -> Project:
    """A project whose deadline is known here since that moment."""
    project = factories.project(target=target, **fields)
    Deadline.objects.filter(project=project).update(opened_at=known)
    return project


def watcher_of(project: Project | Committee, since: datetime = LONG_AGO, **fields: Any) -> Watcher:
    who = factories.watcher(**fields)
    factories.watch(who, project, since=since)
    return who


def plan(now: datetime) -> list[str]:
    """What a look at that moment finds to be sent: the rungs."""
    planned = reminders.plan(now)
    return sorted(Notification.objects.filter(pk__in=planned.to_send).values_list("rung", flat=True))


def ledger(**which: Any) -> list[tuple[str, str, str]]:
    rows = Notification.objects.filter(**which).order_by("due_at", "pk")
    return list(rows.values_list("rung", "state", "reason"))


def test_each_rung_is_owed_once_on_its_day() -> None:
    watcher_of(project_due())
    owed = {before(n): n for n in (90, 30, 7, 1, 0)}
    day = before(100)
    while day < after(30):
        expected = [str(owed[day])] if day in owed else []
        late = (day - DUE).days
        if late > 0 and late % 7 == 0:
            expected = [f"+{late}"]
        assert plan(at(day)) == expected, day
        assert plan(at(day, 23)) == [], day
        day += timedelta(days=1)


def test_a_rung_comes_at_eight_in_the_morning_of_the_watcher() -> None:
    project = project_due()
    watcher_of(project, time_zone="Asia/Shanghai")
    watcher_of(project, time_zone="America/Los_Angeles")
    plan(at(before(31)))
    day = before(30)
    assert plan(at(day, 7)) == []
    assert plan(at(day, 8)) == ["30"]
    assert plan(at(day, 7, ZoneInfo("America/Los_Angeles"))) == []
    assert plan(at(day, 8, ZoneInfo("America/Los_Angeles"))) == ["30"]


def test_another_zone_sends_nothing_again() -> None:
    who = watcher_of(project_due(), time_zone="Asia/Shanghai")
    assert plan(at(before(30))) == ["30"]
    who.time_zone = "Pacific/Kiritimati"
    who.save()
    assert plan(at(before(30), 20)) == []
    who.time_zone = "Pacific/Pago_Pago"
    who.save()
    assert plan(at(before(28))) == []


def test_a_zone_that_has_gone_from_the_tz_database_stops_nobody() -> None:
    project = project_due()
    watcher_of(project)
    Watcher.objects.filter(pk=watcher_of(project).pk).update(time_zone="Mars/Olympus")
    assert plan(at(before(30))) == ["30", "30"]


def test_after_an_outage_the_nearest_rung_is_sent_and_the_others_are_recorded() -> None:
    watcher_of(project_due())
    assert plan(at(before(90))) == ["90"]
    Notification.objects.update(state="sent")
    assert plan(at(after(22))) == ["+21"]
    assert ledger() == [
        ("90", "sent", ""),
        ("30", "superseded", "nearer"),
        ("7", "superseded", "nearer"),
        ("1", "superseded", "nearer"),
        ("0", "superseded", "nearer"),
        ("+7", "superseded", "nearer"),
        ("+14", "superseded", "nearer"),
        ("+21", "pending", ""),
    ]


def test_after_three_days_everything_that_passed_is_sent_or_recorded() -> None:
    watcher_of(project_due())
    plan(at(before(8)))
    Notification.objects.update(state="sent")
    assert plan(at(before(0))) == ["0"]
    assert ledger(due_at__gt=at(before(8))) == [
        ("7", "superseded", "nearer"),
        ("1", "superseded", "nearer"),
        ("0", "pending", ""),
    ]


def test_a_reminder_that_still_waits_gives_way_to_the_next() -> None:
    watcher_of(project_due())
    for day, state in ((before(7), "retry"), (before(1), "uncertain"), (before(0), "leased")):
        plan(at(day))
        Notification.objects.filter(state="pending").update(state=state)
    plan(at(after(7)))
    assert ledger(due_at__gt=at(before(8))) == [
        ("7", "superseded", "nearer"),
        ("1", "superseded", "nearer"),
        ("0", "leased", ""),  # it is in a worker's hands
        ("+7", "pending", ""),
    ]


def test_a_deadline_that_was_known_late_starts_at_its_nearest_passed_rung() -> None:
    watcher_of(project_due(known=at(before(5))))
    assert plan(at(before(5))) == ["7"]
    assert plan(at(before(1))) == ["1"]
    assert ledger() == [("7", "superseded", "nearer"), ("1", "pending", "")]


def test_a_deadline_that_was_overdue_when_it_became_known_gives_one_mail() -> None:
    watcher_of(project_due(known=at(after(231))))
    assert plan(at(after(237))) == ["+231"]
    assert ledger() == [("+231", "pending", "")]


def test_a_watch_made_later_hears_nothing_that_was_past_already() -> None:
    project = project_due()
    who = watcher_of(project, since=at(before(20)))
    assert plan(at(before(20))) == []
    assert ledger() == [("30", "dropped", "new_watch")]
    assert plan(at(before(7))) == ["7"]
    assert not Notification.objects.filter(watcher=who, rung="90").exists()


def test_a_watch_made_later_hears_once_of_what_is_overdue_and_open() -> None:
    watcher_of(project_due(), since=at(after(10)))
    assert plan(at(after(10))) == ["+7"]
    assert plan(at(after(13))) == []
    assert plan(at(after(14))) == ["+14"]
    assert [row[0] for row in ledger()] == ["+7", "+14"]


def test_a_watch_made_just_after_the_day_waits_for_the_first_overdue_rung() -> None:
    watcher_of(project_due(), since=at(after(2)))
    assert plan(at(after(2))) == []
    assert plan(at(after(7))) == ["+7"]


def test_a_deadline_set_after_the_watch_began_is_told_of_even_when_its_rung_is_past() -> None:
    watcher_of(project_due(known=at(before(19))), since=at(before(20)))
    assert plan(at(before(19))) == ["30"]


def test_looking_from_an_earlier_day_everything_counts_as_having_been_there() -> None:
    watcher_of(project_due(known=at(after(237))), since=at(after(237)))
    now = at(after(237))
    planned = reminders.plan(now, before(30))
    assert len(planned.to_send) == 1
    assert ledger() == [("90", "superseded", "nearer"), ("30", "pending", "")]


def test_a_day_looked_at_is_the_watchers_own() -> None:
    project = project_due()
    for zone in ("Pacific/Kiritimati", "Asia/Shanghai", "America/Los_Angeles", "Pacific/Pago_Pago"):
        watcher_of(project, time_zone=zone)
    now = at(after(237))
    assert len(reminders.plan(now, before(31)).to_send) == 4  # the ninety-day one
    assert len(reminders.plan(now, before(30)).to_send) == 4


def test_a_moved_target_starts_a_new_ladder() -> None:
    project = project_due()
    watcher_of(project)
    assert plan(at(before(30))) == ["30"]
    edits.edit(project, by=None, target="2026-04")
    Deadline.objects.update(opened_at=at(before(29)))
    assert plan(at(before(29))) == ["90"]  # nearest passed: the new day is 59 days away
    assert plan(at(before(0))) == ["30"]
    rows = Notification.objects.order_by("generation", "due_at").values_list("generation", "rung", "state")
    assert list(rows.filter(state="pending")) == [(1, "30", "pending"), (2, "30", "pending")]


def test_other_words_for_the_same_day_remind_nobody_again() -> None:
    project = project_due()
    watcher_of(project)
    assert plan(at(before(30))) == ["30"]
    edits.edit(project, by=None, target="2026-03-31")
    edits.edit(project, by=None, note="Nothing else")
    assert plan(at(before(29))) == []


def test_who_watches_twice_hears_once_and_is_told_both_reasons() -> None:
    project = project_due()
    who = watcher_of(project)
    factories.watch(who, Committee.objects.get(slug="sac-tc28-sc42"), since=LONG_AGO)
    assert plan(at(before(30))) == ["30"]
    why = Notification.objects.get(state="pending").why
    assert [reason["committee"] and reason["committee"]["en"] for reason in why] == [None, "SAC-TC28-SC42"]


def test_a_watch_on_a_committee_covers_the_groups_below_it_and_no_others() -> None:
    above = factories.committee("sac-tc28")
    inside = factories.committee("sac-tc28-sc42", parent=above)
    group = factories.committee("sac-tc28-sc42-wg", parent=inside)
    factories.committee("sac-tc28-sc4", parent=above)
    project = project_due(committees=[group.slug])
    expected = {watcher_of(committee).pk for committee in (above, inside, group)}
    watcher_of(Committee.objects.get(slug="sac-tc28-sc4"))
    plan(at(before(30)))
    assert set(Notification.objects.values_list("watcher", flat=True)) == expected
    assert Notification.objects.values("project").distinct().get() == {"project": project.pk}


def test_a_project_in_two_groups_of_a_watched_committee_is_one_reminder() -> None:
    above = factories.committee("sac-tc28-sc42")
    groups = [factories.committee(f"wg{n}", parent=above).slug for n in (1, 2)]
    project_due(committees=groups)
    watcher_of(above)
    assert plan(at(before(30))) == ["30"]
    assert len(Notification.objects.get(state="pending").why) == 1


def test_nobody_hears_of_what_rests_has_ended_or_is_hidden() -> None:
    held, ended, hidden, untargeted = (project_due() for _ in range(4))
    for project in (held, ended, hidden, untargeted):
        watcher_of(project)
    perform(held, "hold", by=None, on="2026-01-01", reason="waits for the ISO text")
    perform(ended, "cancel", by=None, on="2026-01-01", reason="merged into another")
    edits.edit(hidden, by=None, embargoed=True)
    edits.edit(untargeted, by=None, target=None)
    assert plan(at(before(30))) == []
    assert plan(at(after(100))) == []
    assert not Notification.objects.exists()


def test_after_a_hold_the_nearest_rung_is_sent() -> None:
    project = project_due()
    watcher_of(project)
    perform(project, "hold", by=None, on="2026-01-01", reason="waits for the ISO text")
    assert plan(at(before(20))) == []
    perform(project, "resume", by=None, on="2026-03-12")
    assert plan(at(before(19))) == ["30"]


def test_an_inactive_watcher_and_a_stopped_watch_hear_nothing() -> None:
    project = project_due()
    inactive, stopped = watcher_of(project), watcher_of(project)
    Watcher.objects.filter(pk=inactive.pk).update(active=False)
    Watch.objects.filter(watcher=stopped).update(stopped_at=LONG_AGO)
    assert plan(at(before(30))) == []


def test_a_procedure_whose_file_is_gone_stops_no_other(caplog: pytest.LogCaptureFixture) -> None:
    gone, other = project_due(), project_due()
    for project in (gone, other):
        watcher_of(project)
    Project.objects.filter(pk=gone.pk).update(track_code="gb-x")
    assert plan(at(before(30))) == ["30"]
    assert "gb-x" in caplog.text


def test_a_letter_says_what_was_true_when_it_was_owed() -> None:
    project = project_due(title="A title", title_zh="标题", numbers=["20252081-Z-469"])
    watcher_of(project, email="li@example.cn", name="李雷", language="zh-hans")
    plan(at(before(30)))
    row = Notification.objects.get(state="pending")
    assert row.context["to"] == {"email": "li@example.cn", "name": "李雷"}
    assert row.context["language"] == "zh-hans"
    assert row.context["on"] == "2026-03-01"
    assert row.context["next"] == "2026-03-24"
    assert row.context["project"]["numbers"] == ["20252081-Z-469"]
    assert row.context["deadline"]["text"] == "2026-Q1"
    assert row.message_id == f"<{row.pk}@tracker.test>"
    deadline = Deadline.objects.get(project=project)
    assert row.key == f"rem:{deadline.pk}:1:30:{row.watcher_id}"


def crowd(size: int) -> None:
    """That many watchers of one committee, in three zones."""
    committee = Committee.objects.get(slug="sac-tc28-sc42")
    zones = ("Asia/Shanghai", "Europe/Berlin", "America/Los_Angeles")
    made = Watcher.objects.bulk_create(
        [
            Watcher(email=f"crowd{size}-{n}@example.org", time_zone=zones[n % 3], created_at=LONG_AGO)
            for n in range(size)
        ]
    )
    Watch.objects.bulk_create([Watch(watcher=who, committee=committee, since=LONG_AGO) for who in made])


def everywhere(day: date) -> datetime:
    """A moment at which that day's reminder hour has come from China to California, and the next day's nowhere."""
    return datetime(day.year, day.month, day.day, 18, tzinfo=UTC)


def queries_of_a_look(now: datetime) -> tuple[int, int]:
    """How many queries a look makes, and how many notifications it writes. SQLite needs several INSERTs for a batch."""
    with CaptureQueriesContext(connection) as queries:
        planned = reminders.plan(now)
    inserts = sum(query["sql"].startswith("INSERT") for query in queries)
    return len(queries) - inserts, len(planned.to_send)


BATCH = reminders.MATCHES_A_BATCH
IDLE = 3  # the zones, the open deadlines, and what is missing of them
A_BATCH = 10  # deadlines, numbers, assignments, committees, watches; begin, latest, written, older, end


def test_a_batch_costs_the_same_however_full_it_is() -> None:
    project_due()
    crowd(10)
    assert queries_of_a_look(everywhere(before(30))) == (IDLE + A_BATCH, 10)
    crowd(BATCH - 10)
    assert queries_of_a_look(everywhere(before(30))) == (IDLE + A_BATCH, BATCH - 10)


def test_a_look_with_nothing_to_do_costs_the_same_whatever_was_planned_before() -> None:
    project_due()
    crowd(10)
    for more in (1, 20):
        for _ in range(more):
            project_due()
        for day in (before(90), before(30), before(7), before(1), after(7)):
            reminders.plan(everywhere(day))
        assert queries_of_a_look(everywhere(after(7))) == (IDLE, 0)


def test_ten_thousand_watchers_are_planned_batch_by_batch() -> None:
    project_due()
    crowd(10_000)
    assert queries_of_a_look(everywhere(before(30))) == (IDLE + A_BATCH * 10_000 // BATCH, 10_000)
    assert queries_of_a_look(everywhere(before(30))) == (IDLE, 0)

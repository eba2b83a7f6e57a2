"""The case: three industrial GB/Z planned for the first quarter of 2026, and whoever watches them."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest

from standards.models import Committee, Deadline, Project
from tests import factories
from tests.servers.smtp_sink import Accepted, RunningSink
from tracker import outbox, reminders
from tracker.models import Notification, Watcher

pytestmark = pytest.mark.django_db

TITLES = (
    "Artificial intelligence—System architecture of industrial foundation model",
    "Artificial intelligence—Technical requirements of industrial foundation models",
    "Artificial intelligence—Reference architecture of industrial foundation model agent",
)
BEGAN = datetime(2026, 11, 23, 8, tzinfo=UTC)
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
WEEK = timedelta(days=7)


@pytest.fixture
def projects() -> list[Project]:
    factories.project(title="Another one without a target")
    factories.project(title="Another one due later", target="2031")
    return [factories.project(title=title, target="2026-Q1") for title in TITLES]


@pytest.fixture
def watchers(projects: list[Project]) -> list[Watcher]:
    """Both made today, as the three deadlines were: one lives in California, one in China."""
    committee = Committee.objects.get(slug="sac-tc28-sc42")
    english = factories.watcher("ann@example.org", name="Ann", time_zone="America/Los_Angeles")
    chinese = factories.watcher("li@example.cn", name="李雷", language="zh-hans", time_zone="Asia/Shanghai")
    for who in (english, chinese):
        factories.watch(who, committee, since=BEGAN)
    Deadline.objects.update(opened_at=BEGAN)
    return [english, chinese]


def subjects(mails: list[Accepted]) -> Counter[tuple[str, str]]:
    return Counter((mail.to, str(mail.message["Subject"])) for mail in mails if mail.message)


class Post:
    """Plans and delivers, and tells what is new in the sink."""

    def __init__(self, sink: RunningSink) -> None:
        self.sink = sink
        self.seen = 0

    def on(self, now: datetime, as_of: date | None = None) -> Counter[tuple[str, str]]:
        reminders.plan(now, as_of)
        done = outbox.deliver(now)
        assert not done.trouble
        accepted = self.sink.accepted
        new, self.seen = accepted[self.seen :], len(accepted)
        return subjects(new)


@pytest.fixture
def post(watchers: list[Watcher], sink: RunningSink) -> Post:
    return Post(sink)


def each_once(english: str, chinese: str) -> Counter[tuple[str, str]]:
    """Each watcher hears once of each of the three."""
    return Counter(
        (address, f"{start}{title}")
        for address, start in (("ann@example.org", f"{english}: "), ("li@example.cn", f"{chinese}："))
        for title in TITLES
    )


def test_as_of_the_first_of_march_each_hears_once_that_thirty_days_are_left(post: Post) -> None:
    assert post.on(NOW, date(2026, 3, 1)) == each_once("Due in 30 days", "还有30天到期")
    assert not post.on(NOW, date(2026, 3, 1))
    assert not post.on(NOW + WEEK, date(2026, 3, 1))


def test_as_of_the_tenth_of_april_each_gets_one_overdue_mail_for_each(post: Post) -> None:
    post.on(NOW, date(2026, 3, 1))
    assert post.on(NOW, date(2026, 4, 10)) == each_once("10 days overdue", "已逾期10天")
    assert not post.on(NOW, date(2026, 4, 10))


def test_what_is_not_sent_is_recorded_with_its_reason(post: Post) -> None:
    post.on(NOW, date(2026, 3, 1))
    post.on(NOW, date(2026, 4, 10))
    of_one = Notification.objects.filter(watcher__email="li@example.cn", project__title=TITLES[0])
    assert list(of_one.order_by("due_at").values_list("rung", "state", "reason")) == [
        ("90", "superseded", "nearer"),
        ("30", "sent", ""),
        ("7", "superseded", "nearer"),
        ("1", "superseded", "nearer"),
        ("0", "superseded", "nearer"),
        ("+7", "sent", ""),
    ]


def test_by_the_real_clock_the_first_look_sends_one_overdue_mail_for_each(post: Post) -> None:
    assert post.on(NOW) == each_once("237 days overdue", "已逾期237天")
    assert not post.on(NOW)
    assert not post.on(NOW + timedelta(minutes=5))
    assert post.on(NOW + WEEK) == each_once("244 days overdue", "已逾期244天")
    assert not post.on(NOW + WEEK)


def test_a_fresh_database_owes_nothing_for_what_was_past_before_it_knew(post: Post) -> None:
    post.on(NOW)
    assert set(Notification.objects.values_list("state", flat=True)) == {"sent"}
    assert Notification.objects.count() == 6


def test_a_look_as_of_an_earlier_day_works_after_the_first_tick_too(post: Post) -> None:
    post.on(NOW)
    assert post.on(NOW, date(2026, 3, 1)) == each_once("Due in 30 days", "还有30天到期")
    assert not post.on(NOW)

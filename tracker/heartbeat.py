"""Signs of life: when planning and delivery last ran, and whether mail is late."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Min

from tracker.models import REPLY_LIMIT, Heartbeat, Notification

SILENCE = timedelta(minutes=2)
LATENESS = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class WorkerHealth:
    """What there is to know of the workers at one moment; ``problems`` is empty while all is well.

    ``oldest_waits`` is how long the oldest notification waits beyond the moment at which it may be tried.
    """

    problems: tuple[str, ...]
    last_planning: datetime | None
    last_delivery: datetime | None
    oldest_waits: timedelta
    trouble: str

    @property
    def well(self) -> bool:
        return not self.problems


def beat(name: Heartbeat.Name, now: datetime, trouble: str = "") -> None:
    """Note that this has happened just now."""
    Heartbeat.objects.update_or_create(name=name, defaults={"at": now, "trouble": trouble[:REPLY_LIMIT]})


def worker_health(now: datetime) -> WorkerHealth:
    """Two queries and a look at the signs of life: nobody has planned for two minutes, or mail waits over five."""
    beats = {heartbeat.name: heartbeat for heartbeat in Heartbeat.objects.all()}
    planning, delivery = beats.get(Heartbeat.Name.PLANNING), beats.get(Heartbeat.Name.DELIVERY)
    waits = now - min(_oldest_due(now), now)
    problems = []
    if planning is None or now - planning.at > SILENCE:
        problems.append("no tick: nobody has looked for due reminders in the last 2 minutes")
    if waits > LATENESS:
        problems.append(f"mail is late: the oldest due notification waits since {now - waits:%Y-%m-%d %H:%M:%S} UTC")
    return WorkerHealth(
        tuple(problems),
        planning.at if planning else None,
        delivery.at if delivery else None,
        waits,
        delivery.trouble if delivery else "",
    )


def _oldest_due(now: datetime) -> datetime:
    """When the oldest of what waits, or lies with a worker that has gone silent, might have been sent."""
    waiting = Notification.objects.waiting().aggregate(at=Min("next_at"))["at"]
    lapsed = Notification.objects.lapsed(now).aggregate(at=Min("lease_until"))["at"]
    return min((moment for moment in (waiting, lapsed) if moment), default=now)

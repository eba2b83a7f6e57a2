"""Keeping the list of doubtful entries in line with what looks wrong: daily, and when somebody asks."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings

from standards.clock import database_now, day_of
from standards.doubts import QUESTIONS, Suspicion
from tracker.doubts import Doubt
from tracker.jobs import Job, ask_for
from tracker.local_time import day_reached, moment_of
from tracker.work import Cancelled, Outcome, Turn

HOUR = 3
"""The hour of the day, in the secretariat's zone, from which the daily search is due."""
BATCH = 1000


@dataclass(slots=True)
class Found:
    """What a search came to: how many entries of each kind look wrong now, how many are new, how many are gone."""

    kinds: Counter[str] = field(default_factory=Counter)
    new: int = 0
    gone: int = 0

    def to_json(self) -> dict[str, Any]:
        return {"kinds": dict(self.kinds), "new": self.new, "gone": self.gone}


def ask_daily(now: datetime) -> Job | None:
    """The day's search as a job, once its hour has come and nobody has asked for it today; None otherwise."""
    zone = ZoneInfo(settings.TIME_ZONE)
    since = moment_of(day_reached(now, HOUR, zone), HOUR, zone)
    if Job.objects.filter(kind=Job.Kind.DOUBTS, created_at__gte=since).exists():
        return None
    return ask_for(Job.Kind.DOUBTS, by=None)


def carry_out(turn: Turn) -> Outcome:
    """Do the job: the search as of today."""
    return Outcome(search(day_of(database_now()), told=turn.progress, stop=turn.cancelled).to_json())


def search(on: date, *, told: Callable[[int, int], None], stop: Callable[[], bool]) -> Found:
    """Look for everything that looks wrong on that day, add what is new, and take away what is mended.

    ``told`` hears how many questions of how many are answered. Raises ``Cancelled`` when ``stop`` says so; what was
    added by then stays, and nothing is taken away.
    """
    found = Found()
    known = dict(Doubt.objects.values_list("fingerprint", "pk"))
    for answered, question in enumerate(QUESTIONS.values(), start=1):
        if stop():
            raise Cancelled(found.to_json())
        _keep(question(on), known, found)
        told(answered, len(QUESTIONS))
    found.gone = _take_away(list(known.values()))
    return found


def _keep(suspicions: Iterable[Suspicion], known: dict[str, int], found: Found) -> None:
    """Add those that are new, and strike the others from ``known``: what is left there in the end is mended."""
    remaining = iter(suspicions)
    while batch := list(islice(remaining, BATCH)):
        found.kinds.update(suspicion.kind.value for suspicion in batch)
        by_fingerprint = {suspicion.fingerprint: suspicion for suspicion in batch}
        new = [doubt(s, key) for key, s in by_fingerprint.items() if known.pop(key, None) is None]
        found.new += len(new)
        Doubt.objects.bulk_create(new, ignore_conflicts=True)


def doubt(suspicion: Suspicion, fingerprint: str) -> Doubt:
    return Doubt(
        kind=suspicion.kind.value,
        project_id=suspicion.project,
        other_id=suspicion.other,
        facts=dict(suspicion.facts),
        fingerprint=fingerprint,
    )


def _take_away(mended: list[int]) -> int:
    for start in range(0, len(mended), BATCH):
        Doubt.objects.filter(pk__in=mended[start : start + BATCH]).delete()
    return len(mended)

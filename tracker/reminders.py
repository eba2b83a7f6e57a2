"""Who must be reminded of which deadline: rungs of its ladder that have passed and stand not yet in the ledger.

Nothing here asks "are there thirty days left today": a rung is due when its moment has passed and no notification
bears its key. So a look that was missed costs time and no reminder, and a second look finds nothing to do. Of several
rungs that have passed one mail is owed, for the nearest; the others are recorded as superseded.
"""

import logging
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import islice
from typing import TypeVar
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, Max, OuterRef

from standards.models import Deadline
from standards.pipeline import UNDER_WAY
from tracker.facts import JSON, facts_about, reasons, reminder_facts
from tracker.local_time import day_reached, end_of, moment_of, zone_called
from tracker.mail import message_id_for
from tracker.matching import Match, matches
from tracker.models import Notification, Watch, Watcher
from workflows.calendar import Ladder, Rung, next_rung, passed_rungs, rungs
from workflows.library import UnknownTrack, library, track

DEADLINES_A_LOOK = 100
MATCHES_A_BATCH = 500
State, Reason = Notification.State, Notification.Reason

EVER = datetime.min.replace(tzinfo=UTC)
_log = logging.getLogger(__name__)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Look:
    """From when one looks at the deadlines: from ``now``, or from the end of a day wherever a watcher lives.

    A watch or a deadline younger than that counts as having been there all along: "if that day were today".
    """

    now: datetime
    as_of: date | None = None

    def moment(self, zone: ZoneInfo) -> datetime:
        return end_of(self.as_of, zone) if self.as_of else self.now

    def today(self, zone: ZoneInfo) -> date:
        return self.as_of or self.now.astimezone(zone).date()

    def day_reached(self, zone: ZoneInfo) -> date:
        """The latest day whose rungs have passed in that zone."""
        return self.as_of or day_reached(self.now, settings.REMINDER_HOUR, zone)


@dataclass(slots=True)
class Planned:
    """What a look has written: the notifications to be sent, and how many rungs were recorded without a mail."""

    to_send: list[UUID] = field(default_factory=list)
    superseded: int = 0
    dropped: int = 0


@dataclass(frozen=True, slots=True)
class Reached:
    """An open deadline and the nearest rung that it has passed."""

    deadline: int
    generation: int
    due: date
    opened_at: datetime
    ladder: Ladder
    rung: Rung

    def stem(self, rung: Rung) -> str:
        """The key of that rung's reminder without the watcher: nothing in it depends on a zone or on the clock."""
        return f"rem:{self.deadline}:{self.generation}:{rung.name}:"


@dataclass(frozen=True, slots=True)
class Owed:
    """One rung for one watcher, and whether a mail is owed for it."""

    rung: Rung
    due_at: datetime
    state: Notification.State
    reason: Notification.Reason | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """A reached deadline, a watcher to whom it matters, and why."""

    reached: Reached
    deadline: Deadline
    about: JSON
    watcher: Watcher
    watches: Sequence[Watch]

    @property
    def zone(self) -> ZoneInfo:
        return zone_of(self.watcher.time_zone)

    @property
    def pair(self) -> tuple[int, int, int]:
        return self.deadline.pk, self.reached.generation, self.watcher.pk

    def key(self, rung: Rung) -> str:
        return f"{self.reached.stem(rung)}{self.watcher.pk}"


def plan(now: datetime, as_of: date | None = None) -> Planned:
    """Write down every reminder that is owed and not in the ledger yet; send nothing.

    With ``as_of`` as at the end of that day, in each watcher's zone. Harmless to repeat and to run twice at a time.
    """
    look, planned = Look(now, as_of), Planned()
    for reached, zones in _reached_by_zones(look):
        for batch in batched(_matches(reached, zones, missing=True), MATCHES_A_BATCH):
            _record(_cases(reached, batch), look, planned)
    return planned


def cases(look: Look) -> Iterator[Case]:
    """Every watcher with every deadline that has passed a rung for them, in the ledger or not."""
    for reached, zones in _reached_by_zones(look):
        for batch in batched(_matches(reached, zones, missing=False), MATCHES_A_BATCH):
            yield from _cases(reached, batch)


def decide(case: Case, look: Look, latest: datetime | None) -> list[Owed]:
    """What is owed in this case, earliest rung first; ``latest`` is the latest rung in the ledger.

    Superseded are the rungs that passed unseen: since the latest in the ledger, since the deadline was known here and
    since somebody watched. What was past before that was never owed.
    """
    reached, moment = case.reached, look.moment(case.zone)
    nearest_at = rung_moment(reached.rung, case.zone)
    opened = _as_seen(reached.opened_at, moment)
    overdue = reached.rung.on > reached.due
    watched = [_as_seen(watch.since, moment) for watch in case.watches]
    heard = [since for since in watched if overdue or since <= max(nearest_at, opened)]
    if not heard:
        return [Owed(reached.rung, nearest_at, State.DROPPED, Reason.NEW_WATCH)]
    unseen = _passed_unseen(case, max(opened, min(heard)), latest or EVER)
    return [*unseen, Owed(reached.rung, nearest_at, State.PENDING)]


def rung_moment(rung: Rung, zone: ZoneInfo) -> datetime:
    """When a rung passes: at the reminder hour of its day, on the clocks of the watcher."""
    return moment_of(rung.on, settings.REMINDER_HOUR, zone)


def next_rung_on(reached: Reached, today: date) -> date | None:
    coming = next_rung(reached.ladder, reached.due, today)
    return coming.on if coming else None


def zone_of(name: str) -> ZoneInfo:
    """The zone of that name; the secretariat's where this machine's tz database has none of that name."""
    return zone_called(name, settings.TIME_ZONE)


def _passed_unseen(case: Case, floor: datetime, latest: datetime) -> Iterator[Owed]:
    reached, begin = case.reached, max(floor, latest)
    after = begin.astimezone(case.zone).date() - timedelta(days=1) if begin > EVER else None
    for rung in rungs(reached.ladder, reached.due, until=reached.rung.on, after=after):
        due_at = rung_moment(rung, case.zone)
        if rung != reached.rung and due_at >= floor and due_at > latest:
            yield Owed(rung, due_at, State.SUPERSEDED, Reason.NEARER)


def _as_seen(at: datetime, moment: datetime) -> datetime:
    """What began later than the moment one looks from counts as having been there all along."""
    return at if at <= moment else EVER


def _reached_by_zones(look: Look) -> Iterator[tuple[list[Reached], list[str]]]:
    """The deadlines that have passed a rung, and the zones in which they have: three days at most at any moment."""
    watched = Watch.objects.running().filter(watcher=OuterRef("pk"))
    names = Watcher.objects.active().filter(Exists(watched)).values_list("time_zone", flat=True).distinct()
    zones: dict[date, list[str]] = defaultdict(list)
    for name in names:
        zones[look.day_reached(zone_of(name))].append(name)
    for day in sorted(zones):
        for reached in batched(_reached(day), DEADLINES_A_LOOK):
            yield reached, sorted(zones[day])


def _reached(day: date) -> Iterator[Reached]:
    due = Deadline.objects.open().visible_to(None).due_by(day + horizon())
    under_way = due.filter(project__state__in=UNDER_WAY, project__on_hold=False).order_by("pk")
    fields = ("pk", "generation", "due", "opened_at", "kind", "project__track_code")
    for pk, generation, last_day, opened_at, kind, code in under_way.values_list(*fields):
        ladder = _ladder(code, kind)
        passed = passed_rungs(ladder, last_day, day)
        if passed:
            yield Reached(pk, generation, last_day, opened_at, ladder, passed[-1])


@cache
def _ladder(code: str, kind: str) -> Ladder:
    """The reminders of a procedure; none where its file is gone, which is logged and stops nobody else's."""
    try:
        return track(code).ladders.get(kind, Ladder())
    except UnknownTrack as error:
        _log.error("Nobody is reminded of projects that follow the procedure %s. %s", code, error)
        return Ladder()


@cache
def horizon() -> timedelta:
    """How long before a deadline the first reminder of any procedure comes."""
    ladders = (ladder for procedure in library().values() for ladder in procedure.ladders.values())
    return timedelta(days=max((days for ladder in ladders for days in ladder.before), default=0))


def _matches(reached: Sequence[Reached], zones: Sequence[str], *, missing: bool) -> list[Match]:
    return matches({each.deadline: each.stem(each.rung) for each in reached}, zones, missing=missing)


def _cases(reached: Sequence[Reached], batch: Sequence[Match]) -> list[Case]:
    """The matches with everything a letter needs, in a fixed number of queries."""
    by_deadline = {each.deadline: each for each in reached}
    numbers = {match.deadline for match in batch}
    deadlines = Deadline.objects.select_related("project").prefetch_related(
        "project__numbers", "project__assignments__committee"
    )
    found = deadlines.in_bulk(numbers)
    about = {number: facts_about(deadline) for number, deadline in found.items()}
    watches = Watch.objects.select_related("watcher", "committee").in_bulk(
        [watch for match in batch for watch in match.watches]
    )
    return [
        Case(
            by_deadline[match.deadline],
            found[match.deadline],
            about[match.deadline],
            watches[match.watches[0]].watcher,
            [watches[watch] for watch in match.watches],
        )
        for match in batch
    ]


@transaction.atomic
def _record(batch: Sequence[Case], look: Look, planned: Planned) -> None:
    """Write one batch, by itself: whatever stops the next one, this one stands."""
    latest = _latest(batch)
    rows = [_notification(case, owed, look) for case in batch for owed in decide(case, look, latest.get(case.pair))]
    Notification.objects.bulk_create(rows, ignore_conflicts=True)
    written = set(Notification.objects.filter(pk__in=[row.pk for row in rows]).values_list("pk", flat=True))
    ours = [row for row in rows if row.pk in written]
    to_send = [row.pk for row in ours if row.state == State.PENDING]
    planned.to_send += to_send
    planned.superseded += sum(row.state == State.SUPERSEDED for row in ours) + _supersede_older(batch, to_send)
    planned.dropped += sum(row.state == State.DROPPED for row in ours)


def _latest(batch: Iterable[Case]) -> Mapping[tuple[int, int, int], datetime]:
    """The latest rung in the ledger, by deadline, generation and watcher."""
    of_these = Notification.objects.filter(
        deadline__in={case.deadline.pk for case in batch}, watcher__in={case.watcher.pk for case in batch}
    )
    rows = of_these.values_list("deadline", "generation", "watcher").annotate(latest=Max("due_at"))
    return {(deadline, generation, watcher): latest for deadline, generation, watcher, latest in rows}


def _supersede_older(batch: Iterable[Case], to_send: Sequence[UUID]) -> int:
    """Whoever still waits for an earlier reminder of the same deadline gets the new one instead."""
    newer = Notification.objects.filter(
        pk__in=to_send,
        deadline=OuterRef("deadline"),
        generation=OuterRef("generation"),
        watcher=OuterRef("watcher"),
        due_at__gt=OuterRef("due_at"),
    )
    older = Notification.objects.waiting().filter(Exists(newer), deadline__in={case.deadline.pk for case in batch})
    return older.update(state=State.SUPERSEDED, reason=Reason.NEARER, next_at=None)


def _notification(case: Case, owed: Owed, look: Look) -> Notification:
    key, to_send = uuid4(), owed.state == State.PENDING
    today = look.today(case.zone)
    return Notification(
        pk=key,
        key=case.key(owed.rung),
        kind=Notification.Kind.REMINDER,
        watcher=case.watcher,
        deadline=case.deadline,
        generation=case.reached.generation,
        project_id=case.deadline.project_id,
        rung=owed.rung.name,
        due_at=owed.due_at,
        planned_at=look.now,
        state=owed.state,
        reason=owed.reason or "",
        why=reasons(case.watches),
        context=reminder_facts(case.about, case.watcher, today, next_rung_on(case.reached, today)) if to_send else {},
        message_id=message_id_for(key, settings.DEFAULT_FROM_EMAIL),
        next_at=look.now if to_send else None,
    )


def batched(things: Iterable[T], size: int) -> Iterator[list[T]]:
    """The things in lists of at most ``size``."""
    rest = iter(things)
    while batch := list(islice(rest, size)):
        yield batch

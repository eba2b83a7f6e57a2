"""What a look at the deadlines would do, and what became of what one did: for people, and without writing anything."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q

from standards.models import Deadline
from tracker.models import Notification
from tracker.reminders import Case, Look, Owed, batched, cases, decide, zone_of

State = Notification.State
SEND = "send"
CASES_A_QUERY = 500
Ledger = Mapping[tuple[int, int], list[Notification]]


@dataclass(frozen=True, slots=True)
class Line:
    """One reminder for one person.

    ``due`` is the moment of its rung on the watcher's clocks. ``action`` is ``send`` where a mail is owed and not in
    the ledger, else the state that the reminder has there, or would get. ``why`` names the watches, in English.
    """

    watcher: str
    project: UUID
    title: str
    deadline: Deadline
    rung: str
    due: datetime
    action: str
    reason: str
    why: str


def forecast(now: datetime, as_of: date) -> list[Line]:
    """Every reminder due by the end of that day in its watcher's zone, as the ledger has it or a look would decide."""
    look = Look(now, as_of)
    lines = [line for batch in batched(cases(look), CASES_A_QUERY) for line in _lines(batch, look)]
    return sorted(lines, key=lambda line: (line.title, line.project, line.watcher, line.due))


def outcome(written: Iterable[UUID]) -> Iterator[Line]:
    """What has become of these notifications."""
    for batch in batched(written, CASES_A_QUERY):
        rows = Notification.objects.filter(pk__in=batch).select_related("watcher", "deadline", "project")
        for row in rows.order_by("project__title", "project", "watcher__email", "due_at"):
            yield _of_ledger(row, "")


def _lines(batch: list[Case], look: Look) -> Iterator[Line]:
    ledger = _ledger(batch)
    for case in batch:
        rows = ledger[case.deadline.pk, case.watcher.pk]
        yield from (_of_ledger(row, "already ") for row in rows if row.due_at <= look.moment(case.zone))
        if case.key(case.reached.rung) not in {row.key for row in rows}:
            latest = max((row.due_at for row in rows), default=None)
            yield from (_of_case(case, owed) for owed in decide(case, look, latest))


def _ledger(batch: list[Case]) -> Ledger:
    """The present generation's notifications of each deadline and watcher."""
    wanted = Q(deadline__in={case.deadline.pk for case in batch}, watcher__in={case.watcher.pk for case in batch})
    generations = {case.deadline.pk: case.reached.generation for case in batch}
    found = defaultdict(list)
    rows = Notification.objects.filter(wanted).select_related("watcher", "deadline", "project").order_by("due_at")
    for row in rows:
        if row.deadline_id and row.generation == generations[row.deadline_id]:
            found[row.deadline_id, row.watcher_id].append(row)
    return found


def _of_case(case: Case, owed: Owed) -> Line:
    action = SEND if owed.state == State.PENDING else str(owed.state)
    watches = [(str(watch.committee.name) if watch.committee else "", watch.since) for watch in case.watches]
    return Line(
        watcher=case.watcher.email,
        project=case.deadline.project_id,
        title=case.deadline.project.title,
        deadline=case.deadline,
        rung=owed.rung.name,
        due=owed.due_at.astimezone(case.zone),
        action=action,
        reason=str(owed.reason.label) if owed.reason else "its day has come",
        why=_why(watches),
    )


def _of_ledger(row: Notification, already: str) -> Line:
    if row.deadline is None or row.project is None:
        raise ValueError(f"The notification {row} is about no deadline.")
    zone = zone_of(row.watcher.time_zone)
    watches = [
        (each["committee"]["en"] if each["committee"] else "", datetime.fromisoformat(each["since"]))
        for each in row.why
    ]
    return Line(
        watcher=row.watcher.email,
        project=row.project.pk,
        title=row.project.title,
        deadline=row.deadline,
        rung=row.rung,
        due=row.due_at.astimezone(zone),
        action=row.state,
        reason=_told(row, already),
        why=_why(watches),
    )


def _told(row: Notification, already: str) -> str:
    if row.sent_at:
        return f"{already}sent on {row.sent_at:%Y-%m-%d at %H:%M} UTC"
    if row.reason:
        return str(Notification.Reason(row.reason).label)
    return f"{already}waits to be sent, tried {row.attempts} times"


def _why(watches: Iterable[tuple[str, datetime]]) -> str:
    told = (f"{f'{name} and its groups' if name else 'the project'} since {since:%Y-%m-%d}" for name, since in watches)
    return f"watches {', '.join(told)}"

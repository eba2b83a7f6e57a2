"""Holding rows of the outbox for a while, by the database's clock, under a token that fences everybody else off."""

import logging
import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID, uuid4

from django.db import connection, transaction
from django.db.models import Case, Field, Value, When

from standards.clock import database_now
from tracker.models import REPLY_LIMIT, Attempt, Notification
from tracker.querysets import NotificationQuerySet

LENGTH = timedelta(seconds=90)
"""Longer than the longest wait for one letter's answer; see ``tracker.mail.sending``."""
RENEW_AFTER = 30

State = Notification.State
_log = logging.getLogger(__name__)

_TAKE = """
WITH next AS (
    SELECT id FROM tracker_notification
    WHERE state IN ('pending', 'retry', 'uncertain') AND next_at <= %s
    ORDER BY next_at, id LIMIT %s {lock}
)
UPDATE tracker_notification
SET state = 'leased', lease_token = %s, lease_until = %s, begun_at = NULL, dated = coalesce(dated, %s)
WHERE id IN (SELECT id FROM next)
RETURNING *
"""
# Asked once a letter, so it is written out: the ORM takes longer to put it together than the database to answer it.
# It has no joins, so that a row that somebody else was just writing is looked at again with all its conditions.
_BEGIN = """
UPDATE tracker_notification
SET attempts = %s, begun_at = %s, lease_until = %s, content_hash = %s
WHERE id = %s AND state = 'leased' AND lease_token = %s
AND EXISTS (
    SELECT 1 FROM standards_deadline deadline
    WHERE deadline.id = tracker_notification.deadline_id AND deadline.status = 'open'
    AND deadline.generation = tracker_notification.generation
)
AND EXISTS (
    SELECT 1 FROM standards_project project
    WHERE project.id = tracker_notification.project_id AND NOT project.on_hold AND NOT project.embargoed
    AND project.state IN ('proposal', 'draft', 'public_comment', 'approval')
)
AND EXISTS (
    SELECT 1 FROM tracker_watcher watcher WHERE watcher.id = tracker_notification.watcher_id AND watcher.active
)
AND (
    EXISTS (
        SELECT 1 FROM tracker_watch watch
        WHERE watch.watcher_id = tracker_notification.watcher_id AND watch.stopped_at IS NULL
        AND watch.project_id = tracker_notification.project_id
    )
    OR EXISTS (
        SELECT 1 FROM tracker_watch watch
        JOIN standards_committee above ON above.id = watch.committee_id
        JOIN standards_projectcommittee assignment ON assignment.project_id = tracker_notification.project_id
        JOIN standards_committee inside ON inside.id = assignment.committee_id
        WHERE watch.watcher_id = tracker_notification.watcher_id AND watch.stopped_at IS NULL
        AND substr(inside.path, 1, length(above.path)) = above.path
    )
)
"""


@dataclass(slots=True)
class Lease:
    """Rows in this worker's hands. ``now()`` is the database's clock, carried on by this machine's stopwatch."""

    worker: str
    taken: datetime
    token: UUID = field(default_factory=uuid4)
    rows: list[Notification] = field(default_factory=list)
    started: float = field(default_factory=time.monotonic)
    renewed: float = field(default_factory=time.monotonic)

    @property
    def held(self) -> NotificationQuerySet:
        """The rows that nobody else holds since."""
        return Notification.objects.held_under(self.token)

    def now(self) -> datetime:
        return self.taken + timedelta(seconds=time.monotonic() - self.started)

    def renew(self) -> None:
        """Hold on to what is left, once a third of the time is gone."""
        if time.monotonic() - self.renewed > RENEW_AFTER:
            self.renewed = time.monotonic()
            self.held.update(lease_until=self.now() + LENGTH)

    def begin(self, row: Notification, content_hash: str) -> bool:
        """The last question before a letter goes over the wire: is the row still ours, and the letter still wanted?

        Yes makes it an attempt and holds the row for as long as the answer may take.
        """
        now = self.now()
        values = {"attempts": row.attempts + 1, "begun_at": now, "lease_until": now + LENGTH}
        values |= {"content_hash": content_hash, "id": row.pk, "lease_token": self.token}
        with connection.cursor() as cursor:
            cursor.execute(_BEGIN, [_stored(name, value) for name, value in values.items()])
            return bool(cursor.rowcount == 1)

    def settle(self, row: Notification, outcome: Attempt.Outcome, reply: str, **fields: Any) -> bool:
        """Let go of a row with what came of it, and record the attempt; False where somebody else holds the row.

        The attempt is recorded in either case: it took place.
        """
        answer = reply[:REPLY_LIMIT]
        with transaction.atomic():
            ours = self.let_go(row, **{"attempts": row.attempts + 1, "smtp_reply": answer} | fields)
            Attempt.objects.create(notification=row, at=self.now(), outcome=outcome, reply=answer, worker=self.worker)
        return ours

    def let_go(self, row: Notification, **fields: Any) -> bool:
        """Let go of a row without counting an attempt; False where somebody else holds it."""
        held = self.held.filter(pk=row.pk)
        ours = held.update(lease_token=None, lease_until=None, begun_at=None, **fields) == 1
        if not ours:
            _log.warning("%s: somebody else holds it by now; what came of it here is recorded as an attempt only", row)
        return ours

    def release(self) -> None:
        """Give back what has not been begun, as if it had never been taken."""
        untried = When(attempts=0, then=Value(State.PENDING))
        self.held.filter(begun_at=None).update(
            state=Case(untried, default=Value(State.RETRY)), lease_token=None, lease_until=None
        )


def take(now: datetime, limit: int, worker: str) -> Lease:
    """Lease rows that may be tried at ``now``, most overdue first; committed at once, seen by nobody else."""
    lease = Lease(worker, database_now())
    lock = "FOR UPDATE SKIP LOCKED" if connection.features.has_select_for_update_skip_locked else ""
    values = [
        _stored("next_at", now),
        limit,
        _stored("lease_token", lease.token),
        _stored("lease_until", lease.taken + LENGTH),
        _stored("dated", lease.taken.replace(microsecond=0)),
    ]
    rows = list(Notification.objects.raw(_TAKE.format(lock=lock), values))
    lease.rows = sorted(rows, key=lambda row: (row.next_at or now, row.pk))
    return lease


@transaction.atomic
def take_back(row: Notification, now: datetime, worker: str, **fields: Any) -> bool:
    """Free a row from a lease that had lapsed at ``now``; False where its holder was heard of meanwhile."""
    lapsed = Notification.objects.lapsed(now).filter(pk=row.pk, lease_token=row.lease_token)
    if not lapsed.update(lease_token=None, lease_until=None, begun_at=None, **fields):
        return False
    Attempt.objects.create(notification=row, at=now, outcome=Attempt.Outcome.VANISHED, worker=worker)
    return True


def _stored(field: str, value: Any) -> Any:
    """A value as this engine keeps that field."""
    column = cast("Field[Any, Any]", Notification._meta.get_field(field))  # noqa: SLF001
    return column.get_db_prep_value(value, connection)

"""Sending what is owed: lease a batch, hand over each letter, and write down what came of it.

The row is the promise. A worker leases rows for a while under a token of its own; whatever it writes about a row later
it writes only while the row still bears that token, so a worker that was stopped and comes back changes nothing that
somebody else holds by then. No transaction is open while a mail server is spoken to. What cannot be known, whether a
letter arrived whose answer was cut off, is recorded as uncertain and tried again later under the same Message-ID.
"""

import hashlib
import logging
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import SystemRandom
from typing import Any

from standards.clock import database_now
from standards.models import Deadline
from standards.pipeline import UNDER_WAY
from tracker import mail
from tracker.lease import Lease, take, take_back
from tracker.models import Attempt, Notification

BATCH = 50
LAPSED_A_LOOK = 500
SECONDS = 20
"""How long one round works before it makes room for others."""
DELAYS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 4 * 60, 12 * 60, 24 * 60))
"""How long to wait after the first, second, ... attempt; after more, as after the last."""
JITTER = 0.2
UNCERTAIN_DELAY = timedelta(minutes=10)
ATTEMPTS = 12

Fields = dict[str, Any]
State, Reason, Outcome = Notification.State, Notification.Reason, Attempt.Outcome
_log = logging.getLogger(__name__)
_random = SystemRandom()


@dataclass(slots=True)
class Delivered:
    """What a round has done. ``more``: it stopped for time, with mail left. ``trouble``: why it ended early, if it did.

    ``lost`` counts letters whose row somebody else held by the time they were handed over.
    """

    sent: int = 0
    withheld: int = 0
    put_off: int = 0
    failed: int = 0
    uncertain: int = 0
    lost: int = 0
    more: bool = False
    trouble: str = ""


def deliver(now: datetime, *, seconds: float = SECONDS, worker: str = "") -> Delivered:
    """Send what may be tried at ``now``, most overdue first, for about so many seconds.

    ``worker`` names this process in the record of attempts. Ends early when the mail server cannot be reached.
    """
    done, end = Delivered(), time.monotonic() + seconds
    recover(worker)
    while not (done.more or done.trouble):
        lease = take(now, BATCH, worker)
        if not lease.rows:
            break
        _Round(lease, done).run(end)
    return done


def recover(worker: str = "") -> int:
    """Take back what was leased to workers that have not been heard of in time; returns how many rows.

    What was on the wire then may have arrived. The rest has not left: it goes on at once, later when it happens again.
    """
    now = database_now()
    rows = Notification.objects.lapsed(now).order_by("lease_until", "pk")[:LAPSED_A_LOOK]
    return sum(take_back(row, now, worker, **_after_vanishing(row, now)) for row in rows)


def _after_vanishing(row: Notification, now: datetime) -> Fields:
    if row.begun_at:
        return _postponed(row.attempts, Outcome.UNCERTAIN, row.begun_at)
    if row.attempts == 0:
        return {"state": State.RETRY, "attempts": 1}
    return _postponed(row.attempts + 1, Outcome.VANISHED, now)


class _Round:
    """One batch, row by row."""

    def __init__(self, lease: Lease, done: Delivered) -> None:
        self.lease = lease
        self.done = done

    def run(self, end: float) -> None:
        try:
            for row in self.lease.rows:
                if time.monotonic() >= end:
                    self.done.more = True
                    break
                self.lease.renew()
                self._send(row)
                if self.done.trouble:
                    break
        finally:
            self.lease.release()

    def _send(self, row: Notification) -> None:
        envelope = self._written(row)
        if envelope is None:
            return
        content_hash = hashlib.sha256(envelope.content).hexdigest()
        carrier = mail.transport()
        try:
            reply = carrier.send(envelope, lambda: self.lease.begin(row, content_hash))
        except mail.Withheld:
            self._withhold(row)
        except mail.Unreachable as error:
            self._put_back(row, error, carrier)
        except mail.NotSent as error:
            self._record(row, error, carrier)
        else:
            self._settle(row, Outcome.SENT, reply, state=State.SENT, sent_at=self.lease.now(), next_at=None)
            self.done.sent += 1

    def _written(self, row: Notification) -> mail.Envelope | None:
        try:
            message = mail.compose(row)
            return mail.envelope_for(message, row.context["to"]["email"], row.dated or self.lease.taken)
        except Exception as error:  # noqa: BLE001 - what is wrong with one letter stops no other
            _log.exception("%s: the letter could not be written", row)
            problem = f"{type(error).__name__}: {error}"
            self._settle(row, Outcome.UNWRITABLE, problem, **_final(State.FAILED, Reason.UNWRITABLE))
            self.done.failed += 1
            return None

    def _withhold(self, row: Notification) -> None:
        """It was not to be sent any more, or is not ours any more: find out which, and record the first."""
        facts = ("watcher", "deadline", "project")
        current = self.lease.held.filter(pk=row.pk).select_related(*facts).first()
        if current is None:
            self.done.lost += 1
            return
        reason = _why_unwanted(current)
        if reason is None:
            self.lease.let_go(row, state=State.PENDING, next_at=self.lease.now() + DELAYS[0])
        else:
            self.lease.let_go(row, **_final(State.SUPERSEDED if reason == Reason.MOVED else State.DROPPED, reason))
            self.done.withheld += 1

    def _put_back(self, row: Notification, error: mail.Unreachable, carrier: mail.Transport) -> None:
        """Nothing is wrong with the letter, so it costs no attempt; one that was at hand waits, lest it block all."""
        waits = {"next_at": self.lease.now() + DELAYS[0]} if isinstance(error, mail.TurnedAway) else {}
        self.lease.let_go(row, state=State.RETRY if row.attempts else State.PENDING, attempts=row.attempts, **waits)
        self._end_round(error, carrier)

    def _record(self, row: Notification, error: mail.NotSent, carrier: mail.Transport) -> None:
        if isinstance(error, mail.Refused):
            self._settle(row, Outcome.REFUSED, str(error), **_final(State.FAILED, Reason.REFUSED))
            self.done.failed += 1
            return
        outcome = _OUTCOMES[type(error)]
        after = _postponed(row.attempts + 1, outcome, self.lease.now())
        self._settle(row, outcome, str(error), **after)
        self._count(after["state"])
        if not isinstance(error, mail.Deferred):
            self._end_round(error, carrier)

    def _count(self, state: Notification.State) -> None:
        if state == State.FAILED:
            self.done.failed += 1
        elif state == State.UNCERTAIN:
            self.done.uncertain += 1
        else:
            self.done.put_off += 1

    def _end_round(self, error: mail.NotSent, carrier: mail.Transport) -> None:
        """A connection that broke without having carried a letter is not replaced at once: the server is in trouble."""
        if not carrier.may_reopen:
            self.done.trouble = str(error)
            _log.warning("Mail waits: %s", error)

    def _settle(self, row: Notification, outcome: Attempt.Outcome, reply: str, **fields: Any) -> None:
        if not self.lease.settle(row, outcome, reply, **fields):
            self.done.lost += 1


_OUTCOMES: dict[type[mail.NotSent], Attempt.Outcome] = {
    mail.Deferred: Outcome.DEFERRED,
    mail.CutOff: Outcome.CUT_OFF,
    mail.Uncertain: Outcome.UNCERTAIN,
}


def _final(state: Notification.State, reason: Notification.Reason) -> Fields:
    return {"state": state, "reason": reason, "next_at": None}


def _postponed(attempts: int, outcome: Attempt.Outcome, now: datetime) -> Fields:
    """When to try again after so many attempts; not at all after the last."""
    if attempts >= ATTEMPTS:
        return _final(State.FAILED, Reason.GIVEN_UP) | {"attempts": attempts}
    if outcome == Outcome.UNCERTAIN:
        return {"state": State.UNCERTAIN, "next_at": now + UNCERTAIN_DELAY, "attempts": attempts}
    delay = DELAYS[min(attempts, len(DELAYS)) - 1] * _random.uniform(1 - JITTER, 1 + JITTER)
    return {"state": State.RETRY, "next_at": now + delay, "attempts": attempts}


def _why_unwanted(row: Notification) -> Notification.Reason | None:
    """Why this reminder is not to be sent any more; reads the row with its watcher, deadline and project."""
    deadline, project = row.deadline, row.project
    if not row.watcher.active:
        return Reason.INACTIVE
    if not Notification.objects.filter(pk=row.pk).watched().exists():
        return Reason.STOPPED
    if deadline is None or project is None:
        return Reason.CLOSED
    found = (
        (Reason.EMBARGOED, project.embargoed),
        (Reason.MOVED, deadline.generation != row.generation),
        (Reason.CLOSED, deadline.status != Deadline.Status.OPEN),
        (Reason.ENDED, project.state not in UNDER_WAY),
        (Reason.ON_HOLD, project.on_hold),
    )
    return next((reason for reason, holds in found if holds), None)

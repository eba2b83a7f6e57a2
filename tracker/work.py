"""Doing jobs: take one, do it, and write down what came of it.

A worker holds a job under a lease of its own, by the database's clock. Whoever was killed or stopped for longer than
the lease is not heard of in time, and the next worker takes the job up again; what the old one writes afterwards is
refused, because it no longer holds the lease. One job is run at a time, so that mail never waits for a free worker.
"""

import logging
import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import translation
from django.utils.module_loading import import_string
from django.utils.translation import gettext

from standards.clock import database_now
from standards.refusals import Refused
from tracker.jobs import Job, JobQuerySet

LEASE = timedelta(seconds=90)
RENEW_AFTER = 2
"""Seconds between two signs of life of a job; the page shows how far it was at the last one."""
ASK_AFTER = 1
"""Seconds between two looks whether a job is to be given up, and is still in our hands."""
ATTEMPTS = 5
"""So often a job is taken up before it is given up: one that kills its workers shall not do so for ever."""
TURN = 1500
"""Seconds after which a worker lays a job down for the next tick, long before its task would be ended by force."""

State = Job.State
_log = logging.getLogger(__name__)


class LeaseLost(RuntimeError):
    """Somebody else holds the job by now: stop, and write nothing."""


class TurnOver(Exception):
    """The worker has been at it for long enough; the job goes back among those that wait."""


class Cancelled(Exception):
    """The job was to be given up, and is; ``result`` is what had been done by then."""

    def __init__(self, result: Mapping[str, Any] | None = None) -> None:
        self.result = dict(result or {})
        super().__init__("cancelled")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a job, or the question it stopped at: then ``state`` is asking."""

    result: Mapping[str, Any]
    state: Job.State = State.DONE


@dataclass(slots=True)
class Turn:
    """A job in one worker's hands. Its two callbacks are for whoever does the long work."""

    job: Job
    token: UUID = field(default_factory=uuid4)
    begun: float = field(default_factory=time.monotonic)
    told: float = field(default_factory=time.monotonic)
    asked: float = -math.inf

    @property
    def held(self) -> JobQuerySet:
        return Job.objects.filter(pk=self.job.pk).held_under(self.token)

    def progress(self, done: int, total: int) -> None:
        """Say how far it is. Raises ``LeaseLost`` when somebody else has taken the job up."""
        self.job.done, self.job.total = done, total
        if time.monotonic() - self.told > RENEW_AFTER or done >= total:
            self._renew()

    def cancelled(self) -> bool:
        """Is the job to be given up? Asked before each batch, and a sign of life as well.

        Raises ``LeaseLost`` or ``TurnOver``: what is written by then stays, and the job goes on in other hands.
        """
        if time.monotonic() - self.asked > ASK_AFTER:
            self._renew()
            self.job.cancel_requested = self.held.filter(cancel_requested=True).exists()
            self.asked = time.monotonic()
        if time.monotonic() - self.begun > TURN:
            raise TurnOver
        return self.job.cancel_requested

    def note(self, **parameters: Any) -> None:
        """Remember something for whoever goes on with the job. Raises ``LeaseLost``."""
        self.job.parameters = self.job.parameters | parameters
        if not self.held.update(parameters=self.job.parameters):
            raise LeaseLost(str(self.job))

    def _renew(self) -> None:
        self.told = time.monotonic()
        far = {"done": self.job.done, "total": self.job.total}
        if not self.held.update(lease_until=database_now() + LEASE, **far):
            raise LeaseLost(str(self.job))

    def end(self, state: Job.State, **fields: Any) -> bool:
        """Let go of the job; False where somebody else holds it, and then nothing is written."""
        finished = None if state in (State.ASKING, State.WAITING) else database_now()
        ours = self.held.update(
            state=state, finished_at=finished, lease_token=None, lease_until=None,
            done=self.job.done, total=self.job.total, **fields,
        )  # fmt: skip
        return bool(ours)


Doer = Callable[[Turn], Outcome]

DOERS: dict[str, Doer | str] = {
    Job.Kind.REGISTER: "tracker.register_uploads.carry_out",
    Job.Kind.DOUBTS: "tracker.doubt_search.carry_out",
}
"""Who does each kind of job: a function, or where it is to be found."""


def run_next(now: datetime) -> Job | None:
    """Do the job that has waited longest at ``now``; None when there is none, or somebody else is at work."""
    turn = take(now)
    return run(turn) if turn else None


def run_here(job: Job) -> Job:
    """Do this job at once, in the process that asks, if nobody else has it; returns it as it is then."""
    turn = take(database_now(), job)
    return run(turn) if turn else Job.objects.get(pk=job.pk)


@transaction.atomic
def take(now: datetime, this: Job | None = None) -> Turn | None:
    """Lease the job that has waited longest, or ``this`` one; committed at once."""
    if this is None and Job.objects.in_hand(now).exists():
        return None
    free = Job.objects.free(now).filter(**({"pk": this.pk} if this else {}))
    job = free.select_for_update(skip_locked=True).order_by("created_at", "pk").first()
    if job is None:
        return None
    turn = Turn(job)
    job.state, job.lease_token, job.lease_until = State.RUNNING, turn.token, database_now() + LEASE
    job.attempts += 1
    job.started_at = job.started_at or database_now()
    job.save()
    return turn


def run(turn: Turn) -> Job:
    """Do a job that was taken, in the language of whoever asked for it, and write down what came of it."""
    with translation.override(turn.job.language or None):
        _write_down(turn)
    return Job.objects.get(pk=turn.job.pk)


def _write_down(turn: Turn) -> None:
    try:
        outcome = _do(turn)
        turn.end(outcome.state, result=dict(outcome.result))
    except LeaseLost:
        _log.warning("Job %s: somebody else holds it by now; nothing more is written here", turn.job.pk)
    except TurnOver:
        turn.end(State.WAITING, attempts=turn.job.attempts - 1)
    except Cancelled as cancelled:
        turn.end(State.CANCELLED, result=cancelled.result)
    except Refused as refusal:
        turn.end(State.FAILED, problem=str(refusal))
    except Exception:  # noqa: BLE001 - whatever it was, the person who waits must be told
        _log.exception("Job %s failed", turn.job.pk)
        turn.end(State.FAILED, problem=gettext("Something went wrong that nobody foresaw; the worker's log says what."))


def _do(turn: Turn) -> Outcome:
    if turn.job.attempts > ATTEMPTS:
        raise Refused(gettext("The worker stopped each time it was tried. Tell whoever runs the tracker."))
    if turn.cancelled():
        raise Cancelled
    found = DOERS[turn.job.kind]
    doer: Doer = import_string(found) if isinstance(found, str) else found
    return doer(turn)

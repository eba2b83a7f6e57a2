"""What beat rings the bell for. The tasks carry nothing: what is to be done stands in the database.

A lost or doubled task does no harm; ``deliver_mail`` alone calls itself again, while there is mail.
"""

import logging
import os
import socket
import time

from celery import shared_task

from standards.clock import database_now
from tracker import doubt_search, jobs, outbox, reminders, work
from tracker.heartbeat import beat
from tracker.models import Heartbeat

EXPIRES = 25
"""Seconds after which the next tick is so near that this one need not be run any more."""

_log = logging.getLogger(__name__)


@shared_task(ignore_result=True, expires=EXPIRES, soft_time_limit=600, time_limit=660)
def plan_reminders() -> None:
    """Write down what is owed by now."""
    now = database_now()
    planned = reminders.plan(now)
    beat(Heartbeat.Name.PLANNING, now)
    if planned.to_send or planned.superseded:
        _log.info("Reminders planned: %d to send, %d superseded", len(planned.to_send), planned.superseded)
    if planned.to_send:
        deliver_mail()  # In this same process: what has just been planned need not wait for the next tick.


@shared_task(ignore_result=True, expires=EXPIRES, soft_time_limit=120, time_limit=150)
def deliver_mail() -> None:
    """Send for a while, then make room for others; the rest follows in another round."""
    now = database_now()
    done = outbox.deliver(now, seconds=outbox.SECONDS, worker=f"{socket.gethostname()}:{os.getpid()}")
    beat(Heartbeat.Name.DELIVERY, now, done.trouble)
    if done.sent or done.failed or done.trouble:
        _log.info("Mail: %s", done)
    if done.more:
        deliver_mail.delay()


@shared_task(ignore_result=True, expires=EXPIRES, soft_time_limit=3600, time_limit=3660)
def run_jobs() -> None:
    """Do what long work waits, one job after the other; once a day the search for what looks wrong is among it."""
    end = time.monotonic() + work.TURN
    if doubt_search.ask_daily(database_now()):
        jobs.tidy(database_now())
    while time.monotonic() < end and (job := work.run_next(database_now())):
        _log.info("Job %s (%s): %s", job.pk, job.kind, job.state)

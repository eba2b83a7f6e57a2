"""``/healthz/worker``: whether reminders are looked for and mail goes out. ``config.health`` gives it its address."""

from datetime import datetime
from typing import Any

from django.db import Error
from django.http import HttpResponse, JsonResponse

from standards.clock import database_now
from tracker.heartbeat import WorkerHealth, worker_health


def worker() -> HttpResponse:
    """200 while planning runs and no mail is late, else 503 with what is wrong. Tells nothing of anybody's mail."""
    try:
        health = worker_health(database_now())
    except Error:
        return JsonResponse({"status": "unknown", "problems": ["the database cannot be reached"]}, status=503)
    return JsonResponse(_body(health), status=200 if health.well else 503)


def _body(health: WorkerHealth) -> dict[str, Any]:
    return {
        "status": "ok" if health.well else "not well",
        "problems": health.problems,
        "last_planning": _iso(health.last_planning),
        "last_delivery": _iso(health.last_delivery),
        "oldest_waits_seconds": int(health.oldest_waits.total_seconds()),
        "mail_server": "in trouble" if health.trouble else "ok",
    }


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat(timespec="seconds") if moment else None

"""``/healthz``, ``/readyz`` and ``/healthz/worker``: what an orchestrator asks before it restarts or sends visitors.

They answer before any other middleware looks at the request, so a probe needs no host name, scheme or session.
"""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from redis import Redis, RedisError

from tracker.web.health import worker

OK = "ok"


class HealthMiddleware:
    """Answers the two addresses and passes everything else on."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        view = VIEWS.get(request.path)
        if view is None:
            return self.get_response(request)
        response = view() if request.method in ("GET", "HEAD") else HttpResponse(status=405, headers={"Allow": "GET"})
        response.headers["Cache-Control"] = "no-store"
        response.headers["Content-Length"] = str(len(response.content))
        return response


def healthz() -> HttpResponse:
    """The process is up; says nothing about anything it depends on."""
    return JsonResponse({"status": OK})


def readyz() -> HttpResponse:
    """200 when the database answers and has every migration, else 503.

    The broker's state is told and decides nothing: pages and staff's saves work without it.
    """
    needed = {"database": database_state()}
    needed["migrations"] = migrations_state() if needed["database"] == OK else "unknown"
    ready = set(needed.values()) == {OK}
    body: dict[str, Any] = {"status": OK if ready else "not ready", **needed, "broker": broker_state()}
    return JsonResponse(body, status=200 if ready else 503)


def database_state() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        return "unreachable"
    return OK


def migrations_state() -> str:
    executor = MigrationExecutor(connection)
    pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return f"{len(pending)} pending" if pending else OK


def broker_state() -> str:
    try:
        with Redis.from_url(settings.CELERY_BROKER_URL, socket_timeout=1, socket_connect_timeout=1) as broker:
            broker.ping()
    except RedisError:
        return "unreachable"
    return OK


VIEWS: dict[str, Callable[[], HttpResponse]] = {"/healthz": healthz, "/readyz": readyz, "/healthz/worker": worker}

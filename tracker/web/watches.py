"""The page behind the stop link of a mail: looking changes nothing, its button stops the watches that brought the mail.

Mail scanners open every link, so only a POST acts. It needs no login and no cookie, and mail programs send it
themselves when somebody presses their "unsubscribe" (RFC 8058). Whoever holds the link may use it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from standards.clock import database_now
from tracker.models import Watch
from tracker.querysets import WatchQuerySet
from tracker.stop_links import read


@dataclass(frozen=True, slots=True)
class Shown:
    """One thing that the link is about, and whether it is watched now; an embargoed project is not named."""

    watch: Watch
    running: bool

    @property
    def is_named(self) -> bool:
        return not (self.watch.project and self.watch.project.embargoed)


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def show(request: HttpRequest, signed: str) -> HttpResponse:
    """GET shows what is watched; POST stops it, or starts it again where the form says so. Both may be repeated."""
    watches = _watches(signed)
    if not watches:
        raise Http404
    if request.method == "POST":
        act = start if request.POST.get("action") == "start" else stop
        act(watches, database_now())
    with translation.override(watches[0].watcher.language):
        shown = _shown(watches)
        running = [each for each in shown if each.running]
        context = {"shown": running or shown, "running": bool(running), "acted": request.method == "POST"}
        response = render(request, "web/watches.html", context)
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def stop(watches: Sequence[Watch], now: datetime) -> None:
    """Stop these watches, and any later one by the same person on the same thing."""
    _alike(watches).running().update(stopped_at=now)


def start(watches: Sequence[Watch], now: datetime) -> None:
    """Watch the same things again, as new watches; what is watched already stays as it is."""
    for watch in watches:
        Watch.objects.get_or_create(
            watcher=watch.watcher,
            project=watch.project,
            committee=watch.committee,
            stopped_at=None,
            defaults={"since": now},
        )


def _watches(signed: str) -> list[Watch]:
    found = Watch.objects.filter(pk__in=read(signed) or []).select_related("watcher", "project", "committee")
    return list(found.order_by("pk"))


def _alike(watches: Sequence[Watch]) -> WatchQuerySet:
    return Watch.objects.alike(Watch.objects.filter(pk__in=[watch.pk for watch in watches]))


def _shown(watches: Sequence[Watch]) -> list[Shown]:
    running = {(watch.project_id, watch.committee_id) for watch in _alike(watches).running()}
    return [Shown(watch, (watch.project_id, watch.committee_id) in running) for watch in watches]

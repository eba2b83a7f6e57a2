"""How often one caller may ask: a count for each minute, kept in Django's cache, and the headers that tell of it.

``cache.add`` and ``cache.incr`` are atomic, so callers at the same moment cannot slip past. A cache that does not
answer lets everybody through and is left alone for a while: a quota protects the service, it must not be what stops it.
An answer of 304 is free; ``look`` tells of the quota without using it.
"""

import hashlib
import logging
import time
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.cache import cache

from tracker.api.problems import Problem

WINDOW = 60
LEFT_ALONE = 30
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Caller:
    """Whose quota it is: ``kind`` is a key of the setting ``API_REQUESTS_A_MINUTE``."""

    kind: str
    name: str

    @property
    def limit(self) -> int:
        limits: dict[str, int] = settings.API_REQUESTS_A_MINUTE
        return limits[self.kind]


@dataclass(frozen=True, slots=True)
class Standing:
    """What is left of a caller's quota, and the seconds until it is full again."""

    limit: int
    used: int
    reset: int

    def headers(self) -> dict[str, str]:
        """The fields of draft-ietf-httpapi-ratelimit-headers-10."""
        left = max(0, self.limit - self.used)
        return {
            "RateLimit-Policy": f'"minute";q={self.limit};w={WINDOW}',
            "RateLimit": f'"minute";r={left};t={self.reset}',
        }


def charge(caller: Caller, now: float) -> Standing:
    """Use one request of the quota. Raises a 429 problem, with Retry-After, where nothing is left."""
    standing = _standing(caller, now, _count(_key(caller, now)))
    if standing.used > standing.limit:
        raise Problem(
            429,
            f"More than {standing.limit} requests in a minute. Try again in {standing.reset} seconds; "
            "a poll with If-None-Match that finds nothing new costs nothing.",
            headers={"Retry-After": str(standing.reset)},
        )
    return standing


def look(caller: Caller, now: float) -> Standing:
    """The caller's standing as it is."""
    return _standing(caller, now, _ask("get", _key(caller, now), 0))


def _standing(caller: Caller, now: float, used: Any) -> Standing:
    return Standing(caller.limit, int(used or 0), WINDOW - int(now) % WINDOW)


def _key(caller: Caller, now: float) -> str:
    """A minute's own key, so that a count never outlives its minute; hashed, for an address may hold anything."""
    who = hashlib.sha256(f"{caller.kind} {caller.name}".encode()).hexdigest()[:32]
    return f"quota:{who}:{int(now) // WINDOW}"


def _count(key: str) -> Any:
    _ask("add", key, 0, timeout=2 * WINDOW)
    return _ask("incr", key)


class _Away:
    """Until when the cache is left alone, by this process's own clock."""

    until = 0.0


def _ask(what: str, *arguments: Any, **options: Any) -> Any:
    """The cache's answer, or None where it has none to give."""
    if time.monotonic() < _Away.until:
        return None
    try:
        return getattr(cache, what)(*arguments, **options)
    except Exception as error:  # noqa: BLE001 - each cache backend has errors of its own for a server that is away
        _Away.until = time.monotonic() + LEFT_ALONE
        _log.warning("The cache does not answer (%s); quotas are not counted for %d seconds.", error, LEFT_ALONE)
        return None

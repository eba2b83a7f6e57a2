"""How often one may ask: counted for each caller, told in every answer, and never what stops the service."""

import threading
from typing import Any

import pytest
from django.core.cache import caches
from django.test import Client

from tests import factories
from tests.servers.redis import Redis, running_redis
from tests.tracker.api.asking import Asking
from tracker.api import quota
from tracker.api.problems import Problem
from tracker.api.quota import Caller, charge, look

pytestmark = pytest.mark.django_db

NOW = 1_000_000_000.0  # forty seconds into a minute of the epoch


@pytest.fixture(autouse=True)
def little(settings: Any) -> None:
    settings.API_REQUESTS_A_MINUTE = {"anonymous": 3, "token": 5}
    quota._Away.until = 0.0


@pytest.fixture
def at_one_moment(time_machine: Any) -> Any:
    time_machine.move_to("2026-03-01T10:00:40+00:00", tick=False)
    return time_machine


def test_what_is_left_is_told_in_every_answer(api: Asking, at_one_moment: Any) -> None:
    told = [api.get("tracks/gb/").headers for _time in range(2)]
    assert [headers["RateLimit"] for headers in told] == ['"minute";r=2;t=20', '"minute";r=1;t=20']
    assert told[0]["RateLimit-Policy"] == '"minute";q=3;w=60'


def test_one_request_too_many_is_429_until_the_minute_is_over(api: Asking, at_one_moment: Any) -> None:
    statuses = [api.get("tracks/gb/").status_code for _time in range(5)]
    assert statuses == [200, 200, 200, 429, 429]
    refused = api.get("tracks/gb/")
    assert refused.headers["Content-Type"] == "application/problem+json"
    assert refused.headers["Retry-After"] == "20"
    assert refused.headers["RateLimit"] == '"minute";r=0;t=20'
    at_one_moment.move_to("2026-03-01T10:01:00+00:00", tick=False)
    assert api.get("tracks/gb/").status_code == 200


def test_a_304_costs_nothing_even_when_nothing_is_left(api: Asking, at_one_moment: Any) -> None:
    tag = api.get("projects/").headers["ETag"]
    for _time in range(5):
        poll = api.get("projects/", If_None_Match=tag)
        assert poll.status_code == 304
        assert poll.headers["RateLimit"] == '"minute";r=2;t=20'
    for _time in range(3):
        api.get("projects/")
    assert api.get("projects/").status_code == 429
    assert api.get("projects/", If_None_Match=tag).status_code == 304


@pytest.mark.parametrize("path", ["nothing/", "projects/?limit=0", "projects/42/"])
def test_what_is_refused_counts_too(api: Asking, at_one_moment: Any, path: str) -> None:
    assert [api.get(path).status_code for _time in range(4)][-1] == 429


def test_every_caller_has_a_quota_of_its_own(at_one_moment: Any) -> None:
    one, other = Asking(factories.api_token()), Asking(factories.api_token())
    assert [one.get("tracks/gb/").status_code for _time in range(6)] == [200] * 5 + [429]
    assert other.get("tracks/gb/").status_code == 200
    assert Asking().get("tracks/gb/").status_code == 200
    elsewhere = [Client(REMOTE_ADDR=f"192.0.2.{n}").get("/api/v1/tracks/gb/").status_code for n in range(8)]
    assert elsewhere == [200] * 8


def test_a_guessed_token_uses_up_the_quota_of_where_it_comes_from(at_one_moment: Any) -> None:
    guesser = Asking("trk_abcdefghij_" + "x" * 43)
    assert [guesser.get("projects/").status_code for _time in range(4)] == [401, 401, 401, 429]


def test_a_forwarded_address_is_believed_only_from_proxies_of_ours(at_one_moment: Any) -> None:
    statuses = [
        Client().get("/api/v1/tracks/gb/", headers={"X-Forwarded-For": f"192.0.2.{n}"}).status_code for n in range(4)
    ]
    assert statuses == [200, 200, 200, 429]


def test_moves_count(at_one_moment: Any) -> None:
    mover = Asking(factories.api_token(factories.mover(), write=True))
    path = f"projects/{factories.project().pk}/transitions/"
    assert [mover.post(path, {}).status_code for _time in range(6)] == [400] * 5 + [429]


def test_callers_at_the_same_moment_cannot_slip_past(settings: Any) -> None:
    settings.API_REQUESTS_A_MINUTE = {"anonymous": 50, "token": 5}
    _at_the_same_moment()


def test_looking_uses_nothing() -> None:
    caller = Caller("anonymous", "somebody")
    for _time in range(10):
        assert look(caller, NOW).used == 0
    assert charge(caller, NOW).used == 1


def test_an_address_may_hold_anything() -> None:
    caller = Caller("anonymous", "a b\x00\n" + "é" * 1000)
    assert charge(caller, NOW).used == 1


def _at_the_same_moment() -> None:
    """Eight threads ask 160 times together, of which fifty may pass."""
    passed: list[bool] = []

    def ask() -> None:
        for _time in range(20):
            try:
                charge(Caller("anonymous", "crowd"), NOW)
            except Problem:
                passed.append(False)
            else:
                passed.append(True)

    threads = [threading.Thread(target=ask) for _number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (passed.count(True), passed.count(False)) == (50, 110)


# With a Redis behind the cache


def _use(settings: Any, server: Redis) -> None:
    options = {"socket_timeout": 0.3, "socket_connect_timeout": 0.3}
    backend = "django.core.cache.backends.redis.RedisCache"
    settings.CACHES = {"default": {"BACKEND": backend, "LOCATION": server.url, "OPTIONS": options}}


def test_quotas_hold_in_redis_too(settings: Any, redis_server: Redis, redis_url: str) -> None:
    settings.API_REQUESTS_A_MINUTE = {"anonymous": 50, "token": 5}
    _use(settings, redis_server)
    _at_the_same_moment()
    caches["default"].close()


@pytest.mark.parametrize("how", ["stop", "freeze"])
def test_without_redis_everybody_is_let_through(api: Asking, settings: Any, how: str) -> None:
    with running_redis() as server:
        _use(settings, server)
        assert api.get("tracks/gb/").status_code == 200
        getattr(server, how)()
        answers = [api.get("tracks/gb/") for _time in range(6)]
        assert [answer.status_code for answer in answers] == [200] * 6
        assert answers[-1].headers["RateLimit"].startswith('"minute";r=3')
        if how == "freeze":
            server.thaw()
        caches["default"].close()

"""Fixtures for every test: the servers, and the addresses a child process of a test needs."""

import os
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from django.db import connection
from django.utils import translation

from standards import triggers
from tests.servers.redis import Redis, running_redis
from tests.servers.smtp_sink import RunningSink, running_sink

_COMMITTING = {"transactional_db", "live_server"}


@pytest.fixture(autouse=True)
def _tables_can_be_emptied(request: pytest.FixtureRequest) -> Iterator[None]:
    """A test that commits has its tables emptied afterwards, and for that alone the history lets go of its rows.

    Emptying is followed by the signal that makes the triggers anew, as after every migrate.
    """
    marker = request.node.get_closest_marker("django_db")
    commits = bool(marker and marker.kwargs.get("transaction")) or bool(_COMMITTING & set(request.fixturenames))
    if commits:
        request.getfixturevalue("transactional_db")
    yield
    if commits:
        triggers.remove()


@pytest.fixture(autouse=True)
def _no_readers_language_stays() -> Iterator[None]:
    """A request leaves the language of its reader behind, and the next test would speak it."""
    yield
    translation.deactivate()


@pytest.fixture(scope="session")
def redis_server() -> Iterator[Redis]:
    """One Redis for the run. A test that stops or freezes Redis starts one of its own with ``running_redis``."""
    with running_redis() as server:
        yield server


@pytest.fixture
def redis_url(redis_server: Redis) -> str:
    """The address of an empty Redis."""
    from redis import Redis as Client

    with Client.from_url(redis_server.url) as client:
        client.flushall()
    return redis_server.url


@pytest.fixture
def smtp_sink(tmp_path: Path) -> Iterator[RunningSink]:
    """An SMTP server that keeps what it accepts."""
    with running_sink(tmp_path / "smtp-sink.jsonl") as sink:
        yield sink


@pytest.fixture
def database_url(transactional_db: None) -> str:
    """Where a child process finds this test's own database; what the test commits, the child sees."""
    settings = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{settings['NAME']}"
    return f"postgres://postgres@{quote(settings['HOST'], safe='')}/{settings['NAME']}"


@pytest.fixture
def service_environ(database_url: str, redis_url: str, smtp_sink: RunningSink) -> dict[str, str]:
    """The environment of a production process that uses this test's database, Redis and SMTP sink."""
    return {
        "PATH": os.environ["PATH"],
        "DJANGO_SETTINGS_MODULE": "config.settings.production",
        "SECRET_KEY": "a-key-for-the-processes-a-test-starts-0123456789-abcdefgh",
        "BASE_URL": "http://localhost:8000",
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "EMAIL_URL": smtp_sink.url,
    }

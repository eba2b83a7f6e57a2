"""The suite's plugin: which database engine a run is for, and which tests belong to it.

``--engine=sqlite`` (the default) runs every test but those marked ``postgres``; ``--engine=postgres`` runs those and
every test that touches the database. A test that touches none would give the same answer twice, so it runs once.
The engine is started, and the environment set, before Django reads its settings; each worker of ``pytest -n`` has a
database of its own on the one server.
"""

import atexit
import os
import shutil
import tempfile
import unittest
from collections.abc import Generator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.servers.postgres import running_postgres

ON_REQUEST = ("journeys",)
"""Folders that need a browser: run only when named."""

_DATABASE_FIXTURES = {"db", "transactional_db", "live_server", "django_db_setup"}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--engine", choices=("sqlite", "postgres"), default="sqlite", help="the database of this run")


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Generator[None, object, object]:
    if "PYTEST_XDIST_WORKER" not in os.environ:
        servers = ExitStack()
        atexit.register(servers.close)
        early_config.add_cleanup(servers.close)
        _prepare_environment(early_config.known_args_namespace.engine, servers)
    return (yield)


def _prepare_environment(engine: str, servers: ExitStack) -> None:
    folder = Path(tempfile.mkdtemp(prefix="tracker-test-"))
    servers.callback(shutil.rmtree, folder, ignore_errors=True)
    url = f"sqlite:///{folder}/tracker.sqlite3"
    if engine == "postgres":
        url = servers.enter_context(running_postgres()).url("tracker")
    for name in ("SECRET_KEY", "ALLOWED_HOSTS", "BASE_URL", "REDIS_URL", "TIME_ZONE", "TRUSTED_PROXIES", "DEBUG"):
        os.environ.pop(name, None)
    os.environ.update(DJANGO_SETTINGS_MODULE="config.settings.test", DATABASE_URL=url, EMAIL_URL=f"file:{folder}/mail")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    named = any(name in argument for name in ON_REQUEST for argument in config.args)
    return True if collection_path.name in ON_REQUEST and not named else None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    engine = config.getoption("engine")
    chosen = [item for item in items if _belongs(item, engine)]
    config.hook.pytest_deselected(items=[item for item in items if item not in chosen])
    items[:] = chosen


def _belongs(item: pytest.Item, engine: str) -> bool:
    for name in ("sqlite", "postgres"):
        if item.get_closest_marker(name):
            return name == engine
    return engine == "sqlite" or _touches_the_database(item)


def _touches_the_database(item: pytest.Item) -> bool:
    is_case = isinstance(item, pytest.Function) and item.cls and issubclass(item.cls, unittest.TestCase)
    fixtures = set(getattr(item, "fixturenames", ()))
    return bool(item.get_closest_marker("django_db") or is_case or _DATABASE_FIXTURES & fixtures)

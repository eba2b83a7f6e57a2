from collections.abc import Iterator

import pytest
from django.core.cache import cache

from tests.tracker.api.asking import Asking
from tracker.api import quota


@pytest.fixture(autouse=True)
def full_quota() -> Iterator[None]:
    """Every test begins with all of its quota, and with the cache believed in."""
    quota._Away.until = 0.0
    cache.clear()
    yield
    quota._Away.until = 0.0
    cache.clear()


@pytest.fixture
def api() -> Asking:
    """The API, asked by nobody in particular."""
    return Asking()

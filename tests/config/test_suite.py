"""What the suite promises to its own tests."""

import subprocess
import sys
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.db import connection

from standards import triggers
from standards.models import Change
from tests import factories

ROOT = Path(__file__).parents[2]
COUNT_USERS = "import django; django.setup(); from django.contrib.auth.models import User; print(User.objects.count())"


@pytest.mark.parametrize("_again", [1, 2])
@pytest.mark.django_db(transaction=True)
def test_a_committed_history_is_gone_for_the_next_test_and_guarded_again(_again: int) -> None:
    assert not Change.objects.exists()
    factories.committee()
    assert Change.objects.exists()
    assert triggers.missing_triggers() == []


def test_a_child_process_sees_what_a_test_has_committed(service_environ: dict[str, str]) -> None:
    User.objects.create(username="secretary")
    child = subprocess.run(
        [sys.executable, "-c", COUNT_USERS], cwd=ROOT, env=service_environ, capture_output=True, text=True, check=True
    )
    assert child.stdout == "1\n"


@pytest.mark.sqlite
@pytest.mark.django_db
def test_a_run_for_sqlite_is_on_sqlite() -> None:
    assert connection.vendor == "sqlite"


@pytest.mark.postgres
@pytest.mark.django_db
def test_a_run_for_postgres_is_on_postgres() -> None:
    assert connection.vendor == "postgresql"

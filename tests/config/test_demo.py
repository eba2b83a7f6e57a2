"""`make demo`, from its refusals to a run of the whole of it."""

import os
import shlex
import signal
import socket
import subprocess
import sys
import time
from io import StringIO
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from django.core.management import CommandError, call_command

from config.demo import CannotStart, commands, free_port, redis_command, redis_server, refuse_taken
from config.management.commands import demo
from standards.models import Project
from tracker.models import Watch, Watcher

ROOT = Path(__file__).parent.parent.parent


def test_a_port_somebody_listens_on_is_refused_with_another_to_try() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(CannotStart, match=f"PORT={port + 1}"):
            refuse_taken(port)


def test_a_free_port_is_not_refused() -> None:
    refuse_taken(free_port())


def test_there_is_a_redis_server_to_start() -> None:
    assert os.access(redis_server(), os.X_OK)


def test_the_known_password_is_never_made_under_other_settings() -> None:
    with pytest.raises(CommandError, match=r"config\.settings\.local only"):
        call_command("demo")


@pytest.mark.django_db
def test_login_and_watchers_are_made_once_and_then_left_as_they_are() -> None:
    call_command("load_records", stdout=StringIO())
    assert demo.login() == demo.PASSWORD
    demo.watchers()
    Watch.objects.all().delete()
    demo.watchers()
    assert Watcher.objects.count() == len(demo.WATCHERS)
    assert not Watch.objects.exists()


@pytest.mark.django_db
def test_the_demo_watchers_hear_of_the_three_gb_z_of_the_first_quarter() -> None:
    call_command("load_records", stdout=StringIO())
    demo.watchers()
    watch = Watch.objects.first()
    assert watch is not None
    assert watch.committee is not None
    overdue = Project.objects.in_committee(watch.committee.slug).filter(target_text="2026-Q1")
    assert overdue.count() == 3


@pytest.fixture
def running(tmp_path: Path) -> "subprocess.Popen[str]":
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "config.settings.local",
        "DATABASE_URL": f"sqlite:///{tmp_path}/demo.sqlite3",
        "EMAIL_URL": f"file:{tmp_path}/mail",
        "PORT": str(free_port()),
    }
    environment.pop("REDIS_URL", None)
    subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], cwd=ROOT, env=environment, check=True)
    process = subprocess.Popen(
        [sys.executable, "manage.py", "demo"],
        cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    process.port = environment["PORT"]  # type: ignore[attr-defined]
    return process


@pytest.mark.sqlite
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_the_demo_brings_up_board_and_api_and_a_signal_ends_all_of_it(
    running: "subprocess.Popen[str]", how: signal.Signals
) -> None:
    said: list[str] = []
    assert running.stdout is not None
    for line in running.stdout:
        said.append(line)
        if "API docs" in line:
            break
    base = f"http://127.0.0.1:{running.port}"  # type: ignore[attr-defined]
    assert f"Board        http://localhost:{running.port}/" in "".join(said)  # type: ignore[attr-defined]
    with urlopen(f"{base}/") as board, urlopen(f"{base}/api/v1/projects/?q=industrial") as api:
        assert (board.status, api.status) == (200, 200)
        assert b"industrial foundation model" in api.read()
    running.send_signal(how)
    running.communicate(timeout=30)
    assert running.returncode == 0
    assert nothing_listens(int(running.port))  # type: ignore[attr-defined]


@pytest.mark.sqlite
def test_the_demo_ends_when_the_program_it_writes_to_has_ended(running: "subprocess.Popen[str]") -> None:
    assert running.stdout is not None
    for line in running.stdout:
        if "API docs" in line:
            break
    running.stdout.close()
    with pytest.raises(HTTPError):  # which the demo tells, to nobody
        urlopen(f"http://127.0.0.1:{running.port}/nothing-here")  # type: ignore[attr-defined]
    assert running.wait(timeout=30) == 0
    assert nothing_listens(int(running.port))  # type: ignore[attr-defined]


def test_the_demo_runs_in_a_folder_with_a_space_in_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.executable", "/a folder/bin/python")
    for command in [*commands(8000).values(), redis_command(6379, Path("/a folder"))]:
        assert any(word.startswith("/a folder") for word in shlex.split(command))


def nothing_listens(port: int) -> bool:
    for _ in range(50):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)):
                return True
        time.sleep(0.1)
    return False

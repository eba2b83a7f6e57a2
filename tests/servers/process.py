"""Starting a server as a child, waiting until it answers, and ending it for certain."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from tests.servers import tether

Process = subprocess.Popen[bytes]


class DidNotStart(Exception):
    """A server ended or stayed silent; the message holds what it said."""


def free_port() -> int:
    """A TCP port of 127.0.0.1 that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def accepts(port: int) -> bool:
    """Whether somebody listens on the port of 127.0.0.1."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def start(
    command: Sequence[str | Path],
    log: Path,
    *,
    user: str = "-",
    death_signal: signal.Signals = signal.SIGTERM,
    environ: dict[str, str] | None = None,
    cwd: Path | None = None,
) -> Process:
    """Start a command that dies with us, as ``user`` (or as ourselves), its output appended to ``log``.

    It gets a session of its own: the Ctrl-C that ends the suite reaches the suite first, which then stops its servers.
    """
    wrapped = [sys.executable, "-I", tether.__file__, str(os.getpid()), user, death_signal.name, *map(str, command)]
    with log.open("ab") as output:
        return subprocess.Popen(
            wrapped,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
            env=environ,
            cwd=cwd,
        )


def wait_until(ready: Callable[[], bool], process: Process, log: Path, seconds: float = 30) -> None:
    """Return when ``ready()`` is true; raise ``DidNotStart`` when the process ends or the time is up."""
    deadline = time.monotonic() + seconds
    while not ready():
        if process.poll() is not None or time.monotonic() > deadline:
            stop(process)
            raise DidNotStart(f"{process.args!r}\n{log.read_text(errors='replace')[-4000:]}")
        time.sleep(0.02)


def stop(process: Process, how: signal.Signals = signal.SIGTERM, seconds: float = 10) -> None:
    """End the process with ``how``, and with SIGKILL if it does not listen; harmless when it has ended."""
    if process.poll() is None:
        process.send_signal(signal.SIGCONT)
        process.send_signal(how)
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

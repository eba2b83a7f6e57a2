"""A migrated database of each engine, thrown away afterwards."""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.processes import environ
from tests.servers.postgres import running_postgres

ENGINES = ("sqlite", "postgres")


@contextmanager
def database(engine: str) -> Iterator[str]:
    """Its address, as ``DATABASE_URL`` has it."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        if engine == "sqlite":
            yield _migrated(f"sqlite:///{folder}/bench.sqlite3")
            return
        with running_postgres() as server:
            subprocess.run([_createdb(server.binaries), "-h", server.folder, "-U", "postgres", "bench"], check=True)
            yield _migrated(server.url("bench"))


def _createdb(binaries: Path) -> Path:
    return binaries / "createdb"


def _migrated(url: str) -> str:
    subprocess.run([sys.executable, "manage.py", "migrate", "--verbosity", "0"], env=environ(url), check=True)
    return url

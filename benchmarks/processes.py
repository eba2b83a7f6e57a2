"""Processes whose time and memory are measured."""

import os
import subprocess
import sys
import time
from dataclasses import dataclass


def environ(url: str) -> dict[str, str]:
    """The environment of a process that works on that database."""
    return {
        "PATH": os.environ["PATH"],
        "DJANGO_SETTINGS_MODULE": "config.settings.test",
        "DATABASE_URL": url,
        "EMAIL_URL": "console:",
    }


@dataclass(frozen=True, slots=True)
class Ran:
    """``seconds`` by the wall, ``megabytes`` of memory at most, and the exit code (negative: the signal)."""

    seconds: float
    megabytes: float
    code: int
    output: str


def python(url: str, *arguments: str) -> Ran:
    """Run the interpreter with these arguments to its end."""
    began = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, *arguments], env=environ(url), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    assert process.stdout is not None
    output = process.stdout.read()
    _pid, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return Ran(time.monotonic() - began, usage.ru_maxrss / 1024, process.returncode, output)

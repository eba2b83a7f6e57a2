"""A worker that kills itself while it writes a register: ``python -m tests.tracker.dying_writer STEP COUNT``.

It dies when it comes to the step for the so manieth time.
"""

import os
import signal
import sys
from collections.abc import Callable
from itertools import count
from typing import Any

import django

STEPS = ("inside_a_batch", "after_a_batch", "inside_a_change", "after_a_change")


def dying(step: Callable[..., Any], times: int, *, after: bool) -> Callable[..., Any]:
    """The step, which is survived one time less than ``times``."""
    reached = count(1)

    def perhaps_last(*arguments: Any, **named: Any) -> Any:
        last = next(reached) == times
        answer = step(*arguments, **named) if after or not last else None
        if last:
            os.kill(os.getpid(), signal.SIGKILL)
        return answer

    return perhaps_last


def arm(step: str, times: int) -> None:
    from standards import edits, history
    from standards.importers import writing
    from standards.importers.writer import BulkWriter

    places: dict[str, tuple[Any, str, bool]] = {
        "inside_a_batch": (history, "chain", True),
        "after_a_batch": (BulkWriter, "write", True),
        "inside_a_change": (writing, "perform", False),
        "after_a_change": (edits, "edit", True),
    }
    where, name, after = places[step]
    setattr(where, name, dying(getattr(where, name), times, after=after))


if __name__ == "__main__":
    django.setup()
    arm(sys.argv[1], int(sys.argv[2]))
    from standards.clock import database_now
    from tracker.work import run_next

    run_next(database_now())

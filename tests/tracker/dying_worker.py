"""A worker that kills itself at a named step of its first letter: ``python -m tests.tracker.dying_worker STEP``."""

import os
import signal
import sys
from collections.abc import Callable
from typing import Any

import django

STEPS = ("after_claim", "before_mail", "before_data", "after_data", "before_ack")


def dying(step: Callable[..., Any], *, after: bool) -> Callable[..., Any]:
    """The step, and then death; or death instead of it."""

    def last(*arguments: Any, **named: Any) -> Any:
        if after:
            step(*arguments, **named)
        os.kill(os.getpid(), signal.SIGKILL)

    return last


def arm(step: str) -> None:
    from tracker import outbox
    from tracker.lease import Lease
    from tracker.mail.sending import Smtp

    places: dict[str, tuple[Any, str, bool]] = {
        "after_claim": (outbox, "take", True),
        "before_mail": (Smtp, "_announce", False),
        "before_data": (Lease, "begin", True),
        "after_data": (Smtp, "_hand_over", True),
        "before_ack": (Lease, "settle", False),
    }
    where, name, after = places[step]
    setattr(where, name, dying(getattr(where, name), after=after))


if __name__ == "__main__":
    django.setup()
    arm(sys.argv[1])
    from standards.clock import database_now
    from tracker.outbox import deliver

    deliver(database_now(), worker="dying")

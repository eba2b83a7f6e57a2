import sys
from typing import Any

from django.core.management.base import BaseCommand

from standards.history import current_rev, verify


class Command(BaseCommand):
    help = "Replay the whole history and compare it with what stands; exit 1 and a list where it does not add up."

    def handle(self, *_args: Any, **_options: Any) -> None:
        flaws = verify()
        for flaw in flaws:
            self.stderr.write(f"{flaw.row}: {flaw.problem}")
        if flaws:
            sys.exit(1)
        self.stdout.write(f"{current_rev()} changes, each in its place; projects agree with their history.")

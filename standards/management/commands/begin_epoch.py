from typing import Any

from django.core.management.base import BaseCommand

from standards.history import begin_epoch


class Command(BaseCommand):
    help = (
        "To be run once after a backup was restored. Numbers of changes that were read already will be given out "
        "again, so every program that follows the changes is told to read all of it anew."
    )

    def handle(self, *_args: Any, **_options: Any) -> None:
        self.stdout.write(f"This database is another one for its readers now: {begin_epoch()}.")

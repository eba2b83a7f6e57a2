from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from standards.importers.load import load
from standards.importers.records import SHIPPED, BadRecords, read
from standards.refusals import Refused


class Command(BaseCommand):
    help = "Bring in records from TOML files; run again it adds what is new and leaves the rest as the staff have it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", nargs="?", type=Path, default=SHIPPED, help="default: the records shipped")

    def handle(self, *_args: Any, folder: Path, **_options: Any) -> None:
        try:
            loaded = load(read(folder), by=None)
        except (BadRecords, Refused) as error:
            raise CommandError(f"Nothing was written.\n{error}") from None
        self.stdout.write(
            f"Added {loaded.projects} projects, {loaded.committees} committees with {loaded.facts} facts, "
            f"{loaded.bodies} bodies."
        )

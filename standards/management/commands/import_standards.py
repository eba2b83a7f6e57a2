import json
from pathlib import Path
from time import monotonic
from typing import Any, NoReturn

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from standards.importers.headings import template
from standards.importers.mapping import NO_MAPPING, read_mapping
from standards.importers.plan import Action, Plan
from standards.importers.planning import make_plan
from standards.importers.reports import as_json, done, told
from standards.importers.unreadable import Unreadable
from standards.importers.writing import Written, write

_WIDTH = 40
_LINE_EVERY = 5.0


class Command(BaseCommand):
    help = (
        "Import a register, CSV or XLSX: what is new is registered, what has moved is moved, the rest is edited. "
        "One row that cannot be read, and nothing is written. Run it again and it writes only what differs."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", nargs="?", type=Path, help="CSV (UTF-8 or GB18030) or XLSX")
        parser.add_argument("--map", type=Path, help="TOML: what the register's own headings and words mean")
        parser.add_argument("--source", default="", help="name of the register, under which its ids are remembered")
        parser.add_argument("--sheet", default="", help="sheet of a workbook; default: the first")
        parser.add_argument("--create-committees", action="store_true", help="add committees that are not known yet")
        parser.add_argument("--skip-bad", action="store_true", help="write the rest when some rows cannot be read")
        parser.add_argument("--dry-run", action="store_true", help="write nothing, only say what would be done")
        parser.add_argument("--json", action="store_true", help="answer with one JSON object")
        parser.add_argument("--template", action="store_true", help="print an empty register with every heading")

    def handle(self, *_args: Any, **options: Any) -> None:
        if options["template"]:
            self.stdout.write(template().decode(), ending="")
            return
        if options["file"] is None:
            raise CommandError("Name a file to import, or ask for --template.")
        try:
            plan = self._plan(options)
        except Unreadable as error:
            self._refuse(error, json_wanted=options["json"])
        written = self._write(plan, options)
        self._report(plan, written, json_wanted=options["json"])
        _raise_for_errors(plan, written, skip_bad=options["skip_bad"])

    def _plan(self, options: dict[str, Any]) -> Plan:
        progress = Progress("reading", self.stderr)
        plan = make_plan(
            options["file"],
            by=None,
            on=timezone.localdate(),
            mapping=read_mapping(options["map"]) if options["map"] else NO_MAPPING,
            source=options["source"],
            sheet=options["sheet"],
            create_committees=options["create_committees"],
            progress=progress,
        )
        progress.end()
        return plan

    def _refuse(self, error: Unreadable, *, json_wanted: bool) -> NoReturn:
        if json_wanted:
            self.stdout.write(json.dumps({"file": error.file, "error": str(error)}, ensure_ascii=False))
        raise CommandError(f"Nothing was written.\n{error}")

    def _write(self, plan: Plan, options: dict[str, Any]) -> Written | None:
        if options["dry_run"] or (plan.counts[Action.BAD] and not options["skip_bad"]):
            return None
        progress = Progress("writing", self.stderr)
        written = write(plan, by=None, skip_bad=options["skip_bad"], progress=progress)
        progress.end()
        return written

    def _report(self, plan: Plan, written: Written | None, *, json_wanted: bool) -> None:
        if json_wanted:
            for piece in as_json(plan, written):
                self.stdout.write(piece, ending="")
            return
        for line in told(plan):
            self.stdout.write(line)
        for line in done(written) if written else ["Nothing was written."]:
            self.stdout.write(line)


def _raise_for_errors(plan: Plan, written: Written | None, *, skip_bad: bool) -> None:
    bad = plan.counts[Action.BAD]
    if bad and not skip_bad:
        raise CommandError(
            f"{bad:,} rows cannot be read, so nothing was written. Mend them, or leave them out: --skip-bad"
        )
    if written and written.failures:
        raise CommandError(f"{len(written.failures):,} rows were not written.")


class Progress:
    """Tells how far it is: as a bar on a terminal, else in a line every few seconds."""

    def __init__(self, doing: str, stream: Any) -> None:
        self.doing, self.stream = doing, stream
        self.began = self.last = monotonic()

    def __call__(self, done: int, total: int) -> None:
        now = monotonic()
        if self._is_terminal:
            self.stream.write(f"\r{self._bar(done, total)}", ending="")
        elif now - self.last >= _LINE_EVERY:
            self.last = now
            self.stream.write(f"{self.doing}: {self._count(done, total)}")

    def end(self) -> None:
        if self._is_terminal:
            self.stream.write("")

    @property
    def _is_terminal(self) -> bool:
        return bool(self.stream.isatty())

    def _bar(self, done: int, total: int) -> str:
        filled = _WIDTH * done // total if total else 0
        return f"{self.doing} [{'#' * filled}{'.' * (_WIDTH - filled)}] {self._count(done, total)} "

    def _count(self, done: int, total: int) -> str:
        seconds = monotonic() - self.began
        return f"{done:,}{f' of {total:,}' if total else ' rows'}, {seconds:.0f} s"

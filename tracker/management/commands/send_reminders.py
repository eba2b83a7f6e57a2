import argparse
import json
from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime
from itertools import groupby
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation

from standards.cleaning import Unclean, clean_date
from standards.clock import database_now, day_of
from tracker import forecast, mail, outbox, reminders
from tracker.forecast import Line
from workflows.calendar import FIRST_YEAR, LAST_YEAR

A_ROUND = 600


class Command(BaseCommand):
    help = "Look for due reminders and send what waits, now and by hand; what a worker does every half minute."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--as-of", type=a_day, metavar="YYYY-MM-DD", help="as if that day were today, at its end (default: now)"
        )
        parser.add_argument("--dry-run", action="store_true", help="list what would happen, and write and send nothing")
        parser.add_argument("--json", action="store_true", help="print a JSON list of the reminders")

    def handle(self, *_args: Any, as_of: date | None, dry_run: bool, **options: Any) -> None:
        now = database_now()
        with translation.override("en"):
            if dry_run:
                told = self._tell(forecast.forecast(now, as_of or day_of(now)), as_json=options["json"])
                self._say(f"{counted(told)}. Nothing was written or sent.", as_json=options["json"])
            else:
                self._send(now, as_of, as_json=options["json"])

    def _send(self, now: datetime, as_of: date | None, *, as_json: bool) -> None:
        today = day_of(now)
        if as_of and as_of > today:
            raise CommandError(
                f"{as_of} is in the future (today is {today}), and a reminder is sent when its day has come. "
                "Add --dry-run to see what would be sent."
            )
        planned = reminders.plan(now, as_of if as_of != today else None)
        done = deliver_all(now)
        self._tell(forecast.outcome(planned.to_send), as_json=as_json)
        due = f"{len(planned.to_send)} reminders were due" if planned.to_send else "No reminder was due"
        self._say(f"{due}, {planned.superseded} were superseded, {done.sent} mails were sent.", as_json=as_json)
        if done.trouble:
            raise CommandError(f"Mail waits, and is tried again by the next worker: {done.trouble}")

    def _tell(self, lines: Iterable[Line], *, as_json: bool) -> Counter[str]:
        told: Counter[str] = Counter()
        if as_json:
            self.stdout.write(json.dumps([as_object(line) for line in lines], ensure_ascii=False, indent=2))
            return told
        for (_project, heading), about in groupby(lines, key=lambda line: (line.project, heading_of(line))):
            self.stdout.write(heading)
            for line in about:
                told[line.action] += 1
                self.stdout.write(in_words(line))
        return told

    def _say(self, text: str, *, as_json: bool) -> None:
        if not as_json:
            self.stdout.write(text)


def counted(told: Counter[str]) -> str:
    """How many reminders of each kind there are: "6 to send, 12 superseded"."""
    counts = (f"{count} {'to send' if action == forecast.SEND else action}" for action, count in sorted(told.items()))
    return ", ".join(counts) or "No reminder is due"


def deliver_all(now: datetime) -> outbox.Delivered:
    """Send until nothing waits, or the mail server is in trouble."""
    done = outbox.deliver(now, seconds=A_ROUND, worker="send_reminders")
    while done.more:
        rest = outbox.deliver(now, seconds=A_ROUND, worker="send_reminders")
        rest.sent += done.sent
        done = rest
    mail.hang_up()
    return done


def a_day(text: str) -> date:
    """A calendar day, or the sentence that argparse shows."""
    try:
        day = clean_date(text)
    except Unclean as error:
        raise argparse.ArgumentTypeError(str(error)) from None
    if day is None or not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise argparse.ArgumentTypeError(f"“{text}” is no day from {FIRST_YEAR} to {LAST_YEAR}.")
    return day


def as_object(line: Line) -> dict[str, Any]:
    deadline = line.deadline
    return {
        "watcher": line.watcher,
        "project": str(line.project),
        "title": line.title,
        "deadline": {"kind": deadline.kind, "text": deadline.text, "due": deadline.due.isoformat()},
        "rung": line.rung,
        "due": line.due.isoformat(),
        "action": line.action,
        "reason": line.reason,
        "why": line.why,
    }


def heading_of(line: Line) -> str:
    return f"{line.title} ({line.deadline.text}, due {line.deadline.due})"


def in_words(line: Line) -> str:
    told = line.why if line.action == forecast.SEND else f"{line.reason} ({line.why})"
    return f"  {line.action:<11}{rung_in_words(line.rung):<17} {line.due:%Y-%m-%d %H:%M}  {line.watcher}  {told}"


def rung_in_words(name: str) -> str:
    if name == "0":
        return "on the day"
    days = name.lstrip("+")
    return f"{days} day{'' if days == '1' else 's'} {'overdue' if name.startswith('+') else 'before'}"

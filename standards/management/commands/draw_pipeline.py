from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from standards.checks import machine
from workflows.drawing import draw
from workflows.library import Rule, Track, UnknownTrack, track
from workflows.states import WITHOUT_TARGET, Label, Level, State, Verb


class Command(BaseCommand):
    help = "Draw a procedure as SVG; without --track the machine itself: every verb there is, whatever the procedure."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--track", help="code of a procedure, such as gb-z")
        parser.add_argument("--language", choices=("en", "zh"), default="en", help="default: en")
        parser.add_argument("--output", type=Path, metavar="FILE", help="default: the standard output")

    def handle(self, *_args: Any, track: str | None, language: str, output: Path | None, **_options: Any) -> None:
        svg = draw(_chosen(track), language)
        if output is None:
            self.stdout.write(svg, ending="")
            return
        try:
            output.write_text(svg, encoding="utf-8")
        except OSError as error:
            raise CommandError(f"Cannot write {output}: {error.strerror}. Give --output another place.") from None
        self.stdout.write(f"Drew {output}.")


def _chosen(code: str | None) -> Track:
    try:
        return track(code) if code is not None else _everything()
    except UnknownTrack as error:
        raise CommandError(f"--track: {error}") from None


def _everything() -> Track:
    """The machine in the form of a procedure without stages, gates or numbers."""
    return Track(
        code="pipeline",
        name=Label("Every verb of every procedure", "全部流程操作"),
        body="",
        level=Level.INTERNATIONAL,
        deliverable="",
        stages=(),
        rules=_rules(),
        ladders={},
        start_numbers=(),
        published=(),
        published_except=(),
        published_example="",
        comment_period=None,
        source="standards/pipeline.py",
    )


def _rules() -> Mapping[Verb, Rule]:
    sources: dict[Verb, set[State]] = {verb: set() for verb in Verb}
    targets: dict[Verb, State] = {}
    for name, source, target in machine():
        sources[Verb(name)].add(State(source))
        targets[Verb(name)] = State(target)
    return MappingProxyType(
        {verb: Rule(verb, frozenset(sources[verb]), None if verb in WITHOUT_TARGET else targets[verb]) for verb in Verb}
    )

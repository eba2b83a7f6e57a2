"""Reading one procedure from its TOML file. Whatever is wrong with it is reported at once, each with its key."""

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from workflows.calendar import Ladder
from workflows.procedure import Rule, Stage, Track
from workflows.soundness import unsound
from workflows.states import WITHOUT_TARGET, Gate, Level, NumberKind, State, Verb
from workflows.table import BrokenTrack, Finding, Table

DEADLINE_KINDS = ("target",)
LONGEST_BEFORE, LONGEST_EVERY = 3650, 366  # days


def read_track(file: Path) -> Track:
    """Read one procedure; raises BrokenTrack with every finding.

    Whether the parts fit each other is judged only when each of them is readable: a misspelt state would otherwise
    be reported again as stages that nothing reaches.
    """
    findings: list[Finding] = []
    track = _track(Table(_toml(file), file.name, findings), file)
    findings = findings or [Finding(file.name, key, reason) for key, reason in unsound(track)]
    if findings:
        raise BrokenTrack(*findings)
    return track


def _toml(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except UnicodeDecodeError as error:
        raise BrokenTrack(Finding(file.name, f"byte {error.start}", "is not UTF-8; save the file as UTF-8")) from error
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"line \d+", str(error))
        raise BrokenTrack(Finding(file.name, line[0] if line else "last line", f"is no TOML: {error}")) from error


def _track(top: Table, file: Path) -> Track:
    numbers = top.table("numbers")
    track = Track(
        code=_code(top, file),
        name=top.label("name"),
        body=top.text("body"),
        level=top.choice("level", Level, "level"),
        deliverable=top.text("deliverable"),
        stages=tuple(_stage(table) for table in top.listed("stages", name="code")),
        rules=_rules(top),
        ladders=_ladders(top),
        start_numbers=numbers.choices("start", NumberKind, "kind of number"),
        published=numbers.texts("published"),
        published_except=numbers.texts("except") if numbers.has("except") else (),
        published_example=numbers.text("example"),
        comment_period=top.period("comment_period"),
        source=top.text("source"),
    )
    numbers.close()
    top.close()
    return track


def _code(top: Table, file: Path) -> str:
    code = top.text("code")
    if code and code != file.stem:
        taken = f" and {code}.toml is there already" if file.with_name(f"{code}.toml").exists() else ""
        top.find("code", f"is '{code}', but the file is called '{file.name}'{taken}; the two must agree")
    return code


def _stage(table: Table) -> Stage:
    stage = Stage(table.text("code"), table.choice("state", State, "state"), table.label("name"), table.period("limit"))
    table.close()
    return stage


def _rules(top: Table) -> Mapping[Verb, Rule]:
    rules = {}
    for name, table in top.named("verbs"):
        if name in list(Verb):
            rules[Verb(name)] = _rule(Verb(name), table)
        else:
            top.find(f"verbs.{name}", f"no verb is called so; there are: {', '.join(Verb)}")
    return MappingProxyType(rules)


def _rule(verb: Verb, table: Table) -> Rule:
    sources = table.choices("from", State, "state")
    gates = table.choices("gates", Gate, "gate") if table.has("gates") else ()
    if verb in WITHOUT_TARGET:
        rule = Rule(verb, frozenset(sources), None, gates)
    else:
        stage = table.text("stage") if table.has("stage") else None
        rule = Rule(verb, frozenset(sources), table.choice("to", State, "state"), gates, stage)
    table.close()
    return rule


def _ladders(top: Table) -> Mapping[str, Ladder]:
    ladders = top.table("ladders")
    found = {kind: _ladder(ladders.table(kind)) for kind in DEADLINE_KINDS}
    ladders.close()
    return MappingProxyType(found)


def _ladder(table: Table) -> Ladder:
    before = table.counts("before", LONGEST_BEFORE)
    if list(before) != sorted(set(before), reverse=True):
        table.find("before", "must be listed from most days to fewest, each once, such as [30, 7, 1]")
    every = table.count("every", LONGEST_EVERY) if table.has("every") else None
    ladder = Ladder(before, table.flag("on_day"), every)
    table.close()
    return ladder

"""The fields of a record: what each may hold, and the finding where it holds something else.

Each function reads one field of a table and, like the table itself, gives some value of the right type in place of a
wrong one: nothing read may be used while there are findings.
"""

import re
from collections.abc import Collection, Iterator
from datetime import date

from standards.numbers import ParsedNumber, parse
from workflows.calendar import BadTarget, parse_target
from workflows.library import UnknownTrack, track
from workflows.procedure import Track, UnknownStage
from workflows.states import NumberKind, State
from workflows.table import Table

MOST_LINES, MOST_COUNTED = 1_000_000, 1_000_000_000

_KEY = re.compile(r"L([1-9][0-9]*)(\.[1-9][0-9]*|-[a-z][a-z0-9-]*)?")


def names(top: Table, key: str, name: str) -> frozenset[str]:
    """What the entries of `[[key]]` are called, sound or not."""
    listed = top.values.get(key, [])
    named = [row.get(name) for row in listed if isinstance(row, dict)] if isinstance(listed, list) else []
    return frozenset(map(str, named))


def entries(top: Table, key: str, name: str) -> Iterator[Table]:
    """The entries of `[[key]]`; of two with one name the second is refused."""
    seen: set[object] = set()
    for table in top.listed(key, name):
        if (called := str(table.values.get(name))) in seen:
            table.find(name, f"'{called}' is there twice; a name stands for one entry")
        seen.add(called)
        yield table


def rows(table: Table, key: str) -> Iterator[Table]:
    """The inline tables of a list that need not be there."""
    listed = table.values[key] if table.has(key) else []
    for row in listed if isinstance(listed, list) else [listed]:
        if isinstance(row, dict):
            yield Table(row, table.file, table.findings, f"{table.path}.{key}")
        else:
            table.find(key, 'must be a list of tables, such as [{ line = 1, text = "..." }]')


def optional_text(table: Table, key: str) -> str:
    return table.text(key) if table.has(key) else ""


def distinct_texts(table: Table, key: str) -> tuple[str, ...]:
    """A list of texts with at least one of them, and each once."""
    texts = table.texts(key)
    if table.values.get(key) == [] or len(set(texts)) < len(texts):
        table.find(key, "must name at least one, and each once")
    return texts


def known(table: Table, key: str, among: Collection[str], file: str) -> str:
    name = table.text(key)
    if name and name not in among:
        table.find(key, f"'{name}' is not in {file}")
    return name


def lines_of(table: Table) -> tuple[int, ...]:
    lines = table.counts("lines", MOST_LINES)
    if lines != tuple(sorted(set(lines))) or table.values.get("lines") == []:
        table.find("lines", "must be the line numbers of the source in order, at least one, each once")
    return lines


def entry_key(table: Table, lines: Collection[int]) -> str:
    """A key is the line where the thing stands and, if that is not enough, a number or a word: L222.1, L23-sector."""
    key = table.text("key")
    found = _KEY.fullmatch(key)
    if key and (found is None or int(found[1]) not in lines):
        table.find("key", "must be L and one of the entry's lines, then .1, .2 or -word where a line has several")
    return key


def day(table: Table, key: str) -> date | None:
    value = table.values[key] if table.has(key) else None
    if value is None or type(value) is date:
        return value
    table.find(key, f"must be a day such as 2025-07-08, without quotes and without a time, not {value!r:.60}")
    return None


def span(table: Table) -> tuple[date | None, date | None]:
    """First and last day of what an entry speaks of: `on` one day, or `from` and `until`, or nothing."""
    on, start, end = day(table, "on"), day(table, "from"), day(table, "until")
    if (on and (start or end)) or bool(start) != bool(end):
        table.find("on", "give `on` for one day, or `from` and `until` for a period")
    if start and end and end < start:
        table.find("until", f"{end} is before {start}")
    return on or start, on or end


def value(table: Table, *, needed: bool) -> int | None:
    if needed and not table.has("value"):
        table.find("value", "is missing; a count has a number")
    return table.count("value", MOST_COUNTED) if table.has("value") else None


def target(table: Table) -> str:
    text = optional_text(table, "target")
    try:
        return parse_target(text).text if text else ""
    except BadTarget as error:
        table.find("target", str(error))
        return ""


def standing(table: Table) -> tuple[Track | None, State, str]:
    """Track, state and stage; whether they fit each other is asked only where each of them is readable."""
    faults = len(table.findings)
    procedure, state, stage = _track(table), table.choice("state", State, "state"), table.text("stage")
    if procedure and len(table.findings) == faults:
        _refuse_stage(table, procedure, state, stage)
    return procedure, state, stage


def _track(table: Table) -> Track | None:
    code = table.text("track")
    try:
        return track(code) if code else None
    except UnknownTrack as error:
        table.find("track", str(error))
        return None


def _refuse_stage(table: Table, procedure: Track, state: State, stage: str) -> None:
    try:
        found = procedure.stage(stage)
    except UnknownStage as error:
        table.find("stage", str(error))
        return
    if found.state != state:
        table.find("state", f"is {state}, but stage {stage} of {procedure.code} is in the state {found.state}")


def number(row: Table, note: str) -> ParsedNumber:
    """A number to the letter. A malformed one is kept where the note names it: then it is known to be so."""
    kind = row.choice("kind", NumberKind, "kind of number")
    raw = row.text("raw")
    parsed = parse(raw, kind)
    if raw and not parsed.valid and raw not in note:
        row.find("raw", f"'{raw}': {parsed.problem} If the source prints it so, say so in the note and name it there")
    row.close()
    return parsed


def folded(spelling: str) -> str:
    """A committee's name without regard to spaces and case: "SC 42" and "SC42" are one spelling."""
    return "".join(spelling.split()).casefold()

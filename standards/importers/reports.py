"""What an import did or would do, told to a person or to a program, line by line."""

import json
from collections.abc import Iterator

from standards.importers.plan import Action, Plan, PlannedRow
from standards.importers.writing import Written

MOST_SHOWN = 50
_HEADS = {
    Action.BAD: "cannot be read",
    Action.FLAGGED: "contradictory, left alone",
    Action.REPEATED: "repeat another row of the file",
    Action.NEW: "new",
    Action.MOVED: "moved on",
    Action.CHANGED: "changed",
    Action.UNCHANGED: "unchanged",
}
_TOLD = (Action.BAD, Action.FLAGGED, Action.MOVED, Action.CHANGED, Action.NEW, Action.REPEATED)


def told(plan: Plan) -> Iterator[str]:
    """For a person: errors by row first, then what changes, then the numbers of each; long lists cut with a count."""
    for action in _TOLD:
        rows = [row for row in plan.rows if row.action == action]
        shown = rows if action == Action.BAD else rows[:MOST_SHOWN]
        yield from (line for row in shown for line in _row(row))
        if len(rows) > len(shown):
            yield f"... and {len(rows) - len(shown):,} more rows: {_HEADS[action]}"
    yield f"{plan.file}: {len(plan.rows):,} rows"
    yield from (f"{plan.counts[action]:>9,}  {head}" for action, head in _HEADS.items() if plan.counts[action])
    if plan.committees:
        yield f"{len(plan.committees):>9,}  new committees"
    if plan.ignored:
        yield f"Headings that mean nothing here: {', '.join(plan.ignored)}"


def _row(row: PlannedRow) -> Iterator[str]:
    yield f"row {row.line}: {_HEADS[row.action]}: {row.label}{_repeated(row)}"
    yield from (f"    {problem}" for problem in row.problems)
    told = row.to_json()
    if move := told["move"]:
        way = ", ".join(move["verbs"])
        yield f"    {_place(move['from'])} -> {_place(move['to'])} by {way} on {move['on']}"
    yield from (f"    {name}: {_shown(old)} -> {_shown(new)}" for name, (old, new) in told["changes"].items())
    yield from (f"    note: {warning}" for warning in row.warnings if row.action != Action.REPEATED)
    yield from (f"    perhaps the same as: {like.label} {like.project or f'(row {like.line})'}" for like in row.similar)


def _repeated(row: PlannedRow) -> str:
    return f" (row {row.same_as})" if row.same_as else ""


def _place(place: dict[str, str]) -> str:
    return f"{place['state']} {place['stage']}".strip()


def _shown(value: object) -> str:
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value if value is not None else "")
    return repr(text if len(text) <= 100 else f"{text[:100]}…")


def done(written: Written) -> Iterator[str]:
    """For a person: what was written."""
    yield (
        f"Written: {written.registered:,} registered, {written.moved:,} moved, {written.changed:,} changed, "
        f"{written.committees:,} committees."
    )
    yield from (f"row {line}: not written: {reason}" for line, reason in written.failures)


def as_json(plan: Plan, written: Written | None) -> Iterator[str]:
    """For a program: one JSON object in pieces, so that a large one is never in memory at once."""
    errors = [{"line": row.line, "problems": list(row.problems)} for row in plan.rows if row.action == Action.BAD]
    head = plan.summary() | {"errors": errors, "written": written.to_json() if written else None}
    yield json.dumps(head, ensure_ascii=False)[:-1] + ', "rows": ['
    for place, row in enumerate(plan.errors_first()):
        yield (",\n" if place else "\n") + json.dumps(row.to_json(), ensure_ascii=False)
    yield "\n]}\n"

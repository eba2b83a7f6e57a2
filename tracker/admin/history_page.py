"""A project's history for staff: who did what when, on whose word, and which facts changed from what to what."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.paginator import Paginator

from standards.models import Change, Committee, Project
from standards.speech import told
from tracker.admin.labels import state_name, verb_name
from tracker.admin.telling import FactChange, Names, Teller, person_name
from workflows.states import GATE_LABELS, Gate

PAGE_SIZE = 100
_TOLD_ELSEWHERE = ("state", "cancelled_from")


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of the history, in the reader's language. ``came_from`` is empty where the state stayed."""

    rev: int
    what: str
    came_from: str
    went_to: str
    effective_on: date | None
    recorded_at: datetime
    by: str
    note: str
    reason: str
    source: str
    overridden: tuple[str, ...]
    override: str
    is_first: bool
    facts: tuple[FactChange, ...]


def entries(changes: Sequence[Change], reader: Any) -> list[Entry]:
    """The rows of these changes, for one reader, in three queries more at most."""
    names = Names.in_facts((facts for change in changes for facts in _mentioned(change)), reader)
    return [_entry(change, names) for change in changes]


def page_of_history(subject: Project | Committee, number: str | None) -> Any:
    """One page of the changes of a project or a committee, newest first."""
    changes = subject.changes.select_related("actor").order_by("-rev")
    return Paginator(changes, PAGE_SIZE).get_page(number)


def what_happened(change: Change) -> str:
    """The verb of a move, else the kind of change."""
    return verb_name(change.verb) if change.verb else str(change.get_kind_display())


def _mentioned(change: Change) -> list[dict[str, Any]]:
    """The facts before and after, as far as they changed."""
    return [{name: pair[side] for name, pair in change.delta.items()} for side in (0, 1)]


def _entry(change: Change, names: Names) -> Entry:
    teller = Teller(names, change.snapshot.get("track", ""))
    moved = change.kind == Change.Kind.MOVED and change.from_state != change.to_state
    reason = change.facts.get("reason", "")
    return Entry(
        rev=change.rev,
        what=what_happened(change),
        came_from=state_name(change.from_state) if moved else "",
        went_to=state_name(change.to_state),
        effective_on=change.effective_on,
        recorded_at=change.recorded_at,
        by=person_name(change.actor),
        note=change.note,
        reason="" if reason == change.note else reason,
        source=change.source,
        overridden=tuple(gate_name(code) for code in change.overridden),
        override=change.override,
        is_first=change.kind == Change.Kind.REGISTERED,
        facts=tuple(teller.changes(change.delta, leave_out=_TOLD_ELSEWHERE)),
    )


def gate_name(code: str) -> str:
    return told(GATE_LABELS[Gate(code)]) if code in set(Gate) else code

"""The append-only history: numbering, chaining and reading Changes back.

The head row is the last lock of a transaction. Whoever writes history has locked the project first, has done
everything slow, and after ``write`` saves nothing but what ``write`` itself saves.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from django.db import transaction

from standards.clock import database_now
from standards.models import Change, Committee, HistoryHead, Project
from standards.snapshots import committee_snapshot, delta_between, project_snapshot

JSON = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Entry:
    """What a Change says besides its number, moment and hash."""

    kind: Change.Kind
    by: Any
    effective_on: date | None
    note: str = ""
    source: str = ""
    verb: str = ""
    from_state: str = ""
    override: str = ""
    overridden: tuple[str, ...] = ()
    facts: Mapping[str, Any] | None = None


def current_rev() -> int:
    """The revision of the latest Change; read it before the rows that it shall vouch for."""
    return HistoryHead.objects.values_list("rev", flat=True).get(pk=1)


def head() -> HistoryHead:
    """The head row as it is, unlocked: revision, chain end and the database's epoch."""
    return HistoryHead.objects.get(pk=1)


def write(project: Project, entry: Entry, before: JSON | None) -> Change:
    """Add a Change of this project, inside the caller's transaction, and save the project with its new ``rev``.

    ``before`` is ``project_snapshot`` from before the change, None for a new project.
    """
    snapshot = project_snapshot(project)
    change = Change(project=project, to_state=project.state, snapshot=snapshot, **fields_of(entry))
    change.delta = delta_between(before, snapshot)
    _append(change)
    project.rev, project.updated_at = change.rev, change.recorded_at
    project.save()
    return change


def write_committee(committee: Committee, entry: Entry, before: JSON | None) -> Change:
    """Add a Change of this committee and save it with its new ``rev``: whatever a list shows takes a revision."""
    snapshot = committee_snapshot(committee)
    change = Change(committee=committee, snapshot=snapshot, **fields_of(entry))
    change.delta = delta_between(before, snapshot)
    _append(change)
    committee.rev = change.rev
    committee.save()
    return change


def fields_of(entry: Entry) -> JSON:
    """What the entry says, as fields of a Change."""
    return {
        "kind": entry.kind,
        "verb": entry.verb,
        "from_state": entry.from_state,
        "effective_on": entry.effective_on,
        "actor": entry.by,
        "note": entry.note,
        "source": entry.source,
        "override": entry.override,
        "overridden": list(entry.overridden),
        "facts": _plain(entry.facts or {}),
    }


def _plain(facts: Mapping[str, Any]) -> JSON:
    return {name: value.isoformat() if isinstance(value, date) else str(value) for name, value in facts.items()}


def _append(change: Change) -> None:
    """Number and chain the Change under the head's lock."""
    end = lock_head()
    chain([change], end)
    change.save(force_insert=True)
    end.save(update_fields=HEAD_FIELDS)


HEAD_FIELDS = ("rev", "hash", "recorded_at")


def lock_head() -> HistoryHead:
    """The head row, locked until the transaction ends: the last lock anybody takes."""
    return HistoryHead.objects.select_for_update().get(pk=1)


def chain(changes: Iterable[Change], end: HistoryHead) -> None:
    """Give the Changes number, moment and seal, one after the other, and move the locked head along; saves nothing.

    They share one moment, which never runs backwards.
    """
    end.recorded_at = max(database_now(), end.recorded_at or datetime.min.replace(tzinfo=UTC))
    for change in changes:
        change.rev, change.recorded_at, change.previous_hash = end.rev + 1, end.recorded_at, end.hash
        change.hash = seal(change)
        end.rev, end.hash = change.rev, change.hash


def seal(change: Change) -> str:
    """SHA-256 over the entry's content and the hash before it, as canonical JSON in UTF-8."""
    content = [
        change.rev,
        str(change.project_id or ""),
        change.committee_id,
        change.kind,
        change.verb,
        change.from_state,
        change.to_state,
        change.effective_on.isoformat() if change.effective_on else None,
        change.recorded_at.astimezone(UTC).isoformat(timespec="microseconds"),
        change.actor_id,
        change.note,
        change.source,
        change.override,
        change.overridden,
        change.facts,
        change.delta,
        change.snapshot,
        change.previous_hash,
    ]
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Flaw:
    """Something that does not add up: which row, and what is wrong with it."""

    row: str
    problem: str


def verify() -> list[Flaw]:
    """Replay the whole history, and compare its end and every project with what it says. Empty: all is well."""
    from standards.triggers import missing_triggers

    with transaction.atomic():
        latest: dict[Any, JSON] = {}
        flaws = [Flaw(name, "this database trigger is missing; run migrate") for name in missing_triggers()]
        flaws.extend(_chain_flaws(latest))
        flaws.extend(_project_flaws(latest))
    return flaws


def _chain_flaws(latest: dict[Any, JSON]) -> Iterator[Flaw]:
    rev, previous = 0, ""
    for change in Change.objects.order_by("rev").iterator(chunk_size=2000):
        yield from _gap(rev + 1, change.rev)
        if change.previous_hash != previous:
            yield Flaw(f"change {change.rev}", "it does not continue the entry before it")
        if change.hash != seal(change):
            yield Flaw(f"change {change.rev}", "its content was altered after it was written")
        rev, previous = change.rev, change.hash
        if change.project_id:
            latest[change.project_id] = change.snapshot
    end = head()
    yield from _gap(rev + 1, end.rev + 1)
    if rev > end.rev:
        yield Flaw(f"change {rev}", f"it is beyond the head, which stands at {end.rev}")
    if rev == end.rev and end.hash != previous:
        yield Flaw("history head", "its hash is not that of the last change")


def _gap(expected: int, found: int) -> Iterator[Flaw]:
    if expected < found:
        last = f" to {found - 1}" if found - 1 > expected else ""
        yield Flaw(f"change {expected}{last}", "missing: it was deleted")


def _project_flaws(latest: Mapping[Any, JSON]) -> Iterator[Flaw]:
    for project in Project.objects.with_facts().order_by("pk").iterator(chunk_size=500):
        recorded = latest.get(project.pk)
        if recorded is None:
            yield Flaw(f"project {project.pk}", "it has no history")
        elif differing := delta_between(recorded, project_snapshot(project)):
            yield Flaw(f"project {project.pk}", f"it differs from its history in: {', '.join(sorted(differing))}")

"""The append-only history: numbering, chaining and reading Changes back.

The head row is the last lock of a transaction. Whoever writes history has locked the project first, has done
everything slow, and after ``write`` saves nothing but what ``write`` itself saves.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import islice
from typing import Any
from uuid import UUID, uuid4

from django.db import connection

from standards import deadlines
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


def begin_epoch() -> UUID:
    """Make this database another one for every program that follows it, and return its new epoch.

    For a database restored from a backup: revisions that its readers have seen will be given out again.
    """
    epoch = uuid4()
    HistoryHead.objects.filter(pk=1).update(epoch=epoch)
    return epoch


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
    """Replay the whole history, and compare its end and all it tells of with what it says. Empty: all is well.

    Looks at one moment of the database while others go on writing, and keeps nobody waiting.
    """
    from standards.triggers import missing_triggers

    with _one_moment():
        latest = _Latest({}, {})
        flaws = [Flaw(name, "this database trigger is missing or altered; run migrate") for name in missing_triggers()]
        flaws.extend(_chain_flaws(latest))
        flaws.extend(_project_flaws(latest.projects))
        flaws.extend(_committee_flaws(latest.committees))
    return flaws


_READ_ONLY = {"postgresql": "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", "sqlite": "BEGIN DEFERRED"}


@contextmanager
def _one_moment() -> Iterator[None]:
    """Read everything as it was at the first look. Inside the caller's transaction, that one decides."""
    if connection.in_atomic_block:
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute(_READ_ONLY[connection.vendor])
        try:
            yield
        finally:
            cursor.execute("ROLLBACK")


@dataclass(frozen=True, slots=True)
class _Latest:
    """The revision of the last entry for each project and each committee."""

    projects: dict[Any, int]
    committees: dict[Any, int]

    def note(self, change: Change) -> None:
        if change.project_id:
            self.projects[change.project_id] = change.rev
        if change.committee_id:
            self.committees[change.committee_id] = change.rev


def _chain_flaws(latest: _Latest) -> Iterator[Flaw]:
    last = Change(rev=0, hash="")
    for change in Change.objects.order_by("rev").iterator(chunk_size=2000):
        yield from _gap(last.rev + 1, change.rev)
        if change.previous_hash != last.hash:
            yield Flaw(f"change {change.rev}", "it does not continue the entry before it")
        if change.hash != seal(change):
            yield Flaw(f"change {change.rev}", "its content was altered after it was written")
        latest.note(change)
        last = change
    yield from _head_flaws(last)


def _head_flaws(last: Change) -> Iterator[Flaw]:
    end = HistoryHead.objects.filter(pk=1).first()
    if end is None:
        yield Flaw("history head", "it is gone, so nothing can be written; restore the database")
        return
    yield from _gap(last.rev + 1, end.rev + 1)
    if last.rev > end.rev:
        yield Flaw(f"change {last.rev}", f"it is beyond the head, which stands at {end.rev}")
    if last.rev == end.rev and (end.hash, end.recorded_at) != (last.hash, last.recorded_at):
        yield Flaw("history head", "its hash or moment is not that of the last change")


def _gap(expected: int, found: int) -> Iterator[Flaw]:
    if expected < found:
        last = f" to {found - 1}" if found - 1 > expected else ""
        yield Flaw(f"change {expected}{last}", "missing: it was deleted")


def _project_flaws(latest: dict[Any, int]) -> Iterator[Flaw]:
    projects = Project.objects.with_facts().order_by("pk").iterator(chunk_size=500)
    while some := list(islice(projects, 500)):
        entries = Change.objects.in_bulk([latest[project.pk] for project in some if project.pk in latest])
        for project in some:
            entry = entries.get(latest.pop(project.pk, 0))
            is_at_it = bool(entry and (entry.rev, entry.recorded_at) == (project.rev, project.updated_at))
            yield from _subject_flaws(f"project {project.pk}", entry, project_snapshot(project), is_at_it)
            if not deadlines.fits(project):
                yield Flaw(f"project {project.pk}", "its open deadline is not that of its target")
    for key in latest:
        yield Flaw(f"project {key}", "it has a history and is gone")


def _committee_flaws(latest: dict[Any, int]) -> Iterator[Flaw]:
    for committee in Committee.objects.select_related("body", "parent").order_by("pk"):
        entry = Change.objects.filter(rev=latest.pop(committee.pk, 0)).first()
        now = committee_snapshot(committee)
        yield from _subject_flaws(f"committee {committee.slug}", entry, now, bool(entry and entry.rev == committee.rev))
    for key in latest:
        yield Flaw(f"committee {key}", "it has a history and is gone")


def _subject_flaws(row: str, entry: Change | None, now: JSON, is_at_it: bool) -> Iterator[Flaw]:
    if entry is None:
        yield Flaw(row, "it has no history")
        return
    if differing := delta_between(entry.snapshot, now):
        yield Flaw(row, f"it differs from its history in: {', '.join(sorted(differing))}")
    if not is_at_it:
        yield Flaw(row, f"its revision or moment is not that of its last change, {entry.rev}")

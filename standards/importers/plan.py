"""What an import would do, row by row: made from a file and the database, shown, confirmed, and then carried out."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Any
from uuid import UUID

from standards.importers.stages import Standing
from standards.importers.wanted import Wanted
from standards.numbers import ParsedNumber
from workflows.states import Verb

JSON = dict[str, Any]


class Action(StrEnum):
    """What happens to a row. Only ``new``, ``changed`` and ``moved`` write something; ``bad`` stops the whole file."""

    BAD = "bad"
    FLAGGED = "flagged"
    REPEATED = "repeated"
    NEW = "new"
    MOVED = "moved"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


WRITES = frozenset({Action.NEW, Action.MOVED, Action.CHANGED})


@dataclass(frozen=True, slots=True)
class Step:
    """One verb on the way, and the state it leads to."""

    verb: Verb
    to_state: str


@dataclass(frozen=True, slots=True)
class Move:
    """From where the tracker has the project to where the file has it.

    ``to_stage`` is empty where the file says only a state; ``steps`` is the shortest legal way (empty: there is none),
    ``on`` the day that it is recorded for.
    """

    from_state: str
    from_stage: str
    to_state: str
    to_stage: str
    steps: tuple[Step, ...]
    on: date


@dataclass(frozen=True, slots=True)
class Similar:
    """A project (or another row of the file, then ``project`` is None) that may be the same: for a person to decide."""

    label: str
    project: UUID | None = None
    line: int | None = None


@dataclass(slots=True)
class PlannedRow:
    """One row of the file. ``changes`` maps a field of ``standards.edits.edit`` (or ``origin``) to (old, new).

    ``label`` is what a person knows the row by: its number or title. ``problems`` say why a row is bad or flagged,
    each a sentence with its column; ``warnings`` what was read with doubt. ``same_as`` is the line that a repeated
    row repeats. ``wanted`` is what the row says and ``standing`` the state and stage it says; ``rev`` is the revision
    of the project that the plan is made for.
    """

    line: int
    action: Action
    label: str
    wanted: Wanted
    project: UUID | None = None
    rev: int = 0
    standing: Standing | None = None
    changes: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    move: Move | None = None
    problems: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    similar: tuple[Similar, ...] = ()
    same_as: int | None = None

    def to_json(self) -> JSON:
        return {
            "line": self.line,
            "action": self.action.value,
            "label": self.label,
            "project": str(self.project) if self.project else None,
            "state": self.standing.state.value if self.standing else None,
            "stage": self.standing.stage if self.standing else None,
            "changes": {name: [plain(old), plain(new)] for name, (old, new) in self.changes.items()},
            "move": _move(self.move) if self.move else None,
            "problems": list(self.problems),
            "warnings": list(self.warnings),
            "similar": [{"label": s.label, "project": plain(s.project), "line": s.line} for s in self.similar],
            "same_as": self.same_as,
        }


@dataclass(frozen=True, slots=True)
class NewCommittee:
    """A committee that the file names and the tracker does not know, to be made before the projects."""

    slug: str
    reference: str
    kind: str
    body: str
    parent: str


@dataclass(frozen=True)
class Plan:
    """Everything an import would do. Making one writes nothing.

    ``file`` is the name people know it by, ``file_digest`` the SHA-256 of its bytes, ``rev`` the database's revision
    the plan was made at, ``source`` the register whose ids the column ``source_id`` holds. ``ignored`` are headings
    that nothing is known of.
    """

    file: str
    file_digest: str
    rev: int
    source: str
    on: date
    rows: tuple[PlannedRow, ...]
    committees: tuple[NewCommittee, ...] = ()
    bodies: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()

    @cached_property
    def counts(self) -> Mapping[str, int]:
        """How many rows of each action, all of them named."""
        found = Counter(row.action for row in self.rows)
        return {action.value: found[action] for action in Action}

    @property
    def writes(self) -> int:
        """How many projects would be written."""
        return sum(self.counts[action] for action in WRITES)

    @cached_property
    def digest(self) -> str:
        """Changes when the file does, and when the same file would do something else, because the database changed."""
        seal = hashlib.sha256(f"{self.file_digest}\n{self.source}\n".encode())
        for row in self.rows:
            seal.update(_told(row).encode())
        for committee in self.committees:
            seal.update(committee.slug.encode())
        return seal.hexdigest()

    def errors_first(self) -> list[PlannedRow]:
        """The rows in the order a person wants to see them: what is wrong, what changes, what stays."""
        order = list(Action)
        return sorted(self.rows, key=lambda row: (order.index(row.action), row.line))

    def summary(self) -> JSON:
        """Everything but the rows."""
        return {
            "file": self.file,
            "digest": self.digest,
            "rev": self.rev,
            "source": self.source,
            "counts": dict(self.counts),
            "committees": [committee.reference for committee in self.committees],
            "ignored": list(self.ignored),
        }

    def to_json(self, *, unchanged: bool = True) -> JSON:
        """The whole plan as JSON values, errors first; without the rows that stay as they are, if so wished."""
        shown = (row for row in self.errors_first() if unchanged or row.action != Action.UNCHANGED)
        return self.summary() | {"rows": [row.to_json() for row in shown]}

    def problems(self) -> Iterator[str]:
        """Each problem of each row that is bad or flagged, with its line, bad ones first."""
        for row in self.errors_first():
            for problem in row.problems:
                yield f"row {row.line}: {problem}"


def plain(value: Any) -> Any:
    """A value of a plan as JSON has it."""
    if isinstance(value, ParsedNumber):
        return value.value
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    if isinstance(value, date | UUID):
        return str(value)
    return value


def _move(move: Move) -> JSON:
    return {
        "from": {"state": move.from_state, "stage": move.from_stage},
        "to": {"state": move.to_state, "stage": move.to_stage},
        "verbs": [step.verb.value for step in move.steps],
        "on": str(move.on),
    }


# No sentences: they are in the language of whoever reads the plan.
_DIGESTED = ("line", "action", "project", "state", "stage", "changes", "move")


def _told(row: PlannedRow) -> str:
    told = row.to_json()
    return json.dumps([told[key] for key in _DIGESTED])

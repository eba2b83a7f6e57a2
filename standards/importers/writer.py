"""Rows into tables, fast: COPY on PostgreSQL, one statement for many rows on SQLite; and batches of new projects.

A batch is one short transaction. Everything slow is done before it; in it, the head of the history is locked last, and
after that only what must bear a revision is written. What is written is what ``edits.register`` writes.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections, models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from standards import history
from standards.importers.registration import Registration
from standards.models import Change, Deadline, HistoryHead, Number, Origin, Project, ProjectCommittee

# Fields whose values the database takes as Python has them; asking each of them takes as long as all the rest.
_AS_THEY_ARE = (models.CharField, models.TextField, models.BooleanField, models.IntegerField)


class Rows:
    """Rows of one table, in the database's own values, to be put there in one go.

    A column named in ``late`` is left out when they are made and set by ``finish``; ids that the database gives are not
    read back.
    """

    def __init__(self, model: type[models.Model], objects: Sequence[models.Model], late: Sequence[str] = ()) -> None:
        fields = model._meta.concrete_fields  # noqa: SLF001
        self.fields = [each for each in fields if not isinstance(each, models.AutoField)]
        self.table = model._meta.db_table  # noqa: SLF001
        self.objects = objects
        self._database = _database()
        self._late = [(place, each) for place, each in enumerate(self.fields) if each.attname in late]
        early = [(each.attname, None if isinstance(each, _AS_THEY_ARE) else each) for each in self.fields]
        self._rows = [[self._value(each, getattr(row, name)) for name, each in early] for row in objects]

    def _value(self, each: "models.Field[Any, Any] | None", value: Any) -> Any:
        return value if each is None else each.get_db_prep_save(value, self._database)

    def finish(self) -> None:
        """Take the columns left out from the objects as they are now."""
        for values, row in zip(self._rows, self.objects, strict=True):
            for place, each in self._late:
                values[place] = self._value(each, getattr(row, each.attname))

    def put(self) -> None:
        """Insert them, as they are, inside the caller's transaction."""
        if not self._rows:
            return
        database = self._database
        quote = database.ops.quote_name
        into = f"{quote(self.table)} ({', '.join(quote(str(each.column)) for each in self.fields)})"
        with database.cursor() as cursor:
            if database.vendor == "postgresql":
                with database.wrap_database_errors, cursor.copy(f"COPY {into} FROM STDIN") as copy:
                    for values in self._rows:
                        copy.write_row(values)
            else:
                marks = ", ".join(["%s"] * len(self.fields))
                cursor.executemany(f"INSERT INTO {into} VALUES ({marks})", self._rows)  # noqa: S608 - names of our own


def _database() -> BaseDatabaseWrapper:
    """The connection itself; going through its proxy for every value costs more than the value."""
    return connections[DEFAULT_DB_ALIAS]


class Overtaken(Exception):
    """Somebody else brought these in since the plan was made; nothing of the batch is written."""

    def __init__(self, lines: set[int]) -> None:
        super().__init__(f"rows {sorted(lines)}")
        self.lines = lines


@dataclass
class BulkWriter:
    """Writes batches of new projects. ``since`` is the revision that the plan was made at.

    ``longest_lock`` is how long, in seconds, others had to wait for one batch at most.
    """

    since: int
    longest_lock: float = 0.0
    _expected: int = field(init=False)
    _alone: bool = field(init=False, default=True)

    def __post_init__(self) -> None:
        self._expected = self.since

    def write(self, batch: Sequence[Registration]) -> None:
        """All of them or, raising ``Overtaken`` with the lines in the way, none."""
        tables = _Tables(batch)
        began = monotonic()
        with transaction.atomic():
            tables.put_first()
            end = history.lock_head()
            # SQLite has locked everybody out since the transaction began.
            began = began if _database().vendor == "sqlite" else monotonic()
            self._refuse_doubles(batch, end)
            tables.put_numbered(end)
            end.save(update_fields=history.HEAD_FIELDS)
        self._expected = end.rev
        self.longest_lock = max(self.longest_lock, monotonic() - began)

    def _refuse_doubles(self, batch: Sequence[Registration], end: HistoryHead) -> None:
        """With the head locked nobody else can write, so what is not there now will not be."""
        self._alone = self._alone and end.rev == self._expected
        if not self._alone and (lines := _already_there(batch, self.since)):
            raise Overtaken(lines)


class _Tables:
    """The rows of a batch, all but their revisions, moments and seals."""

    def __init__(self, batch: Sequence[Registration]) -> None:
        self.batch = batch
        self.numbers = Rows(Number, [number for each in batch for number in each.numbers])
        self.places = Rows(ProjectCommittee, [place for each in batch for place in each.assignments])
        self.origins = Rows(Origin, [each.origin for each in batch if each.origin])
        self.projects = Rows(Project, [each.project for each in batch], ("rev", "updated_at"))
        self.deadlines = Rows(Deadline, [each.deadline for each in batch if each.deadline], ("opened_at",))
        self.changes = Rows(
            Change, [each.change for each in batch], ("rev", "recorded_at", "previous_hash", "hash")
        )  # fmt: skip

    def put_first(self) -> None:
        """What needs no revision. Foreign keys are checked at the end of the transaction."""
        self.numbers.put()
        self.places.put()

    def put_numbered(self, end: HistoryHead) -> None:
        history.chain((each.change for each in self.batch), end)
        for each in self.batch:
            each.project.rev, each.project.updated_at = each.change.rev, each.change.recorded_at
            if each.deadline:
                each.deadline.opened_at = each.change.recorded_at
        for rows in (self.projects, self.deadlines, self.origins, self.changes):
            rows.finish()
            rows.put()


def _already_there(batch: Sequence[Registration], since: int) -> set[int]:
    """The lines whose id or number, or where there is neither whose title, a project written since then has."""
    fresh = Project.objects.filter(rev__gt=since)
    origins = {(each.origin.source, each.origin.key): each.line for each in batch if each.origin}
    values = {n.value: each.line for each in batch for n in each.numbers if n.valid}
    titles = {each.project.title: each.line for each in batch if not _told_apart(each)}
    found = Origin.objects.filter(key__in=[key for _source, key in origins]).values_list("source", "key")
    lines = {origins[pair] for pair in found if pair in origins}
    numbers = Number.objects.filter(valid=True, value__in=list(values), project__rev__gt=since)
    lines |= {values[value] for value in numbers.values_list("value", flat=True)}
    return lines | {titles[t] for t in fresh.filter(title__in=list(titles)).values_list("title", flat=True)}


def _told_apart(each: Registration) -> bool:
    return bool(each.origin) or any(number.valid for number in each.numbers)

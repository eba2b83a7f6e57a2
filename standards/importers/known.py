"""The projects that rows may be about, as far as telling them apart and comparing them needs, in few queries."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any
from uuid import UUID

from django.db.models import F, Max

from standards.models import Change, Number, Origin, Project, ProjectCommittee
from standards.numbers import ParsedNumber, parse
from standards.pipeline import UNDER_WAY
from workflows.states import NumberKind

AT_ONCE = 500
NumberKey = tuple[str, str]


@dataclass(slots=True)
class Known:
    """A project as the tracker has it. ``committees`` are slugs, the leading one first."""

    pk: UUID
    rev: int
    track_code: str
    deliverable: str
    body: str
    state: str
    stage_code: str
    on_hold: bool
    cancelled_from: str
    title: str
    title_zh: str
    note: str
    target_text: str
    since: date | None
    published_on: date | None
    in_force_on: date | None
    embargoed: bool
    numbers: tuple[ParsedNumber, ...] = ()
    committees: tuple[str, ...] = ()

    @property
    def valid_numbers(self) -> tuple[ParsedNumber, ...]:
        return tuple(number for number in self.numbers if number.valid)

    @property
    def label(self) -> str:
        return self.numbers[0].value if self.numbers else self.title


_FIELDS = (
    "pk", "rev", "track_code", "deliverable", "body__slug", "state", "stage_code", "on_hold", "cancelled_from", "title",
    "title_zh", "note", "target_text", "since", "published_on", "in_force_on", "embargoed",
)  # fmt: skip


def batches(values: Iterable[Any], size: int = AT_ONCE) -> Iterator[list[Any]]:
    walk = iter(values)
    while batch := list(islice(walk, size)):
        yield batch


def projects(pks: Collection[UUID]) -> dict[UUID, Known]:
    """Those projects, three queries for every five hundred."""
    found: dict[UUID, Known] = {}
    for batch in batches(pks):
        some = {row[0]: Known(*row) for row in Project.objects.filter(pk__in=batch).values_list(*_FIELDS)}
        _add_numbers(some)
        _add_committees(some)
        found |= some
    return found


def _add_numbers(some: dict[UUID, Known]) -> None:
    rows = Number.objects.filter(project__in=some).order_by("project", "position", "pk")
    gathered: dict[UUID, list[ParsedNumber]] = defaultdict(list)
    for pk, kind, raw in rows.values_list("project_id", "kind", "raw"):
        gathered[pk].append(parse(raw, NumberKind(kind)))
    for pk, numbers in gathered.items():
        some[pk].numbers = tuple(numbers)


def _add_committees(some: dict[UUID, Known]) -> None:
    rows = ProjectCommittee.objects.filter(project__in=some).order_by("project", "position", "pk")
    gathered: dict[UUID, list[str]] = defaultdict(list)
    for pk, slug in rows.values_list("project_id", "committee__slug"):
        gathered[pk].append(slug)
    for pk, slugs in gathered.items():
        some[pk].committees = tuple(slugs)


def by_source_id(source: str, keys: Collection[str]) -> dict[str, UUID]:
    """Projects by the key that the source, or this tracker itself, has for them."""
    found: dict[str, UUID] = {}
    for batch in batches(keys):
        found |= dict(Origin.objects.filter(source=source, key__in=batch).values_list("key", "project_id"))
    own = {UUID(key): key for key in keys if key not in found and _is_uuid(key)}
    for batch in batches(own):
        found |= {own[pk]: pk for (pk,) in Project.objects.filter(pk__in=batch).values_list("pk")}
    return found


def _is_uuid(key: str) -> bool:
    try:
        return str(UUID(key)) == key
    except ValueError:
        return False


def by_number(keys: Collection[NumberKey]) -> dict[NumberKey, set[UUID]]:
    """Projects by kind and value of their well-formed numbers."""
    found: dict[NumberKey, set[UUID]] = defaultdict(set)
    for batch in batches(sorted({value for _kind, value in keys})):
        rows = Number.objects.filter(value__in=batch, valid=True).values_list("kind", "value", "project_id")
        for kind, value, pk in rows:
            found[kind, value].add(pk)
    return found


def by_undated_number(keys: Collection[str]) -> dict[str, set[UUID]]:
    """Projects under way by the ``match_key`` of a project number: CD and DIS are one number at two stages."""
    found: dict[str, set[UUID]] = defaultdict(set)
    if keys:
        rows = Number.objects.filter(kind=NumberKind.PROJECT, valid=True, project__state__in=UNDER_WAY)
        for pk, value in rows.values_list("project_id", "value").iterator():
            if (key := parse(value, NumberKind.PROJECT).match_key) in keys:
                found[key].add(pk)
    return found


def titles() -> Iterator[tuple[UUID, str, str]]:
    """Every project's id and titles."""
    return Project.objects.values_list("pk", "title", "title_zh").iterator()


def last_moves(pks: Collection[UUID]) -> dict[UUID, date]:
    """The day of each project's latest move or registration that has a day."""
    kinds = (Change.Kind.MOVED, Change.Kind.REGISTERED)
    found: dict[UUID, date] = {}
    for batch in batches(pks):
        moves = Change.objects.filter(project__in=batch, kind__in=kinds, effective_on__isnull=False)
        found |= dict(moves.values_list("project_id").annotate(latest=Max(F("effective_on"))))
    return found

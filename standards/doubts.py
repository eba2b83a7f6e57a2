"""What looks wrong in the register: entries that somebody should look at. Nothing here changes anything.

Every question reads the whole register in one query, so that a hundred thousand projects cost no more of them.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache, reduce
from operator import or_
from typing import Any, TypeAlias
from uuid import UUID

from django.db.models import Exists, Max, OuterRef, Q

from standards.models import Change, Link, Number, Project, ProjectCommittee
from standards.numbers import parse
from standards.pipeline import ENDED, UNDER_WAY
from standards.titles import fold_title
from workflows.calendar import Period
from workflows.library import library
from workflows.states import NumberKind, State, Verb

_AT_ONCE = 5000
_MOVES = (Change.Kind.REGISTERED, Change.Kind.MOVED)
_CLOCK = (Verb.HOLD, Verb.RESUME)
_NO_COMMITTEE: frozenset[int | None] = frozenset({None})

Pair: TypeAlias = tuple[UUID, UUID]


class DoubtKind(StrEnum):
    """Why an entry looks wrong."""

    MALFORMED_NUMBER = "malformed_number"
    DOUBTFUL_NUMBER = "doubtful_number"
    SAME_NUMBER = "same_number"
    SAME_TITLE = "same_title"
    NO_TARGET = "no_target"
    STAGE_OVERDUE = "stage_overdue"
    NO_PUBLISHED_NUMBER = "no_published_number"


@dataclass(frozen=True, slots=True)
class Suspicion:
    """One doubtful entry. ``other`` is the second project of a pair; ``facts`` are what the doubt is about.

    ``facts`` hold, by kind: ``number`` (as written) and ``number_kind``; for a stage ``stage``, ``entered_on`` and
    ``limit`` (ISO 8601).
    """

    kind: DoubtKind
    project: UUID
    other: UUID | None = None
    facts: Mapping[str, str] = field(default_factory=dict)

    @property
    def fingerprint(self) -> str:
        """Equal for as long as the facts that the doubt is about are the same."""
        about = [self.kind, self.project.hex, self.other.hex if self.other else "", dict(self.facts)]
        return hashlib.sha256(json.dumps(about, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def find(on: date) -> Iterator[Suspicion]:
    """Everything that looks wrong on that day."""
    for look in QUESTIONS.values():
        yield from look(on)


# Numbers


def doubtful_numbers(_on: date) -> Iterator[Suspicion]:
    """Malformed numbers, doubtful ones, and those that two projects bear, from one reading of all numbers."""
    first_bearer: dict[str, UUID] = {}
    for project, kind, raw, value, valid in _stream(_numbers()):
        facts = {"number": raw, "number_kind": kind}
        if not valid:
            yield Suspicion(DoubtKind.MALFORMED_NUMBER, project, facts=facts)
            continue
        number = parse(value, NumberKind(kind))
        if number.warnings:
            yield Suspicion(DoubtKind.DOUBTFUL_NUMBER, project, facts=facts)
        bearer = first_bearer.setdefault(number.match_key or value, project)
        if bearer != project:
            yield Suspicion(DoubtKind.SAME_NUMBER, project, bearer, facts)


def _numbers() -> Any:
    return Number.objects.order_by("pk").values_list("project_id", "kind", "raw", "value", "valid")


# Titles


def same_titles(_on: date) -> Iterator[Suspicion]:
    """Projects under way or published whose titles fold to the same, in one committee and not linked.

    Two that both have a valid number are told apart by it. Each unnumbered one is paired with one other at most.
    """
    groups = _groups_of_one_title()
    unsure = {project for group in groups for project in group}
    numbered = set(_stream(Number.objects.filter(valid=True).values_list("project_id", flat=True)))
    together, linked = _committees_of(unsure), _linked_pairs(unsure)
    told: set[Pair] = set()
    for pair in (pair for group in groups for pair in _pairs(group, together, numbered, linked)):
        if not {pair, pair[::-1]} & told:
            told.add(pair)
            yield Suspicion(DoubtKind.SAME_TITLE, *pair)


def _groups_of_one_title() -> list[list[UUID]]:
    """Ids of projects that share a title, English or Chinese, each group in one order."""
    groups: defaultdict[bytes, set[UUID]] = defaultdict(set)
    titles = Project.objects.exclude(state__in=ENDED).values_list("pk", "title", "title_zh")
    for project, *both in _stream(titles):
        for title in filter(None, both):
            groups[_digest(*fold_title(title))].add(project)
    return [sorted(group) for group in groups.values() if len(group) > 1]


def _digest(text: str, part: str) -> bytes:
    """A folded title in sixteen bytes: a hundred thousand long ones would fill the memory."""
    return hashlib.blake2b(f"{part}:{text}".encode(), digest_size=16).digest()


def _committees_of(projects: set[UUID]) -> Mapping[UUID, set[int]]:
    found: defaultdict[UUID, set[int]] = defaultdict(set)
    for project, committee in _stream(ProjectCommittee.objects.values_list("project_id", "committee_id")):
        if project in projects:
            found[project].add(committee)
    return found


def _linked_pairs(projects: set[UUID]) -> set[Pair]:
    links = _stream(Link.objects.exclude(other=None).values_list("project_id", "other_id"))
    return {pair for one, other in links if one in projects for pair in ((one, other), (other, one))}


def _pairs(
    group: list[UUID], committees: Mapping[UUID, set[int]], numbered: set[UUID], linked: set[Pair]
) -> Iterator[Pair]:
    """Each unnumbered project of the group with the first one it may be the same as, numbered ones first.

    Projects without a committee count as being in one together.
    """
    rooms: defaultdict[int | None, list[UUID]] = defaultdict(list)
    for project in sorted(group, key=lambda project: (project not in numbered, project)):
        for committee in committees.get(project) or _NO_COMMITTEE:
            if project not in numbered and (other := _first_unlinked(project, rooms[committee], linked)):
                yield project, other
            rooms[committee].append(project)


def _first_unlinked(project: UUID, others: Iterable[UUID], linked: set[Pair]) -> UUID | None:
    return next((other for other in others if (project, other) not in linked), None)


# Targets, stages, publication


def missing_targets(_on: date) -> Iterator[Suspicion]:
    """Projects before publication for which no time is planned."""
    without = Project.objects.filter(state__in=UNDER_WAY, target_due=None)
    for project in _stream(without.values_list("pk", flat=True)):
        yield Suspicion(DoubtKind.NO_TARGET, project)


def overdue_stages(on: date) -> Iterator[Suspicion]:
    """Projects that have been at their stage for longer than the procedure gives it, time on hold not counted."""
    limits = _limits()
    old = Project.objects.filter(_older_than(limits, on), on_hold=False)
    last_moved, held = _last_moves(old), _holds(old)
    for project, track_code, stage_code, since in _stream(old.values_list("pk", "track_code", "stage_code", "since")):
        entered, limit = max(since, last_moved.get(project, since)), limits[track_code, stage_code]
        if _end_of(limit, entered) + _time_held(held.get(project, ()), entered) < on:
            facts = {"stage": stage_code, "entered_on": entered.isoformat(), "limit": str(limit)}
            yield Suspicion(DoubtKind.STAGE_OVERDUE, project, facts=facts)


def _limits() -> dict[tuple[str, str], Period]:
    return {
        (track.code, stage.code): stage.limit for track in library().values() for stage in track.stages if stage.limit
    }


def _older_than(limits: Mapping[tuple[str, str], Period], on: date) -> Q:
    """At a stage with a limit, and in its state for at least the shortest time that such a limit can be."""
    return reduce(
        or_,
        (
            Q(track_code=track, stage_code=stage, since__lt=on - _shortest(limit))
            for (track, stage), limit in limits.items()
        ),
        Q(pk__in=[]),
    )


def _shortest(limit: Period) -> timedelta:
    return timedelta(days=365 * limit.years + 28 * limit.months + 7 * limit.weeks + limit.days)


@lru_cache(maxsize=10_000)
def _end_of(limit: Period, entered: date) -> date:
    return limit.add_to(entered)


def _moves_of(projects: Any) -> Any:
    return Change.objects.filter(kind__in=_MOVES, effective_on__isnull=False, project__in=projects.values("pk"))


def _last_moves(projects: Any) -> dict[UUID, date]:
    """The day of each project's latest move; holding and resuming stop the clock and start no stage."""
    moves = _moves_of(projects).exclude(verb__in=_CLOCK).order_by().values_list("project_id")
    return dict(_stream(moves.annotate(Max("effective_on"))))


def _holds(projects: Any) -> Mapping[UUID, list[tuple[str, date]]]:
    held: defaultdict[UUID, list[tuple[str, date]]] = defaultdict(list)
    moves = _moves_of(projects).filter(verb__in=_CLOCK).order_by("rev")
    for project, verb, day in _stream(moves.values_list("project_id", "verb", "effective_on")):
        held[project].append((verb, day))
    return held


def _time_held(holds: Iterable[tuple[str, date]], entered: date) -> timedelta:
    """How long the clock stood still since that day."""
    total, stopped = timedelta(), None
    for verb, day in holds:
        if verb == Verb.HOLD:
            stopped = max(day, entered)
        elif stopped:
            total += max(day - stopped, timedelta())
            stopped = None
    return total


def missing_published_numbers(_on: date) -> Iterator[Suspicion]:
    """Published standards without a well-formed number of a published standard."""
    numbers = Number.objects.filter(project=OuterRef("pk"), kind=NumberKind.PUBLISHED, valid=True)
    without = Project.objects.filter(~Exists(numbers), state=State.PUBLISHED)
    for project in _stream(without.values_list("pk", flat=True)):
        yield Suspicion(DoubtKind.NO_PUBLISHED_NUMBER, project)


def _stream(rows: Any) -> Iterator[Any]:
    return iter(rows.iterator(chunk_size=_AT_ONCE))


QUESTIONS: Mapping[str, Callable[[date], Iterator[Suspicion]]] = {
    "numbers": doubtful_numbers,
    "titles": same_titles,
    "targets": missing_targets,
    "stages": overdue_stages,
    "published": missing_published_numbers,
}

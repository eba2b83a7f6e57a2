"""A project's history as its page tells it: what a reader may know of each Change, in words."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from standards.models import Change, Committee, Project
from standards.speech import listed, told
from tracker.wording import day_in_words, target_in_words
from workflows.calendar import BadTarget, parse_target
from workflows.library import UnknownStage
from workflows.states import GATE_LABELS, STATE_LABELS, VERB_LABELS, Gate, State, Verb


@dataclass(frozen=True, slots=True)
class Altered:
    """A field of the project that a Change altered, with its value before and after in words; empty for none."""

    field: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the history. ``who`` is a role for the public and a name for staff."""

    change: Change
    what: str
    moved_from: str
    moved_to: str
    who: str
    altered: tuple[Altered, ...]
    overridden: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EarlierTitle:
    """A title the project no longer bears, and the Change that replaced it."""

    title: str
    change: Change


def entries(project: Project, changes: Iterable[Change], *, for_staff: bool) -> tuple[Entry, ...]:
    """The Changes in words, in their order; an edit of nothing the public sees is left out. One query."""
    listed = list(changes)
    names = _committee_names(listed)
    told_of = (_entry(project, change, names, for_staff) for change in listed)
    return tuple(entry for entry in told_of if entry.altered or entry.change.kind != Change.Kind.EDITED)


def earlier_titles(changes: QuerySet[Change]) -> tuple[EarlierTitle, ...]:
    """Every title these Changes replaced, latest first (one query)."""
    retitled = changes.filter(Q(delta__has_key="title") | Q(delta__has_key="title_zh")).order_by("-rev")
    return tuple(
        EarlierTitle(change.delta[field][0], change)
        for change in retitled.only("rev", "effective_on", "recorded_at", "delta")
        for field in ("title", "title_zh")
        if field in change.delta and change.delta[field][0]
    )


def _entry(project: Project, change: Change, names: Mapping[str, str], for_staff: bool) -> Entry:
    moves = bool(change.from_state) and change.from_state != change.to_state
    return Entry(
        change=change,
        what=told(VERB_LABELS[Verb(change.verb)]) if change.verb else capfirst(change.get_kind_display()),
        moved_from=told(STATE_LABELS[State(change.from_state)]) if moves else "",
        moved_to=told(STATE_LABELS[State(change.to_state)]) if moves or _registers(change) else "",
        who=_who(change, for_staff),
        altered=() if _registers(change) else tuple(_altered(project, change, names)),
        overridden=tuple(told(GATE_LABELS[Gate(gate)]) for gate in change.overridden),
    )


def _registers(change: Change) -> bool:
    return change.kind == Change.Kind.REGISTERED


def _who(change: Change, for_staff: bool) -> str:
    if change.actor is None:
        return _("the tracker")
    return (change.actor.get_full_name() or change.actor.get_username()) if for_staff else _("the secretariat")


def _altered(project: Project, change: Change, names: Mapping[str, str]) -> Iterator[Altered]:
    """The fields everyone may read. Links are not among them: one may lead to an embargoed project."""
    for field, (label, words) in _told_fields(project, names).items():
        if field in change.delta:
            old, new = (words(value) if value else "" for value in change.delta[field])
            yield Altered(capfirst(label), old, new)


def _told_fields(project: Project, names: Mapping[str, str]) -> dict[str, tuple[str, Callable[[Any], str]]]:
    """By field of a delta: what people call it, and how to say a value of it."""
    return {
        "stage": (_("stage"), lambda code: _stage(project, code)),
        "title": (_("title"), str),
        "title_zh": (_("Chinese title"), str),
        "numbers": (_("numbers"), lambda numbers: listed(number["value"] for number in numbers)),
        "target": (_("target"), lambda target: _target(target["text"])),
        "comment_from": (_("comment from"), _day),
        "comment_until": (_("comment until"), _day),
        "comment_url": (_("where to comment"), str),
        "published_on": (_("published on"), _day),
        "in_force_on": (_("in force on"), _day),
        "committees": (_("committees"), lambda slugs: "; ".join(names.get(slug, slug) for slug in slugs)),
        "deliverable": (_("deliverable"), str),
        "body": (_("body"), str),
        "round": (_("round"), str),
        "note": (_("note"), str),
    }


def _stage(project: Project, code: str) -> str:
    try:
        return f"{code} {told(project.track.stage(code).name)}"
    except UnknownStage:
        return code


def _target(text: str) -> str:
    try:
        return told(target_in_words(parse_target(text)))
    except BadTarget:
        return text


def _day(text: str) -> str:
    return told(day_in_words(date.fromisoformat(text)))


def _committee_names(changes: Iterable[Change]) -> dict[str, str]:
    slugs = {slug for change in changes for side in change.delta.get("committees") or () for slug in side or ()}
    return {committee.slug: str(committee) for committee in Committee.objects.filter(slug__in=slugs)}

"""Every change of a project that is no move: ``register`` brings one in, ``edit`` alters its facts.

Both write history in the same transaction and refuse with ``BadFacts``, which names every field in error.
"""

from collections.abc import Callable, Mapping
from datetime import date
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from standards import deadlines, history, linking
from standards.cleaning import (
    Cleaner,
    clean_all,
    clean_date,
    clean_line,
    clean_text,
)
from standards.clock import database_now
from standards.facts import read_stage
from standards.fields import CLEANERS, apply, body_of, linked_projects
from standards.models import PATH_LIMIT, Change, Committee, Origin, Project
from standards.permissions import may_edit, may_record, may_register
from standards.refusals import BadFacts, NotPermitted
from standards.snapshots import committee_snapshot, delta_between, project_snapshot
from standards.transitions import SOURCE_LIMIT, refuse_future, refuse_stale
from workflows.library import Track, UnknownTrack, track
from workflows.states import State


def register(
    *,
    track: str,
    state: State | str,
    title: str,
    by: Any,
    source: str,
    stage: str = "",
    effective_on: date | str | None = None,
    stated_on: date | str | None = None,
    note: str = "",
    origin: tuple[str, str] | None = None,
    **fields: Any,
) -> Project:
    """Create a project where its source says it stands, as one Change of kind ``registered``.

    ``effective_on`` is the day it entered that state at its body, None where the source does not say; ``stated_on`` is
    a day on which the source says that it stood there, and dates the Change where the former is unknown. ``stage`` is a
    stage code of the track, by default the first of the state. ``origin`` is (source, key), by which an import run
    again finds the project. ``note`` is about the project and stays with it. ``fields`` are those of ``edit``.
    Raises ``BadFacts`` or ``NotPermitted``.
    """
    _refuse_registering(by)
    entered_on = _clean_past("effective_on", effective_on)
    cleaned = _clean_given({"title": title, "note": note, **fields})
    entry = history.Entry(
        kind=Change.Kind.REGISTERED,
        by=by,
        effective_on=entered_on or _clean_past("stated_on", stated_on),
        source=_clean("source", source, partial(clean_line, limit=SOURCE_LIMIT)),
    )
    with transaction.atomic():
        project = _new(_track(track), _state(state), stage, entered_on, cleaned)
        project, ends = linking.lock(project, linked_projects(cleaned))
        apply(project, cleaned)
        _keep_origin(project, origin)
        deadlines.follow(project, entry.effective_on, database_now())
        history.write(project, entry, None)
        linking.write_other_ends(project, ends, entry)
    return project


_OF_THE_TRACK = ("level", "deliverable", "body")
_clean_origin_source = partial(clean_line, limit=120)
_clean_origin_key = partial(clean_line, limit=200)


def _clean_given(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The fields, clean; what is left empty of the track's own is the track's."""
    return clean_all({name: value for name, value in fields.items() if value or name not in _OF_THE_TRACK}, CLEANERS)


def _keep_origin(project: Project, origin: tuple[str, str] | None) -> None:
    if origin is None:
        return
    source, key = origin
    known = {"source": _clean("origin", source, _clean_origin_source), "key": _clean("origin", key, _clean_origin_key)}
    try:
        Origin.objects.create(project=project, **known)
    except IntegrityError:
        problem = _("a project of this source and key is on record already: %(key)s.") % known
        raise BadFacts({"origin": problem}) from None


def _refuse_registering(by: Any) -> None:
    if not may_register(by):
        raise NotPermitted(_("You may not register projects. Ask for the permission “add project”."))


def edit(
    project: Project,
    *,
    by: Any,
    on: date | str | None = None,
    why: str = "",
    source: str = "",
    expected_rev: int | None = None,
    **fields: Any,
) -> Change | None:
    """Alter facts of a project and return the Change, or None when nothing differs and nothing was written.

    ``on`` is the day it became true at the body (None: unknown), ``why`` the note of the history entry. ``fields``:
    title, title_zh, note, target (text such as "2026-Q1"), numbers (list of texts or ParsedNumbers), committees
    (slugs, the leading one first), responsible (user), level, deliverable, body (slug), comment_from, comment_until,
    comment_url, published_on, in_force_on, embargoed, links ((rel, project or url) pairs).
    Raises ``BadFacts``, ``Stale`` or ``NotPermitted``.
    """
    cleaned = clean_all(fields, CLEANERS)
    entry = history.Entry(
        kind=Change.Kind.EDITED,
        by=by,
        effective_on=_clean_past("on", on),
        note=_clean("why", why, clean_text),
        source=_clean("source", source, partial(clean_line, limit=SOURCE_LIMIT)),
    )
    with transaction.atomic():
        locked, ends = linking.lock(project, linked_projects(cleaned), with_linked="links" in cleaned)
        if not may_edit(by, locked):
            raise NotPermitted(_("You may not change this project. Ask for the permission “change project”."))
        refuse_stale(locked, expected_rev)
        before = project_snapshot(locked)
        apply(locked, cleaned)
        if not delta_between(before, project_snapshot(locked)):
            return None
        deadlines.follow(locked, entry.effective_on, database_now())
        change = history.write(locked, entry, before)
        linking.write_other_ends(locked, ends, entry)
        return change


@transaction.atomic
def record_committee(
    committee: Committee, *, by: Any, source: str = "", facts: Callable[[], None] | None = None
) -> None:
    """Save a committee, new or changed, with its place in the tree and a Change. ``facts`` saves what belongs to it.

    Raises ``NotPermitted``, or ``BadFacts`` for a value that cannot be taken, a slug that is not the one it had, or a
    place below itself. Writes nothing when nothing differs.
    """
    if not may_record(by, committee):
        raise NotPermitted(_("You may not change committees. Ask for the permission “change committee”."))
    entry = history.Entry(
        kind=Change.Kind.COMMITTEE,
        by=by,
        effective_on=None,
        source=_clean("source", source, partial(clean_line, limit=SOURCE_LIMIT)),
    )
    _lock_tree()
    stored = Committee.objects.filter(pk=committee.pk).first() if committee.pk else None
    before = committee_snapshot(stored) if stored else None
    _refuse_bad_committee(committee, stored)
    committee.path, committee.rev = _path(committee), stored.rev if stored else 0
    committee.save()
    if facts:
        facts()
    if before is not None and not delta_between(before, committee_snapshot(committee)):
        return
    if stored and stored.path != committee.path:
        _move_subtree(stored.path, committee.path)
    history.write_committee(committee, entry, before)


def _lock_tree() -> None:
    """Whoever changes a committee holds the first one, so that two who move branches see each other's work."""
    Committee.objects.select_for_update(no_key=True).order_by("pk").first()


def _refuse_bad_committee(committee: Committee, stored: Committee | None) -> None:
    if stored and stored.slug != committee.slug:
        raise BadFacts({"slug": _("it never changes, because the history refers to it: %(slug)s.") % {"slug": stored}})
    for name in ("name", "name_zh", "reference", "secretariat_name"):
        setattr(committee, name, _clean(name, getattr(committee, name), clean_line))
    try:
        committee.full_clean(exclude={"path", "rev"})
    except ValidationError as error:
        raise BadFacts({name: " ".join(problems) for name, problems in error.message_dict.items()}) from None


def _path(committee: Committee) -> str:
    above: list[str] = []
    step = committee.parent_id
    while step:
        over = Committee.objects.get(pk=step)
        if over.pk == committee.pk:
            raise BadFacts({"parent": _("a committee cannot stand below itself.")})
        above.append(over.slug)
        step = over.parent_id
    return _refuse_deep("/" + "/".join([*reversed(above), committee.slug]) + "/")


def _refuse_deep(path: str) -> str:
    if len(path) > PATH_LIMIT:
        raise BadFacts({"parent": _("the committees above it are too many, or their slugs too long.")})
    return path


def _move_subtree(old: str, new: str) -> None:
    for below in Committee.objects.filter(path__startswith=old).exclude(path=new):
        below.path = _refuse_deep(new + below.path.removeprefix(old))
        below.save(update_fields=["path"])


def _track(code: str) -> Track:
    try:
        return track(code)
    except UnknownTrack as error:
        raise BadFacts({"track": str(error)}) from None


def _state(value: Any) -> State:
    try:
        return State(value)
    except ValueError:
        raise BadFacts({"state": _("there is no state “%(state)s”.") % {"state": str(value)[:40]}}) from None


def _clean_past(name: str, value: Any) -> date | None:
    day: date | None = _clean(name, value, clean_date)
    refuse_future(name, day)
    return day


def _clean(name: str, value: Any, cleaner: Cleaner) -> Any:
    return clean_all({name: value}, {name: cleaner})[name]


def _new(procedure: Track, state: State, stage: str, on: date | None, fields: Mapping[str, Any]) -> Project:
    project = Project(
        track_code=procedure.code,
        level=fields.get("level") or procedure.level,
        deliverable=fields.get("deliverable") or procedure.deliverable,
        body=fields.get("body") or body_of(procedure.body),
        title=fields["title"],
        state=state,
        since=on,
    )
    if stage:
        project.stage_code = read_stage(project, state, stage)
    else:
        first = procedure.first_stage(state)
        project.stage_code = first.code if first else ""
    if state == State.CANCELLED:
        project.cancelled_from = cancelled_from(procedure, project.stage_code)
    project.save(force_insert=True)
    return project


def cancelled_from(procedure: Track, code: str) -> State:
    """The state whose phase the stage belongs to: 30.98 was cancelled while in 30, which is drafting."""
    phase = code.split(".", maxsplit=1)[0]
    for stage in procedure.stages:
        if stage.code.partition(".")[0] == phase and stage.state not in (State.CANCELLED, State.WITHDRAWN):
            return stage.state
    return State.PROPOSAL

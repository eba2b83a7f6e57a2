"""Every change of a project that is no move: ``register`` brings one in, ``edit`` alters its facts.

Both write history in the same transaction and refuse with ``BadFacts``, which names every field in error.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils.translation import gettext as _

from standards import deadlines, history, linking
from standards.cleaning import (
    Cleaner,
    Unclean,
    clean_all,
    clean_bool,
    clean_chinese_title,
    clean_date,
    clean_line,
    clean_target,
    clean_text,
    clean_title,
    clean_url,
)
from standards.clock import database_now
from standards.facts import read_stage
from standards.models import Body, Change, Committee, Link, Origin, Project, ProjectCommittee, Relation
from standards.numbering import replace_numbers
from standards.numbers import ParsedNumber, parse
from standards.permissions import may_edit, may_register
from standards.refusals import BadFacts, NotPermitted
from standards.snapshots import committee_snapshot, delta_between, project_snapshot
from standards.transitions import SOURCE_LIMIT, refuse_stale
from workflows.calendar import TargetDate
from workflows.library import Track, UnknownTrack, track
from workflows.states import Level, State


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
    if not may_register(by):
        raise NotPermitted(_("You may not register projects. Ask for the permission “add project”."))
    procedure = _track(track)
    entered_on = _clean("effective_on", effective_on, clean_date)
    cleaned = clean_all({"title": title, "note": note, **fields}, _CLEANERS)
    entry = history.Entry(
        kind=Change.Kind.REGISTERED,
        by=by,
        effective_on=entered_on or _clean("stated_on", stated_on, clean_date),
        source=_clean("source", source, partial(clean_line, limit=SOURCE_LIMIT)),
    )
    with transaction.atomic():
        project = _new(procedure, _state(state), stage, entered_on, cleaned)
        project, ends = linking.lock(project, _linked(cleaned))
        _apply(project, cleaned)
        if origin:
            Origin.objects.create(project=project, source=origin[0], key=origin[1])
        deadlines.follow(project, entry.effective_on, database_now())
        history.write(project, entry, None)
        linking.write_other_ends(ends, entry)
    return project


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
    cleaned = clean_all(fields, _CLEANERS)
    entry = history.Entry(
        kind=Change.Kind.EDITED,
        by=by,
        effective_on=_clean("on", on, clean_date),
        note=_clean("why", why, clean_text),
        source=_clean("source", source, partial(clean_line, limit=SOURCE_LIMIT)),
    )
    with transaction.atomic():
        locked, ends = linking.lock(project, _linked(cleaned))
        if not may_edit(by, locked):
            raise NotPermitted(_("You may not change this project. Ask for the permission “change project”."))
        refuse_stale(locked, expected_rev)
        before = project_snapshot(locked)
        _apply(locked, cleaned)
        if not delta_between(before, project_snapshot(locked)):
            return None
        deadlines.follow(locked, entry.effective_on, database_now())
        change = history.write(locked, entry, before)
        linking.write_other_ends(ends, entry)
        return change


@transaction.atomic
def record_committee(
    committee: Committee, *, by: Any, source: str = "", facts: Callable[[], None] | None = None
) -> None:
    """Save a committee, new or changed, with its place in the tree and a Change. ``facts`` saves what belongs to it.

    Raises ``BadFacts`` when it would stand below itself. Writes nothing when nothing differs.
    """
    stored = Committee.objects.select_for_update().filter(pk=committee.pk).first() if committee.pk else None
    before = committee_snapshot(stored) if stored else None
    committee.path = _path(committee)
    committee.save()
    if facts:
        facts()
    if before is not None and not delta_between(before, committee_snapshot(committee)):
        return
    if stored and stored.path != committee.path:
        _move_subtree(stored.path, committee.path)
    entry = history.Entry(kind=Change.Kind.COMMITTEE, by=by, effective_on=None, source=source)
    history.write_committee(committee, entry, before)


def _path(committee: Committee) -> str:
    above: list[str] = []
    step = committee.parent
    while step:
        if step.pk == committee.pk or step.slug in above:
            raise BadFacts({"parent": _("a committee cannot stand below itself.")})
        above.append(step.slug)
        step = step.parent
    return "/" + "/".join([*reversed(above), committee.slug]) + "/"


def _move_subtree(old: str, new: str) -> None:
    for below in Committee.objects.filter(path__startswith=old).exclude(path=new):
        below.path = new + below.path.removeprefix(old)
        below.save(update_fields=["path"])


def _linked(fields: Mapping[str, Any]) -> list[Project]:
    return [link.other for link in fields.get("links", []) if link.other]


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


def _clean(name: str, value: Any, cleaner: Cleaner) -> Any:
    return clean_all({name: value}, {name: cleaner})[name]


def _new(procedure: Track, state: State, stage: str, on: date | None, fields: Mapping[str, Any]) -> Project:
    project = Project(
        track_code=procedure.code,
        level=fields.get("level") or procedure.level,
        deliverable=fields.get("deliverable") or procedure.deliverable,
        body=fields.get("body") or _body(procedure.body),
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
        project.cancelled_from = _cancelled_from(procedure, project.stage_code)
    project.save(force_insert=True)
    return project


def _cancelled_from(procedure: Track, code: str) -> State:
    """The state whose phase the stage belongs to: 30.98 was cancelled while in 30, which is drafting."""
    phase = code.split(".", maxsplit=1)[0]
    for stage in procedure.stages:
        if stage.code.partition(".")[0] == phase and stage.state not in (State.CANCELLED, State.WITHDRAWN):
            return stage.state
    return State.PROPOSAL


def _apply(project: Project, fields: Mapping[str, Any]) -> None:
    for name, value in fields.items():
        _APPLIERS.get(name, partial(setattr_of, name))(project, value)
    _refuse_contradictions(project)
    project.save()


def setattr_of(name: str, project: Project, value: Any) -> None:
    setattr(project, name, value)


def _refuse_contradictions(project: Project) -> None:
    if project.comment_from and project.comment_until and project.comment_until < project.comment_from:
        raise BadFacts({"comment_until": _("the comment period ends before it starts.")})


def _apply_target(project: Project, target: TargetDate | None) -> None:
    project.target_text = target.text if target else ""
    project.target_precision = target.precision if target else ""
    project.target_start = target.start if target else None
    project.target_due = target.due if target else None


def _apply_committees(project: Project, committees: list[Committee]) -> None:
    project.assignments.exclude(committee__in=committees).delete()
    for position, committee in enumerate(committees):
        ProjectCommittee.objects.update_or_create(project=project, committee=committee, defaults={"position": position})


def _apply_links(project: Project, links: "list[WantedLink]") -> None:
    kept = [
        Link.objects.get_or_create(project=project, rel=link.rel, other=link.other, url=link.url)[0].pk
        for link in links
    ]
    project.links.exclude(pk__in=kept).delete()


@dataclass(frozen=True, slots=True)
class WantedLink:
    rel: str
    other: Project | None
    url: str


def _clean_links(value: Any) -> list[WantedLink]:
    return [_clean_link(rel, target) for rel, target in value]


def _clean_link(rel: str, target: Project | str) -> WantedLink:
    if rel not in Relation.values:
        raise Unclean(_("there is no relation “%(rel)s”.") % {"rel": str(rel)[:40]})
    if isinstance(target, Project):
        return WantedLink(rel, target, "")
    return WantedLink(rel, None, clean_url(target))


def _clean_numbers(value: Iterable[Any]) -> list[ParsedNumber]:
    numbers = [number if isinstance(number, ParsedNumber) else parse(clean_line(number, 200)) for number in value]
    return [number for number in numbers if number.raw]


def _clean_committees(value: Iterable[Any]) -> list[Committee]:
    slugs = [slug.slug if isinstance(slug, Committee) else clean_line(slug, 80) for slug in value]
    found = {committee.slug: committee for committee in Committee.objects.filter(slug__in=slugs)}
    if unknown := [slug for slug in slugs if slug not in found]:
        raise Unclean(_("there is no committee “%(slugs)s”.") % {"slugs": ", ".join(unknown)})
    return [found[slug] for slug in dict.fromkeys(slugs)]


def _clean_responsible(value: Any) -> Any:
    if value is None or isinstance(value, get_user_model()):
        return value
    raise Unclean(_("this must be a user."))


def _clean_level(value: Any) -> Level:
    try:
        return Level(value)
    except ValueError:
        words = {"level": str(value)[:40], "known": ", ".join(Level)}
        raise Unclean(_("there is no level “%(level)s”; there are: %(known)s.") % words) from None


def _clean_body(value: Any) -> Body:
    try:
        return value if isinstance(value, Body) else _body(clean_line(value, 80))
    except BadFacts as error:
        raise Unclean(error.errors["body"]) from None


def _body(slug: str) -> Body:
    body = Body.objects.filter(slug=slug).first()
    if body is None:
        raise BadFacts({"body": _("there is no body “%(slug)s”; create it first.") % {"slug": slug}})
    return body


_CLEANERS: Mapping[str, Cleaner] = {
    "title": clean_title,
    "title_zh": clean_chinese_title,
    "note": clean_text,
    "target": clean_target,
    "numbers": _clean_numbers,
    "committees": _clean_committees,
    "responsible": _clean_responsible,
    "level": _clean_level,
    "deliverable": partial(clean_line, limit=40),
    "body": _clean_body,
    "comment_from": clean_date,
    "comment_until": clean_date,
    "comment_url": clean_url,
    "published_on": clean_date,
    "in_force_on": clean_date,
    "embargoed": clean_bool,
    "links": _clean_links,
}

_APPLIERS: Mapping[str, Callable[[Project, Any], None]] = {
    "target": _apply_target,
    "numbers": replace_numbers,
    "committees": _apply_committees,
    "links": _apply_links,
}

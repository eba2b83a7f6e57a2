"""The one door for every verb: ``perform``; and ``options``, which says beforehand what it would answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _
from django_fsm import TransitionNotAllowed, can_proceed

from standards import deadlines, history, linking
from standards.cleaning import Cleaner, Unclean, clean_all, clean_date, clean_line, clean_text
from standards.clock import database_now, day_of
from standards.facts import read_facts, read_stage, read_verb
from standards.guards import OPENED_BY, Move, shut_gates
from standards.models import Change, Link, Project, Relation
from standards.numbering import add_number
from standards.permissions import may_move, may_override, may_see
from standards.refusals import BadFacts, GatesShut, Illegal, NotPermitted, ShutGate, Stale
from standards.snapshots import project_snapshot
from standards.speech import listed, told, told_day
from workflows.library import Rule
from workflows.states import FACTS, STATE_LABELS, VERB_LABELS, Fact, State, Verb

SOURCE_LIMIT = 300


@dataclass(frozen=True, slots=True)
class Option:
    """One verb of the project's track: three separate answers to whether it can be done now.

    ``legal``: the procedure has this move from here (else ``why_not``). ``shut_gates``: facts that do not hold yet.
    ``permitted``: this person may. ``to`` is the state it leads to.
    """

    verb: Verb
    to: State
    facts: tuple[Fact, ...]
    legal: bool
    why_not: str
    shut_gates: tuple[ShutGate, ...]
    permitted: bool

    @property
    def opened_by_facts(self) -> bool:
        """True when the facts of the move itself can open every gate that is shut."""
        return all(OPENED_BY[shut.gate] for shut in self.shut_gates)

    @property
    def possible(self) -> bool:
        return self.legal and self.permitted and self.opened_by_facts


def perform(
    project: Project,
    verb: Verb | str,
    *,
    by: Any,
    on: date | str,
    note: str = "",
    source: str = "",
    override: str = "",
    expected_rev: int | None = None,
    **facts: Any,
) -> Change:
    """Move a project by a verb, as of the day ``on`` at its body, and return the Change that records it.

    ``by`` is the user, or None for the tracker itself. ``override`` is the reason for passing gates that are shut,
    for those who may. ``expected_rev`` refuses the move when the project has changed since that revision. ``facts``
    are those of ``FACTS[verb]``, as Python values or as text. All or nothing: raises ``BadFacts``, ``Stale``,
    ``Illegal``, ``GatesShut`` or ``NotPermitted`` with nothing written. The instance passed in is left alone.
    """
    with transaction.atomic():
        request = _read(project, verb, {"on": on, "note": note, "source": source, "override": override}, facts)
        _refuse_hidden(request.facts.get("successor"), by)
        locked, ends = linking.lock(project, [request.facts["successor"]] if "successor" in request.facts else [])
        refuse_stale(locked, expected_rev)
        _refuse_bad_day(locked, request.on)
        refuse_illegal(locked, request.verb)
        overridden = _pass_gates(locked, request, by)
        if not may_move(by, locked, request.verb):
            raise NotPermitted(_("You may not move this project. Ask for the permission “move projects”."))
        return _move(locked, request, by, overridden, ends)


def _refuse_hidden(successor: Project | None, by: Any) -> None:
    """A project that the person may not see is answered like one that is not there."""
    if successor and not may_see(by, successor):
        raise BadFacts({"successor": _("there is no other project with this id.")})


@dataclass(frozen=True, slots=True)
class _Request:
    verb: Verb
    rule: Rule | None
    on: date
    note: str
    source: str
    override: str
    facts: Mapping[str, Any]


def _read(project: Project, verb: Any, raw: Mapping[str, Any], facts: Mapping[str, Any]) -> _Request:
    """The whole request, clean. Raises ``BadFacts`` with every error in it."""
    known = read_verb(verb)
    errors: dict[str, str] = {}
    request: dict[str, Any] = {}
    given: dict[str, Any] = {}
    try:
        request = clean_all(raw, _REQUEST)
    except BadFacts as error:
        errors |= error.errors
    try:
        given = read_facts(project, known, facts)
    except BadFacts as error:
        errors |= error.errors
    if errors:
        raise BadFacts(errors)
    if request["note"] and any(fact.name == "reason" for fact in FACTS[known]):
        given.setdefault("reason", request["note"])
    return _Request(known, project.track.rules.get(known), facts=given, **request)


def _clean_day(value: Any) -> date:
    day = clean_date(value)
    if day is None:
        raise Unclean(_("say on which day it happened, as YYYY-MM-DD."))
    return day


_REQUEST: Mapping[str, Cleaner] = {
    "on": _clean_day,
    "note": clean_text,
    "source": partial(clean_line, limit=SOURCE_LIMIT),
    "override": clean_text,
}


def _refuse_bad_day(project: Project, day: date) -> None:
    """A move is dated: not in the future, and not before the move it follows."""
    refuse_future("on", day)
    last = last_moved_on(project)
    if last and day < last:
        words = {"day": told_day(day), "today": told_day(last)}
        problem = _("%(day)s is before the project's last move on %(today)s; a move cannot come before it.") % words
        raise BadFacts({"on": problem})


def refuse_future(field: str, day: date | None) -> None:
    """Raise ``BadFacts`` for a day that has not come yet in the secretariat's time zone: history tells what was."""
    today = day_of(database_now())
    if day and day > today:
        words = {"day": told_day(day), "today": told_day(today)}
        problem = _("%(day)s is in the future (today is %(today)s); record it when it has happened.") % words
        raise BadFacts({field: problem})


def last_moved_on(project: Project) -> date | None:
    """The day at the body of its latest move or registration that has a day."""
    moves = Change.objects.filter(project=project, kind__in=(Change.Kind.MOVED, Change.Kind.REGISTERED))
    latest: date | None = moves.aggregate(latest=Max("effective_on"))["latest"]
    return latest


def refuse_stale(project: Project, expected_rev: int | None) -> None:
    """Raise ``Stale`` when the project is not at the revision its reader saw (None: do not ask)."""
    if expected_rev is None or expected_rev == project.rev:
        return
    latest = Change.objects.select_related("actor").get(rev=project.rev)
    what = told(VERB_LABELS[Verb(latest.verb)]) if latest.verb else str(latest.get_kind_display())
    raise Stale(
        expected=expected_rev,
        actual=project.rev,
        what=f"{what} → {told(STATE_LABELS[State(latest.to_state)])}" if latest.verb else what,
        by=str(latest.actor or _("the tracker")),
        at=latest.recorded_at,
    )


def why_illegal(project: Project, verb: Verb) -> str:
    """Empty when the procedure has this move from here; else the reason, with the moves there are."""
    rule = project.track.rules.get(verb)
    if rule and project.state in rule.sources and can_proceed(getattr(project, verb)):
        return ""
    here = told(STATE_LABELS[State(project.state)])
    if project.on_hold and verb != Verb.HOLD:
        return _("The project is on hold; resume it first.")
    words = {"verb": told(VERB_LABELS[verb]), "state": here, "legal": _legal_names(project)}
    if rule is None:
        return _("“%(verb)s” is not part of this procedure. From “%(state)s” there are: %(legal)s.") % words
    return _("“%(verb)s” is not possible from “%(state)s”. From there, there are: %(legal)s.") % words


def _legal_names(project: Project) -> str:
    return listed(told(VERB_LABELS[verb]) for verb in legal_verbs(project)) or "-"


def legal_verbs(project: Project) -> list[Verb]:
    """The verbs that the procedure has from where the project stands, gates and permissions aside."""
    return [
        verb
        for verb, rule in project.track.rules.items()
        if project.state in rule.sources and can_proceed(getattr(project, verb))
    ]


def refuse_illegal(project: Project, verb: Verb) -> None:
    if reason := why_illegal(project, verb):
        raise Illegal(reason)


def _pass_gates(project: Project, request: _Request, by: Any) -> tuple[str, ...]:
    """The gates that were overridden. Raises ``GatesShut`` with all that are shut and not overridden."""
    shut = shut_gates(Move(project, project.track.rules[request.verb], request.on, request.facts))
    if shut and not request.override:
        raise GatesShut(shut)
    if shut and not may_override(by, project):
        raise NotPermitted(_("You may not override gates. Ask for the permission “move past a shut gate”."))
    return tuple(gate.gate.value for gate in shut)


def _move(
    project: Project, request: _Request, by: Any, overridden: tuple[str, ...], ends: list[linking.OtherEnd]
) -> Change:
    before, came_from = project_snapshot(project), State(project.state)
    _take_facts(project, request)
    try:
        getattr(project, request.verb)()
    except TransitionNotAllowed as error:
        raise Illegal(str(error)) from error
    _place(project, request, came_from)
    deadlines.follow(project, request.on, database_now())
    entry = history.Entry(
        kind=Change.Kind.MOVED,
        by=by,
        effective_on=request.on,
        note=request.note,
        source=request.source,
        verb=request.verb,
        from_state=came_from,
        override=request.override if overridden else "",
        overridden=overridden,
        facts=_recorded(request.facts),
    )
    change = history.write(project, entry, before)
    linking.write_other_ends(project, ends, entry)
    return change


def _recorded(facts: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value.pk if isinstance(value, Project) else value for name, value in facts.items()}


_FIELD_OF = {
    "from": "comment_from",
    "until": "comment_until",
    "url": "comment_url",
    "published_on": "published_on",
    "in_force_on": "in_force_on",
}


def _take_facts(project: Project, request: _Request) -> None:
    for fact, field in _FIELD_OF.items():
        if fact in request.facts:
            setattr(project, field, request.facts[fact])
    if number := request.facts.get("number"):
        add_number(project, number)
    if successor := request.facts.get("successor"):
        Link.objects.get_or_create(project=project, rel=Relation.SUPERSEDED_BY, other=successor, url="")
    if project.comment_from and project.comment_until and project.comment_until < project.comment_from:
        raise BadFacts({"until": _("the comment period ends before it starts.")})
    if request.verb == Verb.RETURN_TO_DRAFT:
        project.round += 1
        project.comment_from = project.comment_until = None
        project.comment_url = ""


def _place(project: Project, request: _Request, came_from: State) -> None:
    """The stage it now stands at, and since when it is in its state."""
    state = State(project.state)
    if code := request.facts.get("stage"):
        if request.verb == Verb.ADVANCE and code == project.stage_code:
            raise BadFacts({"stage": _("the project stands at this stage already.")})
        project.stage_code = read_stage(project, state, code)
    elif state != came_from:
        project.stage_code = _default_stage(project, request, state)
    if state != came_from:
        project.since = request.on


def _default_stage(project: Project, request: _Request, state: State) -> str:
    if request.rule and request.rule.stage:
        return request.rule.stage
    stage = project.track.first_stage(state, near=project.stage_code)
    return stage.code if stage else ""


def options(project: Project, *, by: Any, on: date) -> list[Option]:
    """Every verb of the project's track with its three answers, for this person on that day, legal ones first."""
    found = [_option(project, rule, by, on) for rule in project.track.rules.values()]
    return sorted(found, key=lambda option: not option.legal)


def _option(project: Project, rule: Rule, by: Any, on: date) -> Option:
    why_not = why_illegal(project, rule.verb)
    return Option(
        verb=rule.verb,
        to=_target(project, rule),
        facts=FACTS[rule.verb],
        legal=not why_not,
        why_not=why_not,
        shut_gates=() if why_not else tuple(shut_gates(Move(project, rule, on, {}))),
        permitted=by is not None and may_move(by, project, rule.verb),
    )


def _target(project: Project, rule: Rule) -> State:
    if rule.target:
        return rule.target
    if rule.verb == Verb.REINSTATE:
        return State(project.cancelled_from or State.PROPOSAL)
    return State(project.state)

"""Reading the facts that come with a verb: ``workflows.states.FACTS`` says which, this says in what form."""

import uuid
from collections.abc import Mapping
from functools import partial
from typing import Any

from django.utils.translation import gettext as _

from standards.cleaning import Cleaner, Unclean, clean_all, clean_date, clean_line, clean_text, clean_url
from standards.models import Project
from standards.number_faults import told_fault
from standards.numbers import ParsedNumber, parse
from standards.refusals import BadFacts
from workflows.library import UnknownStage
from workflows.states import FACTS, FactKind, State, Verb


def read_verb(value: Any) -> Verb:
    """The verb of that name. Raises ``BadFacts`` naming the verbs there are."""
    try:
        return Verb(value)
    except ValueError:
        words = {"verb": str(value)[:40], "known": ", ".join(Verb)}
        raise BadFacts({"verb": _("there is no verb “%(verb)s”; there are: %(known)s.") % words}) from None


def read_facts(project: Project, verb: Verb, raw: Mapping[str, Any]) -> dict[str, Any]:
    """The clean facts of this verb, empty ones left out. Raises ``BadFacts`` with every error."""
    cleaners = {fact.name: _cleaner(fact.kind, project) for fact in FACTS[verb]}
    facts = {name: value for name, value in clean_all(raw, cleaners).items() if value not in (None, "")}
    if missing := [fact.name for fact in FACTS[verb] if fact.required and fact.name not in facts]:
        raise BadFacts({name: _("this move needs it.") for name in missing})
    return facts


def read_stage(project: Project, state: State, code: str) -> str:
    """The code, where it is a stage of this state in the project's track. Raises ``BadFacts`` naming those."""
    track = project.track
    try:
        fits = track.stage(code).state == state
    except UnknownStage:
        fits = False
    if not fits:
        known = ", ".join(stage.code for stage in track.stages_in(state)) or "-"
        raise BadFacts(
            {
                "stage": _("“%(code)s” is no stage of %(state)s in %(track)s; there are: %(known)s.")
                % {"code": code[:20], "state": state.value, "track": track.code, "known": known}
            }
        )
    return code


def _cleaner(kind: FactKind, project: Project) -> Cleaner:
    cleaners: dict[FactKind, Cleaner] = {
        FactKind.DATE: clean_date,
        FactKind.TEXT: clean_text,
        FactKind.URL: clean_url,
        FactKind.NUMBER: clean_number,
        FactKind.STAGE: partial(clean_line, limit=20),
        FactKind.PROJECT: partial(_clean_project, not_this=project),
    }
    return cleaners[kind]


def clean_number(value: Any) -> ParsedNumber | None:
    """A well-formed identifier; in a move a malformed one is refused, with what is wrong with it."""
    raw = clean_line(value, 200)
    if not raw:
        return None
    number = parse(raw)
    if not number.valid:
        raise Unclean(told_fault(number.problem))
    return number


def _clean_project(value: Any, *, not_this: Project) -> Project | None:
    text = clean_line(value, 40)
    if not text:
        return None
    try:
        other = Project.objects.filter(pk=uuid.UUID(text)).first()
    except ValueError:
        raise Unclean(_("this must be the id of a project.")) from None
    if other is None or other == not_this:
        raise Unclean(_("there is no other project with this id."))
    return other

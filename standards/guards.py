"""One predicate for each Gate: None when the gate is open, else the reason, in words that say what to do."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from standards.models import Project
from standards.numbers import ParsedNumber, parse
from standards.refusals import ShutGate
from standards.speech import told, told_day
from workflows.library import Rule
from workflows.states import NUMBER_KIND_LABELS, Gate, NumberKind


@dataclass(frozen=True, slots=True)
class Move:
    """A move someone is about to make: the clean facts win over what the project has on record."""

    project: Project
    rule: Rule
    on: date
    facts: Mapping[str, Any]

    def value(self, fact: str, field: str) -> Any:
        return self.facts.get(fact) or getattr(self.project, field)


Guard = Callable[[Move], str | None]


def shut_gates(move: Move) -> list[ShutGate]:
    """Every gate of this move that is shut, each with its reason."""
    found = ((gate, GUARDS[gate](move)) for gate in move.rule.gates)
    return [ShutGate(gate, reason) for gate, reason in found if reason]


def number_given(move: Move) -> str | None:
    kinds = move.project.track.start_numbers
    given: ParsedNumber | None = move.facts.get("number")
    if given and given.valid and given.kind in kinds:
        return None
    if any(n.valid and n.kind in kinds for n in move.project.numbers.all()):
        return None
    wanted = _(" or ").join(told(NUMBER_KIND_LABELS[kind]).lower() for kind in kinds)
    return _("This move needs a well-formed %(wanted)s; none is on record. Give it in “number”.") % {"wanted": wanted}


def comment_period_given(move: Move) -> str | None:
    start, end = move.value("from", "comment_from"), move.value("until", "comment_until")
    if start and end:
        return None
    return _("The comment period is not given: say from which day until which day comments are taken.")


def comment_period_over(move: Move) -> str | None:
    end = move.project.comment_until
    if end is None:
        return _("No comment period is on record. Enter its dates in the project, or override with a reason.")
    if move.on <= end:
        return _("Comments are taken until %(end)s; this move is possible from the day after.") % {"end": told_day(end)}
    return None


def published_number_given(move: Move) -> str | None:
    given: ParsedNumber | None = move.facts.get("number")
    on_record = [parse(n.value) for n in move.project.numbers.all() if n.valid and n.kind == NumberKind.PUBLISHED]
    candidates = [*on_record, given] if given else on_record
    track = move.project.track
    if any(n.kind == NumberKind.PUBLISHED and n.year and track.publishes_as(n.value) for n in candidates):
        return None
    words = {"number": given.value if given else "", "example": track.published_example}
    if given:
        return (
            _(
                "“%(number)s” is not the number of a standard that this procedure publishes, with its year "
                "(such as %(example)s); a plan number is not one."
            )
            % words
        )
    return (
        _(
            "The number of the published standard is not given, with its year (such as %(example)s); "
            "a plan number is not one."
        )
        % words
    )


def publication_dates_given(move: Move) -> str | None:
    published = move.value("published_on", "published_on")
    in_force = move.value("in_force_on", "in_force_on")
    if not published:
        return _("The day of publication is not given.")
    if not in_force:
        return _(
            "The day it comes into force is not given; where there is none of its own, repeat the publication day."
        )
    if in_force < published:
        return _("It would come into force on %(in_force)s, before it is published on %(published)s.") % {
            "in_force": told_day(in_force),
            "published": told_day(published),
        }
    return None


def reason_given(move: Move) -> str | None:
    if move.facts.get("reason"):
        return None
    return _("Say why, in “reason”: whoever reads the history will ask.")


GUARDS: Mapping[Gate, Guard] = {
    Gate.NUMBER_GIVEN: number_given,
    Gate.COMMENT_PERIOD_GIVEN: comment_period_given,
    Gate.COMMENT_PERIOD_OVER: comment_period_over,
    Gate.PUBLISHED_NUMBER_GIVEN: published_number_given,
    Gate.PUBLICATION_DATES_GIVEN: publication_dates_given,
    Gate.REASON_GIVEN: reason_given,
}

# The facts that can open a gate in the move itself; a form asks for them instead of turning the person away.
OPENED_BY: Mapping[Gate, frozenset[str]] = {
    Gate.NUMBER_GIVEN: frozenset({"number"}),
    Gate.COMMENT_PERIOD_GIVEN: frozenset({"from", "until"}),
    Gate.COMMENT_PERIOD_OVER: frozenset(),
    Gate.PUBLISHED_NUMBER_GIVEN: frozenset({"number"}),
    Gate.PUBLICATION_DATES_GIVEN: frozenset({"published_on", "in_force_on"}),
    Gate.REASON_GIVEN: frozenset({"reason"}),
}

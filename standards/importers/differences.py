"""What a row would change: a project that is not there yet, facts that differ, a place further on; or why nothing."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from standards import speech
from standards.cleaning import Unclean
from standards.importers.days import with_loose_lines
from standards.importers.groups import Groups
from standards.importers.known import Known
from standards.importers.likeness import deliverable_kind, differ
from standards.importers.matching import How, Match
from standards.importers.paths import path, within_state
from standards.importers.plan import Action, Move, PlannedRow
from standards.importers.procedures import body_of, track_of_number
from standards.importers.stages import Standing, read_standing
from standards.importers.wanted import Wanted
from standards.numbers import ParsedNumber
from standards.titles import fold_title
from workflows.library import track as track_named
from workflows.states import STATE_LABELS, State

_OUT = (State.PUBLISHED, State.WITHDRAWN)


class Conflict(ValueError):
    """A row that contradicts what is known, so that a person must look: it is flagged and nothing is done with it."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Compares rows with what is known. ``bodies`` are slugs; ``sees_all`` tells whether embargoed projects count."""

    groups: Groups
    bodies: Collection[str]
    source: str
    today: date
    sees_all: bool

    def planned(self, row: Wanted, match: Match, project: Known | None) -> PlannedRow:
        """The plan for one row by itself, whatever other rows say of the same project."""
        plan = PlannedRow(row.line, Action.BAD, row.label[:200], row, similar=match.similar)
        try:
            if not row.problems:
                self._plan(plan, match, project)
        except Unclean as error:
            row.problems.append(str(error))
        except Conflict as error:
            plan.action, plan.problems = Action.FLAGGED, (str(error),)
        if row.problems:
            plan.action, plan.problems = Action.BAD, tuple(row.problems)
        plan.warnings = tuple(row.warnings)
        return plan

    def _plan(self, plan: PlannedRow, match: Match, project: Known | None) -> None:
        if match.trouble:
            raise Conflict(match.trouble)
        if project is None:
            self._plan_new_or_repeated(plan, match)
            return
        plan.project, plan.rev = project.pk, project.rev
        self._refuse_other_project(plan.wanted, match, project)
        plan.standing = _standing(plan.wanted, project)
        _settle_dates(plan.wanted, plan.standing.state)
        plan.move = self._move(plan.wanted, project, plan.standing)
        if plan.move and not plan.move.steps:
            raise Unclean(_no_way(project, plan.standing))
        plan.changes = dict(self._changes(plan.wanted, match, project))
        plan.action = Action.MOVED if plan.move else Action.CHANGED if plan.changes else Action.UNCHANGED

    def _plan_new_or_repeated(self, plan: PlannedRow, match: Match) -> None:
        """A row that repeats another one of the file need not say everything that a new project needs."""
        try:
            self._plan_new(plan)
        except Unclean:
            if match.row is None:
                raise
            plan.action = Action.REPEATED

    def _plan_new(self, plan: PlannedRow) -> None:
        row = plan.wanted
        if not row.track:
            raise Unclean(_no_procedure(row))
        if not (row.title or row.title_zh or row.untitled):
            raise Unclean(_("title: it is new here and has no title."))
        body = row.body or body_of(row.track, row.numbers)
        if body not in self.bodies:
            raise Unclean(_("body: there is no body “%(body)s”; add it, or name one in this column.") % {"body": body})
        plan.standing = _started(row)
        _settle_dates(row, plan.standing.state)
        plan.action = Action.NEW

    def _refuse_other_project(self, row: Wanted, match: Match, project: Known) -> None:
        if project.embargoed and not self.sees_all:
            raise Conflict(_("it is about a project that you may not see; ask somebody who may."))
        if row.track and deliverable_kind(row.track) != deliverable_kind(project.track_code):
            words = {
                "row": speech.told(track_named(row.track).name),
                "project": speech.told(track_named(project.track_code).name),
            }
            raise Conflict(_("the file has it as: %(row)s; here it is: %(project)s.") % words)
        if match.how == How.ID and _strangers(row, project):
            words = {"id": row.source_id, "project": project.label}
            raise Conflict(_("the id %(id)s is that of %(project)s here, but neither number nor title agree.") % words)

    def _move(self, row: Wanted, project: Known, there: Standing) -> Move | None:
        here, procedure = State(project.state), track_named(project.track_code)
        if there.state == here and there.stage in ("", project.stage_code):
            _remark_on_since(row, project)
            return None
        if there.state == here:
            steps = within_state(procedure, here, on_hold=project.on_hold)
        else:
            steps = path(
                procedure, here, there.state, on_hold=project.on_hold, cancelled_from=project.cancelled_from
            )  # fmt: skip
        on = row.effective_on or (row.published_on if there.state == State.PUBLISHED != here else None) or self.today
        return Move(here.value, project.stage_code, there.state.value, there.stage, steps or (), on)

    def _changes(self, row: Wanted, match: Match, project: Known) -> Iterable[tuple[str, tuple[Any, Any]]]:
        note = with_loose_lines(row.note or project.note, row.loose) if row.note or row.loose else ""
        compared = (
            ("title", project.title, row.title),
            ("title_zh", project.title_zh, row.title_zh),
            ("target", project.target_text, row.target.text if row.target else ""),
            ("published_on", project.published_on, row.published_on),
            ("in_force_on", project.in_force_on, row.in_force_on),
            ("note", project.note, note),
            ("deliverable", project.deliverable, row.deliverable),
            ("body", project.body, self._body(row.body)),
        )
        for field, old, new in compared:
            if new and new != old:
                yield field, (old, new)
        numbers = numbers_after(project.numbers, row.numbers, trusted=match.how == How.ID)
        if numbers != list(project.numbers):
            yield "numbers", (list(project.numbers), numbers)
        if not all(self.groups.includes(project.committees, slug) for slug in row.committees):
            yield "committees", (list(project.committees), list(row.committees))
        if row.source_id and match.how != How.ID:
            yield "origin", (None, row.source_id)

    def _body(self, slug: str) -> str:
        if slug and slug not in self.bodies:
            raise Unclean(_("body: there is no body “%(body)s”; add it first.") % {"body": slug})
        return slug


def _no_procedure(row: Wanted) -> str:
    told = ", ".join(number.value for number in row.valid_numbers if not track_of_number(number))
    if told:
        reason = _("number: no procedure known here gives numbers such as %(number)s; name one in the column track.")
        return reason % {"number": told}
    return _("nature: nothing says which procedure it follows; give a number, or 推荐性, GB/Z, TS and the like here.")


def _started(row: Wanted) -> Standing:
    """Where a project that is new here stands."""
    try:
        standing = read_standing(row.track, row.stage, row.numbers)
    except Unclean as error:
        raise Unclean(_("stage: %(reason)s") % {"reason": error}) from None
    if standing is None:
        raise Unclean(_("stage: it is new here and nothing says where it stands."))
    if standing.stage:
        return standing
    first = track_named(row.track).first_stage(standing.state)
    return Standing(standing.state, first.code if first else "")


def _standing(row: Wanted, project: Known) -> Standing:
    """Where the row has a project that is known; where it stands already if the row does not say.

    The letters of a number that is on record already say nothing new, and of a new one only the state counts.
    """
    here = Standing(State(project.state), "")
    if not row.stage:
        fresh = [number for number in row.valid_numbers if number not in project.numbers]
        there = read_standing(project.track_code, "", fresh)
        return there if there and there.state != here.state else here
    try:
        return read_standing(project.track_code, row.stage) or here
    except Unclean as error:
        raise Unclean(_("stage: %(reason)s") % {"reason": error}) from None


def _settle_dates(row: Wanted, state: State) -> None:
    """Leave out a date of publication that cannot be one, with a word about it."""
    told = [str(day) for day in (row.published_on,) if day] + [
        line for line in row.loose if line.startswith("Published")
    ]
    if not told:
        return
    year = next((n.supplements[-1].year for n in row.valid_numbers if n.supplements), None)
    words = {"told": told[0], "state": speech.told(STATE_LABELS[state]), "year": year}
    if state not in _OUT:
        row.warnings.append(_("“%(told)s” is left out: it stands at %(state)s and is not published yet.") % words)
    elif year and _year_in(told[0]) < year:
        row.warnings.append(_("“%(told)s” is left out: it is the base text's, this is of %(year)d.") % words)
    else:
        return
    row.published_on = None
    row.loose = tuple(line for line in row.loose if not line.startswith("Published"))


def _year_in(told: str) -> int:
    return int(told.removeprefix("Published: ")[:4])


def _strangers(row: Wanted, project: Known) -> bool:
    """Whether both number and title speak against the id."""
    titles = {fold_title(title) for title in (row.title, row.title_zh) if title}
    theirs = {fold_title(title) for title in (project.title, project.title_zh) if title}
    denied = bool(row.valid_numbers) and differ(row.valid_numbers, project.valid_numbers)
    return denied and bool(titles) and not titles & theirs and not _same_but_for_letters(row, project)


def _same_but_for_letters(row: Wanted, project: Known) -> bool:
    return bool({n.match_key for n in row.valid_numbers} & {n.match_key for n in project.valid_numbers})


def _remark_on_since(row: Wanted, project: Known) -> None:
    if row.stage and row.effective_on and row.effective_on != project.since:
        words = {
            "since": speech.told_day(project.since) if project.since else "-",
            "day": speech.told_day(row.effective_on),
        }
        row.warnings.append(_("it stands there already, since %(since)s; the day %(day)s is not taken over.") % words)


def _no_way(project: Known, there: Standing) -> str:
    words = {
        "procedure": speech.told(track_named(project.track_code).name),
        "here": f"{speech.told(STATE_LABELS[State(project.state)])} {project.stage_code}".strip(),
        "there": f"{speech.told(STATE_LABELS[there.state])} {there.stage}".strip(),
    }
    reason = _(
        "stage: in the procedure “%(procedure)s” no moves lead from %(here)s, where it stands here, to %(there)s. Is "
        "it another project, such as a new edition? Then give its own number."
    )
    return reason % words


def numbers_after(mine: Iterable[ParsedNumber], row: Iterable[ParsedNumber], *, trusted: bool) -> list[ParsedNumber]:
    """A project's numbers after a row's: a new one takes the place of what it mends, and else joins the others.

    It takes the place of a malformed one of its kind, of the same one at an earlier stage, and, where the source's own
    id tells the project (``trusted``), of an only one of its kind. A malformed one never displaces anything.
    """
    numbers, told = list(mine), list(row)
    for number in told:
        if any(number.value == each.value for each in numbers):
            continue
        old = [each for each in numbers if _gives_way(each, number)]
        rivals = [each for each in numbers if each.kind == number.kind and each.valid]
        if trusted and number.valid and len(rivals) == 1 and rivals[0] not in told:
            old.append(rivals[0])
        if old:
            numbers[numbers.index(old[0])] = number
            numbers = [each for each in numbers if each not in old]
        elif number.valid or not rivals:
            numbers.append(number)
    return numbers


def _gives_way(old: ParsedNumber, new: ParsedNumber) -> bool:
    return new.valid and old.kind == new.kind and (not old.valid or old.match_key == new.match_key)

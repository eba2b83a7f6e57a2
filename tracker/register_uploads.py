"""The long work on an uploaded register: comparing it with what is on record, and writing what was confirmed.

Nothing is written but what somebody saw and confirmed. When the worker is killed half-way, the next one compares the
file again: rows that are there by now are done, rows that would still do the same are written, and the others, which
somebody else has touched, are reported.
"""

import json
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from itertools import islice
from typing import Any

from django.utils.translation import gettext as _

from standards import history
from standards.importers.plan import WRITES, Action, Plan, PlannedRow
from standards.importers.planning import make_plan
from standards.importers.writing import Written, refuse_unpermitted, write
from standards.refusals import NotPermitted
from tracker.jobs import BAD, Job, JobRow
from tracker.register_files import JSON, Step, mapping, opened
from tracker.work import Cancelled, Outcome, Turn

BATCH = 2000
_RANKS = {action: rank for rank, action in enumerate(Action)}
_COMPARED = ("action", "project", "state", "stage", "changes", "move", "problems")


def carry_out(turn: Turn) -> Outcome:
    """Do the next step of the upload."""
    doers: Mapping[str, Callable[[Turn], Outcome]] = {Step.PREVIEW: _preview, Step.WRITE: _write}
    return doers[turn.job.parameters["step"]](turn)


def _plan(turn: Turn) -> Plan:
    job = turn.job
    with opened(job) as path:
        return make_plan(
            path,
            by=job.by,
            on=date.fromisoformat(job.parameters["on"]),
            name=job.subject,
            mapping=mapping(job),
            source=job.parameters["source"],
            progress=partial(_told, turn),
        )


def _told(turn: Turn, done: int, total: int) -> None:
    turn.progress(done, total)
    if turn.cancelled():
        raise Cancelled


# Before it is confirmed


def _preview(turn: Turn) -> Outcome:
    return _ask(turn, _plan(turn))


def _ask(turn: Turn, plan: Plan, **more: Any) -> Outcome:
    """Keep what the plan says of each row, and ask whoever uploaded it."""
    keep(turn.job, plan)
    turn.job.done = turn.job.total = len(plan.rows)
    similar = sum(bool(row.similar) for row in plan.rows)
    said = {"similar": similar, "lacking": _lacking(plan, turn.job.by)}
    return Outcome(plan.summary() | said | more, Job.State.ASKING)


def _lacking(plan: Plan, by: Any) -> str:
    """Why this person may not confirm it; empty where they may."""
    try:
        refuse_unpermitted(plan, by)
    except NotPermitted as refusal:
        return str(refusal)
    return ""


def keep(job: Job, plan: Plan) -> None:
    """Keep what there is to say of each row; of those that stay as they are there is nothing."""
    job.rows.all().delete()
    rows = (_row(job, row) for row in plan.rows if row.action != Action.UNCHANGED)
    while some := list(islice(rows, BATCH)):
        JobRow.objects.bulk_create(some)


def _row(job: Job, row: PlannedRow) -> JobRow:
    content = row.to_json() | ({"fresh": _fresh(row)} if row.action == Action.NEW else {})
    return JobRow(job=job, number=row.line, rank=_RANKS[row.action], outcome=row.action.value, content=content)


def _fresh(row: PlannedRow) -> JSON:
    """What a new project would begin with."""
    wanted = row.wanted
    return {
        "title": wanted.title,
        "title_zh": wanted.title_zh,
        "numbers": [number.value for number in wanted.numbers],
        "committees": list(wanted.committees),
        "target": wanted.target.text if wanted.target else "",
    }


# Once it is confirmed


@dataclass(slots=True)
class _Rest:
    """What is left of a confirmed plan: rows to be written, and of the others how many are done or were overtaken."""

    plan: Plan
    done: Counter[str] = field(default_factory=Counter)
    overtaken: list[tuple[int, str]] = field(default_factory=list)


def _write(turn: Turn) -> Outcome:
    plan, parameters = _plan(turn), turn.job.parameters
    begun_at = parameters.get("begun_at")
    if begun_at is None and plan.digest != parameters["confirmed"]:
        return _ask(turn, plan, again=_differing(turn.job, plan))
    if begun_at is None:
        refuse_unpermitted(plan, turn.job.by)
        turn.note(begun_at=plan.rev)
    rest = _Rest(plan) if begun_at is None else _rest(turn.job, plan)
    written = write(
        rest.plan,
        by=turn.job.by,
        skip_bad=parameters["skip_bad"],
        progress=partial(_told_in_all, turn, rest.done.total()),
        cancelled=turn.cancelled,
    )
    return _ended(turn, rest, written)


def _told_in_all(turn: Turn, before: int, done: int, total: int) -> None:
    turn.progress(before + done, before + total)


def _stored(job: Job) -> dict[int, JSON]:
    return dict(job.rows.filter(outcome__in=[action.value for action in WRITES]).values_list("number", "content"))


def _differing(job: Job, plan: Plan) -> list[int]:
    """The rows that would do something else than what was shown, the first hundred of them."""
    stored = dict(job.rows.values_list("number", "content"))
    return [row.line for row in plan.rows if not _as_shown(row, stored.get(row.line))][:100]


def _as_shown(row: PlannedRow, shown: JSON | None) -> bool:
    if shown is None:
        return row.action == Action.UNCHANGED
    return _seal(row.to_json()) == _seal(shown)


def _seal(told: JSON) -> str:
    """What the row would do, as a text; the database gives the keys back in an order of its own."""
    return json.dumps([told[key] for key in _COMPARED], sort_keys=True)


def _rest(job: Job, plan: Plan) -> _Rest:
    """What is left to be done of what was confirmed, after a worker that did not come to its end."""
    stored, rest, left = _stored(job), _Rest(plan), []
    for row in (row for row in plan.rows if row.line in stored):
        shown = stored[row.line]
        if row.action == Action.UNCHANGED:
            rest.done[shown["action"]] += 1
        elif _as_shown(row, shown):
            left.append(row)
        else:
            reason = _("somebody else changed it while it was being written; upload the file again to compare it.")
            rest.overtaken.append((row.line, reason))
    rest.plan = replace(plan, rows=tuple(left))
    return rest


def _ended(turn: Turn, rest: _Rest, written: Written) -> Outcome:
    failures = rest.overtaken + written.failures
    _report(turn.job, failures)
    result = turn.job.result | {
        "registered": rest.done[Action.NEW] + written.registered,
        "changed": rest.done[Action.CHANGED] + written.changed,
        "moved": rest.done[Action.MOVED] + written.moved,
        "committees_made": written.committees,
        "failed": len(failures),
        "left_out": turn.job.rows.filter(outcome=BAD).count() - len(failures),
        "revs": [turn.job.parameters["begun_at"], history.current_rev()],
    }
    if written.cancelled:
        raise Cancelled(result)
    return Outcome(result)


def _report(job: Job, failures: list[tuple[int, str]]) -> None:
    """Put the rows that were refused when it came to them among those with errors."""
    reasons = dict(failures)
    rows = list(job.rows.filter(number__in=list(reasons))) if len(reasons) < BATCH else _all_of(job, reasons)
    for row in rows:
        row.outcome, row.rank = BAD, _RANKS[Action.BAD]
        row.content = row.content | {"problems": [reasons[row.number]]}
    JobRow.objects.bulk_update(rows, ["outcome", "rank", "content"], batch_size=500)


def _all_of(job: Job, reasons: Mapping[int, str]) -> list[JobRow]:
    return [row for row in job.rows.iterator(chunk_size=BATCH) if row.number in reasons]

"""Whether the parts of a procedure fit each other: every stage is reached, every verb leads from and to somewhere."""

from collections import Counter
from collections.abc import Iterator

from workflows.procedure import Rule, Track
from workflows.states import FACTS, Gate, State

LONGEST_CODE = 20  # characters of a stage code, as projects keep it

Unsound = Iterator[tuple[str, str]]


def unsound(track: Track) -> Unsound:
    """What does not fit, as (dotted key, reason); nothing for a procedure that can be followed."""
    yield from _stage_codes(track)
    yield from _numbers(track)
    for rule in track.rules.values():
        yield from _sources(track, rule)
        yield from _target(track, rule)
        yield from _reason(rule)
    yield from _unreached(track)


def _stage_codes(track: Track) -> Unsound:
    for code, times in Counter(stage.code for stage in track.stages).items():
        if times > 1:
            yield f"stages[{code}].code", f"the code is used {times} times; each stage needs one of its own"
        if len(code) > LONGEST_CODE:
            yield f"stages[{code}].code", f"is longer than {LONGEST_CODE} characters"


def _numbers(track: Track) -> Unsound:
    if not track.publishes_as(track.published_example):
        yield "numbers.example", f"'{track.published_example}' does not match what numbers.published and except say"
    if not track.start_numbers and any(Gate.NUMBER_GIVEN in rule.gates for rule in track.rules.values()):
        yield "numbers.start", "names no kind of number, so the gate number_given could never open"


def _sources(track: Track, rule: Rule) -> Unsound:
    if not rule.sources:
        yield f"verbs.{rule.verb}.from", "names no state; without one the verb is never possible"
    for state in sorted(rule.sources):
        if not _can_hold(track, state):
            yield f"verbs.{rule.verb}.from", f"this procedure has no stage in {state}"


def _target(track: Track, rule: Rule) -> Unsound:
    if rule.target is None:
        return
    if not _can_hold(track, rule.target):
        yield f"verbs.{rule.verb}.to", f"this procedure has no stage in {rule.target}"
    codes = [stage.code for stage in track.stages_in(rule.target)]
    if rule.stage is not None and rule.stage not in codes:
        yield f"verbs.{rule.verb}.stage", f"'{rule.stage}' is no stage in {rule.target}; there are: {', '.join(codes)}"


def _reason(rule: Rule) -> Unsound:
    if Gate.REASON_GIVEN in rule.gates and "reason" not in {fact.name for fact in FACTS[rule.verb]}:
        yield f"verbs.{rule.verb}.gates", f"{rule.verb} takes no reason, so reason_given could never open"


def _unreached(track: Track) -> Unsound:
    if not track.stages_in(State.PROPOSAL):
        yield "stages", "none is in proposal, where every project begins"
    reached = reachable(track)
    for stage in track.stages:
        if stage.state not in reached:
            yield f"stages[{stage.code}]", f"nothing reaches it: no verb leads from proposal to {stage.state}"
    for rule in track.rules.values():
        for state in sorted(state for state in rule.sources - reached if _can_hold(track, state)):
            yield f"verbs.{rule.verb}.from", f"nothing reaches {state}: no verb leads there from proposal"


def reachable(track: Track) -> frozenset[State]:
    """Every state that some chain of verbs reaches from proposal."""
    reached: set[State] = set()
    fresh = {State.PROPOSAL}
    while fresh:
        reached |= fresh
        targets = {rule.target for rule in track.rules.values() if rule.target and rule.sources & reached}
        fresh = targets - reached
    return frozenset(reached)


def _can_hold(track: Track, state: State) -> bool:
    """A cancelled project may stand outside the body's stages; every other state needs one."""
    return state == State.CANCELLED or bool(track.stages_in(state))

"""The shortest legal way through a procedure from where a project stands to where it is reported."""

from collections import deque
from collections.abc import Iterator

from standards.importers.plan import Step
from workflows.library import Track
from workflows.states import BEFORE_PUBLICATION, STAYING, State, Verb


def path(procedure: Track, start: State, goal: State, *, on_hold: bool, cancelled_from: str) -> tuple[Step, ...] | None:
    """The verbs from one state to another, fewest first and else in the procedure's order; None where there is no way.

    A project on hold is resumed first, unless it is given up.
    """
    steps = _shortest(procedure, start, goal, State(cancelled_from or State.PROPOSAL))
    if steps and on_hold and steps[0].verb != Verb.CANCEL:
        return (Step(Verb.RESUME, start.value), *steps) if start in _sources(procedure, Verb.RESUME) else None
    return steps


def _shortest(procedure: Track, start: State, goal: State, reinstated: State) -> tuple[Step, ...] | None:
    ways: dict[State, tuple[Step, ...]] = {start: ()}
    queue = deque([start])
    while queue:
        here = queue.popleft()
        if here == goal:
            return ways[here]
        for verb, there in _moves(procedure, here, reinstated):
            if there not in ways:
                ways[there] = (*ways[here], Step(verb, there.value))
                queue.append(there)
    return None


def _moves(procedure: Track, here: State, reinstated: State) -> Iterator[tuple[Verb, State]]:
    for verb, rule in procedure.rules.items():
        if here in rule.sources and verb not in STAYING:
            yield verb, rule.target or reinstated


def within_state(procedure: Track, state: State, *, on_hold: bool) -> tuple[Step, ...] | None:
    """The way to another stage of the same state; None where the procedure has none."""
    if state not in _sources(procedure, Verb.ADVANCE):
        return None
    advance = Step(Verb.ADVANCE, state.value)
    if not on_hold or state not in BEFORE_PUBLICATION:
        return (advance,)
    return (Step(Verb.RESUME, state.value), advance) if state in _sources(procedure, Verb.RESUME) else None


def _sources(procedure: Track, verb: Verb) -> frozenset[State]:
    rule = procedure.rules.get(verb)
    return rule.sources if rule else frozenset()

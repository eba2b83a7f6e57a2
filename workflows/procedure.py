"""The procedure a deliverable follows, as frozen data: stages in order, verbs with their gates, reminder ladders."""

from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase

from workflows.calendar import Ladder, Period
from workflows.states import BEFORE_PUBLICATION, Gate, Label, Level, NumberKind, State, Verb


class UnknownStage(LookupError):
    """A stage code that this track does not have."""

    def __init__(self, track: "Track", code: str) -> None:
        codes = ", ".join(stage.code for stage in track.stages)
        super().__init__(f"The procedure {track.code} has no stage '{code}'; its stages are {codes}.")


@dataclass(frozen=True, slots=True)
class Stage:
    """The body's own step inside a state. `code` means something only together with its track."""

    code: str
    state: State
    name: Label
    limit: Period | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """What a track allows for one verb.

    `target` is None for verbs that stay where they are and for reinstate, which goes back to where the project was.
    `stage` is the code to enter when nobody names one; without it `Track.first_stage` chooses.
    """

    verb: Verb
    sources: frozenset[State]
    target: State | None
    gates: tuple[Gate, ...] = ()
    stage: str | None = None


@dataclass(frozen=True, slots=True)
class Track:
    """One procedure. Slugs and codes never change: projects and their history refer to them.

    `start_numbers` are the kinds of number of which one satisfies the gate number_given; `published` and
    `published_except` are shell patterns that say which published numbers this procedure gives (`publishes_as`), and
    `published_example` is one of them. `comment_period` is the usual length of public comment, where there is one.
    `source` names where the facts come from.
    """

    code: str
    name: Label
    body: str
    level: Level
    deliverable: str
    stages: tuple[Stage, ...]
    rules: Mapping[Verb, Rule]
    ladders: Mapping[str, Ladder]
    start_numbers: tuple[NumberKind, ...]
    published: tuple[str, ...]
    published_except: tuple[str, ...]
    published_example: str
    comment_period: Period | None
    source: str

    def stage(self, code: str) -> Stage:
        """The stage of that code; raises UnknownStage, which lists the codes there are."""
        for stage in self.stages:
            if stage.code == code:
                return stage
        raise UnknownStage(self, code)

    def stages_in(self, state: State) -> tuple[Stage, ...]:
        return tuple(stage for stage in self.stages if stage.state == state)

    def first_stage(self, state: State, near: str = "") -> Stage | None:
        """Where a project enters `state` when it comes from the stage `near`; None where the body has no stage for it.

        A stage of the same two leading digits comes first (40.20 is abandoned at 40.98, 60.00 published at 60.60).
        Failing that it is the first stage of the state; for a cancelled project the last one it had come to.
        """
        stages = self.stages_in(state)
        alike = [stage for stage in stages if near[:2].isdigit() and stage.code[:2] == near[:2]]
        if state == State.CANCELLED:
            alike = alike or [stage for stage in stages if stage.code <= near][-1:]
        return next(iter(alike or stages), None)

    @property
    def states(self) -> tuple[State, ...]:
        """The states a project of this track can be in, in their order; the ends are last."""
        named = {state for rule in self.rules.values() for state in (*rule.sources, rule.target)}
        return tuple(state for state in State if state in named or self.stages_in(state))

    @property
    def path(self) -> tuple[State, ...]:
        """The states on the way to publication, in order: what a stage bar shows."""
        return tuple(state for state in self.states if state in BEFORE_PUBLICATION or state == State.PUBLISHED)

    def publishes_as(self, number: str) -> bool:
        """Whether a published number in its official form ("GB/T 45401.1-2025") is one this procedure gives."""
        return _matches(number, self.published) and not _matches(number, self.published_except)


def _matches(number: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatchcase(number, pattern) for pattern in patterns)

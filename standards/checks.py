"""Start-up checks: tracks only narrow the machine, and every gate has its predicate."""

from collections.abc import Iterator
from typing import Any

from django.core.checks import CheckMessage, Error, register
from django_fsm import RETURN_VALUE

from standards.guards import GUARDS, OPENED_BY
from standards.models import Project
from standards.pipeline import UNDER_WAY
from workflows.library import BrokenTrack, Rule, Track, library
from workflows.states import Gate, State, Verb

Arrow = tuple[str, str, str]


@register()
def tracks_narrow_the_machine(**_kwargs: Any) -> list[CheckMessage]:
    """Every move of every track is one that ``standards.pipeline`` has."""
    try:
        tracks = library().values()
    except BrokenTrack as error:
        return [Error(str(error), hint="Mend the track file named here.", id="standards.E001")]
    return [
        Error(
            f"{track.code}: {verb} from {source} to {target} is a move that the machine does not have.",
            hint="A track narrows standards/pipeline.py and cannot widen it.",
            id="standards.E002",
        )
        for track in tracks
        for verb, source, target in widening(track)
    ]


def widening(track: Track) -> list[Arrow]:
    """The moves of a track that the machine does not have."""
    arrows = set(machine())
    return [move for move in _moves(track) if move not in arrows]


@register()
def every_gate_has_one_predicate(**_kwargs: Any) -> list[CheckMessage]:
    return [
        Error(f"The gate {gate} has no predicate.", hint="Add it to standards/guards.py.", id="standards.E003")
        for gate in Gate
        if gate not in GUARDS or gate not in OPENED_BY
    ]


def machine() -> Iterator[Arrow]:
    """Every (verb, from, to) under ``@transition``; a verb that stays names its own state."""
    for transition in Project._meta.get_field("state").get_all_transitions(Project):  # noqa: SLF001
        for target in _targets(transition):
            yield transition.name, str(transition.source), target


def _targets(transition: Any) -> list[str]:
    if isinstance(transition.target, RETURN_VALUE):
        return [str(state) for state in transition.target.allowed_states]
    return [str(transition.target or transition.source)]


def _moves(track: Track) -> Iterator[Arrow]:
    for rule in track.rules.values():
        for source in sorted(rule.sources):
            for target in _rule_targets(track, rule, source):
                yield rule.verb, source, target


def _rule_targets(track: Track, rule: Rule, source: State) -> list[State]:
    if rule.target:
        return [rule.target]
    if rule.verb == Verb.REINSTATE:
        cancel = track.rules.get(Verb.CANCEL)
        return sorted(cancel.sources if cancel else UNDER_WAY)
    return [source]

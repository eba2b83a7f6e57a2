"""The whole machine as a table: every track, verb and state, and every gate on its own; one test a cell."""

from datetime import date, timedelta
from typing import Any

import pytest

from standards.models import Project
from standards.numbers import parse
from standards.pipeline import UNDER_WAY
from standards.refusals import GatesShut, Illegal
from standards.transitions import options, perform
from tests import factories
from workflows.library import Rule, Track, library
from workflows.states import Gate, NumberKind, State, Verb

pytestmark = pytest.mark.django_db

REGISTERED_ON = date(2025, 7, 8)
COMMENT_END = date(2025, 12, 1)
ON = date(2026, 1, 5)
START_NUMBERS = {
    NumberKind.PLAN: "20252081-Z-469",
    NumberKind.APPLICATION: "2025001837",
    NumberKind.SECTOR_PLAN: "2025-0260T-SJ",
    NumberKind.PROJECT: "ISO/IEC AWI TS 25568",
}
STAYING = {Verb.ADVANCE, Verb.HOLD, Verb.RESUME}
# A gate whose facts are part of the project's own record, and so is shut by leaving the record empty.
MOVES = [(track.code, verb, source) for track in library().values() for verb in Verb for source in State]
CELLS = [
    (track.code, rule.verb, source, gate)
    for track in library().values()
    for rule in track.rules.values()
    for source in sorted(rule.sources)
    for gate in rule.gates
]


def start_number(track: Track) -> str:
    return "P2807.4" if track.code == "ieee" else START_NUMBERS[track.start_numbers[0]]


def opened_by(track: Track, gate: Gate) -> dict[str, Any]:
    """The facts in the move that open a gate."""
    return {
        Gate.NUMBER_GIVEN: {"number": start_number(track)},
        Gate.COMMENT_PERIOD_GIVEN: {"from": "2026-01-06", "until": "2026-03-07"},
        Gate.COMMENT_PERIOD_OVER: {},
        Gate.PUBLISHED_NUMBER_GIVEN: {"number": track.published_example},
        Gate.PUBLICATION_DATES_GIVEN: {"published_on": "2026-01-05", "in_force_on": "2026-07-01"},
        Gate.REASON_GIVEN: {"reason": "decided at the plenary"},
    }[gate]


def standing(track: str, state: State, rule: Rule | None = None, without: Gate | None = None) -> Project:
    """A project in that state with everything on record that the gates of the rule look up there."""
    record: dict[str, Any] = {}
    if rule and Gate.COMMENT_PERIOD_OVER in rule.gates and without != Gate.COMMENT_PERIOD_OVER:
        record = {"comment_from": "2025-10-01", "comment_until": COMMENT_END}
    project = factories.project(track, state, effective_on=REGISTERED_ON, **record)
    if rule and rule.verb == Verb.RESUME:
        perform(project, Verb.HOLD, by=None, on=REGISTERED_ON, reason="waiting for the ISO text")
    return Project.objects.get(pk=project.pk)


def facts_for(track: Track, rule: Rule, without: Gate | None = None) -> dict[str, Any]:
    facts: dict[str, Any] = {}
    for gate in rule.gates:
        if gate != without:
            facts |= opened_by(track, gate)
    if rule.verb == Verb.ADVANCE:
        facts["stage"] = ""
    return facts


def facts_without_a_rule(verb: Verb) -> dict[str, Any]:
    return {"stage": "x"} if verb == Verb.ADVANCE else {}


def other_stage(project: Project) -> str:
    return next((s.code for s in project.track.stages_in(State(project.state)) if s.code != project.stage_code), "")


@pytest.mark.parametrize(("code", "verb", "source"), MOVES, ids=["-".join(move) for move in MOVES])
def test_a_verb_moves_from_just_the_states_its_track_names(code: str, verb: Verb, source: State) -> None:
    track = library()[code]
    rule = track.rules.get(verb)
    project = standing(code, source, rule if rule and source in rule.sources else None)
    if rule is None or source not in rule.sources:
        with pytest.raises(Illegal, match="From"):
            perform(project, verb, by=None, on=ON, **facts_without_a_rule(verb))
        return
    facts = facts_for(track, rule)
    if verb == Verb.ADVANCE:
        facts["stage"] = other_stage(project)
        if not facts["stage"]:
            pytest.fail(f"{code} lets {source} advance, and it has one stage only")
    change = perform(project, verb, by=None, on=ON, **facts)
    moved = Project.objects.get(pk=project.pk)
    assert (change.from_state, change.to_state, change.verb) == (source, moved.state, verb)
    assert moved.state == (rule.target or (source if verb != Verb.REINSTATE else moved.state))
    assert moved.stage is None or moved.stage.state == moved.state
    assert moved.state in UNDER_WAY if verb == Verb.REINSTATE else True
    assert moved.since == (ON if moved.state != source else REGISTERED_ON)


@pytest.mark.parametrize(("code", "verb", "source", "gate"), CELLS, ids=["-".join(cell) for cell in CELLS])
def test_each_gate_alone_shuts_its_verb_and_says_why(code: str, verb: Verb, source: State, gate: Gate) -> None:
    track = library()[code]
    rule = track.rules[verb]
    project = standing(code, source, rule, without=gate)
    facts = facts_for(track, rule, without=gate)
    if gate in (Gate.NUMBER_GIVEN, Gate.PUBLISHED_NUMBER_GIVEN):
        facts.pop("number", None)
    with pytest.raises(GatesShut) as refusal:
        perform(project, verb, by=None, on=ON, **facts)
    assert [shut.gate for shut in refusal.value.shut] == [gate]
    assert refusal.value.shut[0].reason.endswith(".")
    after = Project.objects.get(pk=project.pk)
    assert (after.state, after.rev) == (source, project.rev)


@pytest.mark.parametrize("code", sorted(library()))
def test_every_example_of_a_published_number_is_well_formed(code: str) -> None:
    number = parse(library()[code].published_example)
    assert number.valid
    assert number.kind == NumberKind.PUBLISHED
    assert library()[code].publishes_as(number.value)


def test_the_options_of_a_project_are_the_verbs_of_its_track_with_legal_ones_first() -> None:
    project = standing("gb-z", State.DRAFT)
    found = options(project, by=factories.secretary(), on=ON)
    assert {option.verb for option in found} == set(library()["gb-z"].rules)
    legal = [option.legal for option in found]
    assert legal == sorted(legal, reverse=True)


def test_a_comment_period_runs_through_its_last_day() -> None:
    project = standing("gb-z", State.DRAFT)
    window: dict[str, Any] = {"from": "2025-08-01", "until": COMMENT_END}
    perform(project, Verb.OPEN_COMMENT, by=None, on=date(2025, 8, 1), **window)
    facts: dict[str, Any] = {"number": "GB/Z 45900-2025", "published_on": COMMENT_END, "in_force_on": COMMENT_END}
    with pytest.raises(GatesShut, match="2025-12-01"):
        perform(project, Verb.PUBLISH, by=None, on=COMMENT_END, **facts)
    day_after = COMMENT_END + timedelta(days=1)
    assert perform(project, Verb.PUBLISH, by=None, on=day_after, **facts).to_state == State.PUBLISHED

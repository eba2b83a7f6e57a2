"""The shipped procedures, fact by fact: what each verb does in each of them, and what it asks for."""

import pytest

from workflows.library import SHIPPED, library, track
from workflows.states import BEFORE_PUBLICATION, Gate, Level, NumberKind, State, Verb

P, D, C, A, PUB = State.PROPOSAL, State.DRAFT, State.PUBLIC_COMMENT, State.APPROVAL, State.PUBLISHED
NUMBER, DATES, OVER = Gate.NUMBER_GIVEN, Gate.COMMENT_PERIOD_GIVEN, Gate.COMMENT_PERIOD_OVER
PUBLICATION = (Gate.PUBLISHED_NUMBER_GIVEN, Gate.PUBLICATION_DATES_GIVEN)
CHINESE = ["gb", "gb-t", "gb-t-adoption", "gb-t-conversion", "gb-z", "sector", "association"]
CODES = [*CHINESE, "iso-iec-is", "iso-iec-ts", "iso-iec-tr", "ieee"]

Moves = dict[str, tuple[set[State], State, tuple[Gate, ...]]]

# The verbs on the way to publication, for each track: from where, to where, behind which gates.
FULL: Moves = {
    "start_draft": ({P}, D, (NUMBER,)),
    "open_comment": ({D}, C, (DATES,)),
    "return_to_draft": ({C, A}, D, ()),
    "submit": ({C}, A, (OVER,)),
    "publish": ({A}, PUB, PUBLICATION),
}
WITHOUT_COMMENT: Moves = {
    "start_draft": ({P}, D, (NUMBER,)),
    "return_to_draft": ({A}, D, ()),
    "submit": ({D}, A, ()),
    "publish": ({A}, PUB, PUBLICATION),
}
MOVES: dict[str, Moves] = {
    "gb": FULL,
    "gb-t": FULL,
    "gb-t-adoption": FULL | {"open_comment": ({P, D}, C, (NUMBER, DATES))},
    "gb-t-conversion": WITHOUT_COMMENT | {"submit": ({P, D}, A, (NUMBER,))},
    "gb-z": {
        "start_draft": ({P}, D, (NUMBER,)),
        "open_comment": ({D}, C, (DATES,)),
        "return_to_draft": ({C}, D, ()),
        "publish": ({C}, PUB, (OVER, *PUBLICATION)),
    },
    "sector": FULL,
    "association": FULL | {"start_draft": ({P}, D, ())},
    "iso-iec-is": FULL,
    "iso-iec-ts": WITHOUT_COMMENT,
    "iso-iec-tr": WITHOUT_COMMENT,
    "ieee": FULL,
}
ONWARD = [Verb(verb) for verb in FULL]


def test_the_shipped_tracks_are_these_eleven() -> None:
    assert set(library()) == set(CODES) == set(MOVES)


@pytest.mark.parametrize("verb", ONWARD)
@pytest.mark.parametrize("code", CODES)
def test_each_verb_leads_from_where_to_where_its_procedure_says_behind_its_gates(code: str, verb: Verb) -> None:
    rule = track(code).rules.get(verb)
    expected = MOVES[code].get(verb)
    assert (rule is None) == (expected is None)
    if rule and expected:
        sources, target, gates = expected
        assert rule.sources == sources
        assert rule.target == target
        assert rule.gates == gates


@pytest.mark.parametrize("code", CODES)
def test_a_project_can_be_held_resumed_cancelled_and_reinstated_before_publication_with_a_reason(code: str) -> None:
    rules = track(code).rules
    before = BEFORE_PUBLICATION & set(track(code).states)
    assert rules[Verb.HOLD].sources == rules[Verb.RESUME].sources == rules[Verb.CANCEL].sources == before
    assert rules[Verb.CANCEL].target == State.CANCELLED
    assert rules[Verb.REINSTATE].sources == {State.CANCELLED}
    assert rules[Verb.RESUME].gates == ()
    for verb in (Verb.HOLD, Verb.CANCEL, Verb.REINSTATE):
        assert rules[verb].gates == (Gate.REASON_GIVEN,)


@pytest.mark.parametrize("code", CODES)
def test_a_published_standard_is_withdrawn_with_a_reason(code: str) -> None:
    rule = track(code).rules[Verb.WITHDRAW]
    assert rule.sources == {PUB}
    assert rule.target == State.WITHDRAWN
    assert rule.gates == (Gate.REASON_GIVEN,)


@pytest.mark.parametrize("code", CODES)
def test_a_project_advances_exactly_in_the_states_that_have_several_stages(code: str) -> None:
    found = track(code)
    assert found.rules[Verb.ADVANCE].sources == {s for s in found.path if len(found.stages_in(s)) > 1}


# Code, body, level, deliverable, the kinds of number that start drafting, usual length of public comment
FACTS = [
    ("gb", "sac", Level.NATIONAL, "GB", NumberKind.PLAN, "P60D"),
    ("gb-t", "sac", Level.NATIONAL, "GB/T", NumberKind.PLAN, "P60D"),
    ("gb-t-adoption", "sac", Level.NATIONAL, "GB/T", NumberKind.PLAN, "P60D"),
    ("gb-t-conversion", "sac", Level.NATIONAL, "GB/T", NumberKind.PLAN, "None"),
    ("gb-z", "sac", Level.NATIONAL, "GB/Z", NumberKind.PLAN, "P60D"),
    ("sector", "miit", Level.SECTOR, "sector", NumberKind.SECTOR_PLAN, "None"),
    ("association", "cesa", Level.ASSOCIATION, "association", NumberKind.PROJECT, "P30D"),
    ("iso-iec-is", "iso-iec-jtc1", Level.INTERNATIONAL, "IS", NumberKind.PROJECT, "P12W"),
    ("iso-iec-ts", "iso-iec-jtc1", Level.INTERNATIONAL, "TS", NumberKind.PROJECT, "None"),
    ("iso-iec-tr", "iso-iec-jtc1", Level.INTERNATIONAL, "TR", NumberKind.PROJECT, "None"),
    ("ieee", "ieee-sa", Level.INTERNATIONAL, "IEEE Std", NumberKind.PROJECT, "P60D"),
]


def test_each_procedure_belongs_to_its_body_and_level() -> None:
    tracks = [track(code) for code, *_ in FACTS]
    found = [(t.code, t.body, t.level, t.deliverable, *t.start_numbers, str(t.comment_period)) for t in tracks]
    assert found == FACTS
    assert all(t.source for t in tracks)


CHINESE_STATES = {"00": P, "10": P, "20": D, "30": C, "40": A, "50": A, "60": PUB, "90": PUB, "95": State.WITHDRAWN}
LEFT_OUT = {"gb-t-conversion": {"30"}, "gb-z": {"40", "50"}}


@pytest.mark.parametrize("code", CHINESE)
def test_chinese_stages_are_those_of_gb_t_16733_where_30_is_public_comment(code: str) -> None:
    expected = [(stage, state) for stage, state in CHINESE_STATES.items() if stage not in LEFT_OUT.get(code, set())]
    assert [(stage.code, stage.state) for stage in track(code).stages] == expected


ISO_SUBSTAGES = {
    "00": "00 20 60 98 99",
    "10": "00 20 60 92 98 99",
    "20": "00 20 60 98 99",
    "30": "00 20 60 92 98 99",
    "40": "00 20 60 92 93 98 99",
    "50": "00 20 60 92 98 99",
    "60": "00 60",
    "90": "20 60 92 93 99",
    "95": "20 60 92 99",
}
ISO_STATES = {"00": P, "10": P, "20": D, "30": D, "40": C, "50": A, "60": A, "90": PUB, "95": PUB}


def iso_state(code: str) -> State:
    if code.endswith(".98"):
        return State.CANCELLED
    exceptions = {"60.60": PUB, "95.99": State.WITHDRAWN}
    return exceptions.get(code, ISO_STATES[code[:2]])


@pytest.mark.parametrize(("code", "left_out"), [("iso-iec-is", ""), ("iso-iec-ts", "40"), ("iso-iec-tr", "40")])
def test_iso_stages_are_the_harmonized_ones_where_30_is_committee_work(code: str, left_out: str) -> None:
    valid = [f"{stage}.{sub}" for stage, subs in ISO_SUBSTAGES.items() if stage != left_out for sub in subs.split()]
    assert [(stage.code, stage.state) for stage in track(code).stages] == [(stage, iso_state(stage)) for stage in valid]


def test_ieee_stages_have_names_and_the_board_approves_before_publication() -> None:
    assert [(stage.code, stage.state) for stage in track("ieee").stages] == [
        ("par", P),
        ("par-approved", P),
        ("draft", D),
        ("invitation", D),
        ("ballot", C),
        ("recirculation", C),
        ("public-review", C),
        ("revcom", A),
        ("approved", A),
        ("published", PUB),
        ("withdrawn", State.WITHDRAWN),
    ]


LIMITS = [
    ("gb-t", "10 P3M, 20 P10M, 30 P2M, 40 P5M, 50 P8M, 60 P3M, 90 P5Y"),
    ("gb", "10 P3M, 20 P10M, 30 P2M, 40 P5M, 50 P8M, 60 P3M, 90 P5Y"),
    ("gb-t-adoption", "10 P3M, 20 P10M, 30 P2M, 40 P5M, 50 P8M, 60 P3M, 90 P5Y"),
    ("gb-t-conversion", "10 P3M, 20 P10M, 40 P5M, 50 P8M, 60 P3M, 90 P5Y"),
    ("gb-z", "10 P3M, 20 P10M, 30 P2M, 60 P3M, 90 P3Y"),
    ("sector", ""),
    ("association", ""),
    ("iso-iec-is", "00.00 P3Y, 10.00 P6M, 10.60 P4W, 40.20 P12W, 50.20 P8W, 60.60 P5Y, 90.20 P20W, 90.93 P5Y"),
    ("iso-iec-ts", "00.00 P3Y, 10.00 P6M, 10.60 P4W, 60.60 P3Y, 90.20 P20W, 90.93 P3Y"),
    ("iso-iec-tr", "00.00 P3Y, 10.00 P6M, 10.60 P4W, 90.20 P20W"),
    ("ieee", "draft P4Y, invitation P15D, ballot P30D, recirculation P10D, public-review P60D, published P10Y"),
]


@pytest.mark.parametrize(("code", "limits"), LIMITS)
def test_each_stage_has_the_limit_of_its_procedure(code: str, limits: str) -> None:
    assert ", ".join(f"{stage.code} {stage.limit}" for stage in track(code).stages if stage.limit) == limits


# Not confirmed by any source at hand: track, line of its file
UNCONFIRMED = [
    ("gb", 'limit = "P5M"  # unconfirmed'),
    ("gb-t", 'limit = "P8M"  # unconfirmed'),
    ("gb-t-adoption", 'limit = "P3M"  # unconfirmed'),
    ("gb-t-conversion", 'limit = "P5M"  # unconfirmed'),
    ("gb-z", 'limit = "P3Y"  # then kept, converted or withdrawn; unconfirmed'),
    ("iso-iec-is", 'limit = "P20W"  # unconfirmed'),
    ("ieee", 'limit = "P10D"  # unconfirmed'),
    ("ieee", 'limit = "P4Y"  # how long a PAR is valid; unconfirmed'),
]


@pytest.mark.parametrize(("code", "line"), UNCONFIRMED)
def test_what_is_not_confirmed_says_so_where_it_is_set(code: str, line: str) -> None:
    assert line in (SHIPPED / f"{code}.toml").read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("code", CODES)
def test_everyone_is_reminded_of_a_target_at_90_30_7_and_1_days_on_the_day_and_then_weekly(code: str) -> None:
    ladder = track(code).ladders["target"]
    assert (ladder.before, ladder.on_day, ladder.every) == ((90, 30, 7, 1), True, 7)


@pytest.mark.parametrize("code", CODES)
def test_every_name_is_in_english_and_in_chinese(code: str) -> None:
    labels = [track(code).name, *(stage.name for stage in track(code).stages)]
    assert all(label.en.isascii() for label in labels)
    assert all(any("\u4e00" <= character <= "\u9fff" for character in label.zh) for label in labels)


# Numbers as they are published, and the only tracks that give them
PUBLISHED = {
    "GB 44495-2024": {"gb"},
    "GB/T 45401.1-2025": {"gb-t", "gb-t-adoption", "gb-t-conversion"},
    "GB/T 20438.1-2017/IEC 61508-1:2010": {"gb-t", "gb-t-adoption", "gb-t-conversion"},
    "GB/Z 185-2026": {"gb-z"},
    "SJ/T 11805-2022": {"sector"},
    "YD 1099-2005": {"sector"},
    "JB/Z 185-2026": {"sector"},
    "GJB 9001C-2017": set(),
    "T/CESA 1169-2021": {"association"},
    "T/AI 115.1-2021": {"association"},
    "ISO/IEC 22989:2022": {"iso-iec-is"},
    "ISO 9001:2015": {"iso-iec-is"},
    "IEC 61508-1:2010": {"iso-iec-is"},
    "ISO/IEC/IEEE 29119-1:2022": {"iso-iec-is"},
    "ISO/IEC TS 12791:2024": {"iso-iec-ts"},
    "ISO/TS 22163:2023": {"iso-iec-ts"},
    "IEC TS 62443-1-1:2009": {"iso-iec-ts"},
    "ISO/IEC TR 17903:2024": {"iso-iec-tr"},
    "ISO/TR 14121-2:2012": {"iso-iec-tr"},
    "ISO/IEC Guide 51:2014": set(),
    "ISO/IEC PAS 8800:2024": set(),
    "IEEE Std 2807-2022": {"ieee"},
    "IEEE 2807.1-2024": {"ieee"},
    "IEEE P2807.4": set(),
    "IEEE Std P2807.4": set(),
    "20252081-Z-469": set(),
    "2025-0260T-SJ": set(),
}


@pytest.mark.parametrize(("number", "codes"), PUBLISHED.items())
def test_a_published_number_is_given_only_by_the_procedures_of_its_family(number: str, codes: set[str]) -> None:
    assert {code for code in CODES if track(code).publishes_as(number)} == codes


# Coming from a stage, entering a state without naming its stage: where the project lands
LANDINGS = [
    ("gb-t", "20", C, "30"),
    ("gb-t", "30", A, "40"),
    ("gb-t", "50", PUB, "60"),
    ("gb-t", "60", State.WITHDRAWN, "95"),
    ("iso-iec-is", "40.99", A, "50.00"),
    ("iso-iec-is", "60.00", PUB, "60.60"),
    ("iso-iec-is", "00.20", State.CANCELLED, "00.98"),
    ("iso-iec-is", "40.20", State.CANCELLED, "40.98"),
    ("iso-iec-is", "60.00", State.CANCELLED, "50.98"),
    ("iso-iec-is", "", State.CANCELLED, "00.98"),
    ("iso-iec-is", "90.93", State.WITHDRAWN, "95.99"),
    ("ieee", "par-approved", D, "draft"),
    ("ieee", "published", State.WITHDRAWN, "withdrawn"),
]


@pytest.mark.parametrize(("code", "near", "state", "lands"), LANDINGS)
def test_a_project_enters_a_state_at_the_stage_nearest_to_where_it_comes_from(
    code: str, near: str, state: State, lands: str
) -> None:
    found = track(code).first_stage(state, near)
    assert found is not None
    assert found.code == lands


@pytest.mark.parametrize("code", ["gb", "gb-t", "gb-z", "sector", "association", "ieee"])
def test_a_cancelled_project_stands_outside_the_stages_of_bodies_that_have_none_for_it(code: str) -> None:
    assert track(code).first_stage(State.CANCELLED, "20") is None


DEFAULT_STAGES = [
    ("iso-iec-is", Verb.START_DRAFT, "20.00"),
    ("iso-iec-is", Verb.OPEN_COMMENT, "40.20"),
    ("iso-iec-is", Verb.RETURN_TO_DRAFT, "30.00"),
    ("iso-iec-is", Verb.SUBMIT, "50.00"),
    ("iso-iec-is", Verb.PUBLISH, "60.60"),
    ("iso-iec-tr", Verb.RETURN_TO_DRAFT, "30.00"),
    ("iso-iec-ts", Verb.SUBMIT, "50.00"),
    ("ieee", Verb.OPEN_COMMENT, "ballot"),
    ("ieee", Verb.RETURN_TO_DRAFT, "draft"),
    ("gb-t-conversion", Verb.SUBMIT, "40"),
]


@pytest.mark.parametrize(("code", "verb", "stage"), DEFAULT_STAGES)
def test_a_verb_enters_the_stage_its_procedure_names(code: str, verb: Verb, stage: str) -> None:
    assert track(code).rules[verb].stage == stage

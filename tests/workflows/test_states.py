"""The shared vocabulary is complete and reads well in both languages."""

from collections.abc import Mapping
from enum import StrEnum

import pytest

from workflows.states import (
    BEFORE_PUBLICATION,
    ENDS,
    FACTS,
    GATE_LABELS,
    LEVEL_LABELS,
    NUMBER_KIND_LABELS,
    PRECISION_LABELS,
    STATE_LABELS,
    VERB_LABELS,
    WITHOUT_TARGET,
    FactKind,
    Gate,
    Label,
    Level,
    NumberKind,
    Precision,
    State,
    Verb,
)

TABLES = [
    (State, STATE_LABELS),
    (Verb, VERB_LABELS),
    (Gate, GATE_LABELS),
    (Level, LEVEL_LABELS),
    (NumberKind, NUMBER_KIND_LABELS),
    (Precision, PRECISION_LABELS),
]


@pytest.mark.parametrize(("words", "labels"), TABLES)
def test_every_word_has_a_name_in_english_and_in_chinese(words: type[StrEnum], labels: Mapping[StrEnum, Label]) -> None:
    assert list(labels) == list(words)
    for label in labels.values():
        assert label.en.isascii()
        assert label.en[0].isupper()
        assert "\u4e00" <= label.zh[0] <= "\u9fff"


@pytest.mark.parametrize("labels", [STATE_LABELS, VERB_LABELS, GATE_LABELS, LEVEL_LABELS, NUMBER_KIND_LABELS])
def test_no_two_words_of_a_kind_have_the_same_name(labels: Mapping[StrEnum, Label]) -> None:
    assert len({label.en for label in labels.values()}) == len(labels)
    assert len({label.zh for label in labels.values()}) == len(labels)


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("zh", "起草"),
        ("zh-hans", "起草"),
        ("zh-CN", "起草"),
        ("ZH_Hant", "起草"),
        ("en", "Drafting"),
        ("fr", "Drafting"),
        ("", "Drafting"),
    ],
)
def test_a_label_is_chinese_for_chinese_codes_and_english_for_all_others(code: str, text: str) -> None:
    assert STATE_LABELS[State.DRAFT].in_language(code) == text


def test_every_state_is_before_publication_or_published_or_an_end() -> None:
    assert set(State) == BEFORE_PUBLICATION | {State.PUBLISHED} | ENDS


FACT_NAMES = {
    "start_draft": ["number", "stage"],
    "open_comment": ["from", "until", "url", "number", "stage"],
    "return_to_draft": ["stage"],
    "submit": ["number", "stage"],
    "publish": ["number", "published_on", "in_force_on", "stage"],
    "advance": ["stage"],
    "hold": ["reason"],
    "resume": ["reason"],
    "cancel": ["reason", "stage"],
    "reinstate": ["reason", "stage"],
    "withdraw": ["reason", "successor", "stage"],
}


def test_each_verb_takes_its_facts() -> None:
    assert {str(verb): [fact.name for fact in FACTS[verb]] for verb in FACTS} == FACT_NAMES
    assert list(FACTS) == list(Verb)


def test_only_advance_cannot_do_without_a_fact() -> None:
    required = {(verb, fact.name) for verb, facts in FACTS.items() for fact in facts if fact.required}
    assert required == {(Verb.ADVANCE, "stage")}


def test_a_fact_has_the_same_form_with_every_verb() -> None:
    forms = {(fact.name, fact.kind) for facts in FACTS.values() for fact in facts}
    assert forms == {
        ("number", FactKind.NUMBER),
        ("from", FactKind.DATE),
        ("until", FactKind.DATE),
        ("url", FactKind.URL),
        ("published_on", FactKind.DATE),
        ("in_force_on", FactKind.DATE),
        ("stage", FactKind.STAGE),
        ("reason", FactKind.TEXT),
        ("successor", FactKind.PROJECT),
    }


def test_four_verbs_name_no_state_to_go_to() -> None:
    assert {str(verb) for verb in WITHOUT_TARGET} == {"advance", "hold", "resume", "reinstate"}

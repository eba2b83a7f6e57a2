"""What is wrong with a number, told in Chinese."""

import pytest
from django.utils import translation

from standards.number_faults import REMEDIES, told_fault
from standards.numbers import malformed, parse
from tests.standards.test_malformed_numbers import MALFORMED
from workflows.states import NumberKind

MENDED = (
    "GBT 45401.1-2025", "GB T 17825.4 1999", "GB/T 16733-97", "GBZ 2.1-2019", "GB/T 19001-2000 idt ISO 9001:2000",
    "XX/T 1234-2015", "ISO/IEC 42001-2023", "EN 228-2008", "ISO 9001:2015(E)", "Guide ISO/CEI 2:1976", "ISO 25568 TS",
    "IEEE 2807.4/D2",
)  # fmt: skip


def in_chinese(sentence: str) -> str:
    with translation.override("zh-hans"):
        return told_fault(sentence)


@pytest.mark.parametrize("raw", [raw for raw, *_rest in MALFORMED])
def test_every_fault_is_told_in_chinese(raw: str) -> None:
    problem = parse(raw).problem
    told = in_chinese(problem)
    assert told != problem
    assert told.endswith("。")
    assert not any(remedy in told for remedy in REMEDIES)


@pytest.mark.parametrize("raw", MENDED)
def test_every_doubt_is_told_in_chinese(raw: str) -> None:
    warnings = parse(raw).warnings
    assert warnings
    assert [told for told in map(in_chinese, warnings) if told in warnings] == []


@pytest.mark.parametrize("kind", list(NumberKind))
def test_a_number_under_a_wrong_name_is_told_in_chinese(kind: NumberKind) -> None:
    number = parse("20252081-Z-469", kind)
    assert number.valid == (kind == NumberKind.PLAN)
    if not number.valid:
        assert in_chinese(number.problem).startswith("20252081-Z-469被标为")


def test_a_fault_names_what_it_counts() -> None:
    told = in_chinese(parse("2025039-Z-469").problem)
    assert told.startswith("“2025039-Z-469”的字母Z前有7位数字，应为8位。计划号由8位数字")


def test_more_digits_than_have_a_name_are_counted_too() -> None:
    assert "只有40位数字" in in_chinese(parse("1" * 40).problem)


def test_the_ways_to_write_a_number_are_those_that_the_numbers_know() -> None:
    assert set(REMEDIES) == set(malformed._RIGHT.values())


def test_an_english_reader_reads_what_the_number_says() -> None:
    problem = parse("2025039-Z-469").problem
    with translation.override("en"):
        assert told_fault(problem) == problem


def test_a_sentence_that_nobody_knows_stays_as_it_is() -> None:
    assert in_chinese("A sentence of a later day.") == "A sentence of a later day."

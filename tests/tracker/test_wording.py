from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from standards.speech import told
from tracker.wording import day_in_words, moment_in_words, target_in_words
from workflows.calendar import parse_target
from workflows.states import Label


@pytest.mark.parametrize(
    ("text", "english", "chinese"),
    [
        ("2026-03-31", "31 Mar 2026", "2026年3月31日"),
        ("2026-03", "March 2026", "2026年3月"),
        ("2026-Q1", "Q1 2026", "2026年第一季度"),
        ("2026-Q4", "Q4 2026", "2026年第四季度"),
        ("2026-H1", "first half of 2026", "2026年上半年"),
        ("2026-H2", "second half of 2026", "2026年下半年"),
        ("2026", "2026", "2026年"),
    ],
)
def test_a_target_is_told_as_loosely_as_it_is_known(text: str, english: str, chinese: str) -> None:
    assert target_in_words(parse_target(text)) == Label(english, chinese)


def test_what_is_told_in_chinese_can_be_typed_again() -> None:
    for text in ("2026-03-31", "2026-03", "2026-Q3", "2026-H2", "2026"):
        assert parse_target(target_in_words(parse_target(text)).zh).text == text


def test_a_day_is_told_without_leading_zeros() -> None:
    assert day_in_words(date(2025, 7, 8)) == Label("8 Jul 2025", "2025年7月8日")


def test_a_moment_is_told_on_the_clocks_of_the_zone() -> None:
    moment = datetime(2025, 7, 8, 20, 5, tzinfo=UTC)
    words = moment_in_words(moment, ZoneInfo("Asia/Shanghai"))
    assert words == Label("9 Jul 2025, 04:05 CST", "2025年7月9日 04:05 CST")


def test_a_label_is_told_in_the_language_that_is_active() -> None:
    with translation.override("zh-hans"):
        assert told(Label("Drafting", "起草")) == "起草"
    with translation.override("en"):
        assert told(Label("Drafting", "起草")) == "Drafting"

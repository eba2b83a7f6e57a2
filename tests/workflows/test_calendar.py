"""Durations and loosely known dates."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.calendar import BadPeriod, BadTarget, Period, TargetDate, days_before, parse_target
from workflows.states import Precision

counts = st.integers(0, 9999)
periods = st.tuples(counts, counts, counts, counts).filter(any).map(lambda parts: Period(*parts))
days = st.dates(date(1900, 1, 1), date(2200, 12, 31))


# Periods


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("P3M", Period(months=3)),
        ("P12W", Period(weeks=12)),
        ("P5Y", Period(years=5)),
        ("P30D", Period(days=30)),
        ("P1Y6M", Period(years=1, months=6)),
        ("P1Y2M3W4D", Period(1, 2, 3, 4)),
        ("P03M", Period(months=3)),
    ],
)
def test_a_period_is_read_from_an_iso_8601_duration(text: str, period: Period) -> None:
    assert Period.parse(text) == period


@pytest.mark.parametrize(
    "text",
    [
        "",
        "P",
        "3M",
        "P3",
        "p3m",
        "3 months",
        "P0D",
        "P0Y0M",
        "PT3H",
        "P1DT2H",
        "P-3M",
        "P1.5Y",
        "P3M1Y",
        " P3M",
        "P3M\n",
        "P٣M",
    ],
)
def test_what_is_no_duration_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(BadPeriod, match="is no duration; write one such as P3M"):
        Period.parse(text)


@given(periods)
def test_a_printed_period_reads_back_as_itself(period: Period) -> None:
    assert Period.parse(str(period)) == period


@pytest.mark.parametrize(
    ("start", "text", "end"),
    [
        ("2026-01-15", "P3M", "2026-04-15"),
        ("2026-01-31", "P1M", "2026-02-28"),
        ("2028-01-31", "P1M", "2028-02-29"),
        ("2028-02-29", "P1Y", "2029-02-28"),
        ("2026-11-30", "P3M", "2027-02-28"),
        ("2026-12-31", "P12M", "2027-12-31"),
        ("2026-07-15", "P60D", "2026-09-13"),
        ("2026-01-01", "P12W", "2026-03-26"),
        ("2026-01-31", "P1M1D", "2026-03-01"),
    ],
)
def test_a_period_is_added_in_calendar_months_and_then_days(start: str, text: str, end: str) -> None:
    assert Period.parse(text).add_to(date.fromisoformat(start)) == date.fromisoformat(end)


@given(days, st.integers(1, 2400))
def test_months_keep_the_day_of_the_month_or_end_on_its_last(day: date, months: int) -> None:
    end = Period(months=months).add_to(day)
    assert (end.year - day.year) * 12 + end.month - day.month == months
    assert end.day == day.day or (end.day < day.day and (end + timedelta(days=1)).day == 1)


@given(days, st.integers(1, 9999))
def test_weeks_are_seven_days(day: date, weeks: int) -> None:
    assert Period(weeks=weeks).add_to(day) - day == timedelta(days=7 * weeks)


@pytest.mark.parametrize("text", ["P9999Y", "P9998Y9999D", "P9999Y9999M9999W9999D"])
def test_a_period_past_the_year_9999_is_refused(text: str) -> None:
    with pytest.raises(BadPeriod, match=f"{text} after 2026-01-01 is past the year 9999"):
        Period.parse(text).add_to(date(2026, 1, 1))


@pytest.mark.parametrize("parts", [(), (0, 0, 0, 0), (0, -1, 0, 0), (1, 0, 0, -1)])
def test_a_period_is_never_nothing_or_less(parts: tuple[int, ...]) -> None:
    with pytest.raises(BadPeriod, match="at least one day"):
        Period(*parts)


@pytest.mark.parametrize(
    ("text", "en", "zh"),
    [("P10M", "10 months", "10个月"), ("P1Y6M", "1 year 6 months", "1年6个月"), ("P1W2D", "1 week 2 days", "1周2天")],
)
def test_a_period_is_said_in_words(text: str, en: str, zh: str) -> None:
    label = Period.parse(text).label
    assert (label.en, label.zh) == (en, zh)


# Loosely known dates

DAY = TargetDate("2026-03-31", Precision.DAY, date(2026, 3, 31), date(2026, 3, 31))
MONTH = TargetDate("2026-03", Precision.MONTH, date(2026, 3, 1), date(2026, 3, 31))
QUARTER = TargetDate("2026-Q1", Precision.QUARTER, date(2026, 1, 1), date(2026, 3, 31))
HALF = TargetDate("2026-H1", Precision.HALF, date(2026, 1, 1), date(2026, 6, 30))
YEAR = TargetDate("2026", Precision.YEAR, date(2026, 1, 1), date(2026, 12, 31))

SPELLINGS = {
    DAY: "2026-03-31|2026-3-31|2026/3/31|2026–03–31|2026年3月31日|2026年03月31号|2026 年 3 月 31 日"
    "|２０２６年３月３１日|２０２６－０３－３１",
    MONTH: "2026-03|2026-3|2026/03|2026年3月|２０２６年３月|2026 - 03",
    QUARTER: "2026-Q1|2026Q1|2026 Q1|2026q1|2026/Q1|Q1 2026|Q1 of 2026|q1 OF 2026|Q1/2026|Q1, 2026|Q12026"
    "|2026年第一季度|2026年一季度|2026年1季度|2026年第1季度|2026年Q1|２０２６年第１季度|２０２６Ｑ１",
    HALF: "2026-H1|2026H1|2026 h1|H1 2026|H1 of 2026|2026年上半年|２０２６年上半年",
    YEAR: "2026|2026年| 2026 |２０２６|２０２６年",
}


@pytest.mark.parametrize(
    ("text", "target"), [(text, target) for target, texts in SPELLINGS.items() for text in texts.split("|")]
)
def test_a_date_is_read_however_it_is_spelt(text: str, target: TargetDate) -> None:
    assert parse_target(text) == target


@pytest.mark.parametrize(
    ("text", "start", "due"),
    [
        ("2026-Q2", "2026-04-01", "2026-06-30"),
        ("2026年第三季度", "2026-07-01", "2026-09-30"),
        ("2026年四季度", "2026-10-01", "2026-12-31"),
        ("2026年二季度", "2026-04-01", "2026-06-30"),
        ("2026-H2", "2026-07-01", "2026-12-31"),
        ("2026年下半年", "2026-07-01", "2026-12-31"),
        ("2028-02", "2028-02-01", "2028-02-29"),
        ("2100-02", "2100-02-01", "2100-02-28"),
        ("1900", "1900-01-01", "1900-12-31"),
        ("2200-12-31", "2200-12-31", "2200-12-31"),
    ],
)
def test_a_period_is_due_on_its_last_day(text: str, start: str, due: str) -> None:
    target = parse_target(text)
    assert (target.start, target.due) == (date.fromisoformat(start), date.fromisoformat(due))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("2026-02-30", "2026-02 has no day 30; its last is 2026-02-28."),
        ("2028年2月30日", "2028-02 has no day 30; its last is 2028-02-29."),
        ("2026-04-00", "2026-04 has no day 0; its last is 2026-04-30."),
        ("2026-13", "There is no month 13; months are 1 to 12. Write a month such as 2026-12."),
        ("2026-13-01", "There is no month 13; months are 1 to 12. Write a month such as 2026-12."),
        ("2026年0月", "There is no month 0; months are 1 to 12. Write a month such as 2026-12."),
        ("2026-Q5", "There is no quarter 5; quarters are 2026-Q1 to 2026-Q4."),
        ("Q0 2026", "There is no quarter 0; quarters are 2026-Q1 to 2026-Q4."),
        ("2026年第9季度", "There is no quarter 9; quarters are 2026-Q1 to 2026-Q4."),
        ("2026-H3", "There is no half-year 3; half-years are 2026-H1 and 2026-H2."),
        ("1899-12-31", "The year 1899 is outside 1900 to 2200; write the year in four digits."),
        ("0026-Q1", "The year 26 is outside 1900 to 2200; write the year in four digits."),
        ("2201", "The year 2201 is outside 1900 to 2200; write the year in four digits."),
    ],
)
def test_a_date_that_does_not_exist_is_refused_with_the_limit_it_breaks(text: str, says: str) -> None:
    with pytest.raises(BadTarget) as refusal:
        parse_target(text)
    assert str(refusal.value) == says


@pytest.mark.parametrize(
    "text", ["within 9 months", "9 months", "6 weeks", "Within One Year", "9个月内", "３０天", "年内"]
)
def test_a_duration_without_a_start_names_no_date(text: str) -> None:
    with pytest.raises(BadTarget, match=r"is a duration and does not say from when.*2026-Q1"):
        parse_target(text)


@pytest.mark.parametrize(
    "text",
    [
        "soon",
        "Q1",
        "26-03-31",
        "31/03/2026",
        "31.03.2026",
        "2026 03",
        "2026-03-31T00:00",
        "20 26",
        "2026-",
        "-2026",
        "202603",
        "2026-Q1-Q2",
        "2026年底",
        "2026年5季",
        "2026-0003",
        "٢٠٢٦",
        "\x00",
        "2026-03-311",
        "2026年五季度",
    ],
)
def test_what_names_no_date_is_refused_with_what_to_write(text: str) -> None:
    with pytest.raises(BadTarget, match=r"names no date\. Write a day, month, quarter, half-year or year: 2026-03-31"):
        parse_target(text)


@pytest.mark.parametrize("text", ["", "  ", "\u3000"])
def test_an_empty_date_is_refused_as_empty(text: str) -> None:
    with pytest.raises(BadTarget, match="No date is given"):
        parse_target(text)


def test_a_refusal_quotes_only_the_beginning_of_a_long_text() -> None:
    with pytest.raises(BadTarget) as refusal:
        parse_target("x" * 5000)
    assert len(str(refusal.value)) < 200


@st.composite
def spellings(draw: st.DrawFn) -> str:
    year = draw(st.integers(1900, 2200))
    month, quarter = draw(st.integers(1, 12)), draw(st.integers(1, 4))
    forms = [
        f"{year}",
        f"{year}年",
        f"{year}-{month}",
        f"{year}年{month}月",
        f"{year} Q{quarter}",
        f"Q{quarter} of {year}",
    ]
    forms += [
        f"{year}年第{'一二三四'[quarter - 1]}季度",
        f"H{quarter % 2 + 1} {year}",
        f"{year}年{'上下'[quarter % 2]}半年",
    ]
    forms += [f"{year}/{month}/{draw(st.integers(1, 28))}", f"{year}年{month}月{draw(st.integers(1, 28))}日"]
    return draw(st.sampled_from(forms))


@given(spellings())
def test_the_canonical_text_of_a_date_reads_back_as_the_same_date(text: str) -> None:
    target = parse_target(text)
    assert parse_target(target.text) == target
    assert target.text.isascii()


@given(spellings())
def test_a_date_starts_no_later_than_it_is_due_and_covers_what_its_precision_says(text: str) -> None:
    target = parse_target(text)
    months = (target.due.year - target.start.year) * 12 + target.due.month - target.start.month + 1
    lengths = {Precision.DAY: 1, Precision.MONTH: 1, Precision.QUARTER: 3, Precision.HALF: 6, Precision.YEAR: 12}
    assert target.start <= target.due
    assert months == lengths[target.precision]
    if target.precision != Precision.DAY:
        assert target.start.day == 1
        assert (target.due + timedelta(days=1)).day == 1


@given(days)
def test_any_day_in_iso_form_is_read_as_that_day(day: date) -> None:
    assert parse_target(day.isoformat()) == TargetDate(day.isoformat(), Precision.DAY, day, day)


@given(st.text(max_size=40))
def test_any_text_is_a_date_or_refused_in_words(text: str) -> None:
    try:
        target = parse_target(text)
    except BadTarget as refusal:
        assert str(refusal).endswith(".")  # noqa: PT017 - either outcome is right, the other one is checked below
    else:
        assert parse_target(target.text) == target


def test_days_before_counts_calendar_days() -> None:
    assert days_before(date(2026, 3, 31), 30) == date(2026, 3, 1)
    assert days_before(date(2026, 3, 31), 0) == date(2026, 3, 31)

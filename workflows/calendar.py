"""Durations, loosely known dates and reminder ladders: pure functions of dates.

A date is a calendar day at the body that sets it; nothing here knows a clock or a time zone.
"""

import re
import unicodedata
from calendar import monthrange
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Self

from workflows.states import Label, Precision

FIRST_YEAR, LAST_YEAR = 1900, 2200


class BadPeriod(ValueError):
    """A text that is no ISO 8601 duration of whole days, or a duration that leads out of the calendar."""


class BadTarget(ValueError):
    """A text that names no day, month, quarter, half-year or year; the message says what to write instead."""


# Periods

_PERIOD = re.compile(r"P(?:([0-9]{1,4})Y)?(?:([0-9]{1,4})M)?(?:([0-9]{1,4})W)?(?:([0-9]{1,4})D)?")


@dataclass(frozen=True, slots=True)
class Period:
    """A duration as procedures state it: "3 months" is three calendar months, not a number of days. Never zero."""

    years: int = 0
    months: int = 0
    weeks: int = 0
    days: int = 0

    def __post_init__(self) -> None:
        parts = (self.years, self.months, self.weeks, self.days)
        if min(parts) < 0 or not any(parts):
            raise BadPeriod(f"A period is at least one day long, not {parts}.")

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read an ISO 8601 duration of years, months, weeks and days: "P3M", "P12W", "P1Y6M".

        Raises BadPeriod for anything else: a time of day has no meaning for a procedure.
        """
        found = _PERIOD.fullmatch(text)
        parts = [int(part or 0) for part in found.groups()] if found else [0]
        if not any(parts):
            raise BadPeriod(
                f"'{_shown(text)}' is no duration; write one such as P3M (3 months), P12W (12 weeks) or P5Y (5 years)."
            )
        return cls(*parts)

    def add_to(self, day: date) -> date:
        """The day this period after `day`; a month too short for the day gives its last day (31 January, 28 February).

        Years and months are counted first, then weeks and days. Raises BadPeriod past the year 9999.
        """
        months = day.month - 1 + 12 * self.years + self.months
        try:
            month = date(day.year + months // 12, months % 12 + 1, 1)
            clamped = month.replace(day=min(day.day, _last_day(month.year, month.month)))
            return clamped + timedelta(weeks=self.weeks, days=self.days)
        except (ValueError, OverflowError) as error:
            raise BadPeriod(f"{self} after {day} is past the year 9999.") from error

    @property
    def label(self) -> Label:
        """In words: "1 year 6 months", "1年6个月"."""
        counts = (self.years, self.months, self.weeks, self.days)
        units = zip(counts, ("year", "month", "week", "day"), ("年", "个月", "周", "天"), strict=True)
        parts = [(f"{n} {en}" + "s" * (n > 1), f"{n}{zh}") for n, en, zh in units if n]
        return Label(" ".join(en for en, _ in parts), "".join(zh for _, zh in parts))

    def __str__(self) -> str:
        parts = ((self.years, "Y"), (self.months, "M"), (self.weeks, "W"), (self.days, "D"))
        return "P" + "".join(f"{count}{unit}" for count, unit in parts if count)


# Loosely known dates


@dataclass(frozen=True, slots=True)
class TargetDate:
    """A date as well as it is known: `text` in canonical form, `start` and `due` the first and last day it covers."""

    text: str
    precision: Precision
    start: date
    due: date


def parse_target(text: str) -> TargetDate:
    """Read a day, month, quarter, half-year or year, in English or Chinese, half or full width.

    "2026-03-31", "2026-03", "2026-Q1", "Q1 of 2026", "2026-H1", "2026", "2026年3月", "2026年第一季度" and the like.
    `parse_target(target.text) == target`. Raises BadTarget, whose message is meant for the person who typed the text.
    """
    tidy = _tidied(text)
    for pattern, build in _FORMS:
        if found := pattern.fullmatch(tidy):
            return build(**{name: _number(value) for name, value in found.groupdict().items()})
    raise BadTarget(_unreadable(text))


def days_before(due: date, days: int) -> date:
    """The day `days` calendar days before `due`."""
    return due - timedelta(days=days)


def _day(year: int, month: int, day: int) -> TargetDate:
    _check(year, month)
    last = _last_day(year, month)
    if not 1 <= day <= last:
        raise BadTarget(f"{year}-{month:02} has no day {day}; its last is {year}-{month:02}-{last}.")
    on = date(year, month, day)
    return TargetDate(on.isoformat(), Precision.DAY, on, on)


def _month(year: int, month: int) -> TargetDate:
    _check(year, month)
    return _months(f"{year}-{month:02}", Precision.MONTH, year, month, 1)


def _quarter(year: int, quarter: int) -> TargetDate:
    _check(year)
    if not 1 <= quarter <= 4:
        raise BadTarget(f"There is no quarter {quarter}; quarters are {year}-Q1 to {year}-Q4.")
    return _months(f"{year}-Q{quarter}", Precision.QUARTER, year, 3 * quarter - 2, 3)


def _half(year: int, half: int) -> TargetDate:
    _check(year)
    if not 1 <= half <= 2:
        raise BadTarget(f"There is no half-year {half}; half-years are {year}-H1 and {year}-H2.")
    return _months(f"{year}-H{half}", Precision.HALF, year, 6 * half - 5, 6)


def _year(year: int) -> TargetDate:
    _check(year)
    return _months(f"{year}", Precision.YEAR, year, 1, 12)


def _months(text: str, precision: Precision, year: int, first: int, count: int) -> TargetDate:
    last = first + count - 1
    return TargetDate(text, precision, date(year, first, 1), date(year, last, _last_day(year, last)))


def _check(year: int, month: int = 1) -> None:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise BadTarget(f"The year {year} is outside {FIRST_YEAR} to {LAST_YEAR}; write the year in four digits.")
    if not 1 <= month <= 12:
        raise BadTarget(f"There is no month {month}; months are 1 to 12. Write a month such as {year}-12.")


_Y, _M, _D = r"(?P<year>[0-9]{4})", r"(?P<month>[0-9]{1,2})", r"(?P<day>[0-9]{1,2})"
_Q, _H = r"(?P<quarter>[0-9]{1,2})", r"(?P<half>[0-9]{1,2})"
_OF = r"(?:OF|[-/, ])?"

_FORMS: tuple[tuple[re.Pattern[str], Callable[..., TargetDate]], ...] = tuple(
    (re.compile(form), build)
    for form, build in (
        (rf"{_Y}-{_M}-{_D}", _day),
        (rf"{_Y}/{_M}/{_D}", _day),
        (rf"{_Y}年{_M}月{_D}[日号]", _day),
        (rf"{_Y}[-/]{_M}", _month),
        (rf"{_Y}年{_M}月", _month),
        (rf"{_Y}年?[-/]?Q{_Q}", _quarter),
        (rf"Q{_Q}{_OF}{_Y}", _quarter),
        (rf"{_Y}年第?(?P<quarter>[0-9]{{1,2}}|[一二三四])季度", _quarter),
        (rf"{_Y}年?[-/]?H{_H}", _half),
        (rf"H{_H}{_OF}{_Y}", _half),
        (rf"{_Y}年(?P<half>[上下])半年", _half),
        (rf"{_Y}年?", _year),
    )
)
_CHINESE = {"一": 1, "二": 2, "三": 3, "四": 4, "上": 1, "下": 2}
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−", "-"))
_DURATION = re.compile(r"within|months?\b|weeks?\b|days?\b|years?\b|个月|年内|月内|日内|天|周内", re.IGNORECASE)
_WRITE = "Write a day, month, quarter, half-year or year: 2026-03-31, 2026-03, 2026-Q1, 2026-H1 or 2026."


def _tidied(text: str) -> str:
    """One width, one dash, upper case, and spaces only where they keep two numbers apart."""
    tidy = unicodedata.normalize("NFKC", text).translate(_DASHES).strip().upper()
    return re.sub(r"(?<![0-9])\s+|\s+(?![0-9])", "", tidy)


def _number(text: str) -> int:
    return _CHINESE.get(text) or int(text)


def _unreadable(text: str) -> str:
    if not text.strip():
        return f"No date is given. {_WRITE}"
    if _DURATION.search(unicodedata.normalize("NFKC", text)):
        return f"'{_shown(text)}' is a duration and does not say from when, so it names no date. {_WRITE}"
    return f"'{_shown(text)}' names no date. {_WRITE}"


def _shown(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:60]}…"


def _last_day(year: int, month: int) -> int:
    return monthrange(year, month)[1]


# Reminder ladders


@dataclass(frozen=True, slots=True)
class Ladder:
    """When to remind of a deadline: days before it, most first; on the day; then every so many days while overdue."""

    before: tuple[int, ...] = ()
    on_day: bool = False
    every: int | None = None


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of a ladder for one due day: "30" is thirty days before it, "0" the day itself, "+7" a week after."""

    name: str
    on: date


def rungs(ladder: Ladder, due: date, until: date, after: date | None = None) -> Iterator[Rung]:
    """Every rung up to and including `until`, earliest first; with `after`, only those later than that day.

    Endless in `until` but lazy, and a late `after` costs nothing: the overdue rungs before it are not walked.
    """
    for rung in _fixed_rungs(ladder, due):
        if rung.on <= until and (after is None or rung.on > after):
            yield rung
    first = _overdue_steps(ladder, due, after) + 1 if after else 1
    for step in range(first, _overdue_steps(ladder, due, until) + 1):
        yield _overdue_rung(ladder, due, step)


def passed_rungs(ladder: Ladder, due: date, on: date) -> tuple[Rung, ...]:
    """The rungs passed on the day `on`, nearest last; of the overdue ones only the latest, however old `due` is."""
    fixed = tuple(rung for rung in _fixed_rungs(ladder, due) if rung.on <= on)
    step = _overdue_steps(ladder, due, on)
    return (*fixed, _overdue_rung(ladder, due, step)) if step else fixed


def next_rung(ladder: Ladder, due: date, after: date) -> Rung | None:
    """The first rung later than the day `after`; None where the ladder has ended."""
    for rung in _fixed_rungs(ladder, due):
        if rung.on > after:
            return rung
    return _overdue_rung(ladder, due, _overdue_steps(ladder, due, after) + 1) if ladder.every else None


def _fixed_rungs(ladder: Ladder, due: date) -> Iterator[Rung]:
    for days in ladder.before:
        yield Rung(str(days), days_before(due, days))
    if ladder.on_day:
        yield Rung("0", due)


def _overdue_steps(ladder: Ladder, due: date, on: date) -> int:
    """How many overdue rungs have passed on that day."""
    return max(0, (on - due).days // ladder.every) if ladder.every else 0


def _overdue_rung(ladder: Ladder, due: date, step: int) -> Rung:
    days = step * (ladder.every or 0)
    return Rung(f"+{days}", due + timedelta(days=days))

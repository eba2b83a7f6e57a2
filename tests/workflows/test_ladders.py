"""Reminder ladders: which rung falls on which day, and which have passed."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.calendar import Ladder, Rung, next_rung, passed_rungs, rungs

DUE = date(2026, 3, 31)
LADDER = Ladder(before=(90, 30, 7, 1), on_day=True, every=7)

days = st.dates(date(1950, 1, 1), date(2150, 1, 1))
ladders = st.builds(
    Ladder,
    st.sets(st.integers(1, 400), max_size=5).map(lambda before: tuple(sorted(before, reverse=True))),
    st.booleans(),
    st.none() | st.integers(1, 60),
)


def names(found: tuple[Rung, ...]) -> list[str]:
    return [rung.name for rung in found]


def test_a_ladder_has_its_days_before_the_day_itself_and_then_one_a_week() -> None:
    assert list(rungs(LADDER, DUE, date(2026, 4, 14))) == [
        Rung("90", date(2025, 12, 31)),
        Rung("30", date(2026, 3, 1)),
        Rung("7", date(2026, 3, 24)),
        Rung("1", date(2026, 3, 30)),
        Rung("0", DUE),
        Rung("+7", date(2026, 4, 7)),
        Rung("+14", date(2026, 4, 14)),
    ]


def test_rungs_after_a_day_leave_out_that_day_and_all_before() -> None:
    found = tuple(rungs(LADDER, DUE, date(2026, 4, 21), after=date(2026, 3, 31)))
    assert names(found) == ["+7", "+14", "+21"]
    assert names(tuple(rungs(LADDER, DUE, date(2026, 4, 21), after=date(2026, 4, 7)))) == ["+14", "+21"]


@pytest.mark.parametrize(
    ("on", "passed"),
    [
        ("2025-12-30", []),
        ("2025-12-31", ["90"]),
        ("2026-03-01", ["90", "30"]),
        ("2026-03-31", ["90", "30", "7", "1", "0"]),
        ("2026-04-06", ["90", "30", "7", "1", "0"]),
        ("2026-04-10", ["90", "30", "7", "1", "0", "+7"]),
        ("2026-04-14", ["90", "30", "7", "1", "0", "+14"]),
    ],
)
def test_passed_rungs_end_with_the_nearest_and_name_one_overdue_rung_only(on: str, passed: list[str]) -> None:
    assert names(passed_rungs(LADDER, DUE, date.fromisoformat(on))) == passed


def test_thirty_years_overdue_is_still_one_rung() -> None:
    found = passed_rungs(LADDER, DUE, date(2056, 4, 10))
    assert found[-1] == Rung("+10962", date(2056, 4, 4))
    assert len(found) == 6


def test_rungs_do_not_walk_through_the_years_before_the_day_asked_for() -> None:
    daily = Ladder(every=1)
    found = rungs(daily, date(1900, 1, 1), date(9999, 12, 31), after=date(9999, 12, 29))
    assert [rung.on for rung in found] == [date(9999, 12, 30), date(9999, 12, 31)]


@pytest.mark.parametrize(
    ("after", "following"),
    [("2025-01-01", "90"), ("2025-12-31", "30"), ("2026-03-30", "0"), ("2026-03-31", "+7"), ("2026-04-07", "+14")],
)
def test_the_next_rung_is_the_first_later_one(after: str, following: str) -> None:
    found = next_rung(LADDER, DUE, date.fromisoformat(after))
    assert found is not None
    assert found.name == following


def test_a_ladder_without_overdue_rungs_ends() -> None:
    quiet = Ladder(before=(7,), on_day=True)
    assert next_rung(quiet, DUE, DUE) is None
    assert names(passed_rungs(quiet, DUE, DUE + timedelta(days=999))) == ["7", "0"]


def test_an_empty_ladder_has_no_rungs() -> None:
    assert passed_rungs(Ladder(), DUE, DUE + timedelta(days=9)) == ()
    assert next_rung(Ladder(), DUE, DUE) is None


@given(ladders, days, days)
def test_passed_rungs_are_the_fixed_ones_and_the_last_overdue_one_of_all_rungs(
    ladder: Ladder, due: date, on: date
) -> None:
    every = tuple(rungs(ladder, due, on))
    fixed = tuple(rung for rung in every if not rung.name.startswith("+"))
    overdue = every[len(fixed) :]
    assert passed_rungs(ladder, due, on) == fixed + overdue[-1:]


@given(ladders, days, st.integers(0, 500), st.integers(0, 500))
def test_rungs_of_two_spans_are_the_rungs_of_both(ladder: Ladder, due: date, first: int, second: int) -> None:
    middle = due + timedelta(days=first - 250)
    last = middle + timedelta(days=second)
    before, after = rungs(ladder, due, middle), rungs(ladder, due, last, after=middle)
    assert [*before, *after] == list(rungs(ladder, due, last))


@given(ladders, days, st.integers(-500, 500))
def test_no_rung_lies_between_a_day_and_the_next_rung(ladder: Ladder, due: date, offset: int) -> None:
    day = due + timedelta(days=offset)
    found = next_rung(ladder, due, day)
    until = found.on if found else day + timedelta(days=1000)
    assert list(rungs(ladder, due, until, after=day)) == ([found] if found else [])


@given(ladders, days, days)
def test_rungs_come_in_the_order_of_their_days(ladder: Ladder, due: date, on: date) -> None:
    found = [rung.on for rung in rungs(ladder, due, on)]
    assert found == sorted(set(found))

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.local_time import day_reached, end_of, moment_of, zone_called
from tracker.models import known_zones

SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
ZONES = sorted(known_zones())
zones = st.sampled_from(ZONES).map(ZoneInfo)
days = st.dates(date(2020, 1, 1), date(2035, 12, 31))
hours = st.integers(0, 23)


def wall(moment: datetime, zone: ZoneInfo) -> datetime:
    return moment.astimezone(zone).replace(tzinfo=None)


def days_of_a_change(zone: ZoneInfo, first: int, last: int) -> list[date]:
    """The days in these years on which the clocks of the zone are changed."""
    found, moment = [], datetime(first, 1, 1, tzinfo=UTC)
    while moment.year <= last:
        later = moment + DAY
        if moment.astimezone(zone).utcoffset() != later.astimezone(zone).utcoffset():
            found += [moment.astimezone(zone).date(), later.astimezone(zone).date()]
        moment = later
    return found


@settings(max_examples=500, deadline=None)
@given(zone=zones, day=days, hour=hours)
def test_every_day_has_the_hour_once_or_the_first_instant_after_the_gap(zone: ZoneInfo, day: date, hour: int) -> None:
    moment, meant = moment_of(day, hour, zone), datetime(day.year, day.month, day.day, hour)
    if wall(moment, zone) != meant:
        assert wall(moment, zone) > meant
        assert wall(moment - SECOND, zone) < meant
    assert moment_of(day - DAY, hour, zone) < moment


@settings(max_examples=500, deadline=None)
@given(zone=zones, day=days, hour=hours)
def test_a_day_is_reached_at_its_moment_and_not_a_second_earlier(zone: ZoneInfo, day: date, hour: int) -> None:
    moment = moment_of(day, hour, zone)
    assert day_reached(moment, hour, zone) == day
    assert day_reached(moment - SECOND, hour, zone) == day - DAY


@pytest.mark.parametrize("hour", [2, 8])
def test_in_every_zone_each_day_is_reached_once_whatever_is_done_to_the_clocks(hour: int) -> None:
    for name in ZONES:
        zone = ZoneInfo(name)
        for day in days_of_a_change(zone, 2026, 2027):
            moments = [moment_of(day + n * DAY, hour, zone) for n in (-1, 0, 1)]
            assert moments == sorted(set(moments)), (name, day)
            assert [day_reached(moment, hour, zone) for moment in moments] == [day - DAY, day, day + DAY], (name, day)


@pytest.mark.parametrize(
    ("zone", "day", "hour", "expected"),
    [
        ("Asia/Shanghai", date(2026, 3, 1), 8, datetime(2026, 3, 1, 0, tzinfo=UTC)),
        # 02:00 is put forward to 03:00: half past two does not exist, nor does two o'clock.
        ("Europe/Berlin", date(2026, 3, 29), 2, datetime(2026, 3, 29, 1, tzinfo=UTC)),
        # 03:00 is put back to 02:00: two o'clock comes twice, the first counts.
        ("Europe/Berlin", date(2026, 10, 25), 2, datetime(2026, 10, 25, 0, tzinfo=UTC)),
        # Half an hour only.
        ("Australia/Lord_Howe", date(2026, 10, 4), 2, datetime(2026, 10, 3, 15, 30, tzinfo=UTC)),
        # Samoa left out a whole day.
        ("Pacific/Apia", date(2011, 12, 30), 8, datetime(2011, 12, 30, 10, tzinfo=UTC)),
    ],
)
def test_gaps_and_folds(zone: str, day: date, hour: int, expected: datetime) -> None:
    assert moment_of(day, hour, ZoneInfo(zone)) == expected


def test_a_day_ends_a_second_before_the_next_midnight() -> None:
    assert end_of(date(2026, 3, 1), ZoneInfo("Asia/Shanghai")) == datetime(2026, 3, 1, 15, 59, 59, tzinfo=UTC)


def test_a_zone_that_is_gone_is_replaced_by_the_secretariats() -> None:
    for name in ("Mars/Olympus", "", "../etc/passwd", "Asia/\x00"):
        assert zone_called(name, "Asia/Shanghai").key == "Asia/Shanghai"

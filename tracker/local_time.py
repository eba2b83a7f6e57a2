"""Civil time: which moment a day's reminder hour is on the clocks of a zone, and which day a moment has come to.

A clock that is put forward may skip the hour, one that is put back may show it twice. The hour then is the first valid
instant after the gap, and the first of the two.
"""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache, lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_SECOND = timedelta(seconds=1)
_DAY = timedelta(days=1)


@cache
def zone_called(name: str, otherwise: str) -> ZoneInfo:
    """The zone of that name; ``otherwise``, where the tz database of this machine does not know it (any more)."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo(otherwise)


@lru_cache(maxsize=10_000)
def moment_of(day: date, hour: int, zone: ZoneInfo) -> datetime:
    """The moment, in UTC, when it is ``hour`` o'clock on that day in the zone."""
    wall = datetime.combine(day, time(hour))
    first = wall.replace(tzinfo=zone).astimezone(UTC)
    if first.astimezone(zone).replace(tzinfo=None) == wall:
        return first
    return _end_of_gap(wall, zone)


def _end_of_gap(wall: datetime, zone: ZoneInfo) -> datetime:
    """The instant at which the clock jumped over ``wall``, found by halving."""
    before = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)
    after = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
    while after - before > _SECOND:
        middle = before + ((after - before) / 2 // _SECOND) * _SECOND
        if middle.astimezone(zone).replace(tzinfo=None) < wall:
            before = middle
        else:
            after = middle
    return after


def end_of(day: date, zone: ZoneInfo) -> datetime:
    """The last second of that day in the zone, in UTC."""
    return moment_of(day + _DAY, 0, zone) - _SECOND


def day_reached(now: datetime, hour: int, zone: ZoneInfo) -> date:
    """The latest day whose ``hour`` o'clock has come in the zone."""
    day = now.astimezone(zone).date()
    return day if moment_of(day, hour, zone) <= now else day - _DAY

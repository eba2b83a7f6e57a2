"""Dates as people read them, in English and Chinese: the same words on pages, in mails and in the admin.

Nothing here is relative to today: whoever shows "overdue by 3 days" counts for one reader at one moment.
"""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from workflows.calendar import TargetDate
from workflows.states import Label, Precision

_MONTHS = ("January", "February", "March", "April", "May", "June", "July",
           "August", "September", "October", "November", "December")  # fmt: skip
_QUARTERS = "一二三四"


def day_in_words(day: date) -> Label:
    """One day: "31 Mar 2026", "2026年3月31日"."""
    return Label(f"{day.day} {_MONTHS[day.month - 1][:3]} {day.year}", f"{day.year}年{day.month}月{day.day}日")


def moment_in_words(moment: datetime, zone: ZoneInfo) -> Label:
    """A moment on the clocks of ``zone``, to the minute, with the zone's abbreviation: "8 Jul 2025, 09:30 CST"."""
    local = moment.astimezone(zone)
    day, time = day_in_words(local.date()), f"{local:%H:%M} {local:%Z}"
    return Label(f"{day.en}, {time}", f"{day.zh} {time}")


def target_in_words(target: TargetDate) -> Label:
    """A target as loose as it is known: "31 Mar 2026", "March 2026", "Q1 2026", "first half of 2026", "2026"."""
    first = target.start
    quarter, half = (first.month - 1) // 3, first.month > 6
    words = {
        Precision.DAY: day_in_words(first),
        Precision.MONTH: Label(f"{_MONTHS[first.month - 1]} {first.year}", f"{first.year}年{first.month}月"),
        Precision.QUARTER: Label(f"Q{quarter + 1} {first.year}", f"{first.year}年第{_QUARTERS[quarter]}季度"),
        Precision.HALF: Label(
            f"{'second' if half else 'first'} half of {first.year}", f"{first.year}年{'下' if half else '上'}半年"
        ),
        Precision.YEAR: Label(f"{first.year}", f"{first.year}年"),
    }
    return words[target.precision]

"""Days as registers write them, and what to do with a date that is known to a month or a year only."""

import re
from datetime import date

from django.utils.translation import gettext as _

from standards.cleaning import Unclean
from standards.models import in_chinese
from workflows.calendar import BadTarget, TargetDate, parse_target
from workflows.states import Precision

_TIME = re.compile(r"(?<=\d)[ T]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?\s*\Z")
_DOTTED = re.compile(r"(\d{4})\.(\d{1,2})(?:\.(\d{1,2}))?")
_SOLID = re.compile(r"(\d{4})(\d{2})(\d{2})")
_TWO_DIGIT_YEAR = re.compile(r"\d{2}[-/.年]\d{1,2}(月?|[-/.月]\d{1,2}日?)|\d{1,2}[-/.]\d{1,2}[-/.]\d{2}")
_DAY_FIRST = re.compile(r"\d{1,2}[-/.]\d{1,2}[-/.]\d{4}")
_LOOSE = (Precision.MONTH, Precision.YEAR)


def read_date(text: str) -> TargetDate:
    """A day, or the month, quarter or year where no day is given. Raises ``Unclean``, saying what to write."""
    plain = _TIME.sub("", text.strip())
    if _TWO_DIGIT_YEAR.fullmatch(plain):
        raise Unclean(_("“%(text)s” has a year of two digits; write it in four, such as 2025-07-08.") % {"text": plain})
    if _DAY_FIRST.fullmatch(plain):
        words = {"text": plain}
        raise Unclean(_("“%(text)s” does not tell the day from the month; write it such as 2025-07-08.") % words)
    try:
        return parse_target(_dashed(plain))
    except BadTarget as error:
        reason = _("“%(text)s” is no day, month or year.") % {"text": plain}
        # The calendar is plain Python and knows better what is wrong, in English alone.
        raise Unclean(reason if in_chinese() else str(error)) from None


def _dashed(text: str) -> str:
    found = _DOTTED.fullmatch(text) or _SOLID.fullmatch(text)
    return "-".join(part for part in found.groups() if part) if found else text


def read_day(text: str) -> date:
    """A calendar day. Raises ``Unclean`` where only a month or a year is given: no day is invented."""
    read = read_date(text)
    if read.precision != Precision.DAY:
        words = {"text": text.strip()}
        raise Unclean(
            _("“%(text)s” is no day; write YYYY-MM-DD, or leave the cell empty if the day is not known.") % words
        )
    return read.start


def read_loosely(text: str) -> TargetDate:
    """A day, month or year: for a date of publication, of which catalogues often give no more."""
    read = read_date(text)
    if read.precision not in (Precision.DAY, *_LOOSE):
        raise Unclean(_("“%(text)s” is no day, month or year.") % {"text": text.strip()})
    return read


# A date without a day is kept as a line of the project's note. These lines are data, the same in every language.
_LABELS = {"published_on": "Published", "in_force_on": "In force"}
_TOLD = "(the source gives no day)"


def loose_line(column: str, known: TargetDate) -> str:
    """``Published: 2024-08 (the source gives no day)``."""
    return f"{_LABELS[column]}: {known.text} {_TOLD}"


def with_loose_lines(note: str, lines: tuple[str, ...]) -> str:
    """The note with these lines, each in place of an older one of its kind or else at the end."""
    kept = note.split("\n") if note else []
    for line in lines:
        label = line.partition(":")[0]
        older = [place for place, text in enumerate(kept) if text.startswith(f"{label}: ") and text.endswith(_TOLD)]
        if older:
            kept[older[0]] = line
        else:
            kept.append(line)
    return "\n".join(kept)

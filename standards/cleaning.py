"""Reading what people and programs hand in: each function returns the clean value or says what is wrong with it."""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from itertools import islice
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext as _

from standards.models import TEXT_LIMIT, TITLE_LIMIT, in_chinese
from standards.refusals import BadFacts
from workflows.calendar import FIRST_YEAR, LAST_YEAR, BadTarget, TargetDate, parse_target

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")
_LINE_BREAK = re.compile(r"[\r\n\t\x0b\x0c\x85\u2028\u2029]")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
LIST_LIMIT = 200
_check_url = URLValidator(schemes=["http", "https"])

Cleaner = Callable[[Any], Any]


class Unclean(ValueError):
    """A value that cannot be taken; ``str()`` says why and what would do."""


def clean_all(values: Mapping[str, Any], cleaners: Mapping[str, Cleaner]) -> dict[str, Any]:
    """Every value through its cleaner. Raises ``BadFacts`` with all the errors at once, unknown names included."""
    cleaned: dict[str, Any] = {}
    errors: dict[str, str] = {}
    for name, value in values.items():
        try:
            cleaned[name] = _cleaner(name, cleaners)(value)
        except Unclean as error:
            errors[name] = str(error)
    if errors:
        raise BadFacts(errors)
    return cleaned


def _cleaner(name: str, cleaners: Mapping[str, Cleaner]) -> Cleaner:
    if name not in cleaners:
        known = ", ".join(sorted(cleaners))
        raise Unclean(_("there is no such field here; there are: %(known)s.") % {"known": known or "-"})
    return cleaners[name]


def clean_text(value: Any, limit: int = TEXT_LIMIT) -> str:
    """Text of several lines, trimmed; None is empty. Markup is kept as it is: pages escape it."""
    if value is None:
        return ""
    if not isinstance(value, str):
        raise Unclean(_("this must be text."))
    text = value.replace("\r\n", "\n").replace("\r", "\n").strip()
    if found := _CONTROL.search(text):
        raise Unclean(
            _("there is an invisible control character (%(code)s) in it; remove it.")
            % {"code": f"U+{ord(found.group()):04X}"}
        )
    if len(text) > limit:
        raise Unclean(
            _("it has %(length)d characters, and at most %(limit)d are kept; shorten it.")
            % {"length": len(text), "limit": limit}
        )
    return text


def clean_line(value: Any, limit: int = 300) -> str:
    """One line of text, trimmed. A line break inside is refused: it could forge a mail header or a table row."""
    text = value.strip() if isinstance(value, str) else value
    if isinstance(text, str) and _LINE_BREAK.search(text):
        raise Unclean(_("there is a line break or tab in it; write it in one line."))
    return clean_text(text, limit)


def clean_title(value: Any) -> str:
    title = clean_line(value, TITLE_LIMIT)
    if not title:
        raise Unclean(_("a title is needed."))
    return title


def clean_chinese_title(value: Any) -> str:
    return clean_line(value, TITLE_LIMIT)


def clean_date(value: Any) -> date | None:
    """A calendar day as a date or as YYYY-MM-DD; None or empty is no date."""
    if value is None or value == "":
        return None
    if isinstance(value, datetime):
        raise Unclean(_("this must be a day without a time, written YYYY-MM-DD."))
    day = value if isinstance(value, date) else read_date(value)
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        words = {"day": day.isoformat(), "first": FIRST_YEAR, "last": LAST_YEAR}
        raise Unclean(_("the year of %(day)s is not between %(first)d and %(last)d; is it mistyped?") % words)
    return day


def read_date(value: Any) -> date:
    """Any day of the calendar, written YYYY-MM-DD."""
    if not isinstance(value, str) or not _DATE.fullmatch(value.strip()):
        raise Unclean(_("“%(value)s” is no date; write it YYYY-MM-DD.") % {"value": str(value)[:40]})
    try:
        return date.fromisoformat(value.strip())
    except ValueError:
        raise Unclean(_("there is no day %(value)s in the calendar.") % {"value": value.strip()}) from None


def clean_url(value: Any) -> str:
    url = clean_line(value, 500)
    try:
        if url:
            _check_url(url)
    except ValidationError:
        raise Unclean(_("“%(url)s” is no web address; write it with https://") % {"url": url[:80]}) from None
    return url


def clean_target(value: Any) -> TargetDate | None:
    """A planned date as loose as “2026-Q1”; None or empty takes the target away."""
    text = clean_line(value, 40)
    try:
        return parse_target(text) if text else None
    except BadTarget as error:
        reason = _("“%(text)s” is no planned time; write 2026-03-31, 2026-03, 2026-Q1, 2026-H1 or 2026.")
        # The calendar is plain Python and knows better what is wrong, in English alone.
        raise Unclean(reason % {"text": text} if in_chinese() else str(error)) from None


def clean_list(value: Any) -> list[Any]:
    """The items of any collection but a text or a mapping, not more than ``LIST_LIMIT``."""
    if isinstance(value, str | bytes | Mapping) or not isinstance(value, Iterable):
        raise Unclean(_("this must be a list."))
    items = list(islice(value, LIST_LIMIT + 1))
    if len(items) > LIST_LIMIT:
        raise Unclean(_("at most %(limit)d are kept.") % {"limit": LIST_LIMIT})
    return items


def clean_bool(value: Any) -> bool:
    if not isinstance(value, bool):
        raise Unclean(_("this must be true or false."))
    return value

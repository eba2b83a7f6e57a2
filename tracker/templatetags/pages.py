"""What the pages' templates need to write dates and to say how fresh they are."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django import template
from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from standards.models import HistoryHead
from tracker.wording import day_in_words, moment_in_words
from workflows.states import Label

register = template.Library()


@register.filter
def in_language(label: Label) -> str:
    """The label in the language of the page."""
    return label.in_language(get_language() or "en")


@register.filter
def day(value: date) -> SafeString:
    """A calendar day as ``<time>``: the words for people, the ISO date for programs."""
    return _time(value.isoformat(), day_in_words(value))


@register.filter
def moment(value: datetime) -> SafeString:
    """A moment as ``<time>``, on the clocks of the site's time zone."""
    zone = ZoneInfo(settings.TIME_ZONE)
    return _time(value.astimezone(zone).isoformat(timespec="seconds"), moment_in_words(value, zone))


def _time(machine: str, words: Label) -> SafeString:
    return format_html('<time datetime="{}">{}</time>', machine, in_language(words))


@register.simple_tag
def last_change() -> datetime | None:
    """When the latest Change was recorded (one query); None while there is none."""
    return HistoryHead.objects.values_list("recorded_at", flat=True).filter(pk=1).first()

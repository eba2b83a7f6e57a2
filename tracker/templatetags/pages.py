"""What the pages' templates need to write dates and to say how fresh they are."""

import re
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django import template
from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import SafeString

from standards.models import HistoryHead, Project
from standards.number_faults import told_fault
from standards.speech import told
from tracker.wording import day_in_words, moment_in_words
from workflows.states import LEVEL_LABELS, Label, Level

register = template.Library()
_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")


@register.filter
def in_language(label: Label) -> str:
    """The label in the language of the page."""
    return told(label)


@register.filter
def written(text: object) -> SafeString:
    """Somebody's words: escaped, in the language they are written in, and unable to turn the text around them."""
    return format_html('<bdi lang="{}">{}</bdi>', language_of(str(text)), text)


def language_of(text: str) -> str:
    """``zh-Hans`` where there is a Chinese character in the text, else ``en``: titles here are in one of the two."""
    return "zh-Hans" if _HAN.search(text) else "en"


@register.filter
def deliverable(project: Project) -> str:
    """What it will be: "GB/T"; where nobody has said of which sector or association, only that it is of one."""
    kind = project.deliverable
    return told(LEVEL_LABELS[Level(kind)]) if kind in set(Level) else kind


@register.filter
def fault(sentence: str) -> str:
    """What is wrong with a number, in the language of the page."""
    return told_fault(sentence)


@register.filter
def counted(number: int) -> str:
    """A count with its thousands set off, as both languages write it: 1,234."""
    return f"{number:,}"


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
    return format_html('<time datetime="{}">{}</time>', machine, told(words))


@register.simple_tag
def last_change() -> datetime | None:
    """When the latest Change was recorded (one query); None while there is none."""
    return HistoryHead.objects.values_list("recorded_at", flat=True).filter(pk=1).first()

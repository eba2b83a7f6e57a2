"""Words in the language that is active: of a page its reader's, in the API English."""

from collections.abc import Iterable
from datetime import date

from django.utils.translation import get_language, gettext

from workflows.states import Label


def told(label: Label) -> str:
    return label.in_language(get_language() or "en")


def told_day(day: date) -> str:
    """A day inside a sentence: 2026年3月31日; in English 2026-03-31, as it is typed here."""
    return told(Label(day.isoformat(), f"{day.year}年{day.month}月{day.day}日"))


def listed(words: Iterable[str]) -> str:
    """Names one after the other: 起草、征求意见."""
    return gettext(", ").join(words)


def labelled(label: object, text: object) -> str:
    """What is said, after what it is about: 理由：重复立项."""
    return gettext("%(label)s: %(text)s") % {"label": label, "text": text}


def with_aside(text: object, aside: object) -> str:
    """A text and something more about it: 2026年第一季度（2026年3月31日）."""
    return gettext("%(text)s (%(aside)s)") % {"text": text, "aside": aside}

"""The letters: one function each, from the facts kept in the notification to the finished message.

A letter says nothing that is not in its notification, so it can be shown again as it was sent.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from email.message import EmailMessage
from email.utils import parseaddr
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from django.template.loader import render_to_string
from django.urls import reverse

from tracker.mail.message import assemble, domain_of, mailbox, moment, one_line, shortened, unstructured
from tracker.models import Notification
from tracker.stop_links import stop_link
from tracker.wording import day_in_words, target_in_words
from workflows.calendar import TargetDate
from workflows.states import Label, Precision

SUBJECT_TITLE = 90
"""Characters of a title that a subject line shows."""

_LISTED = {"en": "Standards pipeline reminders", "zh-hans": "标准项目提醒"}
Facts = Mapping[str, Any]


def compose(notification: Notification) -> EmailMessage:
    """The letter of this notification. Raises whatever is wrong with its facts or its template."""
    return LETTERS[Notification.Kind(notification.kind)](notification)


def deadline_reminder(notification: Notification) -> EmailMessage:
    """A deadline is near, or past: what is due and when, of which project, why this letter came and how to stop it.

    Speaks from the day ``on`` of the facts; "in 30 days" counts from there, as does "10 days overdue".
    """
    facts = notification.context
    words = _words(facts, notification.why)
    render = partial(_rendered, "deadline_reminder", facts["language"], words)
    headers = _headers(notification, one_line(render("subject")))
    boundary = f"={notification.pk.hex}="
    return assemble(headers, render("txt"), render("html"), language=facts["language"], boundary=boundary)


LETTERS: Mapping[Notification.Kind, Callable[[Notification], EmailMessage]] = {
    Notification.Kind.REMINDER: deadline_reminder,
}


def _rendered(letter: str, language: str, words: Facts, part: str) -> str:
    return render_to_string(f"mail/{letter}.{language}.{part}", {**words})


def _words(facts: Facts, why: list[Facts]) -> dict[str, Any]:
    language, project, deadline = facts["language"], facts["project"], facts["deadline"]
    titles = [one_line(project["title_zh"]), one_line(project["title"])]
    title = next(filter(None, titles if language.startswith("zh") else reversed(titles)), "–")
    due, on = date.fromisoformat(deadline["due"]), date.fromisoformat(facts["on"])
    return {
        "name": one_line(facts["to"]["name"]),
        "title": title,
        "short_title": shortened(title, SUBJECT_TITLE),
        "numbers": [one_line(number) for number in project["numbers"]],
        "standing": _told(language, project["state"]),
        "stage": _told(language, project["stage"]),
        "committees": [_told(language, committee) for committee in project["committees"]],
        "stated": _stated(deadline).in_language(language) if deadline["precision"] != Precision.DAY else "",
        "due": day_in_words(due).in_language(language),
        "left": (due - on).days,
        "late": (on - due).days,
        "next": _day(language, facts["next"]),
        "link": facts["site"] + reverse("web:project", args=[project["id"]]),
        "reasons": [_reason(facts, reason) for reason in why],
        "stop": _stop(facts, why),
    }


def _told(language: str, label: Facts | None) -> str:
    return one_line(Label(label["en"], label["zh"] or label["en"]).in_language(language)) if label else ""


def _day(language: str, day: str | None) -> str:
    return day_in_words(date.fromisoformat(day)).in_language(language) if day else ""


def _stated(deadline: Facts) -> Label:
    first, last = date.fromisoformat(deadline["start"]), date.fromisoformat(deadline["due"])
    return target_in_words(TargetDate(deadline["text"], Precision(deadline["precision"]), first, last))


def _reason(facts: Facts, reason: Facts) -> dict[str, str]:
    since = datetime.fromisoformat(reason["since"]).astimezone(ZoneInfo(facts["zone"])).date()
    return {
        "committee": _told(facts["language"], reason["committee"]),
        "since": day_in_words(since).in_language(facts["language"]),
        "stop": stop_link([reason["watch"]], facts["site"]),
    }


def _stop(facts: Facts, why: list[Facts]) -> str:
    return stop_link((reason["watch"] for reason in why), facts["site"])


def _headers(notification: Notification, subject: str) -> dict[str, str]:
    facts = notification.context
    sender, language, to = facts["sender"], facts["language"], facts["to"]
    domain, thread = domain_of(sender), f"<project-{facts['project']['id']}@{domain_of(sender)}>"
    if notification.dated is None:
        raise ValueError(f"The notification {notification} has no date yet; it gets one when it is leased.")
    return {
        "From": mailbox("From", *parseaddr(sender)),
        "To": mailbox("To", to["name"], to["email"]),
        "Subject": unstructured("Subject", subject),
        "Date": moment(notification.dated),
        "Message-ID": notification.message_id,
        "In-Reply-To": thread,
        "References": thread,
        "List-Id": f"{unstructured('List-Id', _LISTED[language])} <reminders.{domain}>",
        "List-Unsubscribe": f"<{_stop(facts, notification.why)}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
    }

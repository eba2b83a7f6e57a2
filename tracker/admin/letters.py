"""Notifications under /admin/: to whom what was owed, what became of it, and each letter as it was sent."""

import hashlib
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from standards.models import Deadline
from tracker.admin.labels import target_name
from tracker.admin.paging import LongList
from tracker.admin.records import ReadOnly
from tracker.mail import compose
from tracker.models import Notification
from tracker.templatetags.pages import moment

# The letter's own styles stand in it, and its frame inherits the policy of the page around it.
LETTER_POLICY = (
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; object-src 'none'; "
    "base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
)
SHOWN_HEADERS = ("From", "To", "Subject", "Date", "Message-ID", "References", "List-Id", "List-Unsubscribe",
                 "List-Unsubscribe-Post", "Auto-Submitted", "Content-Language")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter to look at. ``as_sent`` is None where none was sent, else whether it is the same to the byte."""

    headers: tuple[tuple[str, str], ...]
    text: str
    html: str
    as_sent: bool | None


@admin.register(Notification)
class NotificationAdmin(LongList, ReadOnly):
    """The newest first. Nothing is edited here: the rows prove what was sent."""

    list_display = ("planned", "watcher", "about", "step", "outcome")
    list_filter = ("state",)
    search_fields = ("watcher__email", "watcher__name", "project__title", "project__title_zh", "message_id")
    search_help_text = _("An address, a name, words of a project's title, or a Message-ID")
    ordering = ("-planned_at", "pk")
    sortable_by = ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Notification]:
        visible = Notification.objects.visible_to(request.user)
        return visible.select_related("watcher", "project").defer("context", "why")

    @admin.display(description=_("planned"))
    def planned(self, notification: Notification) -> SafeString:
        return moment(notification.planned_at)

    @admin.display(description=_("project"))
    def about(self, notification: Notification) -> str:
        return Truncator(str(notification.project or "–")).chars(100)

    @admin.display(description=_("reminder"))
    def step(self, notification: Notification) -> str:
        return rung_in_words(notification.rung)

    @admin.display(description=_("what became of it"))
    def outcome(self, notification: Notification) -> SafeString:
        """The state, with the moment it was sent or the reason it was not, and what the mail server last said."""
        state, said = notification.get_state_display(), Truncator(notification.smtp_reply).chars(80)
        if notification.sent_at:
            return format_html("{} {}", state, moment(notification.sent_at))
        why = notification.get_reason_display() or said
        return format_html('{}<div class="quiet">{}</div>', state, why) if why else format_html("{}", state)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        notification = self.get_object(request, object_id)
        if notification is None:
            raise Http404(gettext("There is no notification with this id."))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": gettext("Notification"),
            "notification": notification,
            "deadline": deadline_in_words(notification.deadline),
            "step": rung_in_words(notification.rung),
            "tries": notification.tries.order_by("at", "pk"),
            "letter": letter_of(notification),
        }
        response = TemplateResponse(request, "admin/tracker/notification/change_form.html", context)
        response.headers["Content-Security-Policy"] = LETTER_POLICY
        return response


def letter_of(notification: Notification) -> Letter | None:
    """The letter, written anew from the facts kept; None where none was written or it cannot be written."""
    if not notification.context:
        return None
    sent = notification.content_hash
    notification.dated = notification.dated or notification.planned_at
    try:
        message = compose(notification)
    except Exception:  # noqa: BLE001 - whatever is wrong with a letter, the page about it is shown
        return None
    as_sent = hashlib.sha256(message.as_bytes()).hexdigest() == sent if sent else None
    return Letter(tuple(_headers(message)), _part(message, "plain"), _part(message, "html"), as_sent)


def _headers(message: EmailMessage) -> list[tuple[str, str]]:
    """The headers as a mail program shows them: unfolded and decoded."""
    return [(name, str(message[name])) for name in SHOWN_HEADERS if name in message]


def _part(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    content: str = part.get_content() if isinstance(part, EmailMessage) else ""
    return content


def deadline_in_words(deadline: Deadline | None) -> str:
    """What is due and when, "planned publication Q1 2026"; empty where there is no deadline."""
    return f"{deadline.get_kind_display()} {target_name(deadline.text)}" if deadline else ""


def rung_in_words(name: str) -> str:
    """A rung for people: "30 days before", "on the day", "7 days overdue"."""
    if name in ("", "0"):
        return gettext("on the day") if name else "–"
    days = int(name.lstrip("+"))
    words = (
        ngettext("%(days)d day overdue", "%(days)d days overdue", days)
        if name.startswith("+")
        else ngettext("%(days)d day before", "%(days)d days before", days)
    )
    return words % {"days": days}

"""Who wants to hear of what, and every message owed to them: the row is the promise, and afterwards the proof.

A ``Notification`` is never deleted. ``tracker.reminders`` writes them, ``tracker.outbox`` alone moves them on.
"""

import re
import uuid
import zoneinfo
from functools import cache
from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from standards.clock import database_now
from standards.models import Committee, Deadline, Project
from tracker.doubts import Doubt
from tracker.jobs import Job, JobFile, JobRow
from tracker.querysets import LEASED, WAITING, NotificationQuerySet, WatcherQuerySet, WatchQuerySet
from tracker.tokens import ApiToken

# Django looks for models here; those of jobs, doubts and tokens stand in modules of their own.
__all__ = [
    "ApiToken",
    "Attempt",
    "Doubt",
    "Heartbeat",
    "Job",
    "JobFile",
    "JobRow",
    "Notification",
    "Watch",
    "Watcher",
]

ADDRESS_LIMIT = 254
"""Characters of an address that SMTP can carry (RFC 5321, section 4.5.3.1.3, without its angle brackets)."""

REPLY_LIMIT = 500
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def normal_address(address: str) -> str:
    """The one form of an address: no space around it, the domain in lower case and in ASCII (as DNS has it).

    What is no address at all comes back trimmed, for ``valid_address`` to refuse.
    """
    local, at, domain = address.strip().rpartition("@")
    try:
        return f"{local}{at}{domain.encode('idna').decode().lower()}"
    except UnicodeError:
        return address.strip()


def valid_address(address: str) -> None:
    """Raise ``ValidationError`` for what no mail can be sent to, saying what is wrong."""
    if _UNPRINTABLE.search(address):
        raise ValidationError(_("There is a line break or another invisible character in the address; remove it."))
    if len(address) > ADDRESS_LIMIT:
        raise ValidationError(
            _("The address has %(length)d characters; mail servers take at most %(limit)d."),
            params={"length": len(address), "limit": ADDRESS_LIMIT},
        )
    if not address.rpartition("@")[0].isascii():
        raise ValidationError(_("Before the @ the address may hold only plain letters, digits and signs."))
    validate_email(address)


def one_line(text: str) -> None:
    """Raise ``ValidationError`` for a name that could forge a mail header."""
    if _UNPRINTABLE.search(text):
        raise ValidationError(_("There is a line break or another invisible character in it; write it in one line."))


@cache
def known_zones() -> frozenset[str]:
    """The names of the tz database that stand for a place or for UTC."""
    return frozenset(zoneinfo.available_timezones()) - {"Factory", "localtime"}


def valid_zone(name: str) -> None:
    """Raise ``ValidationError`` for a time zone that does not exist."""
    if name not in known_zones():
        raise ValidationError(
            _("There is no time zone “%(name)s”. Write one as Asia/Shanghai or Europe/Berlin."), params={"name": name}
        )


def default_zone() -> str:
    return settings.TIME_ZONE


class Language(models.TextChoices):
    ENGLISH = "en", _("English")
    CHINESE = "zh-hans", _("Chinese")


class Watcher(models.Model):
    """A person who gets mail. No login: who holds a stop link may stop what the link stands for."""

    email = models.CharField(_("e-mail"), max_length=ADDRESS_LIMIT, validators=[valid_address])
    name = models.CharField(
        pgettext_lazy("person", "name"), max_length=100, blank=True, default="", validators=[one_line]
    )
    language = models.CharField(_("language"), max_length=10, choices=Language.choices, default=Language.ENGLISH)
    time_zone = models.CharField(_("time zone"), max_length=64, default=default_zone, validators=[valid_zone])
    active = models.BooleanField(
        _("active"), default=True, help_text=_("Somebody who is not active gets no mail, whatever they watch.")
    )
    created_at = models.DateTimeField(_("added"), default=database_now, editable=False)

    objects = WatcherQuerySet.as_manager()

    class Meta:
        verbose_name = _("watcher")
        verbose_name_plural = _("watchers")
        constraints: ClassVar = [
            models.UniqueConstraint(
                Lower("email"),
                name="one_watcher_an_address",
                violation_error_message=_("There is a watcher with this address already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} <{self.email}>" if self.name else self.email

    def clean_fields(self, exclude: Any = None) -> None:
        self._tidy()
        super().clean_fields(exclude)

    def save(self, *args: Any, **kwargs: Any) -> None:
        self._tidy()
        super().save(*args, **kwargs)

    def _tidy(self) -> None:
        self.email, self.name = normal_address(self.email), self.name.strip()


class Watch(models.Model):
    """What one watcher wants to hear of: one project, or all projects of a committee and of the groups below it.

    It is never deleted: stopping it keeps who heard of what, and why. Watching again is another row.
    """

    watcher = models.ForeignKey(Watcher, models.CASCADE, related_name="watches", verbose_name=_("watcher"))
    project = models.ForeignKey(
        Project, models.PROTECT, null=True, blank=True, related_name="watches", verbose_name=_("project")
    )
    committee = models.ForeignKey(
        Committee,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="watches",
        verbose_name=_("committee with its groups"),
    )
    since = models.DateTimeField(_("since"), default=database_now, editable=False)
    stopped_at = models.DateTimeField(_("stopped"), null=True, blank=True, editable=False)

    objects = WatchQuerySet.as_manager()

    class Meta:
        verbose_name = _("watch")
        verbose_name_plural = _("watches")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(project__isnull=False) ^ Q(committee__isnull=False),
                name="watch_on_a_project_or_a_committee",
                violation_error_message=_("Choose either a project or a committee to watch."),
            ),
            models.UniqueConstraint(
                fields=["watcher", "project"],
                condition=Q(stopped_at=None, project__isnull=False),
                name="project_watched_once",
                violation_error_message=_("This project is watched already."),
            ),
            models.UniqueConstraint(
                fields=["watcher", "committee"],
                condition=Q(stopped_at=None, committee__isnull=False),
                name="committee_watched_once",
                violation_error_message=_("This committee is watched already."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.project or self.committee)


class Notification(models.Model):
    """One message owed to one person; the key makes sure that it is owed once.

    ``due_at`` is the moment of its rung, ``planned_at`` when the promise was made, ``next_at`` when it may be tried.
    ``context`` holds the facts of the letter, from which it can be shown again as it was sent, ``why`` the watches that
    brought it. ``message_id`` and ``dated`` stay the same however often it is tried, so that a repeat can be
    recognised. ``begun_at`` is set just before the letter goes over the wire: a lease that lapses with it set may have
    been sent. ``content_hash`` is the SHA-256 of the letter's bytes.
    """

    class Kind(models.TextChoices):
        REMINDER = "reminder", _("reminder")

    class State(models.TextChoices):
        PENDING = "pending", _("waiting")
        LEASED = "leased", _("being sent")
        RETRY = "retry", _("to be tried again")
        UNCERTAIN = "uncertain", _("perhaps sent, to be tried again")
        SENT = "sent", _("sent")
        SUPERSEDED = "superseded", _("superseded")
        DROPPED = "dropped", _("not sent any more")
        FAILED = "failed", _("failed")

    class Reason(models.TextChoices):
        """Why one that is superseded, dropped or failed was not sent."""

        NEARER = "nearer", _("a nearer reminder of the same deadline took its place")
        MOVED = "moved", _("the deadline was moved")
        CLOSED = "closed", _("the deadline is met or dropped")
        NEW_WATCH = "new_watch", _("its day was past when the watch began")
        STOPPED = "stopped", _("the watch was stopped")
        INACTIVE = "inactive", _("the watcher is not active")
        ON_HOLD = "on_hold", _("the project is on hold")
        ENDED = "ended", _("the project has ended")
        EMBARGOED = "embargoed", _("the project is embargoed")
        UNWRITABLE = "unwritable", _("the letter could not be written")
        REFUSED = "refused", _("the mail server refused it")
        GIVEN_UP = "given_up", _("it was tried too often")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key = models.CharField(_("key"), max_length=200, unique=True)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    watcher = models.ForeignKey(
        Watcher, models.PROTECT, related_name="notifications", verbose_name=pgettext_lazy("letter", "to")
    )
    # The index on deadline, watcher and due_at begins with it.
    deadline = models.ForeignKey(
        Deadline, models.PROTECT, null=True, related_name="notifications", db_index=False, verbose_name=_("deadline")
    )
    generation = models.PositiveIntegerField(null=True)
    project = models.ForeignKey(
        Project, models.PROTECT, null=True, related_name="notifications", verbose_name=_("project")
    )
    rung = models.CharField(_("rung"), max_length=10, blank=True, default="")
    due_at = models.DateTimeField(_("due at"))
    planned_at = models.DateTimeField(_("planned at"), db_index=True)
    state = models.CharField(_("state"), max_length=12, choices=State.choices, default=State.PENDING)
    reason = models.CharField(_("reason"), max_length=12, choices=Reason.choices, blank=True, default="")
    why = models.JSONField(_("why it came"), default=list)
    context = models.JSONField(_("facts"), default=dict)
    message_id = models.CharField(_("Message-ID"), max_length=300, unique=True)
    dated = models.DateTimeField(_("dated"), null=True)
    next_at = models.DateTimeField(_("next try"), null=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    lease_until = models.DateTimeField(null=True)
    lease_token = models.UUIDField(null=True)
    begun_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(_("sent at"), null=True)
    smtp_reply = models.CharField(_("mail server's answer"), max_length=REPLY_LIMIT, blank=True, default="")
    content_hash = models.CharField(max_length=64, blank=True, default="")

    objects = NotificationQuerySet.as_manager()

    class Meta:
        verbose_name = _("notification")
        verbose_name_plural = _("notifications")
        indexes: ClassVar = [
            models.Index(fields=["next_at"], condition=Q(state__in=WAITING), name="mail_by_next_try"),
            models.Index(fields=["lease_until"], condition=Q(state=LEASED), name="mail_by_lease"),
            models.Index(fields=["deadline", "watcher", "due_at"], name="mail_of_a_deadline"),
        ]

    def __str__(self) -> str:
        return self.key


class Attempt(models.Model):
    """One try to send a notification, and what came of it. Rows are added and never changed."""

    class Outcome(models.TextChoices):
        SENT = "sent", _("accepted by the mail server")
        DEFERRED = "deferred", _("put off by the mail server")
        REFUSED = "refused", _("refused by the mail server")
        CUT_OFF = "cut_off", _("the connection broke before the letter was handed over")
        UNCERTAIN = "uncertain", _("the connection broke before the answer came")
        VANISHED = "vanished", _("the worker vanished")
        UNWRITABLE = "unwritable", _("the letter could not be written")

    notification = models.ForeignKey(Notification, models.PROTECT, related_name="tries", verbose_name=_("notification"))
    at = models.DateTimeField(_("at"))
    outcome = models.CharField(_("outcome"), max_length=12, choices=Outcome.choices)
    reply = models.CharField(_("answer"), max_length=REPLY_LIMIT, blank=True, default="")
    worker = models.CharField(_("worker"), max_length=100, blank=True, default="")

    class Meta:
        verbose_name = _("attempt")
        verbose_name_plural = _("attempts")

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} {self.get_outcome_display()}"


class Heartbeat(models.Model):
    """When something that must happen again and again last happened, and what it has to say."""

    class Name(models.TextChoices):
        PLANNING = "planning", _("planning")
        DELIVERY = "delivery", _("delivery")

    name = models.CharField(max_length=20, primary_key=True, choices=Name.choices)
    at = models.DateTimeField(_("at"))
    trouble = models.CharField(_("trouble"), max_length=REPLY_LIMIT, blank=True, default="")

    class Meta:
        verbose_name = _("heartbeat")
        verbose_name_plural = _("heartbeats")

    def __str__(self) -> str:
        return f"{self.get_name_display()} {self.at:%Y-%m-%d %H:%M:%S}"

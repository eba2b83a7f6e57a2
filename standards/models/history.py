"""The append-only history and its head."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from standards.models.committees import Committee
from standards.models.projects import Project
from standards.querysets import ChangeQuerySet


class HistoryHead(models.Model):
    """The one row that numbers Changes and holds the end of their chain. Locked last, by ``standards.history``.

    ``epoch`` is new for every database that is made or restored, so that a reader can tell them apart.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    rev = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64, blank=True, default="")
    recorded_at = models.DateTimeField(null=True)
    epoch = models.UUIDField(default=uuid.uuid4)

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=Q(id=1), name="one_history_head")]


class Change(models.Model):
    """One append-only entry of the history; database triggers refuse to update or delete it.

    ``effective_on`` is the day it happened at the body (None where the source does not say), ``recorded_at`` the
    moment it was written here. ``delta`` maps each changed field to ``[old, new]``; ``snapshot`` holds the subject's
    facts after it: codes, slugs, ids and dates.
    """

    class Kind(models.TextChoices):
        REGISTERED = "registered", _("registered")
        MOVED = "moved", _("moved")
        EDITED = "edited", _("edited")
        COMMITTEE = "committee", _("committee changed")

    rev = models.BigIntegerField(primary_key=True)
    project = models.ForeignKey(Project, models.PROTECT, null=True, related_name="changes", verbose_name=_("project"))
    committee = models.ForeignKey(Committee, models.PROTECT, null=True, related_name="changes")
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    verb = models.CharField(_("verb"), max_length=30, blank=True, default="")
    from_state = models.CharField(_("from"), max_length=20, blank=True, default="")
    to_state = models.CharField(_("to"), max_length=20, blank=True, default="")
    effective_on = models.DateField(_("effective on"), null=True)
    recorded_at = models.DateTimeField(_("recorded at"))
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="changes", verbose_name=_("by")
    )
    note = models.TextField(_("note"), blank=True, default="")
    source = models.CharField(_("source"), max_length=300, blank=True, default="")
    override = models.TextField(_("gates overridden because"), blank=True, default="")
    overridden = models.JSONField(default=list)
    facts = models.JSONField(default=dict)
    delta = models.JSONField(default=dict)
    snapshot = models.JSONField(default=dict)
    previous_hash = models.CharField(max_length=64, blank=True, default="")
    hash = models.CharField(max_length=64)

    objects = ChangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("change")
        verbose_name_plural = _("changes")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(project__isnull=False) ^ Q(committee__isnull=False), name="change_has_one_subject"
            )
        ]
        indexes: ClassVar = [models.Index(fields=["project", "-rev"], name="changes_of_a_project")]

    def __str__(self) -> str:
        return f"{self.rev} {self.kind} {self.verb}".strip()

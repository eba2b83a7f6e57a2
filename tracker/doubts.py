"""Doubtful entries of the register, as staff see them: found again every day, gone when mended, dismissed by a person.

``standards.doubts`` finds them; ``tracker.doubt_search`` keeps the rows in line with what is found.
"""

from datetime import datetime
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from standards.clock import database_now
from standards.doubts import DoubtKind
from standards.models import Committee, Project, ProjectCommittee
from standards.querysets import sees_embargoed

REASON_LIMIT = 1000


class DoubtQuerySet(models.QuerySet["Doubt"]):
    def visible_to(self, person: Any) -> Self:
        """Only doubts about projects that this person may know of, both of them where there are two."""
        if sees_embargoed(person):
            return self
        return self.filter(project__embargoed=False).exclude(other__embargoed=True)

    def open(self) -> Self:
        return self.filter(dismissed_at=None)

    def dismissed(self) -> Self:
        return self.exclude(dismissed_at=None)

    def in_committee(self, slug: str) -> Self:
        """Doubts about projects of that committee or of any group below it."""
        inside = Committee.objects.subtree(slug).values("pk")
        return self.filter(Exists(ProjectCommittee.objects.filter(project=OuterRef("project"), committee__in=inside)))


class Doubt(models.Model):
    """One entry that looks wrong. ``facts`` are what the doubt is about, and ``fingerprint`` stands for them.

    Other facts are another doubt: a dismissed one comes back when what it was about changes, and only then.
    """

    class Kind(models.TextChoices):
        MALFORMED_NUMBER = DoubtKind.MALFORMED_NUMBER.value, _("malformed number")
        DOUBTFUL_NUMBER = DoubtKind.DOUBTFUL_NUMBER.value, _("doubtful number")
        SAME_NUMBER = DoubtKind.SAME_NUMBER.value, _("one number on two projects")
        SAME_TITLE = DoubtKind.SAME_TITLE.value, _("possible duplicate")
        NO_TARGET = DoubtKind.NO_TARGET.value, _("no target")
        STAGE_OVERDUE = DoubtKind.STAGE_OVERDUE.value, _("stage older than its limit")
        NO_PUBLISHED_NUMBER = DoubtKind.NO_PUBLISHED_NUMBER.value, _("published without number")

    kind = models.CharField(_("what"), max_length=30, choices=Kind.choices)
    project = models.ForeignKey(Project, models.CASCADE, related_name="doubts", verbose_name=_("project"))
    other = models.ForeignKey(
        Project, models.CASCADE, null=True, related_name="doubts_of_others", verbose_name=_("other project")
    )
    facts = models.JSONField(default=dict)
    fingerprint = models.CharField(max_length=64, unique=True)
    found_at = models.DateTimeField(_("found"), default=database_now)
    dismissed_at = models.DateTimeField(_("dismissed"), null=True)
    dismissed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="doubts_dismissed", verbose_name=_("by")
    )
    dismissed_because = models.CharField(_("because"), max_length=REASON_LIMIT, blank=True, default="")

    objects = DoubtQuerySet.as_manager()

    class Meta:
        verbose_name = _("doubtful entry")
        verbose_name_plural = _("doubtful entries")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(dismissed_at=None, dismissed_because="")
                | (Q(dismissed_at__isnull=False) & ~Q(dismissed_because="")),
                name="doubt_dismissed_with_a_reason",
            )
        ]
        indexes: ClassVar = [models.Index(fields=["kind", "-id"], name="doubts_of_a_kind")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.project}"

    def dismiss(self, *, by: Any, because: str, now: datetime) -> bool:
        """Say that this entry is right as it is, and why. False where somebody did so already, or it is gone."""
        return bool(
            Doubt.objects.open()
            .filter(pk=self.pk)
            .update(dismissed_at=now, dismissed_by=by, dismissed_because=because[:REASON_LIMIT])
        )

    def reopen(self) -> None:
        """Take the dismissal back."""
        Doubt.objects.filter(pk=self.pk).update(dismissed_at=None, dismissed_by=None, dismissed_because="")

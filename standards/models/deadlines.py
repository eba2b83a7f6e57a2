"""What is due."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from standards.models.projects import Project
from standards.querysets import DeadlineQuerySet
from workflows.states import PRECISION_LABELS, Precision


class Deadline(models.Model):
    """Something due. ``due`` is the last day on which it is in time; ``generation`` grows when that day changes."""

    class Kind(models.TextChoices):
        TARGET = "target", _("planned publication")

    class Basis(models.TextChoices):
        RULE = "rule", _("rule of the procedure")
        PLAN = "plan", _("plan")
        HAND = "hand", _("set by hand")

    class Status(models.TextChoices):
        OPEN = "open", _("open")
        MET = "met", _("met")
        DROPPED = "dropped", _("dropped")

    project = models.ForeignKey(Project, models.PROTECT, related_name="deadlines", verbose_name=_("project"))
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    basis = models.CharField(_("basis"), max_length=10, choices=Basis.choices)
    precision = models.CharField(
        _("precision"), max_length=10, choices=[(p.value, PRECISION_LABELS[p].en) for p in Precision]
    )
    text = models.CharField(_("as stated"), max_length=40)
    start = models.DateField(_("from"))
    due = models.DateField(_("due"))
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.OPEN)
    generation = models.PositiveIntegerField(default=1)
    opened_at = models.DateTimeField(_("known since"))
    closed_on = models.DateField(_("closed on"), null=True, blank=True)

    objects = DeadlineQuerySet.as_manager()

    class Meta:
        verbose_name = _("deadline")
        verbose_name_plural = _("deadlines")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["project", "kind"], condition=Q(status="open"), name="one_open_deadline_of_a_kind"
            )
        ]
        indexes: ClassVar = [models.Index(fields=["due"], condition=Q(status="open"), name="open_deadlines_by_due")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.text}"

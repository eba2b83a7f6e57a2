"""Bodies and their committees, with what sources say of them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from standards.models.naming import PATH_LIMIT, Named, in_chinese, long_text
from standards.querysets import CommitteeQuerySet


class Body(Named):
    """An organisation that issues standards: SAC, ISO/IEC JTC 1, IEEE SA, CESA, MIIT."""

    rev = models.BigIntegerField(default=0, editable=False)

    class Meta:
        verbose_name = _("body")
        verbose_name_plural = _("bodies")


class CommitteeKind(models.TextChoices):
    TC = "tc", _("technical committee")
    SC = "sc", _("subcommittee")
    WG = "wg", _("working group")
    JOINT = "joint", _("joint group")


class Committee(Named):
    """A committee or group of a body; committees form a tree. ``path`` holds the slugs from the root down to it."""

    body = models.ForeignKey(Body, models.PROTECT, related_name="committees", verbose_name=_("body"))
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("part of")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=CommitteeKind.choices, default=CommitteeKind.WG)
    reference = models.CharField(_("reference"), max_length=80, blank=True, default="")
    aliases = models.JSONField(_("also written"), default=list, blank=True)
    secretariat_name = models.CharField(_("secretariat"), max_length=200, blank=True, default="")
    secretariat_email = models.EmailField(_("secretariat's e-mail"), blank=True, default="")
    path = models.CharField(max_length=PATH_LIMIT, editable=False, default="", db_index=True)
    rev = models.BigIntegerField(default=0, editable=False)

    objects = CommitteeQuerySet.as_manager()

    class Meta:
        verbose_name = _("committee")
        verbose_name_plural = _("committees")


class CommitteeFact(models.Model):
    """One dated, sourced statement about a committee: a count, a meeting, a next step, an open issue."""

    class Kind(models.TextChoices):
        COUNT = "count", _("count")
        MEETING = "meeting", _("meeting")
        ORGANISATION = "organisation", _("organisation")
        NEXT_STEP = "next_step", _("next step")
        ISSUE = "issue", _("open issue")
        TAKEAWAY = "takeaway", _("key takeaway")

    committee = models.ForeignKey(Committee, models.PROTECT, related_name="facts", verbose_name=_("committee"))
    key = models.CharField(_("key"), max_length=120, unique=True)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    label = models.CharField(_("label"), max_length=300, blank=True, default="")
    label_zh = models.CharField(_("Chinese label"), max_length=300, blank=True, default="")
    value = models.IntegerField(_("value"), null=True, blank=True)
    text = long_text(_("text"))
    text_zh = long_text(_("Chinese text"))
    starts_on = models.DateField(_("from"), null=True, blank=True)
    ends_on = models.DateField(_("until"), null=True, blank=True)
    stated_on = models.DateField(_("as of"))
    source = models.CharField(_("source"), max_length=300)
    position = models.IntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("committee fact")
        verbose_name_plural = _("committee facts")

    def __str__(self) -> str:
        zh = in_chinese()
        label = (self.label_zh if zh else "") or self.label
        return label or ((self.text_zh if zh else "") or self.text)[:80]

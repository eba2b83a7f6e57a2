"""Projects, and what belongs to one: committees, numbers, links, origins."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from standards.models.committees import Body, Committee
from standards.models.naming import TITLE_LIMIT, in_chinese, long_text
from standards.pipeline import Pipeline
from standards.querysets import ProjectQuerySet
from workflows.library import Stage, Track, UnknownStage, track
from workflows.states import LEVEL_LABELS, NUMBER_KIND_LABELS, PRECISION_LABELS, Level, NumberKind, Precision, State


class Project(Pipeline):
    """One standard project, from idea to withdrawal; it keeps its id when its number or title changes.

    ``since`` is the day it entered its state at the body, ``target_due`` the last day of the period it is planned
    for, both calendar days without a zone. ``rev`` is the revision of its latest Change.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    title = models.CharField(_("title"), max_length=TITLE_LIMIT)
    title_zh = models.CharField(_("Chinese title"), max_length=TITLE_LIMIT, blank=True, default="")
    track_code = models.CharField(_("track"), max_length=40, db_index=True)
    level = models.CharField(
        _("level"), max_length=20, choices=[(level.value, LEVEL_LABELS[level].en) for level in Level]
    )
    deliverable = models.CharField(_("deliverable"), max_length=40)
    body = models.ForeignKey(Body, models.PROTECT, related_name="projects", verbose_name=_("body"))
    stage_code = models.CharField(_("stage"), max_length=20, blank=True, default="", editable=False)
    round = models.PositiveSmallIntegerField(_("round"), default=1, editable=False)
    since = models.DateField(_("since"), null=True, blank=True, editable=False)
    target_text = models.CharField(_("target"), max_length=40, blank=True, default="")
    target_precision = models.CharField(
        max_length=10, blank=True, default="", choices=[(p.value, PRECISION_LABELS[p].en) for p in Precision]
    )
    target_start = models.DateField(null=True, blank=True)
    target_due = models.DateField(_("target due"), null=True, blank=True, db_index=True)
    comment_from = models.DateField(_("comment from"), null=True, blank=True)
    comment_until = models.DateField(_("comment until"), null=True, blank=True)
    comment_url = models.CharField(_("where to comment"), max_length=500, blank=True, default="")
    published_on = models.DateField(_("published on"), null=True, blank=True)
    in_force_on = models.DateField(_("in force on"), null=True, blank=True)
    note = long_text(_("note"))
    responsible = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="responsible_for",
        verbose_name=_("responsible person"),
    )
    embargoed = models.BooleanField(_("embargoed"), default=False)
    committees: "models.ManyToManyField[Committee, ProjectCommittee]" = models.ManyToManyField(
        Committee, through="ProjectCommittee", related_name="projects", verbose_name=_("committees")
    )
    rev = models.BigIntegerField(default=0, editable=False, db_index=True)
    updated_at = models.DateTimeField(_("updated"), null=True, editable=False)

    objects = ProjectQuerySet.as_manager()

    class Meta:
        verbose_name = _("project")
        verbose_name_plural = _("projects")
        permissions: ClassVar = [
            ("move_project", _("Can move projects through the procedure")),
            ("override_gate", _("Can move a project past a shut gate, with a reason")),
            ("view_embargoed", _("Can see embargoed projects")),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(state__in=[s.value for s in State]), name="project_state_is_known"),
            models.CheckConstraint(
                condition=Q(comment_until__gte=F("comment_from")), name="comment_period_ends_after_it_starts"
            ),
            models.CheckConstraint(condition=~Q(title=""), name="project_has_a_title"),
        ]
        indexes: ClassVar = [models.Index(fields=["state", "rev"], name="projects_of_a_state")]

    def __str__(self) -> str:
        return self.title_zh if self.title_zh and in_chinese() else self.title

    @property
    def track(self) -> Track:
        """The procedure this project follows. Raises ``UnknownTrack`` where its file is gone."""
        return track(self.track_code)

    @property
    def stage(self) -> Stage | None:
        """The body's own stage it stands at, or None where the body has none for its state."""
        try:
            return self.track.stage(self.stage_code) if self.stage_code else None
        except UnknownStage:
            return None


class ProjectCommittee(models.Model):
    """A project is worked on in one or several committees; the first one leads."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="assignments")
    committee = models.ForeignKey(Committee, models.PROTECT, related_name="assignments")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["project", "committee"], name="project_in_a_committee_once")
        ]


class Number(models.Model):
    """An identifier of a project: ``value`` in the official form, ``raw`` as it was written, kept to the letter."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="numbers")
    kind = models.CharField(_("kind"), max_length=20, choices=[(k.value, NUMBER_KIND_LABELS[k].en) for k in NumberKind])
    value = models.CharField(_("number"), max_length=200, db_index=True)
    raw = models.CharField(_("as written"), max_length=200)
    valid = models.BooleanField(_("well-formed"), default=True)
    problem = models.CharField(_("what is wrong with it"), max_length=500, blank=True, default="")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("number")
        verbose_name_plural = _("numbers")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["project", "kind", "value"], name="number_once_a_project")
        ]

    def __str__(self) -> str:
        return self.value


class Relation(models.TextChoices):
    POSSIBLE_DUPLICATE = "possible_duplicate_of", _("possible duplicate of")
    SUPERSEDED_BY = "superseded_by", _("superseded by")
    SUPERSEDES = "supersedes", _("supersedes")
    RELATED = "related_to", _("related to")

    @property
    def inverse(self) -> "Relation":
        """The same relation as the other end tells it."""
        return {
            Relation.SUPERSEDED_BY: Relation.SUPERSEDES,
            Relation.SUPERSEDES: Relation.SUPERSEDED_BY,
        }.get(self, self)


class Link(models.Model):
    """What a project has to do with another one, or with a page elsewhere."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="links")
    rel = models.CharField(_("relation"), max_length=40, choices=Relation.choices)
    other = models.ForeignKey(Project, models.PROTECT, null=True, blank=True, related_name="linked_from")
    url = models.CharField(max_length=500, blank=True, default="")

    class Meta:
        verbose_name = _("link")
        verbose_name_plural = _("links")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["project", "rel", "other"], condition=Q(other__isnull=False), name="link_once"
            ),
            models.UniqueConstraint(
                fields=["project", "rel", "url"], condition=Q(other__isnull=True), name="link_to_a_page_once"
            ),
            models.CheckConstraint(condition=~Q(project=F("other")), name="link_leads_elsewhere"),
        ]

    def __str__(self) -> str:
        return f"{self.get_rel_display()}: {self.other or self.url}"


class Origin(models.Model):
    """The key a source has for a project: how an import run again finds what it brought the last time."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="origins")
    source = models.CharField(_("source"), max_length=120)
    key = models.CharField(_("key"), max_length=200)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["source", "key"], name="origin_once")]

    def __str__(self) -> str:
        return f"{self.source} {self.key}"

"""What the tracker knows: bodies, committees, projects, their numbers and deadlines, and the history of it all.

Nothing here is written by hand: projects change through ``standards.edits`` and ``standards.transitions`` alone, and
every such change adds a ``Change``.
"""

import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from standards.pipeline import Pipeline
from standards.querysets import ChangeQuerySet, CommitteeQuerySet, DeadlineQuerySet, ProjectQuerySet
from workflows.library import Stage, Track, UnknownStage, track
from workflows.states import LEVEL_LABELS, NUMBER_KIND_LABELS, PRECISION_LABELS, Level, NumberKind, Precision, State

TITLE_LIMIT = 1000
TEXT_LIMIT = 20_000


def in_chinese() -> bool:
    return (get_language() or "").startswith("zh")


def long_text(label: Any) -> "models.TextField[str, str]":
    return models.TextField(label, blank=True, default="", validators=[MaxLengthValidator(TEXT_LIMIT)])


class Named(models.Model):
    """Something with a slug that never changes and a name in two languages."""

    slug = models.SlugField(_("slug"), max_length=80, unique=True)
    name = models.CharField(_("name"), max_length=300)
    name_zh = models.CharField(_("Chinese name"), max_length=300, blank=True, default="")

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name_zh if self.name_zh and in_chinese() else self.name


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
    path = models.CharField(max_length=1000, editable=False, default="", db_index=True)
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

"""Work that takes longer than a page should: what is to be done, how far it is, and what came of it.

The row is the promise: a job whose worker was killed is taken up again by the next one. ``tracker.work`` runs jobs.
"""

import hashlib
import uuid
from datetime import datetime, timedelta
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from standards.clock import database_now

FILE_LIMIT = 50 * 1024 * 1024
"""Bytes of a file that a job may bring along; it lies in the database, where web and workers both find it."""

DECIDE_WITHIN = timedelta(days=30)
"""So long a job waits for a decision before it is given up."""
ROWS_KEPT = timedelta(days=90)
"""So long after its end a job keeps its file and what is said of its rows; what came of it stays for good."""


BAD = "bad"
"""The outcome of a row that could not be done; its content has ``label`` and ``problems``."""


class JobQuerySet(models.QuerySet["Job"]):
    def visible_to(self, person: Any) -> Self:
        """One's own jobs; those of others for whoever may view jobs."""
        return self if person.has_perm("tracker.view_job") else self.filter(by=person)

    def free(self, now: datetime) -> Self:
        """Jobs that a worker may take up: waiting, or left behind by a worker not heard of in time."""
        return self.filter(Q(state="waiting") | Q(state="running", lease_until__lt=now))

    def in_hand(self, now: datetime) -> Self:
        """Jobs that a living worker is busy with."""
        return self.filter(state="running", lease_until__gte=now)

    def held_under(self, token: uuid.UUID) -> Self:
        """The job of whoever holds this token, and of nobody since."""
        return self.filter(state="running", lease_token=token)

    def unfinished(self) -> Self:
        return self.filter(state__in=UNFINISHED)

    def newest_first(self) -> Self:
        return self.order_by("-created_at", "-pk")


class Job(models.Model):
    """One piece of long work. ``done`` of ``total`` counts rows or steps, ``total`` 0 while that is not known.

    ``asking`` waits for a person, everything else for workers. ``parameters`` say what is to be done, ``result`` what
    came of it; both belong to the kind. ``problem`` says why it failed, in the ``language`` of whoever asked for it.
    """

    class Kind(models.TextChoices):
        REGISTER = "register", _("upload of a register")
        DOUBTS = "doubts", _("search for what looks wrong")

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting for a worker")
        RUNNING = "running", _("at work")
        ASKING = "asking", _("waiting for your decision")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")
        CANCELLED = "cancelled", _("cancelled")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    subject = models.CharField(_("subject"), max_length=200, blank=True, default="")
    state = models.CharField(_("state"), max_length=12, choices=State.choices, default=State.WAITING)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="jobs", verbose_name=_("asked for by")
    )
    language = models.CharField(max_length=10, blank=True, default="")
    parameters = models.JSONField(default=dict)
    result = models.JSONField(default=dict)
    problem = models.TextField(_("problem"), blank=True, default="")
    done = models.PositiveIntegerField(_("done"), default=0)
    total = models.PositiveIntegerField(_("of"), default=0)
    created_at = models.DateTimeField(_("asked for"), default=database_now)
    started_at = models.DateTimeField(_("started"), null=True)
    finished_at = models.DateTimeField(_("finished"), null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    cancel_requested = models.BooleanField(default=False)
    lease_until = models.DateTimeField(null=True)
    lease_token = models.UUIDField(null=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state="running") ^ Q(lease_token=None), name="only_a_running_job_is_in_somebodys_hands"
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["created_at"], condition=Q(state__in=("waiting", "running")), name="jobs_to_be_run"),
            models.Index(fields=["-created_at"], name="jobs_newest_first"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.subject}".strip()

    @property
    def is_over(self) -> bool:
        return self.state not in UNFINISHED


UNFINISHED = (Job.State.WAITING, Job.State.RUNNING, Job.State.ASKING)


class JobFile(models.Model):
    """The file that a job works on, apart from it so that lists of jobs need not carry it."""

    job = models.OneToOneField(Job, models.CASCADE, related_name="file")
    name = models.CharField(max_length=200)
    content = models.BinaryField()
    digest = models.CharField(max_length=64)


class JobRow(models.Model):
    """What is to be said of one row of a job's file: ``outcome`` and ``content`` belong to the kind of job.

    ``rank`` sorts what a person must see first before the rest; ``number`` is that of the row in the file.
    """

    job = models.ForeignKey(Job, models.CASCADE, related_name="rows", db_index=False)
    number = models.PositiveIntegerField()
    rank = models.PositiveSmallIntegerField()
    outcome = models.CharField(max_length=20)
    content = models.JSONField(default=dict)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["job", "number"], name="one_word_on_a_row")]
        indexes: ClassVar = [
            models.Index(fields=["job", "rank", "number"], name="rows_of_a_job"),
            models.Index(fields=["job", "outcome", "number"], name="rows_of_a_job_by_outcome"),
        ]


class FileTooLarge(ValueError):
    """A file that no job takes; ``str()`` says what it may be."""


@transaction.atomic
def ask_for(kind: Job.Kind, *, by: Any, state: Job.State = Job.State.WAITING, **fields: Any) -> Job:
    """A new job of this kind, for workers to take up or, with ``state`` asking, for its owner to decide on."""
    return Job.objects.create(kind=kind, by=by, state=state, language=get_language() or "", **fields)


def refuse_large(size: int) -> None:
    """Raise ``FileTooLarge`` for more bytes than a job takes."""
    if size > FILE_LIMIT:
        raise FileTooLarge(
            gettext("The file is larger than %(limit)d MB. Split it, or remove pictures and sheets not needed.")
            % {"limit": FILE_LIMIT // 1024 // 1024}
        )


def attach(job: Job, name: str, content: bytes) -> JobFile:
    """Keep a file with its job. Raises ``FileTooLarge``."""
    refuse_large(len(content))
    return JobFile.objects.create(job=job, name=name[-200:], content=content, digest=digest_of(content))


def digest_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def cancel(job: Job) -> bool:
    """Ask that the job be given up: at once where nobody works on it, else at its next pause. False when it is over."""
    idle = (Job.State.WAITING, Job.State.ASKING)
    stopped = Job.objects.filter(pk=job.pk, state__in=idle).update(
        state=Job.State.CANCELLED, finished_at=database_now(), cancel_requested=True
    )
    return bool(stopped or Job.objects.filter(pk=job.pk, state=Job.State.RUNNING).update(cancel_requested=True))


def tidy(now: datetime) -> None:
    """Give up what nobody has decided on, and let go of old files, rows and nightly searches."""
    undecided = Job.objects.filter(state=Job.State.ASKING, created_at__lt=now - DECIDE_WITHIN)
    undecided.update(state=Job.State.CANCELLED, finished_at=now)
    old = Job.objects.filter(finished_at__lt=now - ROWS_KEPT)
    JobRow.objects.filter(job__in=old).delete()
    JobFile.objects.filter(job__in=old).delete()
    old.filter(kind=Job.Kind.DOUBTS, by=None).delete()

"""Jobs under /admin/: how far long work is, what came of it, what went wrong row by row, and giving it up."""

import csv
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.core.paginator import Paginator
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from standards.importers.formulas import guard
from standards.models import Project
from tracker.admin.filters import Narrowing
from tracker.admin.paging import LongList
from tracker.admin.records import ReadOnly
from tracker.admin.telling import person_name
from tracker.jobs import BAD, Job, JobRow, cancel
from tracker.templatetags.pages import moment

ROWS_ON_A_PAGE = 100
READERS = ("view", "change", "move", "add")
LOOK_AGAIN = 3
"""Seconds after which the page of a job that is not over looks again."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of what came of a job: what, how many, and where to see them."""

    label: str
    count: int
    url: str = ""


RESULTS: dict[str, Callable[[Job], list[Line]]] = {}
"""What came of a job in words, for each kind that has something to say."""

NEXT_STEPS: dict[str, Callable[[Job], str]] = {}
"""Where the person decides whom a job of this kind waits for."""


class StateFilter(Narrowing):
    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(state.value, capfirst(state.label)) for state in Job.State]

    def narrow(self, queryset: QuerySet, value: str) -> QuerySet:
        return queryset.filter(state=value)


class KindFilter(Narrowing):
    title = _("kind")
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(kind.value, capfirst(kind.label)) for kind in Job.Kind]

    def narrow(self, queryset: QuerySet, value: str) -> QuerySet:
        return queryset.filter(kind=value)


class JobAdmin(LongList, ReadOnly):
    """One's own jobs, newest first; those of others for whoever may view jobs."""

    list_display = ("named", "standing", "far", "who", "created", "finished")
    list_display_links = ("named",)
    list_filter = (StateFilter, KindFilter)
    ordering = ("-created_at", "-pk")
    sortable_by = ()

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return may_see_projects(request.user)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return may_see_projects(request.user)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Job]:
        return Job.objects.visible_to(request.user).select_related("by").defer("parameters", "result")

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        cancelling: Callable[..., Any] = view(require_POST(self.cancel_view))
        errors: Callable[..., Any] = view(self.errors_view)
        return [
            path("<uuid:pk>/cancel/", cancelling, name="tracker_job_cancel"),
            path("<uuid:pk>/errors.csv", errors, name="tracker_job_errors"),
            *super().get_urls(),
        ]

    @admin.display(description=_("job"))
    def named(self, job: Job) -> str:
        return capfirst(str(job))

    @admin.display(description=_("state"))
    def standing(self, job: Job) -> str:
        return standing(job)

    @admin.display(description=_("progress"), empty_value="–")
    def far(self, job: Job) -> str | None:
        return f"{job.done:,} / {job.total:,}" if job.total else None

    @admin.display(description=_("asked for by"))
    def who(self, job: Job) -> str:
        return person_name(job.by)

    @admin.display(description=_("asked for"))
    def created(self, job: Job) -> SafeString:
        return moment(job.created_at)

    @admin.display(description=_("finished"), empty_value="–")
    def finished(self, job: Job) -> SafeString | None:
        return moment(job.finished_at) if job.finished_at else None

    def visible_job(self, request: HttpRequest, pk: Any) -> Job:
        """The job, if this person may see it. Raises ``Http404``."""
        found = Job.objects.visible_to(request.user).select_related("by").filter(pk=_id(pk)).first()
        if found is None or not self.has_view_permission(request):
            raise Http404(_no_job())
        return found

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        job = self.visible_job(request, object_id)
        errors = job.rows.filter(outcome=BAD).order_by("number")
        page = Paginator(errors, ROWS_ON_A_PAGE).get_page(request.GET.get("page"))
        page.object_list = told_to(request.user, page.object_list)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": capfirst(job.get_kind_display()),
            "subtitle": job.subject,
            "job": job,
            "standing": standing(job),
            "next_step": next_step(job) if job.by_id == request.user.pk else "",
            "look_again": LOOK_AGAIN,
            "who": person_name(job.by),
            "results": RESULTS[job.kind](job) if job.kind in RESULTS and job.result else (),
            "errors": page,
        }
        return TemplateResponse(request, "admin/tracker/job/job.html", context)

    def cancel_view(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        job = self.visible_job(request, pk)
        if cancel(job):
            messages.success(request, gettext("It is being given up. What is written by now stays written."))
        else:
            messages.info(request, gettext("It was over already."))
        return HttpResponseRedirect(job_url(job))

    def errors_view(self, request: HttpRequest, pk: UUID) -> StreamingHttpResponse:
        job = self.visible_job(request, pk)
        answer = StreamingHttpResponse(error_lines(job, request.user), content_type="text/csv; charset=utf-8")
        answer.headers["Content-Disposition"] = f'attachment; filename="errors-{job.pk}.csv"'
        return answer


def _no_job() -> str:
    return gettext("There is no job with this id.")


def _id(text: Any) -> UUID:
    try:
        return text if isinstance(text, UUID) else UUID(text)
    except ValueError:
        raise Http404(_no_job()) from None


def may_see_projects(person: Any) -> bool:
    """Whoever may do anything with projects may look at lists about them."""
    return any(person.has_perm(f"standards.{verb}_project") for verb in READERS)


def job_url(job: Job) -> str:
    return reverse("admin:tracker_job_change", args=[job.pk])


def job_link(job: Job) -> SafeString:
    return format_html('<a href="{}">{}</a>', job_url(job), capfirst(str(job)))


def next_step(job: Job) -> str:
    """Where its owner goes on with a job that waits for a decision; empty where it does not."""
    asked = job.state == Job.State.ASKING and job.kind in NEXT_STEPS
    return NEXT_STEPS[job.kind](job) if asked else ""


def standing(job: Job) -> str:
    """The state in words; a running job that is to be given up says so."""
    if job.state == Job.State.RUNNING and job.cancel_requested:
        return gettext("being given up")
    return job.get_state_display()


class _Echo:
    """Gives back what a csv.writer writes, so that a file is sent line by line."""

    def write(self, line: str) -> str:
        return line


def error_lines(job: Job, reader: Any) -> Iterator[str]:
    """The job's errors as lines of CSV with a mark that Excel knows: row, what it is known by, problem."""
    writer = csv.writer(_Echo())
    yield "\ufeff" + writer.writerow([gettext("row"), gettext("which"), gettext("problem")])
    errors = job.rows.filter(outcome=BAD).order_by("number").iterator()
    while some := list(islice(errors, ROWS_ON_A_PAGE)):
        for row in told_to(reader, some):
            for problem in row.content["problems"]:
                cells = (str(row.number), str(row.content["label"]), str(problem))
                yield writer.writerow([guard(cell) for cell in cells])


def told_to(reader: Any, rows: Iterable[JobRow]) -> list[JobRow]:
    """Rows with errors as this reader may know of them: of a project that they may not see only that there is one."""
    told = list(rows)
    about = {row.content["project"] for row in told if row.content.get("project")}
    visible = set(map(str, Project.objects.visible_to(reader).filter(pk__in=about).values_list("pk", flat=True)))
    for row in told:
        if row.content.get("project") and row.content["project"] not in visible:
            row.content = {"label": gettext("a project you may not see"), "problems": ["–"]}
    return told

"""Bringing a register in: upload the file, say what its columns mean, look at what would change, and confirm it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from standards.importers.headings import template
from standards.importers.plan import WRITES, Action
from standards.models import Committee
from standards.permissions import may_register
from standards.refusals import Refused
from standards.speech import told
from tracker.admin.filters import indented
from tracker.admin.jobs import NEXT_STEPS, RESULTS, ROWS_ON_A_PAGE, JobAdmin, Line, job_url
from tracker.admin.register_words import COLUMN_LABELS, action_name, told_rows
from tracker.jobs import FileTooLarge, Job
from tracker.register_files import SMALL, Asked, Layout, Step, begin, choose_columns, earlier_sources, hand_over, layout
from tracker.work import run_here
from workflows.library import library

SIMILAR = "similar"


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody has said of a file's columns: their meanings by place, and values for rows that say nothing."""

    meanings: Mapping[int, str]
    fixed: Mapping[str, str]


class UploadForm(forms.Form):
    """The file, and what is to be known of it before it is read."""

    file = forms.FileField(
        label=_("File"),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.xlsx"}),
        help_text=_(
            "CSV (UTF-8 or GB18030) or Excel (.xlsx), at most 50 MB. Nothing is written before you confirm it."
        ),
    )
    source = forms.CharField(
        label=_("Which register is it?"),
        max_length=120,
        help_text=_("The same name each time: its columns and the ids in it are remembered under this name."),
        widget=forms.TextInput(attrs={"list": "sources", "autocomplete": "off"}),
    )
    create_committees = forms.BooleanField(label=_("Add committees that are not known yet"), required=False)
    skip_bad = forms.BooleanField(
        label=_("Leave out rows with errors, instead of refusing the file because of them"), required=False
    )


@admin.register(Job)
class RegisterAdmin(JobAdmin):
    """Jobs, with the pages on which a register is brought in."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        upload: Callable[..., Any] = view(self.upload_view)
        empty: Callable[..., Any] = view(self.template_view)
        columns: Callable[..., Any] = view(self.columns_view)
        preview: Callable[..., Any] = view(self.preview_view)
        confirm: Callable[..., Any] = view(require_POST(self.confirm_view))
        return [
            path("upload/", upload, name="tracker_job_upload"),
            path("template.csv", empty, name="tracker_job_template"),
            path("<uuid:pk>/columns/", columns, name="tracker_job_columns"),
            path("<uuid:pk>/preview/", preview, name="tracker_job_preview"),
            path("<uuid:pk>/confirm/", confirm, name="tracker_job_confirm"),
            *super().get_urls(),
        ]

    def draw(self, request: HttpRequest, name: str, context: dict[str, Any], status: int = 200) -> TemplateResponse:
        everything = {**self.admin_site.each_context(request), "opts": self.opts, **context}
        return TemplateResponse(request, f"admin/tracker/register/{name}.html", everything, status=status)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return super().changelist_view(request, {"may_upload": may_register(request.user), **(extra_context or {})})

    def upload_view(self, request: HttpRequest) -> HttpResponse:
        if not may_register(request.user):
            raise PermissionDenied
        form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
        if request.method == "POST" and form.is_valid() and (job := self._begin(request, form)):
            return HttpResponseRedirect(_url("columns", job))
        status = 400 if form.errors else 200
        context = {"title": gettext("Upload a register"), "form": form, "sources": earlier_sources()}
        return self.draw(request, "upload", context, status)

    def template_view(self, request: HttpRequest) -> HttpResponse:
        """An empty register with every column, its headings in both languages."""
        answer = HttpResponse(template(), content_type="text/csv; charset=utf-8")
        answer.headers["Content-Disposition"] = 'attachment; filename="register.csv"'
        return answer

    def _begin(self, request: HttpRequest, form: UploadForm) -> Job | None:
        """The job that the upload has become; None where it is refused, with the reason in the form."""
        said = form.cleaned_data
        asked = Asked(said["source"], said["create_committees"], said["skip_bad"])
        try:
            return begin(said["file"], asked, by=request.user, on=localdate())
        except (Refused, FileTooLarge) as refusal:
            form.add_error("file", str(refusal))
            return None

    def _own_upload(self, request: HttpRequest, pk: UUID) -> Job:
        """The upload, for whoever it waits for. Raises ``Http404`` or ``PermissionDenied``."""
        job = self.visible_job(request, pk)
        if job.kind != Job.Kind.REGISTER or job.by_id != request.user.pk or not may_register(request.user):
            raise PermissionDenied
        return job

    def columns_view(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        job = self._own_upload(request, pk)
        if job.state != Job.State.ASKING:
            return HttpResponseRedirect(job_url(job))
        said = request.POST or request.GET
        try:
            found = layout(job, sheet=said.get("sheet", ""), line=_number(said.get("line", "")))
            if request.method == "POST":
                return self._choose(request, job, found)
        except Refused as refusal:
            return self._columns_page(request, job, layout(job), str(refusal))
        return self._columns_page(request, job, found)

    def _choose(self, request: HttpRequest, job: Job, found: Layout) -> HttpResponse:
        said = Said(
            {column.place: _meaning(request, column.place) for column in found.columns},
            {name: request.POST.get(f"fixed-{name}", "")[:200] for name in ("track", "committee")},
        )
        try:
            chosen = choose_columns(job, found, meanings=said.meanings, fixed=said.fixed)
        except Refused as refusal:
            return self._columns_page(request, job, found, str(refusal), said)
        return self._go_on(chosen)

    def _columns_page(
        self, request: HttpRequest, job: Job, found: Layout, problem: str = "", said: Said | None = None
    ) -> HttpResponse:
        said = said or Said({}, job.parameters["mapping"].get("fixed", {}))
        context = {
            "title": gettext("What the columns mean"),
            "subtitle": job.subject,
            "job": job,
            "layout": found,
            "columns": [(column, said.meanings.get(column.place, column.meaning)) for column in found.columns],
            "choices": list(COLUMN_LABELS.items()),
            "fixed": said.fixed,
            "tracks": [(track.code, told(track.name)) for track in library().values()],
            "committees": [(each.slug, indented(each)) for each in Committee.objects.in_tree_order()],
            "errors": problem,
        }
        return self.draw(request, "columns", context, 400 if problem else 200)

    def _go_on(self, job: Job) -> HttpResponse:
        """Do what is small at once, leave the rest to a worker; then to the page on which it goes on."""
        job = run_here(job) if job.parameters["small"] else job
        return HttpResponseRedirect(_next_step(job) if job.state == Job.State.ASKING else job_url(job))

    def preview_view(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """What would be done with each row; afterwards, what was done."""
        job = self.visible_job(request, pk)
        if job.kind != Job.Kind.REGISTER or "counts" not in job.result:
            return HttpResponseRedirect(job_url(job))
        chosen = request.GET.get("only", "")
        rows = _rows(job, chosen)
        page = Paginator(rows, ROWS_ON_A_PAGE).get_page(request.GET.get("page"))
        context = {
            "title": gettext("What would change") if job.state == Job.State.ASKING else gettext("Row by row"),
            "subtitle": job.subject,
            "job": job,
            "result": job.result,
            "asking": job.state == Job.State.ASKING,
            "own": job.by_id == request.user.pk,
            "counts": _counts(job),
            "chosen": chosen,
            "writes": sum(job.result["counts"][action] for action in WRITES),
            "bad": job.result["counts"][Action.BAD],
            "skip_bad": job.parameters["skip_bad"],
            "page": page,
            "rows": told_rows(job, list(page.object_list), request.user),
        }
        return self.draw(request, "preview", context)

    def confirm_view(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        job = self._own_upload(request, pk)
        skip_bad = job.parameters["skip_bad"] or "skip_bad" in request.POST
        try:
            _refuse_unseen(job, request.POST.get("digest", ""), skip_bad=skip_bad)
            small = sum(job.result["counts"][action] for action in WRITES) <= SMALL and job.parameters["small"]
            confirmed = {"confirmed": job.result["digest"], "skip_bad": skip_bad, "small": small}
            job = hand_over(job, step=Step.WRITE, **confirmed)
        except Refused as refusal:
            messages.error(request, str(refusal))
            return HttpResponseRedirect(_url("preview", job))
        return self._go_on(job)


def _refuse_unseen(job: Job, digest: str, *, skip_bad: bool) -> None:
    """Raise ``Refused`` where what was looked at is not what the job would do."""
    if job.result.get("digest") != digest or not digest:
        raise Refused(gettext("This is not the preview that you confirmed. Look at it again."))
    if job.result.get("lacking"):
        raise Refused(job.result["lacking"])
    if job.result["counts"][Action.BAD] and not skip_bad:
        raise Refused(gettext("There are rows with errors: mend the file, or leave those rows out."))


def _rows(job: Job, chosen: str) -> Any:
    rows = job.rows.order_by("rank", "number")
    if chosen == SIMILAR:
        return rows.exclude(content__similar=[])
    return rows.filter(outcome=chosen) if chosen in set(Action) else rows


def _counts(job: Job) -> list[tuple[str, str, int]]:
    """How many rows of each action there are, as (filter, words, count); of those unchanged there is no list."""
    counts = job.result["counts"]
    found = [(action.value, action_name(action), counts[action]) for action in Action]
    return [*found, (SIMILAR, gettext("Possible duplicates"), job.result.get("similar", 0))]


def _meaning(request: HttpRequest, place: int) -> str:
    said = request.POST.get(f"column-{place}", "")
    return said if said in COLUMN_LABELS else ""


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 10 else 0


def _url(page: str, job: Job) -> str:
    return reverse(f"admin:tracker_job_{page}", args=[job.pk])


def _next_step(job: Job) -> str:
    return _url("preview" if "counts" in job.result else "columns", job)


def _results(job: Job) -> list[Line]:
    """What was written, and what was not."""
    if "registered" not in job.result:
        return []
    result, counts = job.result, job.result["counts"]
    written = [
        (gettext("registered"), result["registered"], Action.NEW),
        (gettext("changed"), result["changed"], Action.CHANGED),
        (gettext("moved"), result["moved"], Action.MOVED),
        (gettext("with errors, not written"), result["left_out"] + result["failed"], Action.BAD),
        (gettext("to be looked at, not written"), counts[Action.FLAGGED], Action.FLAGGED),
        (gettext("repeated in the file"), counts[Action.REPEATED], Action.REPEATED),
    ]
    lines = [Line(label, count, f"{_url('preview', job)}?only={action}") for label, count, action in written]
    lines += [Line(gettext("unchanged"), counts[Action.UNCHANGED])]
    lines += [Line(gettext("committees added"), result["committees_made"])]
    return [line for line in lines if line.count] or [Line(gettext("changes"), 0)]


NEXT_STEPS[Job.Kind.REGISTER] = _next_step
RESULTS[Job.Kind.REGISTER] = _results

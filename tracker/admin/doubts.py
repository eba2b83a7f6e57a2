"""What looks wrong, under /admin/: each entry with its reason and the place where it is mended, or dismissed."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from standards.clock import database_now, day_of
from standards.models import Project
from standards.permissions import may_edit
from tracker.admin.doubt_words import place_to_mend, why
from tracker.admin.filters import CommitteeFilter, Narrowing
from tracker.admin.jobs import RESULTS, Line, job_url, may_see_projects
from tracker.admin.pages import project_url
from tracker.admin.paging import LongList
from tracker.admin.records import ReadOnly
from tracker.admin.telling import person_name
from tracker.doubts import REASON_LIMIT, Doubt, DoubtQuerySet
from tracker.jobs import Job, ask_for
from tracker.templatetags.pages import day
from tracker.work import run_here

SMALL = 2000
"""Projects up to which a search is done while its asker waits."""


class KindFilter(Narrowing):
    title = _("what")
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(kind.value, capfirst(kind.label)) for kind in Doubt.Kind]

    def narrow(self, queryset: QuerySet, value: str) -> QuerySet:
        return queryset.filter(kind=value)


class CommitteeOfDoubt(CommitteeFilter):
    def narrow(self, queryset: Any, value: str) -> Any:
        return queryset.in_committee(value)


class DismissedFilter(Narrowing):
    """Open ones, unless the dismissed ones are asked for."""

    title = _("dismissed")
    parameter_name = "dismissed"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("no", gettext("Open")), ("yes", gettext("Dismissed"))]

    def choices(self, changelist: Any) -> Any:
        """Without the usual “All” in front: here nothing chosen means the open ones."""
        for value, title in self.lookup_choices:
            address = changelist.get_query_string({self.parameter_name: value})
            yield {"selected": (self.value() or "no") == value, "query_string": address, "display": title}

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.dismissed() if self.value() == "yes" else queryset.open()


class DismissForm(forms.Form):
    """Why an entry is right as it is."""

    because = forms.CharField(
        label=_("Why is it right as it is?"),
        max_length=REASON_LIMIT,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Everybody who looks at the dismissed entries reads this."),
    )


@admin.register(Doubt)
class DoubtAdmin(LongList, ReadOnly):
    """Open ones, the newest first."""

    list_display = ("what", "of_project", "because", "mend", "found", "decision")
    list_display_links = None
    list_filter = (DismissedFilter, KindFilter, CommitteeOfDoubt)
    ordering = ("-pk",)
    sortable_by = ()

    class Media:
        css = {"all": ("tracker/jobs.css",)}

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return may_see_projects(request.user)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return may_see_projects(request.user)

    def get_queryset(self, request: HttpRequest) -> DoubtQuerySet:
        found = Doubt.objects.visible_to(request.user).select_related("project", "other", "dismissed_by")
        return found.prefetch_related("project__numbers", "other__numbers")

    def get_urls(self) -> list[URLPattern]:
        look: Any = self.admin_site.admin_view(require_POST(self.look_view))
        return [path("look/", look, name="tracker_doubt_look"), *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        title = gettext("What looks wrong")
        return super().changelist_view(request, {"title": title, "latest": latest_search(), **(extra_context or {})})

    @admin.display(description=_("what"))
    def what(self, doubt: Doubt) -> str:
        return capfirst(doubt.get_kind_display())

    @admin.display(description=_("project"))
    def of_project(self, doubt: Doubt) -> SafeString:
        return _project_link(doubt.project)

    @admin.display(description=_("why"))
    def because(self, doubt: Doubt) -> SafeString:
        other = format_html("<div>{}</div>", _project_link(doubt.other)) if doubt.other else ""
        return format_html("{}{}", why(doubt), other)

    @admin.display(description=_("mend it"))
    def mend(self, doubt: Doubt) -> SafeString:
        return mending_link(doubt)

    @admin.display(description=_("found"))
    def found(self, doubt: Doubt) -> SafeString:
        return day(day_of(doubt.found_at))

    @admin.display(description=_("decision"))
    def decision(self, doubt: Doubt) -> SafeString:
        if doubt.dismissed_at is None:
            return format_html('<a href="{}">{}</a>', doubt_url(doubt), gettext("Dismiss…"))
        by = gettext("dismissed by %(who)s") % {"who": person_name(doubt.dismissed_by)}
        return format_html('<a href="{}">{}</a><div>{}</div>', doubt_url(doubt), by, doubt.dismissed_because)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        doubt = self._visible(request, object_id)
        form = DismissForm(request.POST if request.method == "POST" else None)
        if request.method == "POST":
            if not self._may_decide(request, doubt):
                raise PermissionDenied
            if "reopen" in request.POST:
                return self._reopen(request, doubt)
            if form.is_valid():
                return self._dismiss(request, doubt, form.cleaned_data["because"])
        return self._page(request, doubt, form)

    def _visible(self, request: HttpRequest, object_id: str) -> Doubt:
        pk = int(object_id) if object_id.isdecimal() and len(object_id) < 19 else 0
        doubt = self.get_queryset(request).filter(pk=pk).first()
        if doubt is None or not self.has_view_permission(request):
            raise Http404(gettext("There is no such entry; it may have been mended by now."))
        return doubt

    def _may_decide(self, request: HttpRequest, doubt: Doubt) -> bool:
        return may_edit(request.user, doubt.project)

    def _page(self, request: HttpRequest, doubt: Doubt, form: DismissForm) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": capfirst(doubt.get_kind_display()),
            "subtitle": str(doubt.project),
            "doubt": doubt,
            "why": why(doubt),
            "mending": mending_link(doubt),
            "dismissed_by": person_name(doubt.dismissed_by),
            "may_decide": self._may_decide(request, doubt),
            "form": form,
        }
        return TemplateResponse(request, "admin/tracker/doubt/doubt.html", context)

    def _dismiss(self, request: HttpRequest, doubt: Doubt, because: str) -> HttpResponse:
        if doubt.dismiss(by=request.user, because=because, now=database_now()):
            messages.success(request, gettext("Dismissed. It comes back when the facts it is about change."))
        else:
            messages.warning(request, gettext("Somebody else has dismissed it already; their reason stays."))
        return HttpResponseRedirect(list_url(doubt.kind))

    def _reopen(self, request: HttpRequest, doubt: Doubt) -> HttpResponse:
        doubt.reopen()
        messages.success(request, gettext("It is among the open ones again."))
        return HttpResponseRedirect(list_url(doubt.kind))

    def look_view(self, request: HttpRequest) -> HttpResponse:
        """Search now: at once where that is quick, else as a job, of which there is one at a time."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        job = Job.objects.unfinished().filter(kind=Job.Kind.DOUBTS).first()
        job = job or ask_for(Job.Kind.DOUBTS, by=request.user)
        if Project.objects.all()[: SMALL + 1].count() <= SMALL:
            job = run_here(job)
        if job.state != Job.State.DONE:
            return HttpResponseRedirect(job_url(job) if job.by_id == request.user.pk else list_url())
        messages.success(request, _told(job))
        return HttpResponseRedirect(list_url())


def _told(job: Job) -> str:
    new, gone = job.result["new"], job.result["gone"]
    found = ngettext("%(count)d new entry looks wrong", "%(count)d new entries look wrong", new) % {"count": new}
    mended = ngettext("%(count)d is mended.", "%(count)d are mended.", gone) % {"count": gone}
    return f"{found}; {mended}"


def latest_search() -> Job | None:
    """The last search that came to its end."""
    done = Job.objects.filter(kind=Job.Kind.DOUBTS, state=Job.State.DONE)
    return done.order_by("-finished_at").first()


def doubt_url(doubt: Doubt) -> str:
    return reverse("admin:tracker_doubt_change", args=[doubt.pk])


def list_url(kind: str = "") -> str:
    address = reverse("admin:tracker_doubt_changelist")
    return f"{address}?kind={kind}" if kind else address


def mending_link(doubt: Doubt) -> SafeString:
    """Where on the project's page the entry is mended."""
    anchor, label = place_to_mend(doubt)
    return format_html('<a href="{}#{}">{}</a>', project_url(doubt.project), anchor, label)


def _project_link(project: Project) -> SafeString:
    """The project's title with its first number, by which two of one title are told apart."""
    number = next(iter(sorted(project.numbers.all(), key=lambda each: (each.position, each.pk))), None)
    quiet = format_html('<div class="quiet">{}</div>', number.raw) if number else ""
    return format_html('<a href="{}">{}</a>{}', project_url(project), project, quiet)


def _results(job: Job) -> list[Line]:
    """How many entries of each kind look wrong, and how many are new and gone."""
    kinds = job.result.get("kinds", {})
    lines = [Line(str(kind.label), kinds[kind.value], list_url(kind.value)) for kind in Doubt.Kind if kinds.get(kind)]
    return [*lines, Line(gettext("new"), job.result.get("new", 0)), Line(gettext("mended"), job.result.get("gone", 0))]


RESULTS[Job.Kind.DOUBTS] = _results

"""One project for staff: where it stands, what can be done now, and its facts to edit."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.safestring import SafeString
from django.utils.timezone import localdate
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from standards.edits import edit
from standards.models import Change, Deadline, Number, Project, Relation
from standards.number_faults import told_fault
from standards.permissions import may_edit
from standards.querysets import sees_embargoed
from standards.refusals import BadFacts, NotPermitted, Refused, Stale
from standards.snapshots import project_snapshot
from standards.speech import listed
from tracker.admin.history_page import entries, page_of_history
from tracker.admin.labels import track_name
from tracker.admin.options_panel import panel
from tracker.admin.pages import ProjectPages, project_url, recorded
from tracker.admin.project_forms import EditForm, changed_twice, initial_facts, merged
from tracker.admin.project_list import due_in_list
from tracker.admin.telling import FactLine, Names, Teller, fact_names
from tracker.stagebar import Step, stage_bar
from tracker.wording import target_in_words
from workflows.calendar import parse_target
from workflows.states import Label

FIELDSETS: list[tuple[Any, dict[str, Any]]] = [
    (None, {"fields": ["expected_rev", "title", "title_zh", "numbers", "target"]}),
    (_("Who works on it"), {"fields": ["lead", "others", "responsible"]}),
    (_("Public comment"), {"fields": ["comment_from", "comment_until", "comment_url"]}),
    (_("Publication"), {"fields": ["deliverable", "published_on", "in_force_on"]}),
    (_("Note and links"), {"fields": ["note", "links_gone", "link_rel", "link_to", "embargoed"]}),
    (_("For the history"), {"fields": ["on", "why", "source"]}),
]
_SHOWN_ELSEWHERE = ("state", "stage", "since", "on_hold", "cancelled_from")


class ProjectPage(ProjectPages):
    """The project page's and the history's part of the project's admin."""

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        project = self.visible_project(request, object_id)
        if request.method == "POST":
            return self._save(request, project)
        form = _blank_form(request, project) if may_edit(request.user, project) else None
        return self._page(request, project, form)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        project = self.visible_project(request, object_id)
        changes = page_of_history(project, request.GET.get("page"))
        context = {
            "title": gettext("History"),
            "subtitle": str(project),
            "project": project,
            "changes": changes,
            "entries": entries(changes.object_list, request.user),
        }
        return self.draw(request, "history", context)

    def _page(self, request: HttpRequest, project: Project, form: EditForm | None) -> HttpResponse:
        context = {
            "title": str(project),
            "project": project,
            "numbers": list(project.numbers.all()),
            "track_name": track_name(project.track_code),
            "steps": steps_of(project),
            "target": _target(project),
            "due": _next_due(project),
            "panel": panel(project, request.user, localdate()),
            "form": form,
            "adminform": self.fieldsets_of(form, FIELDSETS) if form else None,
            "errors": form.errors if form else None,
            "facts": () if form else _facts_for_reader(project, request.user),
            "told_by_others": _told_by_others(project, request.user),
            "media": self.media + form.media if form else self.media,
        }
        return self.draw(request, "change_form", context)

    def _save(self, request: HttpRequest, project: Project) -> HttpResponse:
        if not may_edit(request.user, project):
            return self._not_permitted(request, project)
        form = _bound_form(request, project)
        if not form.is_valid():
            return self._page(request, project, form)
        facts = form.facts()
        words = {name: form.cleaned_data[name] for name in ("on", "why", "source", "expected_rev")}
        try:
            change = edit(project, by=request.user, **words, **facts) if facts else None
        except NotPermitted:
            return self._not_permitted(request, project)
        except Stale as refusal:
            return self._stale(request, project, form, refusal)
        except Refused as refusal:
            form.show(refusal.errors if isinstance(refusal, BadFacts) else {"": str(refusal)})
            return self._page(request, project, form)
        self._confirm(request, project, change)
        return HttpResponseRedirect(project_url(project))

    def _stale(self, request: HttpRequest, project: Project, form: EditForm, refusal: Stale) -> HttpResponse:
        """What was typed stays; what was not touched shows what is on record now."""
        now = self.visible_project(request, str(project.pk))
        again = EditForm(merged(request.POST, form, now), **_form_options(request, now, project_snapshot(now)))
        again.is_valid()
        again.add_error(None, f"{refusal.title}. {refusal}")
        for name in changed_twice(form, again):
            again.add_error(name, gettext("Somebody else changed this, too; saving again puts yours in its place."))
        return self._page(request, now, again)

    def _confirm(self, request: HttpRequest, project: Project, change: Change | None) -> None:
        if change is None:
            messages.info(request, gettext("Nothing to save: no fact differs from what is on record."))
            return
        what = gettext("Saved: %(facts)s.") % {"facts": listed(fact_names(change.delta))}
        messages.success(request, recorded(project, change, what))
        warn_of_malformed(request, project)

    def _not_permitted(self, request: HttpRequest, project: Project) -> HttpResponse:
        reason = gettext("You may not change this project. Ask for the permission “change project”.")
        return self.refuse(request, project, str(NotPermitted.title), reason, 403)


def steps_of(project: Project) -> tuple[Step, ...]:
    """The stage bar, with its dates from the history (one query)."""
    moves = (Change.Kind.REGISTERED, Change.Kind.MOVED)
    needed = ("rev", "kind", "from_state", "to_state", "effective_on", "snapshot", "project")
    return stage_bar(project, project.changes.filter(kind__in=moves).only(*needed))


def _target(project: Project) -> Label | None:
    return target_in_words(parse_target(project.target_text)) if project.target_text else None


def _next_due(project: Project) -> SafeString | None:
    deadlines: list[Deadline] = project.open_deadlines  # type: ignore[attr-defined]
    return due_in_list(deadlines[0], localdate()) if deadlines else None


def warn_of_malformed(request: HttpRequest, project: Project) -> None:
    for number in Number.objects.filter(project=project, valid=False).order_by("position", "pk"):
        kept = gettext("“%(number)s” is kept as it is written, and marked as malformed.") % {"number": number.raw}
        messages.warning(request, f"{kept} {told_fault(number.problem)}")


def _blank_form(request: HttpRequest, project: Project) -> EditForm:
    return EditForm(**_form_options(request, project, project_snapshot(project)))


def _bound_form(request: HttpRequest, project: Project) -> EditForm:
    """The form against the facts its sender saw, so that only what that person changed counts as changed."""
    return EditForm(request.POST, **_form_options(request, project, _facts_seen(request, project)))


def _form_options(request: HttpRequest, project: Project, facts: dict[str, Any]) -> dict[str, Any]:
    return {
        "person": request.user,
        "links": project.links.all(),
        "initial": initial_facts(facts) | {"expected_rev": project.rev},
    }


def _facts_seen(request: HttpRequest, project: Project) -> dict[str, Any]:
    seen = request.POST.get("expected_rev", "")
    if not seen.isdecimal() or int(seen) >= project.rev:
        return project_snapshot(project)
    change = project.changes.filter(rev__lte=int(seen)).order_by("-rev").first()
    return change.snapshot if change else project_snapshot(project)


def _facts_for_reader(project: Project, reader: Any) -> list[FactLine]:
    facts = project_snapshot(project)
    return list(Teller(Names.in_facts([facts], reader), project.track_code).lines(facts, leave_out=_SHOWN_ELSEWHERE))


def _told_by_others(project: Project, reader: Any) -> list[tuple[str, Project]]:
    """Links that stand at the other project and lead here, as this end tells them."""
    return [
        (str(Relation(link.rel).inverse.label), link.project)
        for link in project.linked_from.all()
        if sees_embargoed(reader) or not link.project.embargoed
    ]

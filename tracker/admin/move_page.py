"""Moving a project: GET shows the form and what the move needs, POST asks ``perform``."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path
from django.utils.timezone import localdate
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from standards.models import Project
from standards.permissions import may_move, may_override
from standards.refusals import BadFacts, GatesShut, NotPermitted, Refused, Stale
from standards.speech import told
from standards.transitions import Option, options, perform
from tracker.admin.history_page import gate_name
from tracker.admin.labels import stage_of, state_name
from tracker.admin.move_form import MoveForm, first_facts, gates_opened_here
from tracker.admin.options_panel import Panel, panel
from tracker.admin.pages import ProjectPages, project_url, recorded
from workflows.states import VERB_LABELS, Verb


@dataclass(frozen=True, slots=True)
class GateState:
    """One gate of the move before it is tried. ``here``: shut now, and a fact of this form can open it."""

    name: str
    reason: str
    here: bool

    @property
    def is_open(self) -> bool:
        return not self.reason


class MovePage(ProjectPages):
    """The move page's part of the project's admin."""

    def get_urls(self) -> list[URLPattern]:
        wrapped: Callable[..., Any] = self.admin_site.admin_view(self.move_view)
        return [
            path("<str:object_id>/move/<str:verb>/", wrapped, name="standards_project_move"),
            *super().get_urls(),
        ]

    def move_view(self, request: HttpRequest, object_id: str, verb: str) -> HttpResponse:
        project = self.visible_project(request, object_id)
        option = _option(project, verb, request.user)
        if option is None:
            return self._no_such_move(request, project, verb)
        if request.method == "POST":
            return self._move(request, project, option)
        if not option.permitted:
            return self._not_permitted(request, project)
        return self._form(request, project, option, _blank_form(request, project, option))

    def _move(self, request: HttpRequest, project: Project, option: Option) -> HttpResponse:
        form = _bound_form(request.POST, request, project, option)
        if not form.is_valid():
            return self._try_again(request, project, option, form)
        words = form.cleaned_data
        try:
            change = perform(
                project,
                option.verb,
                by=request.user,
                on=words["on"],
                note=words["note"],
                source=words["source"],
                override=words.get("override", ""),
                expected_rev=words["expected_rev"],
                **form.facts(),
            )
        except Refused as refusal:
            return self._refused(request, project, option, form, refusal)
        moved = self.visible_project(request, str(project.pk))
        messages.success(request, recorded(moved, change, _what_was_done(moved, option)))
        return HttpResponseRedirect(project_url(moved))

    def _refused(
        self, request: HttpRequest, project: Project, option: Option, form: MoveForm, refusal: Refused
    ) -> HttpResponse:
        if isinstance(refusal, NotPermitted):
            return self.refuse(request, project, str(refusal.title), str(refusal), 403)
        if isinstance(refusal, BadFacts):
            form.show(refusal.errors)
        elif isinstance(refusal, GatesShut):
            form.add_error(None, gettext("Nothing was recorded: at least one gate below is shut."))
        else:
            form.add_error(None, f"{refusal.title}. {refusal}")
        shut = {gate.gate.value: gate.reason for gate in refusal.shut} if isinstance(refusal, GatesShut) else None
        if isinstance(refusal, Stale):
            form.data = {**request.POST.dict(), "expected_rev": str(refusal.actual)}
        return self._try_again(request, project, option, form, shut)

    def _try_again(
        self,
        request: HttpRequest,
        project: Project,
        option: Option,
        form: MoveForm,
        shut: dict[str, str] | None = None,
    ) -> HttpResponse:
        """The form again with what was typed; for whoever may not move at all, only that answer."""
        if not may_move(request.user, project, option.verb):
            return self._not_permitted(request, project)
        return self._form(request, project, option, form, shut)

    def _form(
        self,
        request: HttpRequest,
        project: Project,
        option: Option,
        form: MoveForm,
        shut: dict[str, str] | None = None,
    ) -> HttpResponse:
        if shut is None:
            shut = {gate.gate.value: gate.reason for gate in option.shut_gates}
        context = {
            "title": told(VERB_LABELS[option.verb]),
            "subtitle": str(project),
            "project": project,
            "option": option,
            "form": form,
            "adminform": self.fieldsets_of(form, _fieldsets(form)),
            "errors": form.errors,
            "gates": _gates(project, option, shut),
            "came_from": (state_name(project.state), stage_of(project)),
            "leads_to": state_name(option.to),
            "stays": option.to == project.state,
            "url": project_url(project),
            "media": self.media + form.media,
        }
        return self.draw(request, "move", context)

    def _not_permitted(self, request: HttpRequest, project: Project) -> HttpResponse:
        reason = gettext("You may not move this project. Ask for the permission “move projects”.")
        return self.refuse(request, project, str(NotPermitted.title), reason, 403)

    def _no_such_move(self, request: HttpRequest, project: Project, verb: str) -> HttpResponse:
        possible: Panel = panel(project, request.user, localdate())
        words = {"verb": verb[:40]}
        reason = gettext("The procedure of this project has no move called “%(verb)s”.") % words
        context = {"title": gettext("No such move"), "reason": reason, "project": project, "panel": possible}
        return self.draw(request, "refused", context, status=404)


def _option(project: Project, verb: str, person: Any) -> Option | None:
    return next((found for found in options(project, by=person, on=localdate()) if found.verb == verb), None)


def _blank_form(request: HttpRequest, project: Project, option: Option) -> MoveForm:
    initial = {"on": localdate().isoformat(), "expected_rev": project.rev, **first_facts(project, option.facts)}
    return _bound_form(None, request, project, option, initial)


def _bound_form(
    data: Any, request: HttpRequest, project: Project, option: Option, initial: dict[str, Any] | None = None
) -> MoveForm:
    form = MoveForm(data, project=project, option=option, person=request.user, initial=initial)
    if not (option.shut_gates and may_override(request.user, project)):
        del form.fields["override"]
    return form


def _fieldsets(form: MoveForm) -> list[tuple[Any, dict[str, Any]]]:
    main = ["on", *form.fact_names, "note", "source", "expected_rev"]
    return [(None, {"fields": main}), (_("Past a shut gate"), {"fields": ["override"], "classes": ["collapse"]})]


def _gates(project: Project, option: Option, shut: dict[str, str]) -> list[GateState]:
    opened_here = gates_opened_here(option)
    gates = project.track.rules[Verb(option.verb)].gates
    return [GateState(gate_name(gate), shut.get(gate.value, ""), gate.value in opened_here) for gate in gates]


def _what_was_done(moved: Project, option: Option) -> str:
    return gettext("%(verb)s: recorded. The project stands at “%(state)s”.") % {
        "verb": told(VERB_LABELS[option.verb]),
        "state": " · ".join(filter(None, (state_name(moved.state), stage_of(moved)))),
    }

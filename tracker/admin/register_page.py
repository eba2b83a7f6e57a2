"""Registering a project: first the procedure it follows, then where it stands and what is known of it."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from standards.edits import register
from standards.models import Project
from standards.permissions import may_register
from standards.refusals import BadFacts, Refused
from standards.speech import told
from tracker.admin.labels import level_name, state_name
from tracker.admin.pages import ProjectPages, project_url, recorded
from tracker.admin.project_forms import RegisterForm
from tracker.admin.project_page import FIELDSETS, warn_of_malformed
from workflows.library import Track, library

_HERE: list[tuple[Any, dict[str, Any]]] = [(_("Where it stands"), {"fields": ["place", "on", "source"]})]
REGISTER_FIELDSETS = [*FIELDSETS[:1], *_HERE, *FIELDSETS[1:-1]]


class RegisterPage(ProjectPages):
    """The add page's part of the project's admin."""

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if not may_register(request.user):
            raise PermissionDenied
        track = library().get(request.GET.get("track", ""))
        if track is None:
            return self.draw(request, "choose_track", {"title": gettext("Register a project"), "tracks": _tracks()})
        if request.method == "POST":
            return self._register(request, track)
        return self._register_form(request, track, _form(request, track))

    def _register(self, request: HttpRequest, track: Track) -> HttpResponse:
        form = _form(request, track, request.POST)
        if not form.is_valid():
            return self._register_form(request, track, form)
        state, stage = form.place_chosen()
        words = {"source": form.cleaned_data["source"], "effective_on": form.cleaned_data["on"], "state": state}
        facts = {"title": form.cleaned_data["title"], **form.facts()}
        try:
            project = register(track=track.code, stage=stage, by=request.user, **words, **facts)
        except Refused as refusal:
            form.show(refusal.errors if isinstance(refusal, BadFacts) else {"": str(refusal)})
            return self._register_form(request, track, form)
        self._confirm_registered(request, project)
        return HttpResponseRedirect(project_url(project))

    def _confirm_registered(self, request: HttpRequest, project: Project) -> None:
        change = project.changes.get(rev=project.rev)
        messages.success(request, recorded(project, change, gettext("The project is registered.")))
        warn_of_malformed(request, project)

    def _register_form(self, request: HttpRequest, track: Track, form: RegisterForm) -> HttpResponse:
        context = {
            "title": gettext("Register a project"),
            "subtitle": told(track.name),
            "track": track,
            "form": form,
            "adminform": self.fieldsets_of(form, REGISTER_FIELDSETS),
            "errors": form.errors,
            "media": self.media + form.media,
        }
        return self.draw(request, "register", context)


def _form(request: HttpRequest, track: Track, data: Any = None) -> RegisterForm:
    return RegisterForm(data, track=track, person=request.user, initial={"deliverable": track.deliverable})


def _tracks() -> list[dict[str, Any]]:
    return [
        {
            "code": track.code,
            "name": told(track.name),
            "level": level_name(track.level),
            "way": " → ".join(state_name(state) for state in track.path),
        }
        for track in library().values()
    ]

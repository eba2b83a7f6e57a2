"""What the pages about one project share: finding it, drawing in the admin's frame, and saying no."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin import helpers
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from standards.models import Change, Project
from standards.refusals import Refused

TEMPLATES = "admin/standards/project"


class ProjectPages(admin.ModelAdmin):
    """Base of the pages about one project."""

    def visible_project(self, request: HttpRequest, object_id: str) -> Project:
        """The project, if this person may see it. Raises ``Http404`` or ``PermissionDenied``."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        found = Project.objects.visible_to(request.user).with_facts().filter(pk=_id(object_id)).first()
        if found is None:
            raise Http404(_no_project())
        return found

    def draw(
        self, request: HttpRequest, name: str, context: Mapping[str, Any], *, status: int = 200
    ) -> TemplateResponse:
        """A page in the admin's frame, from ``templates/admin/standards/project``."""
        everything = {**self.admin_site.each_context(request), "opts": self.opts, "media": self.media, **context}
        return TemplateResponse(request, f"{TEMPLATES}/{name}.html", everything, status=status)

    def refuse(self, request: HttpRequest, project: Project, title: str, reason: str, status: int) -> HttpResponse:
        """A page that says why something was not done, and leads back to the project."""
        return self.draw(request, "refused", {"title": title, "reason": reason, "project": project}, status=status)

    def fieldsets_of(self, form: Form, fieldsets: Any) -> helpers.AdminForm:
        """The form in the admin's own dress; fields it does not have are left out."""
        present = [
            (title, {**options, "fields": [name for name in options["fields"] if name in form.fields]})
            for title, options in fieldsets
        ]
        return helpers.AdminForm(form, [one for one in present if one[1]["fields"]], {}, (), model_admin=self)  # type: ignore[arg-type]

    def say(self, request: HttpRequest, refusal: Refused) -> None:
        messages.error(request, f"{refusal.title}: {refusal}")


def _no_project() -> str:
    return gettext("There is no project with this id.")


def _id(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        raise Http404(_no_project()) from None


def project_url(project: Project) -> str:
    return reverse("admin:standards_project_change", args=[project.pk])


def history_url(project: Project, change: Change | None = None) -> str:
    """The project's history, at one entry of it."""
    address = reverse("admin:standards_project_history", args=[project.pk])
    return f"{address}#rev-{change.rev}" if change else address


def recorded(project: Project, change: Change, what: str) -> SafeString:
    """The sentence that confirms a change, with the way to its entry in the history."""
    return format_html(
        '{} <a href="{}">{}</a>', what, history_url(project, change), gettext("Change %(rev)d") % {"rev": change.rev}
    )

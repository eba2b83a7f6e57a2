"""Projects under /admin/: the list, one project, its moves and its history."""

from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

from standards.models import Project
from tracker.admin.export_page import ExportPage
from tracker.admin.move_page import MovePage
from tracker.admin.project_list import ProjectList
from tracker.admin.project_page import ProjectPage
from tracker.admin.register_page import RegisterPage


@admin.register(Project)
class ProjectAdmin(MovePage, ProjectPage, RegisterPage, ExportPage, ProjectList):
    """Reads through ``visible_to``; writes through ``perform``, ``edit`` and ``register`` alone."""

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Whoever may move or register projects may also look at them."""
        return super().has_view_permission(request, obj) or _may(request.user, "move_project", "add_project")


def _may(person: Any, *permissions: str) -> bool:
    return any(person.has_perm(f"standards.{permission}") for permission in permissions)

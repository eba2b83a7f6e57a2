"""Any list of projects as a file: what the filters and the search leave, in the order of the list."""

import logging
import tempfile
from collections.abc import Callable, Iterable
from typing import Any

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.urls import URLPattern, path
from django.utils.timezone import localdate
from django.utils.translation import get_language, gettext

from standards.exporting import export_csv, export_xlsx
from standards.querysets import ProjectQuerySet

IN_MEMORY = 5_000_000
"""Bytes of a workbook up to which it is kept in memory until it is sent."""
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_log = logging.getLogger(__name__)


class ExportPage(admin.ModelAdmin):
    """The export's part of the project's admin."""

    def get_urls(self) -> list[URLPattern]:
        wrapped: Callable[..., Any] = self.admin_site.admin_view(self.export_view)
        return [path("export.<slug:form>", wrapped, name="standards_project_export"), *super().get_urls()]

    def export_view(self, request: HttpRequest, form: str) -> HttpResponseBase:
        if not self.has_view_permission(request):
            raise PermissionDenied
        writers: dict[str, Callable[[ProjectQuerySet], HttpResponseBase]] = {"csv": _as_csv, "xlsx": _as_xlsx}
        if form not in writers:
            raise Http404(gettext("There is no export in this form; there are CSV and XLSX."))
        answer = writers[form](self._listed(request))
        name = f"projects-{localdate():%Y-%m-%d}.{form}"
        answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        _log.info("Export of projects by user %s: %s", request.user.pk, name)
        return answer

    def _listed(self, request: HttpRequest) -> ProjectQuerySet:
        """The projects of the list that this address stands for, all pages of it."""
        try:
            listed: Any = self.get_changelist_instance(request).get_queryset(request)
        except IncorrectLookupParameters:
            raise Http404(gettext("There is no such filter.")) from None
        found: ProjectQuerySet = listed.prefetch_related(None)
        return found


def _as_csv(projects: ProjectQuerySet) -> HttpResponseBase:
    pieces: Iterable[bytes] = export_csv(projects, language=get_language() or "en")
    return StreamingHttpResponse(pieces, content_type="text/csv; charset=utf-8")


def _as_xlsx(projects: ProjectQuerySet) -> HttpResponseBase:
    file = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 - the answer closes it
    export_xlsx(projects, file, language=get_language() or "en")
    file.seek(0)
    return FileResponse(file, content_type=_XLSX)

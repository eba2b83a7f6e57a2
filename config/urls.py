"""Every address of the site; ``/healthz`` and ``/readyz`` are answered before these (``config.health``)."""

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.urls import include, path


def icon(_request: HttpRequest) -> HttpResponse:
    """Browsers ask for this address on pages that name no icon."""
    return redirect(static("tracker/icon.svg"))


urlpatterns = [
    path("admin/", admin.site.urls),
    path("favicon.ico", icon),
    path("i18n/", include("django.conf.urls.i18n")),
    path("api/", include("tracker.api.urls")),
    path("", include("tracker.web.urls")),
]
handler400 = "tracker.api.problems.bad_request"
handler500 = "tracker.api.problems.server_error"

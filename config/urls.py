"""Every address of the site; ``/healthz`` and ``/readyz`` are answered before these (``config.health``)."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("admin/", admin.site.urls),
    path("i18n/", include("django.conf.urls.i18n")),
    path("", include("tracker.web.urls")),
]

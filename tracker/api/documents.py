"""``schema/``: the OpenAPI document; ``docs/``: the same to read and try in a browser, nothing from other hosts."""

from functools import cache
from typing import Any

import orjson
from django.http import HttpResponse
from django.shortcuts import render
from drf_spectacular.generators import SchemaGenerator
from rest_framework.renderers import StaticHTMLRenderer
from rest_framework.request import Request

from tracker.api.conditions import Version
from tracker.api.reading import Asked, ReadView, View

# Swagger UI writes style attributes; scripts stay our own.
POLICY = (
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
)


@cache
def openapi() -> dict[str, Any]:
    """The document, made once a process: it depends on the code alone."""
    generator = SchemaGenerator()  # type: ignore[no-untyped-call]
    document = generator.get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    plain: dict[str, Any] = orjson.loads(orjson.dumps(document, default=str))
    return plain


class Schema(ReadView):
    schema = None  # type: ignore[assignment]

    def version(self, asked: Asked) -> Version:
        return Version(0)

    def body(self, asked: Asked, version: Version) -> dict[str, Any]:
        return openapi()


class Docs(View):
    schema = None  # type: ignore[assignment]
    renderer_classes = (StaticHTMLRenderer,)

    def get(self, request: Request) -> HttpResponse:
        self.charge()
        page = render(request, "api/docs.html")
        page.headers["Content-Security-Policy"] = POLICY
        return page

"""The frame of every view: who asks, what was asked, whether the answer is known already, and the headers around it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

import orjson
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.utils import timezone, translation
from rest_framework.exceptions import NotAcceptable
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from standards import history
from standards.clock import day_of
from standards.querysets import sees_embargoed
from tracker.api import problems, quota
from tracker.api.authentication import BearerAuthentication, Reader, reader_of
from tracker.api.conditions import Version, entity_tag, has_it_already
from tracker.api.parameters import Parameter, Query, read_query
from tracker.api.schema import ApiSchema, Documented

VARY = "Accept, Accept-Encoding, Authorization"
FOR_EVERYBODY = "public, max-age=15"
FOR_ONE = "private, no-cache"
_gzip = GZipMiddleware(lambda _request: HttpResponse())


@dataclass(frozen=True, slots=True)
class Asked:
    """One question: the address with what its pattern found, the parameters, who asks, and on which day."""

    path: str
    where: Mapping[str, Any]
    query: Query
    reader: Reader
    today: date


class Negotiation(DefaultContentNegotiation):
    """One form for each address: what matters is whether the caller takes it. No Accept, or an empty one, takes any."""

    def select_renderer(self, request: Any, renderers: Any, format_suffix: Any = None) -> Any:
        only = renderers[0]
        accepted = request.META.get("HTTP_ACCEPT", "").strip()
        if accepted and not request.get_preferred_type([only.media_type]):
            raise NotAcceptable(f"Only {only.media_type} can be had here.")
        return only, only.media_type


class View(APIView):
    """Speaks JSON and English, knows tokens only, counts quotas, and tells of all that goes wrong in one form."""

    authentication_classes = (BearerAuthentication,)
    permission_classes = ()
    renderer_classes: Any = (JSONRenderer,)
    content_negotiation_class = Negotiation
    throttle_classes = ()
    parameters: ClassVar[tuple[Parameter, ...]] = ()
    documented: ClassVar[Mapping[str, Documented]] = {}
    schema = ApiSchema()
    _standing: quota.Standing | None = None

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        with translation.override("en"):
            return super().dispatch(request, *args, **kwargs)

    def options(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:  # type: ignore[override]
        return HttpResponse(status=204)

    def handle_exception(self, exc: Exception) -> HttpResponse:  # type: ignore[override]
        """Every exception as a problem document; what is refused before it was counted is counted here."""
        self._name_challenge(exc)
        problem = problems.read(exc) or problems.unforeseen(exc, self.request)
        if self._standing is None and problem.status != 429:
            try:
                self.charge()
            except problems.Problem as exhausted:
                problem = exhausted
        return problems.document(problem)

    def _name_challenge(self, exc: Exception) -> None:
        if getattr(exc, "status_code", 0) == 401:
            exc.auth_header = self.get_authenticate_header(self.request)  # type: ignore[attr-defined]

    def finalize_response(  # type: ignore[override]
        self, request: Request, response: HttpResponse, *args: Any, **kwargs: Any
    ) -> HttpResponseBase:
        response.headers.setdefault("Vary", VARY)
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers["Content-Language"] = "en"
        if response.status_code in (204, 405):
            response.headers["Allow"] = ", ".join(self.allowed_methods)
        standing = self._standing or quota.look(self.caller, _seconds())
        for name, value in standing.headers().items():
            response.headers[name] = value
        return _gzip.process_response(request._request, response)  # noqa: SLF001 - DRF has no other name for it

    @property
    def caller(self) -> quota.Caller:
        """Whose quota counts: the token's, else that of the address the request came from."""
        token = getattr(getattr(self.request, "_auth", None), "token", None)
        if token:
            return quota.Caller("token", str(token.pk))
        return quota.Caller("anonymous", str(BaseThrottle().get_ident(self.request)))

    def charge(self) -> None:
        self._standing = quota.charge(self.caller, _seconds())


class ReadView(View):
    """A body that can be had again for almost nothing: ``version`` is asked before, ``body`` only if it is needed.

    A subclass says what its body depends on. ``dated`` are the parameters that make it depend on today's date.
    """

    dated: ClassVar[frozenset[str]] = frozenset()

    def get(self, request: Request, **where: Any) -> HttpResponse:
        asked = self.asked(request, where)
        version = self.version(asked)
        tag = entity_tag(version, *self.question(asked))
        headers = {"ETag": tag, "Cache-Control": FOR_ONE if asked.reader.is_authenticated else FOR_EVERYBODY}
        if has_it_already(request.META.get("HTTP_IF_NONE_MATCH", ""), tag):
            return HttpResponse(status=304, headers=headers)
        self.charge()
        return answer(self.body(asked, version), headers=headers)

    def asked(self, request: Request, where: Mapping[str, Any]) -> Asked:
        """The question, read. Raises a 400 problem that names every parameter in error."""
        parameters = self.parameters if request.method in ("GET", "HEAD") else ()
        query = read_query(request.META.get("QUERY_STRING", ""), parameters)
        return Asked(request.path, where, query, reader_of(request), day_of(timezone.now()))

    def version(self, asked: Asked) -> Version:
        """What of the database the body depends on, in one small query; raises a problem where there is nothing."""
        return whole_history()

    def question(self, asked: Asked) -> list[Any]:
        """What else it depends on: the question itself, what this reader may see, and the day where it matters."""
        today = asked.today if any(asked.query[name] is not None for name in self.dated) else None
        return plain_question(asked.path, asked.query, sees_embargoed(asked.reader), today)

    def body(self, asked: Asked, version: Version) -> Any:
        raise NotImplementedError


def plain_question(path: str, query: Query, sees_all: bool, today: date | None = None) -> list[Any]:
    """What every ETag is made of besides the version; ``sees_all``: the reader may see embargoed projects."""
    return [path, query.canonical(), sees_all, today]


def answer(body: Any, *, status: int = 200, headers: Mapping[str, str]) -> HttpResponse:
    """A body as JSON: dates in ISO 8601, moments in UTC, Chinese as it is written."""
    made = orjson.dumps(body, default=str, option=orjson.OPT_UTC_Z)
    return HttpResponse(made, status=status, content_type="application/json", headers=dict(headers))


class Nowhere(View):
    """Any address below ``/api/`` that is none."""

    schema = None  # type: ignore[assignment]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        path = request.path
        hint = "" if path.endswith("/") else f" Addresses end in a slash: {path[:200]}/"
        raise problems.Problem(404, f"There is nothing at this address.{hint}")


def whole_history() -> Version:
    """The version of everything: the global revision and the database's epoch."""
    head = history.head()
    return Version(head.rev, (head.epoch,))


def _seconds() -> float:
    return timezone.now().timestamp()

"""Everything that goes wrong, as RFC 9457 ``application/problem+json``: what, why, and which field or parameter."""

import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import orjson
from django.core.exceptions import PermissionDenied
from django.core.signals import got_request_exception
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.views import defaults
from rest_framework import exceptions

from standards.refusals import BadFacts, GatesShut, Illegal, NotPermitted, Refused, Stale

MEDIA_TYPE = "application/problem+json"
FAULT = "The fault is ours and has been written down. Nothing was changed."
_log = logging.getLogger("django.request")


class Problem(Exception):
    """An answer that is not what was asked for. ``members`` go into the document beside ``title`` and ``detail``."""

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        title: str = "",
        headers: Mapping[str, str] | None = None,
        **members: Any,
    ) -> None:
        super().__init__(detail)
        self.status, self.detail = status, detail
        self.title = title or HTTPStatus(status).phrase
        self.headers = dict(headers or {})
        self.members = members


def bad_input(errors: Mapping[str, str], **members: Any) -> Problem:
    """400, with the reason for each field or parameter; ``parameter`` is the first of them."""
    detail = " ".join(f"{name}: {reason}" for name, reason in errors.items())
    return Problem(400, detail, parameter=next(iter(errors), ""), errors=dict(errors), **members)


def document(problem: Problem) -> HttpResponse:
    """The response for it. Problems are nobody's to keep, so no cache may store them."""
    body = {"type": "about:blank", "title": problem.title, "status": problem.status, "detail": problem.detail}
    return HttpResponse(
        orjson.dumps(body | problem.members, default=str),
        status=problem.status,
        content_type=MEDIA_TYPE,
        headers={"Cache-Control": "no-store", **problem.headers},
    )


def read(error: Exception) -> Problem | None:
    """The problem that an exception stands for; None where nobody foresaw it."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, Refused):
        return _refused(error)
    if isinstance(error, Http404):
        return Problem(404, "There is nothing at this address, or nothing you may see.")
    if isinstance(error, PermissionDenied):
        return Problem(403, "You may not do this.")
    if isinstance(error, exceptions.APIException):
        return _framework(error)
    return None


def unforeseen(error: Exception, request: Any) -> Problem:
    """500, or 503 while the database cannot be asked; logged and told to Django as every view's failure is."""
    got_request_exception.send(sender=None, request=request)
    _log.error("%s %s failed", request.method, request.path, exc_info=error)
    if isinstance(error, OperationalError):
        return Problem(503, "The database does not answer. Try again in a moment.", headers={"Retry-After": "5"})
    return Problem(500, FAULT)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler400: what is refused before any view, such as an unknown host name."""
    if _is_ours(request):
        return document(Problem(400, "The request cannot be taken: its host, address or headers are not in order."))
    return defaults.bad_request(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's handler500: what fails outside every view."""
    if _is_ours(request):
        return document(Problem(500, FAULT))
    return defaults.server_error(request)


def _is_ours(request: HttpRequest) -> bool:
    return request.path.startswith("/api/")


def _refused(refusal: Refused) -> Problem:
    """The domain's own no, in its own words."""
    if isinstance(refusal, BadFacts):
        return bad_input(refusal.errors)
    title, detail = str(refusal.title), str(refusal)
    if isinstance(refusal, GatesShut):
        shut = [{"gate": gate.gate, "reason": gate.reason} for gate in refusal.shut]
        return Problem(409, detail, title=title, code="gates_shut", shut_gates=shut)
    if isinstance(refusal, Stale):
        return Problem(412, detail, title=title, code="stale", rev=refusal.actual, expected_rev=refusal.expected)
    codes = {Illegal: (409, "illegal"), NotPermitted: (403, "not_permitted")}
    status, code = codes.get(type(refusal), (409, "refused"))
    return Problem(status, detail, title=title, code=code)


def _framework(error: exceptions.APIException) -> Problem:
    """What DRF itself refuses: 401, 404, 405, 406, 415."""
    headers = {}
    if challenge := getattr(error, "auth_header", None):
        failed = isinstance(error, exceptions.AuthenticationFailed)
        headers["WWW-Authenticate"] = f'{challenge}, error="invalid_token"' if failed else challenge
    return Problem(error.status_code, str(error.detail), headers=headers)

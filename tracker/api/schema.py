"""The OpenAPI document, from what each view says of itself: its parameters, its answers and what can go wrong."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse
from rest_framework.serializers import Serializer

from tracker.api.problems import MEDIA_TYPE
from tracker.api.shapes import PROBLEM

PROBLEMS: Mapping[int, str] = {
    400: "A parameter or field that cannot be taken; each is named with the reason.",
    401: "A token that is unknown, malformed, expired or revoked, or none where one is needed.",
    403: "The owner of the token may not do this.",
    404: "There is nothing here, or nothing you may see.",
    405: "This address does not answer to this method.",
    406: "Only application/json can be had here.",
    409: "The procedure does not allow the move, or gates are shut: all of them are listed.",
    410: "The history you follow is not this one. Read the projects anew, then follow from `head`.",
    412: "Somebody changed the project since you looked at it.",
    413: "More than 64 kB.",
    415: "The body must be application/json.",
    428: "A move needs If-Match with the project's ETag.",
    429: "Too many requests in a minute.",
}
_EVERYWHERE = (401, 405, 406, 429)
_ETAG = {"type": "string", "pattern": '^(W/)?"[^"]+"$'}


@dataclass(frozen=True, slots=True)
class Documented:
    """What the document says of one method of a view. ``problems`` are those beside the ones that any view has."""

    name: str
    summary: str
    about: str
    tag: str
    shape: type[Serializer[Any]]
    status: int = 200
    request: type[Serializer[Any]] | None = None
    problems: tuple[int, ...] = (400,)


class ApiSchema(AutoSchema):
    """Reads ``documented`` and ``parameters`` of a view."""

    @property
    def told(self) -> Documented:
        told: Documented = getattr(self.view, "documented")[self.method.lower()]
        return told

    def get_operation_id(self) -> str:
        return self.told.name

    def get_summary(self) -> str:
        return self.told.summary

    def get_description(self) -> str:  # type: ignore[override]
        return self.told.about

    def get_tags(self) -> list[str]:
        return [self.told.tag]

    def get_request_serializer(self) -> Any:
        return self.told.request

    def get_override_parameters(self) -> list[Any]:
        if self.method == "GET":
            return [*map(_query_parameter, getattr(self.view, "parameters")), _IF_NONE_MATCH, *_RESPONSE_HEADERS]
        return [_IF_MATCH]

    def get_response_serializers(self) -> Any:
        told = self.told
        answers: dict[Any, Any] = {told.status: told.shape}
        if self.method == "GET":
            answers[304] = OpenApiResponse(description="Nothing has changed since the ETag you sent.")
        for status in sorted({*_EVERYWHERE, *told.problems}):
            answers[status, MEDIA_TYPE] = OpenApiResponse(PROBLEM, description=PROBLEMS[status])
        return answers


class BearerScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the document speaks of tokens."""

    target_class = "tracker.api.authentication.BearerAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "`trk_…`, from the admin or `manage.py create_token`. Reading what is public needs none.",
        }

    def get_security_requirement(self, auto_schema: AutoSchema) -> Any:
        needed: dict[str, list[str]] = {"token": []}
        return needed if auto_schema.method == "POST" else [needed, {}]


def _query_parameter(parameter: Any) -> OpenApiParameter:
    return OpenApiParameter(
        parameter.name,
        dict(parameter.schema),
        description=parameter.about,
        explode=True if parameter.many else None,
        style="form" if parameter.many else None,
    )


_IF_NONE_MATCH = OpenApiParameter(
    "If-None-Match",
    {"type": "string"},
    OpenApiParameter.HEADER,
    description="The ETag of the answer you have. Where it still holds, the answer is 304 and costs no quota.",
)
_IF_MATCH = OpenApiParameter(
    "If-Match",
    {"type": "string"},
    OpenApiParameter.HEADER,
    required=True,
    description="The project's ETag, weak or strong: the move is refused where the project has changed since.",
)
_RESPONSE_HEADERS = [
    OpenApiParameter(
        "ETag", _ETAG, OpenApiParameter.HEADER, response=[200, 304], required=True, description="The body's version."
    ),
    OpenApiParameter(
        "RateLimit",
        {"type": "string"},
        OpenApiParameter.HEADER,
        response=[200, 304, 429],
        description="What is left of this minute's quota (`r`) and the seconds until the next (`t`).",
    ),
    OpenApiParameter(
        "Retry-After", {"type": "integer"}, OpenApiParameter.HEADER, response=[429], description="Seconds to wait."
    ),
]

"""Who asks: nobody in particular, or the owner of a token in ``Authorization: Bearer``. Cookies mean nothing here.

A browser that is logged in to the admin is a stranger to the API, so no page elsewhere can make it act for its user.
"""

from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from tracker.tokens import ApiToken, BadToken, note_use, read_token

CHALLENGE = 'Bearer realm="Standards pipeline"'


@dataclass(frozen=True, slots=True)
class Reader:
    """A principal with its rights as they were when the request came in: one request sees with one pair of eyes."""

    permissions: frozenset[str] = frozenset()
    token: ApiToken | None = None

    @property
    def is_authenticated(self) -> bool:
        return self.token is not None

    @property
    def may_write(self) -> bool:
        return self.token is not None and self.token.scope == ApiToken.Scope.WRITE

    def has_perm(self, permission: str) -> bool:
        return permission in self.permissions


PUBLIC = Reader()


class BearerAuthentication(BaseAuthentication):
    """Reads the token with one query; ``request.auth`` is the Reader, ``request.user`` is fetched when asked for."""

    def authenticate(self, request: Request) -> tuple[Any, Reader] | None:
        header = request.META.get("HTTP_AUTHORIZATION", "")
        if not header:
            return None
        scheme, _space, text = header.partition(" ")
        if scheme.lower() != "bearer":
            raise AuthenticationFailed("Authorization must be “Bearer” and a token of this tracker.")
        now = timezone.now()
        try:
            found = read_token(text.strip(), now)
        except BadToken as error:
            raise AuthenticationFailed(str(error)) from None
        note_use(found.token, now)
        return SimpleLazyObject(lambda: found.token.user), Reader(found.permissions, found.token)

    def authenticate_header(self, request: Request) -> str:
        return CHALLENGE


def reader_of(request: Request) -> Reader:
    found: Any = request.auth
    return found if isinstance(found, Reader) else PUBLIC

"""Tokens by which programs use the API: ``trk_PREFIX_SECRET``, of which the secret is kept only as its SHA-256.

The prefix finds the row and may be shown; whoever reads the database cannot use what they find. A secret holds 256
random bits, so a plain hash is as good as a slow one.
"""

import hashlib
import hmac
import logging
import re
import secrets
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.signals import request_finished
from django.db import DatabaseError, models
from django.db.models import Exists, F, OuterRef
from django.dispatch import receiver
from django.utils.translation import gettext_lazy as _

from standards.clock import day_of

_FORM = re.compile(r"trk_([a-z0-9]{10})_([A-Za-z0-9_-]{43})")
_ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789"
_BACKEND = "django.contrib.auth.backends.ModelBackend"
_log = logging.getLogger(__name__)
_ANY_PREFIX = "any prefix"
_PERMISSIONS = ("standards.view_embargoed", "standards.move_project")


class ApiToken(models.Model):
    """A key of one user to the API, with all of the user's rights to read, and to write where ``scope`` says so."""

    class Scope(models.TextChoices):
        READ = "read", _("read")
        WRITE = "write", _("read and write")

    name = models.CharField(_("name"), max_length=100, help_text=_("What uses it, such as “board in room 4”."))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="api_tokens", verbose_name=_("user")
    )
    scope = models.CharField(_("scope"), max_length=10, choices=Scope.choices, default=Scope.READ)
    prefix = models.CharField(_("begins with"), max_length=10, unique=True, editable=False)
    digest = models.CharField(max_length=64, editable=False)
    created_at = models.DateTimeField(_("created"), editable=False)
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True, editable=False)
    last_used_on = models.DateField(_("last used"), null=True, editable=False)

    class Meta:
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(scope__in=["read", "write"]), name="token_scope_is_known")
        ]

    def __str__(self) -> str:
        return f"{self.name} (trk_{self.prefix}…)"

    def works(self, now: datetime) -> bool:
        return self.revoked_at is None and (self.expires_at is None or now < self.expires_at)


class BadToken(Exception):
    """A token that opens nothing; ``str()`` says why, as far as its bearer may know."""


@dataclass(frozen=True, slots=True)
class FoundToken:
    """A token that holds, and which of the permissions that the API asks about its user has."""

    token: ApiToken
    permissions: frozenset[str]


def issue(token: ApiToken, now: datetime) -> str:
    """Save a new token and return its text, which exists nowhere else: show it once, it cannot be had again."""
    secret = secrets.token_urlsafe(32)
    token.prefix = "".join(secrets.choice(_ALPHABET) for _position in range(10))
    token.digest, token.created_at = _digest(secret), now
    token.save(force_insert=True)
    return f"trk_{token.prefix}_{secret}"


def revoke(token: ApiToken, now: datetime) -> None:
    """Let it open nothing from now on. Revoking it again changes nothing."""
    ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=now)


def read_token(text: str, now: datetime) -> FoundToken:
    """The token of that text, in one query. Raises ``BadToken``."""
    form = _FORM.fullmatch(text)
    if not form:
        raise BadToken("This is no token of this tracker; they look like trk_abcdefghij_ and 43 more characters.")
    token = _find(form[1])
    kept = token.digest if token else ""
    if not hmac.compare_digest(kept, _digest(form[2])) or token is None:
        raise BadToken("This token is not known.")
    if token.revoked_at:
        raise BadToken(f"This token was revoked on {day_of(token.revoked_at)}.")
    if not token.works(now):
        raise BadToken(f"This token expired on {day_of(token.expires_at or now)}.")
    if not getattr(token, "owner_is_active"):
        raise BadToken("The owner of this token has left.")
    return FoundToken(token, frozenset(name for name in _PERMISSIONS if getattr(token, _answer(name))))


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _answer(permission: str) -> str:
    return f"may_{permission.partition('.')[2]}"


def _find(prefix: str) -> ApiToken | None:
    """The token with, for each permission, whether its user has it, by a group or in person."""
    sql, values = _lookup()
    found = ApiToken.objects.raw(sql, [prefix if value == _ANY_PREFIX else value for value in values])
    return next(iter(found), None)


@cache
def _lookup() -> tuple[str, tuple[Any, ...]]:
    """The statement and its values. Every poll needs it, and making it takes longer than running it."""
    people = get_user_model().objects
    answers = {
        _answer(name): Exists(people.with_perm(name, backend=_BACKEND).filter(pk=OuterRef("user_id")))
        for name in _PERMISSIONS
    }
    tokens = ApiToken.objects.annotate(owner_is_active=F("user__is_active"), **answers).filter(prefix=_ANY_PREFIX)
    return tokens.query.sql_with_params()


# The day of the last use is written after the answer has gone out, at most once a day: reading writes nothing.

_used: dict[int, date] = {}


def note_use(token: ApiToken, now: datetime) -> None:
    """Remember that the token was used, if that is news."""
    day = day_of(now)
    if token.last_used_on is None or token.last_used_on < day:
        _used[token.pk] = day


@receiver(request_finished)
def write_uses(**_kwargs: Any) -> None:
    """Signal receiver: write down the uses that requests of this process have noted."""
    while _used:
        pk, day = _used.popitem()
        try:
            ApiToken.objects.filter(pk=pk).exclude(last_used_on__gte=day).update(last_used_on=day)
        except DatabaseError as error:
            _log.warning("The use of token %d was not written down: %s", pk, error)

"""The address in a mail by which the watches that brought it are stopped.

It is signed, never expires, and holds the numbers of the watches alone: no address, no name, and no way to log in.
"""

from collections.abc import Iterable

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.urls import reverse

_SALT = "tracker.stop-links"


def signed(watches: Iterable[int]) -> str:
    """The token for these watches; the same each time while ``SECRET_KEY`` is the same."""
    return Signer(salt=_SALT).sign_object(sorted(watches))


def stop_link(watches: Iterable[int], site: str = "") -> str:
    return (site or settings.BASE_URL) + reverse("web:watches", args=[signed(watches)])


def read(token: str) -> list[int] | None:
    """The watches a token stands for; None where we have not signed it."""
    try:
        watches: list[int] = Signer(salt=_SALT).unsign_object(token)
    except (BadSignature, ValueError):
        return None
    return watches

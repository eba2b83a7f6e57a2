"""The addresses that bodies hold. They begin with ``BASE_URL``, never with what a request claims its host to be."""

from typing import Any

from django.conf import settings
from django.urls import reverse


def address(name: str, **where: Any) -> str:
    """The full address of a view of the API."""
    return site(reverse(f"api:{name}", kwargs=where or None))


def site(path: str) -> str:
    return f"{settings.BASE_URL}{path}"


def project_addresses(pk: Any) -> dict[str, str]:
    """``url`` for programs and ``html_url`` for people."""
    return {"url": site(f"/api/v1/projects/{pk}/"), "html_url": site(f"/projects/{pk}/")}


def committee_addresses(slug: str) -> dict[str, str]:
    return {"url": site(f"/api/v1/committees/{slug}/"), "html_url": site(f"/committees/{slug}/")}

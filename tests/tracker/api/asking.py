"""Asking the API as a program does."""

import json
from typing import Any

from django.test import Client

ROOT = "/api/v1/"


class Asking:
    """One caller: ``token`` goes with every request."""

    def __init__(self, token: str = "") -> None:
        self.client = Client()
        self.token = token

    def with_token(self, token: str) -> "Asking":
        return Asking(token)

    def get(self, path: str, **headers: str) -> Any:
        """The response to a path below the root of the API, or to a whole address."""
        return self.client.get(_address(path), headers=self._headers(headers))

    def read(self, path: str, **headers: str) -> Any:
        """The body of a response that must be 200."""
        response = self.get(path, **headers)
        assert response.status_code == 200, (path, response.status_code, response.content[:500])
        return response.json()

    def post(self, path: str, body: Any, *, content_type: str = "application/json", **headers: str) -> Any:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.client.post(_address(path), data, content_type=content_type, headers=self._headers(headers))

    def send(self, method: str, path: str, **headers: str) -> Any:
        return self.client.generic(method, _address(path), headers=self._headers(headers))

    def _headers(self, headers: dict[str, str]) -> dict[str, str]:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return named | ({"Authorization": f"Bearer {self.token}"} if self.token else {})


def _address(path: str) -> str:
    return path if path.startswith(("/", "http")) else ROOT + path


def titles(page: Any) -> list[str]:
    return [project["title"] for project in page["results"]]

"""``schema/`` and ``docs/``: the document, the page that shows it, and that both are true."""

import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import jsonschema  # type: ignore[import-untyped]
import pytest
from django.contrib.staticfiles import finders
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.validation import validate_schema

from standards.edits import edit
from standards.models import CommitteeFact
from standards.transitions import perform
from tests import factories
from tests.tracker.api.asking import Asking
from tracker.api import urls
from workflows.states import State, Verb

pytestmark = pytest.mark.django_db


@pytest.fixture
def document(api: Asking) -> Any:
    return api.read("schema/")


def test_the_document_is_openapi_3_1_and_valid(document: Any) -> None:
    assert document["openapi"].startswith("3.1.")
    validate_schema(document)  # type: ignore[no-untyped-call]


def test_the_document_is_made_without_a_warning(capsys: pytest.CaptureFixture[str]) -> None:
    SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    assert capsys.readouterr().err == ""


def test_every_address_is_in_the_document(document: Any) -> None:
    patterns = {str(getattr(pattern, "pattern")) for pattern in urls.urlpatterns}
    plain = {"/api/" + re.sub(r"<\w+:(\w+)>", r"{\1}", pattern) for pattern in patterns if pattern}
    assert set(document["paths"]) == plain - {"/api/v1/schema/", "/api/v1/docs/"}


def test_every_operation_tells_its_problems_its_etag_and_its_parameters(document: Any) -> None:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            answers = operation["responses"]
            assert {"401", "405", "406", "429"} <= set(answers), path
            problems = [answers[status] for status in answers if status >= "400"]
            assert all(list(answer["content"]) == ["application/problem+json"] for answer in problems), path
            if method == "get":
                assert "ETag" in answers["200"]["headers"]
                assert "304" in answers
            assert all(
                parameter.get("description") for parameter in operation["parameters"] if parameter["in"] == "query"
            )
            assert operation["summary"]


def test_a_move_needs_a_token_and_reading_does_not(document: Any) -> None:
    operations = document["paths"]["/api/v1/projects/{id}/transitions/"]
    assert operations["post"]["security"] == [{"token": []}]
    assert operations["get"]["security"] == [{"token": []}, {}]
    assert document["components"]["securitySchemes"]["token"]["scheme"] == "bearer"


def _world() -> list[str]:
    """Every kind of fact there is, and the addresses that show it."""
    sc = factories.committee("sc", factories.committee("tc"))
    CommitteeFact.objects.create(
        committee=sc, key="k", kind="issue", text="open", stated_on="2025-07-08", source="report line 3"
    )
    old = factories.project(state=State.PUBLISHED, published_on="2024-01-01", in_force_on="2024-06-01")
    project = factories.project(
        "gb-t", State.PUBLIC_COMMENT, committees=["sc"], target="2026-Q1", numbers=["20252081-T-469", "x-1"],
        comment_from="2025-08-01", comment_until="2025-09-30", comment_url="https://example.org/",
        links=[("supersedes", old), ("related_to", "https://example.org/")], title_zh="人工智能", note="n",
    )  # fmt: skip
    perform(project, Verb.SUBMIT, by=factories.secretary(), on="2025-08-02", override="decided")
    edit(project, by=None, target="2027")
    factories.project("iso-iec-is", State.CANCELLED, effective_on=None, target="2026-03")
    factories.project("ieee", State.DRAFT)
    return [
        "projects/", "projects/?count=1", "pipeline/", "deadlines/", "committees/", "committees/sc/", "tracks/",
        "tracks/gb/", "changes/",
        *(f"projects/{one.pk}/{below}" for one in (old, project)
          for below in ("", "history/", "deadlines/", "transitions/")),
    ]  # fmt: skip


def test_every_body_is_what_the_document_says_and_nothing_more(api: Asking, document: Any) -> None:
    strict = _closed(document)
    for address in _world():
        path, answer = f"/api/v1/{address}", api.read(address)
        template = next(one for one in document["paths"] if _fits(one, urlsplit(path).path))
        reply = strict["paths"][template]["get"]["responses"]["200"]
        jsonschema.Draft202012Validator(
            {
                "$ref": "#/here",
                "here": reply["content"]["application/json"]["schema"],
                "components": strict["components"],
            },
            format_checker=jsonschema.FormatChecker(),
        ).validate(answer)


def _fits(template: str, path: str) -> bool:
    return bool(re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", template), path))


def _closed(document: Any) -> Any:
    """The same document, in which no object may hold a key that it does not name."""
    if isinstance(document, list):
        return [_closed(part) for part in document]
    if not isinstance(document, dict):
        return document
    inner = {name: _closed(part) for name, part in document.items()}
    return inner | {"additionalProperties": False} if isinstance(document.get("properties"), dict) else inner


class _Addresses(HTMLParser):
    """Everything a browser would fetch for a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.inline = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        self.found += [value for name, value in attrs if value and name in ("src", "href", "data-schema", "action")]
        self.inline += (tag == "script" and "src" not in named) or tag == "style" or "style" in named


def test_the_docs_ask_no_other_host_for_anything(api: Asking) -> None:
    response = api.get("docs/", Accept="text/html")
    assert response.headers["Content-Type"].startswith("text/html")
    page = response.content.decode()
    assert not re.search(r"(?:https?:)?//[a-z]", page)
    read = _Addresses()
    read.feed(page)
    assert read.inline == 0
    for address in read.found:
        if address.startswith("/static/"):
            assert finders.find(address.removeprefix("/static/")), address
        else:
            assert api.get(address).status_code == 200


def test_the_docs_say_to_the_browser_that_nothing_else_may_be_loaded(api: Asking) -> None:
    policy = api.get("docs/", Accept="text/html").headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "script-src" not in policy
    assert "unsafe-eval" not in policy
    assert "http" not in policy


def test_the_docs_own_script_starts_no_validator_elsewhere() -> None:
    text = Path(str(finders.find("tracker/api-docs.js"))).read_text(encoding="utf-8")
    assert "validatorUrl: null" in text
    assert "http" not in text

"""Reading the staff's pages in tests."""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from standards.models import Project
from tests import factories

LIST = "/admin/standards/project/"
ADD = "/admin/standards/project/add/"
_TABLE = re.compile(r'(SELECT COUNT\(\*\)|SELECT|INSERT INTO|UPDATE|DELETE).*?"(\w+)"', re.DOTALL)
_FROM = re.compile(r'FROM "(\w+)"')


def page_of(project: Project) -> str:
    return reverse("admin:standards_project_change", args=[project.pk])


def move_of(project: Project, verb: str) -> str:
    return reverse("admin:standards_project_move", args=[project.pk, verb])


def history_of(project: Project) -> str:
    return reverse("admin:standards_project_history", args=[project.pk])


def signed_in(person: Any) -> Client:
    client = Client()
    client.force_login(person)
    return client


def secretary_client() -> Client:
    return signed_in(factories.secretary())


def text_of(response: Any) -> str:
    """The page's words, without markup and with single spaces."""
    without_scripts = re.sub(r"<(script|style).*?</\1>", " ", response.content.decode(), flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", without_scripts).split())


@contextmanager
def tables_asked() -> Iterator[list[str]]:
    """The main table of every query made inside, in their order."""
    tables: list[str] = []
    with CaptureQueriesContext(connection) as queries:
        yield tables
    tables.extend(found.group(1) for query in queries if (found := _FROM.search(query["sql"])))


def posted(form: Mapping[str, Any], **changed: Any) -> dict[str, Any]:
    """What a browser would send for a form as it was drawn, with some fields typed over."""
    return {name: value for name, value in {**form, **changed}.items() if value is not None}


def drawn(response: Any) -> dict[str, Any]:
    """The values of a drawn form: every field with what it showed first."""
    form = response.context["form"]
    values = {name: form[name].value() for name in form.fields}
    return {name: value for name, value in values.items() if value not in (None, False)}


Asked = Callable[[], list[str]]

"""The API against its own document: whatever Schemathesis makes of it, right or wrong, is answered as it says."""

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance

from tests import factories
from tracker.api.documents import openapi
from workflows.states import State

pytestmark = pytest.mark.django_db

OPERATIONS = [(method, path) for path, methods in openapi()["paths"].items() for method in methods]
# No parameter, or a name in the address for which any text will do.
TAKING_NOTHING = ("/api/v1/tracks/", "/api/v1/tracks/{code}/", "/api/v1/committees/{slug}/")
QUESTIONS = [
    (method, path, mode)
    for method, path in OPERATIONS
    for mode in GenerationMode
    if mode.is_positive or path not in TAKING_NOTHING
]

KNOWN_TO_THE_DATABASE = ("cursor", "committee", "body", "epoch", "after")
"""Parameters of which only some well-formed values are right; a move's fields hang together in the same way."""

_few = settings(max_examples=12, deadline=None, database=None, suppress_health_check=list(HealthCheck))


@pytest.fixture
def application(settings: Any) -> Iterator[Any]:
    """The application as a server calls it, in the test's own transaction, and with quotas out of the way."""
    settings.API_REQUESTS_A_MINUTE = {"anonymous": 10**9, "token": 10**9}
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield get_wsgi_application()
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def there() -> dict[str, str]:
    """What the addresses need to lead somewhere."""
    project = factories.project(
        "gb-t", State.PUBLIC_COMMENT, target="2026-Q1", numbers=["20252081-T-469", "x"], title_zh="人工智能",
        links=[("related_to", factories.project())],
    )  # fmt: skip
    return {"id": str(project.pk), "slug": "sac-tc28-sc42", "code": "gb"}


@pytest.mark.parametrize(("method", "path", "mode"), QUESTIONS)
def test_an_operation_keeps_its_word(
    application: Any, there: dict[str, str], method: str, path: str, mode: GenerationMode
) -> None:
    contract = schemathesis.openapi.from_wsgi("/api/v1/schema/", application)
    operation = contract[path][method.upper()]
    token = factories.api_token(factories.secretary(), write=True)
    asked = any(parameter["in"] == "query" for parameter in openapi()["paths"][path][method].get("parameters", ()))
    right_place = mode.is_positive or asked or method == "post"
    where = {name: value for name, value in there.items() if right_place and f"{{{name}}}" in path}

    @_few
    @given(case=operation.as_strategy(mode, path_parameters=where))
    def keeps_its_word(case: schemathesis.Case) -> None:
        if mode.is_positive:
            for name in KNOWN_TO_THE_DATABASE:
                case.query.pop(name, None)
        response = case.call(headers={"Authorization": f"Bearer {token}", "Accept-Encoding": "identity"})
        case.validate_response(response, excluded_checks=[positive_data_acceptance] if method == "post" else None)

    keeps_its_word()

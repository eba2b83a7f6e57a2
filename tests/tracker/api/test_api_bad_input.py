"""Whatever is handed in, the answer is a problem document that names what is wrong, and never a 500."""

from typing import Any
from urllib.parse import quote

import pytest
from django.db import OperationalError
from django.test import Client

from tests import factories
from tests.tracker.api.asking import Asking
from tracker.api.projects import Projects

pytestmark = pytest.mark.django_db

LISTS = ("projects/", "pipeline/", "deadlines/", "committees/", "tracks/", "changes/", "schema/")


def _problem(response: Any, status: int) -> Any:
    assert response.status_code == status, (response.status_code, response.content[:300])
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.headers["Cache-Control"] == "no-store"
    problem = response.json()
    assert problem["status"] == status
    assert problem["type"] == "about:blank"
    assert problem["title"]
    assert problem["detail"]
    return problem


BAD = [
    ("projects/?limit=0", "limit"),
    ("projects/?limit=-1", "limit"),
    ("projects/?limit=201", "limit"),
    ("projects/?limit=1000000", "limit"),
    ("projects/?limit=abc", "limit"),
    ("projects/?limit=1.5", "limit"),
    ("projects/?limit=", "limit"),
    ("projects/?limit=%20", "limit"),
    ("projects/?limit=１", "limit"),
    (f"projects/?limit={10**400}", "limit"),
    ("projects/?limit=1&limit=2", "limit"),
    ("projects/?count=yes", "count"),
    ("projects/?state=drafting", "state"),
    ("projects/?state=draft,", "state"),
    ("projects/?state=", "state"),
    ("projects/?state=%00", "state"),
    ("projects/?stage=99.99", "stage"),
    ("projects/?track=gb-x", "track"),
    ("projects/?level=world", "level"),
    ("projects/?level=national&level=world", "level"),
    ("projects/?committee=nobody", "committee"),
    ("projects/?committee=%25", "committee"),
    ("projects/?committee=../sc42", "committee"),
    ("projects/?body=nobody", "body"),
    ("projects/?body=a%00b", "body"),
    ("projects/?deliverable=" + "x" * 41, "deliverable"),
    ("projects/?number=%00", "number"),
    ("projects/?number=" + "9" * 201, "number"),
    ("projects/?number=a&number=b", "number"),
    ("projects/?q=", "q"),
    ("projects/?q=a%00b", "q"),
    ("projects/?q=a%0Ab", "q"),
    ("projects/?q=%E2%80%AEabc", "q"),
    ("projects/?q=" + "x" * 201, "q"),
    ("projects/?target_after=2026-02-30", "target_after"),
    ("projects/?target_after=2026-13-01", "target_after"),
    ("projects/?target_after=0000-01-01", "target_after"),
    ("projects/?target_before=26-1-1", "target_before"),
    ("projects/?target_before=2026-01-01T00:00:00", "target_before"),
    ("projects/?target_before=yesterday", "target_before"),
    ("projects/?overdue=maybe", "overdue"),
    ("projects/?overdue=1&overdue=1", "overdue"),
    ("projects/?ordering=state", "ordering"),
    ("projects/?ordering=--rev", "ordering"),
    ("projects/?ordering=rev,title", "ordering"),
    ("projects/?cursor=abc", "cursor"),
    ("projects/?cursor=a:b", "cursor"),
    ("projects/?cursor=.:.", "cursor"),
    ("projects/?cursor=%FF", "query"),
    ("projects/?cursor=" + "x" * 4001, "cursor"),
    ("projects/?page=2", "page"),
    ("projects/?format=json", "format"),
    ("projects/?as_of=2026-01-01", "as_of"),
    ("projects/?State=draft", "State"),
    ("projects/?%00=1", "\x00"),
    ("projects/?q=%ED%A0%80", "query"),
    ("projects/?q=%C3%28", "query"),
    ("projects/?" + "&".join(f"a{n}=1" for n in range(200)), "query"),
    ("deadlines/?due_after=2026-02-30", "due_after"),
    ("deadlines/?due_before=x", "due_before"),
    ("deadlines/?kind=birthday", "kind"),
    ("deadlines/?project=42", "project"),
    ("deadlines/?committee=nobody", "committee"),
    ("deadlines/?state=draft", "state"),
    ("changes/?after=-1", "after"),
    ("changes/?after=abc", "after"),
    (f"changes/?after={10**18}", "after"),
    ("changes/?after=1&after=2", "after"),
    ("changes/?epoch=1", "epoch"),
    ("changes/?effective_from=2026-02-30", "effective_from"),
    ("changes/?effective_to=tomorrow", "effective_to"),
    ("changes/?limit=0", "limit"),
    ("changes/?cursor=x", "cursor"),
    ("pipeline/?q=x", "q"),
    ("pipeline/?committee=nobody", "committee"),
    ("committees/?limit=0", "limit"),
    ("committees/?parent=x", "parent"),
    ("tracks/?x=1", "x"),
    ("schema/?format=yaml", "format"),
]


@pytest.mark.parametrize(("path", "parameter"), BAD)
def test_a_parameter_that_cannot_be_taken_is_named(api: Asking, path: str, parameter: str) -> None:
    problem = _problem(api.get(path), 400)
    assert problem["parameter"] == parameter
    assert problem["errors"][parameter]


@pytest.mark.parametrize("path", LISTS)
def test_an_unknown_parameter_is_refused_everywhere_and_the_known_ones_are_listed(api: Asking, path: str) -> None:
    problem = _problem(api.get(f"{path}?nonsense=1"), 400)
    assert problem["parameter"] == "nonsense"
    assert "there are:" in problem["detail"]


def test_every_wrong_parameter_is_named_at_once(api: Asking) -> None:
    problem = _problem(api.get("projects/?limit=0&state=x&nonsense=1"), 400)
    assert sorted(problem["errors"]) == ["limit", "nonsense", "state"]


@pytest.mark.parametrize("below", ["", "history/", "deadlines/", "transitions/"])
def test_one_projects_addresses_refuse_unknown_parameters_too(api: Asking, below: str) -> None:
    project = factories.project()
    assert _problem(api.get(f"projects/{project.pk}/{below}?fields=id"), 400)["parameter"] == "fields"


def test_a_query_in_raw_utf8_is_as_good_as_an_escaped_one() -> None:
    factories.project(title_zh="人工智能")
    raw = Client().get("/api/v1/projects/", QUERY_STRING="q=人工智能".encode().decode("latin-1"))
    assert len(raw.json()["results"]) == 1
    assert _problem(Client().get("/api/v1/projects/", QUERY_STRING="q=\xff"), 400)["parameter"] == "query"


@pytest.mark.parametrize(
    "path",
    [
        "",
        "nothing/",
        "projects",
        "projects/42/",
        "projects/" + quote("人") + "/",
        "projects/00000000-0000-0000-0000-00000000000g/",
        "projects/00000000-0000-0000-0000-000000000000/nothing/",
        "committees/nobody/",
        "committees/%00/",
        "tracks/gb-x/",
        "tracks/" + "x" * 5000 + "/",
        "/api/",
        "/api/v2/projects/",
    ],
)
def test_an_address_that_is_none_is_a_404_document(api: Asking, path: str) -> None:
    _problem(api.get(path), 404)


def test_an_address_without_its_last_slash_is_told_so(api: Asking) -> None:
    assert "/api/v1/projects/" in _problem(api.get("projects"), 404)["detail"]


@pytest.mark.parametrize("path", [*LISTS, "docs/", "committees/x/", "tracks/gb/"])
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "TRACE"])
def test_a_method_that_an_address_has_not_is_405(api: Asking, path: str, method: str) -> None:
    response = api.send(method, path)
    _problem(response, 405)
    assert response.headers["Allow"] == "GET, HEAD, OPTIONS"


def test_options_names_the_methods(api: Asking) -> None:
    project = factories.project()
    assert api.send("OPTIONS", "projects/").headers["Allow"] == "GET, HEAD, OPTIONS"
    response = api.send("OPTIONS", f"projects/{project.pk}/transitions/")
    assert (response.status_code, response.headers["Allow"]) == (204, "GET, POST, HEAD, OPTIONS")


@pytest.mark.parametrize("accept", ["text/html", "application/xml", "text/csv;q=1", "application/json;q=0"])
def test_what_the_api_cannot_speak_is_406(api: Asking, accept: str) -> None:
    _problem(api.get("projects/", Accept=accept), 406)


@pytest.mark.parametrize("accept", ["*/*", "application/*", "application/json", "text/html, */*;q=0.1", ""])
def test_what_the_api_can_speak_is_json(api: Asking, accept: str) -> None:
    response = api.get("projects/", Accept=accept)
    assert (response.status_code, response.headers["Content-Type"]) == (200, "application/json")


def test_a_head_is_a_get_without_its_body(api: Asking) -> None:
    factories.project()
    head, got = api.send("HEAD", "projects/"), api.get("projects/")
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["ETag"] == got.headers["ETag"]


def test_an_unknown_host_is_refused_with_a_document_too() -> None:
    response = Client().get("/api/v1/projects/", headers={"Host": "evil.example"})
    _problem(response, 400)


def test_a_fault_of_ours_is_a_500_document_without_a_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_arguments: Any) -> Any:
        raise ZeroDivisionError("the secret detail")

    monkeypatch.setattr(Projects, "body", fail)
    response = Client(raise_request_exception=False).get("/api/v1/projects/")
    _problem(response, 500)
    assert b"secret detail" not in response.content


def test_a_database_that_does_not_answer_is_503_with_a_time_to_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_arguments: Any) -> Any:
        raise OperationalError("database is locked")

    monkeypatch.setattr(Projects, "body", fail)
    response = Client(raise_request_exception=False).get("/api/v1/projects/")
    _problem(response, 503)
    assert response.headers["Retry-After"] == "5"


def test_the_api_speaks_english_to_everybody(api: Asking) -> None:
    project = factories.project()
    path = f"projects/{project.pk}/transitions/"
    chinese, english = api.get(path, Accept_Language="zh-CN"), api.get(path)
    assert chinese.content == english.content
    assert chinese.headers["Content-Language"] == "en"


def test_a_title_with_markup_or_direction_marks_stays_inside_its_json_string(api: Asking) -> None:
    factories.project(title='</script><script>alert(1)</script>"\\')
    response = api.get("projects/")
    assert response.json()["results"][0]["title"] == '</script><script>alert(1)</script>"\\'
    assert response.headers["X-Content-Type-Options"] == "nosniff"


def test_a_page_elsewhere_may_read_and_is_sent_no_cookie_rights(api: Asking) -> None:
    response = api.get("projects/", Origin="https://dashboard.example")
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in response.headers
    assert "ETag" in response.headers["Access-Control-Expose-Headers"]
    asked = {"Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": "if-none-match,authorization"}
    preflight = api.client.options("/api/v1/projects/", headers={"Origin": "https://dashboard.example", **asked})
    assert "if-none-match" in preflight.headers["Access-Control-Allow-Headers"]
    assert "POST" not in preflight.headers["Access-Control-Allow-Methods"]

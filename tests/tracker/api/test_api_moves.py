"""``projects/{id}/transitions/``: what could be done, and moving a project behind If-Match."""

from datetime import date
from typing import Any

import pytest

from standards.edits import edit
from standards.models import Change, Project
from standards.transitions import options, perform
from tests import factories
from tests.tracker.api.asking import Asking
from workflows.states import FACTS, State, Verb

pytestmark = pytest.mark.django_db

HOLD = {"verb": "hold", "on": "2025-08-01", "reason": "waiting for the minister"}


@pytest.fixture
def mover() -> Asking:
    return Asking(factories.api_token(factories.mover("zhang.san"), write=True))


def _path(project: Project) -> str:
    return f"projects/{project.pk}/transitions/"


def _tag(caller: Asking, project: Project) -> str:
    tag: str = caller.get(f"projects/{project.pk}/").headers["ETag"]
    return tag


def _move(caller: Asking, project: Project, body: Any, **headers: str) -> Any:
    return caller.post(_path(project), body, **({"If_Match": _tag(caller, project)} | headers))


def _refused(response: Any, status: int) -> Any:
    assert response.status_code == status, (response.status_code, response.content)
    assert response.headers["Content-Type"] == "application/problem+json"
    assert not Change.objects.filter(kind="moved").exists()
    problem = response.json()
    assert problem["status"] == status
    assert problem["detail"]
    return problem


# What could be done


@pytest.mark.parametrize("track", ["gb", "gb-z", "gb-t-adoption", "sector", "association", "iso-iec-is", "ieee"])
def test_every_verb_of_the_track_is_told_with_its_three_answers(api: Asking, track: str) -> None:
    project = factories.project(track, State.PROPOSAL)
    told = api.read(_path(project))["results"]
    assert {option["verb"] for option in told} == {str(verb) for verb in project.track.rules}
    expected = {option.verb: option for option in options(project, by=None, on=date(2026, 1, 1))}
    for option in told:
        assert list(option) == ["verb", "to", "facts", "legal", "why_not", "shut_gates", "permitted"]
        assert option["legal"] == expected[Verb(option["verb"])].legal
        assert bool(option["why_not"]) != option["legal"]
        assert [fact["name"] for fact in option["facts"]] == [fact.name for fact in FACTS[Verb(option["verb"])]]


def _option(caller: Asking, project: Project, verb: str) -> Any:
    return next(option for option in caller.read(_path(project))["results"] if option["verb"] == verb)


def test_gates_are_told_with_their_reasons(api: Asking) -> None:
    project = factories.project("gb", State.APPROVAL)
    shut = _option(api, project, "publish")["shut_gates"]
    assert [gate["gate"] for gate in shut] == ["published_number_given", "publication_dates_given"]
    assert all(gate["reason"] for gate in shut)


@pytest.mark.parametrize(
    ("token", "permitted"),
    [
        (lambda: "", False),
        (lambda: factories.api_token(factories.person(), write=True), False),
        (lambda: factories.api_token(factories.mover(), write=False), False),
        (lambda: factories.api_token(factories.mover(), write=True), True),
        (lambda: factories.api_token(factories.person(is_superuser=True), write=True), True),
    ],
)
def test_permitted_is_whether_this_token_may(token: Any, permitted: bool) -> None:
    project = factories.project()
    assert _option(Asking(token()), project, "hold")["permitted"] is permitted


def test_a_gate_that_opens_with_the_day_is_told_anew_that_day(api: Asking, time_machine: Any) -> None:
    project = factories.project("gb-t", State.PUBLIC_COMMENT, comment_from="2025-08-01", comment_until="2025-09-30")
    time_machine.move_to("2025-09-30T12:00:00+08:00", tick=False)
    before = api.get(_path(project))
    assert _option(api, project, "submit")["shut_gates"]
    time_machine.move_to("2025-10-01T00:00:00+08:00", tick=False)
    assert api.get(_path(project), If_None_Match=before.headers["ETag"]).status_code == 200
    assert not _option(api, project, "submit")["shut_gates"]


# Moving


def test_a_move_is_recorded_and_answered_with_its_change(mover: Asking) -> None:
    project = factories.project()
    response = _move(mover, project, HOLD | {"note": "see minutes", "source": "minutes line 7"})
    assert response.status_code == 201
    change = response.json()
    assert change == mover.read(f"projects/{project.pk}/history/")["results"][0]
    assert (change["verb"], change["from"], change["to"]) == ("hold", "draft", "draft")
    assert (change["effective_on"], change["note"], change["source"]) == ("2025-08-01", "see minutes", "minutes line 7")
    assert change["by"] == "secretariat"
    assert response.headers["Location"] == f"http://testserver/api/v1/projects/{project.pk}/history/"
    assert mover.read(f"projects/{project.pk}/")["on_hold"] is True
    assert Change.objects.get(rev=change["rev"]).actor.username == "zhang.san"  # type: ignore[union-attr]


def test_a_project_is_moved_all_the_way_to_publication(mover: Asking) -> None:
    project = factories.project("gb-z", State.PROPOSAL)
    steps: list[dict[str, Any]] = [
        {"verb": "start_draft", "on": "2025-08-01", "number": "20252081-Z-469"},
        {"verb": "open_comment", "on": "2025-09-01", "from": "2025-09-01", "until": "2025-10-31",
         "url": "https://example.org/comment"},
        {"verb": "return_to_draft", "on": "2025-11-01"},
        {"verb": "open_comment", "on": "2025-11-02", "from": "2025-11-02", "until": "2025-12-31"},
        {"verb": "publish", "on": "2026-01-05", "number": "GB/Z 185-2026", "published_on": "2026-01-05",
         "in_force_on": "2026-01-05"},
        {"verb": "withdraw", "on": "2026-02-01", "reason": "replaced"},
    ]  # fmt: skip
    for step in steps:
        response = _move(mover, project, step)
        assert response.status_code == 201, response.content
    told = mover.read(f"projects/{project.pk}/")
    assert (told["state"], told["round"], told["since"]) == ("withdrawn", 2, "2026-02-01")
    assert [number["value"] for number in told["numbers"]] == ["20252081-Z-469", "GB/Z 185-2026"]


@pytest.mark.parametrize("form", ["{}", "W/{}", '"other", {}', '"other" , W/{}', "*"])
def test_if_match_is_taken_strong_weak_in_a_list_and_as_a_star(mover: Asking, form: str) -> None:
    project = factories.project()
    header = form.format(_tag(mover, project))
    assert _move(mover, project, HOLD, If_Match=header).status_code == 201


def test_the_etag_of_the_transitions_themselves_will_do(mover: Asking) -> None:
    project = factories.project()
    tag = mover.get(_path(project)).headers["ETag"]
    assert _move(mover, project, HOLD, If_Match=tag).status_code == 201


def test_without_if_match_a_move_is_428(mover: Asking) -> None:
    project = factories.project()
    _refused(mover.post(_path(project), HOLD), 428)
    _refused(mover.post(_path(project), HOLD, If_Match=" "), 428)


@pytest.mark.parametrize("header", ["2", "abc", "W/", "'x'"])
def test_an_if_match_that_is_no_etag_is_400(mover: Asking, header: str) -> None:
    assert _refused(_move(mover, factories.project(), HOLD, If_Match=header), 400)["parameter"] == "If-Match"


def test_a_stale_move_is_412_and_names_who_did_what(mover: Asking) -> None:
    project = factories.project("gb-t", State.PUBLIC_COMMENT)
    tag = _tag(mover, project)
    perform(project, Verb.RETURN_TO_DRAFT, by=factories.mover("wang.wu"), on="2025-08-01")
    response = _move(mover, project, HOLD, If_Match=tag)
    assert response.status_code == 412
    problem = response.json()
    assert "wang.wu" in problem["detail"]
    assert "draft" in problem["detail"]
    project.refresh_from_db()
    assert problem["rev"] == project.rev
    assert problem["expected_rev"] < problem["rev"]
    assert Change.objects.filter(kind="moved").count() == 1


def test_an_etag_of_another_project_or_from_nowhere_is_412(mover: Asking) -> None:
    other, project = factories.project(), factories.project()
    _refused(_move(mover, project, HOLD, If_Match=_tag(mover, other)), 412)
    _refused(_move(mover, project, HOLD, If_Match='"abc"'), 412)
    _refused(_move(mover, project, HOLD, If_Match='"999999-' + "0" * 32 + '"'), 412)


def test_an_etag_read_without_a_token_serves_a_move_with_one(api: Asking) -> None:
    project = factories.project()
    insider = Asking(factories.api_token(factories.secretary(), write=True))
    assert _move(insider, project, HOLD, If_Match=_tag(api, project)).status_code == 201


def test_of_two_moves_from_the_same_page_the_second_is_refused(mover: Asking) -> None:
    project = factories.project()
    tag = _tag(mover, project)
    assert _move(mover, project, HOLD, If_Match=tag).status_code == 201
    assert _move(mover, project, HOLD | {"verb": "cancel"}, If_Match=tag).status_code == 412
    assert Change.objects.filter(kind="moved").count() == 1


def test_an_illegal_move_is_409_with_the_moves_there_are(mover: Asking) -> None:
    problem = _refused(_move(mover, factories.project(), {"verb": "start_draft", "on": "2025-08-01"}), 409)
    assert problem["code"] == "illegal"
    assert "Open for comment" in problem["detail"]


def test_every_shut_gate_is_listed_at_once(mover: Asking) -> None:
    project = factories.project("gb", State.APPROVAL)
    problem = _refused(_move(mover, project, {"verb": "publish", "on": "2025-08-01"}), 409)
    assert problem["code"] == "gates_shut"
    assert [shut["gate"] for shut in problem["shut_gates"]] == ["published_number_given", "publication_dates_given"]
    assert all(shut["reason"] for shut in problem["shut_gates"])


def test_a_gate_is_passed_with_a_reason_by_who_may(mover: Asking) -> None:
    project = factories.project("gb-t", State.PUBLIC_COMMENT)
    move = {"verb": "submit", "on": "2025-08-01", "override": "the board decided"}
    assert _refused(_move(mover, project, move), 403)["code"] == "not_permitted"
    secretary = Asking(factories.api_token(factories.secretary(), write=True))
    change = _move(secretary, project, move).json()
    assert (change["override"], change["overridden"]) == ("the board decided", ["comment_period_over"])


def test_a_stranger_is_401_and_told_how_to_come_in(api: Asking) -> None:
    project = factories.project()
    response = _move(api, project, HOLD)
    _refused(response, 401)
    assert response.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_token_that_may_only_read_is_403() -> None:
    reader = Asking(factories.api_token(factories.mover()))
    assert "only read" in _refused(_move(reader, factories.project(), HOLD), 403)["detail"]


def test_a_user_without_the_permission_is_403() -> None:
    stranger = Asking(factories.api_token(factories.person(permissions=["change_project"]), write=True))
    assert _refused(_move(stranger, factories.project(), HOLD), 403)["code"] == "not_permitted"


def test_a_hidden_project_cannot_be_moved_nor_named(mover: Asking) -> None:
    hidden = factories.project(embargoed=True)
    _refused(mover.post(_path(hidden), HOLD, If_Match="*"), 404)
    published = factories.project(state=State.PUBLISHED)
    move = {"verb": "withdraw", "on": "2025-08-01", "reason": "replaced"}
    unknown = "7b0e4c39-0b7e-4c3b-8c7e-1d5f3a9b2c11"
    for successor in (str(hidden.pk), unknown):
        problem = _refused(_move(mover, published, move | {"successor": successor}), 400)
        assert problem["errors"] == {"successor": "there is no other project with this id."}


def test_a_successor_is_linked_from_both_ends(mover: Asking) -> None:
    old, new = factories.project(state=State.PUBLISHED), factories.project()
    move = {"verb": "withdraw", "on": "2025-08-01", "reason": "replaced", "successor": str(new.pk)}
    assert _move(mover, old, move).status_code == 201
    assert mover.read(f"projects/{new.pk}/")["links"] == [{"rel": "supersedes", "project": str(old.pk)}]


BAD_BODIES: list[tuple[Any, str]] = [
    ({}, "verb"),
    ({"verb": "hold"}, "on"),
    ({"verb": "hold", "on": None, "reason": "x"}, "on"),
    ({"verb": "jump", "on": "2025-08-01"}, "verb"),
    ({"verb": None, "on": "2025-08-01"}, "verb"),
    ({"verb": ["hold"], "on": "2025-08-01"}, "verb"),
    ({"verb": {"a": 1}, "on": "2025-08-01"}, "verb"),
    ({"verb": "confirm", "on": "2025-08-01"}, "verb"),
    (HOLD | {"on": "2026-02-30"}, "on"),
    (HOLD | {"on": "01.08.2025"}, "on"),
    (HOLD | {"on": 20250801}, "on"),
    (HOLD | {"on": "2999-01-01"}, "on"),
    (HOLD | {"on": "2025-07-07"}, "on"),
    (HOLD | {"on": "2025-08-01T00:00:00Z"}, "on"),
    (HOLD | {"on": "٢٠٢٥-٠٨-٠١"}, "on"),
    (HOLD | {"reason": 42}, "reason"),
    (HOLD | {"reason": "a\u0000b"}, "reason"),
    (HOLD | {"note": ["x"]}, "note"),
    (HOLD | {"note": "x" * 20_001}, "note"),
    (HOLD | {"source": "two\nlines"}, "source"),
    (HOLD | {"source": "x" * 301}, "source"),
    (HOLD | {"override": True}, "override"),
    (HOLD | {"stage": "20"}, "stage"),
    (HOLD | {"number": "20252081-Z-469"}, "number"),
    (HOLD | {"colour": "red"}, "colour"),
    (HOLD | {"by": 1}, "by"),
    (HOLD | {"project": "x"}, "project"),
    (HOLD | {"expected_rev": 1}, "expected_rev"),
    (HOLD | {"self": 1}, "self"),
    ({"verb": "open_comment", "on": "2025-08-01", "from": "2025-09-01", "until": "2025-08-01"}, "until"),
    ({"verb": "open_comment", "on": "2025-08-01", "from": "2025-13-01", "until": "2025-08-01"}, "from"),
    ({"verb": "open_comment", "on": "2025-08-01", "url": "javascript:alert(1)"}, "url"),
    ({"verb": "open_comment", "on": "2025-08-01", "number": "2025039-Z-469"}, "number"),
    ({"verb": "advance", "on": "2025-08-01"}, "stage"),
    ({"verb": "open_comment", "on": "2025-08-01", "from": "2025-08-01", "until": "2025-09-01", "stage": "20"}, "stage"),
]


@pytest.mark.parametrize(("body", "field"), BAD_BODIES)
def test_a_field_that_cannot_be_taken_is_named(mover: Asking, body: Any, field: str) -> None:
    problem = _refused(_move(mover, factories.project(), body), 400)
    assert field in problem["errors"]
    assert problem["parameter"] in problem["errors"]


def test_every_wrong_field_is_named_at_once(mover: Asking) -> None:
    problem = _refused(_move(mover, factories.project(), HOLD | {"on": "x", "note": 1, "source": "a\nb"}), 400)
    assert sorted(problem["errors"]) == ["note", "on", "source"]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b'"hold"',
        b"{",
        b"{'verb': 'hold'}",
        b'{"verb": "hold", "verb": "cancel", "on": "2025-08-01"}',
        b'{"verb": "hold", "on": "2025-08-01", "reason": "\xff"}',
        b'{"verb": "hold", "on": "2025-08-01", "reason": "\\ud800"}',
        b'{"verb": "\\udfff", "on": "2025-08-01"}',
        b'{"\\ud800": 1, "\\ud800": 2}',
        b'{"verb": NaN}',
        b'{"verb": 1e999}',
        b'{"verb": ' + b"9" * 60_000 + b"}",
        b"[" * 60_000,
        b'{"verb":' * 7_000,
        "{}".encode("utf-16"),
        b"\xef\xbb\xbf{}",
        b'{"verb": "hold", "on": "2025-08-01", "reason": "\x00"}',
    ],
)
def test_a_body_that_is_no_object_of_ours_is_400(mover: Asking, body: bytes) -> None:
    _refused(_move(mover, factories.project(), body), 400)


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/json"]
)
def test_another_content_type_is_415(mover: Asking, content_type: str) -> None:
    _refused(_move(mover, factories.project(), b'{"verb": "hold"}', content_type=content_type), 415)


def test_a_charset_may_stand_beside_the_content_type(mover: Asking) -> None:
    response = _move(mover, factories.project(), HOLD, content_type="application/json; charset=utf-8")
    assert response.status_code == 201


def test_more_than_64_kb_are_413(mover: Asking) -> None:
    body = b'{"verb": "hold", "note": "' + b"x" * (64 * 1024) + b'"}'
    _refused(_move(mover, factories.project(), body), 413)


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_a_project_is_not_put_patched_or_deleted(mover: Asking, method: str) -> None:
    project = factories.project()
    for path in (f"projects/{project.pk}/", _path(project)):
        assert mover.send(method, path).status_code == 405


def test_a_parameter_on_a_move_is_refused(mover: Asking) -> None:
    project = factories.project()
    response = mover.post(f"{_path(project)}?dry_run=1", HOLD, If_Match=_tag(mover, project))
    assert _refused(response, 400)["parameter"] == "dry_run"


def test_an_etag_still_matches_when_only_another_project_was_changed(mover: Asking) -> None:
    project = factories.project()
    tag = _tag(mover, project)
    edit(factories.project(), by=None, note="x")
    assert _move(mover, project, HOLD, If_Match=tag).status_code == 201

"""Tokens: who they let in, for how long, and what is left of one in the database."""

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from standards.querysets import sees_embargoed
from tests import factories
from tests.tracker.api.asking import Asking
from tracker.tokens import ApiToken, BadToken, issue, read_token, revoke

pytestmark = pytest.mark.django_db


def _refused(token: str) -> Any:
    response = Asking(token).get("projects/")
    assert response.status_code == 401
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.headers["WWW-Authenticate"].startswith('Bearer realm="')
    assert 'error="invalid_token"' in response.headers["WWW-Authenticate"]
    return response.json()


def test_a_token_lets_its_user_in() -> None:
    assert Asking(factories.api_token()).get("projects/").status_code == 200


@pytest.mark.parametrize(
    "token",
    ["x", "trk_", "trk_short_secret", "a" * 5000, "trk_abcdefghij_" + "x" * 43, "trk_ABCDEFGHIJ_" + "x" * 43, "令牌"],
)
def test_what_is_no_token_of_ours_is_refused(token: str) -> None:
    assert _refused(token.encode().decode("latin-1"))["status"] == 401


@pytest.mark.parametrize("header", ["Basic dXNlcjpwYXNz", "Bearer", "Token abc", "bearer ", "\x00"])
def test_another_kind_of_authorization_is_refused(header: str) -> None:
    assert Client().get("/api/v1/projects/", headers={"Authorization": header}).status_code == 401


def test_the_scheme_is_written_in_any_case() -> None:
    headers = {"Authorization": f"bEARER {factories.api_token()}"}
    assert Client().get("/api/v1/projects/", headers=headers).status_code == 200


def test_a_right_prefix_with_a_wrong_secret_is_refused() -> None:
    token = factories.api_token()
    wrong = token[:-1] + ("A" if token[-1] != "A" else "B")
    assert _refused(wrong)["detail"] == "This token is not known."


def test_a_revoked_token_fails_on_the_next_request() -> None:
    caller = Asking(factories.api_token())
    assert caller.get("projects/").status_code == 200
    revoke(ApiToken.objects.get(), timezone.now())
    assert "revoked" in _refused(caller.token)["detail"]


def test_a_revoked_token_fails_even_where_nothing_has_changed() -> None:
    caller = Asking(factories.api_token())
    tag = caller.get("projects/").headers["ETag"]
    revoke(ApiToken.objects.get(), timezone.now())
    assert caller.get("projects/", If_None_Match=tag).status_code == 401


def test_a_token_works_until_the_moment_it_expires(time_machine: Any) -> None:
    end = timezone.now() + timedelta(days=30)
    caller = Asking(factories.api_token(expires_at=end))
    time_machine.move_to(end - timedelta(seconds=1), tick=False)
    assert caller.get("projects/").status_code == 200
    time_machine.move_to(end, tick=False)
    assert "expired" in _refused(caller.token)["detail"]


def test_the_token_of_somebody_who_left_opens_nothing() -> None:
    user = factories.person()
    token = factories.api_token(user)
    user.is_active = False
    user.save()
    assert "left" in _refused(token)["detail"]


def test_the_database_does_not_hold_what_would_open_the_door() -> None:
    text = factories.api_token()
    row = str(ApiToken.objects.values().get())
    assert text not in row
    assert text.rpartition("_")[2] not in row
    assert text.split("_")[1] in row


def test_two_tokens_are_never_alike() -> None:
    user = factories.person()
    assert len({factories.api_token(user) for _time in range(20)}) == 20


@pytest.mark.parametrize(
    "of",
    [
        factories.person,
        lambda: factories.person(permissions=["view_embargoed"]),
        lambda: factories.person(permissions=["move_project"]),
        factories.secretary,
        factories.mover,
        lambda: factories.person(is_superuser=True),
        lambda: factories.person_of_a_group(["view_embargoed"]),
        lambda: factories.person_of_a_group(["move_project"]),
    ],
)
def test_what_the_token_query_says_of_rights_is_what_the_user_has(of: Any) -> None:
    user = of()
    found = read_token(factories.api_token(user), timezone.now())
    asked = ("standards.view_embargoed", "standards.move_project")
    assert found.permissions == {name for name in asked if user.has_perm(name)}
    assert ("standards.view_embargoed" in found.permissions) == sees_embargoed(user)


def test_a_login_in_the_admin_is_nothing_to_the_api() -> None:
    hidden = factories.project(embargoed=True)
    browser = Client()
    browser.force_login(factories.secretary())
    assert browser.get(f"/api/v1/projects/{hidden.pk}/").status_code == 404
    move = browser.post(
        f"/api/v1/projects/{factories.project().pk}/transitions/",
        {"verb": "hold", "on": "2025-08-01"},
        content_type="application/json",
    )
    assert move.status_code == 401


def test_the_day_of_the_last_use_is_written_once_a_day(time_machine: Any, django_assert_num_queries: Any) -> None:
    time_machine.move_to("2026-03-01T09:00:00+08:00", tick=False)
    caller = Asking(factories.api_token())
    caller.get("projects/")
    assert str(ApiToken.objects.get().last_used_on) == "2026-03-01"
    with django_assert_num_queries(2):  # the token, the head: nothing is written again
        caller.get("tracks/gb/"), caller.get("tracks/gb-z/")
    time_machine.move_to("2026-03-02T00:01:00+08:00", tick=False)
    caller.get("projects/")
    assert str(ApiToken.objects.get().last_used_on) == "2026-03-02"


def test_a_token_is_read_by_its_exact_text_alone() -> None:
    text = factories.api_token()
    for wrong in (f" {text}", f"{text}\n", text.upper(), text + "x"):
        with pytest.raises(BadToken):
            read_token(wrong, timezone.now())


# The command


def _create(*arguments: str) -> str:
    out = StringIO()
    call_command("create_token", *arguments, stdout=out)
    return out.getvalue().strip()


def test_the_command_prints_a_token_that_reads() -> None:
    factories.person("dashboard")
    caller = Asking(_create("dashboard", "--name", "board in room 4"))
    assert caller.get("projects/").status_code == 200
    token = ApiToken.objects.get()
    assert (token.name, token.scope, token.expires_at) == ("board in room 4", "read", None)


def test_the_command_makes_tokens_that_write_and_that_expire() -> None:
    factories.person("dashboard")
    _create("dashboard", "--name", "mover", "--write", "--days", "30")
    token = ApiToken.objects.get()
    assert token.scope == "write"
    assert token.expires_at == token.created_at + timedelta(days=30)


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (("nobody", "--name", "x"), "nobody"),
        (("gone", "--name", "x"), "gone"),
        (("dashboard", "--name", " "), "--name"),
        (("dashboard", "--name", "x" * 101), "--name"),
        (("dashboard", "--name", "x", "--days", "0"), "--days"),
        (("dashboard", "--name", "x", "--days", "100000"), "--days"),
        (("dashboard",), "--name"),
    ],
)
def test_the_command_says_what_it_cannot_take_and_makes_nothing(arguments: tuple[str, ...], named: str) -> None:
    factories.person("dashboard")
    factories.person("gone", is_active=False)
    with pytest.raises(CommandError, match=named):
        _create(*arguments)
    assert not ApiToken.objects.exists()


# The admin


def _admin(**fields: Any) -> Client:
    browser = Client()
    browser.force_login(factories.person(is_staff=True, **fields))
    return browser


def test_the_admin_shows_a_new_token_once() -> None:
    browser = _admin(is_superuser=True)
    owner = factories.person("owner")
    form = {"name": "board", "user": owner.pk, "scope": "write", "expires_at_0": "", "expires_at_1": ""}
    page = browser.post("/admin/tracker/apitoken/add/", form, follow=True).content.decode()
    text = page.partition("<code>")[2].partition("</code>")[0]
    assert read_token(text, timezone.now()).token.user == owner
    assert text not in browser.get("/admin/tracker/apitoken/").content.decode()


def test_staff_make_tokens_for_themselves_alone_and_see_their_own() -> None:
    other = factories.person("somebody.else", is_superuser=True)
    factories.api_token(other)
    browser = _admin(permissions=[])
    user = factories.person("clerk", is_staff=True)
    factories.grant(user, "tracker", "add_apitoken", "view_apitoken", "change_apitoken")
    browser.force_login(user)
    form = {"name": "mine", "user": other.pk, "scope": "read", "expires_at_0": "", "expires_at_1": ""}
    assert browser.post("/admin/tracker/apitoken/add/", form).status_code == 302
    assert ApiToken.objects.get(name="mine").user == user
    assert "somebody.else" not in browser.get("/admin/tracker/apitoken/").content.decode()
    assert browser.get(f"/admin/tracker/apitoken/{ApiToken.objects.get(user=other).pk}/change/").status_code == 302


def test_the_admin_refuses_a_token_that_has_expired_before_it_is_made() -> None:
    form = {
        "name": "late",
        "user": factories.person().pk,
        "scope": "read",
        "expires_at_0": "2020-01-01",
        "expires_at_1": "00:00:00",
    }
    page = _admin(is_superuser=True).post("/admin/tracker/apitoken/add/", form)
    assert "has passed" in page.content.decode()
    assert not ApiToken.objects.exists()


def test_the_admin_revokes_and_never_deletes() -> None:
    text = factories.api_token()
    token = ApiToken.objects.get()
    browser = _admin(is_superuser=True)
    chosen = {"action": "revoke_tokens", "_selected_action": [token.pk]}
    browser.post("/admin/tracker/apitoken/", chosen)
    with pytest.raises(BadToken, match="revoked"):
        read_token(text, timezone.now())
    first = ApiToken.objects.get().revoked_at
    browser.post("/admin/tracker/apitoken/", chosen)
    assert ApiToken.objects.get().revoked_at == first
    assert browser.post(f"/admin/tracker/apitoken/{token.pk}/delete/", {"post": "yes"}).status_code == 403


def test_editing_a_token_in_the_admin_alters_nothing() -> None:
    text = factories.api_token()
    token = ApiToken.objects.get()
    browser = _admin(is_superuser=True)
    page = browser.get(f"/admin/tracker/apitoken/{token.pk}/change/").content.decode()
    assert token.digest not in page
    browser.post(f"/admin/tracker/apitoken/{token.pk}/change/", {"name": "other", "scope": "write"})
    assert read_token(text, timezone.now()).token.scope == "read"


def test_a_token_tells_no_more_of_itself_than_its_prefix() -> None:
    token = ApiToken(user=factories.person(), name="board", scope="read")
    text = issue(token, timezone.now())
    assert str(token) == f"board (trk_{text.split('_')[1]}…)"

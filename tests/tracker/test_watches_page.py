from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from standards import edits
from standards.models import Committee
from tests import factories
from tests.tracker.admin_pages import text_of
from tracker.models import Watch
from tracker.stop_links import signed

pytestmark = pytest.mark.django_db

ONE_CLICK = "List-Unsubscribe=One-Click"
FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def watch() -> Watch:
    return factories.watch(factories.watcher("ann@example.org"), factories.project(title="The watched project"))


def page_of(*watches: Watch) -> str:
    return f"/watches/{signed(watch.pk for watch in watches)}/"


def post(address: str, body: str) -> Any:
    """As a mail program posts: no cookies, no token, whatever the site's form would send."""
    return Client(enforce_csrf_checks=True).post(address, body, content_type=FORM)


def running() -> set[int]:
    return set(Watch.objects.running().values_list("pk", flat=True))


def test_looking_changes_nothing(watch: Watch, client: Client) -> None:
    for _ in range(2):
        response = client.get(page_of(watch))
        assert response.status_code == 200
        assert "Stop these mails" in text_of(response)
        assert "The watched project" in text_of(response)
    assert client.head(page_of(watch)).status_code == 200
    assert running() == {watch.pk}


@pytest.mark.parametrize("body", [ONE_CLICK, "action=stop", ""])
def test_a_post_stops_it_and_may_be_repeated(watch: Watch, body: str) -> None:
    for _ in range(2):
        response = post(page_of(watch), body)
        assert response.status_code == 200  # no redirect: RFC 8058 forbids it
        assert "You get no more mails" in text_of(response)
        assert not response.cookies
    assert not running()
    stopped_at = Watch.objects.get().stopped_at
    post(page_of(watch), body)
    assert Watch.objects.get().stopped_at == stopped_at


def test_a_multipart_post_stops_it_too(watch: Watch) -> None:
    response = Client(enforce_csrf_checks=True).post(page_of(watch), {"List-Unsubscribe": "One-Click"})
    assert response.status_code == 200
    assert not running()


def test_what_was_stopped_can_be_started_again(watch: Watch, client: Client) -> None:
    post(page_of(watch), ONE_CLICK)
    assert "Start again" in text_of(client.get(page_of(watch)))
    for _ in range(2):
        assert "You get mails again" in text_of(post(page_of(watch), "action=start"))
    (again,) = Watch.objects.running()
    assert again.pk != watch.pk
    assert again.since > watch.since


def test_an_old_link_also_stops_what_was_started_again(watch: Watch) -> None:
    post(page_of(watch), ONE_CLICK)
    post(page_of(watch), "action=start")
    post(page_of(watch), ONE_CLICK)
    assert not running()


def test_it_stops_the_watches_of_the_mail_and_no_others(watch: Watch) -> None:
    committee = Committee.objects.get(slug="sac-tc28-sc42")
    by_committee = factories.watch(watch.watcher, committee)
    another = factories.watch(watch.watcher, factories.project())
    somebody_elses = factories.watch(factories.watcher(), watch.project or committee)
    post(page_of(watch, by_committee), ONE_CLICK)
    assert running() == {another.pk, somebody_elses.pk}


def test_of_several_it_names_those_that_still_run(watch: Watch, client: Client) -> None:
    other = factories.watch(watch.watcher, factories.project(title="The other one"))
    post(page_of(other), ONE_CLICK)
    text = text_of(client.get(page_of(watch, other)))
    assert "The watched project" in text
    assert "The other one" not in text
    post(page_of(watch), ONE_CLICK)
    assert "The other one" in text_of(client.get(page_of(watch, other)))


def test_it_speaks_the_language_of_the_watcher(client: Client) -> None:
    who = factories.watcher(language="zh-hans")
    watch = factories.watch(who, factories.project(title="English", title_zh="中文标题"))
    response = client.get(page_of(watch), headers={"accept-language": "en"})
    assert 'lang="zh-hans"' in response.content.decode()
    assert "中文标题" in text_of(response)


def test_it_gives_away_nobody_and_is_kept_nowhere(watch: Watch, client: Client) -> None:
    for response in (client.get(page_of(watch)), post(page_of(watch), ONE_CLICK)):
        assert "ann@" not in response.content.decode()
        assert "ann@" not in page_of(watch)
        assert "no-store" in response.headers["Cache-Control"]
        assert response.headers["Referrer-Policy"] == "no-referrer"
        assert response.headers["X-Robots-Tag"] == "noindex"


def test_it_needs_no_cookie_and_sets_none(watch: Watch) -> None:
    assert not Client().get(page_of(watch)).cookies


def test_an_embargoed_project_is_not_named(watch: Watch, client: Client) -> None:
    assert watch.project
    edits.edit(watch.project, by=None, embargoed=True)
    response = client.get(page_of(watch))
    assert "The watched project" not in response.content.decode()
    assert str(watch.project_id) not in response.content.decode()
    post(page_of(watch), ONE_CLICK)
    assert not running()


def test_a_wrong_link_is_the_same_calm_page_whatever_is_wrong_with_it(watch: Watch, client: Client) -> None:
    token = signed([watch.pk])
    gone = signed([watch.pk + 1000])
    forged = token.replace(token.split(":")[0], signed([watch.pk + 1]).split(":")[0])
    for wrong in (gone, forged, token[:-1], "1", "%20", "a:b", token.upper(), "é", f"{token}x"):
        for response in (client.get(f"/watches/{wrong}/"), post(f"/watches/{wrong}/", ONE_CLICK)):
            assert response.status_code == 404
            assert "There is no such page" in text_of(response)
    assert running() == {watch.pk}


def test_a_token_signed_for_something_else_opens_nothing(watch: Watch, client: Client) -> None:
    from django.core.signing import Signer

    token = Signer(key=settings.SECRET_KEY, salt="something else").sign_object([watch.pk])
    assert client.get(f"/watches/{token}/").status_code == 404


def test_other_methods_are_refused(watch: Watch, client: Client) -> None:
    for method in ("put", "patch", "delete"):
        assert getattr(client, method)(page_of(watch)).status_code == 405
    assert running() == {watch.pk}


def test_somebody_who_is_not_active_stays_so(watch: Watch) -> None:
    watch.watcher.active = False
    watch.watcher.save()
    post(page_of(watch), "action=start")
    watch.watcher.refresh_from_db()
    assert not watch.watcher.active

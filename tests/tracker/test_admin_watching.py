"""Watchers, their watches and the letters they got, as the secretariat keeps and reads them."""

from datetime import date
from typing import Any

import pytest
from django.test import Client

from standards import edits
from standards.clock import database_now
from standards.models import Committee, Project
from tests import factories
from tests.servers.smtp_sink import RunningSink
from tests.tracker.admin_pages import signed_in, tables_asked, text_of
from tracker import outbox, reminders
from tracker.groups import GROUPS
from tracker.models import Notification, Watch, Watcher

pytestmark = pytest.mark.django_db

WATCHERS = "/admin/tracker/watcher/"
LETTERS = "/admin/tracker/notification/"


@pytest.fixture
def secretariat() -> Client:
    """Somebody with the permissions of the group Secretariat."""
    person = factories.person(is_staff=True)
    for permission in GROUPS["Secretariat"]:
        factories.grant(person, *permission.split(".")[:1], permission.split(".")[1])
    return signed_in(person)


def form(*rows: dict[str, Any], initial: int = 0, **watcher: Any) -> dict[str, Any]:
    """What a browser posts: the watcher, and one row for each watch."""
    posted: dict[str, Any] = {
        "email": "ann@example.org", "name": "Ann", "language": "en", "time_zone": "Asia/Shanghai", "active": "on",
        "watches-TOTAL_FORMS": len(rows), "watches-INITIAL_FORMS": initial,
    }  # fmt: skip
    for number, row in enumerate(rows):
        posted |= {f"watches-{number}-{name}": value for name, value in row.items()}
    return posted | watcher


def saved(response: Any) -> bool:
    return bool(response.status_code == 302)


def problems(response: Any) -> str:
    assert response.status_code == 200
    return text_of(response)


def test_a_watcher_is_added_with_what_they_watch(secretariat: Client) -> None:
    project = factories.project(numbers=["20252081-Z-469"])
    committee = Committee.objects.get(slug="sac-tc28-sc42")
    rows: list[dict[str, Any]] = [
        {"named": "20252081–Z–469", "committee": ""},
        {"named": "", "committee": committee.pk},
        {"named": ""},
    ]
    assert saved(secretariat.post(f"{WATCHERS}add/", form(*rows, email=" Ann@EXAMPLE.org ")))
    who = Watcher.objects.get()
    assert (who.email, who.name) == ("Ann@example.org", "Ann")
    assert [(watch.project, watch.committee) for watch in who.watches.order_by("pk")] == [
        (project, None),
        (None, committee),
    ]


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"email": "nobody"}, "Enter a valid email address."),
        ({"email": "ann@example.org\r\nBcc: x@example.org"}, "line break"),
        ({"name": "Ann\u202e"}, "line break or another invisible character"),
        ({"time_zone": "Mars/Olympus"}, "Mars/Olympus is not one of the available choices"),
        ({"email": ""}, "This field is required."),
    ],
)
def test_wrong_facts_are_refused_with_the_reason(secretariat: Client, wrong: dict[str, Any], told: str) -> None:
    assert told in problems(secretariat.post(f"{WATCHERS}add/", form(**wrong)))
    assert not Watcher.objects.exists()


def test_an_address_is_added_once(secretariat: Client) -> None:
    factories.watcher("ann@example.org")
    told = problems(secretariat.post(f"{WATCHERS}add/", form(email="ANN@example.org")))
    assert "There is a watcher with this address already." in told


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ({"named": "GB/T 1"}, "There is no project with the number"),
        ({"named": "https://elsewhere.example.org/"}, "This address leads elsewhere"),
        ({"named": "the title", "committee": "1"}, "There is no project"),
    ],
)
def test_a_watch_on_nothing_is_refused_with_the_reason(secretariat: Client, row: dict[str, str], told: str) -> None:
    assert told in problems(secretariat.post(f"{WATCHERS}add/", form(row)))
    assert not Watch.objects.exists()


def test_a_watch_is_on_one_thing_and_each_thing_watched_once(secretariat: Client) -> None:
    project = factories.project()
    committee = Committee.objects.get(slug="sac-tc28-sc42")
    both = {"named": str(project.pk), "committee": committee.pk}
    assert "Choose either a project or a committee" in problems(secretariat.post(f"{WATCHERS}add/", form(both)))
    twice = [{"committee": committee.pk}, {"committee": committee.pk}]
    assert "This is watched already." in problems(secretariat.post(f"{WATCHERS}add/", form(*twice)))
    assert not Watch.objects.exists()


def row_of(watch: Watch, **more: Any) -> dict[str, Any]:
    return {"id": watch.pk, "watcher": watch.watcher_id, **more}


def test_a_watch_is_stopped_and_begun_anew_and_never_deleted(secretariat: Client) -> None:
    project = factories.project()
    watch = factories.watch(factories.watcher("ann@example.org"), project)
    page = f"{WATCHERS}{watch.watcher_id}/change/"
    again = {"named": str(project.pk)}
    assert "watched already" in problems(secretariat.post(page, form(row_of(watch), again, initial=1)))
    assert saved(secretariat.post(page, form(row_of(watch, stop="on"), again, initial=1)))
    first, second = Watch.objects.order_by("pk")
    assert first.stopped_at
    assert (second.project, second.stopped_at) == (project, None)
    stopped_at = first.stopped_at
    assert saved(secretariat.post(page, form(row_of(first, stop="on", DELETE="on"), row_of(second), initial=2)))
    first.refresh_from_db()
    assert first.stopped_at == stopped_at
    assert Watch.objects.count() == 2


def test_what_an_old_watch_is_on_cannot_be_changed_by_a_hand_made_post(secretariat: Client) -> None:
    watch = factories.watch(factories.watcher("ann@example.org"), factories.project())
    committee = Committee.objects.get(slug="sac-tc28-sc42")
    row = row_of(watch, named=str(factories.project().pk), committee=committee.pk)
    secretariat.post(f"{WATCHERS}{watch.watcher_id}/change/", form(row, initial=1))
    before = watch.project
    watch.refresh_from_db()
    assert (watch.project, watch.committee) == (before, None)


def test_who_watches_what_is_listed_in_as_many_queries_for_many_as_for_few(secretariat: Client) -> None:
    def asked() -> list[str]:
        with tables_asked() as tables:
            assert secretariat.get(WATCHERS).status_code == 200
        return tables

    project = factories.project()
    factories.watch(factories.watcher(), project)
    few = asked()
    for _ in range(30):
        factories.watch(factories.watcher(), project)
    assert asked() == few


def test_an_embargoed_project_is_not_named_to_who_may_not_see_it() -> None:
    person = factories.person(is_staff=True)
    factories.grant(person, "tracker", "view_watcher", "change_watcher", "view_watch", "change_watch")
    watch = factories.watch(factories.watcher(), factories.project(title="Hidden away", embargoed=True))
    response = signed_in(person).get(f"{WATCHERS}{watch.watcher_id}/change/")
    assert response.status_code == 200
    assert "Hidden away" not in response.content.decode()


@pytest.fixture
def project(sink: RunningSink) -> Project:
    """Two letters sent about it: one in English, one in Chinese."""
    project = factories.project(title="The <b>first</b> title", title_zh="标题", target="2026-Q1")
    factories.watch(factories.watcher("ann@example.org", name="Ann"), project)
    factories.watch(factories.watcher("li@example.cn", name="李雷", language="zh-hans"), project)
    reminders.plan(database_now(), date(2026, 3, 1))
    outbox.deliver(database_now(), worker="worker-1")
    return project


def letter_to(address: str) -> Notification:
    return Notification.objects.get(watcher__email=address, state="sent")


def test_a_letter_is_read_as_it_was_sent(secretariat: Client, project: Project, sink: RunningSink) -> None:
    for sent in sink.accepted:
        assert sent.message
        response = secretariat.get(f"{LETTERS}{letter_to(sent.to).pk}/change/")
        letter = response.context["letter"]
        assert letter.as_sent is True
        shown = dict(letter.headers)
        for name in ("From", "To", "Subject", "Message-ID", "List-Unsubscribe"):
            assert shown[name] == str(sent.message[name])
        plain, html = (sent.message.get_body((kind,)) for kind in ("plain", "html"))
        assert plain
        assert html
        assert letter.text.splitlines() == plain.get_content().splitlines()
        assert letter.html.splitlines() == html.get_content().splitlines()


def test_the_page_of_a_letter_tells_what_became_of_it(secretariat: Client, project: Project) -> None:
    text = text_of(secretariat.get(f"{LETTERS}{letter_to('ann@example.org').pk}/change/"))
    for word in ("Ann &lt;ann@example.org&gt;", "30 days before", "250 OK", "worker-1", "the same to the byte"):
        assert word in text, text


def test_a_letter_runs_nothing_in_the_page_around_it(secretariat: Client, project: Project) -> None:
    response = secretariat.get(f"{LETTERS}{letter_to('ann@example.org').pk}/change/")
    page = response.content.decode()
    assert 'sandbox=""' in page
    assert "The <b>first</b> title" not in page
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "script" not in policy
    assert "frame-ancestors 'none'" in policy


def test_a_changed_configuration_is_told(secretariat: Client, project: Project) -> None:
    row = letter_to("ann@example.org")
    row.context["site"] = "https://elsewhere.example.org"
    row.save()
    assert "have changed since" in text_of(secretariat.get(f"{LETTERS}{row.pk}/change/"))


def test_what_was_not_sent_says_why(secretariat: Client, project: Project) -> None:
    superseded = Notification.objects.filter(state="superseded").first()
    assert superseded
    text = text_of(secretariat.get(f"{LETTERS}{superseded.pk}/change/"))
    assert "a nearer reminder of the same deadline took its place" in text
    assert "No letter was written for it" in text


def test_a_letter_that_cannot_be_written_still_has_its_page(secretariat: Client, project: Project) -> None:
    row = letter_to("ann@example.org")
    Notification.objects.filter(pk=row.pk).update(context={"language": "en"}, state="failed", reason="unwritable")
    response = secretariat.get(f"{LETTERS}{row.pk}/change/")
    assert response.status_code == 200
    assert "the letter could not be written" in text_of(response)


def test_the_list_is_narrowed_and_searched(secretariat: Client, project: Project) -> None:
    def found(query: str) -> int:
        return len(secretariat.get(f"{LETTERS}?{query}").context["cl"].result_list)

    assert found("") == 4
    assert found("state__exact=sent") == 2
    assert found("q=li@example.cn") == 2
    assert found("q=标题") == 4
    assert found(f"q={letter_to('li@example.cn').pk}") == 1
    assert found("q=nobody") == 0


def test_the_list_costs_the_same_for_many(secretariat: Client, project: Project) -> None:
    def asked() -> list[str]:
        with tables_asked() as tables:
            assert secretariat.get(LETTERS).status_code == 200
        return tables

    def owe(letters: int) -> None:
        for _ in range(letters):
            factories.watch(factories.watcher(), project)
        reminders.plan(database_now(), date(2026, 4, 10))

    owe(60)
    more_than_a_page = asked()
    owe(30)
    assert asked() == more_than_a_page


def test_nothing_here_is_edited_added_or_deleted(secretariat: Client, project: Project) -> None:
    row = letter_to("ann@example.org")
    assert secretariat.get(f"{LETTERS}add/").status_code == 403
    assert secretariat.post(f"{LETTERS}{row.pk}/delete/", {"post": "yes"}).status_code == 403
    secretariat.post(f"{LETTERS}{row.pk}/change/", {"state": "pending"})
    row.refresh_from_db()
    assert row.state == "sent"


def test_letters_about_what_is_embargoed_are_for_those_who_may_know(project: Project) -> None:
    row = letter_to("ann@example.org")
    edits.edit(project, by=None, embargoed=True)
    person = factories.person(is_staff=True)
    factories.grant(person, "tracker", "view_notification")
    client = signed_in(person)
    assert len(client.get(LETTERS).context["cl"].result_list) == 0
    assert client.get(f"{LETTERS}{row.pk}/change/").status_code == 404


def test_letters_are_for_those_who_may_read_them(project: Project) -> None:
    client = signed_in(factories.mover())
    assert client.get(LETTERS).status_code == 403
    assert client.get(f"{LETTERS}{letter_to('ann@example.org').pk}/change/").status_code == 403
    assert client.get(f"{LETTERS}not-an-id/change/").status_code == 403
    assert signed_in(factories.person()).get(LETTERS).headers["Location"].startswith("/admin/login/")

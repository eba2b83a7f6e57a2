"""Whoever reads Chinese finds no English text of ours on the main pages."""

import re
from collections.abc import Iterator
from datetime import date
from html.parser import HTMLParser

import pytest
from django.test import Client
from django.utils.text import capfirst

from standards.models import Project
from standards.transitions import perform
from tests import factories
from tests.config.catalogue import FOLDER, entries
from tests.tracker.admin_pages import ADD, LIST, history_of, move_of, page_of, signed_in
from tracker.models import Watcher

CHINESE = {"Accept-Language": "zh-CN,zh;q=0.9"}
SHOWN = ("title", "aria-label", "placeholder", "alt", "value")
SAME_IN_BOTH = {"API", "Message-ID"}
ENGLISH = {
    form
    for entry in entries(FOLDER / "django.po")
    for text in (entry.text.english, entry.text.plural)
    for form in (text, str(capfirst(text)))
    if re.search("[A-Za-z]{2}", text) and text not in SAME_IN_BOTH
}
SENTENCES = {text for text in ENGLISH if "%" not in text and len(text.split()) > 2}


class Words(HTMLParser):
    """Every piece of text that a page shows or reads out, but what is marked as English or as code."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.pieces: list[str] = []
        self._unread, self._english = 0, False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._unread += tag in ("script", "style")
        self._english = ("lang", "en") in attrs or tag == "code"
        hidden = ("type", "hidden") in attrs or ("type", "checkbox") in attrs or tag == "option"
        self.pieces += [value for name, value in attrs if name in SHOWN and value and not hidden]

    def handle_endtag(self, tag: str) -> None:
        self._unread -= tag in ("script", "style")
        self._english = False

    def handle_data(self, data: str) -> None:
        if not self._unread and not self._english:
            self.pieces.append(data)


def english_in(html: str) -> Iterator[str]:
    """Our English texts among a page's words: whole ones, and sentences inside others."""
    for piece in Words(html).pieces:
        words = " ".join(piece.split()).rstrip(":")
        if words in ENGLISH:
            yield words
        yield from (sentence for sentence in SENTENCES if sentence in words)


@pytest.fixture
def project(db: None) -> Project:
    """A project that has something to show in every place, in Chinese."""
    group = factories.committee("zu", name="Zu", name_zh="工作组甲", kind="wg")
    made = factories.project("gb-t", target="2026-Q1", committees=[group.slug], numbers=["2025039-Z-469"])
    perform(made, "hold", by=factories.secretary("wang"), on=date(2025, 7, 8), reason="等待")
    perform(made, "resume", by=None, on=date(2025, 7, 9), reason="继续")
    return Project.objects.get(pk=made.pk)


@pytest.fixture
def reader(db: None) -> Client:
    client = signed_in(factories.person("admin", is_staff=True, is_superuser=True))
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = CHINESE["Accept-Language"]
    return client


def refused(client: Client, address: str) -> str:
    return client.post(address, {"on": "2999-01-01", "q": "x"}).content.decode()


@pytest.mark.parametrize("address", ["/", "/?view=list", "/?q=nichts", "/?track=none", "/committees/", "/nirgends/"])
def test_the_public_pages_are_in_chinese(project: Project, address: str) -> None:
    assert list(english_in(Client(headers=CHINESE).get(address).content.decode())) == []


def test_the_pages_of_a_project_and_a_committee_are_in_chinese(project: Project) -> None:
    visitor = Client(headers=CHINESE)
    for address in (f"/projects/{project.pk}/", "/committees/zu/"):
        assert list(english_in(visitor.get(address).content.decode())) == [], address


@pytest.mark.parametrize(
    "model",
    ["standards/project", "standards/committee", "standards/body", "standards/deadline", "standards/change",
     "tracker/watcher", "tracker/notification", "tracker/apitoken", "tracker/doubt", "tracker/job"],
)  # fmt: skip
def test_the_staffs_lists_are_in_chinese(reader: Client, project: Project, model: str) -> None:
    Watcher.objects.create(email="wang@example.org", name="王")
    assert list(english_in(reader.get(f"/admin/{model}/").content.decode())) == []


def test_what_staff_do_with_a_project_is_in_chinese(reader: Client, project: Project) -> None:
    moves = [move_of(project, verb) for verb in project.track.rules]
    for address in ("/admin/", LIST, ADD, f"{ADD}?track=gb-t", page_of(project), history_of(project), *moves):
        assert list(english_in(reader.get(address).content.decode())) == [], address


def test_what_is_refused_is_refused_in_chinese(reader: Client, project: Project) -> None:
    for address in (
        page_of(project),
        move_of(project, "open_comment"),
        move_of(project, "withdraw"),
        f"{ADD}?track=gb-t",
    ):
        assert list(english_in(refused(reader, address))) == [], address


def test_days_are_written_as_chinese_has_them(reader: Client, project: Project) -> None:
    for address in (f"/projects/{project.pk}/", history_of(project), "/admin/standards/deadline/"):
        page = reader.get(address).content.decode()
        assert "2026年第一季度" in page, address
        assert "2026年3月31日" in page or "2025年7月8日" in page, address
        assert "Q1 2026" not in page, address


def test_the_same_words_are_found_on_an_english_page(project: Project) -> None:
    assert "Where it stands" in list(english_in(Client().get(f"/projects/{project.pk}/").content.decode()))


def test_permissions_are_called_what_they_are_in_chinese(reader: Client) -> None:
    page = reader.get("/admin/auth/group/add/").content.decode()
    for words in ("标准项目 | 项目 | 可修改项目", "标准项目 | 项目 | 可流转项目", "关注与通知 | 关注人 | 可查看关注人"):
        assert f">{words}</option>" in page


def test_permissions_are_called_what_they_are_in_english(reader: Client) -> None:
    page = reader.get("/admin/auth/group/add/", headers={"Accept-Language": "en"}).content.decode()
    for words in ("Standards | project | Can change project", "Tracker | watcher | Can view watcher"):
        assert f">{words}</option>" in page

"""What all public pages have in common: their frame, their languages, their refusals."""

from datetime import datetime

import pytest
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.utils import translation
from django.views.defaults import server_error
from pytest_django import DjangoAssertNumQueries

from tests import factories
from tests.tracker.reading import Page
from workflows.library import library

pytestmark = pytest.mark.django_db


@pytest.fixture
def addresses() -> list[str]:
    project = factories.project(target="2026-Q1", numbers=["20252081-Z-469"], title_zh="智能体")
    return ["/", "/?view=list", f"/projects/{project.pk}/", "/committees/", "/committees/sac-tc28-sc42/", "/nowhere/"]


@pytest.mark.parametrize(
    ("accepted", "language"),
    [("en", "en"), ("zh-CN,zh;q=0.9", "zh-hans"), ("zh", "zh-hans"), ("zh-TW", "zh-hans"), ("de", "en"), ("", "en")],
)
def test_a_page_speaks_the_language_the_browser_asks_for(
    client: Client, addresses: list[str], accepted: str, language: str
) -> None:
    for address in addresses:
        response = client.get(address, headers={"Accept-Language": accepted})
        page = Page(response)
        assert page.faults == []
        assert page.one("html").attributes["lang"] == response.headers["Content-Language"] == language


def test_the_switch_changes_the_language_and_stays_on_the_page(client: Client) -> None:
    factories.project()
    page = Page(client.get("/?state=draft&q=test"))
    switch = page.one("form", class_="language")
    fields = {str(field.attributes["name"]): field.attributes["value"] for field in page.find("input", type="hidden")}
    assert fields["next"] == "/?state=draft&q=test"
    assert page.texts("button", lang="zh-hans") == ["简体中文"]
    browser = Client(enforce_csrf_checks=True)
    browser.get("/")
    token = browser.cookies["csrftoken"].value
    answer = browser.post(
        str(switch.attributes["action"]),
        {"language": "zh-hans", "next": fields["next"], "csrfmiddlewaretoken": token},
    )
    assert answer.headers["Location"] == "/?state=draft&q=test"
    assert Page(browser.get("/")).one("html").attributes["lang"] == "zh-hans"


def test_the_switch_leads_nowhere_else(client: Client) -> None:
    answer = client.post("/i18n/setlang/", {"language": "zh-hans", "next": "https://evil.example/"})
    assert answer.headers["Location"] == "/"


def test_every_form_field_has_a_label_and_every_picture_a_text(client: Client, addresses: list[str]) -> None:
    for address in addresses:
        page = Page(client.get(address))
        labelled = {label.attributes["for"] for label in page.find("label")}
        fields = [
            one for tag in ("input", "select") for one in page.find(tag) if one.attributes.get("type") != "hidden"
        ]
        assert {field.attributes["id"] for field in fields} == labelled
        assert all(image.attributes["alt"] for image in page.find("img"))


def test_pages_keep_to_the_policy_that_forbids_inline_style_and_script(client: Client, addresses: list[str]) -> None:
    for address in addresses:
        page = Page(client.get(address))
        assert page.find("script") + page.find("style") == []
        handlers = {name for element in page.elements for name in element.attributes if name.startswith("on")}
        assert handlers | {name for element in page.elements for name in element.attributes if name == "style"} == set()


def test_each_page_has_one_heading_and_a_title_of_its_own(client: Client, addresses: list[str]) -> None:
    pages = [Page(client.get(address)) for address in addresses]
    assert all(len(page.find("h1")) == 1 for page in pages)
    titles = [page.one("title").text for page in pages]
    assert len(set(titles)) == len(titles) - 1  # the board and the table of it are one page in two forms
    assert all(title.endswith("· Standards pipeline") for title in titles)


def test_the_footer_says_when_the_last_change_was_recorded(client: Client) -> None:
    recorded_at = factories.project().updated_at
    assert recorded_at
    page = Page(client.get("/"))
    assert page.one("footer").text.startswith("As of ")
    stamp = page.find("time")[-1].attributes["datetime"]
    assert datetime.fromisoformat(str(stamp)) == recorded_at.replace(microsecond=0)


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_page_of_a_fault_needs_no_database_and_no_request(
    language: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with translation.override(language), django_assert_num_queries(0):
        response = server_error(RequestFactory().get("/"))
    page = Page(response)
    assert (response.status_code, page.faults) == (500, [])
    assert "Something went wrong" in page.text or language != "en"


def test_a_form_that_is_too_old_is_refused_with_what_to_do(client: Client) -> None:
    factories.project()
    answer = Client(enforce_csrf_checks=True).post("/i18n/setlang/", {"language": "zh-hans"})
    page = Page(answer)
    assert (answer.status_code, page.faults) == (403, [])
    assert "load the page again" in page.text


@pytest.mark.parametrize("address", ["/", "/committees/"])
def test_pages_are_only_read(client: Client, address: str) -> None:
    assert client.post(address).status_code == 405
    assert client.head(address).status_code == 200


@pytest.mark.parametrize("code", list(library()))
def test_each_procedure_has_a_picture_in_both_languages(client: Client, code: str) -> None:
    pictures = [
        client.get(f"/tracks/{code}.svg", headers={"Accept-Language": language}) for language in ("en", "zh-CN")
    ]
    assert {picture.headers["Content-Type"] for picture in pictures} == {"image/svg+xml; charset=utf-8"}
    label = library()[code].name
    assert (label.en in pictures[0].content.decode(), label.zh in pictures[1].content.decode()) == (True, True)


def test_a_procedure_nobody_wrote_down_has_no_picture(client: Client) -> None:
    assert client.get("/tracks/gb-x.svg").status_code == 404


def test_a_request_for_another_site_is_refused_on_a_page_of_ours(client: Client) -> None:
    response = client.get("/", headers={"Host": "evil.example"})
    page = Page(response)
    assert (response.status_code, page.faults) == (400, [])
    assert page.one("h1").text == "This request cannot be read"


def test_a_refusal_by_permission_has_a_page_too() -> None:
    assert "You may not do this" in render_to_string("403.html", request=RequestFactory().get("/"))

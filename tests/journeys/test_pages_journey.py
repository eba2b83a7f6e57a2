"""Visitors read the public pages in a real browser: by keyboard, on a telephone, in the dark, on paper."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from standards.edits import edit
from standards.models import Project
from standards.transitions import perform
from tests import factories
from workflows.states import State

Barriers = Callable[[Page], list[str]]


@pytest.fixture
def project(live_server: LiveServer) -> Project:
    """One with everything a page can show of it, among others of all states."""
    for state in State:
        factories.project("gb-t", state, numbers=["2025039-Z-469"], target="2026-Q1")
    made = factories.project(
        title="Reference architecture of model agents", title_zh="模型智能体参考架构", target="2026-Q1"
    )
    window: dict[str, Any] = {"from": "2025-09-01", "until": "2025-10-31", "url": "https://std.example.cn/c"}
    perform(made, "open_comment", by=factories.secretary(), on="2025-09-01", note="Sent out.", **window)
    edit(made, by=None, target="2026-Q2", links=[("related_to", factories.project())])
    return made


def addresses(project: Project) -> list[str]:
    return [
        "/",
        "/?state=draft",
        "/?state=no",
        f"/projects/{project.pk}/",
        "/committees/",
        "/committees/sac-tc28-sc42/",
    ]


def test_a_visitor_finds_a_project_and_reads_where_it_stands(page: Page, project: Project) -> None:
    page.goto("/")
    page.get_by_label("Words or number").fill("architecture agents")
    page.get_by_role("button", name="Show").click()
    page.get_by_role("link", name="Reference architecture of model agents").click()
    expect(page).to_have_url(f"{page.url.split('/projects/')[0]}/projects/{project.pk}/")
    expect(page.get_by_role("listitem").filter(has_text="since 1 Sep 2025").first).to_have_attribute(
        "aria-current", "step"
    )
    page.get_by_role("link", name="SAC-TC28-SC42").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("SAC-TC28-SC42")


def test_a_visitor_turns_the_page_to_chinese_and_back(page: Page, project: Project) -> None:
    page.goto(f"/projects/{project.pk}/")
    page.get_by_role("button", name="简体中文").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("模型智能体参考架构")
    expect(page.locator("html")).to_have_attribute("lang", "zh-hans")
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Reference architecture of model agents")


def test_a_browser_that_asks_for_chinese_is_answered_in_chinese(chinese_page: Page, project: Project) -> None:
    chinese_page.goto("/")
    expect(chinese_page.get_by_role("link", name="模型智能体参考架构")).to_be_visible()
    expect(chinese_page.get_by_role("heading", name="征求意见")).to_be_visible()


def test_the_picture_of_the_procedure_unfolds(page: Page, project: Project) -> None:
    page.goto(f"/projects/{project.pk}/")
    with page.expect_response("**/tracks/gb-z.svg") as answer:
        page.get_by_text("The procedure:").click()
    assert answer.value.ok
    picture = page.get_by_role("img", name="Diagram of the procedure")
    expect(picture).to_have_js_property("complete", value=True)
    assert picture.evaluate("image => image.naturalWidth") > 500


def test_the_first_tab_leads_past_the_head_of_the_page(page: Page, project: Project) -> None:
    page.goto("/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_on_a_page_shuts_anybody_out(page: Page, project: Project, barriers: Barriers, scheme: str) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    for address in addresses(project):
        page.goto(address)
        page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        assert barriers(page) == [], address


def test_no_page_is_wider_than_a_telephone(page: Page, project: Project, barriers: Barriers) -> None:
    page.set_viewport_size({"width": 360, "height": 640})
    for address in addresses(project):
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address
        assert barriers(page) == [], address


def test_pages_work_without_javascript(browser: Browser, live_server: LiveServer, project: Project) -> None:
    with browser.new_context(base_url=live_server.url, java_script_enabled=False, locale="en-GB") as context:
        page = context.new_page()
        page.goto("/")
        page.get_by_label("State", exact=True).select_option("public_comment")
        page.get_by_role("button", name="Show").click()
        page.get_by_role("button", name="简体中文").click()
        expect(page.get_by_role("link", name="模型智能体参考架构")).to_be_visible()


def test_on_paper_there_is_nothing_to_click_and_addresses_are_spelled_out(page: Page, project: Project) -> None:
    page.goto(f"/projects/{project.pk}/")
    page.emulate_media(media="print", color_scheme="dark")
    expect(page.get_by_role("button")).to_have_count(0)
    shown = page.evaluate("getComputedStyle(document.querySelector('main a[href^=http]'), '::after').content")
    assert "https://std.example.cn/c" in shown
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"

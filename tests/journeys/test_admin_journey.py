"""What a person on the staff does: signs in, finds a project, moves it, is refused with a reason, reads the history."""

import re
from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from standards.models import Project
from tests import factories
from workflows.states import State

Barriers = Callable[[Page], list[str]]
PASSWORD = "a password for tests"
PHONE = {"width": 390, "height": 800}
PAGES = ("", "standards/project/", "standards/project/add/", "standards/project/add/?track=gb-t",
         "standards/committee/", "standards/deadline/", "standards/change/", "standards/body/")  # fmt: skip


@pytest.fixture
def secretary(transactional_db: None) -> User:
    return User.objects.create_superuser("zhang", password=PASSWORD, first_name="Wei", last_name="Zhang")


@pytest.fixture
def project(secretary: User) -> Project:
    factories.committee("sac-tc28-sc42", name="Artificial intelligence", name_zh="人工智能")
    factories.project(title="Something published", track="gb-t", state=State.PUBLISHED, numbers=["GB/T 45401.1-2025"])
    return factories.project(
        "gb-t", title="Trustworthy datasets", title_zh="可信数据集", numbers=["20252081-T-469"], target="2026-Q1"
    )


def sign_in(page: Page, name: str = "zhang") -> None:
    page.goto("/admin/")
    page.locator("#id_username").fill(name)
    page.locator("#id_password").fill(PASSWORD)
    page.locator("[type=submit]").click()
    page.wait_for_url("**/admin/")


def open_project(page: Page) -> None:
    page.goto("/admin/standards/project/")
    page.get_by_role("link", name="Trustworthy datasets").click()
    page.wait_for_url("**/change/**")


def fill_in_comment_period(page: Page, until: str) -> None:
    page.locator("#id_on").fill("2025-08-01")
    page.locator("#id_from").fill("2025-08-01")
    page.locator("#id_until").fill(until)


def test_a_secretary_finds_a_project_moves_it_and_reads_what_was_recorded(page: Page, project: Project) -> None:
    sign_in(page)
    page.get_by_role("link", name="1 overdue").click()
    expect(page.locator("#result_list tbody tr")).to_have_count(1)
    page.get_by_role("link", name="Clear all filters").click()
    page.get_by_label("Search").fill("20252081–T–469")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("link", name="Trustworthy datasets").click()
    expect(page.locator("[aria-current=step]")).to_contain_text("Drafting")
    page.get_by_role("link", name="Open for comment").click()
    expect(page.get_by_text("shut; this form can open it")).to_be_visible()
    fill_in_comment_period(page, "2025-09-30")
    page.locator("#id_note").fill("As planned")
    page.get_by_role("button", name="Open for comment").click()
    expect(page.locator("[aria-current=step]")).to_contain_text("since 1 Aug 2025")
    page.get_by_role("link", name="Change 4").click()
    row = page.locator("tr:target")
    expect(row).to_contain_text(re.compile("Open for comment.*Drafting.*Public comment.*As planned", re.DOTALL))
    expect(row).to_contain_text("Wei Zhang")
    expect(row).to_contain_text("30 Sep 2025")


def test_a_refused_move_says_why_and_keeps_what_was_typed(page: Page, project: Project) -> None:
    sign_in(page)
    open_project(page)
    page.get_by_role("link", name="Open for comment").click()
    page.locator("#id_note").fill("We are ready")
    page.get_by_role("button", name="Open for comment").click()
    expect(page.get_by_text("Nothing was recorded")).to_be_visible()
    expect(page.get_by_text("say from which day until which day comments are taken")).to_be_visible()
    expect(page.locator("#id_note")).to_have_value("We are ready")
    fill_in_comment_period(page, "2090-01-01")
    page.get_by_role("button", name="Open for comment").click()
    waiting = page.locator("ul.waiting")
    expect(waiting).to_contain_text("Comments are taken until 2090-01-01")


def test_a_fact_is_edited_and_the_history_shows_old_and_new(page: Page, project: Project) -> None:
    sign_in(page)
    open_project(page)
    page.locator("#id_title").fill("Trustworthy data sets")
    page.locator("#id_why").fill("Spelling of the plan")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved: title.")).to_be_visible()
    page.get_by_role("link", name="History", exact=True).click()
    row = page.locator("table.history tbody tr").first
    expect(row.locator("del")).to_have_text("Trustworthy datasets")
    expect(row.locator("ins")).to_have_text("Trustworthy data sets")


def test_staff_who_may_not_move_are_told_so(page: Page, project: Project) -> None:
    factories.person("li", ["view_project"], is_staff=True)
    sign_in(page, "li")
    open_project(page)
    expect(page.get_by_text("Your account lacks the permission to move projects.")).to_be_visible()
    expect(page.locator("a.move")).to_have_count(0)
    page.goto(page.url.partition("change/")[0] + "move/cancel/")
    expect(page.get_by_text("You may not move this project.")).to_be_visible()


def test_the_staffs_pages_speak_chinese_to_who_reads_chinese(chinese_page: Page, project: Project) -> None:
    page = chinese_page
    sign_in(page)
    page.goto("/admin/standards/project/?q=可信")
    page.get_by_role("link", name="可信数据集").click()
    expect(page.locator("[aria-current=step]")).to_contain_text("起草")
    page.get_by_role("link", name="开始征求意见").click()
    fill_in_comment_period(page, "2025-09-30")
    page.get_by_role("button", name="开始征求意见").click()
    expect(page.locator("[aria-current=step]")).to_contain_text("2025年8月1日")


def test_the_language_is_switched_in_the_header_and_stays(page: Page, project: Project) -> None:
    sign_in(page)
    open_project(page)
    page.get_by_role("button", name="简体中文").click()
    expect(page.locator("[aria-current=step]")).to_contain_text("起草")
    page.goto("/admin/standards/project/")
    expect(page.get_by_role("link", name="可信数据集")).to_be_visible()
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("link", name="Trustworthy datasets")).to_be_visible()


def test_a_project_is_moved_without_any_script(browser: Browser, live_server: LiveServer, project: Project) -> None:
    with browser.new_context(base_url=live_server.url, locale="en-GB", java_script_enabled=False) as context:
        page = context.new_page()
        sign_in(page)
        open_project(page)
        page.get_by_role("link", name="Open for comment").click()
        fill_in_comment_period(page, "2025-09-30")
        page.get_by_role("button", name="Open for comment").click()
        expect(page.locator("[aria-current=step]")).to_contain_text("Public comment")


@pytest.mark.parametrize("size", [{"width": 1280, "height": 800}, PHONE], ids=["desktop", "phone"])
def test_the_staffs_pages_keep_nobody_out(
    page: Page, project: Project, barriers: Barriers, size: dict[str, int]
) -> None:
    page.set_viewport_size({"width": size["width"], "height": size["height"]})
    sign_in(page)
    own = f"standards/project/{project.pk}"
    committee = f"standards/committee/{project.assignments.get().committee_id}"
    found = {}
    for path in (*PAGES, f"{own}/change/", f"{own}/history/", f"{own}/move/open_comment/", f"{own}/move/publish/",
                 f"{committee}/change/", f"{committee}/history/"):  # fmt: skip
        page.goto(f"/admin/{path}")
        found[path] = barriers(page)
    assert {path: faults for path, faults in found.items() if faults} == {}


def test_no_page_is_wider_than_a_phone(page: Page, project: Project) -> None:
    page.set_viewport_size({"width": PHONE["width"], "height": PHONE["height"]})
    sign_in(page)
    own = f"standards/project/{project.pk}"
    for path in (*PAGES, f"{own}/change/", f"{own}/history/", f"{own}/move/open_comment/"):
        page.goto(f"/admin/{path}")
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], path

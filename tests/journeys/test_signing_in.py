from collections.abc import Callable

from django.contrib.auth.models import User
from playwright.sync_api import Page, expect

Barriers = Callable[[Page], list[str]]


def sign_in(page: Page, password: str) -> None:
    page.goto("/admin/")
    page.locator("#id_username").fill("secretary")
    page.locator("#id_password").fill(password)
    page.locator("[type=submit]").click()


def test_a_secretary_signs_in_and_is_let_in(page: Page, barriers: Barriers) -> None:
    User.objects.create_superuser("secretary", password="a long enough password")
    sign_in(page, "a long enough password")
    expect(page.get_by_role("button", name="Log out")).to_be_visible()
    assert barriers(page) == []


def test_a_wrong_password_is_told_and_nobody_is_let_in(page: Page, barriers: Barriers) -> None:
    User.objects.create_superuser("secretary", password="a long enough password")
    sign_in(page, "a wrong password")
    expect(page.get_by_text("Please enter the correct username and password")).to_be_visible()
    assert barriers(page) == []


def test_a_secretary_who_reads_chinese_is_asked_in_chinese(chinese_page: Page, barriers: Barriers) -> None:
    chinese_page.goto("/admin/")
    expect(chinese_page.get_by_role("button", name="登录")).to_be_visible()
    assert barriers(chinese_page) == []

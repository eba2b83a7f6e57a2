"""A secretary brings a register in, keeps it up to date with the next one, and sees what looks wrong."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Page, expect

from standards.clock import database_now
from standards.models import Project
from tests import factories
from tests.tracker.uploading import FIRST, HEADINGS, SECOND, csv_of, many_rows
from tracker.work import run_next
from workflows.states import State

Barriers = Callable[[Page], list[str]]
BAD = ["20252083-Z-469", "人工智能 坏日期", "SAC-TC28-SC42", "起草", "2030-02-30"]
THIRD = ["2025039-Z-469", "人工智能 术语", "SAC-TC28-SC42", "起草", ""]


@pytest.fixture(autouse=True)
def _committee(transactional_db: None) -> None:
    factories.committee(name="Artificial intelligence", name_zh="人工智能分技术委员会")


def sign_in(page: Page) -> None:
    User.objects.create_superuser("secretary", password="a long enough password")
    page.goto("/admin/")
    page.locator("#id_username").fill("secretary")
    page.locator("#id_password").fill("a long enough password")
    page.locator("[type=submit]").click()


def upload(page: Page, file: Path) -> None:
    page.goto("/admin/tracker/job/upload/")
    page.locator("#id_file").set_input_files(file)
    page.locator("#id_source").fill("SC42")
    page.locator("input[type=submit]").click()


def saved(folder: Path, content: bytes, name: str = "计划.csv") -> Path:
    file = folder / name
    file.write_bytes(content)
    return file


def test_a_chinese_register_is_brought_in_and_sent_out_and_in_again(
    page: Page, barriers: Barriers, tmp_path: Path
) -> None:
    sign_in(page)
    page.goto("/admin/standards/project/")
    page.get_by_role("link", name="Upload a register").click()
    assert barriers(page) == []
    upload(page, saved(tmp_path, csv_of(["SC42 计划项目表"], HEADINGS, FIRST, SECOND, encoding="gb18030")))
    expect(page.get_by_role("heading", name="What the columns mean")).to_be_visible()
    expect(page.get_by_role("combobox", name="标准名称")).to_have_value("title_zh")
    assert barriers(page) == []
    page.get_by_role("button", name="Show what would change").click()
    expect(page.get_by_role("button", name="Write 2 projects")).to_be_visible()
    assert Project.objects.count() == 0
    assert barriers(page) == []
    page.get_by_role("button", name="Write 2 projects").click()
    expect(page.get_by_role("status")).to_have_text("Done")
    assert barriers(page) == []
    page.get_by_role("link", name="Registered").click()
    page.get_by_role("link", name=FIRST[0]).click()
    expect(page.get_by_role("heading", name=FIRST[1])).to_be_visible()

    page.goto("/admin/standards/project/")
    with page.expect_download() as download:
        page.get_by_role("link", name="This list as CSV").click()
    file = tmp_path / "export.csv"
    download.value.save_as(file)
    upload(page, file)
    page.get_by_role("button", name="Show what would change").click()
    expect(page.get_by_text("Nothing would change.")).to_be_visible()
    assert barriers(page) == []


def test_a_secretary_who_reads_chinese_updates_a_register_with_errors_in_it(
    chinese_page: Page, barriers: Barriers, tmp_path: Path
) -> None:
    page = chinese_page
    sign_in(page)
    factories.project(title="Trustworthy datasets", title_zh=FIRST[1], numbers=[FIRST[0]], target="2029-12-31")
    moved = [*FIRST[:3], "征求意见", FIRST[4]]
    upload(page, saved(tmp_path, csv_of(HEADINGS, moved, SECOND, BAD)))
    assert barriers(page) == []
    page.locator("input[type=submit]").click()
    expect(page.locator("tr.bad")).to_have_count(1)
    expect(page.locator("tr.moved")).to_contain_text("起草")
    assert barriers(page) == []
    page.locator("button[name=skip_bad]").click()
    expect(page.locator("section.errors")).to_contain_text(BAD[0])
    assert barriers(page) == []
    assert Project.objects.in_state(State.PUBLIC_COMMENT).count() == 2


def test_what_looks_wrong_is_looked_through(page: Page, barriers: Barriers) -> None:
    sign_in(page)
    factories.project(title="Trustworthy datasets", numbers=[THIRD[0]])
    factories.project(title="Trustworthy datasets", target="2030")
    page.goto("/admin/tracker/doubt/")
    page.get_by_role("button", name="Search now").click()
    expect(page.get_by_text("new entries look wrong")).to_be_visible()
    assert barriers(page) == []
    page.get_by_role("row", name="No target").get_by_role("link", name="Dismiss").click()
    page.get_by_label("Why is it right as it is?").fill("Observed only.")
    assert barriers(page) == []
    page.get_by_role("button", name="Dismiss").click()
    expect(page.get_by_text("It comes back when the facts")).to_be_visible()
    page.goto("/admin/tracker/doubt/")
    page.get_by_role("link", name="Correct the number").click()
    expect(page.locator("#id_numbers")).to_be_in_viewport()
    page.goto("/admin/tracker/job/")
    assert barriers(page) == []


def test_a_job_page_keeps_itself_fresh(page: Page, barriers: Barriers, tmp_path: Path) -> None:
    sign_in(page)
    upload(page, saved(tmp_path, csv_of(HEADINGS, *many_rows(501))))
    page.get_by_role("button", name="Show what would change").click()
    expect(page.get_by_role("status")).to_have_text("Waiting for a worker")
    assert barriers(page) == []
    run_next(database_now())
    expect(page.get_by_role("link", name="Go on")).to_be_visible(timeout=15_000)
    page.get_by_role("link", name="Go on").click()
    expect(page.get_by_role("button", name="Write 501 projects")).to_be_visible()
    assert barriers(page) == []


def test_no_page_of_an_upload_is_wider_than_a_phone(page: Page, tmp_path: Path) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    sign_in(page)

    def width() -> int:
        return int(page.evaluate("document.documentElement.scrollWidth"))

    widths = [width()]
    for address in ("tracker/job/", "tracker/doubt/", "tracker/job/upload/"):
        page.goto(f"/admin/{address}")
        widths.append(width())
    upload(page, saved(tmp_path, csv_of(HEADINGS, FIRST, BAD)))
    widths.append(width())
    page.get_by_role("button", name="Show what would change").click()
    expect(page.locator("tr.bad")).to_have_count(1)
    widths.append(width())
    page.locator("button[name=skip_bad]").click()
    expect(page.get_by_role("status")).to_have_text("Done")
    assert max(*widths, width()) <= 390

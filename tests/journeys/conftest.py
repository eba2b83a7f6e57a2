"""A real browser. Every page a journey opens is watched: what the browser refuses to load, and what it cannot find,
fails the journey at its end."""

import os
import shutil
from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright
from pytest_django.live_server_helper import LiveServer

NAMES = ("/usr/bin/chromium", "chromium", "chromium-browser", "google-chrome")

# The browser's client runs an event loop in this thread, and Django would take every query for a mistake.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, or the one on PATH."""
    program = next((found for name in NAMES if (found := shutil.which(name))), None)
    if program is None:
        pytest.fail("The journeys need Chromium: apt-get install chromium fonts-noto-cjk")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Browser, live_server: LiveServer) -> Iterator[Page]:
    """A page of a visitor who reads English; addresses are relative to the site."""
    with browser.new_context(base_url=live_server.url, locale="en-GB") as context:
        page = context.new_page()
        complaints = _listen(page)
        yield page
        assert complaints == []


@pytest.fixture
def chinese_page(browser: Browser, live_server: LiveServer) -> Iterator[Page]:
    """The same for a visitor who reads Chinese."""
    with browser.new_context(base_url=live_server.url, locale="zh-CN") as context:
        page = context.new_page()
        complaints = _listen(page)
        yield page
        assert complaints == []


def _listen(page: Page) -> list[str]:
    complaints: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        refused_page = message.location["url"] == page.url and message.text.startswith("Failed to load resource")
        if message.type in ("error", "warning") and not refused_page:
            complaints.append(f"{message.text} {message.location['url']}")

    page.on("console", hear)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    return complaints


@pytest.fixture
def barriers() -> Callable[[Page], list[str]]:
    """What would keep somebody from using the page: axe's rules of WCAG 2.2 A and AA, each with its first element."""

    def found(page: Page) -> list[str]:
        tags = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}
        # Preloading, axe asks for imported style sheets at addresses relative to the page, where there are none.
        violations = Axe().run(page, options={**tags, "preload": False}).response["violations"]
        return [f"{rule['id']}: {rule['nodes'][0]['html']}" for rule in violations]

    return found

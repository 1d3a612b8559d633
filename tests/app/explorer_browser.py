"""The explorer in a real Chromium: a page that notes every fault, and what people do on it.

A page is refused everything but this machine. At the end of a test it fails if a script failed, if
something was written to the console as an error, if the policy was broken, or if another host was
asked for anything.
"""

import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, Request, expect, sync_playwright

from tests.app.neo4j_browser import FLAGS, find_chromium
from tests.conftest import REPOSITORY

BUILT = REPOSITORY / "app" / "static" / "index.html"
AXE = REPOSITORY / "app" / "explorer" / "node_modules" / "axe-core" / "axe.min.js"
SECONDS = 15_000
_LOOPBACK = ("127.0.0.1", "localhost")
_WATCH = """addEventListener("securitypolicyviolation",
    event => console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`));"""
_AUDIT = """async options => (await axe.run(document, options)).violations
    .filter(found => ["serious", "critical"].includes(found.impact))
    .map(found => `${found.id}: ${found.nodes.map(node => node.html.slice(0, 160)).join(" | ")}`)"""


def require_build() -> None:
    """Skip where the page has not been built, and fail there if CI is set."""
    if BUILT.is_file() and AXE.is_file():
        return
    reason = "the explorer has not been built: make explorer"
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


@contextmanager
def launched() -> Iterator[Browser]:
    """One Chromium for many pages."""
    require_build()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=find_chromium(), headless=True, args=list(FLAGS)
        )
        try:
            yield browser
        finally:
            browser.close()


@dataclass
class Explorer:
    """A page of the explorer at an address, and what went wrong on it."""

    page: Page
    base: str
    faults: list[str] = field(default_factory=list)

    def open(self, query: str = "") -> None:
        self.page.goto(f"{self.base}/{query}")

    def query(self) -> str:
        """What the address says."""
        return urlsplit(self.page.url).query

    def await_ties(self, text: str = " ties") -> None:
        """Until the picture, or the table in its place, is there."""
        expect(self.page.locator(".status-line")).to_contain_text(text, timeout=SECONDS)

    def until(self, expression: str) -> None:
        """Until this is true. Playwright's own way would evaluate a string in the page, which the
        policy forbids."""
        deadline = time.monotonic() + SECONDS / 1000
        while not self.page.evaluate(expression):
            assert time.monotonic() < deadline, expression
            self.page.wait_for_timeout(50)

    def until_drawn(self, key: str, *, drawn: bool = True) -> None:
        self.until(f"Boolean(window.explorer?.whereIs({key!r})) === {str(drawn).lower()}")

    def place(self, key: str) -> tuple[float, float]:
        """Where an actor, or a tie as `IRN~RUS`, is drawn."""
        self.until_drawn(key)
        self.page.wait_for_timeout(150)  # it takes the size of its place a moment later
        found = self.page.evaluate("key => window.explorer.whereIs(key)", key)
        return found["x"], found["y"]

    def is_drawn(self, key: str) -> bool:
        return bool(self.page.evaluate("key => window.explorer.whereIs(key) !== null", key))

    def click(self, key: str) -> None:
        self.page.mouse.click(*self.place(key))

    def heading(self, name: str) -> None:
        """Until the panel says this."""
        expect(self.page.locator(".panel h2")).to_have_text(name, timeout=SECONDS)

    def audit(self, *rules: str) -> list[str]:
        """What axe-core finds serious or critical, by these of its rules or by all."""
        self.page.evaluate(_axe())
        options: dict[str, object] = {"resultTypes": ["violations"]}
        if rules:
            options["runOnly"] = list(rules)
        found: list[str] = self.page.evaluate(_AUDIT, options)
        return found

    def saved(self, ending: str) -> bytes:
        """What an entry of the menu Export saves."""
        self.page.locator(".menu summary").click()
        with self.page.expect_download() as download:
            self.page.get_by_role("button", name=ending, exact=True).click()
        return Path(download.value.path()).read_bytes()


@contextmanager
def opened(
    browser: Browser,
    base: str,
    *,
    width: int = 1280,
    height: int = 800,
    dark: bool = False,
    expected: tuple[str, ...] = (),
    script: str = "",
) -> Iterator[Explorer]:
    """A new page. `expected` are parts of console messages that the test is about, `script` runs
    before the page's own."""
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme="dark" if dark else "light",
        reduced_motion="reduce",
        locale="en-GB",
        timezone_id="UTC",
    )
    try:
        page = context.new_page()
        page.add_init_script(_WATCH + script)
        explorer = Explorer(page, base)
        page.on("pageerror", lambda error: explorer.faults.append(f"uncaught: {error}"))
        page.on(
            "console",
            lambda message: (
                explorer.faults.append(f"console: {message.text}")
                if message.type in ("error", "warning")
                else None
            ),
        )
        page.on("request", lambda request: _note_others(explorer, request))
        yield explorer
    finally:
        context.close()
    faults = [fault for fault in explorer.faults if not any(part in fault for part in expected)]
    assert not faults, faults


def _note_others(explorer: Explorer, request: Request) -> None:
    parts = urlsplit(request.url)
    if parts.scheme in ("http", "https", "ws", "wss") and parts.hostname not in _LOOPBACK:
        explorer.faults.append(f"asked elsewhere: {request.url}")


@cache
def _axe() -> str:
    return AXE.read_text("utf-8")


def sideways(page: Page) -> int:
    """By how many pixels the page is wider than its window."""
    found: int = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    return found


def rows(text: bytes) -> list[dict[str, object]]:
    """The ties of the exported JSON."""
    found: list[dict[str, object]] = json.loads(text)["ties"]
    return found

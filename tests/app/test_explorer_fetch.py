"""The explorer's view Read where the server fetches pages: an address instead of a text."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler

import pytest
from playwright.sync_api import Browser, Page, expect

import app.fetching
from app.coding import TextCoder
from app.main import create_app
from app.settings import Settings
from graph.inbox import ArticleState
from graph.stores.sqlite import SqliteStore
from ingest.fetch import Fetcher, Limits
from ingest.pipeline import Pipeline
from tests.app.explorer_browser import SECONDS, Explorer, launched, opened, sideways
from tests.app.serving import served_here
from tests.ingest.makers import page as web_page
from tests.ingest.web import Answer, Web, a_web

NETWORK = ("Failed to load resource",)
"""What Chromium itself writes to the console of an answer that is an error."""
TEXT = "Russia and Iran signed a treaty in Moscow on Friday. France visited the moon."


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with launched() as found:
        yield found


@pytest.fixture
def site() -> Iterator[Web]:
    with a_web() as started:
        story = web_page("Moscow and Tehran sign", TEXT, day="2025-01-18")
        started.answers["/pact"] = Answer(story)
        yield started


@pytest.fixture
def service(
    site: Web, own: SqliteStore, pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> Iterator[str]:
    """The address of a service whose client, unlike its own, may ask this site on loopback."""

    def load(_settings: Settings) -> Fetcher:
        return site.fetcher(Limits(delay=0.0))

    monkeypatch.setattr(app.fetching, "load_fetcher", load)
    made = create_app(Settings(fetch_pages=True), own, coder=TextCoder(lambda: pipeline))
    with served_here(made) as base:
        yield base


def read_view(explorer: Explorer) -> Page:
    explorer.open("?view=read")
    expect(explorer.page.get_by_role("button", name="Fetch")).to_be_visible()
    return explorer.page


def test_an_address_is_fetched_read_and_handed_over(
    browser: Browser, service: str, site: Web, own: SqliteStore
) -> None:
    with opened(browser, service) as explorer:
        page = read_view(explorer)
        page.get_by_label("Address").fill(f" {site.url('/pact?utm_source=x')} ")
        site.answers["/pact?utm_source=x"] = site.answers["/pact"]
        page.get_by_role("button", name="Fetch").click()
        sentences = page.locator(".sentence")
        expect(sentences).to_have_count(2, timeout=SECONDS)
        expect(sentences.first).to_contain_text("Russia treaty Iran")
        expect(sentences.first).to_contain_text("2025-01-17")
        expect(sentences.first.locator("mark.trigger")).to_have_text("signed")
        expect(page.get_by_label("Title")).to_have_value("Moscow and Tehran sign")
        expect(page.get_by_label("Published on")).to_have_value("2025-01-18")
        expect(page.get_by_label("Address")).to_have_value(site.url("/pact"))
        expect(page.get_by_label("Text of the article")).to_have_value(TEXT)
        expect(page.get_by_role("button", name="Fetch")).to_be_enabled()
        assert own.inbox().received == 0, "nothing is kept until it is asked for"
        page.get_by_role("button", name="Ingest").click()
        expect(page.get_by_text("It waits for a worker.")).to_be_visible()
        [task] = own.list_tasks(ArticleState.RECEIVED)
        assert (task.article.url, task.article.publisher) == (site.url("/pact"), "news.example")


def test_while_a_page_is_fetched_it_is_said_and_enter_fetches_too(
    browser: Browser, service: str, site: Web
) -> None:
    go_on = threading.Event()
    story = site.answers["/pact"].body

    def slow(handler: BaseHTTPRequestHandler) -> None:
        assert go_on.wait(30)
        handler.send_response(200)
        handler.send_header("Content-Type", "text/html")
        handler.end_headers()
        handler.wfile.write(story)

    site.answers["/pact"] = Answer(steer=slow)
    with opened(browser, service) as explorer:
        try:
            page = read_view(explorer)
            page.get_by_label("Address").fill(site.url("/pact"))
            page.keyboard.press("Enter")
            expect(page.get_by_role("status").filter(has_text="Fetching")).to_be_visible()
            expect(page.get_by_role("button", name="Fetch")).to_be_disabled()
        finally:
            go_on.set()
        expect(page.locator(".sentence")).to_have_count(2, timeout=SECONDS)
        assert site.paths() == ["/pact"]


def test_what_went_wrong_is_told_in_the_words_of_the_problem_and_can_be_tried_again(
    browser: Browser, service: str, site: Web
) -> None:
    with opened(browser, service, expected=NETWORK) as explorer:
        page = read_view(explorer)
        page.get_by_role("button", name="Fetch").click()
        expect(page.get_by_text("There is no address to fetch yet.")).to_be_visible()
        alert = page.get_by_role("alert")
        for place, words in (
            ("http://10.0.0.1/", "url: 10.0.0.1 leads to 10.0.0.1, which is not public"),
            (site.url("/later"), "the server answers 404"),
        ):
            page.get_by_label("Address").fill(place)
            page.get_by_role("button", name="Fetch").click()
            expect(alert).to_contain_text(words)
        expect(page.get_by_label("Text of the article")).to_have_value("")
        site.answers["/later"] = site.answers["/pact"]
        alert.get_by_role("button", name="Try again").click()
        expect(page.locator(".sentence")).to_have_count(2, timeout=SECONDS)


def test_the_view_can_be_used_by_all_on_any_screen(browser: Browser, service: str) -> None:
    for width in (360, 1280):
        with opened(browser, service, width=width) as explorer:
            page = read_view(explorer)
            assert sideways(page) <= 0
            assert explorer.audit() == []


def test_where_the_server_fetches_nothing_there_is_no_button_for_it(
    browser: Browser, own: SqliteStore
) -> None:
    with (
        served_here(create_app(Settings(), own)) as base,
        opened(browser, base) as explorer,
    ):
        with explorer.page.expect_response("**/openapi.json"):
            explorer.open("?view=read")
        expect(explorer.page.get_by_role("button", name="Ingest")).to_be_visible()
        expect(explorer.page.get_by_label("Address")).to_be_visible()
        expect(explorer.page.get_by_role("button", name="Fetch")).to_be_hidden()

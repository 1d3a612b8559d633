"""The explorer where things are not as they should be: names that want to be markup, endless
titles, very many events and none at all, a slow server, a dead one, and one that asks for keys.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Route, expect

from app.keys import Scope, make_key, save_keys
from bench.store import fill
from graph.factory import open_store
from graph.ontology import load_ontology
from graph.store import Batch
from graph.stores.sqlite import SqliteStore
from tests.app.explorer_browser import Explorer, launched, opened, sideways
from tests.app.serving import Served, serving
from tests.builders import article, event, evidence, person, state

MARKUP = '<img src=x onerror="document.title=1;throw Error(1)"><script>throw Error(2)</script>'
TITLE = "A title without an end " * 23
# "Republic", then a sign that turns the rest of the line around, and one that turns it back.
ARABIC = "\u062c\u0645\u0647\u0648\u0631\u064a\u0629 \u202e\u0645\u062b\u0627\u0644\u200f"
NETWORK = ("Failed to load resource", "net::ERR")
"""What Chromium itself writes to the console of an answer that is an error, or does not come."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with launched() as found:
        yield found


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A store whose names, quotes and titles are as bad as they can be."""
    path = tmp_path_factory.mktemp("hostile") / "hostile.db"
    evil, arabic, long = (
        state("EVL", MARKUP),
        state("ARB", ARABIC),
        person("long-name", "EVL", "Name " * 100),
    )
    text = f"{MARKUP} signed a treaty with {ARABIC}."
    written = article(text, title=TITLE, publisher=MARKUP, url="javascript:alert(1)")
    proof = evidence(written)
    with open_store(f"sqlite:///{path}") as store:
        store.migrate()
        store.write(
            Batch(
                articles=[written],
                events=[
                    event(proof, source=evil, target=arabic),
                    event(proof, source=evil, target=long),
                ],
            )
        )
    with serving(path) as served:
        yield served


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """100,000 synthetic events among 200 states; the busiest has a third of them."""
    path = tmp_path_factory.mktemp("large") / "large.db"
    with SqliteStore(path) as store:
        store.migrate()
        fill(store, 100_000)
    with serving(path) as served:
        yield served


def test_names_with_markup_are_names(browser: Browser, hostile: Served) -> None:
    views = ("", "?actor=EVL&pick=EVL~ARB", "?actor=EVL&table=1&pick=EVL", "?view=blocs",
             "?view=paths&from=ARB&to=long-name&tone=any")  # fmt: skip
    for width in (1280, 360):
        with opened(browser, hostile.base, width=width) as explorer:
            for view in views:
                explorer.open(view)
                explorer.page.wait_for_load_state("networkidle")
                assert explorer.page.locator("img, script:not([src]), iframe").count() == 0
                assert sideways(explorer.page) <= 0, (view, width)
            explorer.open("?actor=EVL&pick=EVL~ARB")
            panel = explorer.page.locator(".panel")
            expect(panel.locator(".event")).to_contain_text("<img src=x onerror")
            assert panel.locator("a[href^='javascript']").count() == 0
            assert explorer.page.title() != "1"


def test_a_name_with_markup_is_found_and_saved_as_such(browser: Browser, hostile: Served) -> None:
    with opened(browser, hostile.base) as explorer:
        explorer.open()
        explorer.page.get_by_role("combobox", name="Find an actor").fill("img")
        option = explorer.page.get_by_role("option").first
        expect(option).to_contain_text("<img src=x")
        option.click()
        explorer.await_ties("3 actors, 2 ties")
        assert b"&lt;img src=x" in explorer.saved("GRAPHML")


def test_of_very_many_partners_a_hundred_are_shown_and_it_is_said(
    browser: Browser, large: Served
) -> None:
    with opened(browser, large.base) as explorer:
        explorer.open("?actor=S00")
        explorer.await_ties("101 actors, 300 ties. State 0: 100 of 199, by weight.")
        explorer.page.locator(".status-line").wait_for()
        explorer.open("?actor=S00&pick=S00~S01")
        expect(explorer.page.locator(".panel .event")).to_have_count(20, timeout=30_000)
        explorer.page.get_by_role("button", name="Earlier events").click()
        expect(explorer.page.locator(".panel .event")).to_have_count(40, timeout=30_000)
        expect(explorer.page.locator(".panel svg[role=img]")).to_be_visible(timeout=30_000)


def test_the_legend_names_every_relation_of_the_latest_acts(
    browser: Browser, large: Served
) -> None:
    with opened(browser, large.base) as explorer:
        explorer.open("?actor=S00")
        explorer.await_ties()
        items = explorer.page.locator(".legend [data-item^='relation:']")
        named = {item.get_attribute("data-item") for item in items.all()}
        assert named <= {f"relation:{name}" for name in load_ontology().relations}
        assert len(named) > 30


def test_an_actor_without_events_says_so(browser: Browser, sample_path: Path) -> None:
    with serving(sample_path) as served, opened(browser, served.base) as explorer:
        explorer.open("?actor=TUV&off=tie:formal&pick=TUV")
        explorer.await_ties("Tuvalu has no ties")
        expect(explorer.page.locator(".panel")).to_contain_text("No event with Tuvalu is stored.")


def test_an_actor_that_nobody_knows_is_told_in_the_words_of_the_problem(
    browser: Browser, large: Served
) -> None:
    with opened(browser, large.base, expected=NETWORK) as explorer:
        explorer.open("?actor=nobody")
        expect(explorer.page.get_by_role("alert")).to_contain_text("no actor 'nobody'")


def test_a_slow_answer_is_waited_for_aloud_and_then_shown(browser: Browser, large: Served) -> None:
    held: list[Route] = []
    with opened(browser, large.base) as explorer:
        explorer.page.route("**/v1/actors/S05/alliances*", lambda route: held.append(route))
        explorer.open("?actor=S05")
        expect(explorer.page.get_by_text("Looking for ties")).to_be_visible()
        expect(explorer.page.get_by_text("the server is slow (4 s)")).to_be_visible(timeout=8000)
        for route in held:
            route.continue_()
        explorer.await_ties("State 5: ")


def test_a_dead_server_is_told_and_what_is_shown_stays(browser: Browser, sample_path: Path) -> None:
    with (
        serving(sample_path) as served,
        opened(browser, served.base, expected=NETWORK) as explorer,
    ):
        explorer.open("?actor=IRN")
        explorer.await_ties("Iran: ")
        served.process.kill()
        served.process.wait()
        explorer.click("IRN~RUS")
        expect(explorer.page.locator(".panel .failed").first).to_contain_text("does not answer")
        expect(
            explorer.page.locator(".panel").get_by_role("button", name="Try again").first
        ).to_be_visible()
        assert explorer.is_drawn("RUS")
        explorer.page.get_by_role("combobox", name="Find an actor").fill("france")
        expect(explorer.page.locator(".hits-note").first).to_contain_text("does not answer")


def keyed(folder: Path) -> tuple[Path, str]:
    text, key = make_key(frozenset({Scope.READ}), "", date(2026, 1, 2))
    save_keys(folder / "keys.txt", [key])
    return folder / "keys.txt", text


def test_a_key_is_asked_for_and_kept_for_the_session_alone(
    browser: Browser, sample_path: Path, tmp_path: Path
) -> None:
    file, key = keyed(tmp_path)
    with (
        serving(sample_path, {"API_KEYS_FILE": str(file)}) as served,
        opened(browser, served.base, expected=NETWORK) as explorer,
    ):
        explorer.open("?actor=IRN")
        dialog = explorer.page.get_by_role("dialog", name="API key")
        dialog.get_by_label("API key").fill("wrong")
        explorer.page.keyboard.press("Enter")
        expect(dialog).to_contain_text("This key is not accepted.")
        dialog.get_by_label("API key").fill(key)
        dialog.get_by_role("button", name="Go on").click()
        explorer.await_ties("Iran: ")
        assert explorer.page.evaluate("Object.values(sessionStorage)") == [key]
        assert key not in str(explorer.page.evaluate("Object.values(localStorage)"))
        assert key not in explorer.page.url


def test_expansions_and_clears_leave_no_memory_behind(browser: Browser, large: Served) -> None:
    with opened(browser, large.base) as explorer:
        explorer.open("?actor=S40&as_of=2016-01-01")
        explorer.await_ties("State 40: ")
        session = explorer.page.context.new_cdp_session(explorer.page)
        sizes = []
        for _ in range(2):
            for n in range(10):
                _reach(explorer, f"?actor=S40&as_of=2016-01-01&open=S{41 + n % 5}")
                _reach(explorer, "?actor=S40&as_of=2016-01-01")
            session.send("HeapProfiler.collectGarbage")
            sizes.append(explorer.page.evaluate("performance.memory.usedJSHeapSize"))
        assert sizes[-1] < sizes[0] * 1.3, sizes


def _reach(explorer: Explorer, query: str) -> None:
    """Go to a view as Back does: within the page, without loading it again."""
    explorer.page.evaluate("query => history.pushState({deep: 1}, '', query)", query)
    explorer.page.evaluate("dispatchEvent(new PopStateEvent('popstate'))")
    explorer.until("!document.querySelector('.cover:not([hidden])')")


def test_the_hostile_day_is_no_longer_than_others(browser: Browser, hostile: Served) -> None:
    """Half a year before anything happened there is nothing, and it is said."""
    day = date(2025, 1, 17) - timedelta(days=180)
    with opened(browser, hostile.base) as explorer:
        explorer.open(f"?actor=EVL&as_of={day}")
        explorer.await_ties("has no ties up to 2024-07-21")

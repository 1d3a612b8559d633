"""The graph in the real Neo4j Browser: its queries, its guide, its style, its favourites.

The pictures that Chromium takes are kept in artifacts/browser, for people to look at.
"""

import base64
import html
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from app.browser.files import actor_query, favorites, favorites_zip, guide, style
from tests.app.neo4j_browser import Site, chromium, find_chromium, site
from tests.conftest import REPOSITORY

PICTURES = REPOSITORY / "artifacts" / "browser"
GUIDE_QUERIES = [
    html.unescape(found).strip()
    for found in re.findall(r'<pre class="code runnable">(.*?)</pre>', guide(), re.S)
]
DRAWN = """() => [...document.querySelectorAll('g.relationship')].map(element => {
    const shown = element.__data__;
    return [shown.source.propertyMap.name, shown.type, shown.target.propertyMap.name,
        element.querySelector('text').textContent,
        element.querySelector('path.b-outline').getAttribute('fill')];
})"""
DROP = """([bytes, name]) => {
    const transfer = new DataTransfer();
    const data = Uint8Array.from(atob(bytes), character => character.charCodeAt(0));
    transfer.items.add(new File([data], name));
    const options = {dataTransfer: transfer, bubbles: true, cancelable: true};
    document.querySelector('.filedrop').dispatchEvent(new DragEvent('drop', options));
}"""


@pytest.fixture(scope="module")
def here(samples: Path) -> Iterator[Site]:
    with site(samples) as found:
        yield found


@pytest.fixture
def page(tmp_path: Path) -> Iterator[Page]:
    with chromium(tmp_path / "profile") as opened:
        yield opened


def log_in(page: Page, here: Site) -> None:
    page.get_by_test_id("password").fill(here.server.password)
    page.get_by_test_id("connect").click()
    expect(page.get_by_text("You are connected as user")).to_be_visible(timeout=30_000)


def await_start_up(page: Page) -> None:
    """Wait for what the server makes the Browser do: load the style, open the guide."""
    expect(page.get_by_test_id("frameCommand").get_by_text(":style")).to_be_visible(timeout=30_000)
    expect(page.get_by_text("Who did what to whom")).to_be_visible(timeout=30_000)


def keep(page: Page, name: str, settle: float = 2500) -> None:
    page.wait_for_timeout(settle)  # the nodes float to their places
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=PICTURES / f"{name}.png")


def drawn(page: Page) -> list[list[str]]:
    """Source, type, target, caption and colour of the relationships in the newest frame."""
    expect(page.locator("g.relationship").first).to_be_attached(timeout=30_000)
    found: list[list[str]] = page.evaluate(DRAWN)
    return found


@pytest.mark.parametrize("text", [f.text for f in favorites()], ids=[f.title for f in favorites()])
def test_a_favourite_finds_something_in_the_samples(here: Site, text: str) -> None:
    assert here.rows(text)


@pytest.mark.parametrize("text", GUIDE_QUERIES)
def test_a_query_of_the_guide_finds_something_in_the_samples(here: Site, text: str) -> None:
    assert here.rows(text)


def test_what_is_called_a_graph_draws_one(here: Site) -> None:
    graphs = [favorite for favorite in favorites() if "\n// Graph: " in favorite.text]
    assert len(graphs) >= 6
    for favorite in graphs:
        assert here.graph(favorite.text).relationships, favorite.title


def test_an_event_opened_shows_the_persons_named(here: Site) -> None:
    [opened] = [favorite for favorite in favorites() if favorite.title == "One event opened"]
    types = {relationship.type for relationship in here.graph(opened.text).relationships}
    assert types == {"SOURCE_OF", "TARGETS", "VIA", "EVIDENCED_BY"}


def test_the_query_for_an_actor_shows_that_actor(here: Site) -> None:
    for actor, name in (("IRN", "Iran"), ("vladimir-putin", "Vladimir Putin")):
        for relationship in here.graph(actor_query(actor)).relationships:
            assert name in [node["name"] for node in relationship.nodes if node is not None]


def test_a_link_opens_the_alliances_of_iran_in_colour(here: Site, page: Page) -> None:
    page.goto(here.link())
    expect(page.get_by_test_id("boltaddress")).to_have_value(f"127.0.0.1:{here.server.bolt}")
    expect(page.get_by_test_id("username")).to_have_value("neo4j")
    log_in(page, here)
    await_start_up(page)
    page.get_by_test_id("editor-Run").click()
    treaty = re.search(r"relationship\.TREATY \{ color: (#\w+);", style())
    assert treaty is not None
    found = drawn(page)
    assert ["Russia", "TREATY", "Iran", "treaty", treaty[1]] in found
    assert all("Iran" in (source, target) for source, _, target, _, _ in found)
    names = {" ".join(text.split()) for text in page.locator("g.node").all_text_contents()}
    assert {"Russia", "Iran"} <= names
    keep(page, "alliances")


def test_the_guide_opens_from_a_link_and_its_first_query_runs(here: Site, page: Page) -> None:
    page.goto(here.link("--guide"))
    expect(page.get_by_text("Who did what to whom")).to_be_visible(timeout=30_000)
    log_in(page, here)
    page.get_by_role("button", name="Load the style").click()
    expect(page.get_by_test_id("frameCommand").get_by_text(":style")).to_be_visible(timeout=30_000)
    page.get_by_role("button", name="Draw what is returned").click()
    expect(page.get_by_test_id("frameCommand").get_by_text(":config")).to_be_visible()
    page.locator("pre.runnable i").first.click()
    assert ["Russia", "TREATY", "Iran"] in [item[:3] for item in drawn(page)]
    keep(page, "guide")
    for number in range(2, guide().count("<slide>") + 1):
        page.get_by_text("Next", exact=True).click()
        keep(page, f"guide-{number}", settle=300)
    expect(page.get_by_role("link", name="favorites.zip")).to_have_attribute(
        "href", f"{here.api}/browser/favorites.zip"
    )


def test_a_link_with_an_actor_leaves_its_query_in_the_editor(here: Site, page: Page) -> None:
    page.goto(here.link("Vladimir Putin"))
    log_in(page, here)
    await_start_up(page)
    page.get_by_test_id("editor-Run").click()
    found = drawn(page)
    assert all("Vladimir Putin" in (source, target) for source, _, target, _, _ in found)
    assert "Masoud Pezeshkian" in {name for item in found for name in (item[0], item[2])}
    keep(page, "actor")


def test_favourites_are_imported_by_dropping_the_zip(here: Site, page: Page) -> None:
    page.goto(here.link())
    log_in(page, here)
    await_start_up(page)
    page.evaluate(DROP, [base64.b64encode(favorites_zip()).decode(), "favorites.zip"])
    page.get_by_test_id("navigationFavorites").click()
    page.get_by_text("Westphalia", exact=True).click()
    for favorite in favorites():
        expect(page.get_by_text(favorite.title, exact=True)).to_have_count(1)
    keep(page, "favorites")


def test_a_missing_chromium_fails_in_ci_and_is_told_elsewhere(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("WESTPHALIA_TEST_CHROMIUM", "no-such-chromium")
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="no-such-chromium"):
        find_chromium()
    monkeypatch.delenv("CI")
    with pytest.raises(pytest.skip.Exception, match="install chromium"):
        find_chromium()

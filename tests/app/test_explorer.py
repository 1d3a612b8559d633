"""The explorer on the samples, as people use it: by mouse, by keyboard alone, on any screen."""

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest
from playwright.sync_api import Browser, expect

from tests.app.explorer_browser import SECONDS, Explorer, launched, opened, rows, sideways
from tests.app.serving import Served, serving
from tests.process import run

DAY = "as_of=2025-10-01"
ARTICLE = (
    "Russian President Vladimir Putin will sign a strategic partnership treaty with Iranian "
    "President Masoud Pezeshkian in Moscow, the Kremlin said. France visited the moon."
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with launched() as found:
        yield found


@pytest.fixture(scope="module")
def service(sample_path: Path) -> Iterator[Served]:
    with serving(sample_path) as served:
        yield served


@pytest.fixture
def explorer(browser: Browser, service: Served) -> Iterator[Explorer]:
    with opened(browser, service.base) as found:
        yield found


def test_the_start_page_offers_actors_and_says_how_fresh_the_data_is(explorer: Explorer) -> None:
    explorer.open()
    expect(explorer.page.get_by_text("299 events from 30 articles")).to_contain_text("2025-09-18")
    assert explorer.page.locator(".card").count() == 8
    explorer.page.get_by_role("button", name=re.compile("^Iran")).click()
    explorer.await_ties()
    assert explorer.query() == "actor=IRN"


def test_an_actor_is_found_by_an_alias_with_arrow_keys(explorer: Explorer) -> None:
    explorer.open()
    page = explorer.page
    expect(page.locator(".card").first).to_be_visible()
    page.keyboard.press("/")
    box = page.get_by_role("combobox", name="Find an actor")
    expect(box).to_be_focused()
    page.keyboard.type("islamic republic")
    options = page.get_by_role("listbox", name="Find an actor").get_by_role("option")
    expect(options.first).to_have_attribute("aria-selected", "true")
    expect(box).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowDown")
    expect(options.nth(1)).to_have_attribute("aria-selected", "true")
    assert box.get_attribute("aria-activedescendant") == options.nth(1).get_attribute("id")
    page.keyboard.press("ArrowUp")
    expect(options.first).to_contain_text("Iran")
    page.keyboard.press("Enter")
    explorer.await_ties("Iran: ")
    expect(box).to_have_attribute("aria-expanded", "false")


def test_a_name_that_nobody_has_is_told(explorer: Explorer) -> None:
    explorer.open()
    explorer.page.get_by_role("combobox", name="Find an actor").fill("zzzzzzzz")
    expect(explorer.page.get_by_text("No actor is called “zzzzzzzz”.")).to_be_visible()


def test_the_legend_is_the_filter_and_undo_goes_back(explorer: Explorer) -> None:
    explorer.open(f"?actor=IRN&{DAY}")
    explorer.await_ties()
    page = explorer.page
    whole = page.locator(".status-line").inner_text()
    assert explorer.is_drawn("IRN~RUS")
    page.locator(".legend").get_by_label("ally").uncheck()
    page.locator(".legend").get_by_label("formal").uncheck()
    expect(page.locator(".status-line")).to_contain_text("filtered out or hidden")
    assert not explorer.is_drawn("IRN~RUS")
    assert explorer.query().endswith("off=tie:ally,tie:formal&as_of=2025-10-01")
    page.get_by_role("button", name="Undo").click()
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".status-line")).to_have_text(whole)
    page.locator(".legend").get_by_text("Relations", exact=True).click()
    relations = page.locator(".legend details", has_text="Relations")
    for box in relations.get_by_role("checkbox").all():
        if box.get_attribute("data-item") != "relation:treaty":
            box.uncheck()
    expect(page.locator(".status-line")).to_contain_text("Iran: 2 actors, 1 tie.")


def test_partners_of_a_partner_are_shown_hidden_and_pinned(explorer: Explorer) -> None:
    explorer.open(f"?actor=IRN&{DAY}")
    explorer.await_ties()
    page = explorer.page
    assert not explorer.is_drawn("PRK")
    page.mouse.dblclick(*explorer.place("RUS"))
    explorer.until_drawn("PRK")
    assert "open=RUS" in explorer.query()
    explorer.click("PRK")
    explorer.heading("North Korea")
    page.get_by_role("button", name="Pin").click()
    page.get_by_role("button", name="Hide", exact=True).click()
    explorer.until_drawn("PRK", drawn=False)
    assert "hide=PRK&pin=PRK" in explorer.query()
    page.go_back()
    explorer.until_drawn("PRK")


def test_a_tie_is_proved_by_marked_sentences(explorer: Explorer) -> None:
    explorer.open(f"?actor=IRN&{DAY}")
    explorer.await_ties()
    explorer.click("IRN~RUS")
    explorer.heading("Iran and Russia")
    panel = explorer.page.locator(".panel")
    expect(panel.locator(".stance.ally")).to_be_visible()
    expect(panel.locator("svg[role=img]")).to_have_attribute("aria-label", re.compile("From 2018"))
    event = panel.locator(".event", has_text="is meant to run for twenty years").first
    expect(event.locator("mark.trigger")).to_have_text("signed")
    expect(event.locator("mark.source")).to_have_text("Russia")
    expect(event.locator("mark.target")).to_have_text("Iran")
    expect(event).to_contain_text("Westphalia samples · 2025-01-17")
    expect(event).to_contain_text("confidence 0.9")
    event.get_by_text("Corroboration and contradiction").click()
    expect(event).to_contain_text("Rests on")
    panel.get_by_text("commitments in force").click()
    expect(panel.locator(".commitments")).to_contain_text("Principles of Cooperation")


def test_an_actors_panel_tells_what_is_known_of_it(explorer: Explorer) -> None:
    explorer.open(f"?actor=IRN&{DAY}&pick=IRN")
    explorer.heading("Iran")
    panel = explorer.page.locator(".panel")
    expect(panel).to_contain_text("state · 52 events")
    expect(panel).to_contain_text("Masoud Pezeshkian")
    expect(panel.get_by_text("Open in Neo4j Browser")).to_have_count(0)
    panel.get_by_role("button", name="Path from here").click()
    assert explorer.query().startswith("view=paths&actor=IRN&from=IRN")


def test_the_picture_is_that_of_a_day(explorer: Explorer) -> None:
    explorer.open("?actor=ALB")
    explorer.await_ties()
    page = explorer.page
    page.get_by_label("As of").fill("1950-01-01")
    explorer.await_ties("Albania has no ties up to 1950-01-01")
    page.get_by_role("button", name="Today").click()
    explorer.await_ties("Albania: ")
    page.get_by_role("slider", name="Month of the picture").focus()
    page.keyboard.press("Home")
    expect(page).to_have_url(re.compile("as_of="))


def test_play_goes_through_the_months_and_stops(explorer: Explorer) -> None:
    explorer.open("?actor=RUS")
    explorer.await_ties()
    page = explorer.page
    length = page.evaluate("history.length")
    page.get_by_role("button", name="Play").click()
    expect(page.get_by_role("button", name="Stop")).to_be_visible()
    page.wait_for_url(re.compile("as_of="))
    first = explorer.query()
    explorer.until(f"location.search.slice(1) !== {first!r}")
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_role("button", name="Play")).to_be_visible()
    assert page.evaluate("history.length") == length


def test_two_days_are_compared(explorer: Explorer) -> None:
    explorer.open("?actor=FIN&as_of=2023-04-04")
    explorer.await_ties()
    explorer.page.get_by_label("Compare with").fill("2023-04-03")
    explorer.heading("What changed for Finland")
    expect(explorer.page.locator(".panel")).to_contain_text("Commitments that began")
    expect(explorer.page.locator(".panel")).to_contain_text("North Atlantic Treaty")


def test_two_actors_are_linked_with_evidence_on_each_hop(explorer: Explorer) -> None:
    explorer.open(f"?view=paths&{DAY}")
    page = explorer.page
    for label, name in (("From", "north korea"), ("To", "turkey")):
        page.get_by_role("combobox", name=label, exact=True).fill(name)
        expect(page.get_by_role("option").first).to_be_visible()
        page.keyboard.press("Enter")
    explorer.heading("North Korea to Turkey")
    first = page.locator(".path").first
    expect(first).to_contain_text("North Korea – Russia – Turkey")
    for hop in first.locator(".hop").all():
        expect(hop.locator("blockquote").first).not_to_be_empty()
    page.get_by_label("Kind of ties").select_option("hostile")
    expect(page).to_have_url(re.compile("tone=hostile"))


def test_the_blocs_are_named_and_coloured(explorer: Explorer) -> None:
    explorer.open(f"?view=blocs&{DAY}")
    explorer.heading("Blocs")
    assert explorer.page.locator(".bloc").count() == 8
    explorer.await_ties("by weight in their bloc")
    explorer.page.locator(".bloc").first.get_by_role("button").first.click()
    expect(explorer.page.locator(".panel h2")).not_to_have_text("Blocs")


def test_a_text_is_read_and_every_sentence_accounted_for(explorer: Explorer) -> None:
    explorer.open("?view=read")
    page = explorer.page
    page.get_by_label("Text of the article").fill(ARTICLE)
    page.get_by_label("Published on").fill("2025-01-14")
    page.locator("form button.main").click()
    sentences = page.locator(".sentence")
    expect(sentences).to_have_count(2, timeout=60_000)
    expect(sentences.first.locator("mark.trigger")).to_have_text("sign")
    expect(sentences.first.locator("mark.mention").nth(1)).to_have_text("Vladimir Putin")
    expect(sentences.first).to_contain_text("Russia (Vladimir Putin) treaty Iran")
    expect(sentences.nth(1)).to_contain_text("No event: no second actor")


def test_an_article_is_handed_over_and_followed_until_it_is_stored(
    browser: Browser, tmp_path: Path
) -> None:
    store = tmp_path / "own.db"
    assert run("migrate", store=store).returncode == 0
    with serving(store) as served, opened(browser, served.base) as explorer:
        page = explorer.page
        explorer.open()
        expect(page.get_by_text("Nothing is stored yet.")).to_be_visible()
        page.get_by_role("button", name="Read", exact=True).click()
        page.get_by_label("Text of the article").fill(ARTICLE)
        page.get_by_label("Address").fill("https://news.example/1")
        page.get_by_role("button", name="Ingest").click()
        expect(page.get_by_text("It waits for a worker.")).to_be_visible()
        done = run("worker", "--until-empty", store=store, settings={"PROCESSES": "1"})
        assert done.returncode == 0, done.stderr
        expect(page.get_by_text("Stored, with 2 events.")).to_be_visible(timeout=SECONDS)
        page.get_by_role("button", name="Ties", exact=True).click()
        page.get_by_role("button", name=re.compile("^Russia")).click()
        explorer.await_ties("Russia: ")


def test_without_the_operation_there_is_no_button_for_it(browser: Browser, service: Served) -> None:
    """An older server, as its own document would tell."""
    with opened(browser, service.base) as explorer:
        explorer.page.route("**/openapi.json", lambda route: route.fulfill(json={"paths": {}}))
        with explorer.page.expect_response("**/openapi.json"):
            explorer.open("?view=read")
        expect(explorer.page.get_by_label("Text of the article")).to_be_visible()
        expect(explorer.page.get_by_role("button", name="Ingest")).to_be_hidden()


def test_a_link_to_neo4j_browser_stands_in_a_panel(browser: Browser, service: Served) -> None:
    """On the store of these tests there is none, so one is answered to the page."""
    url = "http://localhost:7474/browser/?cmd=edit"
    with opened(browser, service.base) as explorer:
        explorer.page.route("**/v1/browser-link*", lambda route: route.fulfill(json={"url": url}))
        explorer.open(f"?actor=IRN&{DAY}&pick=IRN")
        link = explorer.page.get_by_role("link", name="Open in Neo4j Browser")
        expect(link).to_have_attribute("href", url)


def test_the_table_shows_what_the_graph_shows_and_is_sorted(explorer: Explorer) -> None:
    explorer.open(f"?actor=IRN&{DAY}")
    explorer.await_ties()
    page = explorer.page
    page.get_by_role("button", name="Table").click()
    ties = page.get_by_role("region", name="Ties, a table")
    expect(ties.get_by_role("columnheader", name="Events")).to_have_attribute(
        "aria-sort", "descending"
    )
    page.get_by_role("button", name="Score", exact=True).click()
    score = ties.get_by_role("columnheader", name="Score")
    expect(score).to_have_attribute("aria-sort", "descending")
    assert "ally" in ties.locator("tbody tr").first.inner_text()
    page.get_by_role("button", name="Score", exact=True).click()
    expect(score).to_have_attribute("aria-sort", "ascending")
    assert "adversary" in ties.locator("tbody tr").first.inner_text()
    ties.locator("tbody tr").first.get_by_role("button").click()
    expect(page.locator(".panel h2")).to_contain_text("Ukraine")


def test_without_a_canvas_there_is_the_table(browser: Browser, service: Served) -> None:
    script = "HTMLCanvasElement.prototype.getContext = () => null;"
    with opened(browser, service.base, script=script) as explorer:
        explorer.open(f"?actor=IRN&{DAY}")
        expect(explorer.page.get_by_role("region", name="Ties, a table")).to_be_visible()
        expect(explorer.page.locator(".canvas")).to_be_hidden()


def test_what_is_on_screen_is_exported(explorer: Explorer) -> None:
    explorer.open(f"?actor=IRN&{DAY}&hide=USA")
    explorer.await_ties()
    assert explorer.saved("PNG").startswith(b"\x89PNG")
    root = ElementTree.fromstring(explorer.saved("GRAPHML"))
    edges = root.findall(".//{http://graphml.graphdrawing.org/xmlns}edge")
    ties = rows(explorer.saved("JSON"))
    table = list(csv.DictReader(io.StringIO(explorer.saved("CSV").decode())))
    assert len(edges) == len(ties) == len(table) > 10
    assert {"Iran", "Russia"} in [{row["one_name"], row["other_name"]} for row in table]
    assert "USA" not in {tie["one"] for tie in ties} | {tie["other"] for tie in ties}


def test_an_address_holds_the_whole_view(browser: Browser, explorer: Explorer) -> None:
    explorer.open(f"?actor=IRN&open=RUS&off=tie:mixed&{DAY}&pick=IRN~RUS")
    explorer.heading("Iran and Russia")
    shown = explorer.page.locator(".status-line").inner_text()
    with opened(browser, explorer.base) as other:
        other.page.goto(explorer.page.url)
        other.heading("Iran and Russia")
        expect(other.page.locator(".status-line")).to_have_text(shown)
        expect(other.page.locator(".legend").get_by_label("mixed")).not_to_be_checked()


def test_everything_can_be_done_by_keyboard(explorer: Explorer) -> None:
    explorer.open()
    page = explorer.page
    expect(page.locator(".card").first).to_be_visible()
    page.keyboard.press("/")
    page.keyboard.type("iran")
    expect(page.get_by_role("option").first).to_have_text(re.compile("^Iran"))
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    explorer.await_ties("Iran: ")
    canvas = page.get_by_role("application")
    for _ in range(60):
        if canvas.evaluate("element => element === document.activeElement"):
            break
        page.keyboard.press("Tab")
    expect(canvas).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(page.locator("[aria-live]")).to_contain_text(", state, ")
    page.keyboard.press("w")
    expect(page.locator(".panel h2")).to_be_focused()
    assert "~" in explorer.query()
    page.keyboard.press("Escape")
    expect(page.locator(".panel")).to_be_hidden()
    canvas.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("open="))
    page.keyboard.press("h")
    page.wait_for_url(re.compile("hide="))
    page.keyboard.press("u")
    explorer.until("!location.search.includes('hide=')")
    page.keyboard.press("Space")
    expect(page.locator(".panel h2")).to_be_focused()


VIEWS = (
    "",
    f"?actor=IRN&{DAY}&pick=IRN~RUS",
    f"?actor=IRN&{DAY}&pick=RUS&table=1",
    f"?view=paths&from=PRK&to=TUR&{DAY}",
    f"?view=blocs&{DAY}",
    "?view=read",
)


def test_axe_finds_nothing_serious(browser: Browser, service: Served) -> None:
    with opened(browser, service.base) as explorer:
        for view in VIEWS:
            explorer.open(view)
            explorer.page.wait_for_load_state("networkidle")
            assert explorer.audit() == [], view


def test_in_the_dark_everything_can_be_read_as_well(browser: Browser, service: Served) -> None:
    with opened(browser, service.base, dark=True) as explorer:
        for view in VIEWS:
            explorer.open(view)
            explorer.page.wait_for_load_state("networkidle")
            assert explorer.audit("color-contrast") == [], view


@pytest.mark.parametrize(
    ("width", "height", "views"), [(360, 740, VIEWS), (3840, 2160, VIEWS[1:3])]
)
def test_no_view_is_wider_than_the_screen(
    browser: Browser, service: Served, width: int, height: int, views: tuple[str, ...]
) -> None:
    with opened(browser, service.base, width=width, height=height) as explorer:
        for view in views:
            explorer.open(view)
            explorer.page.wait_for_load_state("networkidle")
            assert sideways(explorer.page) <= 0, view


def test_the_colours_can_be_chosen(explorer: Explorer) -> None:
    explorer.open()
    page = explorer.page
    ground = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(ground)
    page.get_by_role("button", name="Colours: auto").click()
    page.get_by_role("button", name="Colours: light").click()
    expect(page.get_by_role("button", name="Colours: dark")).to_be_visible()
    assert page.evaluate(ground) != light
    page.reload()
    assert page.evaluate(ground) != light

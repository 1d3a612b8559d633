"""Is the explorer small, and quick on a large store?

Weighs what `make explorer` has built, gzipped. Then serves a synthetic store (`bench.store`) and
opens the explorer in Chromium (see tests/app/neo4j_browser.py), and measures: from asking for the
page to the drawn ties of the busiest actor, in a browser that has kept nothing; how long laying out
its 100 partners takes, alone and with 300 ties; from asking why of a tie to its events, and to its
trend, which the store takes longer for; and the memory in use after expansions and clears, beside
what was before them.

    python -m bench.explorer --events 1000000 --store FILE
"""

import argparse
import gzip
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from bench.api import westphalia
from bench.store import fill
from graph.stores.sqlite import SqliteStore
from tests.app.neo4j_browser import FLAGS, find_chromium

STATIC = Path(__file__).parent.parent / "app" / "static"
BUSIEST = "S00"
DAY = "2024-12-30"
PAIRS = [f"S00~S{n:02}" for n in range(10, 40, 3)]
BUDGET = 300


def weigh() -> None:
    """Print the size of all that a browser loads, in kB, gzipped."""
    sizes = {
        path.name: len(gzip.compress(path.read_bytes(), 9)) / 1000
        for path in sorted(STATIC.rglob("*"))
        if path.is_file()
    }
    for name, size in sizes.items():
        print(f"{name:>40}: {size:6.1f} kB gzipped")
    print(f"{'in all':>40}: {sum(sizes.values()):6.1f} kB of {BUDGET} kB")


@contextmanager
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=list(FLAGS))
        try:
            yield browser
        finally:
            browser.close()


def tell(name: str, times: list[float]) -> None:
    print(
        f"{name:>40}: median {statistics.median(times):6.0f} ms, "
        f"{min(times):.0f} to {max(times):.0f} ms of {len(times)}"
    )


def measured(page: Page, name: str) -> list[float]:
    """What the page has measured itself, in milliseconds."""
    found: list[float] = page.evaluate(
        "name => performance.getEntriesByName(name, 'measure').map(entry => entry.duration)", name
    )
    return found


def first_view(browser: Browser, base: str, rounds: int) -> None:
    """An actor opened in a browser that knows nothing, until its ties are drawn."""
    views: list[float] = []
    layouts: list[float] = []
    for _ in range(rounds):
        context = browser.new_context(viewport={"width": 1280, "height": 800})
        page = context.new_page()
        page.goto(f"{base}/?actor={BUSIEST}&as_of={DAY}")
        page.locator(".status-line", has_text="by weight").wait_for()
        views.append(page.evaluate("performance.getEntriesByName('drawn', 'mark').at(0).startTime"))
        layouts += measured(page, "layout")
        context.close()
    tell("first view of the busiest actor", views)
    tell("laying out its partners", layouts)


def panels(page: Page) -> None:
    """Ties that were not looked at before, one after the other."""
    for pair in PAIRS:
        place = page.evaluate("key => explorer.whereIs(key)", pair)
        if place is None:
            continue
        before = len(measured(page, "panel"))
        page.evaluate("key => explorer.pick(key)", pair)
        while len(measured(page, "panel")) == before or len(measured(page, "trend")) == before:
            time.sleep(0.05)
        page.wait_for_timeout(300)
    tell("a tie's panel, with its events", measured(page, "panel"))
    tell("and with its trend", measured(page, "trend"))


def memory(page: Page, times: int) -> None:
    """The heap after collection, before and after so many expansions and clears."""
    session = page.context.new_cdp_session(page)

    def heap() -> float:
        session.send("HeapProfiler.collectGarbage")
        used: int = page.evaluate("performance.memory.usedJSHeapSize")
        return used / 1e6

    def go(query: str) -> None:
        page.evaluate("query => history.pushState({deep: 1}, '', query)", query)
        page.evaluate("dispatchEvent(new PopStateEvent('popstate'))")
        page.wait_for_timeout(100)
        page.locator(".cover").wait_for(state="hidden")

    def expand(times: int) -> None:
        for n in range(times):
            go(f"?actor=S60&as_of={DAY}&open=S{61 + n % 5}")
            go(f"?actor=S60&as_of={DAY}")

    expand(10)
    before = heap()
    expand(times)
    after = heap()
    print(
        f"{f'after {times} expansions and clears':>40}: {after:.1f} MB, "
        f"{before:.1f} MB before, ratio {after / before:.2f}"
    )


def main() -> None:
    """Read the options, fill a store if none is given, and print what was measured."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--events", type=int, default=100_000)
    parser.add_argument("--store", type=Path, help="a filled store to use instead")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--expansions", type=int, default=50)
    options = parser.parse_args()
    weigh()
    with tempfile.TemporaryDirectory() as folder:
        path = options.store or Path(folder) / "explorer.db"
        if options.store is None:
            with SqliteStore(path) as store:
                store.migrate()
                fill(store, options.events)
        with westphalia(path, Path(folder)) as service, chromium() as browser:
            first_view(browser, service.url(""), options.rounds)
            page = browser.new_page(viewport={"width": 1280, "height": 800})
            page.goto(service.url(f"/?actor={BUSIEST}&as_of={DAY}"))
            page.locator(".status-line", has_text="left out").wait_for()
            for _ in range(options.rounds):
                page.get_by_role("button", name="Arrange").click()
            tell("laying out 100 partners, 300 ties", measured(page, "layout")[1:])
            panels(page)
            memory(page, options.expansions)


if __name__ == "__main__":
    main()

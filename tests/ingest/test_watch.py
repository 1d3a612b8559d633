"""A feed and a small site, looked at round after round: every item is accounted for."""

import gzip
import threading
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from graph.errors import StoreUnavailable
from graph.factory import open_store
from graph.model import Article
from graph.store import Store
from ingest.clean import cleaned
from ingest.fetch import Limits
from ingest.pipeline import Pipeline
from ingest.sources.feed_state import FeedState
from ingest.sources.received import Input, Received, SourceProblem
from ingest.sources.watch import MAX_PAGES, Look, Tally, Watch
from ingest.worker import Stop, Summary, Worker
from tests.ingest.makers import export_row, item, page, rss, zipped
from tests.ingest.test_fetch import bomb
from tests.ingest.web import Answer, Web, a_web

FRIDAY = "Fri, 17 Jan 2025 10:00:00 GMT"
FEED = "/feed.xml"
FAST = Limits(delay=0.0, seconds=1.5, silence=1.0, max_bytes=2_000_000)


class Clock:
    def __init__(self) -> None:
        self.moment = datetime(2025, 1, 18, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.moment

    def pass_(self, **much: float) -> None:
        self.moment += timedelta(**much)


@pytest.fixture
def web() -> Iterator[Web]:
    with a_web() as started:
        yield started


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def state(tmp_path: Path) -> Iterator[FeedState]:
    with FeedState(tmp_path / "feeds.db") as opened:
        yield opened


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(f"sqlite:///{tmp_path}/w.db") as opened:
        opened.migrate()
        yield opened


def watching(web: Web, state: FeedState, clock: Clock, pages: bool = True, *feeds: str) -> Watch:
    urls = feeds or (web.url(FEED),)
    return Watch(urls, web.fetcher(FAST), state, clock, every=900, pages=pages)


def looked(watch: Watch, url: str | None = None) -> tuple[Look, list[Input]]:
    look = watch.look(url or watch.feeds[0])
    found = list(look)
    look.commit()
    check(look.tally)
    return look, found


def check(tally: Tally) -> None:
    """Nothing is lost: every item of the list is one of these."""
    parts = tally.articles + tally.bad + tally.unchanged + tally.repeated + tally.waiting
    assert tally.items == parts


def articles(found: list[Input]) -> list[Article]:
    return [entry.article for entry in found if isinstance(entry, Received)]


def problems(found: list[Input], web: Web) -> dict[str, str]:
    site = web.url("")
    return {
        entry.path.removeprefix(site): entry.reason
        for entry in found
        if isinstance(entry, SourceProblem)
    }


def story(title: str, *paragraphs: str, day: str = "2025-01-17") -> Answer:
    return Answer(page(title, *paragraphs, day=day))


def conditional(body: bytes, etag: str) -> Answer:
    """A feed whose server knows validators."""

    def steer(handler: BaseHTTPRequestHandler) -> None:
        same = handler.headers["If-None-Match"] == etag
        handler.send_response(304 if same else 200)
        handler.send_header("Content-Type", "application/rss+xml")
        handler.send_header("ETag", etag)
        handler.send_header("Content-Length", "0" if same else str(len(body)))
        handler.end_headers()
        handler.wfile.write(b"" if same else body)

    return Answer(steer=steer)


def trap(web: Web, stop: threading.Event) -> tuple[str, ...]:
    """Pages that go wrong in every way, and the items that lead to them."""

    def drip(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\n\r\n")
        while not stop.wait(0.05):
            handler.wfile.write(b"a")

    def pour(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
        for _ in range(50):
            handler.wfile.write(b"a" * 1_000_000)

    latin = page("Visit", "The French president visited Côte d’Ivoire on Friday.", day="2025-01-17")
    web.answers |= {
        "/500": Answer(b"oops", status=500),
        "/404": Answer(b"none", status=404),
        "/loop": Answer(status=302, headers={"Location": "/loop2"}),
        "/loop2": Answer(status=302, headers={"Location": "/loop"}),
        "/slow": Answer(steer=drip),
        "/big": Answer(steer=pour),
        "/bomb": Answer(bomb(300), headers={"Content-Encoding": "gzip"}),
        "/inner": Answer(status=302, headers={"Location": "http://169.254.169.254/latest"}),
        "/picture": Answer(b"GIF", kind="image/gif"),
        "/blank": Answer(b"<html><body></body></html>"),
        "/latin": Answer(latin.decode().encode("windows-1252"), kind="text/html; charset=utf-8"),
        "/robots.txt": Answer(b"User-agent: *\nDisallow: /closed", kind="text/plain"),
        "/french": story(
            "Visite", "Le président français a rencontré hier à Paris son homologue allemand."
        ),
    }
    places = ("/500", "/404", "/loop", "/slow", "/big", "/bomb", "/inner", "/picture", "/blank",
              "/latin", "/closed", "/french")  # fmt: skip
    return tuple(item(place, place, FRIDAY) for place in places)


def test_three_rounds_account_for_every_item(
    web: Web, state: FeedState, store: Store, pipeline: Pipeline, clock: Clock
) -> None:
    stop = threading.Event()
    traps = trap(web, stop)
    web.answers["/a"] = story("Pact", "Russia and Iran signed a treaty in Moscow on Friday.")
    web.answers["/b"] = story("Warning", "Turkey warned Greece on Thursday, officials said.")
    web.answers["/c"] = story("Strike", "Israel attacked Iran on Friday, the army said.")
    a, b = item("/a", "Pact", FRIDAY, guid="a"), item("/b", "Warning", FRIDAY)
    watch = watching(web, state, clock)
    worker = Worker(pipeline, store)
    taken: list[Article] = []

    def round_(feed: bytes, etag: str) -> tuple[Look, Summary]:
        web.answers[FEED] = conditional(feed, etag)
        assert watch.due() == [web.url(FEED)]
        look = watch.look(web.url(FEED))
        summary = worker.run(keeping(look, taken))
        look.commit()
        check(look.tally)
        assert summary.read == look.tally.articles + look.tally.bad
        assert summary.read == summary.stored + summary.known + len(summary.bad)
        assert watch.due() == []
        clock.pass_(minutes=16)
        return look, summary

    first, summary = round_(rss(a, b, a, *traps), '"1"')
    assert asdict(first.tally) == asdict(Tally(items=15, articles=4, bad=10, repeated=1, new=14))
    told = problems(list(summary.bad), web)
    assert told == {
        "/500": "the server answers 500",
        "/404": "the server answers 404",
        "/loop": "redirects in a circle",
        "/slow": "took longer than 1.5 s",
        "/big": "larger than 2 MB",
        "/bomb": "larger than 2 MB",
        "/inner": "169.254.169.254 leads to 169.254.169.254, which is not public",
        "/picture": "a document of type image/gif",
        "/blank": "no article text on this page",
        "/closed": "robots.txt forbids it",
    }
    assert (summary.stored, summary.known) == (4, 0)
    texts = {entry.title: entry for entry in stored(store, taken)}
    assert "Côte d’Ivoire" in texts["Visit"].text
    assert texts["Visite"].language == "fr"
    assert [p.reason for p in store.problems(texts["Visite"].id)] == ["language"]

    web.answers["/a"] = story("Pact", "Russia and Iran signed and sealed a treaty on Friday.")
    web.answers["/500"] = story("Late", "China criticised Japan on Friday in a statement.")
    changed = item("/a", "Pact (updated)", FRIDAY, guid="a")
    second, summary = round_(rss(changed, *traps, item("/c", "Strike", FRIDAY)), '"2"')
    assert second.tally.state == "read"
    assert (second.tally.new, second.tally.changed, second.tally.removed) == (1, 1, 1)
    assert problems(list(summary.bad), web) == {"/slow": "took longer than 1.5 s"}
    assert second.tally.unchanged == len(traps) - 2, "only what may pass is tried again"
    assert summary.stored == 3
    assert {entry.title for entry in stored(store, taken)} >= {"Late", "Strike", "Pact"}

    stop.set()
    third, summary = round_(rss(changed, *traps, item("/c", "Strike", FRIDAY)), '"2"')
    assert third.tally.state == "read", "something was still to be tried, so no 304 was asked for"
    assert third.tally.bad == 1
    fourth, summary = round_(rss(changed, *traps, item("/c", "Strike", FRIDAY)), '"2"')
    assert fourth.tally.state == "unchanged"
    assert summary.read == 0
    assert store.statistics().articles == 7
    versions = [entry.text for entry in stored(store, taken) if entry.url.endswith("/a")]
    assert len(versions) == 2, "the article whose text changed is there in both forms"


def keeping(look: Look, taken: list[Article]) -> Iterator[Input]:
    for entry in look:
        if isinstance(entry, Received):
            taken.append(entry.article)
        yield entry


def stored(store: Store, taken: list[Article]) -> list[Article]:
    """What the store has of these articles."""
    return list(store.articles([cleaned(article).id for article in taken]).values())


def test_a_watch_that_is_started_again_goes_on_where_it_was(
    web: Web, tmp_path: Path, clock: Clock
) -> None:
    web.answers[FEED] = conditional(rss(item("/a", "Pact", FRIDAY)), '"1"')
    web.answers["/a"] = story("Pact", "Russia and Iran signed a treaty in Moscow on Friday.")
    path = tmp_path / "feeds.db"
    with FeedState(path) as state:
        _, found = looked(watching(web, state, clock))
        assert len(articles(found)) == 1
    with FeedState(path) as state:
        watch = watching(web, state, clock)
        assert watch.due() == []
        assert watch.wait() == 900
        clock.pass_(minutes=15)
        look, found = looked(watch)
    assert (look.tally.state, found) == ("unchanged", [])
    assert web.asked[-1].headers["if-none-match"] == '"1"'


def test_what_was_not_taken_is_listed_again(web: Web, state: FeedState, clock: Clock) -> None:
    items = [item(f"/{n}", f"Title {n}", FRIDAY) for n in range(5)]
    for n in range(5):
        web.answers[f"/{n}"] = story(f"Title {n}", f"Turkey warned Greece {n} times on Friday.")
    web.answers[FEED] = conditional(rss(*items), '"1"')
    watch = watching(web, state, clock)
    look = watch.look(web.url(FEED))
    iterator = iter(look)
    for _ in range(3):
        next(iterator)
    look.commit()  # the process ends while the third article is in hand
    assert watch.due() == [web.url(FEED)]
    again, found = looked(watch)
    assert again.tally.unchanged == 2
    assert [article.title for article in articles(found)] == ["Title 2", "Title 3", "Title 4"]


def test_a_stopped_worker_loses_nothing(
    web: Web, state: FeedState, clock: Clock, store: Store, pipeline: Pipeline
) -> None:
    items = [item(f"/{n}", f"Title {n}", FRIDAY) for n in range(6)]
    for n in range(6):
        web.answers[f"/{n}"] = story(f"Title {n}", f"Turkey warned Greece {n} times on Friday.")
    web.answers[FEED] = conditional(rss(*items), '"1"')
    watch = watching(web, state, clock)
    stop = Stop()
    worker = Worker(pipeline, store, on_progress=lambda _: stop.ask(), stop=stop)
    look = watch.look(web.url(FEED))
    summary = worker.run(look, batch_size=2)
    look.commit()
    assert (summary.stopped, summary.stored) == (True, 2)
    look = watch.look(web.url(FEED))
    rest = Worker(pipeline, store).run(look)
    look.commit()
    assert summary.stored + rest.stored == 6
    assert store.statistics().articles == 6


def test_a_feed_that_fails_is_asked_less_and_less_often(
    web: Web, state: FeedState, clock: Clock
) -> None:
    web.answers[FEED] = Answer(status=500)
    watch = watching(web, state, clock)
    waits = []
    for _ in range(9):
        look, found = looked(watch)
        assert (look.tally.state, problems(found, web)) == (
            "failed",
            {FEED: "the server answers 500"},
        )
        wait = watch.wait()
        assert wait is not None
        waits.append(wait / 60)
        clock.pass_(seconds=wait)
    assert waits == [30, 60, 120, 240, 480, 960, 1440, 1440, 1440]
    web.answers[FEED] = conditional(rss(), '"1"')
    looked(watch)
    assert watch.wait() == 900


def test_a_server_says_how_long_to_wait(web: Web, state: FeedState, clock: Clock) -> None:
    web.answers[FEED] = Answer(status=429, headers={"Retry-After": "7200"})
    watch = watching(web, state, clock)
    looked(watch)
    assert watch.wait() == 7200
    clock.pass_(hours=2)
    web.answers[FEED] = Answer(rss(), kind="text/xml", headers={"Cache-Control": "max-age=3600"})
    looked(watch)
    assert watch.wait() == 3600
    clock.pass_(hours=1)
    web.answers[FEED] = Answer(rss(head="<ttl>120</ttl>"), kind="text/xml")
    looked(watch)
    assert watch.wait() == 7200


def test_a_feed_that_is_gone_is_not_asked_again(web: Web, state: FeedState, clock: Clock) -> None:
    web.answers[FEED] = Answer(status=410)
    watch = watching(web, state, clock)
    look, _ = looked(watch)
    clock.pass_(days=99)
    assert look.tally.state == "gone"
    assert (watch.due(), watch.wait()) == ([], None)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"<!DOCTYPE rss [<!ENTITY a 'b'>]><rss/>", "it has a DTD, which is refused"),
        (b"<!doctype html><html></html>", "a web page, not a feed"),
        (b"", "empty"),
    ],
)
def test_what_is_no_feed_is_reported_by_name(
    web: Web, state: FeedState, clock: Clock, body: bytes, reason: str
) -> None:
    web.answers[FEED] = Answer(body, kind="text/xml")
    look, found = looked(watching(web, state, clock))
    assert (look.tally.state, problems(found, web)) == ("failed", {FEED: reason})


def test_a_page_without_a_day_has_that_of_its_feed(
    web: Web, state: FeedState, clock: Clock
) -> None:
    web.answers["/a"] = story("", "Russia and Iran signed a treaty in Moscow.", day="")
    web.answers[FEED] = Answer(rss(item("/a", "Pact", FRIDAY)), kind="text/xml")
    _, found = looked(watching(web, state, clock))
    [article] = articles(found)
    assert article.published_at == datetime(2025, 1, 17, 10, tzinfo=UTC)
    assert article.title == "Pact"


def test_what_a_feed_carries_whole_is_not_fetched(web: Web, state: FeedState, clock: Clock) -> None:
    text = "Russia and Iran signed a treaty in Moscow. " * 20
    web.answers[FEED] = Answer(
        rss(item("/a?utm_source=rss", "Pact", FRIDAY, content=f"<p>{text}</p>")), kind="text/xml"
    )
    _, found = looked(watching(web, state, clock))
    [article] = articles(found)
    assert (article.text, article.publisher) == (text.strip(), "news.example")
    assert web.paths() == [FEED]


def test_without_pages_the_feed_alone_is_read(web: Web, state: FeedState, clock: Clock) -> None:
    web.answers[FEED] = Answer(
        rss(item("/a", "Pact", FRIDAY, "Russia and Iran signed."), item("/b", "Empty")),
        kind="text/xml",
    )
    _, found = looked(watching(web, state, clock, False))
    assert [article.text for article in articles(found)] == ["Russia and Iran signed."]
    assert problems(found, web) == {"/b": "the feed carries no text of it"}
    assert web.paths() == [FEED]


def test_ten_thousand_items_without_a_day_are_all_read(
    web: Web, state: FeedState, clock: Clock
) -> None:
    items = [
        item(f"/{n}", f"Title {n}", "some day", f"Turkey warned Greece {n} times.")
        for n in range(10_000)
    ]
    web.answers[FEED] = Answer(gzip.compress(rss(*items)), kind="application/gzip")
    look, found = looked(watching(web, state, clock, False))
    assert (look.tally.items, look.tally.articles, look.tally.undated) == (10_000,) * 3
    assert all(article.published_at is None for article in articles(found))
    clock.pass_(minutes=15)
    look, found = looked(watching(web, state, clock, False))
    assert (look.tally.unchanged, found) == (10_000, [])


def test_a_long_list_is_worked_off_in_several_looks(
    web: Web, state: FeedState, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingest.sources.watch.MAX_PAGES", 4)
    assert MAX_PAGES == 200
    for n in range(10):
        web.answers[f"/{n}"] = story(f"Title {n}", f"Turkey warned Greece {n} times on Friday.")
    web.answers[FEED] = conditional(rss(*(item(f"/{n}", str(n)) for n in range(10))), '"1"')
    watch = watching(web, state, clock)
    tallies = []
    for _ in range(4):
        look, _ = looked(watch)
        tallies.append((look.tally.state, look.tally.articles, look.tally.waiting))
        clock.pass_(minutes=15)
    assert tallies == [("read", 4, 6), ("read", 4, 2), ("read", 2, 0), ("unchanged", 0, 0)]


def test_an_index_of_sitemaps_and_its_parts_are_followed(
    web: Web, state: FeedState, clock: Clock
) -> None:
    web.answers["/a"] = story("Pact", "Russia and Iran signed a treaty in Moscow on Friday.")
    places = "".join(
        f"<sitemap><loc>{web.url(path)}</loc></sitemap>" for path in ("/1.xml", "/2.xml")
    )
    web.answers["/map.xml"] = conditional(f"<sitemapindex>{places}</sitemapindex>".encode(), '"1"')
    web.answers["/1.xml"] = Answer(
        f"<urlset><url><loc>{web.url('/a')}</loc></url></urlset>".encode(), kind="text/xml"
    )
    watch = watching(web, state, clock, True, web.url("/map.xml"))
    look, found = looked(watch)
    assert [article.title for article in articles(found)] == ["Pact"]
    assert problems(found, web) == {"/2.xml": f"the server answers 404 (in {web.url('/map.xml')})"}
    clock.pass_(minutes=15)
    look, found = looked(watch)
    assert (look.tally.state, look.tally.unchanged) == ("read", 1), "parts change without the index"


def test_the_latest_export_of_gdelt_leads_to_its_articles(
    web: Web, state: FeedState, clock: Clock
) -> None:
    web.answers["/a"] = story("Pact", "Russia and Iran signed a treaty in Moscow on Friday.")
    rows = export_row(web.url("/a"), EventCode="057") * 2
    web.answers["/1.export.CSV.zip"] = Answer(zipped("1.export.CSV", rows), kind="application/zip")
    line = f"9 {'0123456789abcdef' * 2} {web.url('/1.export.CSV.zip')}\n"
    web.answers["/lastupdate.txt"] = Answer(line.encode(), kind="text/plain")
    _, found = looked(watching(web, state, clock, True, web.url("/lastupdate.txt")))
    [article] = articles(found)
    assert (article.title, article.publisher) == ("Pact", "news.example")


def test_a_state_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    path = tmp_path / "feeds.db"
    path.write_bytes(b"this is no database, whatever its name says" * 100)
    with pytest.raises(StoreUnavailable, match=r"feeds\.db, the state of feeds"):
        FeedState(path)

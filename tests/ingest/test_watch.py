"""What is remembered of feeds, when they are asked again, and what is read of their items."""

import gzip
from datetime import UTC, datetime
from pathlib import Path

import pytest

from graph.errors import StoreUnavailable
from graph.store import Store
from ingest.coding import InProcess
from ingest.pipeline import Pipeline
from ingest.sources.feed_state import FeedState
from ingest.sources.watch import MAX_PAGES
from ingest.stopping import Stop
from ingest.worker import Worker
from tests.ingest.makers import export_row, item, rss, zipped
from tests.ingest.watching import (
    FEED,
    FRIDAY,
    Clock,
    articles,
    conditional,
    looked,
    problems,
    story,
    watching,
)
from tests.ingest.web import Answer, Web


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
    worker = Worker(InProcess(pipeline), store, on_progress=lambda _: stop.ask(), stop=stop)
    look = watch.look(web.url(FEED))
    summary = worker.run(look, batch_size=2)
    look.commit()
    assert (summary.stopped, summary.stored) == (True, 2)
    look = watch.look(web.url(FEED))
    rest = Worker(InProcess(pipeline), store).run(look)
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

"""A feed and a small site where everything goes wrong, round after round: every item is
accounted for."""

import threading
from collections.abc import Iterator
from dataclasses import asdict
from http.server import BaseHTTPRequestHandler

from graph.model import Article
from graph.store import Store
from ingest.clean import cleaned
from ingest.coding import InProcess
from ingest.pipeline import Pipeline
from ingest.sources.feed_state import FeedState
from ingest.sources.received import Input, Received
from ingest.sources.watch import Look, Tally, Watch
from ingest.worker import Summary, Worker
from tests.ingest.makers import item, page, rss
from tests.ingest.test_fetch import bomb
from tests.ingest.watching import (
    FEED,
    FRIDAY,
    Clock,
    check,
    conditional,
    problems,
    story,
    watching,
)
from tests.ingest.web import Answer, Web

TOLD = {
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
    taken: list[Article] = []

    def round_(feed: bytes, etag: str) -> tuple[Look, Summary]:
        web.answers[FEED] = conditional(feed, etag)
        assert watch.due() == [web.url(FEED)]
        done = one_round(watch, Worker(InProcess(pipeline), store), taken)
        assert watch.due() == []
        clock.pass_(minutes=16)
        return done

    first, summary = round_(rss(a, b, a, *traps), '"1"')
    assert asdict(first.tally) == asdict(Tally(items=15, articles=4, bad=10, repeated=1, new=14))
    assert problems(list(summary.bad), web) == TOLD
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


def one_round(watch: Watch, worker: Worker, taken: list[Article]) -> tuple[Look, Summary]:
    look = watch.look(watch.feeds[0])
    summary = worker.run(keeping(look, taken))
    look.commit()
    check(look.tally)
    assert summary.read == look.tally.articles + look.tally.bad
    assert summary.read == summary.stored + summary.known + len(summary.bad)
    return look, summary


def keeping(look: Look, taken: list[Article]) -> Iterator[Input]:
    for entry in look:
        if isinstance(entry, Received):
            taken.append(entry.article)
        yield entry


def stored(store: Store, taken: list[Article]) -> list[Article]:
    """What the store has of these articles."""
    return list(store.articles([cleaned(article).id for article in taken]).values())

"""What the tests of watched feeds share: a clock, stories, feeds of a server with validators."""

from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler

from graph.model import Article
from ingest.fetch import Limits
from ingest.sources.feed_state import FeedState
from ingest.sources.received import Input, Received, SourceProblem
from ingest.sources.watch import Look, Tally, Watch
from tests.ingest.makers import page
from tests.ingest.web import Answer, Web

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

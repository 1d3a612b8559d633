"""Feeds looked at again and again: what is new or changed in them becomes articles.

A Look is one look at one feed: iterate over it, then `commit`. Nothing is remembered of an item
before its article has been taken, so what a crash interrupts is fetched again. Imports `fetch`,
`listings`, `feed_state`, `web`, `received`.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from graph.errors import FetchFailed, InvalidInput
from graph.model import Article
from ingest.clean import publisher_of
from ingest.fetch import LISTS, Fetched, Fetcher
from ingest.sources.entries import Entry, Listing
from ingest.sources.feed_state import FeedRecord, FeedState, Seen
from ingest.sources.listings import read_listing
from ingest.sources.received import Input, Received, SourceProblem
from ingest.sources.web import GetsPages, page_getter

EVERY = 900.0
"""Seconds between two looks at a feed that says nothing of it."""

LONGEST = 86_400.0
"""A feed that fails is looked at half as often each time, but once a day."""

MAX_TRIES = 3
MAX_PAGES = 200
"""So many pages are fetched in one look; the rest waits for the next."""

MAX_DEPTH = 2


@dataclass
class Tally:
    """What became of every item of a list: items == articles + bad + unchanged + repeated +
    waiting. `new` and `changed` say why an item was taken up; `removed` are those no longer
    listed, `undated` articles that nobody dates. `state` is "read", "unchanged" (the server says
    so), "failed" or "gone"."""

    state: str = "read"
    items: int = 0
    articles: int = 0
    bad: int = 0
    unchanged: int = 0
    repeated: int = 0
    waiting: int = 0
    new: int = 0
    changed: int = 0
    removed: int = 0
    undated: int = 0


class Watch:
    """Some feeds, how to fetch them, and what is remembered of them. With `pages`, the page that
    an item leads to is read unless the feed carries all of its text; without, the feed alone."""

    def __init__(
        self,
        feeds: Sequence[str],
        fetcher: Fetcher,
        state: FeedState,
        now: Callable[[], datetime],
        every: float = EVERY,
        pages: bool = True,
    ) -> None:
        self.feeds = tuple(dict.fromkeys(feeds))
        self.fetcher = fetcher
        self.state = state
        self.now = now
        self.every = every
        self.get_page: GetsPages | None = page_getter(fetcher, now) if pages else None

    def due(self) -> list[str]:
        """The feeds to look at now, in the order given."""
        now = self.now().timestamp()
        records = {url: self.state.feed(url) for url in self.feeds}
        return [url for url, known in records.items() if not known.gone and known.next_at <= now]

    def wait(self) -> float | None:
        """Seconds until a feed is due; None if all are gone."""
        records = [self.state.feed(url) for url in self.feeds]
        times = [record.next_at for record in records if not record.gone]
        return max(0.0, min(times) - self.now().timestamp()) if times else None

    def look(self, url: str) -> "Look":
        return Look(self, url)


class Look:
    """One look at one feed; iterate once."""

    def __init__(self, watch: Watch, url: str) -> None:
        self.url = url
        self.tally = Tally()
        self._watch = watch
        self._before = watch.state.feed(url)
        self._after = self._before
        self._known = watch.state.seen(url)
        self._taken: dict[str, Seen] = {}
        self._listed: dict[str, None] = {}
        self._pages = 0
        self._whole = False
        self._again = False

    def __iter__(self) -> Iterator[Input]:
        try:
            fetched = self._watch.fetcher.get(
                self.url, LISTS, self._before.etag, self._before.last_modified
            )
            listing = None if fetched.unchanged else self._read(fetched)
        except (FetchFailed, InvalidInput) as error:
            yield self._failed(error)
            return
        self._after = self._succeeded(fetched, listing)
        if listing is None:
            self.tally.state = "unchanged"
        else:
            yield from self._listing(listing, MAX_DEPTH)
            self.tally.removed = sum(
                seen.listed_at == self._before.read_at and key not in self._listed
                for key, seen in self._known.items()
            )
        self._whole = True

    def commit(self) -> None:
        """Remember this look. What was not taken up is listed again next time."""
        after = self._after
        if self.tally.state == "read":
            again = self._again or any(seen.tries for seen in self._taken.values())
            if again or not self._whole:
                # An unchanged feed would not be sent, and with it what is still to be tried.
                after = replace(after, etag="", last_modified="")
            if not self._whole:
                after = replace(after, next_at=self._before.next_at)
        self._watch.state.save(self.url, after, self._taken, self._listed)

    def _read(self, fetched: Fetched) -> Listing:
        kind = fetched.content_type
        label = f"{kind}; charset={fetched.charset}" if kind and fetched.charset else kind
        return read_listing(fetched.content, fetched.url, label)

    def _listing(self, listing: Listing, depth: int) -> Iterator[Input]:
        for name, reason in listing.bad:
            self.tally.items += 1
            self.tally.bad += 1
            yield SourceProblem(name, None, f"{reason} (in {self.url})")
        for entry in listing.entries:
            self.tally.items += 1
            if entry.key in self._listed:
                self.tally.repeated += 1
                continue
            self._listed[entry.key] = None
            before = self._known.get(entry.key)
            if before is not None and before.digest == entry.digest and not before.tries:
                self.tally.unchanged += 1
                continue
            yield from self._entry(entry, before)
        for child in listing.children if depth else ():
            self._again = True  # an index may be as before while its parts are not
            yield from self._child(child, depth - 1)

    def _child(self, url: str, depth: int) -> Iterator[Input]:
        try:
            listing = self._read(self._watch.fetcher.get(url, LISTS))
        except (FetchFailed, InvalidInput) as error:
            self.tally.items += 1
            self.tally.bad += 1
            yield SourceProblem(url, None, f"{error} (in {self.url})")
            return
        yield from self._listing(listing, depth)

    def _entry(self, entry: Entry, before: Seen | None) -> Iterator[Input]:
        if not entry.text and self._watch.get_page is not None:
            if self._pages >= MAX_PAGES:
                self.tally.waiting += 1
                self._again = True
                return
            self._pages += 1
        is_new = before is None or before.digest != entry.digest
        self.tally.new += before is None
        self.tally.changed += before is not None and is_new
        tries = 0 if is_new or before is None else before.tries
        seen = Seen(entry.digest)
        item: Input
        try:
            article = self._article(entry)
            self.tally.undated += article.published_at is None
            item = Received(article, entry.url or self.url, given_id=entry.key)
            self.tally.articles += 1
        except (FetchFailed, InvalidInput) as error:
            if isinstance(error, FetchFailed) and error.passing and tries + 1 < MAX_TRIES:
                seen = Seen(entry.digest, tries + 1)
            item = SourceProblem(entry.url or f"{self.url}, {entry.key}", None, str(error))
            self.tally.bad += 1
        yield item
        # Only now: an item that nobody came for is not taken.
        self._taken[entry.key] = seen

    def _article(self, entry: Entry) -> Article:
        if entry.text or self._watch.get_page is None:
            text = entry.text or entry.summary
            if not text.strip():
                raise InvalidInput("the feed carries no text of it")
            return Article(
                text=text,
                title=entry.title,
                url=entry.url,
                publisher=publisher_of(entry.url or self.url),
                published_at=entry.published_at,
                fetched_at=self._watch.now(),
            )
        article = self._watch.get_page(entry.url)
        return replace(
            article,
            title=article.title or entry.title,
            published_at=article.published_at or entry.published_at,
        )

    def _succeeded(self, fetched: Fetched, listing: Listing | None) -> FeedRecord:
        wish = max(fetched.fresh_for, listing.every if listing else 0.0)
        return FeedRecord(
            etag=self._before.etag if fetched.unchanged else fetched.etag,
            last_modified=self._before.last_modified
            if fetched.unchanged
            else fetched.last_modified,
            next_at=self._watch.now().timestamp() + max(self._watch.every, min(wish, LONGEST)),
        )

    def _failed(self, error: FetchFailed | InvalidInput) -> SourceProblem:
        failures = self._before.failures + 1
        wait = min(self._watch.every * 2.0 ** min(failures, 20), max(LONGEST, self._watch.every))
        gone = False
        if isinstance(error, FetchFailed):
            gone = error.status == 410
            wait = max(wait, error.retry_after or 0.0)
        self.tally.state = "gone" if gone else "failed"
        self._after = replace(
            self._before,
            next_at=self._watch.now().timestamp() + wait,
            failures=failures,
            gone=gone,
        )
        return SourceProblem(self.url, None, str(error))

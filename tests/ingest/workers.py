"""What the tests of workers share: articles, coders that fail, and the content of a store."""

import json
import os
import signal
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from graph.model import Article, Event, Problem
from graph.store import Statistics, Store
from ingest.pipeline import Coded, Pipeline
from ingest.sources.received import Input, Received

PAIRS = ("Russia and Iran", "Turkey and Qatar", "France and Mali", "India and China")
NOW = datetime(2025, 1, 17, 12, tzinfo=UTC)


def sentences(count: int) -> list[str]:
    return [
        f"{PAIRS[n % 4]} signed a defence treaty on Friday. Officials counted {n} pages. "
        f"{PAIRS[n % 4].split()[0]} attacked Ukraine."
        for n in range(count)
    ]


def json_lines(count: int) -> str:
    rows = [
        {"text": text, "date": f"2025-01-{1 + number % 28:02}"}
        for number, text in enumerate(sentences(count))
    ]
    return "".join(json.dumps(row) + "\n" for row in rows)


def articles(count: int) -> list[Article]:
    return [Article(text=text, language="en") for text in sentences(count)]


def received(count: int) -> list[Input]:
    return [Received(article, "memory", n) for n, article in enumerate(articles(count), 1)]


@dataclass(frozen=True)
class Content:
    """Everything that a store gives back of what was ingested."""

    statistics: Statistics
    events: list[Event]
    articles: dict[str, Article]
    problems: dict[str, tuple[Problem, ...]]


def content(store: Store) -> Content:
    events = list(store.export())
    ids = sorted({item.article_id for event in events for item in event.evidence})
    return Content(
        store.statistics(),
        events,
        store.articles(ids),
        {article_id: store.problems(article_id) for article_id in ids},
    )


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def go_on(self, time: timedelta) -> None:
        self.now += time


class BrittleCoder:
    """A pipeline with faults: it fails on some texts always, on others in company and once alone,
    and some end the process. With `failed` the first failures are remembered in a folder, so that
    other processes know of them."""

    def __init__(
        self,
        pipeline: Pipeline,
        poison: str = "\0",
        once: str = "\0",
        deadly: str = "\0",
        failed: Path | None = None,
    ) -> None:
        self._pipeline = pipeline
        self._poison = poison
        self._once = once
        self._deadly = deadly
        self._failed = failed
        self._seen: set[str] = set()

    def process_many(self, articles: Iterable[Article], batch: int = 16) -> Iterator[Coded]:
        group = list(articles)
        for article in group:
            if self._poison in article.text:
                raise ValueError("a bug")
            if self._once in article.text and (len(group) > 1 or self._is_first(article)):
                raise OSError("a passing fault")
            if self._deadly in article.text:
                os.kill(os.getpid(), signal.SIGKILL)
            yield from self._pipeline.process_many([article], batch)

    def _is_first(self, article: Article) -> bool:
        if self._failed is None:
            first = article.id not in self._seen
            self._seen.add(article.id)
            return first
        try:
            (self._failed / article.id).touch(exist_ok=False)
        except FileExistsError:
            return False
        return True


def wait_until(true: Callable[[], object], seconds: float = 60) -> None:
    """Wait until a function returns something true."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.05)

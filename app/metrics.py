"""What Prometheus is told: requests, the store, and how fresh its data is.

Each app has a registry of its own. Imports the store port and prometheus-client.
"""

import threading
import time
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from typing import Any, cast

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from app.clock import utc_now
from graph.errors import InvalidInput, NotFound, WestphaliaError
from graph.inbox import InboxCounts
from graph.store import EventQuery, Statistics, Store

SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
FRESH_SECONDS = 15.0
"""So long are counts of the store remembered: counting rows of a large one takes a while."""

Clock = Callable[[], datetime]


def newest_day(store: Store, now: date) -> date | None:
    """The latest day, not after `now`, of which the store holds an event; plans lie in the
    future and tell nothing of how fresh the data is."""
    page = store.events(EventQuery(until=now + timedelta(days=1)), limit=1)
    return page.items[0].day if page.items else None


class Metrics:
    """The numbers of one running service."""

    def __init__(self, store: Store, clock: Clock = utc_now) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "westphalia_http_requests",
            "Requests answered",
            ["method", "route", "status"],
            registry=self.registry,
        )
        self.seconds = Histogram(
            "westphalia_http_request_seconds",
            "From the head of a request to the end of its answer",
            ["method", "route"],
            buckets=SECONDS,
            registry=self.registry,
        )
        self.running = Gauge(
            "westphalia_http_requests_running",
            "Requests being answered now",
            registry=self.registry,
        )
        self.store_seconds = Histogram(
            "westphalia_store_seconds",
            "Time of one question to the store",
            ["question"],
            buckets=SECONDS,
            registry=self.registry,
        )
        self.store_errors = Counter(
            "westphalia_store_errors",
            "Questions that the store did not answer",
            ["question", "error"],
            registry=self.registry,
        )
        self.registry.register(StoreNumbers(store, clock))

    def text(self) -> bytes:
        return generate_latest(self.registry)

    def observe(self, method: str, route: str, status: int, seconds: float) -> None:
        self.requests.labels(method, route, str(status)).inc()
        self.seconds.labels(method, route).observe(seconds)

    def watch(self, store: Store) -> Store:
        """The same store, each question timed."""
        return cast(Store, _Watched(store, self))


class _Watched:
    """Hands on every attribute of a store; a call of a method is timed."""

    def __init__(self, store: Store, metrics: Metrics) -> None:
        self._store = store
        self._metrics = metrics

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._store, name)
        if not callable(value):
            return value
        timed = self._timed(name, value)
        setattr(self, name, timed)
        return timed

    def _timed(self, name: str, method: Callable[..., Any]) -> Callable[..., Any]:
        seconds = self._metrics.store_seconds.labels(name)
        errors = self._metrics.store_errors

        def timed(*arguments: Any, **named: Any) -> Any:
            start = time.perf_counter()
            try:
                return method(*arguments, **named)
            except (NotFound, InvalidInput):
                raise
            except WestphaliaError as error:
                errors.labels(name, type(error).__name__).inc()
                raise
            finally:
                seconds.observe(time.perf_counter() - start)

        return timed


_Known = tuple[Statistics, date | None, InboxCounts]


class StoreNumbers(Collector):
    """Counts of the store and its inbox, and how many seconds its newest day is behind."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._lock = threading.Lock()
        self._read_at = float("-inf")
        self._known: _Known | None = None

    def describe(self) -> list[GaugeMetricFamily]:
        return []

    def collect(self) -> Iterator[GaugeMetricFamily]:
        now = self._clock()
        known = self._current(now)
        up = GaugeMetricFamily("westphalia_store_up", "1 where the store answers")
        up.add_metric([], 0 if known is None else 1)
        yield up
        if known is None:
            return
        counts, newest, inbox = known
        items = GaugeMetricFamily("westphalia_store_items", "What is stored", labels=["kind"])
        for kind in ("articles", "actors", "events", "evidence", "problems"):
            items.add_metric([kind], getattr(counts, kind))
        yield items
        if newest is not None:
            lag = GaugeMetricFamily(
                "westphalia_ingest_lag_seconds",
                "From the newest day of an event, up to today, to today",
            )
            lag.add_metric([], (now.date() - newest).total_seconds())
            yield lag
        yield from _of_inbox(inbox, now)

    def _current(self, now: datetime) -> _Known | None:
        with self._lock:
            if time.monotonic() - self._read_at > FRESH_SECONDS:
                try:
                    self._known = (
                        self._store.statistics(),
                        newest_day(self._store, now.date()),
                        self._store.inbox(),
                    )
                except WestphaliaError:
                    self._known = None
                self._read_at = time.monotonic()
            return self._known


def _of_inbox(inbox: InboxCounts, now: datetime) -> Iterator[GaugeMetricFamily]:
    articles = GaugeMetricFamily(
        "westphalia_inbox_articles", "Articles that are not stored yet", labels=["state"]
    )
    for state in ("received", "claimed", "failed", "dead"):
        articles.add_metric([state], getattr(inbox, state))
    yield articles
    oldest = GaugeMetricFamily(
        "westphalia_inbox_oldest_seconds",
        "How long the first of them waits that is not dead; 0 where none does",
    )
    waited = (now - inbox.oldest).total_seconds() if inbox.oldest else 0.0
    oldest.add_metric([], max(waited, 0.0))
    yield oldest

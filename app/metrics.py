"""What Prometheus is told: requests, the store, and how fresh its data is.

Each app has a registry of its own. Imports the store port and prometheus-client.
"""

import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any, cast

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from graph.errors import InvalidInput, NotFound, WestphaliaError
from graph.store import EventQuery, Statistics, Store

SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
FRESH_SECONDS = 15.0
"""So long are counts of the store remembered: counting rows of a large one takes a while."""

Clock = Callable[[], date]


def today() -> date:
    return datetime.now(UTC).date()


def newest_day(store: Store, now: date) -> date | None:
    """The latest day, not after `now`, of which the store holds an event; plans lie in the
    future and tell nothing of how fresh the data is."""
    page = store.events(EventQuery(until=now + timedelta(days=1)), limit=1)
    return page.items[0].day if page.items else None


class Metrics:
    """The numbers of one running service."""

    def __init__(self, store: Store, clock: Clock = today) -> None:
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


class StoreNumbers(Collector):
    """Counts of the store, and how many seconds its newest day is behind."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._lock = threading.Lock()
        self._read_at = float("-inf")
        self._known: tuple[Statistics, date | None] | None = None

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
        counts, newest = known
        items = GaugeMetricFamily("westphalia_store_items", "What is stored", labels=["kind"])
        for kind in ("articles", "actors", "events", "evidence", "problems"):
            items.add_metric([kind], getattr(counts, kind))
        yield items
        if newest is not None:
            lag = GaugeMetricFamily(
                "westphalia_ingest_lag_seconds",
                "From the newest day of an event, up to today, to today",
            )
            lag.add_metric([], (now - newest).total_seconds())
            yield lag

    def _current(self, now: date) -> tuple[Statistics, date | None] | None:
        with self._lock:
            if time.monotonic() - self._read_at > FRESH_SECONDS:
                try:
                    self._known = self._store.statistics(), newest_day(self._store, now)
                except WestphaliaError:
                    self._known = None
                self._read_at = time.monotonic()
            return self._known

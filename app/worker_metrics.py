"""What Prometheus is told of one worker. Imports prometheus-client and types of `ingest`."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Counter, Gauge, start_http_server

from graph.errors import WestphaliaError
from ingest.storing import Kept

if TYPE_CHECKING:
    from ingest.stream import Lag

SEEN = "westphalia_queue_seen_timestamp_seconds"
"""A worker asks its queue once a second, but not while a batch is coded or the store is gone."""


class WorkerMetrics:
    """The numbers of one running worker."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._articles = Counter(
            "westphalia_worker_articles",
            "Articles taken in, by what became of them: stored, failed or dead",
            ["outcome"],
            registry=self.registry,
        )
        self._events = Counter(
            "westphalia_worker_events", "Events that were new to the store", registry=self.registry
        )
        self._queue = Gauge(
            "westphalia_queue_articles",
            "Articles of the queue: waiting, claimed by a worker, redelivered of those, and dead",
            ["state"],
            registry=self.registry,
        )
        self._seen = Gauge(SEEN, "When the queue last told how long it is", registry=self.registry)

    def kept(self, kept: Kept) -> None:
        dead = sum(failure.retry_at is None for failure in kept.failures)
        self._articles.labels("stored").inc(len(kept.stored))
        self._articles.labels("failed").inc(len(kept.failures) - dead)
        self._articles.labels("dead").inc(dead)
        self._events.inc(kept.written.events)

    def lag(self, lag: "Lag") -> None:
        for state in ("waiting", "claimed", "redelivered", "dead"):
            self._queue.labels(state).set(getattr(lag, state))
        self._seen.set_to_current_time()


@contextmanager
def serving(metrics: WorkerMetrics, host: str, port: int) -> Iterator[None]:
    """Serve the numbers over HTTP while something lasts."""
    try:
        server, thread = start_http_server(port, host, metrics.registry)
    except OSError as error:
        raise WestphaliaError(f"cannot listen on {host}, port {port}: {error.strerror}") from error
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()

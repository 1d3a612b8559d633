"""`westphalia worker`: works off what waits for it, until it is stopped."""

import asyncio
import logging
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Annotated

import typer

from app import logs
from app.clock import utc_now
from app.coding import load_pipeline
from app.commands.common import opened, stopping
from app.settings import Settings, load_settings
from app.worker_metrics import WorkerMetrics, serving
from app.working import coders_of, make_ready, retries_of, worker_name
from graph.errors import InvalidInput
from graph.store import Store
from ingest.coding import InProcess
from ingest.queue_address import QueueAddress
from ingest.stopping import Stop
from ingest.storing import Kept
from ingest.tending import InboxWorker

_LOG = logging.getLogger("westphalia.worker")


def worker(
    nats: Annotated[
        str, typer.Option(metavar="URL", help="The queue to read; WESTPHALIA_NATS_URL.")
    ] = "",
    until_empty: Annotated[
        bool, typer.Option(help="End when nothing in the inbox is due; without a queue only.")
    ] = False,
    metrics_port: Annotated[
        int | None,
        typer.Option(min=1, max=65535, help="Serve metrics for Prometheus on this port."),
    ] = None,
    metrics_host: Annotated[
        str, typer.Option(help="The address on which they are served.")
    ] = "127.0.0.1",
) -> None:
    """Take articles from the inbox of the store, and from a queue if there is one, and store what
    they tell.

    Any number may run at once, on one store. Each can be stopped at any moment: what it has in
    hand is finished first, and what a killed one had is taken by another. Articles that fail are
    tried again, later each time, and in the end are listed by `westphalia dead list`. With a
    queue each worker is one process; without, it has those of WESTPHALIA_PROCESSES.
    """
    settings = load_settings()
    url = nats or settings.nats_url
    if url and until_empty:
        raise InvalidInput("--until-empty is for the inbox of the store; a queue has no end")
    logs.configure(settings.log_level, settings.log_format)
    stop, metrics = Stop(), WorkerMetrics()
    server: AbstractContextManager[object] = nullcontext()
    if metrics_port is not None:
        server = serving(metrics, metrics_host, metrics_port)
    with opened(settings) as store, stopping(stop), server:
        make_ready(store)
        if url:
            _from_queue(url, settings, store, stop, metrics)
        else:
            _from_inbox(settings, store, stop, metrics, until_empty)
    _LOG.info("stopped" if stop.asked else "nothing is due")


def _from_inbox(
    settings: Settings, store: Store, stop: Stop, metrics: WorkerMetrics, until_empty: bool
) -> None:
    with coders_of(settings) as coders:
        _LOG.info("waiting for articles in the inbox of %s", settings.store_url)
        InboxWorker(
            worker_name(), coders, store, retries_of(settings), utc_now, stop, _telling(metrics)
        ).run(until_empty)


def _from_queue(
    url: str, settings: Settings, store: Store, stop: Stop, metrics: WorkerMetrics
) -> None:
    address = QueueAddress.parse(url)
    # Only here is the client of the queue loaded.
    from ingest.stream import StreamWorker

    pipeline, retries = load_pipeline(settings), retries_of(settings)
    inbox = InboxWorker(
        worker_name(), InProcess(pipeline), store, retries, utc_now, stop, _telling(metrics)
    )
    _LOG.info("waiting for articles in the queue at %s", address)
    asyncio.run(
        StreamWorker(
            url,
            pipeline,
            store,
            retries,
            utc_now,
            stop,
            on_kept=_telling(metrics),
            on_lag=metrics.lag,
            aside=lambda: inbox.run(until_empty=True),
        ).run()
    )


def _telling(metrics: WorkerMetrics) -> Callable[[Kept], None]:
    """What is done with the outcome of each transaction: it is counted, and failures are told."""

    def tell(kept: Kept) -> None:
        metrics.kept(kept)
        for failure in kept.failures:
            when = f"again at {failure.retry_at:%H:%M:%S} UTC" if failure.retry_at else "given up"
            _LOG.warning(
                "%s, try %d: %s; %s", failure.article.id, failure.attempts, failure.reason, when
            )
        if kept.stored:
            _LOG.info("%d articles, %d new events", len(kept.stored), kept.written.events)

    return tell

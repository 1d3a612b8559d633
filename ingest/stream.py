"""A worker on the queue between machines: articles from NATS JetStream into the store.

Any number may run, on as many machines. A message is acknowledged after the transaction that
stores its article, so one whose worker dies comes again and is known then. One that fails is
handed back with a delay; after the last try it goes into the dead-letter stream and among the dead
of the store. Imports FastStream, `queue`, `storing` and the store port.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeVar, cast

from faststream import AckPolicy
from faststream.nats import JStream, PullSub
from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from nats.errors import TimeoutError as NatsTimeout
from nats.js.api import AckPolicy as JetStreamAck
from nats.js.api import ConsumerConfig
from nats.js.errors import APIError

from graph.errors import InvalidInput, QueueUnavailable, StoreUnavailable
from graph.inbox import Failure, article_from_json
from graph.model import Article
from graph.store import Store
from ingest.coding import Coder
from ingest.queue import (
    ARTICLES,
    DEAD,
    DEAD_SUBJECT,
    MESSAGE_ID,
    SUBJECT,
    broker_at,
    declare,
    hang_up,
    quieten,
)
from ingest.queue_address import QueueAddress
from ingest.retries import Retries
from ingest.stopping import GRACE, Stop
from ingest.storing import DIED, Kept, process

if TYPE_CHECKING:
    from faststream.nats.message import NatsBatchMessage

CONSUMER = "coders"
BATCH_SIZE = 8
ACK_WAIT = 60.0
"""Seconds after which a message comes again of whose worker nothing is heard."""
_BEATS = 4
"""So often in that time a worker says that it is still at it."""
_COLLECT = 0.2
"""Seconds in which a batch is collected; it is handed on when it is full."""
_SHORTEST = 0.001
"""Seconds that a fetch takes at least."""
_PATIENCE = 10.0
"""Seconds in which the server must have taken a dead letter; the client's own half a second is too
short for a busy machine, and what is not taken comes again after the whole ACK_WAIT."""
_PAUSE = 2.0
"""Seconds between two tries while the store is gone."""
_LOST = timedelta(minutes=10)
"""So long after a message should have come again, the inbox takes its article for lost."""

T = TypeVar("T")
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Lag:
    """How far behind the workers of a queue are: messages that nobody has had yet, that some
    worker has now, that came more than once of those, and that are dead."""

    waiting: int
    claimed: int
    redelivered: int
    dead: int


@dataclass(frozen=True, slots=True)
class _Delivery:
    """A message, the article in it (or what is wrong with it), and how often it came."""

    message: Msg
    article: Article
    number: int
    fault: str = ""


class StreamWorker:
    """`on_kept` is called after every transaction, `on_lag` and
    `aside`, work of another kind, about once a second, the latter between two batches."""

    def __init__(
        self,
        url: str,
        coder: Coder,
        store: Store,
        retries: Retries,
        now: Callable[[], datetime],
        stop: Stop,
        on_kept: Callable[[Kept], None] = lambda _: None,
        on_lag: Callable[[Lag], None] = lambda _: None,
        aside: Callable[[], None] = lambda: None,
        ack_wait: float = ACK_WAIT,
    ) -> None:
        self._address = QueueAddress.parse(url)
        self._coder = coder
        self._store = store
        self._retries = retries
        self._now = now
        self._stop = stop
        self._on_kept = on_kept
        self._on_lag = on_lag
        self._aside = aside
        self._ack_wait = ack_wait
        self._broker = broker_at(
            self._address, self._refused, apply_types=False, graceful_timeout=GRACE
        )
        self._turn = asyncio.Lock()
        self._error: Exception | None = None

    async def run(self) -> None:
        """Work until asked to stop; what is in hand then is finished and acknowledged."""
        quieten(asyncio.get_running_loop())
        subscriber = self._broker.subscriber(
            SUBJECT,
            stream=JStream(str(ARTICLES.name), declare=False),
            durable=CONSUMER,
            pull_sub=PullSub(BATCH_SIZE, timeout=_COLLECT, batch=True),
            ack_policy=AckPolicy.MANUAL,
            decoder=_undecoded,
            config=ConsumerConfig(
                ack_policy=JetStreamAck.EXPLICIT, ack_wait=self._ack_wait, max_deliver=-1
            ),
        )
        subscriber(self._handle)
        try:
            await declare(self._broker, self._address)
            await self._broker.start()
            _tell_timeouts_alike(subscriber.subscription)
            while not self._stop.asked and self._error is None:
                await self._look()
                await asyncio.sleep(1.0)
        finally:
            await hang_up(self._broker)
        if self._error is not None:
            raise self._error

    def _refused(self, error: QueueUnavailable) -> None:
        self._error = error

    async def _look(self) -> None:
        """Tell the lag, and do what is to be done beside the queue."""
        with suppress(NatsError, APIError, OSError):  # the server is gone for a while
            self._on_lag(await self._lag())
        try:
            async with self._turn:
                await asyncio.to_thread(self._aside)
        except StoreUnavailable as error:
            _LOG.warning("the store is gone: %s", error)
        except Exception as error:  # it ends the worker, which says why
            self._error = error

    async def _lag(self) -> Lag:
        jetstream = self._broker.config.connection_state.stream
        consumer = await jetstream.consumer_info(ARTICLES.name, CONSUMER)
        dead = await jetstream.stream_info(DEAD.name)
        return Lag(
            waiting=consumer.num_pending or 0,
            claimed=consumer.num_ack_pending or 0,
            redelivered=consumer.num_redelivered or 0,
            dead=dead.state.messages,
        )

    async def _handle(self, batch: "NatsBatchMessage") -> None:
        """Take in a batch. What came before comes alone: it may take its company with it."""
        deliveries = [_read(message) for message in batch.raw_message]
        heart = asyncio.create_task(self._keep_alive(deliveries))
        try:
            async with self._turn:
                first = [item for item in deliveries if item.number == 1]
                for group in (first, *([item] for item in deliveries if item.number > 1)):
                    if group and not self._stop.overdue(GRACE / 2):
                        await self._take(group)
        except Exception as error:  # it ends the worker, which says why
            self._error = error
        finally:
            heart.cancel()

    async def _keep_alive(self, deliveries: Sequence[_Delivery]) -> None:
        while True:
            await asyncio.sleep(self._ack_wait / _BEATS)
            for item in deliveries:
                with suppress(NatsError):
                    await item.message.in_progress()

    async def _take(self, group: Sequence[_Delivery]) -> None:
        """Store what is found in a group of messages, then acknowledge them."""
        sound = [item for item in group if not item.fault]
        kept = await self._with_store(lambda: self._process(sound))
        if kept is None:
            return
        failures = {failure.article.id: failure for failure in kept.failures}
        for item in group:
            if item.fault:
                failures[item.article.id] = Failure(item.article, item.number, item.fault)
        for item in group:
            with suppress(NatsError):  # it comes again, and is known then
                await self._settle(item, failures.get(item.article.id))
        self._on_kept(Kept(kept.written, kept.stored, list(failures.values())))

    def _process(self, group: Sequence[_Delivery]) -> Kept:
        """Code and store what is sound. The inbox of the store counts how often each failed, since
        a message comes again for other reasons too; it is claimed there only if the queue, which
        brings it again sooner, has lost it."""
        again = self._store.tasks([item.article.id for item in group if item.number > 1])
        attempts = {key: task.attempts + 1 for key, task in again.items()}
        lost = [item for item in group if self._retries.hopeless(item.number)]
        kept = process(
            self._coder,
            self._store,
            [item.article for item in group if item not in lost],
            attempts,
            self._retries,
            self._now,
        )
        later = [
            replace(failure, retry_at=failure.retry_at + _LOST)
            for failure in kept.failures
            if failure.retry_at is not None
        ]
        if later:
            self._store.fail(later, self._now())
        kept.failures += (Failure(item.article, item.number, DIED) for item in lost)
        return kept

    async def _settle(self, item: _Delivery, failure: Failure | None) -> None:
        if failure is None:
            await item.message.ack()
            return
        pause = self._retries.pause(failure.attempts)
        if failure.retry_at is not None and pause is not None:
            await item.message.nak(delay=pause.total_seconds())
            return
        await self._with_store(lambda: self._store.fail([failure], self._now()))
        await self._broker.publish(
            item.message.data,
            DEAD_SUBJECT,
            stream=DEAD.name,
            headers={MESSAGE_ID: item.article.id, "Westphalia-Reason": _header(failure.reason)},
            timeout=_PATIENCE,
        )
        await item.message.ack()

    async def _with_store(self, work: Callable[[], T]) -> T | None:
        """Do what needs the store, as often as it takes while that is gone; None when it is time
        to stop."""
        while True:
            try:
                return await asyncio.to_thread(work)
            except StoreUnavailable as error:
                _LOG.warning("waiting for the store: %s", error)
                if self._stop.asked:
                    return None
                await asyncio.sleep(_PAUSE)


def _tell_timeouts_alike(subscription: Any) -> None:
    """Let a fetch that found nothing in its time always end with the TimeoutError of the client.

    nats-py 2.16 sometimes raises Python's own, and the server refuses a fetch of no time at all.
    FastStream 0.7 collects a batch by several fetches and knows the client's error alone; with
    another its batch is gone, until each message of it comes again after ACK_WAIT.
    """
    fetch = subscription.fetch

    async def patient(batch: int, timeout: float) -> list[Msg]:
        if timeout < _SHORTEST:
            raise NatsTimeout
        try:
            return cast(list[Msg], await fetch(batch=batch, timeout=timeout))
        except TimeoutError as error:
            raise NatsTimeout from error

    subscription.fetch = patient


async def _undecoded(message: "NatsBatchMessage") -> "NatsBatchMessage":
    """Leave the messages as they are: one that is no article must not take the batch with it."""
    return message


def _read(message: Msg) -> _Delivery:
    number = message.metadata.num_delivered or 1
    try:
        return _Delivery(message, article_from_json(message.data), number)
    except InvalidInput as error:
        text = message.data.decode("utf-8", "replace").replace("\0", "\ufffd").strip()
        article = Article(text=text or "(empty)", title="A message that is no article")
        return _Delivery(message, article, number, str(error))


def _header(text: str) -> str:
    """Text that fits into a header: one line of ASCII."""
    return " ".join(text.split()).encode("ascii", "replace").decode()[:500]

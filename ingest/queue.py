"""The queue between machines: its streams in NATS JetStream, and how articles are put into it.

`ingest.stream` takes them out. Imports FastStream, `clean` and the types of inputs.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from threading import Thread
from typing import Any, Self, TypeVar

from faststream.nats import NatsBroker
from faststream.nats.broker.broker import UNRECOVERABLE_CONNECT_ERRORS
from faststream.nats.security import NatsSecurity, NatsToken, NatsUserPassword
from nats.aio.client import Client
from nats.errors import Error as NatsError
from nats.errors import TimeoutError as NatsTimeout
from nats.js import JetStreamContext
from nats.js.api import DiscardPolicy, RetentionPolicy, StorageType, StreamConfig
from nats.js.errors import APIError, NoStreamResponseError

from graph.errors import QueueUnavailable
from graph.inbox import article_to_json
from graph.model import Article
from ingest.queue_address import QueueAddress
from ingest.sources.received import Input, SourceProblem
from ingest.stopping import Stop
from ingest.worker import chunks, cleaned_input

SUBJECT = "westphalia.articles"
DEAD_SUBJECT = "westphalia.dead"
MESSAGE_ID = "Nats-Msg-Id"
"""The header by which a server knows a message again; the id of the article."""
MAX_MESSAGE = 1_000_000
"""Bytes of one article. With its headers it is less than the 2**20 that a server takes where it is
not told otherwise."""
_MAX_BYTES = 2**30
_TWICE = 3600.0
"""Seconds in which the server drops a message that was published twice."""
_FULL = frozenset({10047, 10077})
"""JetStream's codes for a stream, or a server, that has no room."""
_DIFFERENT = 10058
"""JetStream's code for a stream that is there with another configuration."""
_PAUSE = 1.0
_GROUP = 64

ARTICLES = StreamConfig(
    name="WESTPHALIA",
    subjects=[SUBJECT],
    retention=RetentionPolicy.WORK_QUEUE,
    storage=StorageType.FILE,
    discard=DiscardPolicy.NEW,
    max_bytes=_MAX_BYTES,
    max_msg_size=2**20,
    duplicate_window=_TWICE,
)
DEAD = StreamConfig(
    name="WESTPHALIA_DEAD",
    subjects=[DEAD_SUBJECT],
    retention=RetentionPolicy.LIMITS,
    storage=StorageType.FILE,
    max_bytes=_MAX_BYTES,
    duplicate_window=_TWICE,
)

T = TypeVar("T")
_LOG = logging.getLogger(__name__)


def broker_at(
    address: QueueAddress,
    on_refused: Callable[[QueueUnavailable], None] = lambda _: None,
    **options: object,
) -> NatsBroker:
    """A connection that comes back whenever the server does. `on_refused` is called when it does
    not, since the server is there and refuses it, as with another password than before."""

    async def look(error: Exception) -> None:
        reason = str(error).removeprefix("nats: ").strip("'").lower()
        if isinstance(error, NatsError) and reason in UNRECOVERABLE_CONNECT_ERRORS:
            on_refused(QueueUnavailable(f"{address}: {error}"))

    return NatsBroker(
        address.server,
        security=_security(address),
        error_cb=look,
        max_reconnect_attempts=-1,
        reconnect_time_wait=1,
        logger=None,
        **options,  # type: ignore[arg-type]
    )


def _security(address: QueueAddress) -> NatsSecurity | None:
    if address.token:
        return NatsToken(address.token)
    if address.user:
        return NatsUserPassword(address.user, address.password)
    return None


def quieten(loop: asyncio.AbstractEventLoop) -> None:
    """Let a loop print no stack for what the client's own tasks end with: `on_refused` has told."""

    def handle(where: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        if not isinstance(context.get("exception"), NatsError):
            where.default_exception_handler(context)

    loop.set_exception_handler(handle)


async def hang_up(broker: NatsBroker) -> None:
    """Finish what is in hand and end the connection, whether the server is there or gone."""
    state = broker.config.connection_state
    client = state.connection if state else None
    try:
        await broker.stop()
    except NatsError:  # gone; what it had accepted is there, what was in hand comes again
        if client:
            with suppress(NatsError, OSError):
                await client.close()


async def _tell(error: Exception) -> None:
    """Tell in one line of what the connection mends by itself."""
    _LOG.warning("the queue: %s", error or type(error).__name__)


async def _make(jetstream: JetStreamContext, wanted: StreamConfig) -> None:
    """Make a stream. One that is there with other limits, or as several replicas, is taken as its
    administrator has made it, unless it would work otherwise."""
    try:
        await jetstream.add_stream(config=wanted)
    except APIError as error:
        if error.err_code != _DIFFERENT:
            raise
        found = (await jetstream.stream_info(str(wanted.name))).config
        if (found.retention, found.subjects) != (wanted.retention, wanted.subjects):
            raise QueueUnavailable(f"the stream {wanted.name} is somebody else's") from error


async def _try(address: QueueAddress) -> None:
    """Connect once; the broker's own connection would try for ever."""
    client = Client()
    try:
        await client.connect(
            address.server,
            user=address.user or None,
            password=address.password or None,
            token=address.token or None,
            allow_reconnect=False,
            max_reconnect_attempts=1,
            reconnect_time_wait=0,
            error_cb=_tell,
        )
    finally:
        await client.close()


async def declare(broker: NatsBroker, address: QueueAddress) -> None:
    """Connect and make both streams if they are missing; QueueUnavailable if that cannot be."""
    try:
        await _try(address)
        await broker.connect()
        for stream in (ARTICLES, DEAD):
            await _make(broker.config.connection_state.stream, stream)
    except (OSError, NatsError, NatsTimeout, NoStreamResponseError) as error:
        raise QueueUnavailable(f"{address}: no queue: {error or type(error).__name__}") from error


@dataclass
class Published:
    """What became of every input: read == published + repeated + len(bad)."""

    read: int = 0
    published: int = 0
    repeated: int = 0
    bad: list[SourceProblem] = field(default_factory=list)
    stopped: bool = False


class Publisher:
    """Puts articles into the queue, from a thread that may block on its inputs."""

    def __init__(self, url: str, stop: Stop) -> None:
        self._address = QueueAddress.parse(url)
        self._stop = stop
        self._loop = asyncio.new_event_loop()
        quieten(self._loop)
        self._thread = Thread(target=self._loop.run_forever, daemon=True)
        self._refusal: QueueUnavailable | None = None
        self._broker = broker_at(self._address, self._refused)

    def __enter__(self) -> Self:
        self._thread.start()
        try:
            self._wait(declare(self._broker, self._address))
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *exc: object) -> None:
        self._wait(hang_up(self._broker))
        self._end()

    def _refused(self, error: QueueUnavailable) -> None:
        self._refusal = error

    def _end(self) -> None:
        self._wait(_cancel_others())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _wait(self, work: Awaitable[T]) -> T:
        async def run() -> T:
            return await work

        return asyncio.run_coroutine_threadsafe(run(), self._loop).result()

    def run(
        self,
        inputs: Iterable[Input],
        idle: Callable[[], bool] = lambda: False,
        on_progress: Callable[[Published], None] = lambda _: None,
        on_bad: Callable[[SourceProblem], None] = lambda _: None,
    ) -> Published:
        """Publish every input, or stop cleanly when asked. A full queue is waited for."""
        summary = Published()

        def bad(problem: SourceProblem) -> None:
            summary.bad.append(problem)
            on_bad(problem)

        for chunk in chunks(self._stop.each(inputs), _GROUP, idle):
            articles: list[Article] = []
            for item in map(cleaned_input, chunk):
                if isinstance(item, SourceProblem):
                    bad(item)
                elif (size := len(article_to_json(item.article))) > MAX_MESSAGE:
                    reason = f"too long for the queue: {size} bytes, not {MAX_MESSAGE}"
                    bad(SourceProblem(item.path, item.line, reason))
                else:
                    articles.append(item.article)
            summary.read += len(chunk)
            new = self._wait(self._publish(articles))
            summary.published += new
            summary.repeated += len(articles) - new
            on_progress(summary)
        summary.stopped = self._stop.asked
        return summary

    async def _publish(self, articles: Sequence[Article]) -> int:
        """Publish articles together; return how many the queue did not know."""
        return sum(await asyncio.gather(*map(self._publish_one, articles)))

    async def _publish_one(self, article: Article) -> bool:
        while True:
            try:
                answer = await self._broker.publish(
                    article_to_json(article),
                    SUBJECT,
                    stream=ARTICLES.name,
                    headers={MESSAGE_ID: article.id},
                    timeout=_PAUSE * 10,
                )
                return not answer.duplicate
            except APIError as error:
                if error.err_code not in _FULL:
                    raise QueueUnavailable(f"{self._address}: {error}") from error
                problem: Exception = error
            except (NatsTimeout, NoStreamResponseError) as error:
                problem = error
            if self._refusal:
                raise self._refusal
            if self._stop.asked:
                raise QueueUnavailable(f"{self._address}: stopped while waiting: {problem}")
            await asyncio.sleep(_PAUSE)


async def _cancel_others() -> None:
    """End what a connection that is not closed has left behind."""
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)

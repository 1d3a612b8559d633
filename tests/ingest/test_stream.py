"""Articles go through a real queue once, and nothing is lost where something fails."""

import asyncio
import re
import threading
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TypeVar

import pytest
from faststream.nats import NatsBroker
from nats.js.api import RetentionPolicy, StreamConfig

from graph.errors import QueueUnavailable, StoreUnavailable
from graph.factory import open_store
from graph.inbox import ArticleState, article_to_json
from graph.model import Article
from graph.store import Batch, Store, Written
from ingest.coding import Coder, InProcess
from ingest.pipeline import Coded, Pipeline
from ingest.queue import ARTICLES, DEAD, MAX_MESSAGE, SUBJECT, Published, Publisher, broker_at
from ingest.queue_address import QueueAddress
from ingest.retries import Retries
from ingest.sources.received import Input, Received, SourceProblem
from ingest.stopping import Stop
from ingest.storing import Kept
from ingest.stream import Lag, StreamWorker
from ingest.worker import Worker
from tests.ingest.workers import (
    NOW,
    BrittleCoder,
    articles,
    content,
    received,
    wait_until,
)
from tests.nats_server import NatsServer, nats_server

T = TypeVar("T")
QUICK = Retries(attempts=3, first=timedelta(seconds=0.1), factor=1)


@pytest.fixture
def nats(tmp_path: Path) -> Iterator[NatsServer]:
    with nats_server(tmp_path / "nats") as server:
        yield server


def publish(server: NatsServer, inputs: Iterable[Input]) -> Published:
    with Publisher(server.url, Stop()) as publisher:
        return publisher.run(inputs)


def ask(server: NatsServer, work: Callable[[NatsBroker], Awaitable[T]]) -> T:
    """Ask the server something over a connection of its own."""

    async def run() -> T:
        broker = broker_at(QueueAddress.parse(server.url))
        await broker.connect()
        try:
            return await work(broker)
        finally:
            await broker.stop()

    return asyncio.run(run())


async def dead_messages(broker: NatsBroker) -> list[tuple[str, str]]:
    """The data and the reasons of the dead-letter stream."""
    jetstream = broker.config.connection_state.stream
    count = (await jetstream.stream_info(str(DEAD.name))).state.messages
    found = [await jetstream.get_msg(str(DEAD.name), number) for number in range(1, count + 1)]
    return [
        ((message.data or b"").decode(), (message.headers or {})["Westphalia-Reason"])
        for message in found
    ]


async def left(broker: NatsBroker) -> int:
    """How many articles are in the stream, whether some worker has them or not."""
    jetstream = broker.config.connection_state.stream
    return int((await jetstream.stream_info(str(ARTICLES.name))).state.messages)


@contextmanager
def working(
    server: NatsServer,
    coder: Coder,
    store: Store,
    *,
    ack_wait: float = 30,
    on_kept: Callable[[Kept], None] = lambda _: None,
    on_lag: Callable[[Lag], None] = lambda _: None,
    aside: Callable[[], None] = lambda: None,
) -> Iterator[Stop]:
    """A worker in a thread of its own; whatever it raises is raised at the end."""
    stop = Stop()
    errors: list[BaseException] = []

    def run() -> None:
        worker = StreamWorker(
            server.url,
            coder,
            store,
            QUICK,
            lambda: NOW,
            stop,
            on_kept,
            on_lag,
            aside,
            ack_wait,
        )
        try:
            asyncio.run(worker.run())
        except BaseException as error:
            errors.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield stop
    finally:
        if not stop.asked:
            stop.ask()
        thread.join()
        if errors:
            raise errors[0]


def is_stored(store: Store, articles: int) -> bool:
    return store.statistics().articles == articles


@contextmanager
def a_busy_process() -> Iterator[None]:
    """Threads that leave little time to the others: clocks run out while answers come."""
    done = threading.Event()

    def spin() -> None:
        while not done.is_set():
            pass

    threads = [threading.Thread(target=spin) for _ in range(2)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        done.set()
        for thread in threads:
            thread.join()


def test_articles_that_come_one_by_one_are_done_at_once(
    nats: NatsServer, store: Store, pipeline: Pipeline
) -> None:
    with (
        a_busy_process(),
        working(nats, pipeline, store, ack_wait=30),
        Publisher(nats.url, Stop()) as publisher,
    ):
        for count, item in enumerate(received(8), 1):
            publisher.run([item])
            wait_until(partial(is_stored, store, count), 10)


def test_the_queue_makes_the_graph_that_reading_files_makes(
    nats: NatsServer, store: Store, pipeline: Pipeline, tmp_path: Path
) -> None:
    Worker(InProcess(pipeline), store).run(received(30))
    assert publish(nats, received(30)) == Published(read=30, published=30)
    with open_store(f"sqlite:///{tmp_path}/queue.db") as other:
        other.migrate()
        with working(nats, pipeline, other):
            wait_until(lambda: ask(nats, left) == 0)
        assert content(other) == content(store)


def test_an_article_published_twice_is_in_the_queue_once(nats: NatsServer) -> None:
    assert publish(nats, received(3)).published == 3
    assert publish(nats, received(4)) == Published(read=4, published=1, repeated=3)
    assert ask(nats, left) == 4


def test_a_full_queue_is_waited_for_and_nothing_is_dropped(nats: NatsServer, store: Store) -> None:
    small = replace(ARTICLES, max_bytes=20_000)
    ask(nats, lambda broker: broker.config.connection_state.stream.add_stream(config=small))
    found: list[Published] = []
    publishing = threading.Thread(target=lambda: found.append(publish(nats, received(200))))
    publishing.start()
    wait_until(lambda: ask(nats, left) > 0)
    time.sleep(2)
    assert not found, "it waits"
    assert ask(nats, left) < 200
    with working(nats, Slow(0), store):
        publishing.join()
        wait_until(lambda: ask(nats, left) == 0)
    assert found == [Published(read=200, published=200)]
    assert store.statistics().articles == 200


def test_inputs_that_cannot_be_sent_are_named_and_the_rest_goes_on(nats: NatsServer) -> None:
    long = Received(Article(text="x" * MAX_MESSAGE), "long.txt")
    bad = SourceProblem("bad.jsonl", 3, "no JSON")
    summary = publish(nats, [long, bad, *received(1)])
    assert (summary.read, summary.published) == (3, 1)
    size, line = map(str, summary.bad)
    assert re.fullmatch(r"long.txt: too long for the queue: \d+ bytes, not 1000000", size)
    assert line == "bad.jsonl, line 3: no JSON"


def test_the_longest_article_that_is_not_refused_fits_into_the_queue(nats: NatsServer) -> None:
    """The server counts a message with its headers."""
    empty = len(article_to_json(Article(text="x", language="en")))
    longest = Article(text="x" * (MAX_MESSAGE - empty + 1), language="en")
    assert len(article_to_json(longest)) == MAX_MESSAGE
    assert publish(nats, [Received(longest, "longest.txt")]) == Published(read=1, published=1)


def test_limits_that_an_administrator_has_set_are_kept(nats: NatsServer) -> None:
    publish(nats, received(1))

    async def change(broker: NatsBroker) -> object:
        jetstream = broker.config.connection_state.stream
        return await jetstream.update_stream(replace(ARTICLES, max_bytes=2**31))

    ask(nats, change)
    assert publish(nats, received(2)) == Published(read=2, published=1, repeated=1)
    assert ask(nats, stream_config).max_bytes == 2**31


def test_a_stream_that_is_no_queue_of_ours_is_left_alone(nats: NatsServer) -> None:
    async def make(broker: NatsBroker) -> object:
        jetstream = broker.config.connection_state.stream
        return await jetstream.add_stream(replace(ARTICLES, retention=RetentionPolicy.LIMITS))

    ask(nats, make)
    with pytest.raises(QueueUnavailable, match="WESTPHALIA is somebody else's"):
        publish(nats, received(1))
    assert ask(nats, stream_config).retention == RetentionPolicy.LIMITS


async def stream_config(broker: NatsBroker) -> StreamConfig:
    jetstream = broker.config.connection_state.stream
    config: StreamConfig = (await jetstream.stream_info(str(ARTICLES.name))).config
    return config


def test_what_fails_comes_again_and_is_dead_in_the_end(
    nats: NatsServer, store: Store, pipeline: Pipeline
) -> None:
    publish(nats, received(6))
    ask(nats, lambda broker: broker.publish(b"{]", SUBJECT, stream=str(ARTICLES.name)))
    faulty = BrittleCoder(pipeline, poison="counted 2 pages", once="counted 4 pages")
    outcomes: list[Kept] = []
    with working(nats, faulty, store, on_kept=outcomes.append):
        wait_until(lambda: ask(nats, left) == 0)
    assert store.statistics().articles == 5
    dead = {task.article.text: task for task in store.list_tasks(ArticleState.DEAD)}
    poison = articles(3)[2].text
    assert dead.keys() == {poison, "{]"}
    assert (dead[poison].attempts, dead[poison].reason) == (
        3,
        "the coder failed: ValueError: a bug",
    )
    assert 'raise ValueError("a bug")' in dead[poison].trace
    assert dead["{]"].reason.startswith("this is no article")
    reasons = dict(ask(nats, dead_messages))
    assert reasons["{]"].startswith("this is no article")
    assert sorted(reasons.values())[0] == "the coder failed: ValueError: a bug"
    tries = [failure.attempts for kept in outcomes for failure in kept.failures]
    assert sorted(tries) == [1, 1, 1, 2, 3]


class Slow:
    """Takes its time, and finds nothing."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.coded: list[str] = []

    def process_many(self, articles: Iterable[Article], batch: int = 16) -> Iterator[Coded]:  # noqa: ARG002
        for article in articles:
            self.coded.append(article.id)
            time.sleep(self.seconds)
            yield Coded(article, (), ())


def test_a_worker_that_takes_long_is_not_taken_for_dead(nats: NatsServer, store: Store) -> None:
    publish(nats, received(1))
    one, other = Slow(5), Slow(0)
    with working(nats, one, store, ack_wait=1), working(nats, other, store, ack_wait=1):
        wait_until(lambda: ask(nats, left) == 0)
    assert sorted([len(one.coded), len(other.coded)]) == [0, 1]


class GoneForAWhile:
    """A real store whose server is gone for the first writes."""

    def __init__(self, store: Store, times: int) -> None:
        self._store = store
        self.times = times

    def __getattr__(self, name: str) -> object:
        return getattr(self._store, name)

    def write(self, batch: Batch) -> Written:
        self.times -= 1
        if self.times >= 0:
            raise StoreUnavailable("gone")
        return self._store.write(batch)


def test_a_store_that_goes_and_comes_back_costs_no_attempt(
    nats: NatsServer, store: Store, pipeline: Pipeline
) -> None:
    publish(nats, received(2))
    gone: Store = GoneForAWhile(store, 2)  # type: ignore[assignment]
    kept: list[Kept] = []
    with working(nats, pipeline, gone, on_kept=kept.append):
        wait_until(lambda: ask(nats, left) == 0)
    assert store.statistics().articles == 2
    assert [len(done.failures) for done in kept] == [0]


def test_a_stop_finishes_what_is_in_hand_and_leaves_the_rest_in_the_queue(
    nats: NatsServer, store: Store
) -> None:
    publish(nats, received(30))
    slow = Slow(0.2)
    with working(nats, slow, store) as stop:
        wait_until(lambda: slow.coded)
        stop.ask()
    done = store.statistics().articles
    assert 0 < done < 30
    assert len(slow.coded) == done
    assert ask(nats, left) == 30 - done


def test_the_lag_is_told(nats: NatsServer, store: Store) -> None:
    publish(nats, received(30))
    lags: list[Lag] = []
    with working(nats, Slow(0.1), store, on_lag=lags.append):
        wait_until(lambda: ask(nats, left) == 0)
        wait_until(lambda: lags and lags[-1] == Lag(0, 0, 0, 0))
    assert any(lag.waiting > 0 for lag in lags)
    assert any(lag.claimed > 0 for lag in lags)


def test_what_is_done_aside_has_its_turn(nats: NatsServer, store: Store) -> None:
    calls: list[float] = []
    with working(nats, Slow(0), store, aside=lambda: calls.append(time.monotonic())):
        wait_until(lambda: len(calls) >= 2)


def test_an_error_that_is_not_ours_to_bear_ends_the_worker(nats: NatsServer, store: Store) -> None:
    def fail() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError), working(nats, Slow(0), store, aside=fail):
        time.sleep(2)


def test_without_a_server_it_says_so(tmp_path: Path, store: Store) -> None:
    with nats_server(tmp_path / "gone") as server:
        pass
    with pytest.raises(QueueUnavailable, match="no queue"), Publisher(server.url, Stop()):
        pass
    with pytest.raises(QueueUnavailable, match="no queue"), working(server, Slow(0), store):
        pass


def test_a_publisher_that_is_refused_says_so(tmp_path: Path) -> None:
    with nats_server(tmp_path / "nats", "before") as server:

        def change_password() -> Iterator[Input]:
            yield from received(64)
            restart(server, "after")
            yield from received(65)

        refused = pytest.raises(QueueUnavailable, match="Authorization Violation")
        with refused as caught, Publisher(server.url, Stop()) as publisher:
            publisher.run(change_password())
        assert "before" not in str(caught.value)


def test_a_worker_that_is_refused_ends_and_says_so(tmp_path: Path, store: Store) -> None:
    with nats_server(tmp_path / "nats", "before") as server:

        def change_password(_: Lag) -> None:
            if server.password == "before":
                restart(server, "after")

        worker = StreamWorker(
            server.url, Slow(0), store, QUICK, lambda: NOW, Stop(), on_lag=change_password
        )
        with pytest.raises(QueueUnavailable, match="Authorization Violation") as caught:
            asyncio.run(asyncio.wait_for(worker.run(), 60))
        assert "before" not in str(caught.value)


def restart(server: NatsServer, password: str) -> None:
    """Start the server again with another password."""
    server.kill()
    server.password = password
    server.start()

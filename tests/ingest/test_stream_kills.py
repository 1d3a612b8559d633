"""Workers and the queue are killed at random moments, and the graph is that of a quiet run.

WESTPHALIA_KILL_ARTICLES sets how many articles go through (400; 2000 for a long run).
"""

import asyncio
import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest

from graph.factory import open_store
from graph.inbox import ArticleState
from graph.model import Article
from graph.store import Store
from ingest.coding import InProcess
from ingest.pipeline import Pipeline
from ingest.queue import ARTICLES, Publisher, broker_at
from ingest.queue_address import QueueAddress
from ingest.sources.received import Received
from ingest.stopping import Stop
from ingest.worker import Worker
from tests.ingest.brittle_worker import ONCE, POISON, ready_file
from tests.ingest.workers import content, wait_until
from tests.nats_server import NatsServer, nats_server
from tests.neo4j_databases import Database
from tests.process import environment

COUNT = int(os.environ.get("WESTPHALIA_KILL_ARTICLES", "400"))
WORKERS, POISONED, FAILING_ONCE = 3, 10, 20
_PATIENCE = 120 + COUNT


def corpus(shared: Path) -> list[Article]:
    """News of the shared data; among them some on which the coder fails always, or once."""
    found = []
    with (shared / "corpus" / "current_events_items_4000.jsonl").open(encoding="utf-8") as lines:
        for number, line in zip(range(COUNT), lines, strict=False):
            row = json.loads(line)
            mark = ""
            if number < POISONED:
                mark = f" {POISON}"
            elif number < POISONED + FAILING_ONCE:
                mark = f" {ONCE}"
            published = datetime.fromisoformat(row["date"]).replace(tzinfo=UTC)
            found.append(
                Article(
                    text=f"{row['text']}{mark}",
                    url=f"https://example.org/{number}",
                    publisher="example.org",
                    published_at=published,
                    language="en",
                )
            )
    random.Random(1).shuffle(found)
    return found


class Crew:
    """Worker processes that are killed and started again."""

    def __init__(self, store_url: str, queue: NatsServer, folder: Path, password: str = "") -> None:
        self._arguments = [store_url, queue.url, str(folder)]
        self._folder = folder
        self._log = folder.parent / "workers.log"
        self._environment = environment() | {"WESTPHALIA_STORE_PASSWORD": password}
        self.processes = [self._start() for _ in range(WORKERS)]

    def _start(self) -> subprocess.Popen[bytes]:
        with self._log.open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "tests.ingest.brittle_worker", *self._arguments],
                env=self._environment,
                stdout=log,
                stderr=log,
            )

    def kill_one(self, chance: random.Random) -> None:
        place = chance.randrange(WORKERS)
        self.processes[place].kill()
        self.processes[place].wait()
        self.processes[place] = self._start()

    def kill(self) -> None:
        for process in self.processes:
            process.kill()
            process.wait()

    def revive(self) -> None:
        """Start again what has ended, as a supervisor does: one that began while the queue was
        gone says so and ends."""
        self.processes = [
            process if process.poll() is None else self._start() for process in self.processes
        ]

    def stop(self) -> list[int]:
        """Ask all to stop when they are at work, and return their exit codes."""
        wait_until(self._all_are_ready)
        for process in self.processes:
            process.terminate()
        return [process.wait(60) for process in self.processes]

    def _all_are_ready(self) -> bool:
        self.revive()
        return all(ready_file(self._folder, process.pid).exists() for process in self.processes)

    def log(self) -> str:
        return self._log.read_text("utf-8")


CrewMaker = Callable[[], Crew]


def left(queue: NatsServer) -> int:
    """How many articles are in the queue."""

    async def ask() -> int:
        broker = broker_at(QueueAddress.parse(queue.url))
        await broker.connect()
        try:
            jetstream = broker.config.connection_state.stream
            return int((await jetstream.stream_info(str(ARTICLES.name))).state.messages)
        finally:
            await broker.stop()

    return asyncio.run(ask())


def disturb(crew: Crew, queue: NatsServer) -> int:
    """Kill workers and twice the queue, in a random order and each when a random number of
    articles is left; then wait until none is. Return how many were left when the last was killed.
    """
    chance = random.Random(COUNT)
    victims = ["queue"] * 2 + ["worker"] * (WORKERS + COUNT // 100)
    chance.shuffle(victims)
    moments = sorted((chance.randrange(COUNT // 10, COUNT) for _ in victims), reverse=True)
    rest = COUNT

    def progressed_to(moment: int) -> bool:
        nonlocal rest
        crew.revive()
        rest = left(queue)
        return rest <= moment

    for victim, moment in zip(victims, moments, strict=True):
        wait_until(partial(progressed_to, moment), _PATIENCE)
        if victim == "queue":
            queue.kill()
            time.sleep(chance.uniform(0.1, 1))
            queue.start()
        else:
            crew.kill_one(chance)

    def is_done() -> bool:
        crew.revive()
        return left(queue) == 0

    wait_until(is_done, _PATIENCE)
    return rest


def check(store: Store, quiet: Store, queue: NatsServer, crew_of: CrewMaker, shared: Path) -> None:
    """Send the corpus through a disturbed crew and compare with the quiet run."""
    articles = corpus(shared)
    poisoned = {article.id for article in articles if POISON in article.text}
    assert len(poisoned) == POISONED
    with Publisher(queue.url, Stop()) as publisher:
        inputs = [Received(article, "corpus") for article in articles]
        assert publisher.run(inputs).published == COUNT
    crew = crew_of()
    try:
        rest = disturb(crew, queue)
    except BaseException:
        crew.kill()
        raise
    codes = crew.stop()
    assert codes == [0] * WORKERS, crew.log()[-3000:]
    assert rest > 0, "the last was killed when all was done, which proves little"
    dead = store.list_tasks(ArticleState.DEAD, limit=1000)
    assert {task.article.id for task in dead} == poisoned
    assert {task.reason for task in dead} == {"the coder failed: ValueError: a bug"}
    assert store.inbox().dead == POISONED
    assert store.statistics().articles == COUNT - POISONED
    assert content(store) == content(quiet)


@pytest.fixture(scope="module")
def quiet(
    tmp_path_factory: pytest.TempPathFactory, pipeline: Pipeline, shared: Path
) -> Iterator[Store]:
    """What one process makes of the corpus that nobody disturbs."""
    with open_store(f"sqlite:///{tmp_path_factory.mktemp('quiet')}/quiet.db") as store:
        store.migrate()
        sound = [article for article in corpus(shared) if POISON not in article.text]
        Worker(InProcess(pipeline), store).run(Received(item, "corpus") for item in sound)
        assert store.statistics().events > COUNT / 10
        yield store


@pytest.fixture
def queue(tmp_path: Path) -> Iterator[NatsServer]:
    with nats_server(tmp_path / "nats") as server:
        yield server


@pytest.fixture
def failed(tmp_path: Path) -> Path:
    """Where the processes note which articles have failed once."""
    folder = tmp_path / "failed"
    folder.mkdir()
    return folder


def test_killed_workers_and_a_killed_queue_lose_and_double_nothing(
    quiet: Store, queue: NatsServer, failed: Path, tmp_path: Path, shared: Path
) -> None:
    url = f"sqlite:///{tmp_path}/disturbed.db"
    with open_store(url) as store:
        store.migrate()
        check(store, quiet, queue, lambda: Crew(url, queue, failed), shared)


def test_the_same_with_a_neo4j_server(
    quiet: Store, queue: NatsServer, failed: Path, shared: Path, neo4j_lts: Database
) -> None:
    neo4j_lts.wipe()
    with neo4j_lts.open() as store:
        store.migrate()
        password = neo4j_lts.access.password
        check(store, quiet, queue, lambda: Crew(neo4j_lts.uri, queue, failed, password), shared)
    neo4j_lts.wipe()

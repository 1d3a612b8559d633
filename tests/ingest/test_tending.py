"""Workers of the inbox share the work, lose nothing, and give up in the end."""

import threading
from collections.abc import Iterable, Iterator
from datetime import timedelta
from pathlib import Path

from graph.factory import open_store
from graph.inbox import ArticleState, InboxCounts
from graph.model import Article
from graph.store import Store
from ingest.coding import Coders, InProcess
from ingest.pipeline import Coded, Pipeline
from ingest.retries import Retries
from ingest.stopping import Stop
from ingest.storing import DIED
from ingest.tending import LEASE, InboxWorker
from ingest.worker import Worker
from tests.ingest.workers import (
    NOW,
    BrittleCoder,
    Clock,
    articles,
    content,
    received,
    wait_until,
)


def worker(
    store: Store,
    coders: Coders,
    clock: Clock,
    stop: Stop | None = None,
    name: str = "one",
) -> InboxWorker:
    return InboxWorker(name, coders, store, Retries(attempts=3), clock, stop or Stop())


def test_the_inbox_becomes_the_graph_that_reading_files_makes(
    store: Store, pipeline: Pipeline, tmp_path: Path
) -> None:
    Worker(InProcess(pipeline), store).run(received(40))
    with open_store(f"sqlite:///{tmp_path}/inbox.db") as other:
        other.migrate()
        other.receive(articles(40), NOW)
        worker(other, InProcess(pipeline), Clock()).run(until_empty=True)
        assert other.inbox() == InboxCounts()
        assert content(other) == content(store)


def test_what_fails_is_tried_later_each_time_and_given_up_in_the_end(
    store: Store, pipeline: Pipeline
) -> None:
    clock = Clock()
    store.receive(articles(4), NOW)
    faulty = BrittleCoder(pipeline, poison="counted 1 pages", once="counted 3 pages")
    tending = worker(store, InProcess(faulty), clock)
    tending.run(until_empty=True)
    assert (store.statistics().articles, store.inbox().failed) == (2, 2)
    clock.go_on(timedelta(seconds=30))
    tending.run(until_empty=True)
    assert (store.statistics().articles, store.inbox().failed) == (3, 1)
    tending.run(until_empty=True)
    assert store.inbox().failed == 1, "it is not due yet"
    clock.go_on(timedelta(seconds=120))
    tending.run(until_empty=True)
    assert store.inbox() == InboxCounts(dead=1)
    (dead,) = store.list_tasks(ArticleState.DEAD)
    assert (dead.attempts, dead.reason) == (3, "the coder failed: ValueError: a bug")


def test_what_a_killed_worker_had_is_taken_by_another_when_its_lease_ends(
    store: Store, pipeline: Pipeline
) -> None:
    clock = Clock()
    store.receive(articles(3), NOW)
    assert len(store.claim("killed", 2, NOW, LEASE)) == 2
    tending = worker(store, InProcess(pipeline), clock)
    tending.run(until_empty=True)
    assert store.inbox() == InboxCounts(claimed=2, oldest=NOW)
    clock.go_on(LEASE)
    tending.run(until_empty=True)
    assert store.statistics().articles == 3


def test_an_article_whose_worker_dies_each_time_is_given_up(
    store: Store, pipeline: Pipeline
) -> None:
    clock = Clock()
    store.receive(articles(1), NOW)
    for _ in range(6):
        assert store.claim("killed", 1, clock(), LEASE)
        clock.go_on(LEASE)
    worker(store, InProcess(pipeline), clock).run(until_empty=True)
    (dead,) = store.list_tasks(ArticleState.DEAD)
    assert (dead.attempts, dead.reason) == (7, DIED)


def test_several_workers_store_every_article_once(tmp_path: Path, pipeline: Pipeline) -> None:
    url = f"sqlite:///{tmp_path}/w.db"
    kept: list[str] = []
    turn = threading.Lock()

    class Sharing(BrittleCoder):
        """One parser for all threads, one at a time."""

        def process_many(self, articles: Iterable[Article], batch: int = 16) -> Iterator[Coded]:
            with turn:
                return iter(list(super().process_many(articles, batch)))

    def tend(name: str) -> None:
        with open_store(url) as store:
            InboxWorker(
                name,
                InProcess(Sharing(pipeline)),
                store,
                Retries(),
                Clock(),
                Stop(),
                lambda done: kept.extend(coded.article.id for coded in done.stored),
            ).run(until_empty=True)

    with open_store(url) as store:
        store.migrate()
        store.receive(articles(120), NOW)
        threads = [threading.Thread(target=tend, args=(f"worker {n}",)) for n in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(kept) == sorted(article.id for article in articles(120))
        assert store.inbox() == InboxCounts()


def test_a_worker_waits_for_articles_until_it_is_stopped(store: Store, pipeline: Pipeline) -> None:
    stop = Stop()
    thread = threading.Thread(target=worker(store, InProcess(pipeline), Clock(), stop).run)
    thread.start()
    try:
        store.receive(articles(2), NOW)
        wait_until(lambda: store.statistics().articles == 2)
        assert thread.is_alive()
    finally:
        stop.ask()
        thread.join()

"""Several processes give what one gives, and outlive an article that kills them."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path

import pytest

from graph.errors import CoderUnavailable
from graph.factory import open_store
from graph.model import Article
from graph.store import Store
from ingest.coding import InProcess, Uncoded
from ingest.pipeline import Coded, Pipeline
from ingest.pool import CoderPool
from ingest.sources.received import Input
from ingest.stopping import Stop
from ingest.worker import Worker
from tests.conftest import REPOSITORY
from tests.ingest.workers import BrittleCoder, content, received, wait_until
from tests.process import environment


class Echo:
    """A coder that finds nothing, quickly; some texts have it wait, or end its process."""

    def process_many(self, articles: Iterable[Article], batch: int = 16) -> Iterator[Coded]:  # noqa: ARG002
        for article in articles:
            if article.text == "deadly":
                os.kill(os.getpid(), signal.SIGKILL)
            if article.text == "slow":
                time.sleep(30)
            yield Coded(article, (), ())


def broken() -> Echo:
    raise OSError("no model")


def brittle(**faults: str) -> BrittleCoder:
    return BrittleCoder(Pipeline(), **faults)  # type: ignore[arg-type]


def texts(results: list[Coded | Uncoded]) -> list[str]:
    """The text of each article, with the reason where it was not coded."""
    return [
        result.article.text + (f": {result.reason}" if isinstance(result, Uncoded) else "")
        for result in results
    ]


def test_results_come_in_the_order_in_which_groups_were_given() -> None:
    groups = [[Article(text=f"{group} {n}") for n in range(3)] for group in range(4)]
    with CoderPool(Echo, 2) as pool:
        for group in groups:
            pool.give(group)
        assert pool.full
        assert [texts(pool.take()) for _ in groups] == [[a.text for a in g] for g in groups]
        assert len(pool) == 0


def test_only_the_article_that_ends_its_process_is_lost() -> None:
    groups = [["a", "b"], ["c", "deadly", "d"], ["e"], ["f", "deadly"]]
    with CoderPool(Echo, 2) as pool:
        for group in groups:
            pool.give([Article(text=text) for text in group])
        lost = "deadly: the process that coded it died"
        assert [texts(pool.take()) for _ in groups] == [
            ["a", "b"],
            ["c", lost, "d"],
            ["e"],
            ["f", lost],
        ]


def test_a_result_that_is_late_can_be_asked_for_again() -> None:
    with CoderPool(Echo, 1) as pool:
        pool.give([Article(text="slow")])
        for _ in range(2):
            with pytest.raises(TimeoutError):
                pool.take(0.01)
        assert len(pool) == 1


def test_processes_that_cannot_start_are_told_and_nothing_is_blamed_on_articles() -> None:
    with CoderPool(broken, 1) as pool:
        pool.give([Article(text="a")])
        with pytest.raises(CoderUnavailable):
            pool.take()


def test_a_pool_makes_the_graph_that_one_process_makes(
    store: Store, pipeline: Pipeline, tmp_path: Path
) -> None:
    inputs = received(60)
    Worker(InProcess(pipeline), store).run(inputs, batch_size=8)
    with open_store(f"sqlite:///{tmp_path}/pool.db") as other:
        other.migrate()
        with CoderPool(partial(brittle, deadly="counted 7 pages"), 2) as pool:
            first = Worker(pool, other).run(inputs, batch_size=8)
        assert (first.read, first.stored, first.failed) == (60, 59, 1)
        assert [problem.line for problem in first.bad] == [8]
        rest = Worker(InProcess(pipeline), other).run(inputs)
        assert (rest.known, rest.stored) == (59, 1)
        assert content(other) == content(store)


def test_an_article_that_is_being_coded_is_not_given_twice(store: Store) -> None:
    inputs: list[Input] = [item for item in received(4) for _ in range(3)]
    with CoderPool(Echo, 2) as pool:
        summary = Worker(pool, store).run(inputs, batch_size=2)
    assert (summary.read, summary.stored, summary.known) == (12, 4, 8)


def test_a_stop_finishes_what_was_begun(store: Store) -> None:
    stop = Stop()

    def inputs() -> Iterator[Input]:
        for number, item in enumerate(received(8)):
            if number == 5:
                stop.ask()
            yield item

    with CoderPool(Echo, 2) as pool:
        summary = Worker(pool, store, stop=stop).run(inputs(), batch_size=1)
    assert summary.stopped
    assert summary.read == summary.stored == 5


def test_processes_end_with_their_parent() -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", _PARENT],
        cwd=REPOSITORY,
        env=environment(),
        stdout=subprocess.PIPE,
        text=True,
    )
    assert parent.stdout is not None
    children = [int(number) for number in parent.stdout.readline().split()]
    assert children
    parent.kill()
    parent.communicate()
    wait_until(lambda: not any(is_running(child) for child in children), 20)


def is_running(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


_PARENT = """
import time
from graph.model import Article
from ingest.pool import CoderPool
from tests.ingest.test_pool import Echo
if __name__ == "__main__":
    with CoderPool(Echo, 2) as pool:
        for _ in range(2):
            pool.give([Article(text="a")])
            pool.take()
        print(*pool._executor._processes, flush=True)
        pool.give([Article(text="slow")])
        time.sleep(60)
"""

"""The worker accounts for every input, skips what it knows, and survives being killed."""

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from graph.errors import InvalidInput
from graph.factory import open_store
from graph.inbox import InboxCounts
from graph.model import Actor, ActorKind, Article, NamedActor
from graph.reference import load_reference
from graph.store import Batch, Store, Written
from ingest.coding import InProcess, Uncoded, code_each
from ingest.pipeline import Coded, Pipeline
from ingest.retries import Retries
from ingest.sources.files import FileSource
from ingest.sources.received import Received, SourceProblem
from ingest.stopping import Stop
from ingest.worker import Worker, chunks, write_reference
from tests.ingest.workers import NOW, BrittleCoder, Clock, articles, content, json_lines, received
from tests.process import run, start

WriteFile = Callable[[str, str | bytes], Path]


def test_the_summary_accounts_for_every_input(
    store: Store, pipeline: Pipeline, write_file: WriteFile
) -> None:
    path = write_file("in.jsonl", json_lines(3) + "[]\n" + json_lines(2))
    bad: list[SourceProblem] = []
    progress: list[int] = []
    worker = Worker(InProcess(pipeline), store, lambda s: progress.append(s.read), bad.append)
    summary = worker.run(FileSource([str(path)]), batch_size=4)
    assert (summary.read, summary.stored, summary.known) == (6, 3, 2)
    assert [(problem.path, problem.line) for problem in summary.bad] == [(str(path), 4)]
    assert bad == summary.bad
    assert progress == [4, 6]
    assert summary.written.articles == 3
    assert summary.written.events > 0
    assert not summary.stopped


def test_running_twice_adds_nothing(store: Store, pipeline: Pipeline) -> None:
    Worker(InProcess(pipeline), store).run(received(5))
    before = content(store)
    again = Worker(InProcess(pipeline), store).run(received(5))
    assert (again.stored, again.known, again.written) == (0, 5, Written())
    assert content(store) == before


def test_an_article_in_another_language_is_stored_with_its_problem(
    store: Store, pipeline: Pipeline
) -> None:
    article = Article(text="俄罗斯和伊朗在莫斯科签署了全面战略伙伴关系条约,双方同意加强合作。")
    summary = Worker(InProcess(pipeline), store).run([Received(article, "memory")])
    assert (summary.stored, summary.written.events) == (1, 0)
    assert [problem.reason for problem in store.problems(article.id)] == ["language"]


def test_an_article_on_which_the_coder_fails_takes_no_other_with_it(
    store: Store, pipeline: Pipeline
) -> None:
    brittle = InProcess(BrittleCoder(pipeline, poison="counted 2 pages"))
    summary = Worker(brittle, store).run(received(4))
    assert (summary.read, summary.stored, summary.failed) == (4, 3, 1)
    assert [str(p) for p in summary.bad] == ["memory, line 3: the coder failed: ValueError: a bug"]


def test_an_article_that_failed_is_tried_again_and_given_up_in_the_end(
    store: Store, pipeline: Pipeline
) -> None:
    clock = Clock()
    brittle = InProcess(BrittleCoder(pipeline, poison="counted 2 pages"))
    worker = Worker(brittle, store, now=clock, retries=Retries(attempts=2))
    victim = articles(3)[2]
    assert (worker.run(received(3)).failed, store.inbox().failed) == (1, 1)
    task = store.tasks([victim.id])[victim.id]
    assert (task.attempts, task.due_at) == (1, NOW + timedelta(seconds=30))
    assert 'raise ValueError("a bug")' in task.trace
    second = worker.run(received(3))
    assert (second.known, second.failed, second.dead) == (2, 0, 1)
    third = worker.run(received(3))
    assert (third.known, third.dead) == (2, 1)
    assert [problem.reason for problem in third.bad] == [
        "given up after 2 attempts (the coder failed: ValueError: a bug)"
    ]
    assert store.retry([victim.id], clock.now) == {victim.id}
    assert Worker(InProcess(pipeline), store, now=clock).run(received(3)).waiting == 1


def test_an_article_that_failed_once_is_stored_the_next_time(
    store: Store, pipeline: Pipeline
) -> None:
    brittle = InProcess(BrittleCoder(pipeline, once="counted 2 pages"))
    worker = Worker(brittle, store)
    assert worker.run(received(3)).failed == 1
    again = worker.run(received(3))
    assert (again.known, again.stored) == (2, 1)
    assert store.inbox() == InboxCounts()


def test_results_keep_the_order_of_their_inputs(pipeline: Pipeline) -> None:
    inputs = [item for item in received(5) if isinstance(item, Received)]
    for item, result in code_each(pipeline, inputs):
        assert isinstance(result, Coded)
        assert result.article == item.article


class PickyStore:
    """Hands everything to a real store, but refuses batches with one certain article."""

    def __init__(self, store: Store, refused: Article) -> None:
        self._store = store
        self._refused = refused

    def __getattr__(self, name: str) -> object:
        return getattr(self._store, name)

    def write(self, batch: Batch) -> Written:
        if self._refused in batch.articles:
            raise InvalidInput("cannot be kept")
        return self._store.write(batch)


def test_an_article_that_the_store_refuses_takes_no_other_with_it(
    store: Store, pipeline: Pipeline
) -> None:
    inputs = received(4)
    victim = inputs[1]
    assert isinstance(victim, Received)
    picky: Store = PickyStore(store, victim.article)  # type: ignore[assignment]
    summary = Worker(InProcess(pipeline), picky).run(inputs)
    assert summary.stored == 3
    assert [str(p) for p in summary.bad] == ["memory, line 2: refused: cannot be kept"]
    assert summary.read == summary.stored + summary.known + len(summary.bad)


def test_a_request_to_stop_finishes_the_batch_in_hand(store: Store, pipeline: Pipeline) -> None:
    stop = Stop()

    class AskedWhileCoding(InProcess):
        """The request comes while the second batch is being coded."""

        def take(self, timeout: float | None = None) -> list[Coded | Uncoded]:
            if store.statistics().articles == 2:
                stop.ask()
            return super().take(timeout)

    summary = Worker(AskedWhileCoding(pipeline), store, stop=stop).run(received(8), batch_size=2)
    assert summary.stopped
    assert summary.read == summary.stored == 4
    assert store.statistics().articles == 4


def test_a_chunk_ends_when_its_source_has_nothing_ready() -> None:
    idle = iter([False, True, False])
    sizes = [len(chunk) for chunk in chunks(received(7), 3, lambda: next(idle, False))]
    assert sizes == [2, 3, 2]


def test_reference_actors_are_written_only_when_they_changed(store: Store) -> None:
    reference = load_reference()
    assert write_reference(store, reference)
    assert not write_reference(store, reference)
    assert store.actor("IRN").actor == reference.actor("IRN")
    store.write_actors([NamedActor(Actor("IRN", "Persia", ActorKind.STATE, "IRN"))])
    assert write_reference(store, reference)
    assert store.actor("IRN").actor.name == "Iran"


def prepared(path: Path) -> Path:
    """A store with the reference actors and nothing else."""
    with open_store(f"sqlite:///{path}") as store:
        store.migrate()
        write_reference(store, load_reference())
    return path


def stored_articles(path: Path) -> int:
    with open_store(f"sqlite:///{path}") as store:
        return store.statistics().articles


def kill_when_more_is_stored(process: subprocess.Popen[bytes], path: Path) -> int:
    """SIGKILL the process as soon as it has stored something new; return how much there is."""
    before = stored_articles(path)
    deadline = time.monotonic() + 60
    try:
        while stored_articles(path) <= before:
            assert process.poll() is None, process.communicate()
            assert time.monotonic() < deadline
            time.sleep(0.01)
    finally:
        process.kill()
        process.communicate()
    return stored_articles(path)


def test_killed_twice_and_run_again_it_ends_with_the_content_of_one_clean_run(
    write_file: WriteFile, tmp_path: Path, pipeline: Pipeline
) -> None:
    total = 400
    feed = write_file("feed.jsonl", json_lines(total))
    clean, killed = prepared(tmp_path / "clean.db"), prepared(tmp_path / "killed.db")
    with open_store(f"sqlite:///{clean}") as store:
        assert Worker(InProcess(pipeline), store).run(FileSource([str(feed)])).stored == total
    for _ in range(2):
        stored = kill_when_more_is_stored(start("ingest", str(feed), store=killed), killed)
        assert 0 < stored < total
    last = run("ingest", str(feed), "--format", "json", store=killed)
    summary = json.loads(last.stdout)
    assert last.returncode == 0
    assert summary["known"] > 0
    assert summary["known"] + summary["stored"] == total
    with open_store(f"sqlite:///{clean}") as one, open_store(f"sqlite:///{killed}") as other:
        assert content(one) == content(other)


@pytest.mark.parametrize("kind", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_while_waiting_for_input_stops_cleanly(
    tmp_path: Path, kind: signal.Signals
) -> None:
    path = prepared(tmp_path / "w.db")
    process = start("ingest", "-", store=path, stdin=subprocess.PIPE)
    assert process.stdin is not None
    os.write(process.stdin.fileno(), json_lines(3).encode())
    deadline = time.monotonic() + 60
    while stored_articles(path) < 3:
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.05)
    process.send_signal(kind)
    out, err = process.communicate(timeout=30)
    assert process.returncode == 1
    assert b"3 stored" in out
    assert b"stopped; run the same command again to go on" in err
    assert b"Traceback" not in err

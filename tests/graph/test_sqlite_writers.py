"""Several writers of one file, in threads and in processes: one at a time, and none in vain."""

import fcntl
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from graph.errors import StoreUnavailable
from graph.inbox import InboxCounts
from graph.store import Batch
from graph.stores.sqlite import SqliteStore
from tests.builders import DAY, article, event, evidence, noon
from tests.contracts.helpers import store_events

ROOT = Path(__file__).parents[2]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "graph #1 100%?.db"


@pytest.fixture
def made(path: Path) -> Iterator[SqliteStore]:
    with SqliteStore(path, timeout=2) as store:
        store.migrate()
        yield store


def python(code: str, path: Path) -> "subprocess.Popen[str]":
    """Run code in another process, with `store` opened on the path."""
    head = f"from graph.stores.sqlite import SqliteStore\nstore = SqliteStore({str(path)!r}, 20)\n"
    return subprocess.Popen(
        [sys.executable, "-W", "error", "-c", head + code],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_eight_processes_at_once_claim_each_article_once(made: SqliteStore) -> None:
    now = noon(DAY)
    waiting = sorted(article(f"Russia met Iran {n} times.").id for n in range(100))
    made.receive([article(f"Russia met Iran {n} times.") for n in range(100)], now)
    code = (
        "from datetime import timedelta\n"
        "from tests.builders import DAY, noon\n"
        "print('ready', flush=True)\n"
        "input()\n"
        "while claimed := store.claim('one', 3, noon(DAY), timedelta(minutes=2)):\n"
        "    print(*(task.article.id for task in claimed), sep='\\n')\n"
        "store.close()\n"
    )
    workers = [python(code, made.path) for _ in range(8)]
    for worker in workers:
        assert worker.stdout is not None
        assert worker.stdout.readline() == "ready\n"
    for worker in workers:
        assert worker.stdin is not None
        worker.stdin.write("\n")
        worker.stdin.flush()
    told = [worker.communicate(timeout=60) for worker in workers]
    assert [errors for _, errors in told] == [""] * 8
    assert sorted("".join(claimed for claimed, _ in told).split()) == waiting
    assert made.inbox() == InboxCounts(claimed=100, oldest=now)


def test_a_second_writer_is_told_who_writes(made: SqliteStore) -> None:
    code = (
        "with store._files.writing():\n    print('ready', flush=True)\n    input()\nstore.close()\n"
    )
    with python(code, made.path) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "ready\n"
        with SqliteStore(made.path, timeout=0.2) as store:
            with pytest.raises(StoreUnavailable, match=f"process {other.pid} is writing"):
                store.write(Batch(articles=[article()]))
            assert store.statistics().articles == 0
            other.communicate("\n", timeout=20)
            assert store.write(Batch(articles=[article()])).articles == 1


def test_the_lock_of_a_dead_process_is_free(made: SqliteStore) -> None:
    code = "import os\nwith store._files.writing():\n    os._exit(1)\n"
    with python(code, made.path) as other:
        other.wait(timeout=20)
    assert made.write(Batch(articles=[article()])).articles == 1


def test_a_lock_by_another_program_is_unavailable(made: SqliteStore) -> None:
    with closing(sqlite3.connect(made.path, isolation_level=None)) as raw:
        raw.execute("BEGIN IMMEDIATE")
        with SqliteStore(made.path, timeout=0.1) as store:
            with pytest.raises(StoreUnavailable, match="locked"):
                store.write(Batch(articles=[article()]))
            store.check()


def test_a_file_locked_whole_is_unavailable(path: Path) -> None:
    lock = path.with_name(path.name + ".lock")
    with lock.open("w") as held, SqliteStore(path, timeout=0.1) as store:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(StoreUnavailable, match=r"held the lock .*\.lock"):
            store.migrate()


def test_two_processes_may_migrate_and_write_at_once(path: Path) -> None:
    code = (
        "import os\n"
        "from tests.contracts.helpers import store_events\n"
        "store.migrate()\n"
        "for n in range(10):\n"
        "    store_events(store, 5, tag=f' {os.getpid()} {n}')\n"
        "store.close()\n"
    )
    with python(code, path) as one, python(code, path) as two:
        for other in (one, two):
            _, errors = other.communicate(timeout=60)
            assert (other.returncode, errors) == (0, "")
    with SqliteStore(path) as store:
        assert store.statistics().articles == 20
        assert store.statistics().events == 5
        assert store.statistics().evidence == 100


def test_actors_added_by_another_process_are_not_added_twice(made: SqliteStore) -> None:
    store_events(made, 1)
    with SqliteStore(made.path) as other:
        store_events(other, 1, tag=" elsewhere")
        other.write_actors([])
    source = article()
    made.write(Batch(articles=[source], events=[event(evidence(source))]))
    assert made.statistics().actors == 2


def test_threads_take_turns_at_writing(made: SqliteStore) -> None:
    def write(number: int) -> None:
        for turn in range(5):
            store_events(made, 3, tag=f" {number} {turn}")

    threads = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert made.statistics().articles == 20
    assert made.statistics().evidence == 60

"""How much faster are two processes than one, embedded and over the queue, what does the queue
cost, and does a worker's memory stay flat?

Real processes of the command line read news of the shared data (WESTPHALIA_SHARED) into SQLite
files of their own. Each run is timed from the first stored article to the last, so that loading
the parser does not count. Prints articles a second and ratios, and the memory of one worker as it
goes. Wants a quiet machine with two cores or more.

    python -m bench.workers --articles 2000 --memory-articles 5000
"""

import argparse
import itertools
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from graph.factory import open_store
from graph.store import Store
from tests.conftest import REPOSITORY
from tests.nats_server import nats_server
from tests.process import COMMAND, environment

LOOK = 0.02


def news(count: int) -> Iterator[str]:
    """Lines of JSON: articles of Wikinews and single items of news in turn, as many as asked for;
    where there are too few, with another address again."""
    folder = Path(os.environ.get("WESTPHALIA_SHARED") or REPOSITORY.parent / "shared") / "corpus"
    if not folder.is_dir():
        sys.exit(f"no shared data at {folder.parent}; set WESTPHALIA_SHARED")
    rows = []
    for name in ("wikinews_2019_2020.jsonl", "current_events_items_4000.jsonl"):
        with (folder / name).open(encoding="utf-8") as lines:
            rows.append([json.loads(line) for line in lines])
    mixed = [row for pair in zip(*rows, strict=False) for row in pair]
    for number, row in zip(range(count), itertools.cycle(mixed), strict=False):
        article = {"text": row["text"], "title": row["title"], "date": row["date"]}
        yield json.dumps(article | {"url": f"https://example.org/{number}"}) + "\n"


@contextmanager
def running(*commands: list[str], settings: dict[str, str]) -> Iterator[list[int]]:
    """Start commands, lend their process numbers, and stop them at the end."""
    processes = [
        subprocess.Popen(
            [*COMMAND, *command],
            env=environment(settings=settings),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for command in commands
    ]
    try:
        yield [process.pid for process in processes]
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait()


def timed(url: str, count: int) -> float:
    """Wait until all articles are stored; return articles a second from the first to the last."""
    with open_store(url) as store:
        begun = first = 0.0
        while (stored := stored_in(store)) < count:
            if stored and not begun:
                begun, first = time.perf_counter(), stored
            time.sleep(LOOK)
        return (count - first) / (time.perf_counter() - begun)


def stored_in(store: Store) -> int:
    return store.statistics().articles


def ready(folder: Path, name: str) -> str:
    """The URL of a new store with the curated data."""
    url = f"sqlite:///{folder}/{name}.db"
    subprocess.run(
        [*COMMAND, "ingest", os.devnull], env=environment(settings={"STORE_URL": url}), check=False
    )
    return url


def embedded(folder: Path, path: Path, count: int, processes: int) -> float:
    url = ready(folder, f"embedded-{processes}")
    settings = {"STORE_URL": url, "PROCESSES": str(processes)}
    with running(["ingest", str(path)], settings=settings):
        return timed(url, count)


def queued(folder: Path, path: Path, count: int, workers: int) -> float:
    url = ready(folder, f"queued-{workers}")
    with nats_server(folder / f"nats-{workers}") as server:
        settings = {"STORE_URL": url, "NATS_URL": server.url}
        publish = [*COMMAND, "ingest", "--publish", str(path)]
        subprocess.run(publish, env=environment(settings=settings), check=True)
        with running(*[["worker"]] * workers, settings=settings):
            return timed(url, count)


def memory(folder: Path, path: Path, count: int) -> list[tuple[int, float]]:
    """The resident memory of one worker in MB at some numbers of articles."""
    url = ready(folder, "memory")
    found = []
    with (
        running(["ingest", str(path)], settings={"STORE_URL": url, "PROCESSES": "1"}) as (process,),
        open_store(url) as store,
    ):
        for wanted in range(count // 5, count + 1, count // 5):
            while (stored := stored_in(store)) < wanted:
                time.sleep(LOOK)
            try:
                found.append((stored, resident(process)))
            except OSError:  # it has ended
                break
    return found


def resident(process: int) -> float:
    for line in Path(f"/proc/{process}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise ProcessLookupError(process)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=1000)
    parser.add_argument("--memory-articles", type=int, default=2500)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = folder / "news.jsonl"
        path.write_text("".join(news(options.articles)), "utf-8")
        speeds = {}
        for label, run, number in (
            ("one process", embedded, 1),
            ("two processes", embedded, 2),
            ("queue, one worker", queued, 1),
            ("queue, two workers", queued, 2),
        ):
            speeds[label] = run(folder, path, options.articles, number)
            print(f"{label:20} {speeds[label]:8.1f} articles/s", flush=True)
        one, two, queue_one, queue_two = speeds.values()
        print(f"two processes / one          {two / one:.2f}")
        print(f"two workers / one            {queue_two / queue_one:.2f}")
        print(f"queue, one worker / embedded {queue_one / one:.2f}")
        path.write_text("".join(news(options.memory_articles)), "utf-8")
        for articles, size in memory(folder, path, options.memory_articles):
            print(f"memory after {articles:6} articles {size:7.0f} MB", flush=True)


if __name__ == "__main__":
    main()

"""Is the whole pipeline as fast as parsing alone, and is its memory flat?

Codes articles and writes them to SQLite, against plain `nlp.pipe` of the same model and batch
size with all its components, over the same articles. The two take turns in one process, a few
batches each, so that a noisy machine slows both. Memory is measured in a process of its own.

    python -m bench.pipeline --articles 100
"""

import argparse
import cProfile
import json
import pstats
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

import spacy
from spacy.language import Language

from graph.factory import open_store
from graph.model import Article
from graph.reference import load_reference
from graph.store import Batch, Store
from ingest.nlp import BATCH_SIZE, DEFAULT_MODEL
from ingest.pipeline import Pipeline
from ingest.worker import BATCH_SIZE as CHUNK
from ingest.worker import write_reference

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared"
TURN = 4 * CHUNK
"""Articles in one turn: a whole number of transactions and of parser batches."""
FLOORS = {"current_events_days_1500": 1.0, "wikinews_2019_2020": 2.5}
TOLERANCE = 1.10
LIMIT_MB = 900


@dataclass
class Timed:
    """What one side took."""

    wall: float = 0.0
    cpu: float = 0.0

    def __enter__(self) -> None:
        self.wall -= time.perf_counter()
        self.cpu -= time.process_time()

    def __exit__(self, *_: object) -> None:
        self.wall += time.perf_counter()
        self.cpu += time.process_time()


def read(path: Path, count: int | None) -> list[Article]:
    with path.open(encoding="utf-8") as file:
        return [_article(json.loads(line)) for line in islice(file, count)]


def _article(row: dict[str, str]) -> Article:
    return Article(
        text=row["text"],
        title=row["title"],
        url=row["url"],
        publisher=row["source"],
        published_at=datetime.fromisoformat(row["date"]).replace(tzinfo=UTC),
    )


def parts(articles: Sequence[Article], size: int) -> Iterator[Sequence[Article]]:
    for start in range(0, len(articles), size):
        yield articles[start : start + size]


def ingest(pipeline: Pipeline, store: Store, articles: Sequence[Article]) -> int:
    """Code and write as the worker does; return how many new events the articles gave."""
    new = 0
    for chunk in parts(articles, CHUNK):
        coded = list(pipeline.process_many(chunk))
        events = [event for item in coded for event in item.events]
        problems = [problem for item in coded for problem in item.problems]
        new += store.write(Batch(chunk, events, problems)).events
    return new


def parse(nlp: Language, articles: Sequence[Article]) -> None:
    for _ in nlp.pipe((article.text for article in articles), batch_size=BATCH_SIZE):
        pass


def fresh_store(folder: str, name: str) -> Store:
    store = open_store(f"sqlite:///{folder}/{name}.db")
    store.migrate()
    write_reference(store, load_reference())
    return store


def speed(name: str, articles: Sequence[Article], pipeline: Pipeline, nlp: Language) -> bool:
    """Print both speeds and their ratio; tell whether it is at its floor."""
    ours, plain, events = Timed(), Timed(), 0
    with tempfile.TemporaryDirectory() as folder, fresh_store(folder, name) as store:
        for turn in parts(articles, TURN):
            with ours:
                events += ingest(pipeline, store, turn)
            with plain:
                parse(nlp, turn)
    floor = FLOORS.get(name, 0.0)
    ratio = plain.cpu / ours.cpu
    print(f"{name}: {len(articles)} articles, {events} events")
    for label, side in (("whole pipeline", ours), ("plain nlp.pipe", plain)):
        print(f"  {label}: {len(articles) / side.wall:8.1f} articles/s, cpu {side.cpu:.2f} s")
    print(f"  ratio: {ratio:.2f} by cpu, {plain.wall / ours.wall:.2f} by clock (floor {floor})")
    return ratio >= floor


def profile(articles: Sequence[Article], pipeline: Pipeline, rows: int) -> None:
    """Print where our part of the time goes, by the own time of each function."""
    recorder = cProfile.Profile()
    with tempfile.TemporaryDirectory() as folder, fresh_store(folder, "profile") as store:
        recorder.runcall(ingest, pipeline, store, articles)
    stats = pstats.Stats(recorder).sort_stats("tottime")
    stats.print_stats(f"{re.escape(str(ROOT))}/(ingest|graph)/|sqlite3", rows)


def remember(articles: Sequence[Article]) -> None:
    """Print the peak memory in MB after the first half and at the end."""
    pipeline = Pipeline()
    half = len(articles) // 2 or 1
    with tempfile.TemporaryDirectory() as folder, fresh_store(folder, "memory") as store:
        for part in (articles[:half], articles[half:]):
            ingest(pipeline, store, part)
            print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)


def memory(path: Path, count: int) -> bool:
    """Print the two peaks of a process of its own; tell whether they are low and flat."""
    command = [sys.executable, "-m", "bench.pipeline", "--remember", str(path)]
    command += ["--articles", str(count)]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    first, both = map(int, output.split())
    growth = both / first
    print(f"{path.stem}: peak memory {first} MB in the first half, {both} MB in all, {growth:.2f}")
    return both <= LIMIT_MB and growth <= TOLERANCE


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--articles", type=int, help="of each corpus; all if not given")
    parser.add_argument("--shared", type=Path, default=SHARED, help="the folder of shared data")
    parser.add_argument("--profile", type=int, metavar="ROWS", help="print the slowest functions")
    parser.add_argument("--remember", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.remember:
        remember(read(options.remember, options.articles))
        return 0
    paths = [options.shared / "corpus" / f"{name}.jsonl" for name in FLOORS]
    missing = [path for path in paths if not path.is_file()]
    if missing:
        print(f"no {missing[0]}; name the folder with --shared", file=sys.stderr)
        return 2
    corpora = {path: read(path, options.articles) for path in paths}
    # Memory first: a process starts with the peak of the one that started it.
    good = True
    for path, articles in corpora.items():
        good &= memory(path, len(articles))
    pipeline, nlp = Pipeline(), spacy.load(DEFAULT_MODEL)
    for path, articles in corpora.items():
        good &= speed(path.stem, articles, pipeline, nlp)
        if options.profile:
            profile(articles, pipeline, options.profile)
    print("all floors are met" if good else "a floor is missed")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())

"""How fast does the embedded store write, and do its answers stay fast as it grows?

Writes seeded synthetic events (200 states with Zipf weights, 10 years, oldest first as a feed
brings them) in batches of 1,000, and asks for the ties and the alliances of the busiest actor at
each size. Prints events a second, median and 95th percentile, and the ratio to the smallest size.

    python -m bench.store --sizes 10000,100000,1000000
"""

import argparse
import random
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate, islice
from pathlib import Path

from graph.alliances import Part, alliances
from graph.model import (
    Actor,
    ActorKind,
    Article,
    Event,
    EventDate,
    Evidence,
    Span,
    Status,
)
from graph.ontology import load_ontology
from graph.reference.types import Reference
from graph.store import Batch, EventQuery, TieQuery
from graph.stores.sqlite import SqliteStore

STATES, YEARS, BATCH, FIRST = 200, 10, 1000, date(2015, 1, 1)
LAST = FIRST + timedelta(days=365 * YEARS)
PUBLISHERS = [f"Publisher {n}" for n in range(40)]


def actors() -> list[Actor]:
    """States S00 (the busiest) to S199."""
    return [Actor(f"S{n:02}", f"State {n}", ActorKind.STATE, f"S{n:02}") for n in range(STATES)]


def reports(count: int, seed: int = 7) -> Iterator[tuple[Article, Event]]:
    """Yield `count` articles with one event each, by day."""
    pick = random.Random(seed)
    states = actors()
    weights = list(accumulate(1 / rank for rank in range(1, STATES + 1)))
    relations = list(load_ontology().relations)
    statuses = [Status.ASSERTED] * 16 + [Status.PLANNED] * 3 + [Status.NEGATED]
    for n in range(count):
        day = FIRST + timedelta(days=n * 365 * YEARS // count)
        source, target = pick.choices(states, cum_weights=weights, k=2)
        while target is source:
            target = pick.choices(states, cum_weights=weights)[0]
        relation = pick.choice(relations)
        text = f"{source.name} and {target.name} were in the news for {relation}, report {n}."
        published = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
        article = Article(
            text=text,
            title=f"Report {n}",
            url=f"https://example.org/{n}",
            publisher=pick.choice(PUBLISHERS),
            published_at=published,
            fetched_at=published,
            language="en",
        )
        evidence = Evidence(
            article_id=article.id,
            sentence=Span(0, len(text)),
            quote=text,
            trigger=Span(text.index(relation), text.index(relation) + len(relation)),
            trigger_text=relation,
            source_span=Span(0, len(source.name)),
            target_span=Span(len(source.name) + 5, len(source.name) + 5 + len(target.name)),
            extractor="bench",
            rule="bench",
            confidence=round(pick.uniform(0.5, 1.0), 2),
        )
        yield (
            article,
            Event(
                source=source,
                relation=relation,
                target=target,
                status=pick.choice(statuses),
                event_date=EventDate.day(day),
                reported_on=day,
                evidence=(evidence,),
            ),
        )


def fill(store: SqliteStore, count: int) -> tuple[float, float, int]:
    """Write `count` reports; return wall and CPU seconds of `write`, and the events stored."""
    rows = reports(count)
    wall, cpu, events = 0.0, 0.0, 0
    while chunk := list(islice(rows, BATCH)):
        batch = Batch(
            articles=[article for article, _ in chunk], events=[event for _, event in chunk]
        )
        start, busy = time.perf_counter(), time.process_time()
        events += store.write(batch).events
        wall += time.perf_counter() - start
        cpu += time.process_time() - busy
    return wall, cpu, events


def timed(ask: Callable[[], object], rounds: int) -> tuple[float, float]:
    """Return median and 95th percentile of `rounds` calls in milliseconds."""
    times = []
    ask()
    for _ in range(rounds):
        start = time.perf_counter()
        ask()
        times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times), sorted(times)[int(len(times) * 0.95)]


def stored_bytes(path: Path) -> int:
    """Return the size of the database, with what still stands in its write-ahead log."""
    with closing(sqlite3.connect(path)) as raw:
        pages = raw.execute("PRAGMA page_count").fetchone()[0]
        return int(pages * raw.execute("PRAGMA page_size").fetchone()[0])


def measure(folder: Path, size: int, rounds: int) -> dict[str, tuple[float, float]]:
    """Fill a new store and time each question; print the speed of writing."""
    with SqliteStore(folder / f"{size}.db") as store:
        store.migrate()
        wall, cpu, events = fill(store, size)
        megabytes = stored_bytes(store.path) / 1e6
        print(
            f"{size:>9,}: {events / wall:,.0f} events/s written "
            f"({events / cpu:,.0f} per CPU second), {megabytes:,.0f} MB"
        )
        return {name: timed(ask, rounds) for name, ask in questions(store).items()}


def questions(store: SqliteStore) -> dict[str, Callable[[], object]]:
    """What is asked about the busiest actor. `ties` is slower with another half-life, which takes
    months for years, and slowest with `min_confidence`, which reads the events."""
    nobody = Reference({}, {}, {}, (), {}, {}, (), LAST)
    earlier = LAST - timedelta(days=380)
    return {
        "ties": lambda: store.ties("S00", TieQuery(LAST)),
        "ties, a year ago": lambda: store.ties("S00", TieQuery(earlier)),
        "ties, another half-life": lambda: store.ties("S00", TieQuery(LAST, half_life_days=365.0)),
        "alliances, scores alone": lambda: alliances(
            store, nobody, "S00", LAST, include=frozenset({Part.OBSERVED})
        ),
        "alliances, 20 with proofs": lambda: alliances(store, nobody, "S00", LAST),
        "events, first page": lambda: store.events(EventQuery(actor="S00")),
        "ties, min_confidence": lambda: store.ties("S00", TieQuery(LAST, min_confidence=0.6)),
    }


def main() -> None:
    """Read the options, measure every size, print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--sizes", default="10000,100000,1000000")
    parser.add_argument("--rounds", type=int, default=21)
    parser.add_argument("--folder", type=Path, help="where the databases go; removed afterwards")
    options = parser.parse_args()
    sizes = [int(size) for size in options.sizes.split(",")]
    first: dict[str, tuple[float, float]] = {}
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        for size in sizes:
            found = measure(Path(folder), size, options.rounds)
            first = first or found
            for name, (median, high) in found.items():
                ratio = median / first[name][0]
                print(f"{name:>30}: median {median:8.2f} ms, p95 {high:8.2f} ms, {ratio:6.1f}x")


if __name__ == "__main__":
    main()

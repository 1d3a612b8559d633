"""How long do the questions of the reading API take, and do they stay fast as the store grows?

Fills stores as bench.store does and asks each question at each size. Prints the median in
milliseconds and the ratio to the smallest size. Questions about one or two actors are asked of
actors drawn at random; those about the whole graph read the sums of pairs.

    python -m bench.reads --sizes 10000,100000,1000000
"""

import argparse
import random
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import cycle
from pathlib import Path

from bench.store import LAST, STATES, actors, fill, timed
from graph.alliances import Choice, Order, Part, alliances
from graph.analytics import blocs
from graph.articles import ArticleQuery
from graph.network import network
from graph.paths import paths
from graph.reference import load_reference
from graph.store import Bucket, EventQuery, TieQuery
from graph.stores.sqlite import SqliteStore
from graph.timeline import DyadQuery, dyad

DRAWN = 100


def questions(store: SqliteStore) -> dict[str, tuple[Callable[[], object], int]]:
    """Each question with how often it is asked; random actors are drawn anew for each asking."""
    reference, query = load_reference(), TieQuery(LAST)
    pick = random.Random(5)
    ids = [actor.id for actor in actors()]
    drawn = cycle([pick.sample(ids, 2) for _ in range(DRAWN)])
    scores = frozenset({Part.FORMAL, Part.OBSERVED})
    against = Choice(order=Order.MOST_HOSTILE, hostile=True)

    def one() -> str:
        return next(drawn)[0]

    def two() -> tuple[str, str]:
        first, second = next(drawn)
        return first, second

    return {
        "alliances, scores": (
            lambda: alliances(store, reference, one(), LAST, include=scores),
            DRAWN,
        ),
        "alliances, 20 partners quoted": (lambda: alliances(store, reference, one(), LAST), DRAWN),
        "adversaries, 20 partners quoted": (
            lambda: alliances(store, reference, one(), LAST, choice=against),
            DRAWN,
        ),
        "a dyad by month": (lambda: dyad(store, reference, *two(), DyadQuery(LAST)), DRAWN),
        "timeline of an actor": (
            lambda: store.timeline(EventQuery(actor=one()), Bucket.MONTH),
            DRAWN,
        ),
        "timeline of everything": (lambda: store.timeline(EventQuery(), Bucket.YEAR), 3),
        "relations of an actor": (lambda: store.relations(EventQuery(actor=one())), DRAWN),
        "articles": (lambda: store.list_articles(ArticleQuery()), 20),
        "every tie": (lambda: network(store, query), 5),
        "paths": (lambda: paths(store, network(store, query), two(), query), 5),
        "blocs": (lambda: blocs(network(store, query)), 5),
    }


@contextmanager
def filled(size: int) -> Iterator[SqliteStore]:
    with (
        tempfile.TemporaryDirectory(prefix="westphalia-bench-") as folder,
        SqliteStore(Path(folder) / "graph.db") as store,
    ):
        store.migrate()
        fill(store, size)
        yield store


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="10000,100000")
    sizes = [int(size) for size in parser.parse_args().sizes.split(",")]
    smallest: dict[str, float] = {}
    for size in sizes:
        print(f"{size:,} events between {STATES} states")
        with filled(size) as store:
            for name, (ask, rounds) in questions(store).items():
                median, late = timed(ask, rounds)
                ratio = median / smallest.setdefault(name, median)
                print(f"  {name:32} {median:8.1f} ms, 95 % {late:8.1f} ms, ratio {ratio:.1f}")


if __name__ == "__main__":
    main()

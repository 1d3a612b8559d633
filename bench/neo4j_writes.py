"""How fast does the Neo4j store write, against what the driver can do at best and at worst?

The same events, in batches of 1,000, are written three ways into a server of its own: by the store;
by bare UNWINDs that create articles, events and their relationships and look nothing up but the
actors; and by one MERGE for each triple, as programs without a batch do (of a part only, it is
slow). Prints events a second and the ratios.

    python -m bench.neo4j_writes --events 50000
"""

import argparse
import time
from collections.abc import Callable, Iterator
from itertools import islice

from neo4j import Driver, GraphDatabase

from bench.store import actors, reports
from graph.access import Access
from graph.model import Article, Event, NamedActor
from graph.store import Batch
from graph.stores.neo4j import Neo4jStore
from tests.neo4j_server import LTS, running

BATCH = 1000
Chunk = list[tuple[Article, Event]]

_EMPTY = "MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 5000 ROWS"
_BARE = """
UNWIND $rows AS row
MATCH (s:Actor {id: row.source}) MATCH (t:Actor {id: row.target})
CREATE (a:Article) SET a = row.article
CREATE (e:Event) SET e = row.event
CREATE (s)-[:SOURCE_OF]->(e) CREATE (e)-[:TARGETS]->(t)
CREATE (e)-[v:EVIDENCED_BY]->(a) SET v.quote = row.quote
"""
_TRIPLE = """
MERGE (s:Actor {id: $source}) MERGE (t:Actor {id: $target})
MERGE (s)-[r:RELATED {relation: $relation}]->(t)
SET r.events = coalesce(r.events, 0) + 1
"""


def chunks(count: int) -> Iterator[Chunk]:
    rows = reports(count)
    while chunk := list(islice(rows, BATCH)):
        yield chunk


def by_store(store: Neo4jStore, chunk: Chunk) -> None:
    store.write(Batch([article for article, _ in chunk], [event for _, event in chunk]))


def by_unwind(driver: Driver, chunk: Chunk) -> None:
    rows = [
        {
            "source": event.source.id,
            "target": event.target.id if event.target else "",
            "article": {"id": article.id, "name": article.title, "text": article.text},
            "event": {"id": event.id, "relation": event.relation, "day": event.day},
            "quote": event.evidence[0].quote,
        }
        for article, event in chunk
    ]
    driver.execute_query(_BARE, rows=rows)


def by_triple(driver: Driver, chunk: Chunk) -> None:
    for _, event in chunk:
        if event.target is not None:
            driver.execute_query(
                _TRIPLE,
                source=event.source.id,
                target=event.target.id,
                relation=event.relation,
            )


def speed(count: int, write: Callable[[Chunk], None]) -> float:
    """Return events a second; making the events is not counted."""
    seconds = 0.0
    for chunk in chunks(count):
        start = time.perf_counter()
        write(chunk)
        seconds += time.perf_counter() - start
    return count / seconds


def prepare(driver: Driver, store: Neo4jStore) -> None:
    """An empty database with the store's schema and the actors."""
    with driver.session() as session:
        session.run(_EMPTY).consume()
    store.migrate()
    store.write_actors([NamedActor(actor) for actor in actors()])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--events", type=int, default=50_000)
    options = parser.parse_args()
    count = options.events
    with (
        running(LTS, options=()) as server,
        GraphDatabase.driver(
            server.uri, auth=("neo4j", server.password), notifications_min_severity="OFF"
        ) as driver,
        Neo4jStore(server.uri, Access("neo4j", server.password)) as store,
    ):
        ways: dict[str, tuple[int, Callable[[Chunk], None]]] = {
            "bare UNWIND": (count, lambda chunk: by_unwind(driver, chunk)),
            "the store": (count, lambda chunk: by_store(store, chunk)),
            "one MERGE a triple": (max(count // 25, 1), lambda chunk: by_triple(driver, chunk)),
        }
        prepare(driver, store)
        for _, (_, write) in ways.items():
            speed(min(2 * BATCH, count), write)  # Java is slow until it is warm
        first = 0.0
        for name, (size, write) in ways.items():
            prepare(driver, store)
            found = speed(size, write)
            first = first or found
            print(f"{name:>20}: {found:8,.0f} events/s of {size:,}, {found / first:6.2f}x")


if __name__ == "__main__":
    main()

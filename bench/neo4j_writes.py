"""How fast does the Neo4j store write, against what the driver can do at best and at worst?

The same events, in the same batches, are written four ways into a server of its own:

* the least: a bare UNWIND of maps that creates articles and events with an id and little more
  (3 properties each, a quote on the edge) and looks nothing up but the actors;
* the same rows: a bare UNWIND of maps that creates every node and relationship which the store
  makes of an article and its event, with all their properties: the event, the article, the records
  beside them, who did it to whom, the evidence with its offsets. It asks for nothing that is there
  already, keeps no readable layer, no sums and no counts, and takes no turn;
* the store: the same rows, with everything that the bare statements leave out;
* one MERGE for each triple, as programs without a batch do (of a part only, it is slow).

Making events, and of the bare ways the maps, is not counted; what the store works out is. Prints
events a second and their ratios.

    python -m bench.neo4j_writes --events 50000
"""

import argparse
import time
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any, TypeVar

from neo4j import Driver, GraphDatabase

from bench.store import actors, reports
from graph.access import Access
from graph.model import Article, Event, NamedActor
from graph.store import Batch
from graph.stores.neo4j import Neo4jStore
from graph.stores.neo4j_rows import (
    Claim,
    Witness,
    article_node,
    article_record,
    event_node,
    event_record,
    evidence_edge,
)
from tests.neo4j_server import LTS, running

BATCH, WARM = 1000, 15_000
Chunk = list[tuple[Article, Event]]
Maps = list[dict[str, Any]]
T = TypeVar("T")
LEAST, SAME, STORE = "the least", "the same rows", "the store"
TRIPLES = "a MERGE a triple"

_EMPTY = "MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 5000 ROWS"
_BARE = """
UNWIND $rows AS row
MATCH (s:Actor {id: row.source}) MATCH (t:Actor {id: row.target})
CREATE (a:Article) SET a = row.article
CREATE (e:Event) SET e = row.event
CREATE (s)-[:SOURCE_OF]->(e) CREATE (e)-[:TARGETS]->(t)
CREATE (e)-[v:EVIDENCED_BY]->(a) SET v.quote = row.quote
"""
_SAME = """
UNWIND $rows AS row
MATCH (s:Actor {id: row.source}) MATCH (t:Actor {id: row.target})
CREATE (a:Article) SET a = row.article
CREATE (ar:ArticleRecord) SET ar = row.article_record
CREATE (e:Event) SET e = row.event
CREATE (er:EventRecord) SET er = row.event_record
CREATE (s)-[:SOURCE_OF {country: row.source_country}]->(e)
CREATE (e)-[:TARGETS {country: row.target_country}]->(t)
CREATE (e)-[v:EVIDENCED_BY]->(a) SET v = row.evidence
"""
_TRIPLE = """
MERGE (s:Actor {id: $source}) MERGE (t:Actor {id: $target})
MERGE (s)-[r:RELATED {relation: $relation}]->(t)
SET r.events = coalesce(r.events, 0) + 1
"""


def chunks(count: int, batch: int = BATCH) -> Iterator[Chunk]:
    rows = reports(count)
    while chunk := list(islice(rows, batch)):
        yield chunk


def by_store(store: Neo4jStore, chunk: Chunk) -> None:
    store.write(Batch([article for article, _ in chunk], [event for _, event in chunk]))


def least(chunks: Iterable[Chunk]) -> Iterator[Maps]:
    """What the least of the bare statements takes."""
    for chunk in chunks:
        yield [
            {
                "source": event.source.id,
                "target": event.target.id if event.target else "",
                "article": {"id": article.id, "name": article.title, "text": article.text},
                "event": {"id": event.id, "relation": event.relation, "day": event.day},
                "quote": event.evidence[0].quote,
            }
            for article, event in chunk
        ]


def same(chunks: Iterable[Chunk]) -> Iterator[Maps]:
    """What the bare statement of all rows takes; of reports of one event the first."""
    seen: set[str] = set()
    for chunk in chunks:
        rows = []
        for article, event in chunk:
            if event.id not in seen and event.target is not None:
                seen.add(event.id)
                rows.append(_row(article, event, len(seen)))
        yield rows


def _row(article: Article, event: Event, number: int) -> dict[str, Any]:
    claim = Claim(
        number,
        event.id,
        event.source,
        event.relation,
        event.status,
        event.target,
        event.event_date,
        event.day,
    )
    witness = Witness(event.evidence[0], article.publisher, event.reported_on)
    return {
        "source": event.source.id,
        "source_country": event.source.country,
        "target": event.target.id if event.target else "",
        "target_country": event.target.country if event.target else None,
        "article": article_node(article, number),
        "article_record": article_record(article.id, article, number, "bench 1"),
        "event": event_node(claim, [witness]),
        "event_record": event_record(claim),
        "evidence": evidence_edge(witness),
    }


def by_triple(driver: Driver, chunk: Chunk) -> None:
    for _, event in chunk:
        if event.target is not None:
            driver.execute_query(
                _TRIPLE,
                source=event.source.id,
                target=event.target.id,
                relation=event.relation,
            )


def speed(count: int, rows: Iterable[T], write: Callable[[T], object]) -> float:
    """Return events a second; making the rows is not counted."""
    seconds = 0.0
    for row in rows:
        start = time.perf_counter()
        write(row)
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
    parser.add_argument("--batch", type=int, default=BATCH, help="events in one transaction")
    options = parser.parse_args()
    count, batch = options.events, options.batch
    with (
        running(LTS, options=()) as server,
        GraphDatabase.driver(
            server.uri, auth=("neo4j", server.password), notifications_min_severity="OFF"
        ) as driver,
        Neo4jStore(server.uri, Access("neo4j", server.password)) as store,
    ):

        def run(name: str, size: int) -> float:
            prepare(driver, store)
            if name == LEAST:
                rows = least(chunks(size, batch))
                return speed(size, rows, lambda rows: driver.execute_query(_BARE, rows=rows))
            if name == SAME:
                rows = same(chunks(size, batch))
                return speed(size, rows, lambda rows: driver.execute_query(_SAME, rows=rows))
            if name == STORE:
                return speed(size, chunks(size, batch), lambda chunk: by_store(store, chunk))
            return speed(size, chunks(size), lambda chunk: by_triple(driver, chunk))

        for name in (LEAST, SAME, STORE):
            run(name, min(WARM, count))  # Java is slow until it is warm
        found = {name: run(name, count) for name in (LEAST, SAME, STORE)}
        found[TRIPLES] = run(TRIPLES, max(count // 25, 1))
    for name, rate in found.items():
        ratios = "  ".join(
            f"{rate / found[other]:6.2f}x {other}" for other in (LEAST, SAME, TRIPLES)
        )
        print(f"{name:>18}: {rate:7,.0f} events/s  {ratios}")


if __name__ == "__main__":
    main()

"""How fast are the alliances of the busiest actor, against a Cypher query written by hand?

Writes synthetic events (`bench.store`) into a server of its own and asks in turns, through the
port, for the default answer (scores, words and quotes of 20 partners) and for the scores alone; and
through the driver, for the faded sums of weights by partner, as someone would write it who has
these events in Neo4j and nothing else. That query finds no quotes, tells no trend, and takes no
care of what is written meanwhile. Prints median and 95th percentile, and ratios to the query.

    python -m bench.neo4j_alliances --events 100000
"""

import argparse
import statistics
import time
from collections.abc import Callable
from datetime import timedelta

from neo4j import Driver, GraphDatabase

from bench.neo4j_writes import by_store, chunks, prepare
from bench.store import LAST
from graph.access import Access
from graph.alliances import Part, alliances
from graph.reference.types import Reference, State
from graph.store import HALF_LIFE_DAYS, TieQuery
from graph.stores.neo4j import Neo4jStore
from tests.neo4j_server import CURRENT, LTS, running

BUSIEST = "S00"
_BUSIEST = State(BUSIEST, "S0", "State 0", "", (), (), (), "", (), (), (), ())
_BY_HAND = """
MATCH (a:Actor {id: $actor})
CALL (a) {
    MATCH (a)-[:SOURCE_OF]->(e:Event)-[:TARGETS]->(p:Actor) RETURN e, p
    UNION ALL
    MATCH (a)<-[:TARGETS]-(e:Event)<-[:SOURCE_OF]-(p:Actor) RETURN e, p
}
WITH e, p WHERE e.event_type IS NOT NULL AND e.day <= $as_of
WITH p, e, 0.5 ^ (duration.inDays(date.truncate('month', e.day), $month).days / $half_life) AS fade
WITH p, count(*) AS events, min(e.day) AS first, max(e.day) AS last,
    sum(CASE WHEN e.weight > 0 THEN e.weight * fade ELSE 0.0 END) AS friendly,
    sum(CASE WHEN e.weight < 0 THEN -e.weight * fade ELSE 0.0 END) AS hostile
RETURN p.id, p.name, friendly, hostile, events, first, last
"""


def by_hand(driver: Driver) -> dict[str, tuple[float, float, int]]:
    """Return cooperation, conflict and events by partner."""
    rows, _, _ = driver.execute_query(
        _BY_HAND,
        actor=BUSIEST,
        as_of=LAST,
        month=LAST.replace(day=1),
        half_life=HALF_LIFE_DAYS,
    )
    return {row[0]: (row[2], row[3], row[4]) for row in rows}


def same_answer(driver: Driver, store: Neo4jStore) -> None:
    """Raise AssertionError unless both say the same."""
    wanted = by_hand(driver)
    found = {tie.partner.id: tie for tie in store.ties(BUSIEST, TieQuery(LAST))}
    assert found.keys() == wanted.keys()
    for key, (friendly, hostile, events) in wanted.items():
        assert abs(found[key].cooperation - friendly) < 1e-3, key
        assert abs(found[key].conflict - hostile) < 1e-3, key
        assert found[key].events == events, key


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--events", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=60)
    parser.add_argument("--current", action="store_true", help="the current line, not the LTS")
    options = parser.parse_args()
    known = Reference({BUSIEST: _BUSIEST}, {}, {}, (), {}, {}, (), LAST)
    alone = frozenset({Part.OBSERVED})
    earlier = LAST - timedelta(days=500)
    with (
        running(CURRENT if options.current else LTS, options=()) as server,
        GraphDatabase.driver(
            server.uri, auth=("neo4j", server.password), notifications_min_severity="OFF"
        ) as driver,
        Neo4jStore(server.uri, Access("neo4j", server.password)) as store,
    ):
        prepare(driver, store)
        for chunk in chunks(options.events):
            by_store(store, chunk)
        same_answer(driver, store)
        ways: dict[str, Callable[[], object]] = {
            "by hand": lambda: by_hand(driver),
            "alliances": lambda: alliances(store, known, BUSIEST, LAST),
            "alliances, scores alone": lambda: alliances(
                store, known, BUSIEST, LAST, include=alone
            ),
            "ties": lambda: store.ties(BUSIEST, TieQuery(LAST)),
            "ties, an earlier day": lambda: store.ties(BUSIEST, TieQuery(earlier)),
        }
        times: dict[str, list[float]] = {name: [] for name in ways}
        for turn in range(options.rounds + 10):
            for name, ask in ways.items():
                start = time.perf_counter()
                ask()
                if turn >= 10:  # Java is slow until it is warm
                    times[name].append((time.perf_counter() - start) * 1000)
    first = statistics.median(times["by hand"])
    for name, found in times.items():
        median, high = statistics.median(found), sorted(found)[int(len(found) * 0.95)]
        print(f"{name:>24}: median {median:7.1f} ms, p95 {high:7.1f} ms, {median / first:5.2f}x")


if __name__ == "__main__":
    main()

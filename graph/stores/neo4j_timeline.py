"""Sums over the events of a query: by calendar period, and by relation.

Imports only `errors`, `store` (its types) and siblings.
"""

from graph.errors import InvalidInput
from graph.store import Bucket, EventQuery, RelationUse, Tally
from graph.stores.buckets import Sums, in_buckets
from graph.stores.neo4j_queries import select
from graph.stores.neo4j_session import Work


def timeline(work: Work, query: EventQuery, bucket: Bucket) -> tuple[Tally, ...]:
    """Return one Tally for each bucket that holds events, earliest first."""
    found = select(work, query)
    statement = f"{found.match} WITH DISTINCT e WHERE {found.where} {_BY_DAY}"
    rows = work.rows(statement, **found.values)
    return in_buckets(((row[0], Sums(*row[1:])) for row in rows), bucket)


def relations(work: Work, query: EventQuery) -> tuple[RelationUse, ...]:
    """Return the relations in which the actor of the query appears, by relation, outgoing first."""
    if query.actor is None:
        raise InvalidInput("relations are asked for of an actor")
    found = select(work, query)
    statement = f"{found.match} WITH DISTINCT e WHERE {found.where} {_BY_RELATION}"
    return tuple(RelationUse(*row) for row in work.rows(statement, **found.values))


_BY_DAY = """
WITH e WHERE e.day IS NOT NULL
RETURN e.day, count(*), sum(CASE e.status WHEN 'planned' THEN 1 ELSE 0 END),
    sum(CASE WHEN e.weight > 0 THEN 1 ELSE 0 END), sum(CASE WHEN e.weight < 0 THEN 1 ELSE 0 END),
    sum(CASE WHEN e.weight > 0 THEN e.weight ELSE 0.0 END),
    sum(CASE WHEN e.weight < 0 THEN -e.weight ELSE 0.0 END)
ORDER BY e.day
"""
_BY_RELATION = """
CALL (e) {
    WITH e WHERE EXISTS { (e)<-[:SOURCE_OF]-(:Actor {id: $actor}) }
        OR EXISTS { (e)-[:VIA {side: 'source'}]->(:Actor {id: $actor}) }
    OPTIONAL MATCH (e)-[:TARGETS]->(p:Actor) RETURN true AS outgoing, p.id AS partner
    UNION ALL
    WITH e WHERE EXISTS { (e)-[:TARGETS]->(:Actor {id: $actor}) }
        OR EXISTS { (e)-[:VIA {side: 'target'}]->(:Actor {id: $actor}) }
    MATCH (e)<-[:SOURCE_OF]-(p:Actor) RETURN false AS outgoing, p.id AS partner
}
RETURN e.relation AS relation, outgoing, count(*),
    sum(CASE e.status WHEN 'planned' THEN 1 ELSE 0 END), count(DISTINCT partner), min(e.day),
    max(e.day)
ORDER BY relation, outgoing DESC
"""

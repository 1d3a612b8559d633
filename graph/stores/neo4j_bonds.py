"""The ties of all actors at once, or of those among some.

Masses are summed by month, so that each month fades once. Imports only `errors`, `store` (its
types) and siblings.
"""

from collections.abc import Sequence
from datetime import date

from graph.errors import InvalidInput
from graph.store import Bond, TieQuery
from graph.stores.neo4j_session import Work


def bonds(work: Work, query: TieQuery, among: Sequence[str] | None) -> tuple[Bond, ...]:
    """Return the ties of every actor, ordered by actor and partner; see `Store.bonds`."""
    if not query.half_life_days > 0:
        raise InvalidInput(f"a half-life must be above 0 days, not {query.half_life_days}")
    rows = work.rows(
        _BONDS if among is None else _BONDS_AMONG,
        among=sorted(among or ()),
        month=query.as_of.replace(day=1),
        half_life=float(query.half_life_days),
        since=query.since or date.min,
        as_of=query.as_of,
        confidence=query.min_confidence,
    )
    return tuple(Bond(*row) for row in rows)


_COUNTED = """e.day >= $since AND e.day <= $as_of AND e.event_type IS NOT NULL
        AND e.confidence >= $confidence"""
_SUMS = """
WITH a, p, date.truncate('month', e.day) AS month,
    sum(CASE WHEN e.weight > 0 THEN e.weight ELSE 0.0 END) AS friendly,
    sum(CASE WHEN e.weight < 0 THEN -e.weight ELSE 0.0 END) AS hostile,
    count(*) AS events, sum(CASE e.status WHEN 'planned' THEN 1 ELSE 0 END) AS planned,
    min(e.day) AS first, max(e.day) AS last
WITH *, 0.5 ^ (duration.inDays(month, $month).days / $half_life) AS fade
RETURN a.id AS id, p.id AS partner, sum(friendly * fade), sum(hostile * fade), sum(events),
    sum(planned), min(first), max(last)
ORDER BY id, partner
"""
_PARTNERS = f"""
    MATCH (a)-[:SOURCE_OF]->(e:Event)-[:TARGETS]->(p:Actor) WHERE {_COUNTED} RETURN e, p
    UNION ALL
    MATCH (a)<-[:TARGETS]-(e:Event)<-[:SOURCE_OF]-(p:Actor) WHERE {_COUNTED} RETURN e, p
    UNION ALL
    MATCH (a)<-[:VIA {{side: 'source'}}]-(e:Event)-[:TARGETS]->(p:Actor)
    WHERE {_COUNTED} AND p <> a AND NOT EXISTS {{ (a)-[:SOURCE_OF]->(e) }} RETURN e, p
    UNION ALL
    MATCH (a)<-[:VIA {{side: 'target'}}]-(e:Event)<-[:SOURCE_OF]-(p:Actor)
    WHERE {_COUNTED} AND p <> a AND NOT EXISTS {{ (a)<-[:TARGETS]-(e) }}
        AND NOT EXISTS {{ (a)<-[:VIA {{side: 'source'}}]-(e) }} RETURN e, p
"""
_BONDS = f"MATCH (a:Actor) CALL (a) {{{_PARTNERS}}} {_SUMS}"
_BONDS_AMONG = f"""
MATCH (a:Actor) WHERE a.id IN $among
CALL (a) {{{_PARTNERS}}} WITH a, e, p WHERE p.id IN $among {_SUMS}
"""

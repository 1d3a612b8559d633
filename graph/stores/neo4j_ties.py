"""Ties and the latest events with partners, summed from the events of one actor.

Masses are summed by month, so that each month fades once. Imports only `mass`, `model`, `errors`,
`store` (its types) and siblings.
"""

from collections.abc import Sequence
from datetime import date, timedelta

from graph.errors import InvalidInput
from graph.mass import RECENT_DAYS
from graph.model import Status
from graph.store import EventHead, Tie, TieQuery
from graph.stores.neo4j_actors import require_actors
from graph.stores.neo4j_rows import Properties, actor_of
from graph.stores.neo4j_session import Work


def ties(work: Work, actor_id: str, query: TieQuery) -> tuple[Tie, ...]:
    """Return one Tie for each partner of the actor, ordered by partner id."""
    if not query.half_life_days > 0:
        raise InvalidInput(f"a half-life must be above 0 days, not {query.half_life_days}")
    require_actors(work, [actor_id])
    rows = work.rows(
        _TIES,
        actor=actor_id,
        month=query.as_of.replace(day=1),
        half_life=float(query.half_life_days),
        recent=_recent_from(query.as_of),
        **_window(query),
    )
    return tuple(
        Tie(
            partner=actor_of(*row[:4]),
            cooperation=row[4],
            conflict=row[5],
            recent_cooperation=row[6],
            recent_conflict=row[7],
            events=row[8],
            planned=row[9],
            first_seen=row[10],
            last_seen=row[11],
        )
        for row in rows
    )


def latest(
    work: Work, actor_id: str, partners: Sequence[str], query: TieQuery, limit: int
) -> dict[str, tuple[EventHead, ...]]:
    """Return the last counted events with each partner, latest first, then by id."""
    require_actors(work, [actor_id, *partners])
    rows = work.rows(
        _LATEST, actor=actor_id, partners=list(partners), limit=limit, **_window(query)
    )
    found: dict[str, list[EventHead]] = {partner: [] for partner in partners}
    for partner, key, relation, status, day, source, target, confidence, weight in rows:
        head = EventHead(key, relation, Status(status), day, source, target, confidence, weight)
        found[partner].append(head)
    return {partner: tuple(heads) for partner, heads in found.items()}


def _window(query: TieQuery) -> Properties:
    return {
        "since": query.since or date.min,
        "as_of": query.as_of,
        "confidence": query.min_confidence,
    }


def _recent_from(as_of: date) -> date:
    if as_of.toordinal() < RECENT_DAYS:
        return date.min
    return as_of - timedelta(days=RECENT_DAYS - 1)


_COUNTED = """e.day >= $since AND e.day <= $as_of AND e.event_type IS NOT NULL
        AND e.confidence >= $confidence"""
_SOURCE_FIRST = f"""
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
"""Every event of `a` that counts, with the principal of the other end: an end comes before a name
on the source's side, and that before one on the target's (`store.Tie`)."""

_TIES = f"""
MATCH (a:Actor {{id: $actor}})
CALL (a) {{{_SOURCE_FIRST}}}
WITH p, date.truncate('month', e.day) AS month,
    sum(CASE WHEN e.weight > 0 THEN e.weight ELSE 0.0 END) AS friendly,
    sum(CASE WHEN e.weight < 0 THEN -e.weight ELSE 0.0 END) AS hostile,
    sum(CASE WHEN e.weight > 0 AND e.day >= $recent THEN e.weight ELSE 0.0 END) AS friendly_now,
    sum(CASE WHEN e.weight < 0 AND e.day >= $recent THEN -e.weight ELSE 0.0 END) AS hostile_now,
    count(*) AS events, sum(CASE e.status WHEN 'planned' THEN 1 ELSE 0 END) AS planned,
    min(e.day) AS first, max(e.day) AS last
WITH *, 0.5 ^ (duration.inDays(month, $month).days / $half_life) AS fade
RETURN p.id AS id, p.name, labels(p), p.country, sum(friendly * fade), sum(hostile * fade),
    sum(friendly_now * fade), sum(hostile_now * fade), sum(events), sum(planned),
    min(first), max(last)
ORDER BY id
"""
_LATEST = f"""
MATCH (a:Actor {{id: $actor}})
CALL (a) {{{_SOURCE_FIRST}}}
WITH e, p WHERE p.id IN $partners
WITH p.id AS partner, e
MATCH (r:EventRecord {{number: e.number}})
WITH partner, e, r ORDER BY r.sort
WITH partner, collect({{event: e, id: r.id}})[..$limit] AS heads
UNWIND heads AS head
WITH partner, head.id AS id, head.event AS e
MATCH (s:Actor)-[:SOURCE_OF]->(e)
OPTIONAL MATCH (e)-[:TARGETS]->(t:Actor)
RETURN partner, id, e.relation, e.status, e.day, s.id, t.id, e.confidence, e.weight
ORDER BY partner, e.day DESC, id
"""

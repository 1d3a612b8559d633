"""The ties of all actors at once, or of those among some.

Every event is walked once, from its source to its target, and once for each who is named for an
end; both directions are put together here. Masses are summed by month, so that each month fades
once. Imports only `errors`, `store` (its types) and siblings.
"""

from collections.abc import Iterable, Sequence
from datetime import date

from graph.errors import InvalidInput
from graph.store import Bond, TieQuery
from graph.stores.neo4j_session import Row, Work


def bonds(work: Work, query: TieQuery, among: Sequence[str] | None) -> tuple[Bond, ...]:
    """Return the ties of every actor, ordered by actor and partner; see `Store.bonds`."""
    if not query.half_life_days > 0:
        raise InvalidInput(f"a half-life must be above 0 days, not {query.half_life_days}")
    ends, named = (_ENDS, _NAMED) if among is None else (_ENDS_AMONG, _NAMED_AMONG)
    values = {
        "among": sorted(set(among or ())),
        "month": query.as_of.replace(day=1),
        "half_life": float(query.half_life_days),
        "since": query.since or date.min,
        "as_of": query.as_of,
        "confidence": query.min_confidence,
    }
    found: dict[tuple[str, str], Bond] = {}
    forth = work.rows(ends, **values)
    _add(found, forth)
    _add(found, ((row[1], row[0], *row[2:]) for row in forth))
    _add(found, work.rows(named, **values))
    return tuple(found[pair] for pair in sorted(found))


def _add(found: dict[tuple[str, str], Bond], rows: Iterable[Row]) -> None:
    for row in rows:
        bond = Bond(*row)
        pair = (bond.actor, bond.partner)
        known = found.get(pair)
        found[pair] = _together(known, bond) if known is not None else bond


def _together(one: Bond, other: Bond) -> Bond:
    return Bond(
        actor=one.actor,
        partner=one.partner,
        cooperation=one.cooperation + other.cooperation,
        conflict=one.conflict + other.conflict,
        events=one.events + other.events,
        planned=one.planned + other.planned,
        first_seen=min(one.first_seen, other.first_seen),
        last_seen=max(one.last_seen, other.last_seen),
    )


_COUNTED = """e.day >= $since AND e.day <= $as_of AND e.event_type IS NOT NULL
    AND e.confidence >= $confidence"""
_SUMS = """
WITH one, other, date.truncate('month', e.day) AS month,
    sum(CASE WHEN e.weight > 0 THEN e.weight ELSE 0.0 END) AS friendly,
    sum(CASE WHEN e.weight < 0 THEN -e.weight ELSE 0.0 END) AS hostile,
    count(*) AS events, sum(CASE e.status WHEN 'planned' THEN 1 ELSE 0 END) AS planned,
    min(e.day) AS first, max(e.day) AS last
WITH *, 0.5 ^ (duration.inDays(month, $month).days / $half_life) AS fade
RETURN one.id, other.id, sum(friendly * fade), sum(hostile * fade), sum(events), sum(planned),
    min(first), max(last)
"""
_ENDS = f"""
MATCH (e:Event) WHERE {_COUNTED}
MATCH (one:Actor)-[:SOURCE_OF]->(e) MATCH (e)-[:TARGETS]->(other:Actor) {_SUMS}
"""
_ENDS_AMONG = f"""
UNWIND $among AS id
MATCH (one:Actor {{id: id}})-[:SOURCE_OF]->(e:Event)-[:TARGETS]->(other:Actor)
WHERE other.id IN $among AND {_COUNTED} {_SUMS}
"""
_PARTNER = f"""
MATCH (s:Actor)-[:SOURCE_OF]->(e) OPTIONAL MATCH (e)-[:TARGETS]->(t:Actor)
WITH e, one, s, t, collect(v.side) AS sides WHERE one <> s AND (t IS NULL OR one <> t)
WITH e, one, CASE WHEN 'source' IN sides THEN t ELSE s END AS other
WHERE other IS NOT NULL AND ($among = [] OR other.id IN $among) {_SUMS}
"""
"""Who is an end has been counted as one; who is named on both sides stands on the source's."""

_NAMED = f"MATCH (e:Event)-[v:VIA]->(one:Actor) WHERE {_COUNTED} {_PARTNER}"
_NAMED_AMONG = f"""
UNWIND $among AS id
MATCH (one:Actor {{id: id}})<-[v:VIA]-(e:Event) WHERE {_COUNTED} {_PARTNER}
"""

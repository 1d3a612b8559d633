"""EventQuery as Cypher: fixed conditions, put together; every value is a parameter.

Of several actors the least busy leads; without one the records are walked in the order of the port.
"""

from dataclasses import dataclass

from graph.errors import InvalidInput
from graph.store import EventQuery
from graph.stores.cursors import Position
from graph.stores.neo4j_actors import require_actors
from graph.stores.neo4j_read import article_number
from graph.stores.neo4j_rows import Properties, sort_key_of_position
from graph.stores.neo4j_session import Work


@dataclass(frozen=True, slots=True)
class Found:
    """An event's number and its position in the list."""

    number: int
    day: int
    id: str

    @property
    def position(self) -> Position:
        return self.day, self.id


@dataclass(frozen=True, slots=True)
class Selection:
    """The events of a query: a MATCH that binds `e`, its conditions, and their values."""

    match: str
    where: str
    values: Properties


def find(work: Work, query: EventQuery, limit: int, after: Position | None) -> list[Found]:
    """Return up to `limit` events in order, those after a position."""
    found = select(work, query)
    start = _ALL if found.match == _ANY else _SOME.replace("{match}", found.match)
    values = found.values | {
        "limit": limit,
        "after": sort_key_of_position(*after) if after is not None else "",
    }
    rows = work.rows(start.replace("{where}", found.where) + _RETURN, **values)
    return [Found(number, day.toordinal() if day else 0, key) for number, day, key in rows]


def select(work: Work, query: EventQuery) -> Selection:
    """Return how to find the events of a query; raise NotFound for ids that are not stored."""
    if query.partner is not None and query.actor is None:
        raise InvalidInput("a query for a partner needs an actor")
    values: Properties = {}
    if query.article is not None:
        values["article"] = article_number(work, query.article)
    asked = {
        "actor": query.actor,
        "partner": query.partner,
        "source": query.source,
        "target": query.target,
    }
    named = {name: key for name, key in asked.items() if key is not None}
    busy = require_actors(work, named.values())
    values |= named
    if query.article is not None:
        match = _OF_ARTICLE
    elif named:
        match = _OF_ACTOR
        values["lead"] = min(named.values(), key=lambda key: (busy[key], key))
    else:
        match = _ANY
    where = [*_facts(query, values), *_ends(query)]
    return Selection(match, " AND ".join(where) or "true", values)


def _facts(query: EventQuery, values: Properties) -> list[str]:
    """Conditions on what the node `e` holds; their values are put into `values`."""
    found = []
    for name, wanted in (
        ("relation", query.relations),
        ("event_type", query.event_types),
        ("status", query.statuses),
    ):
        if wanted:
            found.append(f"e.{name} IN ${name}s")
            values[f"{name}s"] = sorted(map(str, wanted))
    for name, sign, day in (("since", ">=", query.since), ("until", "<", query.until)):
        if day is not None:
            found.append(f"e.day {sign} ${name}")
            values[name] = day
    if query.min_confidence > 0:
        found.append("e.confidence >= $confidence")
        values["confidence"] = query.min_confidence
    return found


def _ends(query: EventQuery) -> list[str]:
    found = []
    if query.source is not None:
        found.append(_at("source", "source"))
    if query.target is not None:
        found.append(_at("target", "target"))
    if query.partner is not None:
        ways = (("source", "target"), ("target", "source"))
        either = [f"({_at(own, 'actor')} AND {_at(other, 'partner')})" for own, other in ways]
        found.append(f"({' OR '.join(either)})")
    elif query.actor is not None:
        found.append(f"({_at('source', 'actor')} OR {_at('target', 'actor')})")
    return found


def _at(side: str, name: str) -> str:
    """The condition that the actor of parameter `name` stands on a side, or is named there."""
    return _AT[side].replace("$key", f"${name}")


_AT = {
    "source": "(EXISTS { (e)<-[:SOURCE_OF]-(:Actor {id: $key}) }"
    " OR EXISTS { (e)-[:VIA {side: 'source'}]->(:Actor {id: $key}) })",
    "target": "(EXISTS { (e)-[:TARGETS]->(:Actor {id: $key}) }"
    " OR EXISTS { (e)-[:VIA {side: 'target'}]->(:Actor {id: $key}) })",
}
_OF_ARTICLE = "MATCH (:Article {number: $article})<-[:EVIDENCED_BY]-(e:Event)"
_OF_ACTOR = "MATCH (:Actor {id: $lead})-[:SOURCE_OF|TARGETS|VIA]-(e:Event)"
_ANY = "MATCH (e:Event)"
_SOME = """
{match}
WITH DISTINCT e WHERE {where}
MATCH (r:EventRecord {number: e.number}) WHERE r.sort > $after
"""
_ALL = """
MATCH (r:EventRecord) WHERE r.sort > $after
MATCH (e:Event {number: r.number}) WHERE {where}
"""
_RETURN = " RETURN e.number, e.day, r.id ORDER BY r.sort LIMIT $limit"

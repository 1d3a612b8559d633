"""The last events between an actor and each of many partners, and the quotes that prove them.

The pair table says in which months two met, so that only these are walked. Runs inside an open
transaction; imports only `model`, `store` (its types) and siblings.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from graph.mass import month_of
from graph.model import Status
from graph.store import EventHead, Quote, TieQuery
from graph.stores.sqlite_actors import days_of, number_of, numbers_of_actors
from graph.stores.sqlite_derived import UNIT
from graph.stores.sqlite_ids import EVENT, numbers_of
from graph.stores.sqlite_rows import keys, on_the_day, read_actors

_LOOK_UP = 6
"""What finding a row by key costs against reading the next one, as measured."""


def latest(
    connection: sqlite3.Connection,
    actor_id: str,
    partners: Sequence[str],
    query: TieQuery,
    limit: int,
) -> dict[str, tuple[EventHead, ...]]:
    """Return the last counted events with each partner, latest first, then by id."""
    actor, events = number_of(connection, actor_id)
    numbers = numbers_of_actors(connection, partners)
    first, last = _window(connection, actor, query)
    connection.executemany(
        "INSERT INTO temp.period VALUES (?, 0, 0, 0)",
        ((month,) for month in _months(first, last)),
    )
    values = {
        "actor": actor,
        "first": first,
        "last": last,
        "confidence": query.min_confidence,
        "limit": limit,
    }
    rows = {}
    for partner, (number, busy) in numbers.items():
        walk = _WALK_PARTNER if busy * _LOOK_UP < events else _WALK_ACTOR
        rows[partner] = connection.execute(walk, {**values, "partner": number}).fetchall()
    ids = _ids(connection, {n for found in rows.values() for row in found for n in row[4:6]})
    return {partner: tuple(_heads(found, ids)) for partner, found in rows.items()}


def _window(connection: sqlite3.Connection, actor: int, query: TieQuery) -> tuple[int, int]:
    """The first and the last day to look at; the last lies before the first where none does."""
    first, last = days_of(connection, actor)
    if first is None or last is None:
        return 1, 0
    since = query.since.toordinal() if query.since is not None else first
    return max(first, since), min(last, query.as_of.toordinal())


def _months(first: int, last: int) -> Iterable[int]:
    if first > last:
        return ()
    return range(month_of(date.fromordinal(first)), month_of(date.fromordinal(last)) + 1)


def _ids(connection: sqlite3.Connection, numbers: Iterable[int]) -> dict[int, str]:
    return {n: actor.id for n, actor in read_actors(connection, numbers).items()}


def _heads(rows: Iterable[Sequence[Any]], ids: dict[int, str]) -> Iterator[EventHead]:
    for event_id, relation, status, day, source, target, confidence, mass in rows:
        yield EventHead(
            id=event_id,
            relation=relation,
            status=Status(status),
            day=date.fromordinal(day),
            source=ids[source],
            target=ids[target] if target is not None else None,
            confidence=confidence,
            mass=mass / UNIT,
        )


def quotes(connection: sqlite3.Connection, event_ids: Sequence[str]) -> dict[str, Quote]:
    """Return the best evidence of the stored ones of `event_ids`, with where it was printed."""
    numbers = numbers_of(connection, EVENT, event_ids)
    rows = connection.execute(_QUOTES, (keys(numbers.values()),)).fetchall()
    involved = {n for row in rows for n in (row[1], row[3], row[7])} - {None}
    actors = read_actors(connection, involved)
    found = {}
    for event_id, source, country, target, land, text, confidence, by, by_land, *where in rows:
        actor = on_the_day(actors, source, country)
        assert actor is not None
        found[event_id] = Quote(
            actor,
            on_the_day(actors, target, land),
            text,
            confidence,
            on_the_day(actors, by, by_land),
            *where,
        )
    return found


_HEAD = "e.id, e.relation, e.status, e.day, e.source, e.target, e.confidence, e.mass"
_MET = """
FROM temp.period q
CROSS JOIN pair m ON m.actor = :actor AND m.period = q.period AND m.partner = :partner
CROSS JOIN incidence x ON x.day BETWEEN max(m.first_day, :first) AND min(m.last_day, :last)
    AND x.confidence >= :confidence
"""
_ORDER = """
CROSS JOIN event e ON e.n = x.n
ORDER BY q.period DESC, x.day DESC, x.event LIMIT :limit
"""
_WALK_ACTOR = f"SELECT {_HEAD} {_MET} AND x.actor = :actor AND x.partner = :partner {_ORDER}"
_WALK_PARTNER = f"""
SELECT {_HEAD} {_MET} AND x.actor = :partner
CROSS JOIN incidence a ON a.actor = :actor AND a.day = x.day AND a.event = x.event
    AND a.partner = :partner
{_ORDER}
"""
_QUOTES = """
SELECT e.id, e.source, e.source_country, e.target, e.target_country, v.quote, v.confidence,
    v.attributed_to, v.attributed_to_country, a.publisher, a.title, a.url
FROM json_each(?) wanted CROSS JOIN event e ON e.n = wanted.value
CROSS JOIN evidence v ON v.event = e.n AND v.id = (
    SELECT b.id FROM evidence b WHERE b.event = e.n ORDER BY b.confidence DESC, b.id LIMIT 1
)
CROSS JOIN article a ON a.n = v.article
"""

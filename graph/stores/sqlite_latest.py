"""The last events between an actor and each of many partners, and the quotes that prove them.

Runs inside an open transaction; imports only `mass`, `model`, `store` (its types) and siblings.
"""

import sqlite3
from collections.abc import Sequence
from datetime import date

from graph.mass import month_of
from graph.model import Status
from graph.store import EventHead, Quote, TieQuery
from graph.stores.sqlite_actors import days_of, number_of, numbers_of_actors
from graph.stores.sqlite_derived import UNIT
from graph.stores.sqlite_ids import EVENT, numbers_of
from graph.stores.sqlite_rows import keys, on_the_day, read_actors

_LOOK_UP = 6
"""What finding a row by key costs against reading the next one, as measured."""

_GLANCE = 200
"""How many of an actor's last events are read in one pass for each partner that is asked for."""


def latest(
    connection: sqlite3.Connection,
    actor_id: str,
    partners: Sequence[str],
    query: TieQuery,
    limit: int,
) -> dict[str, tuple[EventHead, ...]]:
    """Return the last counted events with each partner, latest first, then by id.

    One pass over the actor's own last events finds most of them. For a partner that it leaves
    short, the pair table says in which months before the two met, and only these are walked.
    """
    actor, events = number_of(connection, actor_id)
    numbers = numbers_of_actors(connection, partners)
    first, last = _window(connection, actor, query)
    found: dict[int, list[int]] = {number: [] for number, _ in numbers.values()}
    values = {"actor": actor, "last": last, "confidence": query.min_confidence}
    seen_from = _day_before(connection, actor, last, _GLANCE * len(found)) or first - 1
    for partner, event in connection.execute(
        _GLANCED, values | {"first": max(first, seen_from + 1), "partners": keys(found)}
    ):
        if len(found[partner]) < limit:
            found[partner].append(event)
    if seen_from >= first:
        _fill_months(connection, first, seen_from)
        values |= {"first": first, "last": seen_from}
        for partner, busy in numbers.values():
            if missing := limit - len(found[partner]):
                walk = _WALK_PARTNER if busy * _LOOK_UP < events else _WALK_ACTOR
                rows = connection.execute(walk, values | {"partner": partner, "limit": missing})
                found[partner] += (row[0] for row in rows)
    heads = _heads(connection, [event for row in found.values() for event in row])
    return {
        partner: tuple(heads[event] for event in found[number])
        for partner, (number, _) in numbers.items()
    }


def _day_before(connection: sqlite3.Connection, actor: int, last: int, events: int) -> int | None:
    """The day of the event that follows so many of the actor's last, if there is one."""
    values = {"actor": actor, "last": last, "events": events}
    row = connection.execute(_DAY_BEFORE, values).fetchone()
    return row[0] if row else None


def _window(connection: sqlite3.Connection, actor: int, query: TieQuery) -> tuple[int, int]:
    """The first and the last day to look at; the last lies before the first where none does."""
    first, last = days_of(connection, actor)
    if first is None or last is None:
        return 1, 0
    since = query.since.toordinal() if query.since is not None else first
    return max(first, since), min(last, query.as_of.toordinal())


def _fill_months(connection: sqlite3.Connection, first: int, last: int) -> None:
    months = range(month_of(date.fromordinal(first)), month_of(date.fromordinal(last)) + 1)
    connection.executemany(
        "INSERT INTO temp.period VALUES (?, 0, 0, 0)", ((month,) for month in months)
    )


def _heads(connection: sqlite3.Connection, events: Sequence[int]) -> dict[int, EventHead]:
    rows = connection.execute(_HEADS, (keys(events),)).fetchall()
    actors = read_actors(connection, {n for row in rows for n in row[5:7]} - {None})
    return {
        n: EventHead(
            id=event_id,
            relation=relation,
            status=_STATUS[status],
            day=date.fromordinal(day),
            source=actors[source].id,
            target=actors[target].id if target is not None else None,
            confidence=confidence,
            mass=mass / UNIT,
        )
        for n, event_id, relation, status, day, source, target, confidence, mass in rows
    }


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


_STATUS = {status.value: status for status in Status}
_DAY_BEFORE = """
SELECT day FROM incidence WHERE actor = :actor AND day BETWEEN 1 AND :last
ORDER BY day DESC, event LIMIT 1 OFFSET :events
"""
_GLANCED = """
SELECT x.partner, x.n FROM incidence x
WHERE x.actor = :actor AND x.day BETWEEN :first AND :last AND x.confidence >= :confidence
    AND x.partner IN (SELECT value FROM json_each(:partners))
ORDER BY x.day DESC, x.event
"""
_MET = """
FROM temp.period q
CROSS JOIN pair m ON m.actor = :actor AND m.period = q.period AND m.partner = :partner
CROSS JOIN incidence x ON x.day BETWEEN max(m.first_day, :first) AND min(m.last_day, :last)
    AND x.confidence >= :confidence
"""
_ORDER = "ORDER BY q.period DESC, x.day DESC, x.event LIMIT :limit"
_WALK_ACTOR = f"SELECT x.n {_MET} AND x.actor = :actor AND x.partner = :partner {_ORDER}"
_WALK_PARTNER = f"""
SELECT a.n {_MET} AND x.actor = :partner
CROSS JOIN incidence a ON a.actor = :actor AND a.day = x.day AND a.event = x.event
    AND a.partner = :partner
{_ORDER}
"""
_HEADS = """
SELECT e.n, e.id, e.relation, e.status, e.day, e.source, e.target, e.confidence, e.mass
FROM json_each(?) wanted CROSS JOIN event e ON e.n = wanted.value
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

"""The ties of all actors at once, from the sums of pairs.

Whole years and months come from the pair table; of a month that the window cuts, the events of
those days are read. Only with `min_confidence`, which no sum can answer, every event is. Runs
inside an open transaction; imports only `errors`, `mass`, `store` (its types) and siblings.
"""

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from graph.errors import InvalidInput
from graph.mass import fade
from graph.store import Bond, TieQuery
from graph.stores.periods import plan
from graph.stores.sqlite_actors import actor_numbers
from graph.stores.sqlite_derived import UNIT
from graph.stores.sqlite_rows import keys

TEMPORARY_TABLES = ("CREATE TEMP TABLE faded (day INTEGER PRIMARY KEY, fade REAL)",)
"""What a reading connection needs besides that of `sqlite_ties`."""


@dataclass(slots=True)
class _Sums:
    cooperation: float = 0.0
    conflict: float = 0.0
    events: int = 0
    planned: int = 0
    first_day: int = date.max.toordinal()
    last_day: int = 0


_Found = dict[tuple[int, int], _Sums]


def bonds(
    connection: sqlite3.Connection, query: TieQuery, among: Sequence[str] | None
) -> tuple[Bond, ...]:
    """Return the ties of every actor, ordered by actor and partner; see `Store.bonds`."""
    if not query.half_life_days > 0:
        raise InvalidInput(f"a half-life must be above 0 days, not {query.half_life_days}")
    first, last = connection.execute(_DAYS).fetchone()
    if first is None:
        return ()
    numbers = None
    if among is not None:
        numbers = sorted(actor_numbers(connection, list(among)).values())
    found: _Found = {}
    if query.min_confidence > 0:
        _add_events(connection, query, first, last, found)
    else:
        _add_sums(connection, query, first, last, numbers, found)
    wanted = None if numbers is None else frozenset(numbers)
    kept = {
        pair: sums
        for pair, sums in found.items()
        if sums.events and (wanted is None or wanted.issuperset(pair))
    }
    return _as_bonds(connection, kept)


def _add_sums(
    connection: sqlite3.Connection,
    query: TieQuery,
    first: int,
    last: int,
    numbers: Sequence[int] | None,
    found: _Found,
) -> None:
    periods, pieces = plan(query, first, last)
    connection.executemany(
        "INSERT INTO temp.period VALUES (?, ?, 1, 0)",
        ((period.number, period.fade) for period in periods if period.total),
    )
    of_some = "JOIN json_each(:some) s ON s.value = a.n" if numbers is not None else ""
    statement = _SUM_PERIODS.format(of_some=of_some)
    _add(found, connection.execute(statement, {"some": keys(numbers or ())}))
    for piece in pieces:
        if piece.total:
            values = {"first": piece.first_day, "last": piece.last_day, "fade": piece.fade}
            _add(found, connection.execute(_SUM_PIECE, values))


def _add_events(
    connection: sqlite3.Connection, query: TieQuery, first: int, last: int, found: _Found
) -> None:
    since = query.since.toordinal() if query.since is not None else first
    days = range(max(since, first), min(query.as_of.toordinal(), last) + 1)
    connection.executemany(
        "INSERT INTO temp.faded VALUES (?, ?)",
        ((day, fade(date.fromordinal(day), query.as_of, query.half_life_days)) for day in days),
    )
    _add(found, connection.execute(_SUM_EVENTS, {"confidence": query.min_confidence}))


def _add(found: _Found, rows: Iterable[Sequence[Any]]) -> None:
    for actor, partner, friendly, hostile, events, planned, first, last in rows:
        sums = found.setdefault((actor, partner), _Sums())
        sums.cooperation += friendly
        sums.conflict += hostile
        sums.events += events
        sums.planned += planned
        sums.first_day = min(sums.first_day, first)
        sums.last_day = max(sums.last_day, last)


def _as_bonds(connection: sqlite3.Connection, found: _Found) -> tuple[Bond, ...]:
    numbers = {number for pair in found for number in pair}
    ids = dict(connection.execute(_IDS, (keys(numbers),)).fetchall())
    made = [
        Bond(
            actor=ids[actor],
            partner=ids[partner],
            cooperation=sums.cooperation / UNIT,
            conflict=sums.conflict / UNIT,
            events=sums.events,
            planned=sums.planned,
            first_seen=date.fromordinal(sums.first_day),
            last_seen=date.fromordinal(sums.last_day),
        )
        for (actor, partner), sums in found.items()
    ]
    return tuple(sorted(made, key=lambda bond: (bond.actor, bond.partner)))


_DAYS = """
SELECT (SELECT min(day) FROM event WHERE day > 0), (SELECT max(day) FROM event WHERE day > 0)
"""
_SUM_PERIODS = """
SELECT p.actor, p.partner, sum(p.cooperation * q.fade), sum(p.conflict * q.fade), sum(p.events),
    sum(p.planned), min(p.first_day), max(p.last_day)
FROM actor a {of_some} CROSS JOIN temp.period q
CROSS JOIN pair p ON p.actor = a.n AND p.period = q.period
WHERE a.events > 0 GROUP BY p.actor, p.partner
"""
_SUM_PIECE = """
WITH piece AS (
    SELECT n, id, day, source, target FROM event INDEXED BY event_by_day
    WHERE day BETWEEN :first AND :last
), part AS (
    SELECT source AS actor, day, id FROM piece
    UNION SELECT target, day, id FROM piece WHERE target IS NOT NULL
    UNION SELECT v.source_via, day, piece.id FROM piece JOIN evidence v ON v.event = piece.n
        WHERE v.source_via IS NOT NULL
    UNION SELECT v.target_via, day, piece.id FROM piece JOIN evidence v ON v.event = piece.n
        WHERE v.target_via IS NOT NULL
)
SELECT i.actor, i.partner, sum(max(i.mass, 0)) * :fade, sum(max(-i.mass, 0)) * :fade, count(*),
    sum(i.planned), min(i.day), max(i.day)
FROM part CROSS JOIN incidence i ON i.actor = part.actor AND i.day = part.day
    AND i.event = part.id
WHERE i.partner IS NOT NULL GROUP BY i.actor, i.partner
"""
_SUM_EVENTS = """
SELECT i.actor, i.partner, sum(max(i.mass, 0) * f.fade), sum(max(-i.mass, 0) * f.fade), count(*),
    sum(i.planned), min(i.day), max(i.day)
FROM incidence i CROSS JOIN temp.faded f ON f.day = i.day
WHERE i.partner IS NOT NULL AND i.confidence >= :confidence GROUP BY i.actor, i.partner
"""
_IDS = "SELECT a.n, a.id FROM json_each(?) wanted CROSS JOIN actor a ON a.n = wanted.value"

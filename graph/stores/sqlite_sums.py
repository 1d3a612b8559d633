"""Sums over the events of a query: by calendar period, and by relation.

Runs inside an open transaction. Imports only `model`, `errors`, `store` (its types) and siblings.
"""

import sqlite3
from datetime import date

from graph.errors import InvalidInput
from graph.store import Bucket, EventQuery, RelationUse, Tally
from graph.stores.buckets import Sums, in_buckets
from graph.stores.sqlite_derived import UNIT
from graph.stores.sqlite_queries import select


def timeline(
    connection: sqlite3.Connection, query: EventQuery, bucket: Bucket
) -> tuple[Tally, ...]:
    """Return one Tally for each bucket that holds events, earliest first."""
    found = select(connection, query)
    if found is None:
        return ()
    rows = connection.execute(
        f"SELECT x.day, count(*), sum({found.planned}), sum(x.mass > 0), sum(x.mass < 0), "
        f"sum(max(x.mass, 0)), sum(max(-x.mass, 0)) FROM {found.tables} AND x.day > 0 "
        "GROUP BY x.day",
        found.values,
    )
    days = ((date.fromordinal(row[0]), _sums(*row[1:])) for row in rows)
    return in_buckets(days, bucket)


def _sums(
    events: int, planned: int, cooperative: int, hostile: int, cooperation: int, conflict: int
) -> Sums:
    return Sums(events, planned, cooperative, hostile, cooperation / UNIT, conflict / UNIT)


def relations(connection: sqlite3.Connection, query: EventQuery) -> tuple[RelationUse, ...]:
    """Return the relations in which the actor of the query appears, by relation, outgoing first."""
    if query.actor is None:
        raise InvalidInput("relations are asked for of an actor")
    found = select(connection, query, with_event=True)
    if found is None:
        return ()
    rows = connection.execute(
        f"SELECT e.relation, q.side = 1, count(*), sum(e.status = 'planned'), "
        "count(DISTINCT CASE q.side WHEN 1 THEN e.target ELSE e.source END), "
        "min(nullif(e.day, 0)), max(nullif(e.day, 0)) "
        "FROM (SELECT 1 AS side UNION ALL SELECT 2) q "
        f"CROSS JOIN {found.tables} AND {found.actor}.sides & q.side != 0 "
        "GROUP BY e.relation, q.side ORDER BY e.relation, q.side",
        found.values,
    )
    return tuple(
        RelationUse(
            relation=row[0],
            outgoing=bool(row[1]),
            events=row[2],
            planned=row[3],
            partners=row[4],
            first_seen=date.fromordinal(row[5]) if row[5] else None,
            last_seen=date.fromordinal(row[6]) if row[6] else None,
        )
        for row in rows
    )

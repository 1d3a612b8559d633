"""Ties: whole years and months from the pair table, months cut by a window from the events.

`periods.plan` decides which is which; the fading is a table of factors that the sums are joined
with.
"""

import sqlite3
from collections.abc import Iterable
from datetime import date

from graph.errors import InvalidInput
from graph.store import Tie, TieQuery
from graph.stores.periods import PartnerSums, Period, Piece, plan
from graph.stores.sqlite_actors import days_of, number_of
from graph.stores.sqlite_derived import UNIT
from graph.stores.sqlite_rows import actor_of, keys

TEMPORARY_TABLES = (
    "CREATE TEMP TABLE period (period INTEGER PRIMARY KEY, fade REAL, total INTEGER, "
    "recent INTEGER)",
)
"""What a reading connection needs before `ties`; temporary tables live in memory."""


def ties(connection: sqlite3.Connection, actor_id: str, query: TieQuery) -> tuple[Tie, ...]:
    """Return one Tie for each partner of the actor, ordered by partner id."""
    if not query.half_life_days > 0:
        raise InvalidInput(f"a half-life must be above 0 days, not {query.half_life_days}")
    actor, _ = number_of(connection, actor_id)
    first, last = days_of(connection, actor)
    if first is None or last is None:
        return ()
    periods, pieces = plan(query, first, last)
    sums = _sum_periods(connection, actor, periods)
    for piece in pieces:
        _add_piece(connection, actor, piece, query.min_confidence, sums)
    return _as_ties(connection, sums)


def _sum_periods(
    connection: sqlite3.Connection, actor: int, periods: list[Period]
) -> dict[int, PartnerSums]:
    connection.executemany(
        "INSERT INTO temp.period VALUES (?, ?, ?, ?)",
        ((period.number, period.fade, period.total, period.recent) for period in periods),
    )
    found = {}
    for partner, friendly, hostile, events, planned, first, last in connection.execute(
        _SUM_PERIODS, {"actor": actor}
    ):
        found[partner] = PartnerSums(friendly, hostile, 0.0, 0.0, events, planned, first, last)
    for partner, friendly, hostile in connection.execute(_SUM_RECENT, {"actor": actor}):
        found[partner].recent_cooperation = friendly
        found[partner].recent_conflict = hostile
    return found


def _add_piece(
    connection: sqlite3.Connection,
    actor: int,
    piece: Piece,
    min_confidence: float,
    sums: dict[int, PartnerSums],
) -> None:
    values = {
        "actor": actor,
        "first": piece.first_day,
        "last": piece.last_day,
        "confidence": min_confidence,
    }
    for partner, friendly, hostile, events, planned, first, last in connection.execute(
        _SUM_PIECE, values
    ):
        found = sums.setdefault(partner, PartnerSums())
        if piece.recent:
            found.recent_cooperation += friendly * piece.fade
            found.recent_conflict += hostile * piece.fade
        if piece.total:
            found.cooperation += friendly * piece.fade
            found.conflict += hostile * piece.fade
            found.events += events
            found.planned += planned
            found.first_day = min(found.first_day, first)
            found.last_day = max(found.last_day, last)


def _as_ties(connection: sqlite3.Connection, sums: dict[int, PartnerSums]) -> tuple[Tie, ...]:
    rows: Iterable[tuple[int, str, str, str, str]] = connection.execute(_PARTNERS, (keys(sums),))
    return tuple(
        Tie(
            partner=actor_of(row[1:]),
            cooperation=found.cooperation / UNIT,
            conflict=found.conflict / UNIT,
            recent_cooperation=found.recent_cooperation / UNIT,
            recent_conflict=found.recent_conflict / UNIT,
            events=found.events,
            planned=found.planned,
            first_seen=date.fromordinal(found.first_day),
            last_seen=date.fromordinal(found.last_day),
        )
        for row in rows
        if (found := sums[row[0]]).events
    )


_SUM_PERIODS = """
SELECT p.partner, sum(p.cooperation * q.fade), sum(p.conflict * q.fade), sum(p.events),
    sum(p.planned), min(p.first_day), max(p.last_day)
FROM temp.period q CROSS JOIN pair p ON p.actor = :actor AND p.period = q.period
WHERE q.total GROUP BY p.partner
"""
_SUM_RECENT = """
SELECT p.partner, sum(p.cooperation * q.fade), sum(p.conflict * q.fade)
FROM temp.period q CROSS JOIN pair p ON p.actor = :actor AND p.period = q.period
WHERE q.recent GROUP BY p.partner
"""
_SUM_PIECE = """
SELECT partner, sum(max(mass, 0)), sum(max(-mass, 0)), count(*), sum(planned), min(day), max(day)
FROM incidence
WHERE actor = :actor AND day BETWEEN :first AND :last AND partner IS NOT NULL
    AND confidence >= :confidence
GROUP BY partner
"""
_PARTNERS = """
SELECT a.n, a.id, a.name, a.kind, a.country
FROM json_each(?) wanted CROSS JOIN actor a ON a.n = wanted.value ORDER BY a.id
"""

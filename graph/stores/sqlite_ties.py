"""Ties: whole months from the pair table, months cut by a window from the incidence table.

`plan` is pure and decides which is which; the fading is a table of factors that the sums are
joined with. With `min_confidence` no month can be taken whole.
"""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from graph.errors import InvalidInput
from graph.mass import RECENT_DAYS, fade, month_days, month_of
from graph.store import Tie, TieQuery
from graph.stores.sqlite_actors import days_of, number_of
from graph.stores.sqlite_derived import UNIT
from graph.stores.sqlite_rows import actor_of, keys

TEMPORARY_TABLES = (
    "CREATE TEMP TABLE month (month INTEGER PRIMARY KEY, fade REAL, recent INTEGER)",
)
"""What a reading connection needs before `ties`; temporary tables live in memory."""


@dataclass(frozen=True, slots=True)
class Month:
    """A month that is counted whole."""

    month: int
    fade: float
    recent: bool


@dataclass(frozen=True, slots=True)
class Piece:
    """Days, both ends included, whose events are summed one by one."""

    first_day: int
    last_day: int
    fade: float
    total: bool
    recent: bool


@dataclass(slots=True)
class _Sums:
    cooperation: float = 0.0
    conflict: float = 0.0
    recent_cooperation: float = 0.0
    recent_conflict: float = 0.0
    events: int = 0
    planned: int = 0
    first_day: int = date.max.toordinal()
    last_day: int = 0


def plan(query: TieQuery, first: int, last: int) -> tuple[list[Month], list[Piece]]:
    """Divide the days of a query into whole months and pieces of months.

    The actor's events lie on the days first..last, so a month is whole too where the window cuts
    off only days without events, as it does when one asks about today.
    """
    as_of = query.as_of.toordinal()
    since = query.since.toordinal() if query.since is not None else first
    recent_from = as_of - RECENT_DAYS + 1
    begin, end = max(first, since), min(last, as_of)
    months: list[Month] = []
    pieces: list[Piece] = []
    if begin > end:
        return months, pieces
    for month in range(month_of(date.fromordinal(begin)), month_of(date.fromordinal(end)) + 1):
        opening, closing = month_days(month)
        share = fade(opening, query.as_of, query.half_life_days)
        low, high = max(opening.toordinal(), first), min(closing.toordinal(), last)
        whole = query.min_confidence <= 0 and since <= low and high <= as_of
        low, high = max(low, since), min(high, as_of)
        cut = low < recent_from <= high
        if whole:
            months.append(Month(month, share, low >= recent_from))
            if cut:
                pieces.append(Piece(recent_from, high, share, total=False, recent=True))
        elif cut:
            pieces.append(Piece(low, recent_from - 1, share, total=True, recent=False))
            pieces.append(Piece(recent_from, high, share, total=True, recent=True))
        else:
            pieces.append(Piece(low, high, share, total=True, recent=low >= recent_from))
    return months, pieces


def ties(connection: sqlite3.Connection, actor_id: str, query: TieQuery) -> tuple[Tie, ...]:
    """Return one Tie for each partner of the actor, ordered by partner id."""
    if not query.half_life_days > 0:
        raise InvalidInput(f"a half-life must be above 0 days, not {query.half_life_days}")
    actor, _ = number_of(connection, actor_id)
    first, last = days_of(connection, actor)
    if first is None or last is None:
        return ()
    months, pieces = plan(query, first, last)
    sums: dict[int, _Sums] = {}
    if months:
        _add_months(connection, actor, months, sums)
    for piece in pieces:
        _add_piece(connection, actor, piece, query.min_confidence, sums)
    return _as_ties(connection, sums)


def _add_months(
    connection: sqlite3.Connection, actor: int, months: list[Month], sums: dict[int, _Sums]
) -> None:
    connection.executemany(
        "INSERT INTO temp.month VALUES (?, ?, ?)", ((m.month, m.fade, m.recent) for m in months)
    )
    for partner, *row in connection.execute(_SUM_MONTHS, {"actor": actor}):
        sums[partner] = _Sums(row[0], row[1], events=row[2], planned=row[3])
    recent = [month.month for month in months if month.recent]
    values = {
        "actor": actor,
        "partners": keys(sums),
        "first": months[0].month,
        "last": months[-1].month,
        "recent": min(recent, default=months[-1].month + 1),
    }
    for partner, *row in connection.execute(_ENDS_AND_RECENT, values):
        found = sums[partner]
        found.first_day, found.last_day = row[0], row[1]
        found.recent_cooperation, found.recent_conflict = row[2] or 0.0, row[3] or 0.0


def _add_piece(
    connection: sqlite3.Connection,
    actor: int,
    piece: Piece,
    min_confidence: float,
    sums: dict[int, _Sums],
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
        found = sums.setdefault(partner, _Sums())
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


def _as_ties(connection: sqlite3.Connection, sums: dict[int, _Sums]) -> tuple[Tie, ...]:
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


_SUM_MONTHS = """
SELECT p.partner, sum(p.cooperation * m.fade), sum(p.conflict * m.fade), sum(p.events),
    sum(p.planned)
FROM pair p CROSS JOIN temp.month m ON m.month = p.month
WHERE p.actor = :actor GROUP BY p.partner
"""
_ENDS_AND_RECENT = """
SELECT wanted.value,
    (SELECT p.first_day FROM pair p WHERE p.actor = :actor AND p.partner = wanted.value
        AND p.month >= :first ORDER BY p.month LIMIT 1),
    (SELECT p.last_day FROM pair p WHERE p.actor = :actor AND p.partner = wanted.value
        AND p.month <= :last ORDER BY p.month DESC LIMIT 1),
    sum(p.cooperation * m.fade), sum(p.conflict * m.fade)
FROM json_each(:partners) wanted
LEFT JOIN pair p
    ON p.actor = :actor AND p.partner = wanted.value AND p.month BETWEEN :recent AND :last
LEFT JOIN temp.month m ON m.month = p.month
GROUP BY wanted.key
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

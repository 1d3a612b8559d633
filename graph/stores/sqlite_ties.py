"""Ties: whole years and months from the pair table, months cut by a window from the events.

`plan` is pure and decides which is which; the fading is a table of factors that the sums are
joined with. Years are summed for the standard half-life only; with another one every month is
taken, and with `min_confidence` no period can be taken whole.
"""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from graph.errors import InvalidInput
from graph.mass import RECENT_DAYS, fade, month_days, month_of
from graph.store import HALF_LIFE_DAYS, Tie, TieQuery
from graph.stores.sqlite_actors import days_of, number_of
from graph.stores.sqlite_derived import UNIT
from graph.stores.sqlite_rows import actor_of, keys

TEMPORARY_TABLES = (
    "CREATE TEMP TABLE period (period INTEGER PRIMARY KEY, fade REAL, total INTEGER, "
    "recent INTEGER)",
)
"""What a reading connection needs before `ties`; temporary tables live in memory."""


@dataclass(frozen=True, slots=True)
class Period:
    """A month, or a year as a negative number, that is counted whole: in the sums of the whole
    window, in those of the recent days, or in both."""

    number: int
    fade: float
    total: bool
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


class _Planner:
    """Divides the days since..as_of of a query; the actor's events lie on first..last.

    So a period is whole too where the window cuts off only days without events, as it does when
    one asks about today.
    """

    def __init__(self, query: TieQuery, first: int, last: int) -> None:
        self.query = query
        self.first, self.last = first, last
        self.as_of = query.as_of.toordinal()
        self.since = query.since.toordinal() if query.since is not None else first
        self.recent_from = self.as_of - RECENT_DAYS + 1
        self.periods: list[Period] = []
        self.pieces: list[Piece] = []

    def plan(self) -> None:
        begin, end = max(self.first, self.since), min(self.last, self.as_of)
        if begin > end:
            return
        opening, closing = (month_of(date.fromordinal(day)) for day in (begin, end))
        for year in range(opening // 12, closing // 12 + 1):
            if not self._take_year(year):
                for month in range(max(opening, year * 12), min(closing, year * 12 + 11) + 1):
                    self._take_month(month)

    def _take_year(self, year: int) -> bool:
        opening = date(year, 1, 1)
        low, high = self._clipped(opening, date(year, 12, 31))
        if self.query.half_life_days != HALF_LIFE_DAYS or not self._whole(low, high):
            return False
        recent = low >= self.recent_from
        self.periods.append(Period(-year, self._fade(opening), total=True, recent=recent))
        if low < self.recent_from <= high:
            begin, end = (month_of(date.fromordinal(day)) for day in (self.recent_from, high))
            for month in range(begin, end + 1):
                self._take_month(month, total=False)
        return True

    def _take_month(self, month: int, total: bool = True) -> None:
        opening, closing = month_days(month)
        share = self._fade(opening)
        low, high = self._clipped(opening, closing)
        whole = self._whole(low, high)
        low, high = max(low, self.since), min(high, self.as_of)
        cut = low < self.recent_from <= high
        if whole:
            recent = low >= self.recent_from
            if total or recent:
                self.periods.append(Period(month, share, total, recent))
            if cut:
                self._take_days(self.recent_from, high, share, total=False, recent=True)
        elif cut:
            self._take_days(low, self.recent_from - 1, share, total=True, recent=False)
            self._take_days(self.recent_from, high, share, total=True, recent=True)
        else:
            self._take_days(low, high, share, total=True, recent=low >= self.recent_from)

    def _take_days(self, first: int, last: int, share: float, total: bool, recent: bool) -> None:
        self.pieces.append(Piece(first, last, share, total, recent))

    def _clipped(self, opening: date, closing: date) -> tuple[int, int]:
        return max(opening.toordinal(), self.first), min(closing.toordinal(), self.last)

    def _whole(self, low: int, high: int) -> bool:
        return self.query.min_confidence <= 0 and self.since <= low and high <= self.as_of

    def _fade(self, day: date) -> float:
        return fade(day, self.query.as_of, self.query.half_life_days)


def plan(query: TieQuery, first: int, last: int) -> tuple[list[Period], list[Piece]]:
    """Return the periods counted whole and the pieces of months, earliest first."""
    planner = _Planner(query, first, last)
    planner.plan()
    return planner.periods, planner.pieces


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
) -> dict[int, _Sums]:
    connection.executemany(
        "INSERT INTO temp.period VALUES (?, ?, ?, ?)",
        ((period.number, period.fade, period.total, period.recent) for period in periods),
    )
    found = {}
    for partner, friendly, hostile, events, planned, first, last in connection.execute(
        _SUM_PERIODS, {"actor": actor}
    ):
        found[partner] = _Sums(friendly, hostile, 0.0, 0.0, events, planned, first, last)
    for partner, friendly, hostile in connection.execute(_SUM_RECENT, {"actor": actor}):
        found[partner].recent_cooperation = friendly
        found[partner].recent_conflict = hostile
    return found


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

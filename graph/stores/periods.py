"""Which whole years and months a question about ties sums, and which days it sums one by one.

`plan` is pure. Years are summed for the standard half-life only; with another one every month is
taken, and with `min_confidence` no period can be taken whole. Imports only `mass` and `store` (its
types).
"""

from dataclasses import dataclass
from datetime import date

from graph.mass import RECENT_DAYS, fade, month_days, month_of
from graph.store import HALF_LIFE_DAYS, TieQuery


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
class PartnerSums:
    """What a question sums up for one partner; days as ordinals."""

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

"""The derived tables: what follows from an event and its evidence, and how changes reach them.

`derive` is pure. `Changes` gathers the difference between what an event meant before and after,
and writes it with a handful of statements for a whole batch. Imports only `mass`, `model` and
`ontology`, and the standard half-life from `store`.
"""

import sqlite3
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from typing import Any

from graph.mass import growth, independent_publishers, month_days, month_of, signed_mass
from graph.model import Status
from graph.ontology import EventType, Projection, load_ontology
from graph.store import HALF_LIFE_DAYS

SOURCE_SIDE, TARGET_SIDE = 1, 2
UNIT = 1e9
"""Masses are stored as integers of this fraction."""

TYPES = tuple(kind.value for kind in EventType)
_LATE, _EARLY = date.max.toordinal(), 0


@dataclass(slots=True)
class Claim:
    """An event without its evidence, actors as row numbers; `day` 0 means none."""

    n: int
    id: str
    relation: str
    status: str
    day: int
    source: int
    target: int | None


@dataclass(slots=True)
class Witness:
    """What of one evidence the derived tables depend on."""

    confidence: float
    publisher: str
    quote: str
    source_via: int | None
    target_via: int | None
    reported_on: int | None


Incidence = tuple[int, int, int | None]
"""One actor's part in an event: (actor, sides, partner), as in the table of that name."""


@dataclass(slots=True)
class Derived:
    """Everything that follows from a claim and its witnesses."""

    claim: Claim
    event_type: str
    confidence: float
    mass: int
    reported_on: int | None
    parts: tuple[Incidence, ...]

    @property
    def pairs(self) -> list[tuple[int, int]]:
        """The (actor, partner) rows that the event is counted in."""
        return [(actor, partner) for actor, _, partner in self.parts if partner is not None]


@cache
def projection(relation: str, status: str) -> Projection | None:
    """Return what the ontology says; raise NotFound for a relation that it does not have."""
    return load_ontology().project(relation, Status(status))


def derive(claim: Claim, witnesses: Collection[Witness]) -> Derived:
    """Work out type, confidence, mass and the actors' parts of an event."""
    projected = projection(claim.relation, claim.status)
    if len(witnesses) == 1:
        (only,) = witnesses
        confidence, reported, publishers = only.confidence, only.reported_on, 1
    else:
        confidence = max(witness.confidence for witness in witnesses)
        days = [w.reported_on for w in witnesses if w.reported_on is not None]
        reported = min(days, default=None)
        publishers = independent_publishers((w.publisher, w.quote) for w in witnesses)
    mass = 0
    if projected is not None:
        mass = round(signed_mass(projected.score, confidence, publishers) * UNIT)
    return Derived(
        claim,
        projected.event_type.value if projected else "",
        confidence,
        mass,
        reported,
        _parts(claim, witnesses, counted=projected is not None and claim.day > 0),
    )


def _parts(claim: Claim, seen: Collection[Witness], counted: bool) -> tuple[Incidence, ...]:
    """Principals first, then those named for the source, then those for the target.

    An actor on both sides keeps the partner it got first; the order of `seen` must not matter,
    because evidence comes back from the store in another order than it was written in.
    """
    source, target = claim.source, claim.target
    parts = {source: (SOURCE_SIDE, target)}
    if target is not None:
        parts[target] = (TARGET_SIDE, source)
    for witness in seen:
        if (via := witness.source_via) is not None:
            sides, partner = parts.get(via, (0, target))
            parts[via] = (sides | SOURCE_SIDE, partner)
    for witness in seen:
        if (via := witness.target_via) is not None:
            sides, partner = parts.get(via, (0, source))
            parts[via] = (sides | TARGET_SIDE, partner)
    return tuple(
        (actor, sides, partner if counted else None) for actor, (sides, partner) in parts.items()
    )


class Changes:
    """The sum of the changes of one transaction to the derived tables."""

    def __init__(self) -> None:
        self._added: list[Derived] = []
        self._removed: list[Derived] = []
        self._events: Counter[int] = Counter()
        self._relations: dict[tuple[int, str], list[int]] = {}
        self._tally: Counter[tuple[str, str]] = Counter()
        self._pairs: dict[tuple[int, int, int], list[int]] = {}
        self._shrunk: set[tuple[int, int, int]] = set()

    def change(self, before: Derived | None, after: Derived | None) -> None:
        """Note that an event meant `before` and means `after`; None is "not there"."""
        if before is not None:
            self._removed.append(before)
            self._count(before, -1)
        if after is not None:
            self._added.append(after)
            self._count(after, 1)
        if before is not None:
            kept = set(after.pairs) if after is not None else set()
            self._shrunk.update(
                (actor, period, partner)
                for actor, partner in before.pairs
                if (actor, partner) not in kept
                for period, _ in _periods(before.claim.day)
            )

    def _count(self, event: Derived, sign: int) -> None:
        claim, mass = event.claim, event.mass
        self._tally[event.event_type, claim.status] += sign
        for actor, sides, partner in event.parts:
            self._events[actor] += sign
            counts = self._relations.setdefault((actor, claim.relation), [0, 0])
            counts[0] += sign if sides & SOURCE_SIDE else 0
            counts[1] += sign if sides & TARGET_SIDE else 0
            if partner is None:
                continue
            for period, weight in _periods(claim.day):
                key = (actor, period, partner)
                sums = self._pairs.setdefault(key, [0, 0, 0, 0, _LATE, _EARLY])
                sums[0 if mass >= 0 else 1] += sign * round(abs(mass) * weight)
                sums[2] += sign
                sums[3] += sign if claim.status == Status.PLANNED else 0
                if sign > 0:
                    sums[4] = min(sums[4], claim.day)
                    sums[5] = max(sums[5], claim.day)

    def flush(self, connection: sqlite3.Connection) -> None:
        """Write the changes inside the open transaction."""
        many = connection.executemany
        many(_DELETE_INCIDENCE, (row[:3] for event in self._removed for row in _rows(event)))
        many(_INSERT_INCIDENCE, sorted(row for event in self._added for row in _rows(event)))
        many(_COUNT_EVENTS, ((count, n) for n, count in self._events.items() if count))
        many(
            _COUNT_RELATIONS, ((*key, *sums) for key, sums in self._relations.items() if any(sums))
        )
        many(_COUNT_TALLY, ((*key, count) for key, count in self._tally.items() if count))
        many(_COUNT_PAIRS, sorted((*key, *sums) for key, sums in self._pairs.items()))
        if self._removed:
            many(_DROP_PAIR, self._pairs)
            many(_DROP_RELATION, self._relations)
            connection.execute("DELETE FROM tally WHERE events = 0")
            many(_NARROW_PAIR, (_narrowing(*key) for key in self._shrunk))


@lru_cache(maxsize=65536)
def _periods(day: int) -> tuple[tuple[int, float], tuple[int, float]]:
    """The month and the year that count an event of a day, each with the weight it gives it.

    A month is numbered as in `mass.month_of`, a year by its number below 0.
    """
    when = date.fromordinal(day)
    return (month_of(when), 1.0), (-when.year, growth(when, HALF_LIFE_DAYS))


def _rows(event: Derived) -> Iterable[tuple[Any, ...]]:
    claim = event.claim
    planned = 1 if claim.status == Status.PLANNED else 0
    for actor, sides, partner in event.parts:
        yield (
            actor,
            claim.day,
            claim.id,
            event.event_type,
            claim.n,
            sides,
            partner,
            event.mass,
            planned,
            event.confidence,
        )


def _narrowing(actor: int, period: int, partner: int) -> dict[str, int]:
    if period < 0:
        first, last = date(-period, 1, 1), date(-period, 12, 31)
    else:
        first, last = month_days(period)
    return {
        "actor": actor,
        "period": period,
        "partner": partner,
        "first": first.toordinal(),
        "last": last.toordinal(),
    }


_DELETE_INCIDENCE = "DELETE FROM incidence WHERE actor = ? AND day = ? AND event = ?"
_INSERT_INCIDENCE = "INSERT INTO incidence VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_COUNT_EVENTS = "UPDATE actor SET events = events + ? WHERE n = ?"
_COUNT_RELATIONS = """
INSERT INTO actor_relation VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET
    as_source = as_source + excluded.as_source, as_target = as_target + excluded.as_target
"""
_DROP_RELATION = """
DELETE FROM actor_relation
WHERE actor = ? AND relation = ? AND as_source = 0 AND as_target = 0
"""
_COUNT_TALLY = """
INSERT INTO tally VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET events = events + excluded.events
"""
_COUNT_PAIRS = """
INSERT INTO pair VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET
    cooperation = cooperation + excluded.cooperation, conflict = conflict + excluded.conflict,
    events = events + excluded.events, planned = planned + excluded.planned,
    first_day = min(first_day, excluded.first_day), last_day = max(last_day, excluded.last_day)
"""
_DROP_PAIR = "DELETE FROM pair WHERE actor = ? AND period = ? AND partner = ? AND events = 0"
_NARROW_PAIR = """
UPDATE pair SET (first_day, last_day) = (
    SELECT min(i.day), max(i.day) FROM incidence i
    WHERE i.actor = :actor AND i.day BETWEEN :first AND :last AND i.partner = :partner
)
WHERE actor = :actor AND period = :period AND partner = :partner
"""

"""Sums by day gathered into calendar periods: the same for every store.

Imports only `windows` and the types of `store`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from graph.store import Bucket, Tally
from graph.windows import start_of


@dataclass(slots=True)
class Sums:
    """The fields of a Tally without its start."""

    events: int = 0
    planned: int = 0
    cooperative: int = 0
    hostile: int = 0
    cooperation: float = 0.0
    conflict: float = 0.0

    def add(self, other: "Sums") -> None:
        self.events += other.events
        self.planned += other.planned
        self.cooperative += other.cooperative
        self.hostile += other.hostile
        self.cooperation += other.cooperation
        self.conflict += other.conflict


def in_buckets(days: Iterable[tuple[date, Sums]], bucket: Bucket) -> tuple[Tally, ...]:
    """Return the Tally of each bucket in which a day lies, earliest first."""
    found: dict[date, Sums] = {}
    for day, sums in days:
        found.setdefault(start_of(day, bucket), Sums()).add(sums)
    return tuple(
        Tally(
            start=start,
            events=sums.events,
            planned=sums.planned,
            cooperative=sums.cooperative,
            hostile=sums.hostile,
            cooperation=sums.cooperation,
            conflict=sums.conflict,
        )
        for start, sums in sorted(found.items())
    )

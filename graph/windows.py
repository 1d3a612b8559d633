"""Days, and the calendar periods that they lie in. Pure; imports only `mass` and `store`."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta

from graph.mass import month_days, month_of
from graph.store import Bucket, Tally


def day_after(day: date) -> date | None:
    """Return the end of a half-open window whose last day is `day`; None for the last of all."""
    return day + timedelta(days=1) if day < date.max else None


def day_before(day: date) -> date:
    """Return the last day of a half-open window that ends on `day`."""
    return day - timedelta(days=1) if day > date.min else day


def earliest(*days: date | None) -> date | None:
    """Return the earliest of the days that are given; None if none is."""
    return min((day for day in days if day is not None), default=None)


def start_of(day: date, bucket: Bucket) -> date:
    """Return the first day of the bucket in which a day lies."""
    match bucket:
        case Bucket.DAY:
            return day
        case Bucket.MONTH:
            return day.replace(day=1)
        case Bucket.YEAR:
            return date(day.year, 1, 1)


def last_day_of(start: date, bucket: Bucket) -> date:
    """Return the last day of a bucket that begins on `start`."""
    match bucket:
        case Bucket.DAY:
            return start
        case Bucket.MONTH:
            return month_days(month_of(start))[1]
        case Bucket.YEAR:
            return date(start.year, 12, 31)


def summed(start: date, group: Iterable[Tally]) -> Tally:
    """Return one Tally that holds all of a group."""
    total = Tally(start, 0, 0, 0, 0, 0.0, 0.0)
    for tally in group:
        total = Tally(
            start=start,
            events=total.events + tally.events,
            planned=total.planned + tally.planned,
            cooperative=total.cooperative + tally.cooperative,
            hostile=total.hostile + tally.hostile,
            cooperation=total.cooperation + tally.cooperation,
            conflict=total.conflict + tally.conflict,
        )
    return total


def periods(first: date, last: date, bucket: Bucket) -> Iterator[date]:
    """Yield the first day of every bucket from that which begins on `first` to that on `last`."""
    start: date | None = first
    while start is not None and start <= last:
        yield start
        start = day_after(last_day_of(start, bucket))


def filled(tallies: Sequence[Tally], bucket: Bucket) -> Iterator[Tally]:
    """Yield the tallies and, between the first and the last, an empty one for each bucket that
    has none."""
    known = {tally.start: tally for tally in tallies}
    if known:
        for start in periods(tallies[0].start, tallies[-1].start, bucket):
            yield known.get(start) or summed(start, ())

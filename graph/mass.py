"""How much an event weighs between two actors: the arithmetic that every store shares.

The formula is the one that `store.TieQuery` promises. Pure; imports only `copies`, `model` and
`ontology`.
"""

import calendar
from collections.abc import Iterable
from datetime import date

from graph.copies import different_tellings
from graph.model import Event, Status
from graph.ontology import Ontology

COUNTING = "near-copies 1"
"""Names the rule by which publishers are counted. A store that keeps masses remembers it, because
sums made by another rule would drift: change it whenever the count of some reports changes."""

RECENT_DAYS = 365
"""`Tie.recent_*` looks at this many days, the last of which is `as_of`."""


def independent_publishers(reports: Iterable[tuple[str, str]]) -> int:
    """Count the independent publishers among (publisher, quote) pairs.

    It is the smaller of the number of publishers and the number of different tellings among the
    quotes (`copies.different_tellings`): ten papers that print one wire story count once, also if
    each changes a few words of it, and so does one paper that reports ten times. The order does
    not matter, and one more report never lowers it.
    """
    publishers, quotes = set(), set()
    for publisher, quote in reports:
        publishers.add(publisher)
        quotes.add(quote)
    if len(publishers) < 2 or len(quotes) < 2:
        return min(len(publishers), len(quotes))
    return different_tellings(quotes, len(publishers))


def corroboration(publishers: int) -> float:
    """Return 1 for one independent publisher, 1.5 for two, 1.75 for three, ever nearer to 2."""
    return 2 - 0.5 ** (max(publishers, 1) - 1)


def signed_mass(score: float, confidence: float, publishers: int) -> float:
    """Return the unfaded mass of an event, below 0 for conflict."""
    return score * confidence * corroboration(publishers)


def event_mass(ontology: Ontology, event: Event, publishers: int) -> float:
    """Return the signed, unfaded mass of an event; 0 where it has no projection."""
    projection = ontology.project(event.relation, event.status)
    return signed_mass(projection.score, event.confidence, publishers) if projection else 0.0


def counts(ontology: Ontology, relation: str, status: Status) -> bool:
    """Tell whether such an event is counted in a Tie: hypothetical and negated ones are not."""
    return ontology.project(relation, status) is not None


def fade(day: date, as_of: date, half_life_days: float) -> float:
    """Return the share of its mass that an event of `day` still has in the month of `as_of`."""
    age = as_of.toordinal() - as_of.day - (day.toordinal() - day.day)
    return float(0.5 ** (max(age, 0) / half_life_days))


def growth(day: date, half_life_days: float) -> float:
    """Return how much heavier an event of `day` weighs than one of January of the same year.

    It is 1 or more, and `fade` of the event is this times `fade` of the first of January.
    """
    return float(2.0 ** ((day.replace(day=1) - date(day.year, 1, 1)).days / half_life_days))


def month_of(day: date) -> int:
    """Number the months: year * 12 + month - 1."""
    return day.year * 12 + day.month - 1


def month_days(month: int) -> tuple[date, date]:
    """Return the first and the last day of a numbered month."""
    year, place = divmod(month, 12)
    last = calendar.monthrange(year, place + 1)[1]
    return date(year, place + 1, 1), date(year, place + 1, last)

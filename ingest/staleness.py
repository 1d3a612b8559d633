"""Tells of articles that are newer than what is known of the countries that act in them.

Whoever took office after that day is not in the data: the old holder would be meant by a title.
Imports `graph` and `pipeline`. and the types of `pipeline`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from graph.model import Actor, ActorKind
from graph.reference import Reference
from graph.reference.reach import known_until

if TYPE_CHECKING:
    from ingest.pipeline import Coded  # at run time it would load spaCy


@dataclass(frozen=True, slots=True)
class Stale:
    """A country whose heads are known until a day before that of an article it acts in."""

    country: Actor
    known_until: date
    article_day: date

    def __str__(self) -> str:
        return (
            f"{self.country.name}: offices known until {self.known_until}, "
            f"an article is of {self.article_day}; later holders are not known"
        )


class StaleWatch:
    """Looks at the articles of one run; every country is told of once."""

    def __init__(self, reference: Reference) -> None:
        self._reference = reference
        self._known: dict[str, date] = {}
        self._told: set[str] = set()

    def look(self, coded: "Coded") -> Iterator[Stale]:
        """Yield the countries that are source or target in the article and not known up to its
        day, unless they were told of before. An article without a date gives none."""
        if coded.article.published_at is None:
            return
        day = coded.article.published_at.date()
        for event in coded.events:
            for actor in (event.source, event.target):
                if actor is None or actor.kind is not ActorKind.STATE or actor.id in self._told:
                    continue
                until = self._known_until(actor.id)
                if until < day:
                    self._told.add(actor.id)
                    yield Stale(actor, until, day)

    def _known_until(self, state: str) -> date:
        if state not in self._known:
            self._known[state] = known_until(self._reference, state)
        return self._known[state]

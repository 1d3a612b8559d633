"""What a store may be able to do beyond the port.

A store that has one of these is asked for it by `isinstance`; one that has not is served in the
general way. Imports only `model` and
`reference`.
"""

from collections.abc import Iterator
from typing import Protocol, runtime_checkable

from graph.model import Article, Problem
from graph.reference import Reference


@runtime_checkable
class KeepsReference(Protocol):
    """Keeps the curated data itself, with the ties that the port has no words for."""

    def write_reference(self, reference: Reference) -> bool:
        """Store actors, offices, memberships and commitments if they changed since the last time;
        tell whether they had."""


@runtime_checkable
class Rebuilds(Protocol):
    """Can compute everything derived anew."""

    def rebuild(self) -> None:
        """Make everything derived equal what events and evidence say, in one transaction."""


@runtime_checkable
class ListsArticles(Protocol):
    """Can go through all its articles."""

    def export_articles(self) -> Iterator[tuple[Article, tuple[Problem, ...]]]:
        """Yield every article once, ordered by id, with its problems in the order of the port, in
        bounded memory."""

"""What a store may be able to do beyond the port.

A store that has one of these is asked for it by `isinstance`; one that has not is served in the
general way. Imports only `reference`.
"""

from typing import Protocol, runtime_checkable

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

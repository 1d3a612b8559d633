"""Up to which day the offices of a state are known, so that a reader of newer texts is warned.

An office whose last holder has an end and no successor is known until that end; every other one
until the day of the files. Imports only `types`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from graph.reference.types import Reference, Role

HEADS = (Role.HEAD_OF_STATE, Role.SUPREME_LEADER, Role.HEAD_OF_GOVERNMENT)
WATCHED = (*HEADS, Role.FOREIGN_MINISTER)


@dataclass(frozen=True, slots=True)
class Reach:
    """One office of one state, and the last day for which its holder is known."""

    state: str
    role: Role
    until: date


def reach(reference: Reference, state: str) -> Iterator[Reach]:
    """The watched offices of a state of which any holder is known, the heads first.

    An office that was abolished is left out, and so is one that the files never had: what is
    missing is no staleness.
    """
    for role in WATCHED:
        ends = [
            term.period.until or reference.as_of
            for term in reference.terms_of_principal(state)
            if term.role is role
        ]
        if ends and (state, role) not in reference.ended:
            yield Reach(state, role, min(max(ends), reference.as_of))


def known_until(reference: Reference, state: str) -> date:
    """The last day on which every head of the state is known: state, government, supreme leader.

    A state without any head in the files is known until the day of the files.
    """
    heads = [item.until for item in reach(reference, state) if item.role in HEADS]
    return min(heads, default=reference.as_of)

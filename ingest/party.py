"""Party: one end of a claim, and what the readers of parties ask of others.

Imports `graph.model`, `document`, `gazetteer` and `mentions`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from graph.model import Actor
from ingest.document import Sentence, Token
from ingest.gazetteer import TermKind
from ingest.mentions import Mention


@dataclass(frozen=True, slots=True)
class Party:
    """One end of a claim: the principal, who is named in its stead, and where."""

    principal: Actor
    via: Actor | None
    start: int
    end: int
    how: str
    is_place: bool = False
    weight: float = 1.0
    slot: str = ""
    """The slot of a verb frame in which a target was found; "" for all others."""


class Referents(Protocol):
    """What `coreference` answers: the parties that a pronoun or a definite phrase means."""

    def pronoun(self, sentence: Sentence, token: Token) -> list[Party]: ...

    def definite(self, sentence: Sentence, token: Token) -> list[Party]: ...

    def saw(self, party: Party) -> None: ...

    def subject_before(self, sentence: Sentence) -> list[Party]: ...

    def place_before(self, sentence: Sentence) -> list[Party]: ...

    def couple(self, sentence: Sentence) -> list[Party]: ...

    def other(self, own: Sequence[Party]) -> list[Party]: ...


class Offices(Protocol):
    """What the reader of mentions answers: who holds an office of a principal."""

    def holder(self, principal: str, title: str) -> Actor | None: ...


def party_of(mention: Mention) -> Party:
    """The party that a resolved mention names."""
    assert mention.principal is not None
    return Party(
        mention.principal,
        mention.via,
        mention.start,
        mention.end,
        mention.how,
        mention.kind is TermKind.PLACE,
        mention.weight,
    )


NAMESAKE = "a name owned"


def is_namesake(party: Party) -> bool:
    """Whether all that is known of somebody is that a state "has" them."""
    return party.how.startswith(NAMESAKE)


def weaken(parties: Iterable[Party], factor: float, how: str) -> list[Party]:
    """The same parties, found by a less certain way."""
    return [replace(p, weight=p.weight * factor, how=f"{how}: {p.how}") for p in parties]


def distinct(parties: Iterable[Party]) -> list[Party]:
    found: dict[str, Party] = {}
    for party in parties:
        other = found.get(party.principal.id)
        if other is None or (other.via is None and party.via is not None):
            found[party.principal.id] = party
    return list(found.values())

"""The undirected graph of a day: principals, and between two of them what was observed.

Made from the bonds of the store. Reads no clock. Imports only `model`, `alliances`, `errors` and
`store`.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from graph.alliances import PRIOR_MASS, score
from graph.model import Actor
from graph.store import Bond, Store, TieQuery


class Tone(StrEnum):
    """Which side of a tie makes two actors close."""

    FRIENDLY = "friendly"
    HOSTILE = "hostile"
    ANY = "any"


@dataclass(frozen=True, slots=True)
class Edge:
    """What was observed between two principals, `one` < `other` by id; masses are faded."""

    one: str
    other: str
    cooperation: float
    conflict: float
    events: int

    @property
    def score(self) -> float:
        return score(self.cooperation, self.conflict)

    def closeness(self, tone: Tone) -> float:
        """Return how close the tie is, in [0, 1); 0 is no tie of this tone.

        A friendly tie is as close as its score, a hostile one as its score below 0; of any tone it
        is m / (m + k), m being all its mass and k that of `alliances.score`.
        """
        match tone:
            case Tone.FRIENDLY:
                return max(self.score, 0.0)
            case Tone.HOSTILE:
                return max(-self.score, 0.0)
            case Tone.ANY:
                mass = self.cooperation + self.conflict
                return mass / (mass + PRIOR_MASS)


@dataclass(frozen=True, slots=True)
class Network:
    """Edges by (one, other), ordered, and the actors at their ends by id."""

    edges: Mapping[tuple[str, str], Edge]
    actors: Mapping[str, Actor]

    def between(self, one: str, other: str) -> Edge | None:
        return self.edges.get((min(one, other), max(one, other)))

    def neighbours(self) -> dict[str, list[str]]:
        """Return the ids of the actors beside each actor."""
        found: dict[str, list[str]] = {actor: [] for actor in self.actors}
        for one, other in self.edges:
            found[one].append(other)
            found[other].append(one)
        return found


def network(
    store: Store,
    query: TieQuery,
    guests: Iterable[str] = (),
    among: Sequence[str] | None = None,
) -> Network:
    """Return the graph of the principals that the query counts events between, or of those of
    them that are `among` some.

    Where an actor is also named for others, its own bond counts these too; the edge takes the
    smaller of both ends' numbers. `guests` are actors that may be nobody's principal (a person);
    theirs are the edges that their own bonds tell.
    """
    bonds = {(bond.actor, bond.partner): bond for bond in store.bonds(query, among)}
    invited = frozenset(guests)
    found = dict(sorted(_edges(bonds, invited)))
    ids = {actor for pair in found for actor in pair} | invited
    named = store.actors(sorted(ids))
    return Network(found, {key: named[key].actor for key in sorted(named)})


def _edges(
    bonds: Mapping[tuple[str, str], Bond], guests: frozenset[str]
) -> Iterator[tuple[tuple[str, str], Edge]]:
    for (actor, partner), bond in bonds.items():
        back = bonds.get((partner, actor))
        if back is None and actor not in guests:
            continue
        if back is not None and partner < actor:
            continue
        other = back or bond
        pair = (min(actor, partner), max(actor, partner))
        yield (
            pair,
            Edge(
                *pair,
                min(bond.cooperation, other.cooperation),
                min(bond.conflict, other.conflict),
                min(bond.events, other.events),
            ),
        )

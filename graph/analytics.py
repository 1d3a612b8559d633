"""The shape of the whole graph: blocs and centrality. The only module that imports networkx.

The graph of `network` is undirected; its weights are closenesses. Every figure is networkx's own
on that graph, with the actors numbered in the order of their ids, so that the same data give the
same answer. Above a size betweenness is estimated from a sample of actors, and says so. Reads no
clock. Imports only `model`, `errors` and `network`.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import networkx as nx

from graph.model import Actor
from graph.network import Network, Tone

SEED = 2023
"""For what networkx draws at random."""

FAINTEST = 1e-12
"""A closeness below is none: a tie that faded for 40 half-lives. The squares of the sums of much
fainter ones are 0 to a computer."""

MAX_EDGES = 30_000
"""Of more ties the closest are taken, and the answer says how many were left out."""

EXACT_UP_TO = 250
"""Actors for which betweenness is computed from every one of them; above, from SAMPLED."""

SAMPLED = 100


@dataclass(frozen=True, slots=True)
class Member:
    """An actor of a bloc. `weight` is the sum of its closenesses to the other members, `share`
    its part of the closeness that it has to anybody."""

    actor: Actor
    weight: float
    share: float


@dataclass(frozen=True, slots=True)
class Bloc:
    """A community, named after the member with the greatest weight, members by weight."""

    id: str
    name: str
    members: tuple[Member, ...]


@dataclass(frozen=True, slots=True)
class Blocs:
    """A partition of the actors that have ties; `loners` counts those in blocs of one."""

    blocs: tuple[Bloc, ...]
    modularity: float
    actors: int
    ties: int
    ties_left_out: int
    loners: int


class Measure(StrEnum):
    DEGREE = "degree"
    STRENGTH = "strength"
    BETWEENNESS = "betweenness"
    EIGENVECTOR = "eigenvector"


@dataclass(frozen=True, slots=True)
class Central:
    """One actor's figures: `degree` is the share of the others that it has ties with, `strength`
    the sum of its closenesses. `eigenvector` is None where the iteration does not converge."""

    actor: Actor
    degree: float
    strength: float
    betweenness: float
    eigenvector: float | None

    def figure(self, measure: Measure) -> float:
        value: float | None = getattr(self, measure.value)
        return 0.0 if value is None else value


@dataclass(frozen=True, slots=True)
class Centrality:
    """Most central first. `sampled` is from how many actors betweenness was estimated; None where
    it is exact."""

    actors: tuple[Central, ...]
    ties: int
    ties_left_out: int
    sampled: int | None


def blocs(graph: Network, tone: Tone = Tone.FRIENDLY, resolution: float = 1.0) -> Blocs:
    """Return communities by the method of Louvain (Blondel et al. 2008), largest first, and the
    modularity of the partition (Newman 2004).

    A bloc's id is that of the member with the greatest weight: a bloc keeps its name as long as
    its leader leads it. `resolution` above 1 favours smaller blocs.
    """
    closeness, left_out = _closest(graph, tone)
    numbered, ids = _numbered(closeness)
    if not ids:
        return Blocs((), 0.0, 0, 0, left_out, 0)
    found = nx.community.louvain_communities(
        numbered, weight="weight", resolution=resolution, seed=SEED
    )
    modularity = nx.community.modularity(numbered, found, weight="weight", resolution=resolution)
    made = [_bloc(graph, {ids[n] for n in group}, closeness) for group in found]
    shown = [bloc for bloc in made if len(bloc.members) > 1]
    return Blocs(
        blocs=tuple(sorted(shown, key=lambda bloc: (-len(bloc.members), bloc.id))),
        modularity=float(modularity),
        actors=len(ids),
        ties=len(closeness),
        ties_left_out=left_out,
        loners=len(made) - len(shown),
    )


def centrality(
    graph: Network, tone: Tone = Tone.ANY, measure: Measure = Measure.BETWEENNESS
) -> Centrality:
    """Return the figures of every actor that has ties, by one of them downwards, then by id.

    Betweenness (Brandes 2001) goes by shortest paths, a tie being -ln(closeness) long;
    the eigenvector is weighted by closeness.
    """
    closeness, left_out = _closest(graph, tone)
    numbered, ids = _numbered(closeness)
    if not ids:
        return Centrality((), 0, left_out, None)
    sampled = SAMPLED if len(ids) > EXACT_UP_TO else None
    degree = nx.degree_centrality(numbered)
    between = nx.betweenness_centrality(numbered, k=sampled, weight="length", seed=SEED)
    eigen = _eigenvector(numbered)
    strength = dict(numbered.degree(weight="weight"))
    found = [
        Central(
            actor=graph.actors[ids[n]],
            degree=float(degree[n]),
            strength=float(strength[n]),
            betweenness=float(between[n]),
            eigenvector=float(eigen[n]) if eigen else None,
        )
        for n in numbered
    ]
    found.sort(key=lambda item: (-item.figure(measure), item.actor.id))
    return Centrality(tuple(found), len(closeness), left_out, sampled)


def as_networkx(graph: Network, tone: Tone) -> nx.Graph:
    """Return the graph that the figures are of, its nodes being ids of actors: `weight` is the
    closeness, `length` its -ln."""
    numbered, ids = _numbered(_closest(graph, tone)[0])
    return nx.relabel_nodes(numbered, dict(enumerate(ids)))


def _closest(graph: Network, tone: Tone) -> tuple[dict[tuple[str, str], float], int]:
    """The closenesses of the closest MAX_EDGES ties by pair, and how many are left out."""
    near = {pair: edge.closeness(tone) for pair, edge in graph.edges.items()}
    found = {pair: value for pair, value in near.items() if value >= FAINTEST}
    if len(found) <= MAX_EDGES:
        return found, 0
    best = sorted(found, key=lambda pair: (-found[pair], pair))[:MAX_EDGES]
    return {pair: found[pair] for pair in sorted(best)}, len(found) - MAX_EDGES


def _numbered(closeness: Mapping[tuple[str, str], float]) -> tuple[nx.Graph, list[str]]:
    """The graph with actors as numbers: sets of texts have another order in every process."""
    ids = sorted({actor for pair in closeness for actor in pair})
    number = {actor: n for n, actor in enumerate(ids)}
    graph = nx.Graph()
    graph.add_nodes_from(range(len(ids)))
    for (one, other), near in closeness.items():
        graph.add_edge(number[one], number[other], weight=near, length=-math.log(near))
    return graph, ids


def _eigenvector(graph: nx.Graph) -> dict[int, float] | None:
    try:
        found: dict[int, float] = nx.eigenvector_centrality(
            graph, max_iter=2000, tol=1e-8, weight="weight"
        )
    except nx.PowerIterationFailedConvergence:
        return None
    return found


def _bloc(graph: Network, ids: set[str], closeness: Mapping[tuple[str, str], float]) -> Bloc:
    inside = dict.fromkeys(ids, 0.0)
    anywhere = dict.fromkeys(ids, 0.0)
    for pair, near in closeness.items():
        for actor in ids.intersection(pair):
            anywhere[actor] += near
            if ids.issuperset(pair):
                inside[actor] += near
    members = sorted(
        (
            Member(graph.actors[actor], weight, weight / anywhere[actor])
            for actor, weight in inside.items()
        ),
        key=lambda member: (-member.weight, member.actor.id),
    )
    return Bloc(members[0].actor.id, _name(members), tuple(members))


def _name(members: list[Member]) -> str:
    """ "Russia, Iran and 3 more"."""
    names = [member.actor.name for member in members]
    if len(names) <= 3:
        return " and ".join(part for part in (", ".join(names[:-1]), names[-1]) if part)
    return f"{names[0]}, {names[1]} and {len(names) - 2} more"

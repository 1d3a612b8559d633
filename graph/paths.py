"""By whom two actors are connected: the closest paths between them.

A path is as close as the product of its ties, so a long one of good friends may come before a
short one of acquaintances. Found exactly: best first, guided by the least cost that is still to
come within the hops that are left. Reads no clock. Imports only `model`, `alliances`, `errors`,
`network`, `proofs` and `store`.
"""

import heapq
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice, pairwise

from graph.alliances import Stance, stance
from graph.errors import InvalidInput
from graph.model import Actor
from graph.network import Network, Tone
from graph.proofs import Proven, prove_between
from graph.store import EventQuery, Store, TieQuery
from graph.windows import day_after

MAX_HOPS = 6


@dataclass(frozen=True, slots=True)
class Hop:
    """One tie of a path, in the direction in which the path is walked."""

    source: Actor
    target: Actor
    closeness: float
    score: float
    stance: Stance
    events: int
    proven: Proven


@dataclass(frozen=True, slots=True)
class Path:
    """Its hops; `closeness` is the product of theirs, in (0, 1)."""

    closeness: float
    hops: tuple[Hop, ...]


def paths(
    store: Store,
    graph: Network,
    ends: tuple[str, str],
    query: TieQuery,
    tone: Tone = Tone.FRIENDLY,
    max_hops: int = 3,
    limit: int = 5,
    proofs: int = 1,
) -> tuple[Path, ...]:
    """Return the `limit` closest paths between two actors of at most `max_hops` ties, closest
    first, then by the ids on the way; each hop with its evidence.

    An actor without ties has no paths. Raises InvalidInput for `max_hops` outside 1..MAX_HOPS, or
    where both ends are the same.
    """
    found = list(islice(closest(graph, ends, tone, max_hops), limit))
    pairs = {pair for _, way in found for pair in pairwise(way)}
    told = {
        (one, other): prove_between(store, _between(one, other, query), query.as_of, proofs)
        for one, other in pairs
    }
    return tuple(
        Path(math.exp(-cost), tuple(_hop(graph, pair, tone, told[pair]) for pair in pairwise(way)))
        for cost, way in found
    )


def closest(
    graph: Network, ends: tuple[str, str], tone: Tone, max_hops: int
) -> Iterator[tuple[float, tuple[str, ...]]]:
    """Yield (cost, ids on the way) of every simple path of at most `max_hops`, least cost first,
    then by ids. The cost of a tie is -ln(closeness)."""
    start, goal = ends
    if not 1 <= max_hops <= MAX_HOPS:
        raise InvalidInput(f"a path has 1 to {MAX_HOPS} hops, not {max_hops}")
    if start == goal:
        raise InvalidInput(f"{start} needs no path to itself")
    beside = _costs(graph, tone)
    if start not in beside or goal not in beside:
        return
    left = _least_costs(beside, goal, max_hops)
    first = left[max_hops].get(start)
    heap: list[tuple[float, tuple[str, ...], float]] = []
    if first is not None:
        heap.append((first, (start,), 0.0))
    while heap:
        bound, way, cost = heapq.heappop(heap)
        if way[-1] == goal:
            yield bound, way
            continue
        rest = left[max_hops - len(way)]
        for other, step in beside[way[-1]].items():
            if other not in way and other in rest:
                so_far = cost + step
                heapq.heappush(heap, (so_far + rest[other], (*way, other), so_far))


def _costs(graph: Network, tone: Tone) -> dict[str, dict[str, float]]:
    found: dict[str, dict[str, float]] = {}
    for (one, other), edge in graph.edges.items():
        closeness = edge.closeness(tone)
        if closeness > 0:
            cost = -math.log(closeness)
            found.setdefault(one, {})[other] = cost
            found.setdefault(other, {})[one] = cost
    return found


def _least_costs(
    beside: Mapping[str, Mapping[str, float]], goal: str, max_hops: int
) -> list[dict[str, float]]:
    """For each number of hops: from every actor that reaches the goal within them, the least cost
    (Bellman and Ford, so walks count too: a bound for simple paths)."""
    rounds = [{goal: 0.0}]
    for _ in range(max_hops):
        best = dict(rounds[-1])
        for actor, cost in rounds[-1].items():
            for other, step in beside[actor].items():
                if cost + step < best.get(other, math.inf):
                    best[other] = cost + step
        rounds.append(best)
    return rounds


def _between(one: str, other: str, query: TieQuery) -> EventQuery:
    return EventQuery(
        actor=one,
        partner=other,
        since=query.since,
        until=day_after(query.as_of),
        min_confidence=query.min_confidence,
    )


def _hop(graph: Network, pair: tuple[str, str], tone: Tone, proven: Proven) -> Hop:
    edge = graph.between(*pair)
    assert edge is not None
    return Hop(
        source=graph.actors[pair[0]],
        target=graph.actors[pair[1]],
        closeness=edge.closeness(tone),
        score=edge.score,
        stance=stance(edge.score),
        events=edge.events,
        proven=proven,
    )

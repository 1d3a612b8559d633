"""Paths: the closest ways between two actors, compared with trying every way there is."""

import math
from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import networkx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.alliances import score
from graph.errors import InvalidInput
from graph.network import Edge, Network, Tone, network
from graph.paths import closest, paths
from graph.store import Batch, TieQuery
from graph.stores.sqlite import SqliteStore
from tests.builders import (
    DAY,
    IRN,
    NATO,
    PEZESHKIAN,
    PUTIN,
    RUS,
    USA,
    article,
    event,
    evidence,
    state,
)

LETTERS = "ABCDEFG"


def graph_of(*edges: tuple[str, str, float, float]) -> Network:
    """A network from (one, other, cooperation, conflict)."""
    found = {}
    for one, other, cooperation, conflict in edges:
        pair = (min(one, other), max(one, other))
        found[pair] = Edge(*pair, cooperation, conflict, 1)
    ids = sorted({actor for pair in found for actor in pair})
    return Network(dict(sorted(found.items())), {key: state(key) for key in ids})


masses = st.sampled_from([0.0, 1.0, 3.0, 10.0, 40.0])
graphs = st.lists(
    st.tuples(st.sampled_from(LETTERS), st.sampled_from(LETTERS), masses, masses).filter(
        lambda edge: edge[0] != edge[1]
    ),
    max_size=16,
).map(lambda edges: graph_of(*edges))


def every_path(graph: Network, tone: Tone, max_hops: int) -> list[tuple[float, tuple[str, ...]]]:
    plain = networkx.Graph()
    plain.add_nodes_from(graph.actors)
    for pair, edge in graph.edges.items():
        if edge.closeness(tone) > 0:
            plain.add_edge(*pair, near=edge.closeness(tone))
    if "A" not in plain or "B" not in plain:
        return []
    found = networkx.all_simple_paths(plain, "A", "B", cutoff=max_hops)
    return sorted(
        (-sum(math.log(plain.edges[pair]["near"]) for pair in pairwise(way)), tuple(way))
        for way in found
    )


@given(graph=graphs, tone=st.sampled_from(Tone), max_hops=st.integers(1, 6))
def test_every_simple_path_comes_once_closest_first(
    graph: Network, tone: Tone, max_hops: int
) -> None:
    found = list(closest(graph, ("A", "B"), tone, max_hops))
    wanted = every_path(graph, tone, max_hops)
    assert sorted(way for _, way in found) == sorted(way for _, way in wanted)
    costs = [cost for cost, _ in found]
    assert costs == pytest.approx([cost for cost, _ in wanted])
    assert all(later >= earlier - 1e-9 for earlier, later in pairwise(costs))


def test_good_friends_of_friends_are_closer_than_an_acquaintance() -> None:
    graph = graph_of(("A", "C", 90, 0), ("B", "C", 90, 0), ("A", "B", 3, 0))
    ways = [way for _, way in closest(graph, ("A", "B"), Tone.FRIENDLY, 2)]
    assert ways == [("A", "C", "B"), ("A", "B")]
    assert [w for _, w in closest(graph, ("A", "B"), Tone.FRIENDLY, 1)] == [("A", "B")]
    assert list(closest(graph, ("A", "B"), Tone.HOSTILE, 3)) == []


def test_hops_and_ends_that_make_no_sense_are_refused() -> None:
    graph = graph_of(("A", "B", 1, 0))
    for ends, hops in ((("A", "A"), 2), (("A", "B"), 0), (("A", "B"), 7)):
        with pytest.raises(InvalidInput):
            list(closest(graph, ends, Tone.ANY, hops))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    with SqliteStore(tmp_path / "graph.db") as opened:
        opened.migrate()
        yield opened


def test_each_hop_has_its_score_and_the_sentence_that_proves_it(store: SqliteStore) -> None:
    one, two = article("Russia and Iran signed a treaty."), article("Iran and America met.")
    store.write(
        Batch(
            articles=[one, two],
            events=[
                event(evidence(one, confidence=1.0)),
                event(evidence(two, confidence=1.0), source=IRN, target=USA, relation="meeting"),
            ],
        )
    )
    query = TieQuery(DAY)
    [path] = paths(store, network(store, query), ("USA", "RUS"), query)
    assert [(hop.source.id, hop.target.id) for hop in path.hops] == [("USA", "IRN"), ("IRN", "RUS")]
    assert [hop.proven.proofs[0].quote for hop in path.hops] == [two.text, one.text]
    assert [hop.score for hop in path.hops] == [score(2.8, 0), score(8.0, 0)]
    assert path.closeness == pytest.approx(score(2.8, 0) * score(8.0, 0))
    before = TieQuery(DAY - timedelta(days=1))
    assert paths(store, network(store, before), ("USA", "RUS"), before) == ()


def test_a_person_is_a_guest_in_the_graph_of_principals(store: SqliteStore) -> None:
    source = article()
    met = event(evidence(source, source_via=PUTIN, target_via=PEZESHKIAN), relation="meeting")
    store.write(Batch(articles=[source], events=[met]))
    query = TieQuery(DAY)
    assert list(network(store, query).edges) == [("IRN", "RUS")]
    guests = network(store, query, [PUTIN.id])
    assert list(guests.edges) == [("IRN", "RUS"), ("IRN", "vladimir-putin")]
    [path] = paths(store, guests, (PUTIN.id, "IRN"), query, max_hops=1)
    assert path.hops[0].proven.proofs[0].quote == source.text


def test_an_edge_counts_only_what_both_did_as_principals(store: SqliteStore) -> None:
    source = article()
    named = event(evidence(source, source_via=NATO, confidence=1.0), source=USA)
    own = event(evidence(source, confidence=1.0), source=NATO, relation="meeting")
    store.write(Batch(articles=[source], events=[named, own]))
    [edge] = [e for p, e in network(store, TieQuery(DAY)).edges.items() if p == ("IRN", "NATO")]
    assert edge.events == 1
    assert edge.cooperation == pytest.approx(2.8)
    assert RUS.id not in network(store, TieQuery(DAY)).actors

"""Blocs and centrality: the figures are networkx's own, and the same in every process."""

import math
import subprocess
import sys

import networkx
import pytest

from graph import analytics
from graph.analytics import Measure, as_networkx, blocs, centrality
from graph.network import Edge, Network, Tone
from tests.builders import state
from tests.conftest import REPOSITORY

KARATE = networkx.karate_club_graph()


def karate() -> Network:
    """Zachary's karate club (1977), its weights as cooperation, with some conflict in it."""
    edges = {}
    for one, other, weight in KARATE.edges(data="weight"):
        pair = (f"K{one:02}", f"K{other:02}")
        edges[pair] = Edge(*pair, float(weight), 0.5 if (one + other) % 5 == 0 else 0.0, weight)
    return Network(dict(sorted(edges.items())), {f"K{n:02}": state(f"K{n:02}") for n in KARATE})


def test_the_graph_has_the_closeness_of_every_tie() -> None:
    graph = as_networkx(karate(), Tone.FRIENDLY)
    assert sorted(map(tuple, map(sorted, graph.edges))) == sorted(karate().edges)
    for one, other, values in graph.edges(data=True):
        edge = karate().between(one, other)
        assert edge is not None
        assert values["weight"] == edge.closeness(Tone.FRIENDLY)
        assert values["length"] == -math.log(values["weight"])


def test_blocs_and_their_modularity_are_those_of_networkx() -> None:
    plain = networkx.convert_node_labels_to_integers(
        as_networkx(karate(), Tone.FRIENDLY), ordering="sorted"
    )
    wanted = networkx.community.louvain_communities(plain, weight="weight", seed=analytics.SEED)
    found = blocs(karate())
    groups = {frozenset(f"K{n:02}" for n in group) for group in wanted}
    assert {frozenset(m.actor.id for m in bloc.members) for bloc in found.blocs} == groups
    assert found.modularity == networkx.community.modularity(plain, wanted, weight="weight")
    assert found.modularity > 0.35
    assert (found.actors, found.ties, found.ties_left_out, found.loners) == (34, 78, 0, 0)


def test_a_bloc_is_named_after_its_weightiest_member() -> None:
    graph = as_networkx(karate(), Tone.FRIENDLY)
    for bloc in blocs(karate()).blocs:
        ids = {member.actor.id for member in bloc.members}
        for member in bloc.members:
            beside = graph[member.actor.id]
            inside = sum(beside[other]["weight"] for other in beside if other in ids)
            anywhere = sum(values["weight"] for values in beside.values())
            assert member.weight == pytest.approx(inside)
            assert member.share == pytest.approx(inside / anywhere)
        assert bloc.id == bloc.members[0].actor.id
        weights = [member.weight for member in bloc.members]
        assert weights == sorted(weights, reverse=True)
        assert bloc.name.startswith(bloc.members[0].actor.name)


def test_centrality_is_that_of_networkx() -> None:
    graph = as_networkx(karate(), Tone.ANY)
    found = centrality(karate(), Tone.ANY)
    assert found.sampled is None
    degree = networkx.degree_centrality(graph)
    between = networkx.betweenness_centrality(graph, weight="length")
    eigen = networkx.eigenvector_centrality(graph, weight="weight", max_iter=2000, tol=1e-8)
    assert len(found.actors) == 34
    for item in found.actors:
        key = item.actor.id
        assert item.degree == degree[key]
        assert item.betweenness == pytest.approx(between[key], abs=1e-12)
        assert item.eigenvector == pytest.approx(eigen[key], abs=1e-6)
        assert item.strength == pytest.approx(graph.degree(key, weight="weight"))


@pytest.mark.parametrize("measure", Measure)
def test_the_most_central_come_first(measure: Measure) -> None:
    figures = [item.figure(measure) for item in centrality(karate(), measure=measure).actors]
    assert figures == sorted(figures, reverse=True)
    assert figures[0] > 0


def test_above_a_size_betweenness_is_sampled_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(analytics, "EXACT_UP_TO", 20)
    monkeypatch.setattr(analytics, "SAMPLED", 10)
    found = centrality(karate())
    assert found.sampled == 10
    assert found == centrality(karate())
    exact = {"K00", "K33", "K32", "K02", "K31"}
    assert {item.actor.id for item in found.actors[:3]} <= exact | {"K08", "K13", "K19", "K05"}


def test_of_too_many_ties_the_closest_are_kept_and_the_rest_is_counted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(analytics, "MAX_EDGES", 30)
    found = blocs(karate())
    assert (found.ties, found.ties_left_out) == (30, 48)
    kept = [karate().edges[min(e), max(e)] for e in as_networkx(karate(), Tone.FRIENDLY).edges]
    least = min(edge.closeness(Tone.FRIENDLY) for edge in kept)
    assert sum(edge.closeness(Tone.FRIENDLY) > least for edge in karate().edges.values()) < 30


def test_hostile_ties_alone_make_other_blocs() -> None:
    pair = ("A", "B")
    feud = Network({pair: Edge(*pair, 0.0, 9.0, 1)}, {key: state(key) for key in pair})
    assert blocs(feud).blocs == ()
    [bloc] = blocs(feud, Tone.HOSTILE).blocs
    assert (bloc.id, bloc.name) == ("A", "State of A and State of B")


def test_an_empty_graph_has_no_figures() -> None:
    nothing = Network({}, {})
    assert blocs(nothing).blocs == ()
    assert centrality(nothing).actors == ()


@pytest.mark.parametrize(("mass", "ties"), [(1e-300, 0), (1e-160, 0), (1e-10, 3)])
def test_ties_that_have_faded_away_are_none(mass: float, ties: int) -> None:
    pairs = [("K00", "K01"), ("K00", "K02"), ("K01", "K02")]
    edges = {pair: Edge(*pair, mass, 0.0, 1) for pair in pairs}
    faded = Network(edges, {f"K{n:02}": state(f"K{n:02}") for n in range(3)})
    assert (blocs(faded).ties, centrality(faded).ties) == (ties, ties)


def test_the_answer_does_not_depend_on_the_process() -> None:
    code = (
        "from tests.graph.test_analytics import karate\n"
        "from graph.analytics import blocs, centrality\n"
        "print(blocs(karate())); print(centrality(karate()))"
    )
    told = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={"PYTHONPATH": str(REPOSITORY), "PYTHONHASHSEED": seed, "PATH": "/usr/bin:/bin"},
            capture_output=True,
            check=True,
            timeout=120,
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(told) == 1

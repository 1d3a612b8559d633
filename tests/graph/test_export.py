"""Exports: what other programs read back is what the store holds."""

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import networkx
import pytest

from graph.export import ExportFormat, export_events, export_ties
from graph.export_rows import EVENT_COLUMNS, TIE_COLUMNS
from graph.model import Event, Status
from graph.network import Network, Tone, network
from graph.store import Batch, EventQuery, TieQuery
from graph.stores.sqlite import SqliteStore
from tests.builders import DAY, IRN, NATO, PUTIN, RUS, USA, article, event, evidence, state
from tests.contracts.helpers import HOSTILE

QUERIES = (EventQuery(), EventQuery(actor="RUS"), EventQuery(relations=frozenset({"attack"})))


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SqliteStore]:
    sources = [article(f"{text} and more", title=text[:90], url="https://e.org/?a=1&b=<2>")
               for text in HOSTILE]  # fmt: skip
    events = [
        event(
            evidence(source, confidence=0.5 + number / 20),
            source=(RUS, USA, state("ÅLA", "Å & <Land>"))[number % 3],
            target=None if number == 4 else (IRN, NATO)[number % 2],
            relation=("treaty", "attack")[number % 2],
            status=list(Status)[number % 5],
            day=None if number == 3 else DAY,
        )
        for number, source in enumerate(sources)
    ]
    events += [event(evidence(sources[0], rule="b", source_via=PUTIN), relation="treaty")]
    events += [event(evidence(sources[1]), relation=r, day=None) for r in ("visit", "meeting")]
    with SqliteStore(tmp_path_factory.mktemp("export") / "graph.db") as opened:
        opened.migrate()
        opened.write(Batch(articles=sources, events=events))
        yield opened


def text_of(store: SqliteStore, wanted: ExportFormat, query: EventQuery = EventQuery()) -> str:  # noqa: B008
    return "".join(export_events(store, query, wanted))


def ends(event: Event) -> tuple[str, str | None]:
    return event.source.id, event.target.id if event.target else None


def clean(text: str) -> str:
    return text.replace("\x01", "\ufffd").replace("\x1b", "\ufffd")


@pytest.mark.parametrize("query", QUERIES)
@pytest.mark.parametrize("wanted", [ExportFormat.GRAPHML, ExportFormat.GEXF])
def test_networkx_reads_back_the_same_graph(
    store: SqliteStore, wanted: ExportFormat, query: EventQuery
) -> None:
    read = {ExportFormat.GRAPHML: networkx.read_graphml, ExportFormat.GEXF: networkx.read_gexf}
    graph = read[wanted](io.BytesIO(text_of(store, wanted, query).encode()))
    events = {e.id: e for e in store.events(query, 1000).items if e.target is not None}
    assert graph.is_directed()
    assert graph.number_of_edges() == len(events)
    assert set(graph) == {end for e in events.values() for end in ends(e)}
    for actor, values in graph.nodes(data=True):
        known = store.actor(actor).actor
        assert (values["name"], values["kind"]) == (known.name, known.kind)
        assert values.get("country") == known.country
    told = {values["event"]: (one, other, values) for one, other, values in graph.edges(data=True)}
    assert told.keys() == events.keys()
    for key, (one, other, values) in told.items():
        found = events[key]
        assert (one, other) == ends(found)
        assert values["relation"] == found.relation
        assert values["quote"] == clean(found.best_evidence.quote)
        assert values["confidence"] == found.confidence
        assert values.get("day") == (found.day.isoformat() if found.day else None)


def test_a_table_has_a_row_for_every_event_and_quotes_to_the_letter(store: SqliteStore) -> None:
    rows = list(csv.DictReader(io.StringIO(text_of(store, ExportFormat.CSV), newline="")))
    assert [row["id"] for row in rows] == [event.id for event in store.export()]
    assert tuple(rows[0]) == EVENT_COLUMNS
    for row in rows:
        found = store.event(row["id"])
        assert row["quote"] == found.best_evidence.quote
        assert row["url"] == "https://e.org/?a=1&b=<2>"
        assert (row["source"], row["target"] or None) == ends(found)
        assert row["source_via"] == (found.source_via.id if found.source_via else "")


def test_json_lines_hold_all_the_evidence(store: SqliteStore) -> None:
    lines = text_of(store, ExportFormat.JSONL, EventQuery(actor="RUS")).splitlines()
    events = store.events(EventQuery(actor="RUS"), 1000).items
    told = [json.loads(line) for line in text_of(store, ExportFormat.JSONL).split("\n") if line]
    assert len(lines) >= len(events)
    assert {item["id"]: [e["id"] for e in item["evidence"]] for item in told} == {
        event.id: [item.id for item in event.evidence] for event in store.export()
    }
    for item in told:
        for proof in item["evidence"]:
            text = store.article(proof["article"]).text
            assert proof["quote"] == text[proof["start"] : proof["end"]]


def names_of(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield key
            yield from names_of(item)
    elif isinstance(value, list):
        for item in value:
            yield from names_of(item)


def test_json_ld_names_every_thing_and_leads_nowhere_else(store: SqliteStore) -> None:
    document = json.loads(text_of(store, ExportFormat.JSONLD))
    nodes = {node["@id"]: node for node in document["@graph"]}
    assert len(nodes) == len(document["@graph"])
    events = [node for node in nodes.values() if node["@type"] == "Event"]
    assert len(events) == store.statistics().events
    for node in events:
        for name in ("source", "target", "source_via", "target_via"):
            assert name not in node or node[name] in nodes
        assert all(proof["@id"].startswith("evidence:") for proof in node["has_evidence"])
    assert nodes["actor:vladimir-putin"]["name"] == "Vladimir Putin"
    prefixes = {name.partition(":")[0] for name in nodes}
    assert prefixes <= set(document["@context"])
    assert not {name for name in names_of(document["@graph"]) if " " in name}


@pytest.fixture
def graph(store: SqliteStore) -> Network:
    return network(store, TieQuery(DAY))


@pytest.mark.parametrize("wanted", [ExportFormat.GRAPHML, ExportFormat.GEXF])
def test_ties_are_read_back_with_their_weights(graph: Network, wanted: ExportFormat) -> None:
    read = {ExportFormat.GRAPHML: networkx.read_graphml, ExportFormat.GEXF: networkx.read_gexf}
    text = "".join(export_ties(graph, DAY, wanted))
    found = read[wanted](io.BytesIO(text.encode()))
    assert not found.is_directed()
    assert set(found) == set(graph.actors)
    assert found.number_of_edges() == len(graph.edges) > 2
    for one, other, values in found.edges(data=True):
        edge = graph.between(one, other)
        assert edge is not None
        assert float(values["weight"]) == pytest.approx(edge.closeness(Tone.ANY), abs=1e-6)
        assert float(values["score"]) == pytest.approx(edge.score, abs=1e-6)
        assert int(values["events"]) == edge.events


def test_ties_of_a_tone_leave_out_those_that_have_none(graph: Network) -> None:
    rows = list(
        csv.DictReader(
            io.StringIO("".join(export_ties(graph, DAY, ExportFormat.CSV, Tone.HOSTILE)))
        )
    )
    hostile = [edge for edge in graph.edges.values() if edge.score < 0]
    assert [(row["source"], row["target"]) for row in rows] == [(e.one, e.other) for e in hostile]
    assert tuple(rows[0]) == TIE_COLUMNS
    lines = "".join(export_ties(graph, DAY, ExportFormat.JSONL)).splitlines()
    assert [json.loads(line)["score"] for line in lines] == pytest.approx(
        [edge.score for edge in graph.edges.values()], abs=1e-6
    )
    document = json.loads("".join(export_ties(graph, DAY, ExportFormat.JSONLD)))
    assert len(document["@graph"]) == len(graph.actors) + len(graph.edges)


def test_an_empty_store_gives_empty_files_that_can_be_read(tmp_path: Path) -> None:
    with SqliteStore(tmp_path / "empty.db") as empty:
        empty.migrate()
        for wanted in ExportFormat:
            text = text_of(empty, wanted)
            if wanted is ExportFormat.GRAPHML:
                assert len(networkx.read_graphml(io.BytesIO(text.encode()))) == 0
            elif wanted is ExportFormat.GEXF:
                assert len(networkx.read_gexf(io.BytesIO(text.encode()))) == 0
            elif wanted is ExportFormat.JSONLD:
                assert json.loads(text)["@graph"] == []

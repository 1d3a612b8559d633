"""The graph in the formats of others: GraphML, GEXF, JSON-LD, CSV and JSON Lines, as streams.

`export_events` gives one row, or one directed edge, for each event; `export_ties` one undirected
edge for each pair of principals on a day. Events are told from one pass: for formats that want
nodes before edges, the edges wait in a temporary file meanwhile. Reads no clock. Imports only
`export_rows`, `export_xml`, `model`, `network` and `store`.
"""

import json
import tempfile
from collections.abc import Iterable, Iterator
from datetime import date
from enum import StrEnum
from itertools import islice

from graph.export_rows import (
    CONTEXT,
    EVENT_COLUMNS,
    TIE_COLUMNS,
    EventRow,
    JsonValue,
    TieRow,
    evidence_values,
    ld_actor,
    ld_event,
    ld_tie,
    to_csv,
)
from graph.export_xml import Columns, Gexf, GraphMl, Writer
from graph.model import Actor, Event
from graph.network import Network, Tone
from graph.store import EventQuery, Quote, Store

_PAGE = 500
_IN_MEMORY = 8 << 20


class ExportFormat(StrEnum):
    GRAPHML = "graphml"
    GEXF = "gexf"
    JSONLD = "jsonld"
    CSV = "csv"
    JSONL = "jsonl"


MEDIA_TYPES = {
    ExportFormat.GRAPHML: "application/graphml+xml",
    ExportFormat.GEXF: "application/gexf+xml",
    ExportFormat.JSONLD: "application/ld+json",
    ExportFormat.CSV: "text/csv; charset=utf-8",
    ExportFormat.JSONL: "application/x-ndjson",
}
EVENT_EDGE: Columns = {
    "event": str,
    "relation": str,
    "status": str,
    "event_type": str,
    "score": float,
    "day": str,
    "confidence": float,
    "evidence": int,
    "quote": str,
    "publisher": str,
    "url": str,
}
TIE_EDGE: Columns = {
    "weight": float,
    "score": float,
    "cooperation": float,
    "conflict": float,
    "events": int,
}


def export_events(store: Store, query: EventQuery, wanted: ExportFormat) -> Iterator[str]:
    """Yield the events of a query as text in pieces, in memory that does not grow with them.

    Without any filter they come ordered by id, as of one moment; with one, latest first. Graph
    formats leave out events without a target.
    """
    chunks = _chunks(store, query)
    match wanted:
        case ExportFormat.CSV:
            yield to_csv([EVENT_COLUMNS])
            for chunk in chunks:
                yield to_csv(EventRow.of(event, quote).values().values() for event, quote in chunk)
        case ExportFormat.JSONL:
            for chunk in chunks:
                yield "".join(f"{_json(_line(event, quote))}\n" for event, quote in chunk)
        case ExportFormat.JSONLD:
            yield from _event_documents(store, chunks)
        case ExportFormat.GRAPHML:
            yield from _event_graph(store, chunks, GraphMl(EVENT_EDGE, directed=True))
        case ExportFormat.GEXF:
            yield from _event_graph(store, chunks, Gexf(EVENT_EDGE, directed=True))


def export_ties(
    graph: Network, as_of: date, wanted: ExportFormat, tone: Tone = Tone.ANY
) -> Iterator[str]:
    """Yield the ties of a day as text in pieces; `weight` is their closeness in this tone, and
    those that have none are left out."""
    rows = (
        TieRow.of(edge, graph.actors[edge.one], graph.actors[edge.other], tone)
        for edge in graph.edges.values()
        if edge.closeness(tone) > 0
    )
    match wanted:
        case ExportFormat.CSV:
            yield to_csv([TIE_COLUMNS])
            yield to_csv(row.values().values() for row in rows)
        case ExportFormat.JSONL:
            yield from (f"{_json(dict(row.values()))}\n" for row in rows)
        case ExportFormat.JSONLD:
            actors = (ld_actor(actor) for actor in graph.actors.values())
            ties = (ld_tie(row, as_of) for row in rows)
            yield from _document(item for group in (actors, ties) for item in group)
        case ExportFormat.GRAPHML:
            yield from _tie_graph(graph, rows, GraphMl(TIE_EDGE, directed=False))
        case ExportFormat.GEXF:
            yield from _tie_graph(graph, rows, Gexf(TIE_EDGE, directed=False))


_Told = tuple[Event, Quote | None]


def _chunks(store: Store, query: EventQuery) -> Iterator[list[_Told]]:
    events = store.export() if query == EventQuery() else _paged(store, query)
    while chunk := list(islice(events, _PAGE)):
        quotes = store.quotes([event.id for event in chunk])
        yield [(event, quotes.get(event.id)) for event in chunk]


def _paged(store: Store, query: EventQuery) -> Iterator[Event]:
    cursor: str | None = None
    while True:
        page = store.events(query, _PAGE, cursor)
        yield from page.items
        cursor = page.next_cursor
        if cursor is None:
            return


def _line(event: Event, quote: Quote | None) -> dict[str, JsonValue]:
    evidence: list[JsonValue] = [evidence_values(item) for item in event.evidence]
    return {**EventRow.of(event, quote).values(), "evidence": evidence}


def _json(value: dict[str, JsonValue]) -> str:
    return json.dumps(value, ensure_ascii=False)


def _document(items: Iterable[dict[str, JsonValue]]) -> Iterator[str]:
    yield f'{{"@context": {_json(CONTEXT)},\n"@graph": [\n'
    separator = ""
    for item in items:
        yield f"{separator}{_json(item)}"
        separator = ",\n"
    yield "\n]}\n"


def _event_documents(store: Store, chunks: Iterable[list[_Told]]) -> Iterator[str]:
    """The events, and then the actors that they name."""

    def items() -> Iterator[dict[str, JsonValue]]:
        named: set[str] = set()
        for chunk in chunks:
            for event, quote in chunk:
                named |= {actor.id for actor in _named(event)}
                yield ld_event(event, quote)
        for actor in _actors(store, named):
            yield ld_actor(actor)

    yield from _document(items())


def _named(event: Event) -> Iterator[Actor]:
    actors = [event.source, event.target]
    for item in event.evidence:
        actors += (item.source_via, item.target_via, item.attributed_to)
    return (actor for actor in actors if actor is not None)


def _actors(store: Store, ids: Iterable[str]) -> list[Actor]:
    return [named.actor for _, named in sorted(store.actors(sorted(ids)).items())]


def _event_graph(store: Store, chunks: Iterable[list[_Told]], writer: Writer) -> Iterator[str]:
    yield writer.begin()
    ends: set[str] = set()
    with tempfile.SpooledTemporaryFile(
        max_size=_IN_MEMORY, mode="w+", encoding="utf-8", errors="replace", newline=""
    ) as waiting:
        for chunk in chunks:
            for event, quote in chunk:
                if event.target is not None:
                    ends |= {event.source.id, event.target.id}
                    values = {"event": event.id, **EventRow.of(event, quote).values()}
                    kept = {name: values[name] for name in EVENT_EDGE}
                    waiting.write(writer.edge(event.id, event.source.id, event.target.id, kept))
        for actor in _actors(store, ends):
            yield writer.node(actor)
        yield writer.between()
        waiting.seek(0)
        while piece := waiting.read(1 << 16):
            yield piece
    yield writer.end()


def _tie_graph(graph: Network, rows: Iterable[TieRow], writer: Writer) -> Iterator[str]:
    yield writer.begin()
    for actor in graph.actors.values():
        yield writer.node(actor)
    yield writer.between()
    for row in rows:
        values = row.values()
        kept = {name: values[name] for name in TIE_EDGE}
        yield writer.edge(f"{row.source}-{row.target}", row.source, row.target, kept)
    yield writer.end()

"""The readable layer: one relationship for each ordered pair of actors and relation.

`(Russia)-[:TREATY {events, asserted, planned, first_seen, last_seen, confidence, last_quote}]->
(Iran)`, between the two ends of events and between the persons named on both sides. `Edge` is pure
and does not depend on the order in which reports come; `flush` adds edges to what is stored.
Imports only `model`, `ontology` and siblings.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date

from graph.model import ActorKind, Status
from graph.ontology import load_ontology
from graph.stores.cypher import relation_types
from graph.stores.neo4j_rows import Claim, Properties, Witness
from graph.stores.neo4j_session import Work

_CHUNK = 5000
Key = tuple[str, str, str]
"""The relation, the id of the one who acts, the id of the one acted on."""


@dataclass(slots=True)
class Edge:
    """What such a relationship holds. `events` counts planned, asserted and historical ones.

    `last_quote` is of the latest day; of several the surest, of these the first by alphabet.
    """

    events: int = 0
    asserted: int = 0
    planned: int = 0
    first_seen: date | None = None
    last_seen: date | None = None
    confidence: float = 0.0
    last_quote: str = ""
    last_confidence: float = 0.0

    def count(self, status: Status, day: date | None) -> None:
        """Count one event more."""
        self.events += 1
        self.asserted += status is Status.ASSERTED
        self.planned += status is Status.PLANNED
        if day is not None:
            self.first_seen = min(self.first_seen or day, day)

    def quote(self, day: date | None, confidence: float, quote: str) -> None:
        """Take in one evidence of an event of the day."""
        self.confidence = max(self.confidence, confidence)
        new = (_ordinal(day), confidence)
        old = (_ordinal(self.last_seen), self.last_confidence)
        if new > old or (new == old and quote < self.last_quote):
            self.last_seen, self.last_confidence, self.last_quote = day, confidence, quote

    def add(self, other: "Edge") -> None:
        """Add the events of another edge of the same key."""
        self.events += other.events
        self.asserted += other.asserted
        self.planned += other.planned
        if other.first_seen is not None:
            self.first_seen = min(self.first_seen or other.first_seen, other.first_seen)
        self.quote(other.last_seen, other.last_confidence, other.last_quote)
        self.confidence = max(self.confidence, other.confidence)

    def properties(self) -> Properties:
        return {item.name: getattr(self, item.name) for item in fields(self)}


def _ordinal(day: date | None) -> int:
    return day.toordinal() if day else 0


def edge_of(properties: Mapping[str, object]) -> Edge:
    edge = Edge()
    for item in fields(edge):
        if item.name in properties:
            setattr(edge, item.name, properties[item.name])
    return edge


def pairs_of(claim: Claim, witness: Witness) -> list[tuple[str, str]]:
    """The (from, to) pairs that one report joins: the ends, and the persons it names for both."""
    pairs = [(claim.source.id, claim.target.id)] if claim.target is not None else []
    one, other = witness.evidence.source_via, witness.evidence.target_via
    if one is not None and other is not None and one.id != other.id:
        pair = (one.id, other.id)
        if one.kind is other.kind is ActorKind.PERSON and pair not in pairs:
            pairs.append(pair)
    return pairs


class Edges:
    """Edges by key, gathered from events."""

    def __init__(self) -> None:
        self.found: dict[Key, Edge] = {}

    def add(self, claim: Claim, new: Iterable[Witness], known: Collection[Witness] = ()) -> None:
        """Add an event, or what `new` adds to one that is known by other witnesses."""
        if load_ontology().project(claim.relation, claim.status) is None:
            return
        counted = {pair for witness in known for pair in pairs_of(claim, witness)}
        for witness in new:
            for pair in pairs_of(claim, witness):
                edge = self.found.setdefault((claim.relation, *pair), Edge())
                if pair not in counted:
                    counted.add(pair)
                    edge.count(claim.status, claim.day)
                edge.quote(claim.day, witness.evidence.confidence, witness.evidence.quote)

    def flush(self, work: Work) -> None:
        """Add these edges to what is stored."""
        new, stored = dict(self.found), {}
        for relation, one, other, held in work.rows(_READ, rows=_rows(new)):
            key = (relation, one, other)
            stored[key] = edge_of(held)
            stored[key].add(new.pop(key))
        _write(work, _CHANGE, stored)
        _write(work, _CREATE, new)

    def replace(self, work: Work) -> None:
        """Make the whole layer equal these edges; what is right already is not touched."""
        new, wrong, gone = dict(self.found), {}, []
        for relation, kind in relation_types().items():
            for one, other, held in work.rows(_ALL, kind=kind):
                key = (relation, one, other)
                edge = new.pop(key, None)
                if edge is None:
                    gone.append(key)
                elif held != _held(edge):
                    wrong[key] = edge
        _drop(work, gone)
        _write(work, _CHANGE, wrong)
        _write(work, _CREATE, new)

    def renew(self, work: Work, keys: Collection[Key]) -> None:
        """Make some edges of the layer equal those of the same keys here, or be gone."""
        _drop(work, keys)
        _write(work, _CREATE, {key: self.found[key] for key in keys if key in self.found})


def _held(edge: Edge) -> Properties:
    return {key: value for key, value in edge.properties().items() if value is not None}


def _write(work: Work, statement: str, edges: Mapping[Key, Edge]) -> None:
    """Store edges as they are, in the order of their ends."""
    rows = _rows(edges)
    for row in rows:
        row["edge"] = edges[row["relation"], row["one"], row["other"]].properties()
    for start in range(0, len(rows), _CHUNK):
        work.change(statement, rows=rows[start : start + _CHUNK])


def _drop(work: Work, keys: Iterable[Key]) -> None:
    work.change(_DROP, rows=_rows(keys))


def _rows(keys: Iterable[Key]) -> list[Properties]:
    """Rows in the order of the ends; a type that is not in the ontology raises KeyError."""
    return [
        {"one": one, "other": other, "relation": relation, "kind": relation_types()[relation]}
        for one, other, relation in sorted((key[1], key[2], key[0]) for key in keys)
    ]


_ENDS = """
UNWIND $rows AS row
MATCH (one:Actor {id: row.one}) MATCH (other:Actor {id: row.other})
"""
_READ = _ENDS + "MATCH (one)-[r:$(row.kind)]->(other) "
_READ += "RETURN row.relation, one.id, other.id, properties(r)"
_CHANGE = _ENDS + "MATCH (one)-[r:$(row.kind)]->(other) SET r = row.edge"
_CREATE = _ENDS + "CREATE (one)-[r:$(row.kind)]->(other) SET r = row.edge"
_DROP = _ENDS + "MATCH (one)-[r:$(row.kind)]->(other) DELETE r"
_ALL = "MATCH (one:Actor)-[r:$($kind)]->(other:Actor) RETURN one.id, other.id, properties(r)"

"""The readable layer: one relationship for each ordered pair of actors and relation.

`(Russia)-[:TREATY {events, asserted, planned, first_seen, last_seen, confidence, last_quote}]->
(Iran)`, between the two ends of events and between the persons named on both sides. `Edge` is pure
and does not depend on the order in which reports come; `flush` adds edges to what is stored.
Imports only `model`, `ontology` and siblings.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date

from graph.model import ActorKind, Status
from graph.ontology import load_ontology
from graph.stores.cypher import relation_types
from graph.stores.neo4j_rows import Claim, Properties, Witness
from graph.stores.neo4j_session import Work

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
        for relation, edges in self._by_relation().items():
            kind = relation_types()[relation]
            ends = [{"one": one, "other": other} for one, other in edges]
            for one, other, held in work.rows(_READ.format(kind=kind), rows=ends):
                edge = edge_of(held)
                edge.add(edges[one, other])
                edges[one, other] = edge
            write_edges(work, relation, edges)

    def _by_relation(self) -> dict[str, dict[tuple[str, str], Edge]]:
        found: dict[str, dict[tuple[str, str], Edge]] = defaultdict(dict)
        for (relation, one, other), edge in sorted(self.found.items(), key=lambda item: item[0]):
            found[relation][one, other] = edge
        return found

    def replace(self, work: Work) -> None:
        """Make the whole layer equal these edges; what is right already is not touched."""
        wanted = self._by_relation()
        for relation, kind in relation_types().items():
            edges = wanted.get(relation, {})
            stored = {(row[0], row[1]): row[2] for row in work.rows(_ALL.format(kind=kind))}
            drop_edges(work, relation, [key for key in stored if key not in edges])
            differing = {k: e for k, e in edges.items() if stored.get(k) != _held(e)}
            write_edges(work, relation, differing)


def _held(edge: Edge) -> Properties:
    return {key: value for key, value in edge.properties().items() if value is not None}


def write_edges(work: Work, relation: str, edges: Mapping[tuple[str, str], Edge]) -> None:
    """Store edges as they are, in the order of their ends."""
    rows = [
        {"one": one, "other": other, "edge": edge.properties()}
        for (one, other), edge in sorted(edges.items(), key=lambda item: item[0])
    ]
    work.change(_WRITE.format(kind=relation_types()[relation]), rows=rows)


def drop_edges(work: Work, relation: str, keys: Iterable[tuple[str, str]]) -> None:
    rows = [{"one": one, "other": other} for one, other in sorted(keys)]
    work.change(_DROP.format(kind=relation_types()[relation]), rows=rows)


_ENDS = """
UNWIND $rows AS row
MATCH (one:Actor {{id: row.one}}) MATCH (other:Actor {{id: row.other}})
"""
_READ = _ENDS + "MATCH (one)-[r:{kind}]->(other) RETURN one.id, other.id, properties(r)"
_WRITE = _ENDS + "MERGE (one)-[r:{kind}]->(other) SET r = row.edge"
_DROP = _ENDS + "MATCH (one)-[r:{kind}]->(other) DELETE r"
_ALL = """
MATCH (one:Actor)-[r:{kind}]->(other:Actor) RETURN one.id, other.id, properties(r)
"""

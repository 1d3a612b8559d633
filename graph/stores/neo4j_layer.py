"""The readable layer: one relationship for each ordered pair of actors and relation.

`(Russia)-[:TREATY {events, asserted, planned, first_seen, last_seen, confidence, last_quote}]->
(Iran)`, between the two ends of events and between the persons named on both sides. `Edge` is pure
and does not depend on the order in which reports come; `flush` adds edges to what is stored.
Imports only `model`, `ontology` and siblings.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from functools import cache

from graph.model import ActorKind, Status
from graph.ontology import load_ontology
from graph.stores.cypher import relation_types
from graph.stores.neo4j_columns import Columns, Filled, Kind
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

    def take_away(self, lost: "Edge") -> None:
        """Count events no more; the rest stays, so it must be known to outlive `lost`."""
        self.events -= lost.events
        self.asserted -= lost.asserted
        self.planned -= lost.planned

    def outlives(self, lost: "Edge") -> bool:
        """Whether the first and the last day and the last quote stay without `lost`."""
        latest = (_ordinal(self.last_seen), self.last_confidence)
        return (_ordinal(lost.last_seen), lost.last_confidence) < latest and (
            lost.first_seen is None or lost.first_seen > (self.first_seen or date.max)
        )

    def properties(self) -> Properties:
        return {item.name: getattr(self, item.name) for item in fields(self)}


def _ordinal(day: date | None) -> int:
    return day.toordinal() if day else 0


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
        places = _read(work, sorted(new))
        for key, (_, edge) in places.items():
            stored[key] = edge
            edge.add(new.pop(key))
        _change(work, stored, {key: place for key, (place, _) in places.items()})
        _create(work, new)

    def replace(self, work: Work) -> None:
        """Make the whole layer equal these edges; what is right already is not touched."""
        new, wrong, gone = dict(self.found), {}, []
        places = {}
        for relation, kind in relation_types().items():
            for one, other, place, held in work.rows(_ALL, kind=kind):
                key = (relation, one, other)
                places[key] = place
                edge = new.pop(key, None)
                if edge is None:
                    gone.append(key)
                elif held != _held(edge):
                    wrong[key] = edge
        _drop(work, gone)
        _change(work, wrong, places)
        _create(work, new)

    def take_away(self, work: Work) -> set[Key]:
        """Take these edges, whose events and evidence are gone, from what is stored. Return the
        keys of those of which only the events that are left can tell what they hold now."""
        stored = _read(work, sorted(self.found))
        gone = [key for key, (_, edge) in stored.items() if edge.events == self.found[key].events]
        kept = stored.keys() - gone
        sure = {key for key in kept if stored[key][1].outlives(self.found[key])}
        tied = {key for key in sure if self.found[key].confidence >= stored[key][1].confidence}
        sure -= tied - _as_sure(work, {key: stored[key][1].confidence for key in tied})
        for key in sure:
            stored[key][1].take_away(self.found[key])
        _drop(work, gone)
        _change(
            work,
            {key: stored[key][1] for key in sorted(sure)},
            {key: stored[key][0] for key in sure},
        )
        return self.found.keys() - gone - sure

    def renew(self, work: Work, keys: Collection[Key]) -> None:
        """Make some edges of the layer equal those of the same keys here, or be gone."""
        _drop(work, keys)
        _create(work, {key: self.found[key] for key in keys if key in self.found})


def _held(edge: Edge) -> Properties:
    return {key: value for key, value in edge.properties().items() if value is not None}


def _read(work: Work, keys: Sequence[Key]) -> dict[Key, tuple[str, Edge]]:
    """Return the stored ones of some edges, each with its place in the store, which holds for the
    length of a transaction."""
    found = {}
    for start in range(0, len(keys), _CHUNK):
        chunk = _rows(keys[start : start + _CHUNK])
        statement = _read_statement()
        ((numbers, *columns),) = work.rows(statement.text, **statement.columns.parameters(chunk))
        for number, place, *held in zip(numbers, *columns, strict=True):
            row, edge = chunk[number], Edge(*held)
            edge.first_seen, edge.last_seen = map(_day, (edge.first_seen, edge.last_seen))
            found[row["relation"], row["one"], row["other"]] = (place, edge)
    return found


def _day(text: object) -> date | None:
    return date.fromisoformat(str(text)) if text else None


def _change(work: Work, edges: Mapping[Key, Edge], places: Mapping[Key, str]) -> None:
    rows = [{"e": edge.properties(), "place": places[key]} for key, edge in edges.items()]
    for start in range(0, len(rows), _CHUNK):
        work.fill(_CHANGE, rows[start : start + _CHUNK])


def _create(work: Work, edges: Mapping[Key, Edge]) -> None:
    """Store new edges, in the order of their ends."""
    rows = _rows(edges)
    for row in rows:
        row["e"] = edges[row["relation"], row["one"], row["other"]].properties()
    for start in range(0, len(rows), _CHUNK):
        work.fill(_CREATE, rows[start : start + _CHUNK])


def _as_sure(work: Work, confidences: Mapping[Key, float]) -> set[Key]:
    """Return those keys that have some evidence of such a confidence."""
    keys = sorted(confidences)
    rows = [
        {"n": n, "relation": key[0], "one": key[1], "other": key[2], "least": confidences[key]}
        for n, key in enumerate(keys)
    ]
    return {keys[row[0]] for row in work.rows(_AS_SURE, rows=rows)} if rows else set()


def _drop(work: Work, keys: Iterable[Key]) -> None:
    work.fill(_drop_statement(), _rows(keys))


def _rows(keys: Iterable[Key]) -> list[Properties]:
    """Rows in the order of the ends; a type that is not in the ontology raises KeyError."""
    return [
        {"one": one, "other": other, "relation": relation, "kind": relation_types()[relation]}
        for one, other, relation in sorted((key[1], key[2], key[0]) for key in keys)
    ]


_KEYS = Columns(one=Kind.TEXT, other=Kind.TEXT, kind=Kind.TEXT)
_VALUES = Columns(
    e_events=Kind.NUMBER,
    e_asserted=Kind.NUMBER,
    e_planned=Kind.NUMBER,
    e_first_seen=Kind.DAY,
    e_last_seen=Kind.DAY,
    e_confidence=Kind.REAL,
    e_last_quote=Kind.TEXT,
    e_last_confidence=Kind.REAL,
)
_ENDS = "MATCH (one:Actor {id: <one>}) MATCH (other:Actor {id: <other>})\n"
_CREATE = Columns(**_KEYS.kinds, **_VALUES.kinds).filled(
    f"{_ENDS} CREATE (one)-[:$(<kind>) <e_*>]->(other)"
)
_CHANGE = Columns(place=Kind.TEXT, **_VALUES.kinds).filled(
    "MATCH ()-[r]->() WHERE elementId(r) = <place> SET r = <e_*>"
)
_AS_SURE = """
UNWIND $rows AS row MATCH (one:Actor {id: row.one}) MATCH (other:Actor {id: row.other})
WITH row, one, other WHERE EXISTS {
    MATCH (one)-[:SOURCE_OF]->(e:Event {relation: row.relation})-[:TARGETS]->(other)
    WHERE e.confidence >= row.least AND e.event_type IS NOT NULL
} OR EXISTS {
    MATCH (one)<-[:VIA {side: 'source'}]-(e:Event {relation: row.relation})
        -[:VIA {side: 'target'}]->(other)
    MATCH (e)-[v:EVIDENCED_BY]->()
    WHERE v.source_via = one.id AND v.target_via = other.id AND v.confidence >= row.least
        AND one:Person AND other:Person AND e.event_type IS NOT NULL
}
RETURN row.n
"""
_ALL = """
MATCH (one:Actor)-[r:$($kind)]->(other:Actor)
RETURN one.id, other.id, elementId(r), properties(r)
"""


def _found() -> str:
    """Finds an edge. Without the types the server would look through all events of an actor, and
    without WITH through all edges of one end."""
    types = "|".join(sorted(relation_types().values()))
    return (
        f"{_ENDS} WITH i, one, other, <kind> AS kind "
        f"MATCH (one)-[r:{types}]->(other) WHERE type(r) = kind\n"
    )


@cache
def _read_statement() -> Filled:
    """Returns the rows of the edges that there are, their places, and what they hold in the order
    of `Edge`."""
    held = [f"coalesce(toString(r.{day}), '')" for day in ("first_seen", "last_seen")]
    held = ["elementId(r)", "r.events", "r.asserted", "r.planned", *held]
    held += ["r.confidence", "r.last_quote", "r.last_confidence"]
    return _KEYS.filled(_found() + f"RETURN collect(i), {', '.join(f'collect({x})' for x in held)}")


@cache
def _drop_statement() -> Filled:
    return _KEYS.filled(_found() + "DELETE r")

"""The relations, and what (relation, status) projects to: PLOVER, CAMEO, quad class, score.

The data is `ontology.toml`; the types follow the PLOVER manual, draft 2.0, the CAMEO codes the
CAMEO 1.1b3 codebook. Imports only `model` and `errors`.
"""

import tomllib
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files

from graph.errors import NotFound, ReferenceDataError
from graph.model import Status


class EventType(StrEnum):
    """The sixteen types of PLOVER 2.0."""

    AGREE = "AGREE"
    CONSULT = "CONSULT"
    SUPPORT = "SUPPORT"
    CONCEDE = "CONCEDE"
    COOPERATE = "COOPERATE"
    AID = "AID"
    RETREAT = "RETREAT"
    REQUEST = "REQUEST"
    ACCUSE = "ACCUSE"
    REJECT = "REJECT"
    THREATEN = "THREATEN"
    PROTEST = "PROTEST"
    SANCTION = "SANCTION"
    MOBILIZE = "MOBILIZE"
    COERCE = "COERCE"
    ASSAULT = "ASSAULT"


class QuadClass(StrEnum):
    VERBAL_COOPERATION = "verbal_cooperation"
    MATERIAL_COOPERATION = "material_cooperation"
    VERBAL_CONFLICT = "verbal_conflict"
    MATERIAL_CONFLICT = "material_conflict"


_QUAD = {
    EventType.AGREE: QuadClass.VERBAL_COOPERATION,
    EventType.CONSULT: QuadClass.VERBAL_COOPERATION,
    EventType.SUPPORT: QuadClass.VERBAL_COOPERATION,
    EventType.CONCEDE: QuadClass.VERBAL_COOPERATION,
    EventType.COOPERATE: QuadClass.MATERIAL_COOPERATION,
    EventType.AID: QuadClass.MATERIAL_COOPERATION,
    EventType.RETREAT: QuadClass.MATERIAL_COOPERATION,
    EventType.REQUEST: QuadClass.VERBAL_CONFLICT,
    EventType.ACCUSE: QuadClass.VERBAL_CONFLICT,
    EventType.REJECT: QuadClass.VERBAL_CONFLICT,
    EventType.THREATEN: QuadClass.VERBAL_CONFLICT,
    EventType.PROTEST: QuadClass.MATERIAL_CONFLICT,
    EventType.SANCTION: QuadClass.MATERIAL_CONFLICT,
    EventType.MOBILIZE: QuadClass.MATERIAL_CONFLICT,
    EventType.COERCE: QuadClass.MATERIAL_CONFLICT,
    EventType.ASSAULT: QuadClass.MATERIAL_CONFLICT,
}


@dataclass(frozen=True, slots=True)
class Relation:
    """One entry of the vocabulary.

    `planned` is the type of a planned act: AGREE for friendly ones, THREATEN for hostile ones.
    `refused` and `ended` name the relation that a refused or an ended act turns into, or none.
    `score` lies in [-10, 10] (Goldstein 1992's range), above 0 for cooperation.
    """

    name: str
    description: str
    event_type: EventType
    planned: EventType
    refused: str | None
    ended: str | None
    cameo: str
    score: float
    symmetric: bool

    @property
    def neo4j_type(self) -> str:
        return self.name.upper()


@dataclass(frozen=True, slots=True)
class Projection:
    """What an Event counts as in the vocabularies of the field."""

    event_type: EventType
    cameo: str
    quad_class: QuadClass
    score: float


PLANNED_SHARE = 0.4
"""A planned act moves the score by this share of an asserted one."""


class Ontology:
    """All relations by name, in the order of the file."""

    def __init__(self, relations: dict[str, Relation]) -> None:
        self.relations = relations

    def relation(self, name: str) -> Relation:
        """Return the relation, or raise NotFound."""
        try:
            return self.relations[name]
        except KeyError:
            raise NotFound("relation", name) from None

    def project(self, relation: str, status: Status) -> Projection | None:
        """Return the projection of (relation, status), or None where it has no event type.

        Hypothetical and negated events have none. A historical event keeps the type that it had.
        """
        entry = self.relation(relation)
        if status in (Status.HYPOTHETICAL, Status.NEGATED):
            return None
        if status is not Status.PLANNED:
            return Projection(entry.event_type, entry.cameo, _QUAD[entry.event_type], entry.score)
        kind = entry.planned
        cameo = _PLANNED_CAMEO.get(kind, entry.cameo) if kind != entry.event_type else entry.cameo
        return Projection(kind, cameo, _QUAD[kind], round(entry.score * PLANNED_SHARE, 2))


_PLANNED_CAMEO = {EventType.AGREE: "030", EventType.THREATEN: "130"}


@cache
def load_ontology() -> Ontology:
    """Read and check `ontology.toml`; raise ReferenceDataError on the first wrong entry."""
    raw = tomllib.loads((files("graph") / "ontology.toml").read_text("utf-8"))
    relations: dict[str, Relation] = {}
    for name, row in raw["relation"].items():
        try:
            event_type = EventType(row["type"])
            relations[name] = Relation(
                name=name,
                description=row["description"],
                event_type=event_type,
                planned=EventType(row["planned"]),
                refused=row.get("refused"),
                ended=row.get("ended"),
                cameo=row["cameo"],
                score=float(row["score"]),
                symmetric=bool(row.get("symmetric", False)),
            )
        except (KeyError, ValueError) as error:
            raise ReferenceDataError(f"ontology.toml, relation {name}: {error}") from error
    for relation in relations.values():
        for other in (relation.refused, relation.ended):
            if other is not None and other not in relations:
                raise ReferenceDataError(
                    f"ontology.toml, relation {relation.name}: unknown relation {other}"
                )
    return Ontology(relations)

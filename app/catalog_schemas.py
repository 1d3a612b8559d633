"""The ontology, and counts over the store, on the wire. Imports `schemas`, `summaries`, `graph`."""

from datetime import date
from typing import Self

from pydantic import Field

from app.schemas import Wire
from app.summaries import StoreSummary
from graph.model import Status
from graph.ontology import EventType, Ontology, QuadClass, Relation


class RelationOut(Wire):
    """One relation. `event_type` holds for an act that is asserted or historical, `planned` for a
    planned one; `refused` and `ended` name the relation that such an act becomes."""

    name: str = Field(examples=["treaty"])
    description: str = Field(examples=["A treaty, pact or accord signed, ratified or acceded to"])
    event_type: EventType = Field(examples=["SUPPORT"])
    planned: EventType = Field(examples=["AGREE"])
    quad_class: QuadClass
    cameo: str = Field(examples=["057"])
    score: float = Field(examples=[8.0])
    symmetric: bool
    refused: str | None
    ended: str | None
    neo4j_type: str = Field(examples=["TREATY"])

    @classmethod
    def of(cls, relation: Relation, quad_class: QuadClass) -> Self:
        return cls(
            name=relation.name,
            description=relation.description,
            event_type=relation.event_type,
            planned=relation.planned,
            quad_class=quad_class,
            cameo=relation.cameo,
            score=relation.score,
            symmetric=relation.symmetric,
            refused=relation.refused,
            ended=relation.ended,
            neo4j_type=relation.neo4j_type,
        )


class OntologyOut(Wire):
    """The whole vocabulary: event types are those of PLOVER 2.0."""

    relations: list[RelationOut]
    event_types: list[EventType]
    statuses: list[Status]

    @classmethod
    def of(cls, ontology: Ontology) -> Self:
        relations = []
        for relation in ontology.relations.values():
            projection = ontology.project(relation.name, Status.ASSERTED)
            assert projection is not None
            relations.append(RelationOut.of(relation, projection.quad_class))
        return cls(relations=relations, event_types=list(EventType), statuses=list(Status))


class StatsOut(StoreSummary):
    """Counts over the whole store, and up to which day the curated data goes."""

    reference_as_of: date


class BrowserLinkOut(Wire):
    """Where Neo4j Browser opens at an actor; null without a Neo4j server."""

    url: str | None = Field(examples=["http://localhost:7474/browser/?cmd=edit&arg=MATCH"])

"""What goes over the wire: pydantic models made from domain types, and nothing else.

Imports `graph` only.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Self

from pydantic import BaseModel, ConfigDict, Field

from graph.model import Actor, ActorKind, Article, Event, EventDate, Evidence, Precision, Span
from graph.model import Status as StatusName
from graph.ontology import EventType, QuadClass, load_ontology
from graph.store import ActorProfile


class Wire(BaseModel):
    """The base of all: frozen, and an unknown field is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class ParameterError(Wire):
    name: str = Field(examples=["min_confidence"])
    place: str = Field(examples=["query"])
    reason: str = Field(examples=["Input should be less than or equal to 1"])


class ProblemOut(Wire):
    """RFC 9457 problem details. `type` is an anchor of the page /problems, `close` holds names that
    were probably meant, and `request_id` finds the request in the log of the service."""

    type: str = Field(examples=["/problems#not-found"])
    title: str = Field(examples=["There is no such thing"])
    status: int = Field(examples=[404])
    detail: str = Field(examples=["no actor 'IRM'; did you mean IRN (Iran)?"])
    instance: str = Field(examples=["/v1/actors/IRM"])
    request_id: str | None = Field(default=None, examples=["0d5c1d4f2b7a4c0f9a3e6b8c7d2e1f00"])
    errors: list[ParameterError] | None = None
    close: list[str] | None = Field(default=None, examples=[["IRN (Iran)"]])


class ActorOut(Wire):
    id: str = Field(examples=["IRN"])
    name: str = Field(examples=["Iran"])
    kind: ActorKind = Field(examples=["state"])
    country: str | None = Field(default=None, examples=["IRN"])
    provisional: bool = Field(
        description="not in the curated data: a text alone says who this is", examples=[False]
    )

    @classmethod
    def of(cls, actor: Actor) -> Self:
        return cls(
            id=actor.id,
            name=actor.name,
            kind=actor.kind,
            country=actor.country,
            provisional=actor.provisional,
        )

    @classmethod
    def of_maybe(cls, actor: Actor | None) -> Self | None:
        return None if actor is None else cls.of(actor)


class RelationCountOut(Wire):
    relation: str = Field(examples=["meeting"])
    as_source: int
    as_target: int


class ActorProfileOut(ActorOut):
    aliases: list[str] = Field(examples=[["Islamic Republic of Iran"]])
    relations: list[RelationCountOut]
    events: int = Field(examples=[42])
    first_seen: date | None
    last_seen: date | None

    @classmethod
    def of_profile(cls, profile: ActorProfile) -> Self:
        actor = profile.actor
        counts = [
            RelationCountOut(relation=c.relation, as_source=c.as_source, as_target=c.as_target)
            for c in profile.relations
        ]
        return cls(
            id=actor.id,
            name=actor.name,
            kind=actor.kind,
            country=actor.country,
            provisional=actor.provisional,
            aliases=list(profile.aliases),
            relations=counts,
            events=profile.events,
            first_seen=profile.first_seen,
            last_seen=profile.last_seen,
        )


class ActorList(Wire):
    items: list[ActorOut]


class SpanOut(Wire):
    """Characters [start, end) of the article's text."""

    start: int = Field(examples=[0])
    end: int = Field(examples=[28])

    @classmethod
    def of(cls, span: Span) -> Self:
        return cls(start=span.start, end=span.end)


class TriggerOut(SpanOut):
    text: str = Field(examples=["signed"])


class DateOut(Wire):
    """Both ends are included."""

    start: date = Field(examples=["2025-01-17"])
    end: date = Field(examples=["2025-01-17"])
    precision: Precision = Field(examples=["day"])

    @classmethod
    def of(cls, when: EventDate | None) -> Self | None:
        if when is None:
            return None
        return cls(start=when.start, end=when.end, precision=when.precision)


class ArticleRef(Wire):
    id: str
    title: str = Field(examples=["Russia and Iran sign strategic treaty in Moscow"])
    url: str
    publisher: str = Field(examples=["Westphalia samples"])
    published_at: datetime | None


class EvidenceOut(Wire):
    """One sentence of one article that tells the event. All offsets are into that article."""

    id: str
    article: ArticleRef
    start: int
    end: int
    quote: str = Field(examples=["Russia and Iran signed a treaty in Moscow on Friday."])
    trigger: TriggerOut
    source_span: SpanOut
    target_span: SpanOut | None
    source_via: ActorOut | None
    target_via: ActorOut | None
    attributed_to: ActorOut | None = Field(description="who is quoted as saying it, if anybody")
    extractor: str = Field(examples=["westphalia-0.1"])
    rule: str = Field(examples=["verb sign (support 1)"])
    confidence: float = Field(examples=[0.9])

    @classmethod
    def of(cls, evidence: Evidence, articles: Mapping[str, Article]) -> Self:
        article = articles[evidence.article_id]
        return cls(
            id=evidence.id,
            article=ArticleRef(
                id=article.id,
                title=article.title,
                url=article.url,
                publisher=article.publisher,
                published_at=article.published_at,
            ),
            start=evidence.sentence.start,
            end=evidence.sentence.end,
            quote=evidence.quote,
            trigger=TriggerOut(
                start=evidence.trigger.start, end=evidence.trigger.end, text=evidence.trigger_text
            ),
            source_span=SpanOut.of(evidence.source_span),
            target_span=SpanOut.of(evidence.target_span) if evidence.target_span else None,
            source_via=ActorOut.of_maybe(evidence.source_via),
            target_via=ActorOut.of_maybe(evidence.target_via),
            attributed_to=ActorOut.of_maybe(evidence.attributed_to),
            extractor=evidence.extractor,
            rule=evidence.rule,
            confidence=evidence.confidence,
        )


class EventOut(Wire):
    """One claim that source did relation to target. `event_type`, `cameo`, `quad_class` and
    `score` are null where the status gives it no type (hypothetical, negated)."""

    id: str
    source: ActorOut
    source_via: ActorOut | None
    relation: str = Field(examples=["treaty"])
    target: ActorOut | None
    target_via: ActorOut | None
    status: StatusName = Field(examples=["asserted"])
    event_type: EventType | None = Field(examples=["SUPPORT"])
    cameo: str | None = Field(examples=["057"])
    quad_class: QuadClass | None
    score: float | None = Field(examples=[8.0])
    event_date: DateOut | None = Field(description="when it happened")
    reported_on: date | None = Field(description="the earliest day on which it was reported")
    confidence: float = Field(examples=[0.9])
    evidence: list[EvidenceOut]

    @classmethod
    def of(cls, event: Event, articles: Mapping[str, Article]) -> Self:
        projection = load_ontology().project(event.relation, event.status)
        return cls(
            id=event.id,
            source=ActorOut.of(event.source),
            source_via=ActorOut.of_maybe(event.source_via),
            relation=event.relation,
            target=ActorOut.of_maybe(event.target),
            target_via=ActorOut.of_maybe(event.target_via),
            status=event.status,
            event_type=projection.event_type if projection else None,
            cameo=projection.cameo if projection else None,
            quad_class=projection.quad_class if projection else None,
            score=projection.score if projection else None,
            event_date=DateOut.of(event.event_date),
            reported_on=event.reported_on,
            confidence=event.confidence,
            evidence=[EvidenceOut.of(item, articles) for item in event.evidence],
        )


class EventPage(Wire):
    """Latest first. `next_cursor` is null on the last page."""

    items: list[EventOut]
    next_cursor: str | None


class TripleOut(Wire):
    """An event as (source, relation, target), with the best sentence that tells it."""

    event_id: str
    source: str = Field(examples=["RUS"])
    relation: str = Field(examples=["treaty"])
    target: str | None = Field(examples=["IRN"])
    event_type: EventType | None = Field(examples=["SUPPORT"])
    status: StatusName = Field(examples=["asserted"])
    event_date: DateOut | None
    reported_on: date | None
    confidence: float = Field(examples=[0.9])
    quote: str

    @classmethod
    def of(cls, event: Event) -> Self:
        projection = load_ontology().project(event.relation, event.status)
        return cls(
            event_id=event.id,
            source=event.source.id,
            relation=event.relation,
            target=event.target.id if event.target else None,
            event_type=projection.event_type if projection else None,
            status=event.status,
            event_date=DateOut.of(event.event_date),
            reported_on=event.reported_on,
            confidence=event.confidence,
            quote=event.best_evidence.quote,
        )


class TriplePage(Wire):
    items: list[TripleOut]
    next_cursor: str | None


class HealthOut(Wire):
    status: str = Field(examples=["ok"])


class ReadyOut(Wire):
    """`newest_day` is the latest day, up to today, of which the store holds an event; null where
    it holds none. `age_days` is how long ago that is."""

    status: str = Field(examples=["ready"])
    newest_day: date | None = Field(examples=["2025-06-14"])
    age_days: int | None = Field(examples=[2])

"""The fixed contract of `westphalia extract`: one line for each event, and `explain`'s document.

Offsets are characters into the text that was given; `quote == text[start:end]`. Imports `graph`,
`ingest.pipeline` (types only) and `schemas`.
"""

from typing import TYPE_CHECKING, Self

from pydantic import Field

from app.schemas import DateOut, SpanOut, TriggerOut, Wire
from graph.model import Actor, ActorKind, Event, Span
from graph.model import Status as StatusName
from graph.ontology import EventType, load_ontology

if TYPE_CHECKING:
    from ingest.claims import Claim
    from ingest.mentions import Mention
    from ingest.pipeline import Coded, Seen


class ViaOut(Wire):
    """The person or institution that the text names as acting."""

    id: str
    name: str
    kind: ActorKind


class EndOut(Wire):
    """A source or a target: the principal, and where it is named."""

    id: str
    name: str
    kind: ActorKind
    country: str | None
    via: ViaOut | None
    start: int
    end: int

    @classmethod
    def of(cls, actor: Actor, via: Actor | None, span: Span) -> Self:
        named = ViaOut(id=via.id, name=via.name, kind=via.kind) if via else None
        return cls(
            id=actor.id,
            name=actor.name,
            kind=actor.kind,
            country=actor.country,
            via=named,
            start=span.start,
            end=span.end,
        )


class SpeakerOut(Wire):
    id: str
    name: str


class QuoteOut(Wire):
    start: int
    end: int
    quote: str
    trigger: TriggerOut


class ExtractedEvent(Wire):
    """One event of one article, with its best evidence."""

    article_id: str
    source: EndOut
    target: EndOut | None
    relation: str
    event_type: EventType | None
    status: StatusName
    event_date: DateOut | None
    confidence: float
    attributed_to: SpeakerOut | None
    evidence: QuoteOut

    @classmethod
    def of(cls, event: Event, given_id: str = "") -> Self:
        """`given_id` is the id that the input gave to the article; "" for its content id."""
        best = event.best_evidence
        projection = load_ontology().project(event.relation, event.status)
        speaker = best.attributed_to
        target = None
        if event.target is not None and best.target_span is not None:
            target = EndOut.of(event.target, best.target_via, best.target_span)
        return cls(
            article_id=given_id or best.article_id,
            source=EndOut.of(event.source, best.source_via, best.source_span),
            target=target,
            relation=event.relation,
            event_type=projection.event_type if projection else None,
            status=event.status,
            event_date=DateOut.of(event.event_date),
            confidence=best.confidence,
            attributed_to=SpeakerOut(id=speaker.id, name=speaker.name) if speaker else None,
            evidence=QuoteOut(
                start=best.sentence.start,
                end=best.sentence.end,
                quote=best.quote,
                trigger=TriggerOut(
                    start=best.trigger.start, end=best.trigger.end, text=best.trigger_text
                ),
            ),
        )


class MentionOut(SpanOut):
    """A name in the text. `principal` is null where it stands for nobody; `how` says why."""

    surface: str
    principal: str | None
    via: str | None
    how: str = Field(examples=["President of RUS since 2012-05-07"])

    @classmethod
    def of_mention(cls, mention: "Mention") -> Self:
        return cls(
            start=mention.start,
            end=mention.end,
            surface=mention.surface,
            principal=mention.principal.id if mention.principal else None,
            via=mention.via.id if mention.via else None,
            how=mention.how,
        )


class ClaimOut(Wire):
    """What a sentence was found to tell, and by which rule."""

    source: str
    relation: str
    target: str
    status: StatusName
    event_type: EventType | None
    trigger: TriggerOut
    rule: str
    attributed_to: str | None

    @classmethod
    def of(cls, claim: "Claim") -> Self:
        projection = load_ontology().project(claim.relation, claim.status)
        trigger = claim.trigger
        return cls(
            source=claim.source.principal.id,
            relation=claim.relation,
            target=claim.target.principal.id,
            status=claim.status,
            event_type=projection.event_type if projection else None,
            trigger=TriggerOut(start=trigger.start, end=trigger.end, text=trigger.text),
            rule=claim.rule,
            attributed_to=claim.speaker.principal.id if claim.speaker else None,
        )


class MissOut(Wire):
    """A trigger that did not become an event, and why."""

    trigger: TriggerOut
    reason: str


class SentenceOut(SpanOut):
    text: str
    mentions: list[MentionOut]
    events: list[ClaimOut]
    near_misses: list[MissOut]
    why_none: str | None = Field(description="why there is no event, if there is none")

    @classmethod
    def of_seen(cls, seen: "Seen", text: str) -> Self:
        misses = [
            MissOut(
                trigger=TriggerOut(
                    start=miss.trigger.start, end=miss.trigger.end, text=miss.trigger.text
                ),
                reason=miss.reason,
            )
            for miss in seen.near_misses
        ]
        return cls(
            start=seen.start,
            end=seen.end,
            text=text[seen.start : seen.end],
            mentions=[MentionOut.of_mention(mention) for mention in seen.mentions],
            events=[ClaimOut.of(claim) for claim in seen.claims],
            near_misses=misses,
            why_none=_why_none(seen),
        )


class Explanation(Wire):
    """Everything that was seen in one article, sentence by sentence."""

    article_id: str
    problems: list[str] = Field(description="what holds for the article as a whole")
    sentences: list[SentenceOut]

    @classmethod
    def of(cls, coded: "Coded", given_id: str = "") -> Self:
        article = coded.article
        return cls(
            article_id=given_id or article.id,
            problems=[f"{p.reason}: {p.detail}" for p in coded.problems if p.span is None],
            sentences=[SentenceOut.of_seen(seen, article.text) for seen in coded.seen],
        )


def _why_none(seen: "Seen") -> str | None:
    if seen.claims:
        return None
    if not any(mention.principal for mention in seen.mentions):
        return "no actor is named"
    if seen.skipped:
        return seen.skipped
    if seen.near_misses:
        return "no trigger became an event; see near_misses"
    return "no trigger of the lexicon links two actors"

"""The fixed contract of `westphalia extract`: one line for each event, and `explain`'s document.

Offsets are characters into the text that was given; `quote == text[start:end]`. Imports `graph`,
`ingest.pipeline` (types only) and `schemas`.
"""

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Self

from pydantic import Field

from app.schemas import DateOut, SpanOut, TriggerOut, Wire
from graph.model import Actor, ActorKind, Event, Evidence, Span
from graph.model import Status as StatusName
from graph.ontology import EventType, load_ontology

if TYPE_CHECKING:
    from ingest.claims import Claim, NearMiss
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
    """What a sentence was found to tell, and how that was decided, step by step."""

    source: str
    source_via: str | None
    source_how: str = Field(examples=["pronoun 'He': president of RUS since 2012-05-07"])
    relation: str
    target: str
    target_via: str | None
    target_how: str = Field(examples=["name: IRN"])
    status: StatusName
    event_type: EventType | None
    event_date: DateOut | None
    confidence: float = Field(examples=[0.85])
    trigger: TriggerOut
    rule: str = Field(
        description="everything that fired", examples=["verb sign (support 1); planned by 'sign'"]
    )
    construction: str = Field(description="the frame alone", examples=["verb sign"])
    lexicon: str | None = Field(
        description="the entry of the lexicon, if one fired",
        examples=["frame 1 of verbs/support.toml"],
    )
    status_steps: list[str] = Field(
        description="what changed the status, innermost first", examples=[["planned by 'sign'"]]
    )
    attributed_to: str | None

    @classmethod
    def of(cls, claim: "Claim", event: Event, proof: Evidence) -> Self:
        """`proof` is the evidence of `event` that came of this claim."""
        projection = load_ontology().project(claim.relation, claim.status)
        trigger = claim.trigger
        construction, *steps = claim.rule.split("; ")
        return cls(
            source=claim.source.principal.id,
            source_via=claim.source.via.id if claim.source.via else None,
            source_how=claim.source.how,
            relation=claim.relation,
            target=claim.target.principal.id,
            target_via=claim.target.via.id if claim.target.via else None,
            target_how=claim.target.how,
            status=claim.status,
            event_type=projection.event_type if projection else None,
            event_date=DateOut.of(event.event_date),
            confidence=proof.confidence,
            trigger=TriggerOut(start=trigger.start, end=trigger.end, text=trigger.text),
            rule=claim.rule,
            construction=_PLACE.sub("", construction),
            lexicon=_lexicon_entry(construction),
            status_steps=steps,
            attributed_to=proof.attributed_to.id if proof.attributed_to else None,
        )


_PLACE = re.compile(r" \((\w+) (\d+)\)")
"""How a rule names a verb frame: "support 3" is the third frame of verbs/support.toml."""


def _lexicon_entry(construction: str) -> str | None:
    if place := _PLACE.search(construction):
        return f"frame {place[2]} of verbs/{place[1]}.toml"
    return "nouns.toml" if construction.startswith("noun ") else None


ProofKey = tuple[str, str, str, StatusName, int]
"""Source, relation, target, status, and where the trigger starts."""

Proofs = Mapping[ProofKey, tuple[Event, Evidence]]


class MissOut(Wire):
    """A trigger that did not become an event, and why."""

    trigger: TriggerOut
    reason: str

    @classmethod
    def of(cls, miss: "NearMiss") -> Self:
        trigger = miss.trigger
        return cls(
            trigger=TriggerOut(start=trigger.start, end=trigger.end, text=trigger.text),
            reason=_PLAIN_REASONS.get(miss.reason, miss.reason),
        )


class SentenceOut(SpanOut):
    text: str
    mentions: list[MentionOut]
    events: list[ClaimOut]
    near_misses: list[MissOut]
    why_none: str | None = Field(description="why there is no event, if there is none")

    @classmethod
    def of_seen(cls, seen: "Seen", text: str, proofs: Proofs) -> Self:
        misses = list(dict.fromkeys(MissOut.of(miss) for miss in seen.near_misses))
        return cls(
            start=seen.start,
            end=seen.end,
            text=text[seen.start : seen.end],
            mentions=[MentionOut.of_mention(mention) for mention in seen.mentions],
            events=[ClaimOut.of(claim, *proofs[_claim_key(claim)]) for claim in seen.claims],
            near_misses=misses,
            why_none=_why_none(seen, misses),
        )


class Explanation(Wire):
    """Everything that was seen in one article, sentence by sentence."""

    article_id: str
    problems: list[str] = Field(description="what holds for the article as a whole")
    sentences: list[SentenceOut]

    @classmethod
    def of(cls, coded: "Coded", given_id: str = "") -> Self:
        article = coded.article
        proofs = {_proof_key(e, proof): (e, proof) for e in coded.events for proof in e.evidence}
        return cls(
            article_id=given_id or article.id,
            problems=article_problems(coded),
            sentences=[SentenceOut.of_seen(seen, article.text, proofs) for seen in coded.seen],
        )


def article_problems(coded: "Coded") -> list[str]:
    """What holds for an article as a whole: its language."""
    return [f"{p.reason}: {p.detail}" for p in coded.problems if p.span is None]


def _proof_key(event: Event, proof: Evidence) -> ProofKey:
    target = event.target.id if event.target else ""
    return event.source.id, event.relation, target, event.status, proof.trigger.start


def _claim_key(claim: "Claim") -> ProofKey:
    source, target = claim.source.principal.id, claim.target.principal.id
    return source, claim.relation, target, claim.status, claim.trigger.start


_PLAIN_REASONS = {
    "the frame fits, but an end is missing": "seen, but who did it, or to whom, is missing",
    "only background: nothing says that it happened": (
        "only background: nothing in the sentence says that it happened"
    ),
}
"""The words of the coder for those who do not know what a frame and an end are."""


def _why_none(seen: "Seen", misses: list[MissOut]) -> str | None:
    """In plain words, the first reason that is enough."""
    if seen.claims:
        return None
    actors = {mention.principal.id for mention in seen.mentions if mention.principal}
    if seen.skipped.startswith("sport"):
        return f"put aside: {seen.skipped}"
    if misses:
        return "; ".join(f"“{miss.trigger.text}”: {miss.reason}" for miss in misses)
    if not actors:
        return "no actor is named"
    if len(actors) == 1:
        return f"no second actor: only {min(actors)} is named"
    if seen.skipped:
        return "no word that tells of an act between actors"
    return "no word of the lexicon, as it is used here, links two of the actors"

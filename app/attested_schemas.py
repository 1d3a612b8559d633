"""What `GET /v1/events/{id}` says beyond the event: who else tells it, and who denies it.

Imports `schemas` and `graph`.
"""

from collections.abc import Mapping
from typing import Self

from pydantic import Field

from app.schemas import ActorOut, EventOut, TripleOut, Wire
from graph.corroboration import WHY, Attested, Beside, Conflict, Contradiction, Corroboration
from graph.model import Article, Event


class SpeakerCountOut(Wire):
    """Somebody who is quoted as saying it."""

    actor: ActorOut
    sentences: int = Field(examples=[1])
    party: bool = Field(description="is an end of the act, or acts for one", examples=[True])


class CorroborationOut(Wire):
    """What the event rests on, together with the reports under `same_event`."""

    sentences: int = Field(description="that tell it, each counted once", examples=[3])
    articles: int = Field(examples=[3])
    publishers: int = Field(examples=[3])
    independent_publishers: int = Field(
        description="near-copies of one wire text count once", examples=[2]
    )
    unattributed: int = Field(
        description="sentences in which the publisher itself says so", examples=[2]
    )
    speakers: list[SpeakerCountOut] = Field(description="who is quoted, most often first")
    only_parties: bool = Field(
        description="every sentence is what a party to the act says", examples=[False]
    )

    @classmethod
    def of(cls, found: Corroboration) -> Self:
        return cls(
            sentences=found.sentences,
            articles=found.articles,
            publishers=found.publishers,
            independent_publishers=found.independent_publishers,
            unattributed=found.unattributed,
            speakers=[
                SpeakerCountOut(
                    actor=ActorOut.of(item.actor), sentences=item.sentences, party=item.party
                )
                for item in found.speakers
            ],
            only_parties=found.only_parties,
        )


class SameEventOut(TripleOut):
    """Probably the same act, reported for another day or told from the other end."""

    days_apart: int = Field(description="0 where the dates overlap", examples=[1])

    @classmethod
    def of_beside(cls, item: Beside) -> Self:
        return cls(**TripleOut.of(item.event).model_dump(), days_apart=item.days_apart)


class ContradictionOut(TripleOut):
    """An event that contradicts this one, or answers it; its quote tells how far."""

    kind: Conflict = Field(examples=["said_not_to_be"])
    why: str = Field(examples=[WHY[Conflict.SAID_NOT_TO_BE]])
    days_apart: int = Field(description="0 where the dates overlap", examples=[0])

    @classmethod
    def of_contradiction(cls, item: Contradiction) -> Self:
        return cls(
            **TripleOut.of(item.event).model_dump(),
            kind=item.kind,
            why=WHY[item.kind],
            days_apart=item.days_apart,
        )


class AttestedEventOut(EventOut):
    """An event with all its evidence, how well it is attested, and what speaks against it."""

    corroboration: CorroborationOut
    same_event: list[SameEventOut] = Field(description="grouped, not merged; nearest day first")
    contradictions: list[ContradictionOut] = Field(description="nearest day first")

    @classmethod
    def of_attested(cls, event: Event, articles: Mapping[str, Article], attested: Attested) -> Self:
        told = EventOut.of(event, articles)
        return cls(
            **{name: getattr(told, name) for name in EventOut.model_fields},
            corroboration=CorroborationOut.of(attested.corroboration),
            same_event=[SameEventOut.of_beside(item) for item in attested.same_event],
            contradictions=[
                ContradictionOut.of_contradiction(item) for item in attested.contradictions
            ],
        )

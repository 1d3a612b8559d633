"""The answer to "who are its allies, and how do we know" on the wire.

Imports `graph.alliances` and `schemas`.
"""

from datetime import date
from typing import Self

from pydantic import Field

from app.schemas import ActorOut, Wire
from graph.alliances import Basis, FormalPartner, Partner, Stance, Trend
from graph.model import Commitment, CommitmentKind
from graph.model import Status as StatusName
from graph.proofs import Proof


class CommitmentOut(Wire):
    """A standing tie in force. For an organisation, `since` is when the actor joined it; null
    where that is not known."""

    id: str = Field(examples=["russia-iran-2025"])
    kind: CommitmentKind = Field(examples=["strategic_partnership"])
    instrument: str = Field(
        examples=["Comprehensive Strategic Partnership Treaty between Russia and Iran"]
    )
    since: date | None
    until: date | None
    source_url: str

    @classmethod
    def of(cls, commitment: Commitment) -> Self:
        return cls(
            id=commitment.id,
            kind=commitment.kind,
            instrument=commitment.instrument,
            since=None if commitment.since == date.min else commitment.since,
            until=commitment.until,
            source_url=commitment.source_url,
        )


class FormalPartnerOut(Wire):
    """Another party of commitments in force, the strongest commitment first."""

    partner: ActorOut
    commitments: list[CommitmentOut]

    @classmethod
    def of(cls, formal: FormalPartner) -> Self:
        return cls(
            partner=ActorOut.of(formal.partner),
            commitments=[CommitmentOut.of(commitment) for commitment in formal.commitments],
        )


class ActOut(Wire):
    relation: str = Field(examples=["treaty"])
    status: StatusName = Field(examples=["planned"])
    count: int = Field(examples=[1])


class BasisOut(Wire):
    """What a score rests on. `acts` counts what the `examined` latest events tell: where the two
    did something together, `events` counts both directions, and `acts` one act."""

    words: str = Field(
        examples=["3 events, 1 planned; cooperation 9.6, conflict 0.0: treaty planned"]
    )
    cooperation: float
    conflict: float
    events: int
    planned: int
    acts: list[ActOut]
    examined: int

    @classmethod
    def of(cls, basis: Basis) -> Self:
        return cls(
            words=basis.words,
            cooperation=round(basis.cooperation, 4),
            conflict=round(basis.conflict, 4),
            events=basis.events,
            planned=basis.planned,
            acts=[ActOut(relation=a.relation, status=a.status, count=a.count) for a in basis.acts],
            examined=basis.examined,
        )


class ProofOut(Wire):
    """The best sentence of one event, and where it was printed."""

    event_id: str
    source: ActorOut
    relation: str = Field(examples=["treaty"])
    target: ActorOut | None
    status: StatusName = Field(examples=["planned"])
    day: date | None
    quote: str = Field(examples=["Russia and Iran are to sign a treaty on Friday."])
    publisher: str
    title: str
    url: str
    confidence: float = Field(examples=[0.85])
    attributed_to: ActorOut | None

    @classmethod
    def of(cls, proof: Proof) -> Self:
        return cls(
            event_id=proof.event_id,
            source=ActorOut.of(proof.source),
            relation=proof.relation,
            target=ActorOut.of_maybe(proof.target),
            status=proof.status,
            day=proof.day,
            quote=proof.quote,
            publisher=proof.publisher,
            title=proof.title,
            url=proof.url,
            confidence=proof.confidence,
            attributed_to=ActorOut.of_maybe(proof.attributed_to),
        )


class PartnerOut(Wire):
    """What was observed between the two. `score` lies between -1 and 1."""

    partner: ActorOut
    score: float = Field(examples=[0.44])
    stance: Stance = Field(examples=["partner"])
    trend: Trend = Field(examples=["rising"])
    basis: BasisOut
    first_seen: date
    last_seen: date
    evidence: list[ProofOut]

    @classmethod
    def of(cls, partner: Partner) -> Self:
        return cls(
            partner=ActorOut.of(partner.partner),
            score=round(partner.score, 4),
            stance=partner.stance,
            trend=partner.trend,
            basis=BasisOut.of(partner.basis),
            first_seen=partner.first_seen,
            last_seen=partner.last_seen,
            evidence=[ProofOut.of(proof) for proof in partner.proofs],
        )

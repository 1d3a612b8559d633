"""What changed between two days, on the wire. Imports `alliance_schemas` and `graph.comparison`."""

from datetime import date
from typing import Self

from pydantic import Field

from app.alliance_schemas import CommitmentOut, ProofOut
from app.schemas import ActorOut, Wire
from graph.alliances import Partner, Stance
from graph.comparison import Binding, Change, Changes, Kind


class StandingOut(Wire):
    """How a partner stood on one of the two days."""

    score: float = Field(examples=[0.44])
    stance: Stance = Field(examples=["partner"])
    events: int

    @classmethod
    def of_maybe(cls, partner: Partner | None) -> Self | None:
        if partner is None:
            return None
        return cls(
            score=round(partner.score, 4), stance=partner.stance, events=partner.basis.events
        )


class ChangeOut(Wire):
    """One partner on both days; null where nothing had been seen in the window."""

    partner: ActorOut
    kind: Kind = Field(
        description="came or went: into or out of the circle of allies and partners (of rivals and "
        "adversaries, where these are asked for); otherwise its stance or its score changed",
        examples=["came"],
    )
    before: StandingOut | None
    after: StandingOut | None
    delta: float = Field(description="score after less score before", examples=[0.31])
    evidence: list[ProofOut] = Field(description="the weightiest acts in between")

    @classmethod
    def of(cls, change: Change) -> Self:
        return cls(
            partner=ActorOut.of(change.partner),
            kind=change.kind,
            before=StandingOut.of_maybe(change.before),
            after=StandingOut.of_maybe(change.after),
            delta=round(change.delta, 4),
            evidence=[ProofOut.of(proof) for proof in change.proofs],
        )


class BindingOut(Wire):
    """A commitment, and the partners with whom it began or ended."""

    commitment: CommitmentOut
    partners: list[ActorOut]

    @classmethod
    def of(cls, binding: Binding) -> Self:
        return cls(
            commitment=CommitmentOut.of(binding.commitment),
            partners=[ActorOut.of(partner) for partner in binding.partners],
        )


class ChangesOut(Wire):
    """From the day `earlier` to the day `later`; the greatest change of a score first."""

    earlier: date
    later: date
    observed: list[ChangeOut]
    observed_total: int
    began: list[BindingOut]
    ended: list[BindingOut]

    @classmethod
    def of(cls, found: Changes) -> Self:
        return cls(
            earlier=found.earlier,
            later=found.later,
            observed=[ChangeOut.of(change) for change in found.observed],
            observed_total=found.total,
            began=[BindingOut.of(binding) for binding in found.began],
            ended=[BindingOut.of(binding) for binding in found.ended],
        )

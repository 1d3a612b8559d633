"""Two actors over time, and events over time, on the wire. Imports `alliance_schemas`, `graph`."""

from datetime import date
from typing import Self

from pydantic import Field

from app.alliance_schemas import CommitmentOut, PartnerOut, ProofOut
from app.schemas import ActorOut, Wire
from graph.alliances import Stance, score
from graph.store import Bucket, Tally
from graph.timeline import Dyad, Point, Turn
from graph.windows import last_day_of


class TallyOut(Wire):
    """The events of one period, both days included. `cooperative` and `hostile` count those of
    positive and negative weight, `cooperation` and `conflict` sum the weights, unfaded; `net` is
    the score of these two alone, between -1 and 1."""

    start: date = Field(examples=["2025-01-01"])
    end: date = Field(examples=["2025-01-31"])
    events: int
    planned: int
    cooperative: int
    hostile: int
    cooperation: float
    conflict: float
    net: float = Field(examples=[0.44])

    @classmethod
    def of(cls, tally: Tally, end: date) -> Self:
        return cls(
            start=tally.start,
            end=end,
            events=tally.events,
            planned=tally.planned,
            cooperative=tally.cooperative,
            hostile=tally.hostile,
            cooperation=round(tally.cooperation, 4),
            conflict=round(tally.conflict, 4),
            net=round(score(tally.cooperation, tally.conflict), 4),
        )


class TimelineOut(Wire):
    """Periods with events, the earliest first; all of them with `fill`."""

    bucket: Bucket = Field(examples=["month"])
    items: list[TallyOut]
    next_cursor: str | None

    @classmethod
    def of(cls, items: list[Tally], bucket: Bucket, next_cursor: str | None) -> Self:
        told = [TallyOut.of(tally, last_day_of(tally.start, bucket)) for tally in items]
        return cls(bucket=bucket, items=told, next_cursor=next_cursor)


class PointOut(TallyOut):
    """A period, and how the two stood at its end: the score of everything up to then, faded."""

    standing: float = Field(examples=[0.31])
    stance: Stance = Field(examples=["partner"])

    @classmethod
    def of_point(cls, point: Point) -> Self:
        tally = TallyOut.of(point.tally, point.end)
        return cls(**tally.model_dump(), standing=round(point.standing, 4), stance=point.stance)


class TurnOut(Wire):
    """A period whose events gave the two another stance, and the weightiest of its last ones."""

    start: date
    end: date
    before: float
    after: float
    stance_before: Stance = Field(examples=["mixed"])
    stance_after: Stance = Field(examples=["adversary"])
    evidence: list[ProofOut]

    @classmethod
    def of(cls, turn: Turn) -> Self:
        return cls(
            start=turn.start,
            end=turn.end,
            before=round(turn.before, 4),
            after=round(turn.after, 4),
            stance_before=turn.stance_before,
            stance_after=turn.stance_after,
            evidence=[ProofOut.of(proof) for proof in turn.proofs],
        )


class DyadOut(Wire):
    """Two actors. `points` are the last of `points_total` periods with events."""

    one: ActorOut
    other: ActorOut
    as_of: date
    bucket: Bucket
    formal: list[CommitmentOut] = Field(description="in force on the day")
    summary: PartnerOut | None = Field(description="how the two stand on the day")
    points: list[PointOut]
    points_total: int
    turning_points: list[TurnOut]

    @classmethod
    def of(cls, found: Dyad, bucket: Bucket) -> Self:
        return cls(
            one=ActorOut.of(found.one),
            other=ActorOut.of(found.other),
            as_of=found.as_of,
            bucket=bucket,
            formal=[CommitmentOut.of(item) for item in found.commitments],
            summary=PartnerOut.of(found.summary) if found.summary else None,
            points=[PointOut.of_point(point) for point in found.points],
            points_total=found.points_total,
            turning_points=[TurnOut.of(turn) for turn in found.turns],
        )

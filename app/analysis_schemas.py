"""Paths, blocs and centrality on the wire. Imports `alliance_schemas` and `graph`."""

from collections.abc import Sequence
from datetime import date
from typing import Self

from pydantic import Field

from app.alliance_schemas import ProofOut
from app.schemas import ActorOut, Wire
from graph.alliances import Stance
from graph.analytics import Bloc, Blocs, Central, Centrality, Measure, Member
from graph.network import Tone
from graph.paths import Hop, Path


class HopOut(Wire):
    """One tie of a path, in the direction in which it is walked."""

    source: ActorOut
    target: ActorOut
    closeness: float = Field(description="in (0, 1)", examples=[0.44])
    score: float
    stance: Stance
    events: int
    evidence: list[ProofOut]

    @classmethod
    def of(cls, hop: Hop) -> Self:
        return cls(
            source=ActorOut.of(hop.source),
            target=ActorOut.of(hop.target),
            closeness=round(hop.closeness, 4),
            score=round(hop.score, 4),
            stance=hop.stance,
            events=hop.events,
            evidence=[ProofOut.of(proof) for proof in hop.proven.proofs],
        )


class PathOut(Wire):
    """A way from one actor to the other; its closeness is the product of its hops' closenesses."""

    closeness: float = Field(examples=[0.19])
    hops: list[HopOut]

    @classmethod
    def of(cls, path: Path) -> Self:
        return cls(closeness=round(path.closeness, 6), hops=[HopOut.of(hop) for hop in path.hops])


class PathsOut(Wire):
    """The closest paths first; none where the two are not connected within `max_hops`."""

    source: ActorOut
    target: ActorOut
    as_of: date
    tone: Tone
    max_hops: int
    items: list[PathOut]


class MemberOut(Wire):
    actor: ActorOut
    weight: float = Field(description="sum of its closenesses to the other members")
    share: float = Field(description="part of all its closeness that stays in the bloc")

    @classmethod
    def of(cls, member: Member) -> Self:
        return cls(
            actor=ActorOut.of(member.actor),
            weight=round(member.weight, 4),
            share=round(member.share, 4),
        )


class BlocOut(Wire):
    """Actors that are closer to each other than to the rest, the weightiest first. The id is that
    of the weightiest, so that a bloc keeps it from day to day as long as that one leads."""

    id: str = Field(examples=["USA"])
    name: str = Field(examples=["United States, France and 12 more"])
    size: int
    members: list[MemberOut]

    @classmethod
    def of(cls, bloc: Bloc) -> Self:
        return cls(
            id=bloc.id,
            name=bloc.name,
            size=len(bloc.members),
            members=[MemberOut.of(member) for member in bloc.members],
        )


class BlocsOut(Wire):
    """The largest blocs first. `modularity` is of the whole partition (Newman 2004), `loners` is
    how many actors are alone in theirs."""

    as_of: date
    tone: Tone
    resolution: float
    method: str = Field(examples=["louvain"])
    modularity: float = Field(examples=[0.41])
    actors: int
    ties: int
    ties_left_out: int = Field(description="beyond the size that is computed; the least close")
    loners: int
    items: list[BlocOut]
    total: int
    next_cursor: str | None

    @classmethod
    def of(
        cls,
        found: Blocs,
        shown: Sequence[Bloc],
        as_of: date,
        tone: Tone,
        resolution: float,
        next_cursor: str | None,
    ) -> Self:
        return cls(
            as_of=as_of,
            tone=tone,
            resolution=resolution,
            method="louvain",
            modularity=round(found.modularity, 6),
            actors=found.actors,
            ties=found.ties,
            ties_left_out=found.ties_left_out,
            loners=found.loners,
            items=[BlocOut.of(bloc) for bloc in shown],
            total=len(found.blocs),
            next_cursor=next_cursor,
        )


class CentralOut(Wire):
    actor: ActorOut
    degree: float = Field(description="share of the other actors that it has ties with")
    strength: float = Field(description="sum of its closenesses")
    betweenness: float = Field(description="share of the shortest paths that pass through it")
    eigenvector: float | None = Field(description="null where the iteration does not converge")

    @classmethod
    def of(cls, item: Central) -> Self:
        return cls(
            actor=ActorOut.of(item.actor),
            degree=round(item.degree, 6),
            strength=round(item.strength, 4),
            betweenness=round(item.betweenness, 6),
            eigenvector=round(item.eigenvector, 6) if item.eigenvector is not None else None,
        )


class CentralityOut(Wire):
    """The most central first. `sampled` is from how many actors betweenness was estimated, null
    where it is exact."""

    as_of: date
    tone: Tone
    measure: Measure
    actors: int
    ties: int
    ties_left_out: int = Field(description="beyond the size that is computed; the least close")
    sampled: int | None
    items: list[CentralOut]
    next_cursor: str | None

    @classmethod
    def of(
        cls,
        found: Centrality,
        shown: Sequence[Central],
        as_of: date,
        tone: Tone,
        measure: Measure,
        next_cursor: str | None,
    ) -> Self:
        return cls(
            as_of=as_of,
            tone=tone,
            measure=measure,
            actors=len(found.actors),
            ties=found.ties,
            ties_left_out=found.ties_left_out,
            sampled=found.sampled,
            items=[CentralOut.of(item) for item in shown],
            next_cursor=next_cursor,
        )

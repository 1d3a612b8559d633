"""Actors on the wire: who was found, one with everything known of it, and who stands around it.

Imports `schemas` and `graph`.
"""

from collections.abc import Collection
from datetime import date
from typing import Self

from pydantic import Field

from app.schemas import ActorOut, ActorProfileOut, Wire
from graph.alliances import Partner, Stance, Trend
from graph.dossier import DatedName, Dossier, Member, Post
from graph.model import CommitmentKind
from graph.network import Edge
from graph.reference.types import Role
from graph.search import Hit, How
from graph.store import RelationUse


class ActorHitOut(ActorOut):
    """An actor that was found, and why."""

    how: How = Field(
        description="by an exact name, a prefix, an office held today, or in spite of a typo",
        examples=["prefix"],
    )
    because: str = Field(
        description="the name that fits, or the office and its holder",
        examples=["Islamic Republic of Iran"],
    )

    @classmethod
    def of_hit(cls, hit: Hit) -> Self:
        return cls(**ActorOut.of(hit.actor).model_dump(), how=hit.how, because=hit.because)


class ActorHits(Wire):
    """Exact names first, then the busiest, then the leaders' states and typos."""

    items: list[ActorHitOut]


class DatedNameOut(Wire):
    """Both days are included."""

    name: str = Field(examples=["Zaire"])
    since: date | None
    until: date | None

    @classmethod
    def of(cls, item: DatedName) -> Self:
        return cls(name=item.name, since=item.since, until=item.until)


class OfficeOut(Wire):
    """An office and its holder; both days are included, null is unknown or not over."""

    person: ActorOut
    of: ActorOut
    role: Role = Field(examples=["head_of_state"])
    title: str = Field(examples=["president"])
    since: date | None
    until: date | None

    @classmethod
    def of_post(cls, post: Post) -> Self:
        return cls(
            person=ActorOut.of(post.person),
            of=ActorOut.of(post.principal),
            role=post.role,
            title=post.title,
            since=post.since,
            until=post.until,
        )


class MembershipOut(Wire):
    """Both days are included, null is unknown or not over."""

    member: ActorOut
    organization: ActorOut
    since: date | None = Field(examples=["2023-04-04"])
    until: date | None

    @classmethod
    def of(cls, item: Member) -> Self:
        return cls(
            member=ActorOut.of(item.member),
            organization=ActorOut.of(item.organization),
            since=item.since,
            until=item.until,
        )


class ActorDossierOut(ActorProfileOut):
    """An actor as of a day: what is stored, and what the curated data says of it."""

    as_of: date
    acts_for: ActorOut | None = Field(description="the state or organisation it belongs to")
    former_names: list[DatedNameOut]
    offices: list[OfficeOut] = Field(
        description="held by a person, or those of a state with their holders; the last first"
    )
    memberships: list[MembershipOut] = Field(
        description="of a state, or the members of an organisation"
    )
    known_until: date | None = Field(
        description="the last day for which its offices are known; null outside the curated data"
    )

    @classmethod
    def of_dossier(cls, found: Dossier, as_of: date) -> Self:
        profile = ActorProfileOut.of_profile(found.profile)
        return cls(
            **{name: getattr(profile, name) for name in ActorProfileOut.model_fields},
            as_of=as_of,
            acts_for=ActorOut.of_maybe(found.acts_for),
            former_names=[DatedNameOut.of(item) for item in found.former_names],
            offices=[OfficeOut.of_post(post) for post in found.offices],
            memberships=[MembershipOut.of(item) for item in found.memberships],
            known_until=found.known_until,
        )


class RelationUseOut(Wire):
    """How the actor appears in one relation, in one direction."""

    relation: str = Field(examples=["treaty"])
    direction: str = Field(description="out: it acts; in: it is acted on", examples=["out"])
    events: int
    planned: int
    partners: int = Field(description="different actors at the other end")
    first_seen: date | None
    last_seen: date | None

    @classmethod
    def of(cls, use: RelationUse) -> Self:
        return cls(
            relation=use.relation,
            direction="out" if use.outgoing else "in",
            events=use.events,
            planned=use.planned,
            partners=use.partners,
            first_seen=use.first_seen,
            last_seen=use.last_seen,
        )


class RelationUses(Wire):
    """By relation, out before in. There are at most two for each relation of the ontology."""

    actor: ActorOut
    items: list[RelationUseOut]


class NeighbourOut(Wire):
    """An actor beside this one: what was observed, in numbers, and what is signed."""

    partner: ActorOut
    score: float = Field(examples=[0.44])
    stance: Stance = Field(examples=["partner"])
    trend: Trend = Field(examples=["rising"])
    cooperation: float
    conflict: float
    events: int
    planned: int
    first_seen: date
    last_seen: date
    formal: list[CommitmentKind] = Field(description="kinds of commitments in force")

    @classmethod
    def of(cls, partner: Partner, formal: Collection[CommitmentKind]) -> Self:
        basis = partner.basis
        return cls(
            partner=ActorOut.of(partner.partner),
            score=round(partner.score, 4),
            stance=partner.stance,
            trend=partner.trend,
            cooperation=round(basis.cooperation, 4),
            conflict=round(basis.conflict, 4),
            events=basis.events,
            planned=basis.planned,
            first_seen=partner.first_seen,
            last_seen=partner.last_seen,
            formal=sorted(formal),
        )


class TieOut(Wire):
    """What was observed between two actors, without direction."""

    one: str = Field(examples=["IRN"])
    other: str = Field(examples=["RUS"])
    score: float
    events: int

    @classmethod
    def of(cls, edge: Edge) -> Self:
        return cls(one=edge.one, other=edge.other, score=round(edge.score, 4), events=edge.events)


class Neighbours(Wire):
    """One page of the actors around one; `ties` are those among the actors of this page."""

    actor: ActorOut
    as_of: date
    items: list[NeighbourOut]
    total: int
    ties: list[TieOut] | None
    next_cursor: str | None

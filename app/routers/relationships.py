"""Who stands with whom, who against whom, how we know, and what changed."""

from enum import StrEnum
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field, field_validator

from app.alliances_out import AlliancesOut
from app.change_schemas import ChangesOut
from app.deps import Day, ReferenceDep, StoreDep, TieFilters, split_commas
from app.errors import InvalidParameter
from app.paging import Cursor, Place
from app.responses import TaggedRoute, problems
from graph.alliances import Alliances, Choice, Order, Part, Rank, Stance, alliances
from graph.comparison import FOES, FRIENDS, compare
from graph.errors import InvalidCursor
from graph.reference import Reference
from graph.store import Store

router = APIRouter(prefix="/v1/actors", tags=["relationships"], route_class=TaggedRoute)

MAX_PARTNERS = 200
_LAST: Rank = (1e300, 0.0, "")
"""A rank behind every partner."""


class Include(StrEnum):
    """The two parts of an answer."""

    FORMAL = "formal"
    OBSERVED = "observed"


class PartnerFilters(TieFilters):
    """Query parameters of an actor's partners."""

    include: list[Include] = Field(
        default=list(Include), description="formal, observed or both, with commas or repeated"
    )
    stance: list[Stance] = Field(
        default=[],
        description="observed partners of these stances only; commas or repeated",
        examples=[["ally"]],
    )
    compare: Day | None = Field(
        default=None,
        description="an earlier day: `changes` tells what is different since",
        examples=["2024-01-01"],
    )
    proofs: int = Field(default=1, ge=0, le=20, description="sentences quoted for each partner")
    limit: int = Field(default=20, ge=1, le=MAX_PARTNERS)
    offset: int = Field(default=0, ge=0, le=100_000, description="partners to pass over")
    cursor: str | None = Field(default=None, description="`next_cursor` of the page before")

    _commas = field_validator("include", "stance", mode="before")(split_commas)

    def parts(self) -> frozenset[Part]:
        parts = {Part(part.value) for part in self.include}
        return frozenset(parts | {Part.PROOF} if self.proofs else parts)


class AllianceFilters(PartnerFilters):
    """Query parameters of an actor's alliances. Unknown ones are refused."""

    sort: Order = Field(
        default=Order.CLOSEST, description="what the observed partners are ordered by"
    )


class AdversaryFilters(PartnerFilters):
    """Query parameters of an actor's adversaries. Unknown ones are refused."""

    sort: Order = Field(
        default=Order.MOST_HOSTILE, description="what the observed partners are ordered by"
    )


@router.get("/{actor_id}/alliances", responses=problems(400, 404, 422, 503))
def get_alliances(
    store: StoreDep,
    reference: ReferenceDep,
    actor_id: str,
    filters: Annotated[AllianceFilters, Query()],
) -> AlliancesOut:
    """Formal commitments in force on a day, and what was observed in the events up to it.

    The score of a partner is (C - H) / (C + H + 10), C and H being the sums of its cooperative
    and hostile events, weighted by relation, confidence and independent publishers, and halved
    for every `half_life_days` of age. Planned events count less; hypothetical and negated ones
    not at all.
    """
    return _answer(store, reference, actor_id, filters, filters.sort, hostile=False)


@router.get("/{actor_id}/adversaries", responses=problems(400, 404, 422, 503))
def get_adversaries(
    store: StoreDep,
    reference: ReferenceDep,
    actor_id: str,
    filters: Annotated[AdversaryFilters, Query()],
) -> AlliancesOut:
    """Those with whom conflict outweighs cooperation, the most hostile first.

    `observed` holds every partner whose score is below 0; `formal` the commitments that bind the
    actor to one of them all the same, such as two rivals in one alliance.
    """
    return _answer(store, reference, actor_id, filters, filters.sort, hostile=True)


def _answer(
    store: Store,
    reference: Reference,
    actor_id: str,
    filters: PartnerFilters,
    order: Order,
    hostile: bool,
) -> AlliancesOut:
    route = "adversaries" if hostile else "alliances"
    cursor = Cursor(f"{route} {actor_id}", filters, filters.cursor)
    query = filters.on(cursor.day)
    if filters.compare is not None and filters.compare >= query.as_of:
        raise InvalidParameter("compare", f"must lie before as_of ({query.as_of})")
    after, passed = _place(cursor.after)
    choice = Choice(
        order=order,
        hostile=hostile,
        stances=frozenset(filters.stance),
        limit=filters.limit,
        offset=0 if after else filters.offset,
        after=after,
    )
    found = alliances(
        store,
        reference,
        actor_id,
        query.as_of,
        since=query.since,
        half_life_days=query.half_life_days,
        min_confidence=query.min_confidence,
        include=filters.parts(),
        choice=choice,
        proofs=filters.proofs,
    )
    changes = None
    if filters.compare is not None:
        circle = FOES if hostile else FRIENDS
        changes = ChangesOut.of(
            compare(
                store, reference, actor_id, filters.compare, query, circle, filters.limit,
                min(filters.proofs, 2),
            )
        )  # fmt: skip
    start = passed if after else filters.offset
    place = _next(found, start + filters.limit)
    return AlliancesOut.of(found, filters.limit, start, cursor.at(place, query.as_of), changes)


def _place(after: Place | None) -> tuple[Rank | None, int]:
    """The rank of the last partner shown, and how many commitments were shown."""
    if after is None:
        return None, 0
    match after:
        case (int() | float() as first, int() | float() as second, str(key), int(passed)):
            return (first, second, key), passed
    raise InvalidCursor("this is no cursor of this list")


def _next(found: Alliances, passed: int) -> Place | None:
    more = passed < len(found.formal)
    if found.last is None and not more:
        return None
    return (*(found.last or _LAST), passed)

"""Who is known: search by name, one actor with all that is known of it, and who is around it."""

from contextlib import suppress
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from app.actor_schemas import (
    ActorDossierOut,
    ActorHitOut,
    ActorHits,
    NeighbourOut,
    Neighbours,
    RelationUseOut,
    RelationUses,
    TieOut,
)
from app.clock import today
from app.deps import Day, EventFacts, ReferenceDep, StoreDep, TieFilters
from app.paging import Cursor
from app.responses import TaggedRoute, problems
from app.schemas import ActorOut
from graph.alliances import Choice, Order, formal, observed_partner
from graph.dossier import dossier
from graph.errors import NotFound
from graph.network import network
from graph.search import find_actors
from graph.store import Tie
from graph.timeline import known_actor

router = APIRouter(prefix="/v1/actors", tags=["actors"], route_class=TaggedRoute)


@router.get("", responses=problems(422, 503))
def search_actors(
    store: StoreDep,
    reference: ReferenceDep,
    q: Annotated[
        str,
        Query(
            min_length=1,
            max_length=200,
            description="words of a name, the last may be unfinished",
            examples=["islamic rep"],
        ),
    ],
    as_of: Annotated[
        Day | None, Query(description="the day on which leaders hold office; today if not given")
    ] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> ActorHits:
    """Actors by name, alias, former name or leader: exact names first, then the busiest.

    Small typos are forgiven for persons and organisations, never for states: one letter parts
    Niger from Nigeria. A person brings the state whose office it holds.
    """
    found = find_actors(store, reference, q, as_of or today(), limit)
    return ActorHits(items=[ActorHitOut.of_hit(hit) for hit in found])


class DayFilter(BaseModel):
    """Query parameters of one actor. Unknown ones are refused."""

    model_config = ConfigDict(extra="forbid")

    as_of: Day | None = Field(default=None, description="the day of the answer; today if not given")


@router.get("/{actor_id}", responses=problems(404, 422, 503))
def get_actor(
    store: StoreDep,
    reference: ReferenceDep,
    actor_id: str,
    filters: Annotated[DayFilter, Query()],
) -> ActorDossierOut:
    """One actor: its names, offices and memberships with their days, how often it was source or
    target of each relation, and up to which day its offices are known.

    What began after `as_of` is left out; counts are of everything that is stored.
    """
    day = filters.as_of or today()
    return ActorDossierOut.of_dossier(dossier(store, reference, actor_id, day), day)


@router.get("/{actor_id}/relations", responses=problems(404, 422, 503))
def get_relations(
    store: StoreDep,
    reference: ReferenceDep,
    actor_id: str,
    filters: Annotated[EventFacts, Query()],
) -> RelationUses:
    """What the actor does and what is done to it: a count for each relation and direction."""
    actor = known_actor(store, reference, actor_id, filters.as_of or today())
    try:
        uses = store.relations(filters.query(actor=actor_id))
    except NotFound:
        uses = ()
    return RelationUses(actor=ActorOut.of(actor), items=[RelationUseOut.of(use) for use in uses])


class NeighbourFilters(TieFilters):
    """Query parameters of an actor's neighbours. Unknown ones are refused."""

    sort: Order = Field(default=Order.BUSIEST, description="what the neighbours are ordered by")
    ties: bool = Field(
        default=False, description="tell the ties among the actors of the page as well"
    )
    limit: int = Field(default=50, ge=1, le=500)
    cursor: str | None = Field(default=None, description="`next_cursor` of the page before")


@router.get("/{actor_id}/neighbours", responses=problems(400, 404, 422, 503))
def get_neighbours(
    store: StoreDep,
    reference: ReferenceDep,
    actor_id: str,
    filters: Annotated[NeighbourFilters, Query()],
) -> Neighbours:
    """Everybody with whom something was observed, in numbers: what a picture of the graph needs."""
    cursor = Cursor(f"neighbours {actor_id}", filters, filters.cursor)
    query = filters.on(cursor.day)
    actor = known_actor(store, reference, actor_id, query.as_of)
    found: tuple[Tie, ...] = ()
    with suppress(NotFound):  # curated, and in no article yet
        found = store.ties(actor_id, query)
    choice = Choice(order=filters.sort)
    ties = choice.of(found)
    page = cursor.page(ties, choice.rank, filters.limit, query.as_of)
    signed = {}
    if reference.actor(actor_id, query.as_of) is not None:
        signed = {
            item.partner.id: {commitment.kind for commitment in item.commitments}
            for item in formal(reference, actor_id, query.as_of)
        }
    tied = None
    if filters.ties:
        among = [tie.partner.id for tie in page.items]
        tied = [TieOut.of(edge) for edge in network(store, query, among=among).edges.values()]
    return Neighbours(
        actor=ActorOut.of(actor),
        as_of=query.as_of,
        items=[
            NeighbourOut.of(p, signed.get(p.partner.id, ()))
            for p in map(observed_partner, page.items)
        ],
        total=len(ties),
        ties=tied,
        next_cursor=page.next_cursor,
    )

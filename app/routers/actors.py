"""Who is known: search by name, and one actor with what the store holds of it."""

from typing import Annotated

from fastapi import APIRouter, Query

from app.deps import StoreDep
from app.responses import TaggedRoute, problems
from app.schemas import ActorList, ActorOut, ActorProfileOut

router = APIRouter(prefix="/v1/actors", tags=["actors"], route_class=TaggedRoute)


@router.get("", responses=problems(422, 503))
def search_actors(
    store: StoreDep,
    q: Annotated[
        str,
        Query(
            min_length=1,
            max_length=200,
            description="words of a name, the last may be unfinished",
            examples=["islamic rep"],
        ),
    ],
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> ActorList:
    """Actors by name, alias or former name: exact names first, then the busiest."""
    return ActorList(items=[ActorOut.of(actor) for actor in store.search_actors(q, limit)])


@router.get("/{actor_id}", responses=problems(404, 422, 503))
def get_actor(store: StoreDep, actor_id: str) -> ActorProfileOut:
    """One actor, its names, and how often it was source or target of each relation."""
    return ActorProfileOut.of_profile(store.actor(actor_id))

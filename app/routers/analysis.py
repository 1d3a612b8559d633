"""The shape of the graph on a day: paths, blocs and centrality."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field

from app.analysis_schemas import BlocsOut, CentralityOut, PathOut, PathsOut
from app.deps import ReferenceDep, StoreDep, TieFilters
from app.errors import InvalidParameter
from app.paging import Cursor, Place
from app.responses import TaggedRoute, problems
from app.schemas import ActorOut
from graph.analytics import Bloc, Measure, blocs, centrality
from graph.network import Tone, network
from graph.paths import MAX_HOPS, paths
from graph.timeline import known_actor

router = APIRouter(prefix="/v1", tags=["analysis"], route_class=TaggedRoute)

_TONES = "friendly: close by score; hostile: by score below 0; any: by how much was observed"


class PathFilters(TieFilters):
    """Query parameters of paths. Unknown ones are refused."""

    source: str = Field(alias="from", description="where the paths begin", examples=["RUS"])
    target: str = Field(alias="to", description="where the paths end", examples=["BRA"])
    max_hops: int = Field(default=3, ge=1, le=MAX_HOPS, description="ties of the longest path")
    tone: Tone = Field(default=Tone.FRIENDLY, description=_TONES)
    proofs: int = Field(default=1, ge=0, le=5, description="sentences quoted for each hop")
    limit: int = Field(default=5, ge=1, le=50)


@router.get("/paths", responses=problems(404, 422, 503))
def get_paths(
    store: StoreDep, reference: ReferenceDep, filters: Annotated[PathFilters, Query()]
) -> PathsOut:
    """By whom two actors are connected: the closest paths, each hop with its evidence.

    A path is as close as the product of its hops, so a friend of a good friend may come before a
    mere acquaintance.
    """
    query = filters.on()
    ends = (filters.source, filters.target)
    if ends[0] == ends[1]:
        raise InvalidParameter("to", f"{ends[1]} needs no path to itself")
    source, target = (known_actor(store, reference, key, query.as_of) for key in ends)
    graph = network(store, query, guests=[key for key in ends if store.actors([key])])
    found = paths(
        store, graph, ends, query, filters.tone, filters.max_hops, filters.limit, filters.proofs
    )
    return PathsOut(
        source=ActorOut.of(source),
        target=ActorOut.of(target),
        as_of=query.as_of,
        tone=filters.tone,
        max_hops=filters.max_hops,
        items=[PathOut.of(path) for path in found],
    )


class BlocFilters(TieFilters):
    """Query parameters of blocs. Unknown ones are refused."""

    tone: Tone = Field(default=Tone.FRIENDLY, description=_TONES)
    resolution: float = Field(default=1.0, gt=0, le=10, description="above 1: more, smaller blocs")
    limit: int = Field(default=20, ge=1, le=200)
    cursor: str | None = Field(default=None, description="`next_cursor` of the page before")


@router.get("/blocs", responses=problems(400, 422, 503))
def get_blocs(store: StoreDep, filters: Annotated[BlocFilters, Query()]) -> BlocsOut:
    """Communities of the friendly ties of a day (method of Louvain), the largest first.

    A bloc is named after its weightiest member. `modularity` tells how much more of the closeness
    lies within blocs than chance would put there.
    """
    cursor = Cursor("blocs", filters, filters.cursor)
    query = filters.on(cursor.day)
    found = blocs(network(store, query), filters.tone, filters.resolution)

    def place(bloc: Bloc) -> Place:
        return -len(bloc.members), bloc.id

    page = cursor.page(found.blocs, place, filters.limit, query.as_of)
    return BlocsOut.of(
        found, page.items, query.as_of, filters.tone, filters.resolution, page.next_cursor
    )


class CentralityFilters(TieFilters):
    """Query parameters of centrality. Unknown ones are refused."""

    tone: Tone = Field(default=Tone.ANY, description=_TONES)
    sort: Measure = Field(default=Measure.BETWEENNESS, description="the most central by this first")
    limit: int = Field(default=50, ge=1, le=500)
    cursor: str | None = Field(default=None, description="`next_cursor` of the page before")


@router.get("/centrality", responses=problems(400, 422, 503))
def get_centrality(
    store: StoreDep, filters: Annotated[CentralityFilters, Query()]
) -> CentralityOut:
    """Degree, strength, betweenness and eigenvector centrality of every actor with ties.

    In a large graph betweenness is estimated from a sample of actors; `sampled` says of how many.
    """
    cursor = Cursor("centrality", filters, filters.cursor)
    query = filters.on(cursor.day)
    found = centrality(network(store, query), filters.tone, filters.sort)
    page = cursor.page(
        found.actors,
        lambda item: (-item.figure(filters.sort), item.actor.id),
        filters.limit,
        query.as_of,
    )
    return CentralityOut.of(
        found, page.items, query.as_of, filters.tone, filters.sort, page.next_cursor
    )

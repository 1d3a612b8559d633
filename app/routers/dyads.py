"""Two actors: how they stood over time, and the events between them."""

from typing import Annotated

from fastapi import APIRouter, Path, Query
from pydantic import Field

from app.clock import today
from app.deps import EventFacts, ReferenceDep, StoreDep
from app.dyad_schemas import DyadOut
from app.errors import InvalidParameter
from app.responses import TaggedRoute, problems
from app.routers.events import MAX_BUCKETS, event_page, page_of
from app.schemas import EventPage
from graph.reference import Reference
from graph.store import HALF_LIFE_DAYS, MAX_LIMIT, Bucket, Page, Store
from graph.timeline import DyadQuery, dyad, known_actor
from graph.windows import day_before

router = APIRouter(prefix="/v1/dyads", tags=["dyads"], route_class=TaggedRoute)

One = Annotated[str, Path(description="the id of one actor", examples=["RUS"])]
Other = Annotated[str, Path(description="the id of the other", examples=["IRN"])]


class DyadFilters(EventFacts):
    """Query parameters of a dyad. Unknown ones are refused."""

    bucket: Bucket = Field(default=Bucket.MONTH, description="the length of a period")
    half_life_days: float = Field(
        default=HALF_LIFE_DAYS, gt=0, le=36_500, description="an event this old counts half"
    )
    proofs: int = Field(default=3, ge=0, le=20, description="sentences quoted in the summary")
    limit: int = Field(
        default=500, ge=1, le=MAX_BUCKETS, description="periods shown, the last ones"
    )


@router.get("/{one}/{other}", responses=problems(404, 422, 503))
def get_dyad(
    store: StoreDep,
    reference: ReferenceDep,
    one: One,
    other: Other,
    filters: Annotated[DyadFilters, Query()],
) -> DyadOut:
    """The relationship of two actors over time: cooperation and conflict in each period, how they
    stood at its end, and the turning points with the sentences that tell them.

    It is the same from either end. The two may be persons. Hypothetical and negated events do not
    count.
    """
    _refuse_same(one, other)
    events = filters.query()
    as_of = filters.as_of or today()
    if events.until is not None:
        as_of = min(as_of, day_before(events.until))
    query = DyadQuery(as_of, events.since, filters.bucket, filters.half_life_days, events)
    found = dyad(store, reference, one, other, query, filters.limit, filters.proofs)
    return DyadOut.of(found, filters.bucket)


class DyadEventFilters(EventFacts):
    """Query parameters of the events between two actors. Unknown ones are refused."""

    limit: int = Field(default=50, ge=1, le=MAX_LIMIT)
    cursor: str | None = Field(default=None, description="`next_cursor` of the page before")


@router.get("/{one}/{other}/events", responses=problems(400, 404, 422, 503))
def list_dyad_events(
    store: StoreDep,
    reference: ReferenceDep,
    one: One,
    other: Other,
    filters: Annotated[DyadEventFilters, Query()],
) -> EventPage:
    """The events between two actors, in both directions, latest first."""
    _refuse_same(one, other)
    query = filters.query(actor=one, partner=other)
    for actor in (one, other):
        if not _stored(store, reference, actor):
            return event_page(store, Page(()))
    return event_page(store, page_of(store, query, filters.limit, filters.cursor))


def _stored(store: Store, reference: Reference, actor: str) -> bool:
    """Whether it is stored; NotFound where the reference data does not know it either."""
    if store.actors([actor]):
        return True
    known_actor(store, reference, actor, today())
    return False


def _refuse_same(one: str, other: str) -> None:
    if one == other:
        raise InvalidParameter("other", f"{other} has no relationship with itself")

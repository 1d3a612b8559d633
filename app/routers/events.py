"""Events, the triples that they project to, and how many there were over time."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field

from app.attested_schemas import AttestedEventOut
from app.deps import ActorFacts, FiltersDep, StoreDep
from app.dyad_schemas import TimelineOut
from app.paging import Cursor
from app.responses import TaggedRoute, problems
from app.schemas import EventOut, EventPage, TripleOut, TriplePage
from graph.corroboration import attest
from graph.model import Event
from graph.store import Bucket, EventQuery, Page, Store
from graph.windows import filled

router = APIRouter(prefix="/v1", tags=["events"], route_class=TaggedRoute)

MAX_BUCKETS = 5000


@router.get("/events", responses=problems(400, 404, 422, 503))
def list_events(store: StoreDep, filters: FiltersDep) -> EventPage:
    """Events that pass every filter, latest first, with all their evidence."""
    return event_page(store, page_of(store, filters.query(), filters.limit, filters.cursor))


@router.get("/events/{event_id}", responses=problems(404, 422, 503))
def get_event(store: StoreDep, event_id: str) -> AttestedEventOut:
    """One event with all its evidence, the best first, and what stands beside it.

    `same_event` holds reports of probably the same act, dated a day or a few apart, or told from
    the other end of a mutual act. `contradictions` holds what is asserted here and denied there,
    or the reverse, the denial of the accused, and plans called off. `corroboration` counts what
    the event and its group rest on.
    """
    event = store.event(event_id)
    articles = store.articles([item.article_id for item in event.evidence])
    return AttestedEventOut.of_attested(event, articles, attest(store, event))


@router.get("/triples", responses=problems(400, 404, 422, 503))
def list_triples(store: StoreDep, filters: FiltersDep) -> TriplePage:
    """The same events as (source, relation, target)."""
    page = page_of(store, filters.query(), filters.limit, filters.cursor)
    return TriplePage(
        items=[TripleOut.of(event) for event in page.items], next_cursor=page.next_cursor
    )


class TimelineFilters(ActorFacts):
    """Query parameters of a timeline. Unknown ones are refused."""

    bucket: Bucket = Field(default=Bucket.MONTH, description="the length of a period")
    fill: bool = Field(default=False, description="tell periods without events too, as zeros")
    limit: int = Field(default=500, ge=1, le=MAX_BUCKETS)
    cursor: str | None = Field(default=None, description="`next_cursor` of the page before")


@router.get("/timeline", responses=problems(400, 404, 422, 503))
def get_timeline(store: StoreDep, filters: Annotated[TimelineFilters, Query()]) -> TimelineOut:
    """How many events there were in each period, and which way they point; the earliest first.

    Events without any day are in no period.
    """
    cursor = Cursor("timeline", filters, filters.cursor)
    tallies = list(store.timeline(filters.query(), filters.bucket))
    if filters.fill:
        tallies = list(filled(tallies, filters.bucket))
    page = cursor.page(tallies, lambda tally: (tally.start.isoformat(),), filters.limit)
    return TimelineOut.of(list(page.items), filters.bucket, page.next_cursor)


def page_of(store: Store, query: EventQuery, limit: int, cursor: str | None) -> Page[Event]:
    """One page of a query. An actor that nobody knows is refused, never taken for one without
    events."""
    page = store.events(query, limit, cursor)
    if not page.items:
        # Nothing there, or nobody of that name? Asked only where it matters.
        for actor in (query.actor, query.partner, query.source, query.target):
            if actor is not None:
                store.actor(actor)
    return page


def event_page(store: Store, page: Page[Event]) -> EventPage:
    articles = store.articles([item.article_id for event in page.items for item in event.evidence])
    items = [EventOut.of(event, articles) for event in page.items]
    return EventPage(items=items, next_cursor=page.next_cursor)

"""Events, and the triples that they project to."""

from fastapi import APIRouter

from app.attested_schemas import AttestedEventOut
from app.deps import EventFilters, FiltersDep, StoreDep
from app.responses import TaggedRoute, problems
from app.schemas import EventOut, EventPage, TripleOut, TriplePage
from graph.corroboration import attest
from graph.model import Event
from graph.store import Page, Store

router = APIRouter(prefix="/v1", tags=["events"], route_class=TaggedRoute)


@router.get("/events", responses=problems(400, 404, 422, 503))
def list_events(store: StoreDep, filters: FiltersDep) -> EventPage:
    """Events that pass every filter, latest first, with all their evidence."""
    page = _page(store, filters)
    articles = store.articles([item.article_id for event in page.items for item in event.evidence])
    items = [EventOut.of(event, articles) for event in page.items]
    return EventPage(items=items, next_cursor=page.next_cursor)


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
    page = _page(store, filters)
    return TriplePage(
        items=[TripleOut.of(event) for event in page.items], next_cursor=page.next_cursor
    )


def _page(store: Store, filters: EventFilters) -> Page[Event]:
    page = store.events(filters.query(), filters.limit, filters.cursor)
    if not page.items:
        # Nothing there, or nobody of that name? Asked only where it matters.
        for actor in filters.actors():
            store.actor(actor)
    return page

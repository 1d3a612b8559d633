"""The graph as a file for other programs, sent while it is read."""

from collections.abc import Iterator
from enum import StrEnum
from itertools import chain
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import StreamingResponse
from pydantic import Field

from app.clock import today
from app.deps import ActorFacts, StoreDep, check_as_of
from app.errors import InvalidParameter
from app.responses import problems
from graph.export import MEDIA_TYPES, ExportFormat, export_events, export_ties
from graph.network import Tone, network
from graph.store import HALF_LIFE_DAYS, Store, TieQuery

router = APIRouter(prefix="/v1", tags=["export"])


class Shape(StrEnum):
    """What an edge, or a row, is."""

    EVENTS = "events"
    TIES = "ties"


class ExportFilters(ActorFacts):
    """Query parameters of an export. Unknown ones are refused."""

    format: ExportFormat = Field(description="what the file is", examples=["graphml"])
    shape: Shape = Field(
        default=Shape.EVENTS,
        description="events: one edge for each; ties: one for each pair, summed on a day",
    )
    half_life_days: float = Field(
        default=HALF_LIFE_DAYS,
        gt=0,
        le=36_500,
        description="of ties: so old counts half",
    )
    tone: Tone = Field(
        default=Tone.ANY, description="of ties: what makes two actors close, the weight of an edge"
    )

    def ties(self) -> TieQuery:
        """The same as a query for ties; InvalidParameter for filters that ties do not have."""
        for name in ("actor", "partner", "source", "target", "relation", "event_type", "status",
                     "until"):  # fmt: skip
            if getattr(self, name):
                raise InvalidParameter(name, "does not go with shape=ties")
        as_of = self.as_of or today()
        check_as_of(self.since, as_of)
        return TieQuery(as_of, self.since, self.half_life_days, self.min_confidence)


_FILE = {"type": "string", "format": "binary"}
_SCHEMAS = {ExportFormat.JSONLD: {"type": "object"}}


@router.get(
    "/export",
    response_class=StreamingResponse,
    responses={
        200: {
            "description": "the file, in pieces",
            "content": {
                kind.partition(";")[0]: {"schema": _SCHEMAS.get(form, _FILE)}
                for form, kind in MEDIA_TYPES.items()
            },
        },
        **problems(404, 422, 503),
    },
)
def export_graph(store: StoreDep, filters: Annotated[ExportFilters, Query()]) -> StreamingResponse:
    """All events that pass the filters, or all ties of a day, as GraphML, GEXF, JSON-LD, CSV or
    JSON Lines. GraphML and GEXF open in Gephi and networkx.

    Without filters events come ordered by id, as of one moment; with filters, latest first.
    Graph formats leave out events without a target.
    """
    pieces = pieces_of(store, filters)
    # The first piece is read here, so that an error is still an answer of its own.
    first = next(pieces, "")
    name = f"westphalia-{filters.shape}.{filters.format}"
    return StreamingResponse(
        chain([first], pieces),
        media_type=MEDIA_TYPES[filters.format],
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def pieces_of(store: Store, filters: ExportFilters) -> Iterator[str]:
    """The file in pieces; unknown actors and filters that do not fit are refused at once."""
    if filters.shape is Shape.TIES:
        query = filters.ties()
        return export_ties(network(store, query), query.as_of, filters.format, filters.tone)
    events = filters.query()
    for actor in filters.actors():
        store.actor(actor)
    store.check()
    return export_events(store, events, filters.format)

"""What endpoints are given: the store, the reference data, the coder, and the common filters.

Imports `graph`, `coding` and FastAPI.
"""

import difflib
from datetime import date
from typing import Annotated, cast

from fastapi import Depends, Query, Request
from pydantic import BaseModel, ConfigDict, Field, field_validator

from app.coding import TextCoder
from app.errors import InvalidParameter
from graph.model import Status as StatusName
from graph.ontology import EventType, load_ontology
from graph.reference import Reference
from graph.store import MAX_LIMIT, EventQuery, Store


def get_store(request: Request) -> Store:
    return cast(Store, request.app.state.store)


def get_coder(request: Request) -> TextCoder:
    return cast(TextCoder, request.app.state.coder)


def get_reference(request: Request) -> Reference:
    return cast(Reference, request.app.state.reference)


StoreDep = Annotated[Store, Depends(get_store)]
CoderDep = Annotated[TextCoder, Depends(get_coder)]
ReferenceDep = Annotated[Reference, Depends(get_reference)]


def split_commas(value: object) -> object:
    """`a,b` and a repeated parameter mean the same."""
    if isinstance(value, str):
        value = [value]
    if isinstance(value, list):
        return [part.strip() for item in value for part in str(item).split(",") if part.strip()]
    return value


class EventFilters(BaseModel):
    """Query parameters of everything that lists events. Unknown ones are refused: a misspelt
    filter must not give more than was asked for."""

    model_config = ConfigDict(extra="forbid")

    actor: str | None = Field(default=None, description="stands at either end, or is named there")
    partner: str | None = Field(default=None, description="the other end; needs `actor`")
    source: str | None = Field(default=None, description="who acts", examples=["RUS"])
    target: str | None = Field(default=None, description="who is acted on", examples=["IRN"])
    relation: list[str] = Field(default=[], description="any of these; commas or repeated")
    event_type: list[EventType] = Field(default=[], description="any of these PLOVER types")
    status: list[StatusName] = Field(default=[], description="any of these")
    since: date | None = Field(default=None, description="first day")
    until: date | None = Field(
        default=None, description="first day that is not in the window any more"
    )
    min_confidence: float = Field(default=0.0, ge=0, le=1)
    limit: int = Field(default=50, ge=1, le=MAX_LIMIT)
    cursor: str | None = Field(default=None, description="`next_cursor` of the page before")

    _commas = field_validator("relation", "event_type", "status", mode="before")(split_commas)

    def query(self) -> EventQuery:
        """The same as a store query; InvalidParameter if it makes no sense."""
        check_window(self.since, self.until)
        if self.partner is not None and self.actor is None:
            raise InvalidParameter("partner", "needs the parameter actor")
        for name in self.relation:
            check_relation(name)
        return EventQuery(
            actor=self.actor,
            partner=self.partner,
            source=self.source,
            target=self.target,
            relations=frozenset(self.relation),
            event_types=frozenset(self.event_type),
            statuses=frozenset(self.status),
            since=self.since,
            until=self.until,
            min_confidence=self.min_confidence,
        )

    def actors(self) -> list[str]:
        named = (self.actor, self.partner, self.source, self.target)
        return [actor for actor in named if actor is not None]


FiltersDep = Annotated[EventFilters, Query()]


def check_window(since: date | None, until: date | None) -> None:
    if since is not None and until is not None and until <= since:
        raise InvalidParameter("until", f"must lie after since ({since})")


def check_relation(name: str) -> None:
    relations = load_ontology().relations
    if name not in relations:
        close = difflib.get_close_matches(name, relations, n=3)
        hint = f"; did you mean {', '.join(close)}?" if close else ""
        raise InvalidParameter("relation", f"there is no {name!r}{hint}")

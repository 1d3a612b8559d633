"""What endpoints are given: the store, the reference data, the coder, and the common filters.

Those that only look something up are `async`: a `def` would cost a change of threads each.

Imports `clock`, `graph`, `coding`, `intake`, `page_reader` and FastAPI.
"""

import difflib
import re
from dataclasses import replace
from datetime import date
from http import HTTPStatus
from typing import Annotated, cast, get_origin

from fastapi import Depends, HTTPException, Query, Request
from fastapi.routing import APIRoute
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator

from app.clock import today
from app.coding import TextCoder
from app.errors import InvalidParameter
from app.intake import Intake
from app.page_reader import PageReader
from app.text_schemas import MAX_TEXT, GivenText
from graph.model import Status as StatusName
from graph.ontology import EventType, load_ontology
from graph.reference import Reference
from graph.store import HALF_LIFE_DAYS, MAX_LIMIT, EventQuery, Store, TieQuery
from graph.windows import day_after, earliest


async def get_store(request: Request) -> Store:
    return cast(Store, request.app.state.store)


async def get_coder(request: Request) -> TextCoder:
    return cast(TextCoder, request.app.state.coder)


async def get_intake(request: Request) -> Intake:
    return cast(Intake, request.app.state.intake)


async def get_page_reader(request: Request) -> PageReader:
    return cast(PageReader, request.app.state.page_reader)


async def get_reference(request: Request) -> Reference:
    return cast(Reference, request.app.state.reference)


StoreDep = Annotated[Store, Depends(get_store)]
CoderDep = Annotated[TextCoder, Depends(get_coder)]
IntakeDep = Annotated[Intake, Depends(get_intake)]
PageReaderDep = Annotated[PageReader, Depends(get_page_reader)]
ReferenceDep = Annotated[Reference, Depends(get_reference)]


def split_commas(value: object) -> object:
    """`a,b` and a repeated parameter mean the same."""
    if isinstance(value, str):
        value = [value]
    if isinstance(value, list):
        return [part.strip() for item in value for part in str(item).split(",")]
    return value


async def refuse_repeated(request: Request) -> None:
    """Raise InvalidParameter for a parameter that is there twice and can have one value: FastAPI
    would take the last."""
    names = [name for name, _ in request.query_params.multi_items()]
    if len(names) > len(set(names)):
        single = _single_parameters(request.scope["route"])
        for name in names:
            if names.count(name) > 1 and name in single:
                raise InvalidParameter(name, "is there more than once")


def _single_parameters(route: APIRoute) -> frozenset[str]:
    """The names of a route's query parameters that are no lists."""
    types: dict[str, object] = {}
    for field in route.dependant.query_params:
        kind = field.field_info.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            fields = kind.model_fields.items()
            types |= {info.alias or name: info.annotation for name, info in fields}
        else:
            types[field.alias] = kind
    return frozenset(name for name, kind in types.items() if get_origin(kind) is not list)


def _iso_day(value: object) -> object:
    if isinstance(value, str) and not _ISO_DAY.fullmatch(value):
        raise ValueError("a day is written as 2025-01-17")
    return value


_ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

Day = Annotated[date, BeforeValidator(_iso_day)]
"""A day in a query. Left to itself, pydantic takes numbers for seconds since 1970."""


class EventFacts(BaseModel):
    """Query parameters of everything that is told from events. Unknown ones are refused: a
    misspelt filter must not give more than was asked for."""

    model_config = ConfigDict(extra="forbid")

    relation: list[str] = Field(
        default=[], description="any of these; commas or repeated", examples=[["treaty"]]
    )
    event_type: list[EventType] = Field(
        default=[], description="any of these PLOVER types", examples=[["SUPPORT"]]
    )
    status: list[StatusName] = Field(
        default=[], description="any of these", examples=[["asserted"]]
    )
    since: Day | None = Field(default=None, description="first day", examples=["2024-01-01"])
    until: Day | None = Field(
        default=None, description="first day that is not in the window any more"
    )
    as_of: Day | None = Field(default=None, description="nothing later than this day is looked at")
    min_confidence: float = Field(default=0.0, ge=0, le=1)

    _commas = field_validator("relation", "event_type", "status", mode="before")(split_commas)

    def query(self, actor: str | None = None, partner: str | None = None) -> EventQuery:
        """The same as a store query; InvalidParameter if it makes no sense."""
        check_window(self.since, self.until)
        check_as_of(self.since, self.as_of)
        for name in self.relation:
            check_relation(name)
        end = day_after(self.as_of) if self.as_of is not None else None
        return EventQuery(
            actor=actor,
            partner=partner,
            relations=frozenset(self.relation),
            event_types=frozenset(self.event_type),
            statuses=frozenset(self.status),
            since=self.since,
            until=earliest(self.until, end),
            min_confidence=self.min_confidence,
        )


class ActorFacts(EventFacts):
    """The same, with those who must have part in the events."""

    actor: str | None = Field(
        default=None, description="stands at either end, or is named there", examples=["IRN"]
    )
    partner: str | None = Field(default=None, description="the other end; needs `actor`")
    source: str | None = Field(default=None, description="who acts", examples=["RUS"])
    target: str | None = Field(default=None, description="who is acted on", examples=["IRN"])

    def query(self, actor: str | None = None, partner: str | None = None) -> EventQuery:
        if self.partner is not None and self.actor is None:
            raise InvalidParameter("partner", "needs the parameter actor")
        return replace(
            super().query(actor or self.actor, partner or self.partner),
            source=self.source,
            target=self.target,
        )

    def actors(self) -> list[str]:
        named = (self.actor, self.partner, self.source, self.target)
        return [actor for actor in named if actor is not None]


class EventFilters(ActorFacts):
    """Query parameters of everything that lists events."""

    limit: int = Field(default=50, ge=1, le=MAX_LIMIT)
    cursor: str | None = Field(default=None, description="`next_cursor` of the page before")


class TieFilters(BaseModel):
    """Query parameters of everything that is told from ties on a day. Unknown ones are refused."""

    model_config = ConfigDict(extra="forbid")

    as_of: Day | None = Field(
        default=None,
        description="the day of the answer; today if not given",
        examples=["2025-01-17"],
    )
    since: Day | None = Field(default=None, description="first day of the events that count")
    half_life_days: float = Field(
        default=HALF_LIFE_DAYS, gt=0, le=36_500, description="an event this old counts half"
    )
    min_confidence: float = Field(default=0.0, ge=0, le=1)

    def on(self, pinned: date | None = None) -> TieQuery:
        """The same as a store query; `pinned` is the day that a cursor remembers."""
        as_of = self.as_of or pinned or today()
        check_as_of(self.since, as_of)
        return TieQuery(as_of, self.since, self.half_life_days, self.min_confidence)


FiltersDep = Annotated[EventFilters, Query()]


def check_as_of(since: date | None, as_of: date | None) -> None:
    if since is not None and as_of is not None and since > as_of:
        raise InvalidParameter("since", f"must not lie after as_of ({as_of})")


def check_window(since: date | None, until: date | None) -> None:
    if since is not None and until is not None and until <= since:
        raise InvalidParameter("until", f"must lie after since ({since})")


def check_length(body: GivenText) -> None:
    if len(body.text) > MAX_TEXT:
        raise HTTPException(
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
            f"the text has {len(body.text)} characters; {MAX_TEXT} are read at most",
        )


def check_relation(name: str) -> None:
    relations = load_ontology().relations
    if name not in relations:
        close = difflib.get_close_matches(name, relations, n=3)
        hint = f"; did you mean {', '.join(close)}?" if close else ""
        raise InvalidParameter("relation", f"there is no {name!r}{hint}")

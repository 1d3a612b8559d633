"""The questions of the API as read-only tools of the Model Context Protocol.

A tool is one method of `Tools`, listed in TOOLS: its docstring is what the model reads, its
annotations are its schema, and what it returns is a model of the API. Imports `graph`, the schemas
and the `mcp` SDK.
"""

import functools
import logging
from collections.abc import Callable
from datetime import date
from typing import Annotated, Any

from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.types import ToolAnnotations
from pydantic import Field, ValidationError

from app.alliance_schemas import AlliancesOut
from app.attested_schemas import AttestedEventOut
from app.deps import Day, EventFilters
from app.errors import type_of
from app.lookup import find_actor
from app.problem_types import INTERNAL
from app.schemas import ActorList, ActorOut, ActorProfileOut, EventOut, EventPage
from app.version import app_version
from graph.alliances import alliances
from graph.corroboration import attest
from graph.errors import WestphaliaError
from graph.reference import Reference
from graph.store import Store

INSTRUCTIONS = """Who did what to whom among states, organisations, armed groups and their leaders,
as told by news articles. Every event comes with the sentence that proves it: quote it, with its
publisher and day, when you use one. `status` matters: only `asserted` events are told as facts;
planned, negated and hypothetical ones are not. Answer from these tools and not from memory, and say
so where they know nothing."""

MAX_ITEMS = 50

_LOG = logging.getLogger("westphalia.mcp")

ActorName = Annotated[str, Field(min_length=1, max_length=200, description="IRN, or Iran")]
Limit = Annotated[int, Field(ge=1, le=MAX_ITEMS)]
Confidence = Annotated[float, Field(ge=0, le=1, description="leave out what is less sure")]


class Tools:
    """What may be asked, over an open store. `clock` tells which day it is."""

    def __init__(self, store: Store, reference: Reference, clock: Callable[[], date]) -> None:
        self._store = store
        self._reference = reference
        self._clock = clock

    def search_actors(self, name: ActorName, limit: Limit = 10) -> ActorList:
        """Find actors (states, organisations, armed groups, persons, institutions) by a name, an
        alias or a former name; the last word may be unfinished."""
        found = self._store.search_actors(name, limit)
        return ActorList(items=[ActorOut.of(actor) for actor in found])

    def get_actor(self, actor: ActorName) -> ActorProfileOut:
        """One actor: its names, how often it was source or target of each relation, and from
        when to when it is known."""
        return ActorProfileOut.of_profile(self._store.actor(self._id(actor)))

    def get_alliances(
        self,
        actor: ActorName,
        as_of: Annotated[Day | None, Field(description="the day of the answer; today")] = None,
        since: Annotated[Day | None, Field(description="first day of events that count")] = None,
        min_confidence: Confidence = 0.0,
        limit: Limit = 10,
    ) -> AlliancesOut:
        """Who an actor's allies and rivals are: formal commitments in force on a day, and what
        was observed in events up to it, with a score in [-1, 1], a stance and quotes."""
        found = alliances(
            self._store,
            self._reference,
            self._id(actor),
            as_of or self._clock(),
            since=since,
            min_confidence=min_confidence,
            limit=limit,
        )
        return AlliancesOut.of(found, limit)

    def list_events(
        self,
        actor: Annotated[ActorName | None, Field(description="at either end")] = None,
        partner: Annotated[ActorName | None, Field(description="the other end")] = None,
        relation: Annotated[list[str] | None, Field(description="treaty, sanction ...")] = None,
        event_type: Annotated[list[str] | None, Field(description="of PLOVER: AID ...")] = None,
        status: Annotated[list[str] | None, Field(description="asserted, planned ...")] = None,
        since: Annotated[Day | None, Field(description="first day")] = None,
        until: Annotated[Day | None, Field(description="first day that is out again")] = None,
        min_confidence: Confidence = 0.0,
        limit: Limit = 10,
        cursor: Annotated[str | None, Field(description="next_cursor of a page")] = None,
    ) -> EventPage:
        """Events, latest first, each with all its evidence: who did what to whom, when, with
        which status, and the sentences that say so."""
        filters = EventFilters.model_validate(
            {
                "actor": self._id(actor) if actor else None,
                "partner": self._id(partner) if partner else None,
                "relation": relation or [],
                "event_type": event_type or [],
                "status": status or [],
                "since": since,
                "until": until,
                "min_confidence": min_confidence,
                "limit": limit,
                "cursor": cursor,
            }
        )
        page = self._store.events(filters.query(), filters.limit, filters.cursor)
        articles = self._store.articles(
            [item.article_id for event in page.items for item in event.evidence]
        )
        items = [EventOut.of(event, articles) for event in page.items]
        return EventPage(items=items, next_cursor=page.next_cursor)

    def get_evidence(
        self, event_id: Annotated[str, Field(min_length=1, max_length=100)]
    ) -> AttestedEventOut:
        """Why one event is believed: its sentences, other reports of the same act, what
        contradicts it, and how many independent publishers it rests on."""
        event = self._store.event(event_id)
        articles = self._store.articles([item.article_id for item in event.evidence])
        return AttestedEventOut.of_attested(event, articles, attest(self._store, event))

    def _id(self, name: str) -> str:
        return find_actor(self._store, self._reference, name)


TOOLS: tuple[Callable[..., Any], ...] = (
    Tools.search_actors,
    Tools.get_actor,
    Tools.get_alliances,
    Tools.list_events,
    Tools.get_evidence,
)


def make_server(tools: Tools) -> MCPServer[Any]:
    """A server with every tool; none of them changes anything."""
    server: MCPServer[Any] = MCPServer(
        name="westphalia", instructions=INSTRUCTIONS, version=app_version(), log_level="WARNING"
    )
    annotations = ToolAnnotations(
        read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False
    )
    for function in TOOLS:
        method = getattr(tools, function.__name__)
        server.tool(annotations=annotations, structured_output=True)(_told(method))
    return server


def _told(method: Callable[..., Any]) -> Callable[..., Any]:
    """The same method; its errors are told in the words that the API would use."""

    @functools.wraps(method)
    def told(*arguments: Any, **named: Any) -> Any:
        try:
            return method(*arguments, **named)
        except WestphaliaError as error:
            kind = type_of(error)
            if kind.status < INTERNAL.status:
                raise ToolError(str(error)) from error
            _LOG.error("%s failed: %s", method.__name__, error)
            raise ToolError(f"{kind.title}. {kind.meaning}") from error
        except ValidationError as error:
            wrong = error.errors()[0]
            place = ".".join(map(str, wrong["loc"]))
            raise ToolError(f"{place}: {wrong['msg']}") from error

    return told

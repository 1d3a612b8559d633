"""The questions of the API as read-only tools of the Model Context Protocol.

A tool is one method of `Tools`, listed in TOOLS: its docstring is what the model reads, its
annotations are its schema, and a route of the API gives the answer. Imports `graph`, the routers
and the `mcp` SDK.
"""

import functools
import logging
from collections.abc import Callable
from typing import Annotated, Any

from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.types import ToolAnnotations
from pydantic import Field, ValidationError

from app.actor_schemas import ActorDossierOut, ActorHits
from app.alliances_out import AlliancesOut
from app.analysis_schemas import PathsOut
from app.attested_schemas import AttestedEventOut
from app.deps import Day, EventFilters
from app.dyad_schemas import DyadOut
from app.errors import type_of
from app.lookup import find_actor
from app.problem_types import INTERNAL
from app.routers import actors, analysis, dyads, events, relationships
from app.schemas import EventPage
from app.version import app_version
from graph.errors import WestphaliaError
from graph.reference import Reference
from graph.store import Bucket, Store

INSTRUCTIONS = """Who did what to whom among states, organisations, armed groups and their leaders,
as told by news articles. Every event comes with the sentence that proves it: quote it, with its
publisher and day, when you use one. `status` matters: only `asserted` events are told as facts;
planned, negated and hypothetical ones are not. Answer from these tools and not from memory, and say
so where they know nothing."""

MAX_ITEMS = 50

_LOG = logging.getLogger("westphalia.mcp")

ActorName = Annotated[str, Field(min_length=1, max_length=200, description="IRN, or Iran")]
Limit = Annotated[int, Field(ge=1, le=MAX_ITEMS)]
AsOf = Annotated[Day | None, Field(description="the day of the answer; today")]
Since = Annotated[Day | None, Field(description="first day of the events that count")]
NextCursor = Annotated[str | None, Field(description="next_cursor of the page before")]
Confidence = Annotated[float, Field(ge=0, le=1, description="leave out what is less sure")]


class Tools:
    """What may be asked, over an open store; the routes of the API answer."""

    def __init__(self, store: Store, reference: Reference) -> None:
        self._store = store
        self._reference = reference

    def search_actors(self, name: ActorName, as_of: AsOf = None, limit: Limit = 10) -> ActorHits:
        """Find actors (states, organisations, armed groups, persons, institutions) by a name, an
        alias, a former name or a leader; the last word may be unfinished."""
        return actors.search_actors(self._store, self._reference, name, as_of, limit)

    def get_actor(self, actor: ActorName, as_of: AsOf = None) -> ActorDossierOut:
        """One actor: its names, offices and memberships with their days, and how often it was
        source or target of each relation."""
        filters = actors.DayFilter.model_validate(_given(as_of=as_of))
        return actors.get_actor(self._store, self._reference, self._id(actor), filters)

    def get_alliances(
        self,
        actor: ActorName,
        as_of: AsOf = None,
        since: Since = None,
        compare: Annotated[Day | None, Field(description="what changed since this day")] = None,
        min_confidence: Confidence = 0.0,
        limit: Limit = 10,
        cursor: NextCursor = None,
    ) -> AlliancesOut:
        """Who an actor's allies are: formal commitments in force on a day, and what was observed
        in events up to it, friends first, with a score in [-1, 1], a stance and quotes."""
        asked = _given(as_of=as_of, since=since, compare=compare, cursor=cursor)
        filters = relationships.AllianceFilters.model_validate(
            asked | {"min_confidence": min_confidence, "limit": limit}
        )
        return relationships.get_alliances(self._store, self._reference, self._id(actor), filters)

    def get_adversaries(
        self,
        actor: ActorName,
        as_of: AsOf = None,
        since: Since = None,
        min_confidence: Confidence = 0.0,
        limit: Limit = 10,
        cursor: NextCursor = None,
    ) -> AlliancesOut:
        """With whom conflict outweighs cooperation, the most hostile first, with quotes."""
        asked = _given(as_of=as_of, since=since, cursor=cursor)
        filters = relationships.AdversaryFilters.model_validate(
            asked | {"min_confidence": min_confidence, "limit": limit}
        )
        return relationships.get_adversaries(self._store, self._reference, self._id(actor), filters)

    def get_dyad(
        self,
        one: ActorName,
        other: ActorName,
        as_of: AsOf = None,
        since: Since = None,
        bucket: Annotated[Bucket, Field(description="the length of a period")] = Bucket.YEAR,
    ) -> DyadOut:
        """How two actors stood to each other over time: cooperation and conflict in each period,
        and the turning points with the sentences that tell them."""
        asked = _given(as_of=as_of, since=since)
        filters = dyads.DyadFilters.model_validate(asked | {"bucket": bucket, "limit": MAX_ITEMS})
        return dyads.get_dyad(self._store, self._reference, self._id(one), self._id(other), filters)

    def find_paths(
        self,
        source: ActorName,
        target: ActorName,
        as_of: AsOf = None,
        max_hops: Annotated[int, Field(ge=1, le=4)] = 3,
        limit: Annotated[int, Field(ge=1, le=10)] = 3,
    ) -> PathsOut:
        """By whom two actors are connected through friendly ties, each hop with its evidence."""
        ends = {"from": self._id(source), "to": self._id(target)}
        filters = analysis.PathFilters.model_validate(
            _given(as_of=as_of) | ends | {"max_hops": max_hops, "limit": limit}
        )
        return analysis.get_paths(self._store, self._reference, filters)

    def list_events(
        self,
        actor: Annotated[ActorName | None, Field(description="at either end")] = None,
        partner: Annotated[ActorName | None, Field(description="the other end")] = None,
        relation: Annotated[list[str] | None, Field(description="treaty, sanction ...")] = None,
        event_type: Annotated[list[str] | None, Field(description="of PLOVER: AID ...")] = None,
        status: Annotated[list[str] | None, Field(description="asserted, planned ...")] = None,
        since: Since = None,
        until: Annotated[Day | None, Field(description="first day that is out again")] = None,
        min_confidence: Confidence = 0.0,
        limit: Limit = 10,
        cursor: NextCursor = None,
    ) -> EventPage:
        """Events, latest first, each with all its evidence: who did what to whom, when, with
        which status, and the sentences that say so."""
        asked = _given(
            actor=self._id(actor) if actor else None,
            partner=self._id(partner) if partner else None,
            relation=relation,
            event_type=event_type,
            status=status,
            since=since,
            until=until,
            cursor=cursor,
        )
        filters = EventFilters.model_validate(
            asked | {"min_confidence": min_confidence, "limit": limit}
        )
        return events.list_events(self._store, filters)

    def get_evidence(
        self, event_id: Annotated[str, Field(min_length=1, max_length=100)]
    ) -> AttestedEventOut:
        """Why one event is believed: its sentences, other reports of the same act, what
        contradicts it, and how many independent publishers it rests on."""
        return events.get_event(self._store, event_id)

    def _id(self, name: str) -> str:
        return find_actor(self._store, self._reference, name)


def _given(**arguments: object) -> dict[str, object]:
    """Those that were given, for filters that have their own defaults."""
    return {name: value for name, value in arguments.items() if value is not None}


TOOLS: tuple[Callable[..., Any], ...] = (
    Tools.search_actors,
    Tools.get_actor,
    Tools.get_alliances,
    Tools.get_adversaries,
    Tools.get_dyad,
    Tools.find_paths,
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

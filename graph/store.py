"""The port: what every store promises. Domain types only; no SQL and no Cypher passes through.

Promises that hold for every adapter, checked by `tests/contracts`:

* A batch is one transaction: all of it is stored, or nothing.
* The same batch twice changes nothing, and the second `Written` reports 0 new of everything.
* The same event (same `Event.id`) from a second article is one Event with two Evidence.
* Every list is ordered totally, as its method says, and bounded by `limit`.
* A cursor neither skips nor repeats an event that was stored before the first page was read,
  whatever is written meanwhile; a cursor of another query raises InvalidCursor.
* Windows are half-open: since <= day < until, on `Event.day`. An event without any day lies in
  no window, and in every query that sets neither end.
* An unknown id raises NotFound. A server that is gone, or a file that is locked, read-only,
  corrupt or full, raises StoreUnavailable with the driver's error chained.
* Hostile strings (quotes, backticks, braces, backslashes, emoji, right-to-left, 10,000
  characters) come back as they were. NUL is refused when the domain type is made.
* Removing an article removes its evidence and problems, and the events left with none.
* An article that is stored leaves the inbox in the same transaction.
* Readers see a batch before or after, never half of it.
* A store of another schema version raises SchemaMismatch from every method but `migrate`.

Imports only `articles`, `inbox`, which is a part of it, and `model`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Generic, Protocol, Self, TypeVar

from graph.articles import ArticleHead, ArticleQuery
from graph.inbox import Inbox
from graph.model import Actor, ActorKind, Article, Event, NamedActor, Problem, Status

T = TypeVar("T")

MAX_LIMIT = 1000

HALF_LIFE_DAYS = 730.0
"""How fast events fade where nothing else is asked; an adapter may keep sums faded like this."""


@dataclass(frozen=True, slots=True)
class Batch:
    """What is written together. Every event's evidence must point to a stored article or to one
    of this batch; otherwise InvalidInput is raised and nothing is written. Of two articles with
    one id the first is kept. `coder` names what coded those that are new: a name, a space and a
    version."""

    articles: Sequence[Article] = ()
    events: Sequence[Event] = ()
    problems: Sequence[Problem] = ()
    coder: str = ""


@dataclass(frozen=True, slots=True)
class Written:
    """How much of a batch was new to the store."""

    articles: int = 0
    events: int = 0
    evidence: int = 0
    problems: int = 0

    def __add__(self, other: "Written") -> "Written":
        return Written(
            self.articles + other.articles,
            self.events + other.events,
            self.evidence + other.evidence,
            self.problems + other.problems,
        )


@dataclass(frozen=True, slots=True)
class EventQuery:
    """Which events. Empty fields do not restrict.

    `actor` stands at either end, or is a person or institution named there (via); `source` and
    `target` restrict one end in the same way. `partner` needs `actor` and stands at the end
    opposite to it. Event types are compared after projection, so a planned treaty is found under
    AGREE.
    """

    actor: str | None = None
    partner: str | None = None
    source: str | None = None
    target: str | None = None
    relations: frozenset[str] = frozenset()
    event_types: frozenset[str] = frozenset()
    statuses: frozenset[Status] = frozenset()
    since: date | None = None
    until: date | None = None
    min_confidence: float = 0.0
    article: str | None = None


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page of a list; `next_cursor` is None on the last."""

    items: tuple[T, ...]
    next_cursor: str | None = None


@dataclass(frozen=True, slots=True)
class TieQuery:
    """Which events count for ties, and how fast they fade.

    An event's mass is |score of its projection| x confidence x corroboration, where corroboration
    is 2 - 0.5 ** (independent publishers - 1), counted by `mass.independent_publishers`; it is
    multiplied by 0.5 ** (age / half_life_days), the age being whole days from the first of the
    event's month to the first of the month of `as_of`, never below 0. Hypothetical and negated
    events have no mass and are not counted, events on or after `as_of` + 1 day are not seen.
    """

    as_of: date
    since: date | None = None
    half_life_days: float = HALF_LIFE_DAYS
    min_confidence: float = 0.0


@dataclass(frozen=True, slots=True)
class Tie:
    """All events between an actor and one partner, in either direction, summed over a window.

    `cooperation` and `conflict` are faded masses, 0 or more. `recent_*` are the same masses of
    the last 365 days, of which `as_of` is the last, so that a trend can be told. `planned` events
    are counted in `events` too. The actor may be one that is named via; the partner is always the
    principal (source or target) of the other end.
    """

    partner: Actor
    cooperation: float
    conflict: float
    recent_cooperation: float
    recent_conflict: float
    events: int
    planned: int
    first_seen: date
    last_seen: date


@dataclass(frozen=True, slots=True)
class EventHead:
    """What of an event matters for words and for choosing: no evidence, ends as actor ids.
    `target` may be absent as in the event itself: somebody named for a target that nobody is.

    `confidence` is that of the best evidence. `mass` is the unfaded mass of `TieQuery`, below 0
    for conflict.
    """

    id: str
    relation: str
    status: Status
    day: date
    source: str
    target: str | None
    confidence: float
    mass: float


@dataclass(frozen=True, slots=True)
class Quote:
    """The best evidence of one event and where it was printed; the actors with the country that
    they acted for on the day."""

    source: Actor
    target: Actor | None
    text: str
    confidence: float
    attributed_to: Actor | None
    publisher: str
    title: str
    url: str


@dataclass(frozen=True, slots=True)
class RelationCount:
    """How often an actor was source or target of a relation."""

    relation: str
    as_source: int
    as_target: int


@dataclass(frozen=True, slots=True)
class ActorProfile:
    """An actor and what the store holds of it."""

    actor: Actor
    aliases: tuple[str, ...]
    relations: tuple[RelationCount, ...]
    events: int
    first_seen: date | None
    last_seen: date | None


@dataclass(frozen=True, slots=True)
class Statistics:
    """Counts over the whole store."""

    articles: int
    actors: int
    events: int
    evidence: int
    problems: int
    first_day: date | None
    last_day: date | None
    events_by_type: dict[str, int] = field(default_factory=dict)
    events_by_status: dict[str, int] = field(default_factory=dict)


class Bucket(StrEnum):
    """The calendar periods by which events are summed."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class Tally:
    """The events of one bucket, which begins on `start`.

    `cooperative` and `hostile` count events of positive and negative mass, `planned` those of that
    status; hypothetical and negated ones are in `events` alone. `cooperation` and `conflict` are
    sums of unfaded masses, 0 or more.
    """

    start: date
    events: int
    planned: int
    cooperative: int
    hostile: int
    cooperation: float
    conflict: float


@dataclass(frozen=True, slots=True)
class RelationUse:
    """How an actor appears in one relation, as source (or named for it) or as target.

    `partners` counts the different principals at the other end. The days are None where no event
    has one.
    """

    relation: str
    outgoing: bool
    events: int
    planned: int
    partners: int
    first_seen: date | None
    last_seen: date | None


@dataclass(frozen=True, slots=True)
class Bond:
    """A Tie of `actor` with `partner`, by ids and without the recent part."""

    actor: str
    partner: str
    cooperation: float
    conflict: float
    events: int
    planned: int
    first_seen: date
    last_seen: date


class Store(Inbox, Protocol):
    """Where articles, events and actors are kept."""

    def __enter__(self) -> Self: ...

    def __exit__(self, *exc: object) -> None: ...

    def close(self) -> None:
        """Release files and connections; safe to call twice."""

    def migrate(self) -> None:
        """Bring the schema to this version, keeping all data; safe to run twice and from two
        processes at once. Raises SchemaMismatch where the store is newer than this program."""

    def check(self) -> None:
        """Return if the store can be read and has the right schema; raise the error otherwise."""

    def state(self) -> int | None:
        """Return a number that is another one after anything was written but to the inbox, by
        whichever process, and that costs next to nothing to ask for; None where it would cost a
        journey."""

    def write(self, batch: Batch) -> Written:
        """Store a batch in one transaction and return what was new."""

    def replace(self, batch: Batch) -> Written:
        """Store a batch in one transaction, in which whatever was stored of its articles (their
        evidence and problems, and the events left with none) is removed first; return what was
        written, articles not counted that were stored before."""

    def outdated(
        self, coder: str, limit: int, after: str = "", since: date | None = None
    ) -> tuple[str, ...]:
        """Return ids of stored articles that another version of `coder` has coded, or of which
        nothing is noted, ordered by id, those after the id `after`; those of coders of another
        name are left out. `since` is a day (UTC) of publication."""

    def write_actors(self, actors: Sequence[NamedActor]) -> None:
        """Store or replace actors and the names by which `search_actors` finds them."""

    def remove_article(self, article_id: str) -> None:
        """Remove an article, its evidence and problems, and the events left with none."""

    def known_articles(self, ids: Sequence[str]) -> frozenset[str]:
        """Return those of `ids` that are stored."""

    def article(self, article_id: str) -> Article:
        """Return one article."""

    def articles(self, ids: Sequence[str]) -> dict[str, Article]:
        """Return the stored ones of `ids` by id."""

    def list_articles(
        self, query: ArticleQuery, limit: int = 50, cursor: str | None = None
    ) -> Page[ArticleHead]:
        """Return articles, those published last first (those without a time last), then by id."""

    def problems(self, article_id: str) -> tuple[Problem, ...]:
        """Return the problems of one article, ordered by place in the text, then reason; those
        without a place come first."""

    def event(self, event_id: str) -> Event:
        """Return one event with all its evidence, ordered by confidence downwards, then id."""

    def events(self, query: EventQuery, limit: int = 50, cursor: str | None = None) -> Page[Event]:
        """Return events, latest `Event.day` first (those without a day last), then by id."""

    def timeline(self, query: EventQuery, bucket: Bucket) -> tuple[Tally, ...]:
        """Return one Tally for each bucket in which an event of the query lies, earliest first.
        Events without a day lie in none."""

    def relations(self, query: EventQuery) -> tuple[RelationUse, ...]:
        """Return the relations in which `query.actor` appears in events of the query, ordered by
        relation, outgoing first. InvalidInput without an actor."""

    def export(self) -> Iterator[Event]:
        """Yield every event once, ordered by id, in bounded memory, as of one moment."""

    def actor(self, actor_id: str) -> ActorProfile:
        """Return one actor; NotFound carries close names. Relations are ordered by name."""

    def actors(self, ids: Sequence[str]) -> dict[str, NamedActor]:
        """Return the stored ones of `ids` by id, with their names."""

    def names(self, kinds: frozenset[ActorKind]) -> tuple[NamedActor, ...]:
        """Return every actor of some kinds with its names, ordered by id."""

    def search_actors(self, text: str, limit: int = 20) -> tuple[Actor, ...]:
        """Return actors one of whose names holds every word of `text` as a prefix, case and
        accents ignored: exact names first, then by events downwards, then by id."""

    def ties(self, actor_id: str, query: TieQuery) -> tuple[Tie, ...]:
        """Return one Tie for each partner of the actor, ordered by partner id. An actor that is
        stored but has no events has none; an unknown one raises NotFound."""

    def bonds(self, query: TieQuery, among: Sequence[str] | None = None) -> tuple[Bond, ...]:
        """Return what `ties` tells of every actor, ordered by actor, then by partner.

        `among` keeps only bonds both ends of which are in it; ids that are not stored have none.
        """

    def latest(
        self, actor_id: str, partners: Sequence[str], query: TieQuery, limit: int
    ) -> dict[str, tuple[EventHead, ...]]:
        """Return for each of `partners` the last `limit` events that the Tie between the actor
        and that partner counts, latest day first, then by id. Every partner asked for has its
        entry, in the order asked; the half-life does not matter. An unknown actor or partner
        raises NotFound, a limit outside 1..MAX_LIMIT InvalidInput."""

    def quotes(self, event_ids: Sequence[str]) -> dict[str, Quote]:
        """Return the quotes of the stored ones of `event_ids` by id: from the evidence of the
        greatest confidence, of several the one with the lowest id."""

    def statistics(self) -> Statistics:
        """Return counts over the whole store."""

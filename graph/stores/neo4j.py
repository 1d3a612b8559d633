"""The shared store: a Neo4j server, for several workers and for people with Neo4j Browser.

Works on Neo4j 5.26 and newer, without plugins, on the Community edition too. The promises are
those of `graph.store`; nothing outside `graph.stores` must import the modules beside this one.
"""

import pickle
import tempfile
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, timedelta
from functools import partial
from typing import IO, Self, TypeVar

from graph.access import Access
from graph.articles import ArticleHead, ArticleQuery
from graph.errors import InvalidInput, NotFound
from graph.inbox import ArticleState, Failure, InboxCounts, Task
from graph.model import Actor, ActorKind, Article, Event, NamedActor, Problem
from graph.reference import Reference
from graph.store import (
    MAX_LIMIT,
    ActorProfile,
    Batch,
    Bond,
    Bucket,
    EventHead,
    EventQuery,
    Page,
    Quote,
    RelationUse,
    Statistics,
    Tally,
    Tie,
    TieQuery,
    Written,
)
from graph.stores import (
    neo4j_actors,
    neo4j_bonds,
    neo4j_inbox,
    neo4j_lists,
    neo4j_queries,
    neo4j_read,
    neo4j_reference,
    neo4j_stored,
    neo4j_ties,
    neo4j_timeline,
)
from graph.stores.cursors import decode_cursor, encode_cursor, number_of_moment
from graph.stores.neo4j_schema import SchemaKeeper
from graph.stores.neo4j_session import Connection, Work
from graph.stores.neo4j_write import BatchWriter

DEFAULT_TIMEOUT = 30.0

T = TypeVar("T")


class Neo4jStore:
    """Implements `graph.store.Store`. `timeout` is how many seconds a transaction may take, waiting
    for other writers included, `query_timeout` the same for one that only reads; exports have no
    such limit.

    Opening touches nothing: the first call connects, `migrate` makes constraints and indexes.
    """

    def __init__(
        self,
        url: str,
        access: Access | None = None,
        timeout: float = DEFAULT_TIMEOUT,
        query_timeout: float | None = None,
    ) -> None:
        self.url = url
        self._schema = SchemaKeeper(url)
        self._connection = Connection(
            url, access or Access(), timeout, self._schema.check, query_timeout
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        self._connection.close()

    def migrate(self) -> None:
        self._schema.migrate(self._connection, neo4j_stored.rebuild)

    def rebuild(self) -> None:
        """Compute anew what follows from events and evidence: names, types and weights of events,
        counts, and the readable layer. Takes one transaction, in which nobody else writes."""
        self._connection.write(neo4j_stored.rebuild, timeout=None)

    def check(self) -> None:
        self._connection.once(self._schema.check_work)

    def state(self) -> int | None:
        return None

    def _read(self, work: Callable[[Work], T]) -> T:
        return self._connection.read(work)

    def write(self, batch: Batch) -> Written:
        return self._connection.write(lambda work: BatchWriter(work).write(batch))

    def replace(self, batch: Batch) -> Written:
        return self._connection.write(lambda work: neo4j_stored.replace_articles(work, batch))

    def outdated(
        self, coder: str, limit: int, after: str = "", since: date | None = None
    ) -> tuple[str, ...]:
        _check_limit(limit)
        return self._read(lambda work: neo4j_lists.outdated(work, coder, limit, after, since))

    def receive(self, articles: Sequence[Article], now: datetime) -> frozenset[str]:
        return self._connection.write(lambda work: neo4j_inbox.receive(work, articles, now))

    def claim(self, worker: str, limit: int, now: datetime, lease: timedelta) -> tuple[Task, ...]:
        _check_limit(limit)
        return self._connection.write(
            lambda work: neo4j_inbox.claim(work, worker, limit, now, lease)
        )

    def renew(self, worker: str, ids: Sequence[str], until: datetime) -> frozenset[str]:
        return self._connection.write(lambda work: neo4j_inbox.renew(work, worker, ids, until))

    def fail(self, failures: Sequence[Failure], now: datetime) -> None:
        self._connection.write(lambda work: neo4j_inbox.fail(work, failures, now))

    def tasks(self, ids: Sequence[str]) -> dict[str, Task]:
        return self._read(lambda work: neo4j_inbox.tasks(work, ids))

    def list_tasks(self, state: ArticleState, limit: int = 50, after: str = "") -> tuple[Task, ...]:
        _check_limit(limit)
        return self._read(lambda work: neo4j_inbox.list_tasks(work, state, limit, after))

    def retry(self, ids: Sequence[str], now: datetime) -> frozenset[str]:
        return self._connection.write(lambda work: neo4j_inbox.retry(work, ids, now))

    def drop(self, ids: Sequence[str]) -> frozenset[str]:
        return self._connection.write(lambda work: neo4j_inbox.drop(work, ids))

    def inbox(self) -> InboxCounts:
        return self._read(neo4j_inbox.counts)

    def write_actors(self, actors: Sequence[NamedActor]) -> None:
        self._connection.write(lambda work: neo4j_actors.write_actors(work, actors))

    def write_reference(self, reference: Reference) -> bool:
        """Store the curated actors, their offices, memberships and commitments if they changed;
        tell whether they had."""
        mark = neo4j_reference.fingerprint(reference)
        if self._read(neo4j_reference.stored_fingerprint) == mark:
            return False
        self._connection.write(
            lambda work: neo4j_reference.write_reference(work, reference, mark), timeout=None
        )
        return True

    def remove_article(self, article_id: str) -> None:
        self._connection.write(lambda work: neo4j_stored.remove_article(work, article_id))

    def known_articles(self, ids: Sequence[str]) -> frozenset[str]:
        return frozenset(self._read(lambda work: neo4j_read.article_numbers(work, ids)))

    def article(self, article_id: str) -> Article:
        found = self.articles([article_id])
        if article_id not in found:
            raise NotFound("article", article_id)
        return found[article_id]

    def articles(self, ids: Sequence[str]) -> dict[str, Article]:
        return self._read(lambda work: neo4j_read.read_articles(work, ids))

    def list_articles(
        self, query: ArticleQuery, limit: int = 50, cursor: str | None = None
    ) -> Page[ArticleHead]:
        _check_limit(limit)
        after = decode_cursor(query, cursor) if cursor is not None else None
        found = self._read(lambda work: neo4j_lists.find_articles(work, query, limit + 1, after))
        following = None
        if len(found) > limit:
            last = found[limit - 1]
            following = encode_cursor(query, (number_of_moment(last.published_at), last.id))
        return Page(tuple(found[:limit]), following)

    def problems(self, article_id: str) -> tuple[Problem, ...]:
        return self._read(lambda work: neo4j_read.read_problems(work, article_id))

    def event(self, event_id: str) -> Event:
        def work(work: Work) -> Event:
            numbers = neo4j_read.event_numbers(work, [event_id])
            if event_id not in numbers:
                raise NotFound("event", event_id)
            return neo4j_read.read_events(work, [numbers[event_id]])[0].event()

        return self._read(work)

    def events(self, query: EventQuery, limit: int = 50, cursor: str | None = None) -> Page[Event]:
        _check_limit(limit)
        after = decode_cursor(query, cursor) if cursor is not None else None

        def work(work: Work) -> Page[Event]:
            found = neo4j_queries.find(work, query, limit + 1, after)
            shown = found[:limit]
            known = neo4j_read.read_events(work, [item.number for item in shown])
            more = encode_cursor(query, shown[-1].position) if len(found) > limit else None
            return Page(tuple(item.event() for item in known), more)

        return self._read(work)

    def timeline(self, query: EventQuery, bucket: Bucket) -> tuple[Tally, ...]:
        return self._read(lambda work: neo4j_timeline.timeline(work, query, bucket))

    def relations(self, query: EventQuery) -> tuple[RelationUse, ...]:
        return self._read(lambda work: neo4j_timeline.relations(work, query))

    def export(self) -> Iterator[Event]:
        """As the port says. The events are put into a temporary file first: the server cannot show
        an old state while others write, and whoever reads may be slow."""
        with tempfile.TemporaryFile(prefix="westphalia-export-") as file:

            def spool(work: Work) -> None:
                file.seek(0)
                file.truncate()
                for chunk in neo4j_stored.in_order(work):
                    pickle.dump([known.event() for known in chunk], file)

            self._connection.read(spool, timeout=None)
            file.seek(0)
            yield from _spooled(file)

    def export_articles(self) -> Iterator[tuple[Article, tuple[Problem, ...]]]:
        """Yield every article once, ordered by id, with its problems. What is written meanwhile
        may be among them or not."""
        last = ""
        while chunk := self._read(partial(neo4j_read.next_articles, after=last)):
            yield from chunk
            last = chunk[-1][0].id

    def actor(self, actor_id: str) -> ActorProfile:
        return self._read(lambda work: neo4j_actors.profile(work, actor_id))

    def actors(self, ids: Sequence[str]) -> dict[str, NamedActor]:
        return self._read(lambda work: neo4j_lists.actors(work, ids))

    def names(self, kinds: frozenset[ActorKind]) -> tuple[NamedActor, ...]:
        return self._read(lambda work: neo4j_lists.names(work, kinds))

    def search_actors(self, text: str, limit: int = 20) -> tuple[Actor, ...]:
        _check_limit(limit)
        return self._read(lambda work: neo4j_actors.search(work, text, limit))

    def ties(self, actor_id: str, query: TieQuery) -> tuple[Tie, ...]:
        return self._read(lambda work: neo4j_ties.ties(work, actor_id, query))

    def bonds(self, query: TieQuery, among: Sequence[str] | None = None) -> tuple[Bond, ...]:
        return self._read(lambda work: neo4j_bonds.bonds(work, query, among))

    def latest(
        self, actor_id: str, partners: Sequence[str], query: TieQuery, limit: int
    ) -> dict[str, tuple[EventHead, ...]]:
        _check_limit(limit)
        return self._read(lambda work: neo4j_ties.latest(work, actor_id, partners, query, limit))

    def quotes(self, event_ids: Sequence[str]) -> dict[str, Quote]:
        return self._read(lambda work: neo4j_read.read_quotes(work, event_ids))

    def statistics(self) -> Statistics:
        return self._read(neo4j_read.statistics)


def _spooled(file: IO[bytes]) -> Iterator[Event]:
    """Yield what this process has put into the file."""
    while True:
        try:
            events: list[Event] = pickle.load(file)
        except EOFError:
            return
        yield from events


def _check_limit(limit: int) -> None:
    if not 1 <= limit <= MAX_LIMIT:
        raise InvalidInput(f"limit must be between 1 and {MAX_LIMIT}, not {limit}")

"""The embedded store: one SQLite file in WAL mode, for one machine and no server.

One transaction writes at a time, guarded by `<path>.lock`; any number of threads and processes
read, each from its own read-only connection and one snapshot. Needs SQLite 3.37 or newer. The
promises are those of `graph.store`; nothing outside `graph.stores` must import the modules beside
this one.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Self

from graph.articles import ArticleHead, ArticleQuery
from graph.errors import InvalidInput
from graph.inbox import ArticleState, Failure, InboxCounts, Task
from graph.model import Actor, ActorKind, Article, Event, NamedActor, Problem
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
    sqlite_actors,
    sqlite_articles,
    sqlite_bonds,
    sqlite_ids,
    sqlite_inbox,
    sqlite_latest,
    sqlite_queries,
    sqlite_schema,
    sqlite_sums,
    sqlite_ties,
)
from graph.stores.cursors import decode_cursor, encode_cursor, number_of_moment
from graph.stores.sqlite_files import Files, translated
from graph.stores.sqlite_ids import ARTICLE, EVENT
from graph.stores.sqlite_rows import problem_of, read_articles, read_events
from graph.stores.sqlite_stored import compute_anew, remove_article
from graph.stores.sqlite_write import write_batch

DEFAULT_TIMEOUT = 30.0
_TEMPORARY_TABLES = (*sqlite_ties.TEMPORARY_TABLES, *sqlite_bonds.TEMPORARY_TABLES)
_EXPORT_CHUNK = 500


class SqliteStore:
    """Implements `graph.store.Store`. `timeout` is how many seconds to wait for another writer,
    `query_timeout` how many a question may take before it is given up with QueryTimeout; exports
    and backups have no such limit.

    Opening touches nothing: `migrate` creates the file, all other methods need it.
    """

    def __init__(
        self,
        path: Path | str,
        timeout: float = DEFAULT_TIMEOUT,
        query_timeout: float | None = None,
    ) -> None:
        self.path = Path(path)
        self._files = Files(self.path, timeout, _TEMPORARY_TABLES, query_timeout)
        self._numbers: dict[str, int] = {}
        self._data_version = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        self._files.close()

    def migrate(self) -> None:
        with self._files.locked("rwc") as connection:
            sqlite_schema.refuse_foreign(connection, self.path)
            connection.execute("PRAGMA page_size = 8192")  # of a new file; writes 8 % faster
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA foreign_keys = OFF")  # or no table could be replaced
            try:
                with self._files.writing() as connection:
                    sqlite_schema.refuse_foreign(connection, self.path)
                    if sqlite_schema.upgrade(connection):
                        compute_anew(connection)
                        connection.execute(_COUNT_CHANGE)
            finally:
                connection.execute("PRAGMA foreign_keys = ON")

    def rebuild(self) -> None:
        """Compute the derived tables anew, in one transaction."""
        with self._changing() as (connection, _):
            compute_anew(connection)

    def check(self) -> None:
        with self._reading():
            pass

    def state(self) -> int | None:
        return self._files.watched(_CHANGES)

    def backup(self, path: Path | str) -> None:
        """Copy the store to a new file while it is in use, by SQLite's backup API."""
        target = Path(path)
        if target.exists():
            raise InvalidInput(f"{target}: exists already")
        part = target.with_name(target.name + ".part")
        with self._reading(patient=True) as connection, translated(target):
            with closing(sqlite3.connect(part)) as copy:
                connection.backup(copy)
            part.replace(target)

    @contextmanager
    def _reading(self, patient: bool = False) -> Iterator[sqlite3.Connection]:
        with self._files.reading(patient) as connection:
            sqlite_schema.check_schema(connection, self.path)
            yield connection

    @contextmanager
    def _writing(self) -> Iterator[tuple[sqlite3.Connection, dict[str, int]]]:
        """Lend the connection and the cache of actor row numbers, forgotten when it may lie."""
        with self._files.writing() as connection:
            sqlite_schema.check_schema(connection, self.path)
            version = connection.execute("PRAGMA data_version").fetchone()[0]
            if version != self._data_version:
                self._numbers.clear()
                self._data_version = version
            try:
                yield connection, self._numbers
            except BaseException:
                self._numbers.clear()
                raise

    @contextmanager
    def _changing(self) -> Iterator[tuple[sqlite3.Connection, dict[str, int]]]:
        """The same, of what readers of the graph see: `state` is another one afterwards."""
        with self._writing() as (connection, numbers):
            yield connection, numbers
            connection.execute(_COUNT_CHANGE)

    def write(self, batch: Batch) -> Written:
        with self._changing() as (connection, numbers):
            return write_batch(connection, numbers, batch)

    def replace(self, batch: Batch) -> Written:
        with self._changing() as (connection, numbers):
            known = sqlite_ids.numbers_of(connection, ARTICLE, [item.id for item in batch.articles])
            for article_id in known:
                remove_article(connection, article_id)
            written = write_batch(connection, numbers, batch)
            return replace(written, articles=written.articles - len(known))

    def outdated(
        self, coder: str, limit: int, after: str = "", since: date | None = None
    ) -> tuple[str, ...]:
        _check_limit(limit)
        with self._reading() as connection:
            return sqlite_articles.outdated(connection, coder, limit, after, since)

    def receive(self, articles: Sequence[Article], now: datetime) -> frozenset[str]:
        with self._writing() as (connection, _):
            return sqlite_inbox.receive(connection, articles, now)

    def claim(self, worker: str, limit: int, now: datetime, lease: timedelta) -> tuple[Task, ...]:
        _check_limit(limit)
        with self._writing() as (connection, _):
            return sqlite_inbox.claim(connection, worker, limit, now, lease)

    def renew(self, worker: str, ids: Sequence[str], until: datetime) -> frozenset[str]:
        with self._writing() as (connection, _):
            return sqlite_inbox.renew(connection, worker, ids, until)

    def fail(self, failures: Sequence[Failure], now: datetime) -> None:
        with self._writing() as (connection, _):
            sqlite_inbox.fail(connection, failures, now)

    def tasks(self, ids: Sequence[str]) -> dict[str, Task]:
        with self._reading() as connection:
            return sqlite_inbox.tasks(connection, ids)

    def list_tasks(self, state: ArticleState, limit: int = 50, after: str = "") -> tuple[Task, ...]:
        _check_limit(limit)
        with self._reading() as connection:
            return sqlite_inbox.list_tasks(connection, state, limit, after)

    def retry(self, ids: Sequence[str], now: datetime) -> frozenset[str]:
        with self._writing() as (connection, _):
            return sqlite_inbox.retry(connection, ids, now)

    def drop(self, ids: Sequence[str]) -> frozenset[str]:
        with self._writing() as (connection, _):
            return sqlite_inbox.drop(connection, ids)

    def inbox(self) -> InboxCounts:
        with self._reading() as connection:
            return sqlite_inbox.counts(connection)

    def write_actors(self, actors: Sequence[NamedActor]) -> None:
        with self._changing() as (connection, _):
            sqlite_actors.write_actors(connection, actors)

    def remove_article(self, article_id: str) -> None:
        with self._changing() as (connection, _):
            remove_article(connection, article_id)

    def known_articles(self, ids: Sequence[str]) -> frozenset[str]:
        with self._reading() as connection:
            return frozenset(sqlite_ids.numbers_of(connection, ARTICLE, ids))

    def article(self, article_id: str) -> Article:
        with self._reading() as connection:
            number = sqlite_ids.number_of(connection, ARTICLE, article_id)
            return read_articles(connection, [number])[article_id]

    def articles(self, ids: Sequence[str]) -> dict[str, Article]:
        with self._reading() as connection:
            numbers = sqlite_ids.numbers_of(connection, ARTICLE, ids)
            return read_articles(connection, numbers.values())

    def list_articles(
        self, query: ArticleQuery, limit: int = 50, cursor: str | None = None
    ) -> Page[ArticleHead]:
        _check_limit(limit)
        after = decode_cursor(query, cursor) if cursor is not None else None
        with self._reading() as connection:
            found = sqlite_articles.find(connection, query, limit + 1, after)
        following = None
        if len(found) > limit:
            last = found[limit - 1]
            following = encode_cursor(query, (number_of_moment(last.published_at), last.id))
        return Page(tuple(found[:limit]), following)

    def problems(self, article_id: str) -> tuple[Problem, ...]:
        with self._reading() as connection:
            number = sqlite_ids.number_of(connection, ARTICLE, article_id)
            return _problems(connection, article_id, number)

    def event(self, event_id: str) -> Event:
        with self._reading() as connection:
            number = sqlite_ids.number_of(connection, EVENT, event_id)
            return read_events(connection, [number])[0]

    def events(self, query: EventQuery, limit: int = 50, cursor: str | None = None) -> Page[Event]:
        _check_limit(limit)
        after = decode_cursor(query, cursor) if cursor is not None else None
        with self._reading() as connection:
            found = sqlite_queries.find(connection, query, limit + 1, after)
            events = read_events(connection, [number for number, _, _ in found[:limit]])
        following = None
        if len(found) > limit:
            _, day, event_id = found[limit - 1]
            following = encode_cursor(query, (day, event_id))
        return Page(tuple(events), following)

    def timeline(self, query: EventQuery, bucket: Bucket) -> tuple[Tally, ...]:
        with self._reading() as connection:
            return sqlite_sums.timeline(connection, query, bucket)

    def relations(self, query: EventQuery) -> tuple[RelationUse, ...]:
        with self._reading() as connection:
            return sqlite_sums.relations(connection, query)

    def export(self) -> Iterator[Event]:
        with self._reading(patient=True) as connection:
            for numbers in sqlite_ids.in_order(connection, EVENT, _EXPORT_CHUNK):
                yield from read_events(connection, numbers)

    def export_articles(self) -> Iterator[tuple[Article, tuple[Problem, ...]]]:
        """Yield every article once, ordered by id, with its problems, as of one moment."""
        with self._reading(patient=True) as connection:
            for numbers in sqlite_ids.in_order(connection, ARTICLE, _EXPORT_CHUNK // 10):
                for number in numbers:
                    ((key, article),) = read_articles(connection, [number]).items()
                    yield article, _problems(connection, key, number)

    def actor(self, actor_id: str) -> ActorProfile:
        with self._reading() as connection:
            return sqlite_actors.profile(connection, actor_id)

    def actors(self, ids: Sequence[str]) -> dict[str, NamedActor]:
        with self._reading() as connection:
            return sqlite_actors.actors(connection, ids)

    def names(self, kinds: frozenset[ActorKind]) -> tuple[NamedActor, ...]:
        with self._reading() as connection:
            return sqlite_actors.names(connection, kinds)

    def search_actors(self, text: str, limit: int = 20) -> tuple[Actor, ...]:
        _check_limit(limit)
        with self._reading() as connection:
            return sqlite_actors.search(connection, text, limit)

    def ties(self, actor_id: str, query: TieQuery) -> tuple[Tie, ...]:
        with self._reading() as connection:
            return sqlite_ties.ties(connection, actor_id, query)

    def bonds(self, query: TieQuery, among: Sequence[str] | None = None) -> tuple[Bond, ...]:
        with self._reading() as connection:
            return sqlite_bonds.bonds(connection, query, among)

    def latest(
        self, actor_id: str, partners: Sequence[str], query: TieQuery, limit: int
    ) -> dict[str, tuple[EventHead, ...]]:
        _check_limit(limit)
        with self._reading() as connection:
            return sqlite_latest.latest(connection, actor_id, partners, query, limit)

    def quotes(self, event_ids: Sequence[str]) -> dict[str, Quote]:
        with self._reading() as connection:
            return sqlite_latest.quotes(connection, event_ids)

    def statistics(self) -> Statistics:
        with self._reading() as connection:
            one = connection.execute(_COUNTS).fetchone()
            types = connection.execute(
                "SELECT event_type, sum(events) FROM tally WHERE event_type != '' GROUP BY 1"
            ).fetchall()
            statuses = connection.execute(
                "SELECT status, sum(events) FROM tally GROUP BY 1"
            ).fetchall()
        return Statistics(
            articles=one[0],
            actors=one[1],
            events=sum(count for _, count in statuses),
            evidence=one[2],
            problems=one[3],
            first_day=date.fromordinal(one[4]) if one[4] else None,
            last_day=date.fromordinal(one[5]) if one[5] else None,
            events_by_type=dict(types),
            events_by_status=dict(statuses),
        )


def _problems(connection: sqlite3.Connection, article_id: str, number: int) -> tuple[Problem, ...]:
    rows = connection.execute(
        "SELECT span_start, span_end, reason, detail FROM problem WHERE article = ? "
        "ORDER BY span_start, reason, span_end, detail",
        (number,),
    )
    return tuple(problem_of(article_id, row) for row in rows)


def _check_limit(limit: int) -> None:
    if not 1 <= limit <= MAX_LIMIT:
        raise InvalidInput(f"limit must be between 1 and {MAX_LIMIT}, not {limit}")


_CHANGES = "SELECT coalesce((SELECT CAST(value AS INTEGER) FROM meta WHERE key = 'changes'), 0)"
_COUNT_CHANGE = """
INSERT INTO meta VALUES ('changes', '1')
ON CONFLICT (key) DO UPDATE SET value = CAST(value AS INTEGER) + 1
"""
_COUNTS = """
SELECT (SELECT count(*) FROM article), (SELECT count(*) FROM actor),
    (SELECT count(*) FROM evidence), (SELECT count(*) FROM problem),
    (SELECT min(day) FROM event WHERE day > 0), (SELECT max(day) FROM event WHERE day > 0)
"""

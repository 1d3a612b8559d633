"""What is remembered of feeds between two looks: validators, when to look next, items seen.

A SQLite file of its own: it is written after every look and must be whole after a crash, and a
file of JSON would be written anew each time for the sake of one feed. It stands beside the store
and not in it, because it is about one machine's looking and not about what is known; without it
everything is fetched once more, and found to be known. Imports only the errors.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Self

from graph.errors import StoreUnavailable

KEPT_DAYS = 60
"""So long an item that is no longer listed is remembered, in case it comes back."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS feed (
    url TEXT PRIMARY KEY,
    etag TEXT NOT NULL,
    last_modified TEXT NOT NULL,
    next_at REAL NOT NULL,
    failures INTEGER NOT NULL,
    gone INTEGER NOT NULL,
    read_at REAL NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS seen (
    feed TEXT NOT NULL,
    key TEXT NOT NULL,
    digest TEXT NOT NULL,
    tries INTEGER NOT NULL,
    listed_at REAL NOT NULL,
    PRIMARY KEY (feed, key)
) STRICT, WITHOUT ROWID;
"""


@dataclass(frozen=True, slots=True)
class FeedRecord:
    """A feed as it was left; times are seconds of the epoch. `failures` counts those since the
    last success, `gone` tells that the server said it is gone for good, `read_at` is when its
    items were last listed."""

    etag: str = ""
    last_modified: str = ""
    next_at: float = 0.0
    failures: int = 0
    gone: bool = False
    read_at: float = 0.0


@dataclass(frozen=True, slots=True)
class Seen:
    """An item as it was last listed; `tries` above 0 counts failures, to be tried again.
    `listed_at` is filled in when it is kept."""

    digest: str
    tries: int = 0
    listed_at: float = 0.0


class FeedState:
    """The file. Use it as a context manager; StoreUnavailable if it cannot be used."""

    def __init__(self, path: Path) -> None:
        self._path = path
        with self._errors():
            self._db = sqlite3.connect(path, timeout=30, isolation_level=None)
            self._db.executescript(f"PRAGMA journal_mode = WAL; {_SCHEMA}")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._db.close()

    def feed(self, url: str) -> FeedRecord:
        """What is known of a feed; of a new one, that it may be looked at now."""
        with self._errors():
            row = self._db.execute(
                "SELECT etag, last_modified, next_at, failures, gone, read_at FROM feed"
                " WHERE url = ?",
                (url,),
            ).fetchone()
        if row is None:
            return FeedRecord()
        etag, last_modified, next_at, failures, gone, read_at = row
        return FeedRecord(etag, last_modified, next_at, failures, bool(gone), read_at)

    def seen(self, url: str) -> dict[str, Seen]:
        """Every remembered item of a feed by its key."""
        with self._errors():
            rows = self._db.execute(
                "SELECT key, digest, tries, listed_at FROM seen WHERE feed = ?", (url,)
            )
            return {key: Seen(digest, tries, listed_at) for key, digest, tries, listed_at in rows}

    def save(
        self,
        url: str,
        record: FeedRecord,
        items: Mapping[str, Seen] = MappingProxyType({}),
        listed: Iterable[str] = (),
    ) -> None:
        """Keep a look at a feed, in one transaction: `items` as they are now, and the keys of all
        that were `listed` at `record.read_at`; what was last listed KEPT_DAYS before is
        forgotten."""
        row = (
            url,
            record.etag,
            record.last_modified,
            record.next_at,
            record.failures,
            int(record.gone),
            record.read_at,
        )
        with self._errors(), self._transaction() as db:
            db.execute("INSERT OR REPLACE INTO feed VALUES (?, ?, ?, ?, ?, ?, ?)", row)
            db.executemany(
                "INSERT OR REPLACE INTO seen VALUES (?, ?, ?, ?, ?)",
                (
                    (url, key, item.digest, item.tries, record.read_at)
                    for key, item in items.items()
                ),
            )
            db.executemany(
                "UPDATE seen SET listed_at = ? WHERE feed = ? AND key = ?",
                ((record.read_at, url, key) for key in listed),
            )
            db.execute(
                "DELETE FROM seen WHERE feed = ? AND listed_at < ?",
                (url, record.read_at - KEPT_DAYS * 86_400),
            )

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield self._db
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise StoreUnavailable(f"{self._path}, the state of feeds: {error}") from error

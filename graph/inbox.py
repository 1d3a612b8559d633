"""The inbox: articles that were taken in and are not stored yet, and what became of them.

An article is `received`, then `claimed` by a worker for a time (the lease), then `done`: it is
stored and no longer here. If coding it failed, it is `failed` until it may be tried again, and
`dead` once it is not tried any more. Nothing leaves the inbox but by being stored or by a person's
word. Imports only `errors` and `model`.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Protocol

from graph.errors import InvalidInput
from graph.model import Article


class ArticleState(StrEnum):
    """Where an article is on its way; `done` is one that is stored."""

    RECEIVED = "received"
    CLAIMED = "claimed"
    FAILED = "failed"
    DEAD = "dead"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Task:
    """An article of the inbox.

    `attempts` counts how often it was begun; `due_at` is when it may be claimed (of a claimed one,
    when its lease ends), none for a dead one. `reason` is why the last attempt failed, in a
    sentence; `trace` is the stack of it, or empty.
    """

    article: Article
    state: ArticleState
    attempts: int
    received_at: datetime
    due_at: datetime | None
    worker: str = ""
    reason: str = ""
    trace: str = ""


@dataclass(frozen=True, slots=True)
class Failure:
    """An attempt that failed, the `attempts`th of its article. Without `retry_at` it is dead.

    Half characters, which no store takes, become "?" in `reason` and `trace`: a failure must not
    fail to be noted.
    """

    article: Article
    attempts: int
    reason: str
    trace: str = ""
    retry_at: datetime | None = None

    def __post_init__(self) -> None:
        for name in ("reason", "trace"):
            object.__setattr__(self, name, without_halves(getattr(self, name)))


@dataclass(frozen=True, slots=True)
class InboxCounts:
    """How many articles are in each state, and since when the first not yet dead one waits."""

    received: int = 0
    claimed: int = 0
    failed: int = 0
    dead: int = 0
    oldest: datetime | None = None


class Inbox(Protocol):
    """A part of the port `graph.store.Store`, with the same promises. Every moment is aware and
    in UTC, and is the caller's: no store reads a clock."""

    def receive(self, articles: Sequence[Article], now: datetime) -> frozenset[str]:
        """Put those articles into the inbox that are neither stored nor in it, and return their
        ids. Of two with one id the first is kept."""

    def claim(self, worker: str, limit: int, now: datetime, lease: timedelta) -> tuple[Task, ...]:
        """Give a worker up to `limit` articles that are due at `now`, those due first first, then
        by id, each with one attempt more. Nobody else gets them before the lease ends."""

    def renew(self, worker: str, ids: Sequence[str], until: datetime) -> frozenset[str]:
        """Make the leases of a worker last until a moment; return the ids of those that it still
        has."""

    def fail(self, failures: Sequence[Failure], now: datetime) -> None:
        """Note attempts that failed, of articles in the inbox or not. One that is stored by now
        is left alone."""

    def tasks(self, ids: Sequence[str]) -> dict[str, Task]:
        """Return those of `ids` that are in the inbox, by id."""

    def list_tasks(self, state: ArticleState, limit: int = 50, after: str = "") -> tuple[Task, ...]:
        """Return articles of the inbox in one state, ordered by id, those after the id `after`."""

    def retry(self, ids: Sequence[str], now: datetime) -> frozenset[str]:
        """Make failed and dead articles received again, with no attempts; return their ids."""

    def drop(self, ids: Sequence[str]) -> frozenset[str]:
        """Take articles out of the inbox for good, whatever their state; return their ids."""

    def inbox(self) -> InboxCounts:
        """Count the articles of the inbox by state."""


def without_halves(text: str) -> str:
    """Return a text with "?" for every half of a character (a lone surrogate)."""
    return text.encode("utf-8", "replace").decode()


def article_to_json(article: Article) -> str:
    """Return an article as one line of JSON, as it is kept in an inbox and sent through a queue."""
    return json.dumps(
        {
            "text": article.text,
            "title": article.title,
            "url": article.url,
            "publisher": article.publisher,
            "published_at": _iso(article.published_at),
            "fetched_at": _iso(article.fetched_at),
            "language": article.language,
        }
    )


def article_from_json(text: str | bytes) -> Article:
    """The inverse; raise InvalidInput that names what is wrong."""
    try:
        found: Any = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InvalidInput(f"this is no article: {error}") from error
    if not isinstance(found, dict):
        raise InvalidInput("this is no article: not a JSON object")
    values = {}
    for name in ("text", "title", "url", "publisher", "language"):
        values[name] = found.get(name, "")
        if not isinstance(values[name], str):
            raise InvalidInput(f"this is no article: its {name} is no text")
    return Article(
        **values,
        published_at=_moment(found, "published_at"),
        fetched_at=_moment(found, "fetched_at"),
    )


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _moment(found: dict[str, Any], name: str) -> datetime | None:
    value = found.get(name)
    if value is None:
        return None
    try:
        return datetime.fromisoformat(value)
    except (TypeError, ValueError) as error:
        raise InvalidInput(f"this is no article: its {name} is no time: {value!r}") from error

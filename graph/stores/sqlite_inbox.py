"""The inbox of `graph.inbox` in SQLite. Runs inside an open transaction.

Imports only `inbox`, `model` and siblings.
"""

import sqlite3
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from graph.inbox import (
    ArticleState,
    Failure,
    InboxCounts,
    Task,
    article_from_json,
    article_to_json,
)
from graph.model import Article
from graph.stores import sqlite_ids
from graph.stores.cursors import moment_of, number_of_moment
from graph.stores.sqlite_ids import ARTICLE
from graph.stores.sqlite_rows import keys


def receive(
    connection: sqlite3.Connection, articles: Sequence[Article], now: datetime
) -> frozenset[str]:
    rows = {article.id: article_to_json(article) for article in reversed(articles)}
    stored = sqlite_ids.numbers_of(connection, ARTICLE, rows)
    moment = number_of_moment(now)
    found = [
        row[0]
        for key, text in sorted(rows.items())
        if key not in stored
        for row in connection.execute(_RECEIVE, {"id": key, "article": text, "now": moment})
    ]
    return frozenset(found)


def claim(
    connection: sqlite3.Connection, worker: str, limit: int, now: datetime, lease: timedelta
) -> tuple[Task, ...]:
    values = {
        "worker": worker,
        "limit": limit,
        "now": number_of_moment(now),
        "end": number_of_moment(now + lease),
    }
    due = [row[0] for row in connection.execute(_DUE, values)]
    connection.execute(_CLAIM, values | {"ids": keys(due)})
    claimed = tasks(connection, due)
    return tuple(claimed[key] for key in due)


def renew(
    connection: sqlite3.Connection, worker: str, ids: Sequence[str], until: datetime
) -> frozenset[str]:
    values = {"worker": worker, "ids": keys(ids), "end": number_of_moment(until)}
    return _changed(connection, _RENEW, values)


def fail(connection: sqlite3.Connection, failures: Sequence[Failure], now: datetime) -> None:
    stored = sqlite_ids.numbers_of(connection, ARTICLE, [item.article.id for item in failures])
    connection.executemany(
        _FAIL,
        (
            {
                "id": item.article.id,
                "state": (ArticleState.FAILED if item.retry_at else ArticleState.DEAD).value,
                "attempts": item.attempts,
                "now": number_of_moment(now),
                "due": number_of_moment(item.retry_at) or None,
                "reason": item.reason,
                "trace": item.trace,
                "article": article_to_json(item.article),
            }
            for item in failures
            if item.article.id not in stored
        ),
    )


def tasks(connection: sqlite3.Connection, ids: Sequence[str]) -> dict[str, Task]:
    rows = connection.execute(
        f"{_SELECT} WHERE id IN (SELECT value FROM json_each(?))", (keys(ids),)
    )
    return {task.article.id: task for task in map(_task, rows)}


def list_tasks(
    connection: sqlite3.Connection, state: ArticleState, limit: int, after: str
) -> tuple[Task, ...]:
    rows = connection.execute(
        f"{_SELECT} WHERE state = ? AND id > ? ORDER BY id LIMIT ?", (state.value, after, limit)
    )
    return tuple(map(_task, rows))


def retry(connection: sqlite3.Connection, ids: Sequence[str], now: datetime) -> frozenset[str]:
    return _changed(connection, _RETRY, {"ids": keys(ids), "now": number_of_moment(now)})


def drop(connection: sqlite3.Connection, ids: Iterable[str]) -> frozenset[str]:
    """Take articles out, also because they are stored now."""
    return _changed(connection, _DROP, {"ids": keys(ids)})


def counts(connection: sqlite3.Connection) -> InboxCounts:
    held = dict(connection.execute("SELECT state, count(*) FROM inbox GROUP BY state").fetchall())
    (oldest,) = connection.execute(_OLDEST).fetchone()
    return InboxCounts(**held, oldest=moment_of(oldest or 0))


def _changed(
    connection: sqlite3.Connection, statement: str, values: dict[str, Any]
) -> frozenset[str]:
    return frozenset(row[0] for row in connection.execute(statement, values).fetchall())


def _task(row: Sequence[Any]) -> Task:
    article, state, attempts, received_at, due_at, worker, reason, trace = row
    received = moment_of(received_at)
    assert received is not None
    return Task(
        article_from_json(article),
        ArticleState(state),
        attempts,
        received,
        moment_of(due_at or 0),
        worker,
        reason,
        trace,
    )


_SELECT = "SELECT article, state, attempts, received_at, due_at, worker, reason, trace FROM inbox"
_RECEIVE = """
INSERT INTO inbox VALUES (:id, 'received', 0, :now, :now, '', '', '', :article)
ON CONFLICT DO NOTHING RETURNING id
"""
_DUE = "SELECT id FROM inbox WHERE due_at <= :now ORDER BY due_at, id LIMIT :limit"
_CLAIM = """
UPDATE inbox SET state = 'claimed', attempts = attempts + 1, worker = :worker, due_at = :end
WHERE id IN (SELECT value FROM json_each(:ids))
"""
_RENEW = """
UPDATE inbox SET due_at = :end
WHERE id IN (SELECT value FROM json_each(:ids)) AND state = 'claimed' AND worker = :worker
RETURNING id
"""
_FAIL = """
INSERT INTO inbox VALUES
    (:id, :state, :attempts, :now, :due, '', :reason, :trace, :article)
ON CONFLICT (id) DO UPDATE SET state = excluded.state, attempts = excluded.attempts,
    due_at = excluded.due_at, worker = '', reason = excluded.reason, trace = excluded.trace
"""
_RETRY = """
UPDATE inbox SET state = 'received', attempts = 0, due_at = :now, worker = ''
WHERE id IN (SELECT value FROM json_each(:ids)) AND state IN ('failed', 'dead') RETURNING id
"""
_DROP = "DELETE FROM inbox WHERE id IN (SELECT value FROM json_each(:ids)) RETURNING id"
_OLDEST = "SELECT min(received_at) FROM inbox WHERE state != 'dead'"

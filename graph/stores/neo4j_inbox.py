"""The inbox of `graph.inbox` in Neo4j: one `:InboxRecord` for each article that is not stored yet.

What changes it runs in a writer's turn, so nobody takes an article between two statements, and
locks records in the order of their ids. Questions name the index that bounds their work: without
it the server may walk all records by id. Imports only `inbox`, `model` and siblings.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from graph.inbox import (
    ArticleState,
    Failure,
    InboxCounts,
    Task,
    article_from_json,
)
from graph.model import Article
from graph.stores.neo4j_read import article_numbers
from graph.stores.neo4j_rows import inbox_record, utc
from graph.stores.neo4j_session import Row, Work


def receive(work: Work, articles: Sequence[Article], now: datetime) -> frozenset[str]:
    found = {article.id: article for article in reversed(articles)}
    known = article_numbers(work, found).keys() | {
        row[0] for row in work.rows(_WAITING, ids=list(found))
    }
    new = sorted(found.keys() - known)
    work.change(
        _RECEIVE,
        rows=[inbox_record(key, found[key]) for key in new],
        now=utc(now),
        state=ArticleState.RECEIVED.value,
    )
    return frozenset(new)


def claim(work: Work, worker: str, limit: int, now: datetime, lease: timedelta) -> tuple[Task, ...]:
    end = utc(now + lease)
    due = [_task(row) for row in work.rows(_DUE, now=utc(now), limit=limit)]
    work.change(
        _CLAIM,
        rows=sorted(task.article.id for task in due),
        state=ArticleState.CLAIMED.value,
        worker=worker,
        end=end,
    )
    return tuple(
        replace(
            task,
            state=ArticleState.CLAIMED,
            attempts=task.attempts + 1,
            due_at=end,
            worker=worker,
        )
        for task in due
    )


def renew(work: Work, worker: str, ids: Sequence[str], until: datetime) -> frozenset[str]:
    state = ArticleState.CLAIMED.value
    return _changed(work, _RENEW, ids, state=state, worker=worker, end=utc(until))


def fail(work: Work, failures: Sequence[Failure], now: datetime) -> None:
    stored = article_numbers(work, {item.article.id for item in failures})
    rows = [
        {
            "record": inbox_record(item.article.id, item.article),
            "state": (ArticleState.FAILED if item.retry_at else ArticleState.DEAD).value,
            "attempts": item.attempts,
            "due_at": utc(item.retry_at) if item.retry_at else None,
            "reason": item.reason,
            "trace": item.trace,
        }
        for item in sorted(failures, key=lambda item: item.article.id)
        if item.article.id not in stored
    ]
    work.change(_FAIL, rows=rows, now=utc(now))


def tasks(work: Work, ids: Sequence[str]) -> dict[str, Task]:
    found = map(_task, work.rows(_TASKS, ids=sorted(set(ids))))
    return {task.article.id: task for task in found}


def list_tasks(work: Work, state: ArticleState, limit: int, after: str) -> tuple[Task, ...]:
    rows = work.rows(_LIST, state=state.value, after=after, limit=limit)
    return tuple(map(_task, rows))


def retry(work: Work, ids: Sequence[str], now: datetime) -> frozenset[str]:
    ended = [ArticleState.FAILED.value, ArticleState.DEAD.value]
    state = ArticleState.RECEIVED.value
    return _changed(work, _RETRY, ids, ended=ended, state=state, now=utc(now))


def drop(work: Work, ids: Iterable[str]) -> frozenset[str]:
    """Take articles out, also because they are stored now."""
    return _changed(work, _DROP, ids)


def counts(work: Work) -> InboxCounts:
    rows = work.rows(_COUNTS)
    waiting = [row[2].astimezone(UTC) for row in rows if row[0] != ArticleState.DEAD]
    return InboxCounts(**{row[0]: row[1] for row in rows}, oldest=min(waiting, default=None))


def _changed(work: Work, statement: str, ids: Iterable[str], **values: object) -> frozenset[str]:
    found = work.changed_rows(statement, rows=sorted(set(ids)), **values)
    return frozenset(row[0] for row in found)


def _task(row: Row) -> Task:
    article, state, attempts, received_at, due_at, worker, reason, trace = row
    return Task(
        article_from_json(article),
        ArticleState(state),
        attempts,
        received_at.astimezone(UTC),
        due_at.astimezone(UTC) if due_at else None,
        worker,
        reason,
        trace,
    )


_RETURN = """
RETURN i.article, i.state, i.attempts, i.received_at, i.due_at, i.worker, i.reason, i.trace
"""
_WAITING = "UNWIND $ids AS id MATCH (i:InboxRecord {id: id}) RETURN i.id"
_RECEIVE = """
UNWIND $rows AS row CREATE (i:InboxRecord) SET i = row, i.state = $state, i.attempts = 0,
    i.received_at = $now, i.due_at = $now, i.worker = '', i.reason = '', i.trace = ''
"""
_DUE = f"""
MATCH (i:InboxRecord) USING INDEX i:InboxRecord(due_at, id) WHERE i.due_at <= $now AND i.id > ''
WITH i ORDER BY i.due_at, i.id LIMIT $limit {_RETURN} ORDER BY i.due_at, i.id
"""
_CLAIM = """
UNWIND $rows AS id MATCH (i:InboxRecord {id: id})
SET i.state = $state, i.attempts = i.attempts + 1, i.worker = $worker, i.due_at = $end
"""
_RENEW = """
UNWIND $rows AS id MATCH (i:InboxRecord {id: id}) WHERE i.state = $state AND i.worker = $worker
SET i.due_at = $end RETURN id
"""
_FAIL = """
UNWIND $rows AS row MERGE (i:InboxRecord {id: row.record.id})
    ON CREATE SET i = row.record, i.received_at = $now
SET i.state = row.state, i.attempts = row.attempts, i.due_at = row.due_at, i.worker = '',
    i.reason = row.reason, i.trace = row.trace
"""
_TASKS = f"UNWIND $ids AS id MATCH (i:InboxRecord {{id: id}}) {_RETURN}"
_LIST = f"""
MATCH (i:InboxRecord) USING INDEX i:InboxRecord(state, id) WHERE i.state = $state AND i.id > $after
WITH i ORDER BY i.state, i.id LIMIT $limit {_RETURN} ORDER BY i.state, i.id
"""
_RETRY = """
UNWIND $rows AS id MATCH (i:InboxRecord {id: id}) WHERE i.state IN $ended
SET i.state = $state, i.attempts = 0, i.due_at = $now, i.worker = '' RETURN id
"""
_DROP = "UNWIND $rows AS id MATCH (i:InboxRecord {id: id}) DELETE i RETURN id"
_COUNTS = "MATCH (i:InboxRecord) RETURN i.state, count(*), min(i.received_at)"

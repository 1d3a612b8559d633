"""Lists of articles: the last published first, or those that an older coder coded.

Runs inside an open transaction.

Imports only `articles` and siblings.
"""

import sqlite3
from datetime import UTC, date, datetime, time

from graph.articles import ArticleHead, ArticleQuery
from graph.stores.cursors import Position, moment_of
from graph.stores.sqlite_ids import ARTICLE


def find(
    connection: sqlite3.Connection, query: ArticleQuery, limit: int, after: Position | None
) -> list[ArticleHead]:
    """Return up to `limit` articles in order, those after a position."""
    values: dict[str, str | int | None] = {"limit": limit, "id": after[1] if after else ""}
    where = ["TRUE"]
    if query.publisher is not None:
        where.append("a.publisher = :publisher")
        values["publisher"] = query.publisher
    for name, sign, day in (("since", ">=", query.since), ("until", "<", query.until)):
        if day is not None:
            where.append(f"a.published_at {sign} :{name}")
            values[name] = datetime.combine(day, time(), UTC).isoformat()
    if after is not None:
        moment = moment_of(after[0])
        values["moment"] = moment.isoformat() if moment else None
        where.append(
            "(a.published_at < :moment OR a.published_at IS NULL OR a.published_at = :moment "
            "AND a.id > :id)"
            if moment
            else "a.published_at IS NULL AND a.id > :id"
        )
    rows = connection.execute(_LIST.format(where=" AND ".join(where)), values)
    return [
        ArticleHead(
            id=row[0],
            title=row[1],
            url=row[2],
            publisher=row[3],
            published_at=datetime.fromisoformat(row[4]) if row[4] else None,
            language=row[5],
            characters=row[6],
            events=row[7],
        )
        for row in rows
    ]


def outdated(
    connection: sqlite3.Connection, coder: str, limit: int, after: str, since: date | None
) -> tuple[str, ...]:
    """Return up to `limit` ids of articles that another version of the coder has coded."""
    values = {
        "coder": coder,
        "others": coder.partition(" ")[0] + " ",
        "limit": limit,
        "after": after or ARTICLE,
        "end": chr(ord(ARTICLE) + 1),
        "since": datetime.combine(since, time(), UTC).isoformat() if since else None,
    }
    return tuple(row[0] for row in connection.execute(_OUTDATED, values))


_LIST = """
SELECT a.id, a.title, a.url, a.publisher, a.published_at, a.language, length(a.text),
    (SELECT count(DISTINCT v.event) FROM evidence v WHERE v.article = a.n)
FROM article a WHERE {where} ORDER BY a.published_at DESC, a.id LIMIT :limit
"""
_OUTDATED = """
SELECT i.id FROM (
    SELECT id, n FROM id_settled WHERE id > :after AND id < :end
    UNION ALL SELECT id, n FROM id_fresh WHERE id > :after AND id < :end ORDER BY id
) i CROSS JOIN article a ON a.n = i.n
WHERE a.coder != :coder AND (a.coder = '' OR substr(a.coder, 1, length(:others)) = :others)
    AND (:since IS NULL OR a.published_at >= :since)
ORDER BY i.id LIMIT :limit
"""

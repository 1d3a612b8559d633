"""Lists of articles, and of actors with their names.

Imports only `articles`, `model` and siblings.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time

from graph.articles import ArticleHead, ArticleQuery
from graph.model import ActorKind, NamedActor
from graph.stores.cursors import Position, moment_of
from graph.stores.cypher import LABELS
from graph.stores.neo4j_rows import Properties, actor_of
from graph.stores.neo4j_session import Row, Work


def find_articles(
    work: Work, query: ArticleQuery, limit: int, after: Position | None
) -> list[ArticleHead]:
    """Return up to `limit` articles in order, those after a position."""
    values: Properties = {"limit": limit}
    where = ["true"]
    if query.publisher is not None:
        where.append("coalesce(a.publisher, '') = $publisher")
        values["publisher"] = query.publisher
    for name, sign, day in (("since", ">=", query.since), ("until", "<", query.until)):
        if day is not None:
            where.append(f"a.published_at {sign} ${name}")
            values[name] = _midnight(day)
    if after is not None:
        values["moment"], values["id"] = moment_of(after[0]), after[1]
        where.append(_AFTER if values["moment"] else "a.published_at IS NULL AND r.id > $id")
    rows = work.rows(_ARTICLES.format(where=" AND ".join(where)), **values)
    return [
        ArticleHead(
            id=row[0],
            title=row[1],
            url=row[2] or "",
            publisher=row[3] or "",
            published_at=row[4].astimezone(UTC) if row[4] else None,
            language=row[5] or "",
            characters=row[6],
            events=row[7],
        )
        for row in rows
    ]


def outdated(work: Work, coder: str, limit: int, after: str, since: date | None) -> tuple[str, ...]:
    """Return up to `limit` ids of articles that another version of the coder has coded.

    One search for each version there is, of which each reads as many records as it returns, but
    for those of articles published before `since`.
    """
    values: Properties = {"after": after, "limit": limit}
    statement = _OUTDATED
    if since is not None:
        statement, values["since"] = _OUTDATED_SINCE, _midnight(since)
    versions = ["", *_versions(work, coder.partition(" ")[0] + " ")]
    found = [
        row[0]
        for version in versions
        if version != coder
        for row in work.rows(statement, coder=version, **values)
    ]
    return tuple(sorted(found)[:limit])


def _versions(work: Work, name: str) -> Iterator[str]:
    """Yield the coders of which there are articles and that begin with the name, by leaps
    through the index."""
    least = name
    while rows := work.rows(_NEXT_CODER, least=least):
        ((found,),) = rows
        if not found.startswith(name):
            return
        yield found
        least = found + "\0"


def actors(work: Work, ids: Sequence[str]) -> dict[str, NamedActor]:
    """Return the stored ones of `ids` by id, with their names."""
    rows = work.rows(_NAMED_BY_ID, ids=sorted(set(ids)))
    return {row[0]: _named(row) for row in rows}


def names(work: Work, kinds: frozenset[ActorKind]) -> tuple[NamedActor, ...]:
    """Return every actor of some kinds with its names, ordered by id."""
    rows = work.rows(_NAMED_OF_KIND, labels=[LABELS[kind] for kind in kinds])
    return tuple(map(_named, rows))


def _named(row: Row) -> NamedActor:
    return NamedActor(actor_of(*row[:4]), tuple(row[4] or ()))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


_AFTER = """
(a.published_at < $moment OR a.published_at IS NULL
    OR (a.published_at = $moment AND r.id > $id))
"""
_ARTICLES = """
MATCH (r:ArticleRecord) MATCH (a:Article {{number: r.number}}) WHERE {where}
WITH r, a ORDER BY coalesce(a.published_at, datetime('0001-01-01T00:00:00Z')) DESC, r.id
LIMIT $limit
RETURN r.id, r.title, a.url, a.publisher, a.published_at, a.language, size(r.text),
    COUNT {{ MATCH (a)<-[:EVIDENCED_BY]-(e:Event) RETURN DISTINCT e }}
"""
_OUTDATED = """
MATCH (r:ArticleRecord) USING INDEX r:ArticleRecord(coder, id)
WHERE r.coder = $coder AND r.id > $after RETURN r.id ORDER BY r.coder, r.id LIMIT $limit
"""
_OUTDATED_SINCE = """
MATCH (r:ArticleRecord) USING INDEX r:ArticleRecord(coder, id)
WHERE r.coder = $coder AND r.id > $after
MATCH (a:Article {number: r.number}) WHERE a.published_at >= $since
RETURN r.id ORDER BY r.coder, r.id LIMIT $limit
"""
_NEXT_CODER = """
MATCH (r:ArticleRecord) USING INDEX r:ArticleRecord(coder, id)
WHERE r.coder >= $least AND r.id > '' RETURN r.coder ORDER BY r.coder LIMIT 1
"""
_NAMED_BY_ID = """
UNWIND $ids AS id MATCH (a:Actor {id: id})
RETURN a.id, a.name, labels(a), a.country, a.aliases
"""
_NAMED_OF_KIND = """
MATCH (a:Actor) WHERE any(label IN labels(a) WHERE label IN $labels)
RETURN a.id, a.name, labels(a), a.country, a.aliases ORDER BY a.id
"""

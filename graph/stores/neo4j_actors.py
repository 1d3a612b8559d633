"""Actors: their nodes and names, search, and profiles.

Imports only `model`, `store` (its types), `errors` and siblings.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from graph.errors import NotFound
from graph.model import Actor, NamedActor
from graph.store import ActorProfile, RelationCount
from graph.stores.cypher import LABELS
from graph.stores.names import close_to, folded, words
from graph.stores.neo4j_columns import NUL, Columns, Kind, joined
from graph.stores.neo4j_rows import Properties, actor_node, actor_of, actor_record
from graph.stores.neo4j_session import Work

_TERM_LENGTH = 200
"""The index cuts words at 255 characters."""


def ensure_actors(work: Work, actors: Mapping[str, Actor]) -> None:
    """Make those actors that are not stored, with their one name."""
    if not actors:
        return
    ((known,),) = work.rows(_KNOWN, ids=joined(sorted(actors)), nul=NUL)
    known = set(known)
    new = [NamedActor(actor) for key, actor in sorted(actors.items()) if key not in known]
    _write(work, new, _CREATE)


def write_actors(work: Work, actors: Sequence[NamedActor]) -> None:
    """Store or replace actors and their names."""
    latest = {named.actor.id: named for named in actors}
    _write(work, [latest[key] for key in sorted(latest)], _REPLACE)


def _write(work: Work, actors: Iterable[NamedActor], statement: str) -> None:
    rows: dict[str, list[Properties]] = defaultdict(list)
    for named in actors:
        rows[LABELS[named.actor.kind]].append(
            {"id": named.actor.id, "node": actor_node(named), "record": actor_record(named)}
        )
    for label in sorted(rows):
        work.change(statement.format(label=label), rows=rows[label])


def count_events(work: Work, changes: Mapping[str, int]) -> None:
    """Add to the numbers of events that actors have part in."""
    rows = [{"id": key, "more": more} for key, more in sorted(changes.items()) if more]
    work.fill(_COUNT, rows)


def require_actors(work: Work, ids: Iterable[str]) -> dict[str, int]:
    """Return how many events each actor has part in; raise NotFound for one not stored."""
    wanted = list(ids)
    found = {row[0]: row[1] for row in work.rows(_BUSY, ids=wanted)}
    for key in wanted:
        if key not in found:
            raise NotFound("actor", key, close_to(key, _names(work)))
    return found


def _names(work: Work) -> Iterable[tuple[str, str, str]]:
    for names, name, actor_id in work.rows(_NAMES):
        for each in names:
            yield each, name, actor_id


def search(work: Work, text: str, limit: int) -> tuple[Actor, ...]:
    """Return actors one of whose names has every word of `text` as a prefix."""
    phrases = [found for part in text.split() if (found := words(part))]
    if not phrases:
        return ()
    terms = [f"+{word[:_TERM_LENGTH]}" for phrase in phrases for word in phrase[:-1]]
    terms += [f"+{phrase[-1][:_TERM_LENGTH]}*" for phrase in phrases]
    rows = work.rows(
        _SEARCH,
        terms=" ".join(terms),
        phrases=[f" {' '.join(phrase)}" for phrase in phrases],
        exact=folded(text),
        limit=limit,
    )
    return tuple(actor_of(*row) for row in rows)


def profile(work: Work, actor_id: str) -> ActorProfile:
    """Return an actor and what is known of it; raise NotFound."""
    require_actors(work, [actor_id])
    ((key, name, labels, country, aliases),) = work.rows(_PROFILE, id=actor_id)
    rows = work.rows(_RELATIONS, id=actor_id)
    first = min((row[4] for row in rows if row[4] is not None), default=None)
    last = max((row[5] for row in rows if row[5] is not None), default=None)
    return ActorProfile(
        actor=actor_of(key, name, labels, country),
        aliases=tuple(aliases or ()),
        relations=tuple(RelationCount(*row[:3]) for row in rows),
        events=sum(row[3] for row in rows),
        first_seen=first,
        last_seen=last,
    )


_KNOWN = "UNWIND split($ids, $nul) AS id MATCH (a:Actor {id: id}) RETURN collect(a.id)"
_CREATE = """
UNWIND $rows AS row
CREATE (a:Actor:{label}) SET a = row.node
CREATE (r:ActorRecord) SET r = row.record SET r.events = 0
"""
_REPLACE = """
UNWIND $rows AS row
MERGE (a:Actor {{id: row.id}}) SET a = row.node
REMOVE a:State:Organization:ArmedGroup:Person:Institution SET a:{label}
MERGE (r:ActorRecord {{id: row.id}})
SET r += row.record SET r.events = coalesce(r.events, 0)
"""
_COUNT = Columns(id=Kind.TEXT, more=Kind.NUMBER).filled(
    "MATCH (r:ActorRecord {id: <id>}) SET r.events = r.events + <more>"
)
_BUSY = "UNWIND $ids AS id MATCH (r:ActorRecord {id: id}) RETURN r.id, r.events"
_NAMES = "MATCH (r:ActorRecord) RETURN r.folded, r.name, r.id ORDER BY r.id"
_SEARCH = """
CALL db.index.fulltext.queryNodes('westphalia_actor_words', $terms) YIELD node AS r
WHERE any(name IN r.words WHERE all(phrase IN $phrases WHERE name CONTAINS phrase))
MATCH (a:Actor {id: r.id})
RETURN a.id, a.name, labels(a), a.country
ORDER BY $exact IN r.folded DESC, r.events DESC, a.id LIMIT $limit
"""
_PROFILE = "MATCH (a:Actor {id: $id}) RETURN a.id, a.name, labels(a), a.country, a.aliases"
_RELATIONS = """
MATCH (a:Actor {id: $id})
CALL (a) {
    MATCH (a)-[:SOURCE_OF]->(e:Event) RETURN e, 1 AS source, 0 AS target
    UNION ALL
    MATCH (a)<-[:TARGETS]-(e:Event) RETURN e, 0 AS source, 1 AS target
    UNION ALL
    MATCH (a)<-[v:VIA]-(e:Event)
    RETURN e, CASE v.side WHEN 'source' THEN 1 ELSE 0 END AS source,
        CASE v.side WHEN 'target' THEN 1 ELSE 0 END AS target
}
WITH e, max(source) AS source, max(target) AS target
RETURN e.relation AS relation, sum(source), sum(target), count(*), min(e.day), max(e.day)
ORDER BY relation
"""

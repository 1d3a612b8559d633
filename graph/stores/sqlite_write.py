"""Writing a batch inside an open transaction.

Imports nothing of ours but `model`, `store` (its types), `errors` and its sibling modules.
"""

import sqlite3
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field

from graph.errors import InvalidInput, NotFound
from graph.model import Actor, Article, Event, Evidence, Problem
from graph.store import Batch, Written
from graph.stores import sqlite_ids, sqlite_inbox
from graph.stores.sqlite_actors import ensure_actors
from graph.stores.sqlite_derived import Changes, Claim, Derived, Witness, derive, projection
from graph.stores.sqlite_ids import ARTICLE, EVENT
from graph.stores.sqlite_rows import (
    INSERT_ARTICLE,
    INSERT_EVENT,
    INSERT_EVIDENCE,
    ActorNumbers,
    Row,
    article_row,
    event_row,
    evidence_row,
    keys,
    ordinal,
    problem_row,
)
from graph.stores.sqlite_stored import load, update_heads


@dataclass(slots=True)
class _Incoming:
    """An event of the batch, with the evidence of all its reports there."""

    event: Event
    evidence: dict[str, tuple[Evidence, int | None]] = field(default_factory=dict)


def write_batch(connection: sqlite3.Connection, numbers: dict[str, int], batch: Batch) -> Written:
    """Store a batch; `numbers` caches actor row numbers and is extended."""
    places = _write_articles(connection, batch.articles, batch.coder)
    articles = sum(place.new for place in places.values())
    incoming = _merged(batch.events)
    cited = {item.article_id for new in incoming.values() for item, _ in new.evidence.values()}
    cited |= {problem.article_id for problem in batch.problems}
    places |= _stored_places(connection, cited - places.keys())
    ensure_actors(connection, numbers, _actors_of(incoming.values()))
    events, evidence = _write_events(connection, numbers, places, incoming)
    problems = _write_problems(connection, places, batch.problems)
    return Written(articles=articles, events=events, evidence=evidence, problems=problems)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where an article is kept, who published it, and whether it is new with this batch."""

    n: int
    publisher: str
    new: bool


def _write_articles(
    connection: sqlite3.Connection, articles: Sequence[Article], coder: str
) -> dict[str, _Place]:
    """Store those that are new, and take all out of the inbox; return the places of all."""
    rows = {row[0]: row for row in map(article_row, reversed(articles))}
    stored = sqlite_ids.numbers_of(connection, ARTICLE, rows)
    new = sorted(rows.keys() - stored.keys())
    (last,) = connection.execute("SELECT coalesce(max(n), 0) FROM article").fetchone()
    numbers = {key: last + place for place, key in enumerate(new, 1)}
    connection.executemany(INSERT_ARTICLE, ((*rows[key], n, coder) for key, n in numbers.items()))
    sqlite_ids.add(connection, numbers.items())
    sqlite_inbox.drop(connection, rows)
    return {
        key: _Place(numbers.get(key) or stored[key], publisher, key in numbers)
        for key, _, _, publisher, *_ in rows.values()
    }


def _write_problems(
    connection: sqlite3.Connection,
    places: Mapping[str, _Place],
    problems: Sequence[Problem],
) -> int:
    before = connection.total_changes
    connection.executemany(
        "INSERT INTO problem VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        (
            (row[0], row[1], row[2], row[3], row[4])
            for row in (problem_row(places[p.article_id].n, p) for p in problems)
        ),
    )
    return connection.total_changes - before


def _merged(events: Iterable[Event]) -> dict[str, _Incoming]:
    """Group a batch by event id: the first report decides what the id does not."""
    found: dict[str, _Incoming] = {}
    for event in events:
        incoming = found.setdefault(event.id, _Incoming(event))
        reported = ordinal(event.reported_on)
        for item in event.evidence:
            incoming.evidence.setdefault(item.id, (item, reported))
    return found


def _stored_places(connection: sqlite3.Connection, ids: Set[str]) -> dict[str, _Place]:
    """Return the places of articles of earlier batches; raise InvalidInput for one not stored."""
    numbers = sqlite_ids.numbers_of(connection, ARTICLE, ids)
    if missing := ids - numbers.keys():
        raise InvalidInput(f"evidence or problem of an article that is not stored: {min(missing)}")
    rows = connection.execute(
        "SELECT a.id, a.n, a.publisher FROM json_each(?) wanted "
        "CROSS JOIN article a ON a.n = wanted.value",
        (keys(numbers.values()),),
    )
    return {row[0]: _Place(row[1], row[2], new=False) for row in rows}


def _actors_of(incoming: Iterable[_Incoming]) -> dict[str, Actor]:
    actors: dict[str, Actor] = {}
    for new in incoming:
        named = [new.event.source, new.event.target]
        for item, _ in new.evidence.values():
            named += (item.source_via, item.target_via, item.attributed_to)
        for actor in named:
            if actor is not None:
                actors.setdefault(actor.id, actor)
    return actors


def _write_events(
    connection: sqlite3.Connection,
    numbers: ActorNumbers,
    places: Mapping[str, _Place],
    incoming: Mapping[str, _Incoming],
) -> tuple[int, int]:
    """Store what is new of the events; return how many events and evidence were.

    They are written in the order of their ids, as they stand in the indexes by day.
    """
    known_numbers = sqlite_ids.numbers_of(connection, EVENT, incoming)
    stored = {known.claim.id: known for known in load(connection, known_numbers.values())}
    last = connection.execute("SELECT coalesce(max(n), 0) FROM event").fetchone()[0]
    heads: list[Row] = []
    proofs: list[Row] = []
    changed: list[Derived] = []
    changes = Changes()
    for event_id, new in sorted(incoming.items()):
        known = stored.get(event_id)
        claim = known.claim if known else _claim(last + len(heads) + 1, event_id, new, numbers)
        before = known.witnesses if known else {}
        after = dict(before)
        for evidence_id, (item, reported) in new.evidence.items():
            if evidence_id not in after:
                place = places[item.article_id]
                after[evidence_id] = _witness(item, reported, place.publisher, numbers)
                proofs.append(evidence_row(claim.n, evidence_id, place.n, reported, item, numbers))
        if len(after) == len(before):
            continue
        now = derive(claim, after.values())
        changes.change(derive(claim, before.values()) if known else None, now)
        if known:
            changed.append(now)
        else:
            heads.append(_head(now, new.event, numbers))
    connection.executemany(INSERT_EVENT, heads)
    connection.executemany(INSERT_EVIDENCE, proofs)
    sqlite_ids.add(connection, ((row[1], row[0]) for row in heads))
    update_heads(connection, changed)
    changes.flush(connection)
    return len(heads), len(proofs)


def _claim(n: int, event_id: str, new: _Incoming, numbers: ActorNumbers) -> Claim:
    event = new.event
    try:
        projection(event.relation, event.status.value)
    except NotFound as error:
        raise InvalidInput(f"event {event_id}: {error}") from error
    return Claim(
        n=n,
        id=event_id,
        relation=event.relation,
        status=event.status.value,
        day=ordinal(event.day) or 0,
        source=numbers[event.source.id],
        target=numbers[event.target.id] if event.target else None,
    )


def _witness(
    item: Evidence, reported: int | None, publisher: str, numbers: ActorNumbers
) -> Witness:
    return Witness(
        confidence=item.confidence,
        publisher=publisher,
        quote=item.quote,
        source_via=numbers[item.source_via.id] if item.source_via else None,
        target_via=numbers[item.target_via.id] if item.target_via else None,
        reported_on=reported,
    )


def _head(now: Derived, event: Event, numbers: ActorNumbers) -> Row:
    claim = now.claim
    return (
        claim.n,
        claim.id,
        claim.day,
        now.event_type,
        *event_row(event, numbers),
        now.reported_on,
        now.confidence,
        now.mass,
    )

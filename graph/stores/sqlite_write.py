"""Writing a batch inside an open transaction.

Imports nothing of ours but `model`, `store` (its types), `errors` and its sibling modules.
"""

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter

from graph.errors import InvalidInput, NotFound
from graph.model import Actor, Article, Event, Evidence, Problem
from graph.store import Batch, Written
from graph.stores.sqlite_actors import ensure_actors
from graph.stores.sqlite_derived import Changes, Claim, Derived, Witness, derive, projection
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
from graph.stores.sqlite_stored import BY_ID, load, update_heads


@dataclass(slots=True)
class _Incoming:
    """An event of the batch, with the evidence of all its reports there."""

    event: Event
    evidence: dict[str, tuple[Evidence, int | None]] = field(default_factory=dict)


def write_batch(connection: sqlite3.Connection, numbers: dict[str, int], batch: Batch) -> Written:
    """Store a batch; `numbers` caches actor row numbers and is extended."""
    articles = _write_articles(connection, batch.articles)
    incoming = _merged(batch.events)
    cited = {item.article_id for new in incoming.values() for item, _ in new.evidence.values()}
    places = _article_places(connection, cited | {p.article_id for p in batch.problems})
    ensure_actors(connection, numbers, _actors_of(incoming.values()))
    events, evidence = _write_events(connection, numbers, places, incoming)
    problems = _write_problems(connection, places, batch.problems)
    return Written(articles=articles, events=events, evidence=evidence, problems=problems)


def _write_articles(connection: sqlite3.Connection, articles: Sequence[Article]) -> int:
    before = connection.total_changes
    connection.executemany(INSERT_ARTICLE, sorted(map(article_row, articles), key=itemgetter(0)))
    return connection.total_changes - before


def _write_problems(
    connection: sqlite3.Connection,
    places: Mapping[str, tuple[int, str]],
    problems: Sequence[Problem],
) -> int:
    before = connection.total_changes
    connection.executemany(
        "INSERT INTO problem VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        (
            (row[0], row[1], row[2], row[3], row[4])
            for row in (problem_row(places[p.article_id][0], p) for p in problems)
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


def _article_places(
    connection: sqlite3.Connection, ids: Iterable[str]
) -> dict[str, tuple[int, str]]:
    """Return row number and publisher of each article; raise InvalidInput for one not stored."""
    wanted = set(ids)
    rows = connection.execute(
        "SELECT a.id, a.n, a.publisher FROM json_each(?) wanted "
        "CROSS JOIN article a ON a.id = wanted.value",
        (keys(wanted),),
    )
    found = {row[0]: (row[1], row[2]) for row in rows}
    if missing := wanted - found.keys():
        raise InvalidInput(f"evidence or problem of an article that is not stored: {min(missing)}")
    return found


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
    places: Mapping[str, tuple[int, str]],
    incoming: Mapping[str, _Incoming],
) -> tuple[int, int]:
    """Store what is new of the events; return how many events and evidence were.

    They are written in the order of their ids, which saves the index of ids many a page.
    """
    stored = {known.claim.id: known for known in load(connection, BY_ID, incoming)}
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
                article, publisher = places[item.article_id]
                after[evidence_id] = _witness(item, reported, publisher, numbers)
                proofs.append(evidence_row(claim.n, evidence_id, article, reported, item, numbers))
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

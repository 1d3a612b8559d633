"""Events as stored, what takes them away, and computing the derived tables anew.

Runs inside an open transaction. Imports only its sibling modules.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from graph.stores import sqlite_ids
from graph.stores.sqlite_derived import Changes, Claim, Derived, Witness, derive
from graph.stores.sqlite_rows import keys

_CHUNK = 1000


@dataclass(slots=True)
class Known:
    """An event as stored: its claim and its evidence by id."""

    claim: Claim
    witnesses: dict[str, Witness] = field(default_factory=dict)


def update_heads(connection: sqlite3.Connection, events: Iterable[Derived]) -> None:
    connection.executemany(
        "UPDATE event SET event_type = ?, reported_on = ?, confidence = ?, mass = ? WHERE n = ?",
        ((e.event_type, e.reported_on, e.confidence, e.mass, e.claim.n) for e in events),
    )


def load(connection: sqlite3.Connection, numbers: Iterable[int]) -> Iterator[Known]:
    """Yield events as stored, by their row numbers."""
    rows = connection.execute(
        "SELECT e.n, e.id, e.relation, e.status, e.day, e.source, e.target, v.id, v.confidence, "
        "a.publisher, v.quote, v.source_via, v.target_via, v.reported_on "
        "FROM json_each(?) wanted CROSS JOIN event e ON e.n = wanted.value "
        "CROSS JOIN evidence v ON v.event = e.n CROSS JOIN article a ON a.n = v.article",
        (keys(numbers),),
    )
    current: Known | None = None
    for row in rows:
        if current is None or current.claim.n != row[0]:
            if current is not None:
                yield current
            current = Known(Claim(*row[:7]))
        current.witnesses[row[7]] = Witness(*row[8:])
    if current is not None:
        yield current


def remove_article(connection: sqlite3.Connection, article_id: str) -> None:
    """Remove an article and everything that only it supports."""
    row = (sqlite_ids.number_of(connection, sqlite_ids.ARTICLE, article_id),)
    gone: dict[int, set[str]] = {}
    for event, evidence in connection.execute(
        "SELECT event, id FROM evidence WHERE article = ?", row
    ):
        gone.setdefault(event, set()).add(evidence)
    changes, changed, emptied = Changes(), [], []
    for known in load(connection, gone):
        claim = known.claim
        left = [w for key, w in known.witnesses.items() if key not in gone[claim.n]]
        after = derive(claim, left) if left else None
        changes.change(derive(claim, known.witnesses.values()), after)
        if after is not None:
            changed.append(after)
        else:
            emptied.append(claim)
    connection.execute("DELETE FROM evidence WHERE article = ?", row)
    update_heads(connection, changed)
    connection.executemany("DELETE FROM event WHERE n = ?", ((claim.n,) for claim in emptied))
    connection.execute("DELETE FROM problem WHERE article = ?", row)
    connection.execute("DELETE FROM article WHERE n = ?", row)
    sqlite_ids.remove(connection, [article_id, *(claim.id for claim in emptied)])
    changes.flush(connection)


def compute_anew(connection: sqlite3.Connection) -> None:
    """Empty the derived tables and fill them from events and evidence, in bounded memory."""
    for table in ("incidence", "pair", "actor_relation", "tally"):
        connection.execute(f"DELETE FROM {table}")
    connection.execute("UPDATE actor SET events = 0")
    start = 0
    while True:
        numbers = [
            row[0]
            for row in connection.execute(
                "SELECT n FROM event WHERE n > ? ORDER BY n LIMIT ?", (start, _CHUNK)
            )
        ]
        if not numbers:
            return
        changes = Changes()
        events = [
            derive(known.claim, known.witnesses.values()) for known in load(connection, numbers)
        ]
        for event in events:
            changes.change(None, event)
        update_heads(connection, events)
        changes.flush(connection)
        start = numbers[-1]

"""Events as stored, what takes them away, and computing the derived tables anew.

Runs inside an open transaction. Imports only `errors` and its sibling modules.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from graph.errors import NotFound
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


BY_ID = "json_each(?) wanted CROSS JOIN event e ON e.id = wanted.value"
BY_NUMBER = "json_each(?) wanted CROSS JOIN event e ON e.n = wanted.value"


def load(
    connection: sqlite3.Connection, which: str, wanted: Iterable[str | int]
) -> Iterator[Known]:
    """Yield events as stored; `which` is one of the two constants above."""
    rows = connection.execute(
        "SELECT e.n, e.id, e.relation, e.status, e.day, e.source, e.target, v.id, v.confidence, "
        f"a.publisher, v.quote, v.source_via, v.target_via, v.reported_on FROM {which} "
        "CROSS JOIN evidence v ON v.event = e.n CROSS JOIN article a ON a.n = v.article",
        (keys(wanted),),
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
    row = connection.execute("SELECT n FROM article WHERE id = ?", (article_id,)).fetchone()
    if row is None:
        raise NotFound("article", article_id)
    gone: dict[int, set[str]] = {}
    for event, evidence in connection.execute(
        "SELECT event, id FROM evidence WHERE article = ?", row
    ):
        gone.setdefault(event, set()).add(evidence)
    changes, changed, emptied = Changes(), [], []
    for known in load(connection, BY_NUMBER, gone):
        claim = known.claim
        left = [w for key, w in known.witnesses.items() if key not in gone[claim.n]]
        after = derive(claim, left) if left else None
        changes.change(derive(claim, known.witnesses.values()), after)
        if after is not None:
            changed.append(after)
        else:
            emptied.append((claim.n,))
    connection.execute("DELETE FROM evidence WHERE article = ?", row)
    update_heads(connection, changed)
    connection.executemany("DELETE FROM event WHERE n = ?", emptied)
    connection.execute("DELETE FROM problem WHERE article = ?", row)
    connection.execute("DELETE FROM article WHERE n = ?", row)
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
            derive(known.claim, known.witnesses.values())
            for known in load(connection, BY_NUMBER, numbers)
        ]
        for event in events:
            changes.change(None, event)
        update_heads(connection, events)
        changes.flush(connection)
        start = numbers[-1]

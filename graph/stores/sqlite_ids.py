"""Ids of articles and events, and the rows they stand for.

Ids are content hashes, so a thousand new ones land on nearly a thousand pages of an index once it
is large. They go into a small table first, which is poured into the large one in the order of the
ids when it is full: then many ids share each page that is written. Runs inside an open
transaction; imports only `errors` and a sibling.
"""

import sqlite3
from collections.abc import Iterable, Iterator

from graph.errors import NotFound
from graph.stores.sqlite_rows import keys

ARTICLE, EVENT = "a", "e"
"""The first letter of an id tells what it is of."""

SETTLE_AT = 65_536
"""How many ids the small table holds at most, before a batch; about 3 MB."""


def numbers_of(connection: sqlite3.Connection, kind: str, ids: Iterable[str]) -> dict[str, int]:
    """Return the row numbers of those of `ids` that are stored and of the kind."""
    wanted = keys(key for key in ids if key.startswith(kind))
    return dict(connection.execute(_NUMBERS, (wanted, wanted)).fetchall())


def number_of(connection: sqlite3.Connection, kind: str, key: str) -> int:
    """Return the row number of an id; raise NotFound."""
    found = numbers_of(connection, kind, [key])
    if key not in found:
        raise NotFound("article" if kind == ARTICLE else "event", key)
    return found[key]


def in_order(connection: sqlite3.Connection, kind: str, chunk: int) -> Iterator[list[int]]:
    """Yield all row numbers of a kind in the order of the ids, up to `chunk` at once."""
    last, end = kind, chr(ord(kind) + 1)
    while True:
        rows = connection.execute(_IN_ORDER, {"last": last, "end": end, "limit": chunk}).fetchall()
        if not rows:
            return
        yield [row[1] for row in rows]
        last = rows[-1][0]


def add(connection: sqlite3.Connection, numbers: Iterable[tuple[str, int]]) -> None:
    """Note the row numbers of new ids; raises IntegrityError for one that is fresh already."""
    new = sorted(numbers)
    if not new:
        return
    connection.executemany("INSERT INTO id_fresh VALUES (?, ?)", new)
    (held,) = connection.execute("SELECT value FROM meta WHERE key = 'fresh_ids'").fetchone()
    fresh = int(held) + len(new)
    if fresh > SETTLE_AT:
        connection.execute("INSERT INTO id_settled SELECT id, n FROM id_fresh ORDER BY id")
        connection.execute("DELETE FROM id_fresh")
        fresh = 0
    connection.execute("UPDATE meta SET value = ? WHERE key = 'fresh_ids'", (str(fresh),))


def remove(connection: sqlite3.Connection, ids: Iterable[str]) -> None:
    """Forget ids. The count of fresh ones is left too high, so that they settle early."""
    gone = [(key,) for key in ids]
    connection.executemany("DELETE FROM id_fresh WHERE id = ?", gone)
    connection.executemany("DELETE FROM id_settled WHERE id = ?", gone)


_NUMBERS = """
SELECT k.id, k.n FROM json_each(?) wanted CROSS JOIN id_fresh k ON k.id = wanted.value
UNION ALL
SELECT k.id, k.n FROM json_each(?) wanted CROSS JOIN id_settled k ON k.id = wanted.value
"""
_IN_ORDER = """
SELECT id, n FROM (
    SELECT * FROM (SELECT id, n FROM id_fresh WHERE id > :last AND id < :end
        ORDER BY id LIMIT :limit)
    UNION ALL
    SELECT * FROM (SELECT id, n FROM id_settled WHERE id > :last AND id < :end
        ORDER BY id LIMIT :limit)
) ORDER BY id LIMIT :limit
"""

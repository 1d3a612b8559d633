"""Actors: their rows and names, search, and profiles.

Runs inside an open transaction. Imports only `model`, `store` (its types), `errors` and siblings.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import groupby

from graph.errors import NotFound
from graph.model import Actor, ActorKind, NamedActor
from graph.store import ActorProfile, RelationCount
from graph.stores.names import close_to, folded
from graph.stores.sqlite_rows import actor_of, keys


def ensure_actors(
    connection: sqlite3.Connection, numbers: dict[str, int], actors: Mapping[str, Actor]
) -> None:
    """Give every actor a row, and look up all row numbers that are not cached."""
    unknown = [actor for actor in actors.values() if actor.id not in numbers]
    if not unknown:
        return
    numbers.update(actor_numbers(connection, [actor.id for actor in unknown]))
    for actor in unknown:
        if actor.id not in numbers:
            cursor = connection.execute(
                "INSERT INTO actor (id, name, kind, country) VALUES (?, ?, ?, ?)",
                (actor.id, actor.name, actor.kind.value, actor.country),
            )
            assert cursor.lastrowid is not None
            numbers[actor.id] = cursor.lastrowid
            _write_names(connection, [(cursor.lastrowid, NamedActor(actor))])


def actor_numbers(connection: sqlite3.Connection, ids: Sequence[str]) -> dict[str, int]:
    """Return the row numbers of those actors that are stored."""
    rows = connection.execute(
        "SELECT a.id, a.n FROM json_each(?) wanted CROSS JOIN actor a ON a.id = wanted.value",
        (keys(ids),),
    )
    return dict(rows.fetchall())


def write_actors(connection: sqlite3.Connection, actors: Sequence[NamedActor]) -> None:
    """Store or replace actors and their names."""
    connection.executemany(
        "INSERT INTO actor (id, name, kind, country) VALUES (?, ?, ?, ?) "
        "ON CONFLICT (id) DO UPDATE SET "
        "name = excluded.name, kind = excluded.kind, country = excluded.country",
        ((a.actor.id, a.actor.name, a.actor.kind.value, a.actor.country) for a in actors),
    )
    numbers = actor_numbers(connection, [named.actor.id for named in actors])
    latest = {numbers[named.actor.id]: named for named in actors}
    connection.executemany("DELETE FROM actor_name WHERE actor = ?", ((n,) for n in latest))
    _write_names(connection, latest.items())


def _write_names(connection: sqlite3.Connection, actors: Iterable[tuple[int, NamedActor]]) -> None:
    connection.executemany(
        "INSERT INTO actor_name (actor, place, name, folded) VALUES (?, ?, ?, ?)",
        (
            (n, place, name, folded(name))
            for n, named in actors
            for place, name in enumerate((named.actor.name, *named.aliases))
        ),
    )


def number_of(connection: sqlite3.Connection, actor_id: str) -> tuple[int, int]:
    """Return an actor's row number and how many events it has; raise NotFound."""
    row = connection.execute("SELECT n, events FROM actor WHERE id = ?", (actor_id,)).fetchone()
    if row is None:
        raise NotFound("actor", actor_id, close_names(connection, actor_id))
    return row[0], row[1]


def numbers_of_actors(
    connection: sqlite3.Connection, ids: Sequence[str]
) -> dict[str, tuple[int, int]]:
    """Return what `number_of` does for many actors, in the order asked; raise NotFound."""
    rows = connection.execute(
        "SELECT a.id, a.n, a.events FROM json_each(?) wanted "
        "CROSS JOIN actor a ON a.id = wanted.value",
        (keys(ids),),
    )
    found = {row[0]: (row[1], row[2]) for row in rows}
    for key in ids:
        if key not in found:
            raise NotFound("actor", key, close_names(connection, key))
    return {key: found[key] for key in ids}


def close_names(connection: sqlite3.Connection, key: str) -> tuple[str, ...]:
    """Return names of actors, one of whose names or whose id looks like `key`, best first."""
    rows = connection.execute(
        "SELECT m.folded, a.name, a.id FROM actor_name m JOIN actor a ON a.n = m.actor ORDER BY m.n"
    )
    return close_to(key, rows)


def actors(connection: sqlite3.Connection, ids: Sequence[str]) -> dict[str, NamedActor]:
    """Return the stored ones of `ids` by id, with their names."""
    return {named.actor.id: named for named in _named(connection, _NAMED_BY_ID, ids)}


def names(connection: sqlite3.Connection, kinds: frozenset[ActorKind]) -> tuple[NamedActor, ...]:
    """Return every actor of some kinds with its names, ordered by id."""
    return tuple(_named(connection, _NAMED_OF_KIND, kinds))


def _named(
    connection: sqlite3.Connection, statement: str, wanted: Iterable[str]
) -> Iterator[NamedActor]:
    rows = connection.execute(statement, (keys(wanted),))
    for head, group in groupby(rows, key=lambda row: row[:4]):
        yield NamedActor(actor_of(head), tuple(row[4] for row in group)[1:])


def search(connection: sqlite3.Connection, text: str, limit: int) -> tuple[Actor, ...]:
    """Return actors one of whose names has every word of `text` as a prefix."""
    words = ["".join(c for c in word if c != '"') for word in text.replace("\0", " ").split()]
    words = [word for word in words if any(map(str.isalnum, word))]
    if not words:
        return ()
    rows = connection.execute(
        """
        SELECT a.id, a.name, a.kind, a.country
        FROM actor_search JOIN actor_name m ON m.n = actor_search.rowid
        JOIN actor a ON a.n = m.actor
        WHERE actor_search MATCH ?
        GROUP BY a.n ORDER BY max(m.folded = ?) DESC, a.events DESC, a.id LIMIT ?
        """,
        (" ".join(f'"{word}"*' for word in words), folded(text), limit),
    )
    return tuple(actor_of(row) for row in rows)


def profile(connection: sqlite3.Connection, actor_id: str) -> ActorProfile:
    """Return an actor and what is known of it."""
    number, events = number_of(connection, actor_id)
    actor = connection.execute(
        "SELECT id, name, kind, country FROM actor WHERE n = ?", (number,)
    ).fetchone()
    aliases = connection.execute(
        "SELECT name FROM actor_name WHERE actor = ? AND place > 0 ORDER BY place", (number,)
    )
    relations = connection.execute(
        "SELECT relation, as_source, as_target FROM actor_relation WHERE actor = ? "
        "ORDER BY relation",
        (number,),
    )
    first, last = days_of(connection, number)
    return ActorProfile(
        actor=actor_of(actor),
        aliases=tuple(row[0] for row in aliases),
        relations=tuple(RelationCount(*row) for row in relations),
        events=events,
        first_seen=date.fromordinal(first) if first else None,
        last_seen=date.fromordinal(last) if last else None,
    )


def days_of(connection: sqlite3.Connection, actor: int) -> tuple[int | None, int | None]:
    """Return the first and the last day of an actor's events, as ordinals."""
    row = connection.execute(
        "SELECT (SELECT min(day) FROM incidence WHERE actor = :actor AND day > 0), "
        "(SELECT max(day) FROM incidence WHERE actor = :actor AND day > 0)",
        {"actor": actor},
    ).fetchone()
    return row[0], row[1]


_NAMED_BY_ID = """
SELECT a.id, a.name, a.kind, a.country, m.name FROM actor a JOIN actor_name m ON m.actor = a.n
WHERE a.id IN (SELECT value FROM json_each(?)) ORDER BY a.id, m.place
"""
_NAMED_OF_KIND = """
SELECT a.id, a.name, a.kind, a.country, m.name FROM actor a JOIN actor_name m ON m.actor = a.n
WHERE a.kind IN (SELECT value FROM json_each(?)) ORDER BY a.id, m.place
"""

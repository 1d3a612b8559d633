"""EventQuery as SQL: one ordered walk along a key, that stops when a page is full.

The incidence table is keyed (actor, day, event), which is the order of the port. Of several actors
the least busy leads, and the others are looked up by key.
"""

import sqlite3
from dataclasses import dataclass

from graph.errors import InvalidInput
from graph.model import Status
from graph.ontology import load_ontology
from graph.store import EventQuery
from graph.stores import sqlite_ids
from graph.stores.cursors import Position
from graph.stores.sqlite_actors import number_of
from graph.stores.sqlite_derived import SOURCE_SIDE, TARGET_SIDE, TYPES, projection
from graph.stores.sqlite_rows import keys

Parameters = dict[str, str | int | float]


@dataclass(frozen=True, slots=True)
class _Named:
    """One actor that the events must have, on the sides of a bit mask."""

    alias: str
    number: int
    events: int
    sides: int


@dataclass(frozen=True, slots=True)
class Selection:
    """The events of a query as SQL: what follows FROM, with its values.

    `x` walks them, in the order of the port as long as nothing is grouped; its columns are those
    of `event` or of `incidence`, which `id` and `planned` bridge. `actor` is the alias under which
    `query.actor` is joined.
    """

    tables: str
    values: Parameters
    id: str
    planned: str
    actor: str


def find(
    connection: sqlite3.Connection, query: EventQuery, limit: int, after: Position | None
) -> list[tuple[int, int, str]]:
    """Return (row number, day, id) of up to `limit` events in order, those after a position."""
    found = select(connection, query, after)
    if found is None:
        return []
    return connection.execute(
        f"SELECT x.n, x.day, x.{found.id} FROM {found.tables} "
        f"ORDER BY x.day DESC, x.{found.id} LIMIT :limit",
        found.values | {"limit": limit},
    ).fetchall()


def select(
    connection: sqlite3.Connection,
    query: EventQuery,
    after: Position | None = None,
    with_event: bool = False,
) -> Selection | None:
    """Return the events of a query, those after a position; None where there can be none.

    `with_event` joins the table `event` as `e` in any case, if an actor is named.
    """
    if query.partner is not None and query.actor is None:
        raise InvalidInput("a query for a partner needs an actor")
    values: Parameters = {}
    if query.article is not None:
        values["article"] = sqlite_ids.number_of(connection, sqlite_ids.ARTICLE, query.article)
    named = _named(connection, query)
    kinds = _kinds(query)
    if not kinds:
        return None
    for actor in named:
        values[actor.alias] = actor.number
    where = _conditions(query, kinds, after, values)
    walk = _by_article if query.article is not None else _by_day
    return walk(named, where, values, with_event)


def _named(connection: sqlite3.Connection, query: EventQuery) -> list[_Named]:
    """The actors of a query, the least busy first."""
    both = SOURCE_SIDE | TARGET_SIDE
    asked = (
        ("a", query.actor, both),
        ("p", query.partner, both),
        ("s", query.source, SOURCE_SIDE),
        ("t", query.target, TARGET_SIDE),
    )
    named = [
        _Named(alias, *number_of(connection, actor), sides)
        for alias, actor, sides in asked
        if actor is not None
    ]
    return sorted(named, key=lambda actor: actor.events)


def _kinds(query: EventQuery) -> frozenset[str]:
    """The event types that can match: those asked for, and those the other fields allow.

    Without any such field the answer is all of them, "" being that of events without a type.
    """
    possible = {*TYPES, ""}
    if query.relations or query.statuses:
        ontology = load_ontology()
        projected = {
            projection(relation, status)
            for relation in (query.relations or ontology.relations.keys())
            & ontology.relations.keys()
            for status in query.statuses or Status
        }
        possible = {found.event_type.value if found else "" for found in projected}
    if query.event_types:
        possible &= query.event_types - {""}
    return frozenset(possible)


def _conditions(
    query: EventQuery, kinds: frozenset[str], after: Position | None, values: Parameters
) -> list[str]:
    """Conditions on the leading table `x`; {id} is its event id, {facts} the table `event`."""
    found = []
    if len(kinds) <= len(TYPES):
        found.append("x.event_type IN (SELECT value FROM json_each(:kinds))")
        values["kinds"] = keys(sorted(kinds))
    if query.since is not None or query.until is not None:
        found.append("x.day >= :since")
        values["since"] = query.since.toordinal() if query.since else 1
    if query.until is not None:
        found.append("x.day < :until")
        values["until"] = query.until.toordinal()
    if after is not None:
        found.append("x.day <= :day AND (x.day < :day OR x.{id} > :event)")
        values["day"], values["event"] = after
    if query.min_confidence > 0:
        found.append("x.confidence >= :confidence")
        values["confidence"] = query.min_confidence
    if query.relations:
        found.append("{facts}.relation IN (SELECT value FROM json_each(:relations))")
        values["relations"] = keys(sorted(query.relations))
    if query.statuses:
        found.append("{facts}.status IN (SELECT value FROM json_each(:statuses))")
        values["statuses"] = keys(sorted(status.value for status in query.statuses))
    return found


def _sides(named: list[_Named], lead: str = "") -> list[str]:
    """Source and target stand on their side, a partner on the side opposite to the actor's."""
    at = {actor.alias: "x" if actor.alias == lead else actor.alias for actor in named}
    found = [f"{at[actor.alias]}.sides & {actor.sides} != 0" for actor in named]
    if "p" in at:
        a, p = at["a"], at["p"]
        found.append(
            f"(({a}.sides & 1 != 0 AND {p}.sides & 2 != 0) "
            f"OR ({a}.sides & 2 != 0 AND {p}.sides & 1 != 0))"
        )
    return found


def _joined(named: list[_Named], event: str) -> str:
    """Joins that look the other actors up by key."""
    return " ".join(
        f"CROSS JOIN incidence {a.alias} ON {a.alias}.actor = :{a.alias} "
        f"AND {a.alias}.day = x.day AND {a.alias}.event = x.{event}"
        for a in named
    )


def _by_day(
    named: list[_Named], where: list[str], values: Parameters, with_event: bool
) -> Selection:
    """Walk the leading actor's incidence, or all events."""
    if not named:
        conditions = [condition.format(id="id", facts="x") for condition in where]
        tables = f"event x INDEXED BY event_by_day WHERE {' AND '.join(conditions) or 'TRUE'}"
        return Selection(tables, values, "id", _PLANNED, "")
    lead = named[0].alias
    tables = f"incidence x {_joined(named[1:], 'event')}"
    if with_event or any("{facts}" in condition for condition in where):
        tables += " CROSS JOIN event e ON e.n = x.n"
    conditions = [f"x.actor = :{lead}", *_sides(named, lead)]
    conditions += (condition.format(id="event", facts="e") for condition in where)
    tables += f" WHERE {' AND '.join(conditions)}"
    return Selection(tables, values, "event", "x.planned", "x" if lead == "a" else "a")


def _by_article(
    named: list[_Named], where: list[str], values: Parameters, with_event: bool
) -> Selection:
    """Start from the few events of one article."""
    conditions = [condition.format(id="id", facts="x") for condition in where] + _sides(named)
    again = "CROSS JOIN event e ON e.n = x.n" if with_event else ""
    tables = (
        "(SELECT DISTINCT v.event FROM evidence v WHERE v.article = :article) w "
        f"CROSS JOIN event x ON x.n = w.event {_joined(named, 'id')} {again} "
        f"WHERE {' AND '.join(conditions) or 'TRUE'}"
    )
    return Selection(tables, values, "id", _PLANNED, "a")


_PLANNED = "x.status = 'planned'"

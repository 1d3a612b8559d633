"""Constraints, indexes, and the node that says which schema a database has.

Imports only `errors` and siblings.
"""

import os
import time
from collections.abc import Callable
from functools import partial

from graph.errors import SchemaMismatch, StoreError
from graph.stores.cypher import STATE
from graph.stores.fingerprint import ontology_fingerprint
from graph.stores.neo4j_session import Connection, Row, Work

VERSION = 3
_DERIVED_SINCE = 2
"""What follows from events and evidence is kept since this version as it is now."""
_PATIENCE = 30.0
_CHUNK = 10_000

_UNIQUE = (
    ("Schema", "name"),
    ("Writer", "name"),
    ("Gate", "name"),
    ("Actor", "id"),
    ("ActorRecord", "id"),
    ("Event", "number"),
    ("EventRecord", "id"),
    ("EventRecord", "number"),
    ("Article", "number"),
    ("ArticleRecord", "id"),
    ("ArticleRecord", "number"),
    ("TieRecord", "name"),
    ("InboxRecord", "id"),
)
_CONSTRAINTS = {
    f"westphalia_{label.lower()}_{name}": f"FOR (n:{label}) REQUIRE n.{name} IS UNIQUE"
    for label, name in _UNIQUE
}
_INDEXES = {
    "westphalia_event_day": "INDEX {name} IF NOT EXISTS FOR (n:Event) ON (n.day)",
    "westphalia_eventrecord_sort": "INDEX {name} IF NOT EXISTS FOR (n:EventRecord) ON (n.sort)",
    "westphalia_eventrecord_pair": "INDEX {name} IF NOT EXISTS FOR (n:EventRecord) ON (n.pair)",
    "westphalia_articlerecord_coder": "INDEX {name} IF NOT EXISTS FOR (n:ArticleRecord) "
    "ON (n.coder, n.id)",
    "westphalia_inboxrecord_due": "INDEX {name} IF NOT EXISTS FOR (n:InboxRecord) "
    "ON (n.due_at, n.id)",
    "westphalia_inboxrecord_state": "INDEX {name} IF NOT EXISTS FOR (n:InboxRecord) "
    "ON (n.state, n.id)",
    "westphalia_actor_words": "FULLTEXT INDEX {name} IF NOT EXISTS FOR (n:ActorRecord) "
    "ON EACH [n.words] OPTIONS {{indexConfig: {{`fulltext.analyzer`: 'whitespace'}}}}",
}
_OURS = """
MATCH (n) WHERE NOT n:Schema AND NOT n:Writer AND NOT n:Gate RETURN labels(n)[0] LIMIT 1
"""
_BEGIN = """
MERGE (w:Writer {name: 'writer'})
    ON CREATE SET w.turns = 0, w.articles = 0, w.events = 0
MERGE (g:Gate {name: 'gate'}) ON CREATE SET g.shut = 0, g.opened = 0
MERGE (s:Schema {name: 'schema'}) ON CREATE SET s.version = $version, s.ontology = $ontology
"""
_NAME_CODERS = """
MATCH (r:ArticleRecord) WHERE r.id > $after WITH r ORDER BY r.id LIMIT $limit
SET r.coder = coalesce(r.coder, '') RETURN max(r.id)
"""
_NAME_CODERS_LEFT = "MATCH (r:ArticleRecord) WHERE r.coder IS NULL SET r.coder = ''"
_SET = "MATCH (s:Schema {name: 'schema'}) SET s.version = $version, s.ontology = $ontology"


class SchemaKeeper:
    """Knows the schema of one database; `url` stands in messages."""

    def __init__(self, url: str) -> None:
        self.url = url

    def check(self, rows: list[Row]) -> None:
        """Raise SchemaMismatch unless STATE's rows tell this program's schema and ontology."""
        if not rows:
            raise SchemaMismatch(f"{self.url}: holds no Westphalia graph yet; run migrate")
        found, ontology = rows[0][:2]
        self.refuse_newer(rows)
        if found < VERSION:
            raise SchemaMismatch(
                f"{self.url}: schema {found}, this program needs {VERSION}; run migrate"
            )
        if ontology != ontology_fingerprint():
            raise SchemaMismatch(f"{self.url}: was written with another ontology; run migrate")

    def check_work(self, work: Work) -> None:
        self.check(work.rows(STATE))

    def refuse_newer(self, rows: list[Row]) -> None:
        if rows and rows[0][0] > VERSION:
            raise SchemaMismatch(
                f"{self.url}: schema {rows[0][0]} is newer than this program's {VERSION}"
            )

    def refuse_foreign(self, work: Work) -> None:
        """Raise SchemaMismatch where the database is another program's, or a newer one's."""
        state = work.rows(STATE)
        self.refuse_newer(state)
        if not state and (other := work.rows(_OURS)):
            raise SchemaMismatch(
                f"{self.url}: the database holds another program's nodes (:{other[0][0]}); "
                "give Westphalia a database of its own"
            )

    def migrate(self, connection: Connection, rebuild: Callable[[Work], None]) -> None:
        """Make what is missing; `rebuild` computes what depends on the ontology."""
        connection.once(self.refuse_foreign)
        values = {"version": VERSION, "ontology": ontology_fingerprint()}

        def begin(work: Work) -> bool:
            work.change(_BEGIN, **values)
            return True

        _insist(lambda: _make_one(connection))
        connection.once(lambda work: work.rows("CALL db.awaitIndexes(120)"))
        _insist(lambda: connection.once(begin))
        _name_coders(connection)

        def upgrade(work: Work) -> None:
            state = work.rows(STATE)
            self.refuse_newer(state)
            if state[0][0] < VERSION:
                work.change(_NAME_CODERS_LEFT)
            if state[0][0] < _DERIVED_SINCE or state[0][1] != values["ontology"]:
                rebuild(work)
            if state[0][:2] != (VERSION, values["ontology"]):
                work.change(_SET, **values)

        connection.write(upgrade, timeout=None, checked=False)


def _name_coders(connection: Connection) -> None:
    """Before version 3 nothing was noted of what coded an article. A few thousand records in one
    transaction, so that none grows with the graph; what is written meanwhile is left to the last.
    """
    after: str | None = ""
    while after is not None:
        after = connection.write(partial(_name_some, after=after), timeout=None, checked=False)


def _name_some(work: Work, after: str) -> str | None:
    """Return the id of the last record that was looked at; None if none was left."""
    if work.rows(STATE)[0][0] >= VERSION:
        return None
    ((last,),) = work.changed_rows(_NAME_CODERS, after=after, limit=_CHUNK)
    return None if last is None else str(last)


def _make_one(connection: Connection) -> bool:
    """Make one constraint or index that is missing; tell whether none is."""
    missing = connection.once(_missing)
    if missing:
        connection.once(lambda work: work.change(missing[0]))
    return not missing


def _missing(work: Work) -> list[str]:
    """The statements that are still to be run, constraints first."""
    held = {row[0] for row in work.rows("SHOW CONSTRAINTS YIELD name RETURN name")}
    found = [
        f"CREATE CONSTRAINT {name} IF NOT EXISTS {what}"
        for name, what in _CONSTRAINTS.items()
        if name not in held
    ]
    held = {row[0] for row in work.rows("SHOW INDEXES YIELD name RETURN name")}
    found += [
        f"CREATE {what.format(name=name)}" for name, what in _INDEXES.items() if name not in held
    ]
    return found


def _insist(step: Callable[[], bool]) -> None:
    """Repeat a step until it is done. Two processes that change a schema at once get into each
    other's way, and one of them is turned down; it pauses for a time of its own."""
    deadline = time.monotonic() + _PATIENCE
    while True:
        try:
            if step():
                return
        except StoreError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.03 + os.getpid() % 7 / 50)

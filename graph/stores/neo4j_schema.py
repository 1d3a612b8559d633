"""Constraints, indexes, and the node that says which schema a database has.

Imports only `errors` and siblings.
"""

import time
from collections.abc import Callable

from graph.errors import SchemaMismatch, StoreError, StoreUnavailable
from graph.stores.cypher import STATE
from graph.stores.fingerprint import ontology_fingerprint
from graph.stores.neo4j_session import Connection, Row, Work

VERSION = 1
_TRIES = 20

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
)
STATEMENTS = (
    *(
        f"CREATE CONSTRAINT westphalia_{label.lower()}_{name} IF NOT EXISTS "
        f"FOR (n:{label}) REQUIRE n.{name} IS UNIQUE"
        for label, name in _UNIQUE
    ),
    "CREATE INDEX westphalia_event_day IF NOT EXISTS FOR (n:Event) ON (n.day)",
    "CREATE INDEX westphalia_eventrecord_sort IF NOT EXISTS FOR (n:EventRecord) ON (n.sort)",
    "CREATE FULLTEXT INDEX westphalia_actor_words IF NOT EXISTS "
    "FOR (n:ActorRecord) ON EACH [n.words] "
    "OPTIONS {indexConfig: {`fulltext.analyzer`: 'whitespace'}}",
)
_OURS = """
MATCH (n) WHERE NOT n:Schema AND NOT n:Writer AND NOT n:Gate RETURN labels(n)[0] LIMIT 1
"""
_BEGIN = """
MERGE (w:Writer {name: 'writer'})
    ON CREATE SET w.turns = 0, w.articles = 0, w.events = 0
MERGE (g:Gate {name: 'gate'}) ON CREATE SET g.shut = 0, g.opened = 0
MERGE (s:Schema {name: 'schema'}) ON CREATE SET s.version = $version, s.ontology = $ontology
"""
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
        for statement in STATEMENTS:
            _insist(connection, statement)
        connection.execute("CALL db.awaitIndexes(120)")
        values = {"version": VERSION, "ontology": ontology_fingerprint()}
        connection.once(lambda work: work.change(_BEGIN, **values))

        def upgrade(work: Work) -> None:
            state = work.rows(STATE)
            self.refuse_newer(state)
            if state[0][:2] != (VERSION, values["ontology"]):
                rebuild(work)
                work.change(_SET, **values)

        connection.write(upgrade, timeout=None, checked=False)


def _insist(connection: Connection, statement: str) -> None:
    """Run a change of the schema again while another process makes the same one."""
    for attempt in range(_TRIES):
        try:
            return connection.execute(statement)
        except StoreUnavailable:
            raise
        except StoreError:
            if attempt == _TRIES - 1:
                raise
            time.sleep(0.1)
    return None

"""Databases for tests: from a server that is named, or from one that is started.

`WESTPHALIA_TEST_NEO4J_URI` (with `_USER` and `_PASSWORD`) names a server whose database must be
empty; without it the jars are started on loopback. Tests wipe only such a database.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from neo4j import Driver, GraphDatabase

from graph.access import Access
from graph.copying import copy
from graph.reference import load_reference
from graph.store import Statistics
from graph.stores.neo4j import Neo4jStore
from graph.stores.sqlite import SqliteStore
from tests.neo4j_server import CURRENT, Line, Server, ServerMissing, running

_PREFIX = "WESTPHALIA_TEST_NEO4J_"
EXAMPLES = int(os.environ.get(f"{_PREFIX}EXAMPLES", "8"))
"""How many random histories a test plays on a server; more for a long run."""


@dataclass
class Database:
    """A database that tests may wipe. `server` is there where they have started it."""

    uri: str
    access: Access
    driver: Driver
    server: Server | None = None
    _held: tuple[Path, Statistics] | None = None

    def run(self, statement: str, **parameters: object) -> list[list[object]]:
        """Run a statement outside of the store, as a person would in Neo4j Browser."""
        with self.driver.session() as session:
            return [record.values() for record in session.run(statement, parameters)]

    def wipe(self) -> None:
        self._held = None
        self.run("MATCH (n) DETACH DELETE n")

    def hold_what_is_in(self, path: Path) -> None:
        """Load the file of a store and the curated data, unless they are what is there already."""
        with self.open() as target:
            if self._held and self._held == (path, target.statistics()):
                return
            self.wipe()
            target.migrate()
            target.write_reference(load_reference())
            with SqliteStore(path) as source:
                copy(source, target, lambda _: None)
            self._held = (path, target.statistics())

    def open(self, timeout: float = 30.0) -> Neo4jStore:
        return Neo4jStore(self.uri, self.access, timeout)


@contextmanager
def database(line: Line) -> Iterator[Database]:
    """A database of a release line for a whole test run; without one the test is skipped, and
    fails where CI is set. The current line may be skipped there too: not every CI machine has a
    Java for it."""
    named = os.environ.get(f"{_PREFIX}URI")
    if named:
        user = os.environ.get(f"{_PREFIX}USER", "neo4j")
        password = os.environ.get(f"{_PREFIX}PASSWORD", "")
        with _opened(named, Access(user, password)) as found:
            if found.run("MATCH (n) RETURN 1 LIMIT 1"):
                pytest.fail(f"the database at {named} is not empty, and tests would wipe it")
            yield found
            found.wipe()
        return
    try:
        with (
            running(line) as server,
            _opened(server.uri, Access("neo4j", server.password), server) as found,
        ):
            yield found
    except ServerMissing as missing:
        if os.environ.get("CI") and line is not CURRENT:
            pytest.fail(str(missing))
        pytest.skip(f"no Neo4j: {missing}")


@contextmanager
def _opened(uri: str, access: Access, server: Server | None = None) -> Iterator[Database]:
    with GraphDatabase.driver(
        uri, auth=(access.user, access.password), notifications_min_severity="OFF"
    ) as driver:
        yield Database(uri, access, driver, server)

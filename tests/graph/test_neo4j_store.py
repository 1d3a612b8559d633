"""Neo4jStore keeps every promise of the port, on both release lines."""

from collections.abc import Iterator

import pytest

from graph.store import Store
from graph.stores.neo4j import Neo4jStore
from tests.contracts.store_contract import StoreContract
from tests.neo4j_databases import Database


@pytest.fixture(scope="module")
def lts_store(neo4j_lts: Database) -> Iterator[Neo4jStore]:
    with neo4j_lts.open() as store:
        yield store


@pytest.fixture(scope="module")
def current_store(neo4j_current: Database) -> Iterator[Neo4jStore]:
    with neo4j_current.open() as store:
        yield store


class TestNeo4jLts(StoreContract):
    @pytest.fixture
    def store(self, neo4j_lts: Database, lts_store: Neo4jStore) -> Store:
        neo4j_lts.wipe()
        lts_store.migrate()
        return lts_store


class TestNeo4jCurrent(StoreContract):
    @pytest.fixture
    def store(self, neo4j_current: Database, current_store: Neo4jStore) -> Store:
        neo4j_current.wipe()
        current_store.migrate()
        return current_store

"""A question that takes too long is given up, and the store goes on."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from graph.errors import QueryTimeout
from graph.factory import open_store
from graph.store import EventQuery
from graph.stores import sqlite_files
from graph.stores.sqlite import SqliteStore
from tests.contracts.helpers import store_events
from tests.neo4j_databases import Database

ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
SLOW = "UNWIND range(1, 100000) AS a UNWIND range(1, 100000) AS b RETURN sum(a * b % 7)"


@pytest.fixture
def made(tmp_path: Path) -> Iterator[SqliteStore]:
    with SqliteStore(tmp_path / "store.db", query_timeout=0.3) as store:
        store.migrate()
        store_events(store, 20)
        yield store


def test_sqlite_ends_a_statement_after_the_time_allowed(made: SqliteStore) -> None:
    start = time.monotonic()
    with (
        pytest.raises(QueryTimeout, match="took too long"),
        made._reading() as connection,
    ):
        connection.execute(ENDLESS).fetchone()
    assert 0.2 < time.monotonic() - start < 5


def test_the_next_question_is_answered(made: SqliteStore) -> None:
    for _ in range(3):
        with pytest.raises(QueryTimeout), made._reading() as connection:
            connection.execute(ENDLESS).fetchone()
        assert len(made.events(EventQuery()).items) == 20


def test_the_time_counts_for_all_statements_of_one_question_together(made: SqliteStore) -> None:
    counted = ENDLESS.replace("FROM n)", "FROM n WHERE i < 200000)")

    def ask_often() -> None:
        with made._reading() as connection:
            for _ in range(10_000):
                connection.execute(counted).fetchone()

    with pytest.raises(QueryTimeout):
        ask_often()


def test_an_export_may_take_its_time(made: SqliteStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite_files, "_STEPS", 1)
    with SqliteStore(made.path, query_timeout=1e-9) as hasty:
        with pytest.raises(QueryTimeout):
            hasty.events(EventQuery())
        assert len(list(hasty.export())) == 20


def test_neo4j_ends_a_question_after_the_time_allowed_but_not_a_writer(
    neo4j_lts: Database,
) -> None:
    neo4j_lts.wipe()
    with open_store(neo4j_lts.uri, access=neo4j_lts.access, query_timeout=0.5) as store:
        store.migrate()
        store_events(store, 1)
        start = time.monotonic()
        with pytest.raises(QueryTimeout, match="WESTPHALIA_QUERY_TIMEOUT"):
            store._read(lambda work: work.rows(SLOW))  # type: ignore[attr-defined]
        assert time.monotonic() - start < 10
        assert len(store.events(EventQuery()).items) == 1

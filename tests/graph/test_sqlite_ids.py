"""Ids settle from the small table into the large one unseen, and stores of schema 1 get both."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from graph.errors import NotFound, SchemaMismatch
from graph.store import Batch, EventQuery, Store, TieQuery
from graph.stores import sqlite_ids, sqlite_schema
from graph.stores.fingerprint import ontology_fingerprint
from graph.stores.sqlite import SqliteStore
from tests.builders import DAY, PUTIN, article, event, evidence, problem
from tests.contracts.helpers import read_all, store_events
from tests.contracts.store_contract import StoreContract


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "graph.db"


@pytest.fixture
def made(path: Path) -> Iterator[SqliteStore]:
    with SqliteStore(path, timeout=2) as store:
        store.migrate()
        yield store


class TestSettlingStore(StoreContract):
    """The whole contract while ids settle all the time, as a large store's do now and then."""

    @pytest.fixture
    def store(self, made: SqliteStore, monkeypatch: pytest.MonkeyPatch) -> Store:
        monkeypatch.setattr(sqlite_ids, "SETTLE_AT", 3)
        return made


def held(path: Path) -> tuple[int, int]:
    """How many ids are fresh and how many are settled."""
    with closing(sqlite3.connect(path)) as raw:
        fresh, settled = (
            raw.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
            for table in ("id_fresh", "id_settled")
        )
    return fresh, settled


def test_ids_settle_when_the_small_table_is_full(
    made: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite_ids, "SETTLE_AT", 10)
    events = store_events(made, 7, tag=" one")
    assert held(made.path) == (8, 0)
    events += store_events(made, 3, start=DAY.replace(year=2024), tag=" two")
    assert held(made.path) == (0, 12)
    events += store_events(made, 2, start=DAY.replace(year=2023), tag=" three")
    assert held(made.path) == (3, 12)
    assert sorted(event.id for event in events) == [event.id for event in made.export()]
    assert read_all(made, EventQuery(), 5) == events


def test_an_id_that_was_removed_can_come_back(
    made: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite_ids, "SETTLE_AT", 3)
    source = article()
    batch = Batch(articles=[source], events=[event(evidence(source))])
    for _ in range(4):
        assert made.write(batch).events == 1
        assert made.write(batch).events == 0
        made.remove_article(source.id)
        assert held(made.path) == (0, 0)


def test_an_id_of_another_kind_is_not_found(made: SqliteStore) -> None:
    (first,) = store_events(made, 1)
    source = first.evidence[0].article_id
    with pytest.raises(NotFound):
        made.article(first.id)
    with pytest.raises(NotFound):
        made.event(source)
    assert made.known_articles([first.id, source]) == {source}


@pytest.fixture
def older(made: SqliteStore, tmp_path: Path) -> SqliteStore:
    """A store of schema 1 with the articles, events and actors of `made`."""
    source = article("Mr Putin came.", publisher="The Herald")
    store_events(made, 40)
    made.write(
        Batch(
            articles=[source],
            events=[event(evidence(source, source_via=PUTIN), relation="visit")],
            problems=[problem(source)],
        )
    )
    old = tmp_path / "older.db"
    with closing(sqlite3.connect(old, isolation_level=None)) as raw:
        raw.executescript(sqlite_schema.migrations()[0])
        raw.execute("ATTACH ? AS new", (str(made.path),))
        for table in ("actor", "actor_name", "article", "event", "evidence", "problem"):
            held = ", ".join(row[1] for row in raw.execute(f"PRAGMA main.table_info({table})"))
            raw.execute(f"INSERT INTO main.{table} SELECT {held} FROM new.{table}")
        raw.execute("INSERT INTO main.meta VALUES ('ontology', ?)", (ontology_fingerprint(),))
        raw.execute(f"PRAGMA application_id = {sqlite_schema.APPLICATION_ID}")
        raw.execute("PRAGMA user_version = 1")
        raw.execute("PRAGMA journal_mode = WAL")
    return SqliteStore(old, timeout=2)


def test_a_store_of_schema_1_is_refused_until_it_is_migrated(
    older: SqliteStore, made: SqliteStore
) -> None:
    with older:
        with pytest.raises(SchemaMismatch, match=r"schema 1, this program needs \d; run migrate"):
            older.check()
        older.migrate()
        older.migrate()
        assert list(older.export()) == list(made.export())
        assert older.statistics() == made.statistics()
        assert older.outdated("coder 1", 9) == made.outdated("coder 1", 9) != ()
        for actor in ("RUS", "IRN", PUTIN.id):
            assert older.actor(actor) == made.actor(actor)
            for query in (TieQuery(DAY), TieQuery(DAY.replace(year=2026), half_life_days=90)):
                assert older.ties(actor, query) == made.ties(actor, query)
        assert held(older.path) == (0, sum(held(made.path)))


def test_a_migrated_store_still_guards_what_refers_to_articles_and_events(
    older: SqliteStore,
) -> None:
    with older:
        older.migrate()
        source = next(older.export()).evidence[0].article_id
        with older._files.writing() as connection:
            assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
            with pytest.raises(sqlite3.IntegrityError):
                connection.execute("DELETE FROM article")
        older.remove_article(source)
        with pytest.raises(NotFound):
            older.article(source)

"""SqliteStore keeps every promise of the port, and those that only a file can break."""

import os
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from graph.errors import InvalidInput, SchemaMismatch, StoreError, StoreUnavailable
from graph.factory import open_store
from graph.store import Batch, EventQuery, Store, TieQuery
from graph.stores import fingerprint, sqlite_schema
from graph.stores.sqlite import SqliteStore
from tests.builders import DAY, article, event, evidence
from tests.contracts.helpers import store_events
from tests.contracts.store_contract import StoreContract


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "graph #1 100%?.db"


@pytest.fixture
def made(path: Path) -> Iterator[SqliteStore]:
    with SqliteStore(path, timeout=2) as store:
        store.migrate()
        yield store


class TestSqliteStore(StoreContract):
    @pytest.fixture
    def store(self, made: SqliteStore) -> Store:
        return made


def refuses(store: SqliteStore, kind: type[StoreError], words: str = "") -> None:
    """Every method raises the same error, which names the file."""
    source = article()
    asks: list[Callable[[], object]] = [
        store.check,
        store.statistics,
        lambda: store.write(Batch(articles=[source])),
        lambda: store.write_actors([]),
        lambda: store.remove_article("a"),
        lambda: store.known_articles([]),
        lambda: store.event("e"),
        lambda: store.events(EventQuery()),
        lambda: list(store.export()),
        lambda: store.actor("a"),
        lambda: store.search_actors("a"),
        lambda: store.ties("a", TieQuery(DAY)),
        lambda: store.latest("a", [], TieQuery(DAY), 1),
        lambda: store.quotes([]),
    ]
    for ask in asks:
        with pytest.raises(kind, match=words) as caught:
            ask()
        assert str(store.path) in str(caught.value)


@contextmanager
def unprivileged() -> Iterator[Path]:
    """A folder that this process may read but not write, even when tests run as root."""
    folder = Path(tempfile.mkdtemp())
    user = os.geteuid()
    try:
        yield folder
    finally:
        os.seteuid(user)
        folder.chmod(0o700)
        for item in folder.iterdir():
            item.unlink()
        folder.rmdir()


def drop_rights(folder: Path) -> None:
    folder.chmod(0o555)
    if os.geteuid() == 0:
        os.seteuid(65534)


# The file and its schema


def test_a_store_can_be_closed_twice_and_opened_again(made: SqliteStore) -> None:
    written = store_events(made, 3)
    made.close()
    made.close()
    refuses(made, StoreUnavailable, "closed")
    assert not made.path.with_name(made.path.name + "-wal").exists()
    with SqliteStore(made.path) as again:
        assert list(again.events(EventQuery()).items) == written


def test_opening_touches_nothing(path: Path) -> None:
    SqliteStore(path).close()
    assert not path.exists()


def test_a_missing_file_is_unavailable_and_is_not_made(path: Path) -> None:
    with SqliteStore(path) as store:
        refuses(store, StoreUnavailable, "unable to open")
    assert not path.exists()


def test_a_missing_folder_is_unavailable(tmp_path: Path) -> None:
    with SqliteStore(tmp_path / "no" / "where.db") as store:
        with pytest.raises(StoreUnavailable, match=r"where\.db") as caught:
            store.migrate()
        assert isinstance(caught.value.__cause__, sqlite3.Error)


def test_a_file_that_is_no_database_is_unavailable(path: Path) -> None:
    path.write_bytes(b"Dear diary, " * 1000)
    with SqliteStore(path) as store:
        refuses(store, StoreUnavailable, "not a database")
        with pytest.raises(StoreUnavailable):
            store.migrate()
    assert path.read_bytes().startswith(b"Dear diary")


def test_a_corrupt_file_is_unavailable(made: SqliteStore) -> None:
    store_events(made, 300)
    made.close()
    data = bytearray(made.path.read_bytes())
    for page in range(4096, len(data), 4096):
        data[page : page + 4096] = b"\xff" * 4096
    made.path.write_bytes(data)
    with SqliteStore(made.path) as store:
        refuses(store, StoreUnavailable, "malformed")


def test_a_newer_schema_is_a_mismatch_for_every_method_and_for_migrate(made: SqliteStore) -> None:
    made.close()
    with closing(sqlite3.connect(made.path)) as raw:
        raw.execute("PRAGMA user_version = 999")
    with SqliteStore(made.path) as store:
        refuses(store, SchemaMismatch, "999 is newer")
        with pytest.raises(SchemaMismatch):
            store.migrate()


def test_an_empty_file_needs_migrate(path: Path) -> None:
    path.touch()
    with SqliteStore(path) as store:
        refuses(store, SchemaMismatch, "run migrate")
        store.migrate()
        store.check()


def test_the_database_of_another_program_is_left_alone(path: Path) -> None:
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("CREATE TABLE recipe (name TEXT)")
        raw.commit()
    with SqliteStore(path) as store, pytest.raises(SchemaMismatch, match="another program"):
        store.migrate()
    with closing(sqlite3.connect(path)) as raw:
        assert raw.execute("SELECT name FROM sqlite_schema").fetchall() == [("recipe",)]


def test_with_another_ontology_migrate_computes_everything_anew(
    made: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    store_events(made, 2500)
    before = (made.ties("RUS", TieQuery(DAY)), made.actor("IRN"), made.statistics())
    with monkeypatch.context() as patch:
        patch.setattr(sqlite_schema, "ontology_fingerprint", lambda: "other")
        refuses(made, SchemaMismatch, "another ontology")
        made.migrate()
        made.check()
    refuses(made, SchemaMismatch, "another ontology")
    made.migrate()
    assert (made.ties("RUS", TieQuery(DAY)), made.actor("IRN"), made.statistics()) == before


def test_another_way_to_count_publishers_asks_for_a_migration_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fresh = fingerprint.ontology_fingerprint.__wrapped__
    assert fresh() == fingerprint.ontology_fingerprint()
    monkeypatch.setattr(fingerprint, "COUNTING", "other")
    assert fresh() != fingerprint.ontology_fingerprint()


def test_tables_are_strict_and_the_journal_is_a_wal(made: SqliteStore) -> None:
    with closing(sqlite3.connect(made.path)) as raw:
        assert raw.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        lax = raw.execute(
            "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' "
            "AND NOT strict AND name NOT LIKE 'sqlite_%'"
        )
        assert lax.fetchall() == []
    with made._files.writing() as connection:
        assert connection.execute("PRAGMA synchronous").fetchone() == (2,)
        assert connection.execute("PRAGMA foreign_keys").fetchone() == (1,)


def test_readers_cannot_write(made: SqliteStore) -> None:
    with (
        pytest.raises(StoreUnavailable, match="readonly"),
        made._files.reading() as connection,
    ):
        connection.execute("DELETE FROM article")


# A folder that cannot be written, a disk that is full


def test_a_read_only_folder_is_unavailable() -> None:
    with unprivileged() as folder:
        drop_rights(folder)
        with SqliteStore(folder / "x.db") as store, pytest.raises(StoreUnavailable, match=r"x\.db"):
            store.migrate()


def test_a_read_only_file_refuses_writes(made: SqliteStore) -> None:
    made.close()
    with unprivileged() as folder:
        copy = folder / "x.db"
        copy.write_bytes(made.path.read_bytes())
        copy.chmod(0o444)
        drop_rights(folder)
        with SqliteStore(copy) as store:
            for ask in (store.migrate, lambda: store.write(Batch(articles=[article()]))):
                with pytest.raises(StoreUnavailable, match=r"x\.db"):
                    ask()


def test_a_full_disk_loses_the_batch_and_nothing_else(made: SqliteStore) -> None:
    kept = store_events(made, 5)
    with made._files.locked() as connection:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages + 2}")
    big = article("x" * 100_000)
    with pytest.raises(StoreUnavailable, match="full") as caught:
        made.write(Batch(articles=[big], events=[event(evidence(big), relation="visit")]))
    assert isinstance(caught.value.__cause__, sqlite3.Error)
    assert list(made.events(EventQuery()).items) == kept
    with made._files.locked() as connection:
        connection.execute("PRAGMA max_page_count = 100000")
    assert made.write(Batch(articles=[big])).articles == 1


def test_text_that_is_no_unicode_is_refused(made: SqliteStore) -> None:
    with pytest.raises(InvalidInput):
        made.write(Batch(articles=[article("half a surrogate \ud800")]))
    assert made.statistics().articles == 0


# Backup, derived tables, and the factory


def test_a_backup_is_a_store(made: SqliteStore, tmp_path: Path) -> None:
    written = store_events(made, 3)
    copy = tmp_path / "copy.db"
    made.backup(copy)
    with SqliteStore(copy) as store:
        assert list(store.events(EventQuery()).items) == written
        assert store_events(store, 1, tag=" in the copy")
    assert made.statistics().articles == 1
    with pytest.raises(InvalidInput, match=r"copy\.db: exists"):
        made.backup(copy)
    with pytest.raises(StoreUnavailable):
        made.backup(tmp_path / "no" / "where.db")


def test_what_is_kept_in_step_equals_what_is_computed_anew(made: SqliteStore) -> None:
    first, second = article(), article("Second.", publisher="The Herald")
    made.write(
        Batch(
            articles=[first], events=[event(evidence(first)), event(evidence(first), target=None)]
        )
    )
    made.write(Batch(articles=[second], events=[event(evidence(second, confidence=0.3))]))
    store_events(made, 30)
    made.remove_article(first.id)

    def derived() -> list[object]:
        with made._files.reading() as connection:
            return [
                connection.execute(f"SELECT * FROM {table} ORDER BY 1, 2, 3, 4").fetchall()
                for table in ("incidence", "pair", "actor_relation", "actor", "event")
            ]

    before = derived()
    with made._files.writing() as connection:
        connection.execute("UPDATE meta SET value = 'stale' WHERE key = 'ontology'")
    made.migrate()
    assert derived() == before


def test_a_url_opens_a_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for url, name in (("sqlite:///a%20b.db", "a b.db"), (f"sqlite:///{tmp_path}/c.db", "c.db")):
        with open_store(url, timeout=1) as store:
            store.migrate()
            store.check()
        assert (tmp_path / name).exists()


@pytest.mark.parametrize(
    "url",
    [
        "",
        "graph.db",
        "sqlite://",
        "sqlite:///",
        "sqlite://host/graph.db",
        "sqlite:///a.db?mode=ro",
        "postgres://host/db",
        "http://[",
    ],
)
def test_another_url_is_refused_by_name(url: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        open_store(url)
    assert repr(url) in str(caught.value)

"""A store copied into another holds the same, and says so only when it does."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from graph.copying import compare, copy
from graph.errors import StoreUnavailable
from graph.store import Batch, Store, Written
from graph.stores.sqlite import SqliteStore
from tests.builders import PUTIN, article, event, evidence, problem
from tests.contracts.helpers import store_events
from tests.neo4j_databases import Database


@pytest.fixture
def source(tmp_path: Path) -> Iterator[SqliteStore]:
    with SqliteStore(tmp_path / "source.db") as store:
        store.migrate()
        store_events(store, 7)
        first, second = article("They signed."), article("Nothing happened.", publisher="b")
        made = event(evidence(first, source_via=PUTIN, confidence=0.6))
        again = event(evidence(second, confidence=0.8))
        store.write(Batch([first, second], [made, again], [problem(first), problem(second)]))
        store.write(Batch([article("Only a text.")]))
        yield store


@pytest.fixture
def target(tmp_path: Path) -> Iterator[SqliteStore]:
    with SqliteStore(tmp_path / "target.db") as store:
        store.migrate()
        yield store


def silent(_: Written) -> None:
    """Progress that nobody watches."""


def holds_the_same(one: Store, other: Store) -> None:
    assert list(other.export()) == list(one.export())
    assert other.statistics() == one.statistics()
    found = compare(one, other)
    assert found == compare(other, one)
    assert (found.missing, found.more) == ((), 0)
    assert (found.articles, found.events, found.evidence, found.problems) == (4, 8, 9, 2)


def test_a_copy_holds_the_same_and_a_second_run_adds_nothing(
    source: SqliteStore, target: SqliteStore
) -> None:
    assert copy(source, target, silent) == Written(4, 8, 9, 2)
    holds_the_same(source, target)
    assert copy(source, target, silent) == Written()


def test_from_sqlite_to_neo4j_and_back(
    source: SqliteStore, target: SqliteStore, neo4j_lts: Database
) -> None:
    neo4j_lts.wipe()
    with neo4j_lts.open() as server:
        server.migrate()
        copy(source, server, silent)
        holds_the_same(source, server)
        copy(server, target, silent)
        holds_the_same(source, target)
        listed = list(server.export_articles())
    assert listed == list(source.export_articles())
    assert [found.id for found, _ in listed] == sorted(found.id for found, _ in listed)


class Breaking(SqliteStore):
    """Goes away after a few batches."""

    left = 1

    def write(self, batch: Batch) -> Written:
        if not self.left:
            raise StoreUnavailable("gone")
        self.left -= 1
        return super().write(batch)


def test_a_copy_that_broke_off_goes_on(source: SqliteStore, tmp_path: Path) -> None:
    path = tmp_path / "target.db"
    with Breaking(path) as store:
        store.migrate()
        with pytest.raises(StoreUnavailable):
            copy(source, store, silent)
        assert store.statistics().articles == 4
        assert len(compare(source, store).missing) == 5, "five of eight are named"
    with SqliteStore(path) as store:
        assert copy(source, store, silent) == Written(0, 8, 9, 0)
        holds_the_same(source, store)


def test_what_is_missing_or_more_is_told(source: SqliteStore, target: SqliteStore) -> None:
    copy(source, target, silent)
    before = compare(source, target).checksum
    extra = article("Later.")
    target.write(Batch([extra]))
    assert compare(source, target).more == 1
    assert compare(source, target).checksum == before
    gone = next(iter(source.export())).evidence[0].article_id
    target.remove_article(gone)
    found = compare(source, target)
    assert gone in found.missing
    assert len(found.missing) > 1, "its events are missing too"

"""What goes wrong with a server has its own message, and nothing is lost or stored twice."""

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest

from graph.access import Access
from graph.errors import InvalidInput, NotFound, SchemaMismatch, StoreError, StoreUnavailable
from graph.factory import open_store
from graph.model import Actor, ActorKind, Article, NamedActor, Problem
from graph.store import Batch, EventQuery, TieQuery
from graph.stores import neo4j_rows, neo4j_schema, neo4j_ties
from graph.stores.neo4j import Neo4jStore
from tests.builders import DAY, IRN, RUS, USA, article, event, evidence
from tests.conftest import REPOSITORY
from tests.contracts.helpers import HOSTILE, store_events
from tests.neo4j_databases import Database
from tests.neo4j_server import free_port


@pytest.fixture
def store(neo4j_lts: Database) -> Iterator[Neo4jStore]:
    neo4j_lts.wipe()
    with neo4j_lts.open() as opened:
        opened.migrate()
        yield opened


def test_a_server_that_is_not_there_is_told_at_once() -> None:
    port = free_port()
    for scheme in ("bolt", "neo4j"):
        url = f"{scheme}://127.0.0.1:{port}"
        started = time.monotonic()
        with open_store(url) as store:
            for ask in (store.check, store.statistics, store.migrate):
                with pytest.raises(StoreUnavailable, match=f"{url}: no Neo4j answers there"):
                    ask()
        assert time.monotonic() - started < 5


def test_a_wrong_password_is_told(neo4j_lts: Database) -> None:
    for access in (Access("neo4j", "not the password"), Access("")):
        with open_store(neo4j_lts.uri, access=access) as store:
            words = f"the user {access.user!r} or the password is wrong"
            with pytest.raises(StoreUnavailable, match=words):
                store.check()


def test_a_database_that_is_not_there_is_told(neo4j_lts: Database) -> None:
    access = replace(neo4j_lts.access, database="nowhere")
    with open_store(neo4j_lts.uri, access=access) as store:
        for ask in (store.check, store.migrate, store.statistics):
            with pytest.raises(StoreUnavailable, match="there is no database 'nowhere'"):
                ask()


def test_an_access_never_shows_its_password() -> None:
    assert "secret" not in repr(Access("me", "secret"))
    for url in ("neo4j://me:secret@host", "bolt://:secret@host:7687"):
        with pytest.raises(InvalidInput, match="WESTPHALIA_STORE_PASSWORD") as caught:
            open_store(url)
        assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    "url", ["neo4j://", "bolt:///graph", "neo4j://host/graph", "bolt://host#x", "http://host"]
)
def test_an_url_of_another_form_is_refused(url: str) -> None:
    with pytest.raises(InvalidInput):
        open_store(url)


def test_an_empty_database_wants_a_migration(neo4j_lts: Database) -> None:
    neo4j_lts.wipe()
    with neo4j_lts.open() as store:
        for ask in (store.check, store.statistics, lambda: store.write(Batch())):
            with pytest.raises(SchemaMismatch, match="holds no Westphalia graph yet; run migrate"):
                ask()


def test_another_schema_is_told(store: Neo4jStore, neo4j_lts: Database) -> None:
    for version, words in ((0, "this program needs 3; run migrate"), (99, "is newer than")):
        neo4j_lts.run("MATCH (s:Schema) SET s.version = $version", version=version)
        for ask in (store.check, store.statistics, lambda: store.write(Batch([article()]))):
            with pytest.raises(SchemaMismatch, match=words):
                ask()
    with pytest.raises(SchemaMismatch, match="newer"):
        store.migrate()
    neo4j_lts.run("MATCH (s:Schema) SET s.version = 0")
    store.migrate()
    store.check()


def test_a_database_of_another_program_is_left_alone(neo4j_lts: Database) -> None:
    neo4j_lts.wipe()
    neo4j_lts.run("CREATE (:Recipe {name: 'soup'})")
    with neo4j_lts.open() as store, pytest.raises(SchemaMismatch, match="Recipe"):
        store.migrate()
    assert neo4j_lts.run("MATCH (n) RETURN labels(n)") == [[["Recipe"]]]


def test_with_another_ontology_migrate_computes_everything_anew(
    store: Neo4jStore, neo4j_lts: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    store_events(store, 30)
    before = (store.ties("RUS", TieQuery(DAY)), store.actor("IRN"), list(store.export()))
    neo4j_lts.run("MATCH (e:Event) SET e.weight = 0.0")
    with monkeypatch.context() as patch:
        patch.setattr(neo4j_schema, "ontology_fingerprint", lambda: "other")
        with pytest.raises(SchemaMismatch, match="another ontology"):
            store.statistics()
        store.migrate()
        store.check()
    with pytest.raises(SchemaMismatch, match="another ontology"):
        store.check()
    store.migrate()
    after = (store.ties("RUS", TieQuery(DAY)), store.actor("IRN"), list(store.export()))
    assert after == before


def test_a_store_of_schema_1_is_brought_up_to_date(store: Neo4jStore, neo4j_lts: Database) -> None:
    """Schema 1 had no sums and no key of pairs, and neither the constraint nor the index."""
    store_events(store, 30)
    query = TieQuery(DAY)

    def answers() -> tuple[object, ...]:
        return store.ties("RUS", query), store.latest("RUS", ["IRN"], query, 5)

    before = answers()
    assert before[0]
    neo4j_lts.run("MATCH (r:TieRecord) DELETE r")
    neo4j_lts.run("MATCH (r:EventRecord) REMOVE r.pair")
    neo4j_lts.run("DROP CONSTRAINT westphalia_tierecord_name")
    neo4j_lts.run("DROP INDEX westphalia_eventrecord_pair")
    neo4j_lts.run("MATCH (s:Schema) SET s.version = 1")
    with pytest.raises(SchemaMismatch, match="schema 1, this program needs 3; run migrate"):
        answers()
    store.migrate()
    assert answers() == before


def test_two_pairs_with_one_key_are_told_apart(
    store: Neo4jStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (neo4j_rows, neo4j_ties):
        monkeypatch.setattr(module, "pair_key", lambda *_: "0" * 16)
    source = article()
    made = [
        event(evidence(source), source=one, target=other)
        for one, other in ((RUS, IRN), (IRN, USA), (USA, RUS), (IRN, RUS))
    ]
    store.write(Batch([source], made))
    latest = store.latest("RUS", ["IRN", "USA"], TieQuery(DAY), 2)
    assert {key: {head.id for head in heads} for key, heads in latest.items()} == {
        "IRN": {made[0].id, made[3].id},
        "USA": {made[2].id},
    }


def test_a_transaction_that_takes_too_long_is_ended_and_told(
    store: Neo4jStore, neo4j_lts: Database
) -> None:
    with neo4j_lts.driver.session() as session, session.begin_transaction() as other:
        other.run("MATCH (w:Writer) SET w.turns = w.turns").consume()
        with neo4j_lts.open(timeout=1.0) as hasty:
            with pytest.raises(StoreUnavailable, match=r"longer than 1 s .*and was ended"):
                hasty.write(Batch([article()]))
            assert hasty.statistics().articles == 0, "readers do not wait for writers"
        other.rollback()
    assert store.write(Batch([article()])).articles == 1


def test_a_writer_that_died_while_committing_keeps_readers_for_a_moment_only(
    store: Neo4jStore, neo4j_lts: Database
) -> None:
    store_events(store, 3)
    neo4j_lts.run("MATCH (g:Gate) SET g.shut = g.shut + 1")
    started = time.monotonic()
    assert store.statistics().events == 3
    assert time.monotonic() - started < 5
    started = time.monotonic()
    assert store.statistics().events == 3
    assert time.monotonic() - started < 0.5, "the gate was opened again"


def test_readers_of_several_statements_never_see_half_a_batch(
    store: Neo4jStore, neo4j_lts: Database
) -> None:
    """An actor's events and those of its partner grow together, whatever is read when."""
    done, torn = threading.Event(), []

    def read() -> None:
        with neo4j_lts.open() as own:
            while not done.is_set():
                exported = len(list(own.export()))
                total = own.statistics()
                if exported % 10 or total.events % 10 or total.events != total.evidence:
                    torn.append((exported, total))

    store_events(store, 10)
    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    try:
        for number in range(1, 12):
            days = DAY.replace(year=1900 + number)
            store_events(store, 10, start=days, tag=f" {number}")
    finally:
        done.set()
        for reader in readers:
            reader.join()
    assert torn == []


def test_two_processes_may_migrate_and_write_at_once(neo4j_lts: Database) -> None:
    neo4j_lts.wipe()
    for (name,) in neo4j_lts.run("SHOW CONSTRAINTS YIELD name RETURN name"):
        neo4j_lts.run(f"DROP CONSTRAINT {name}")
    others = "SHOW INDEXES YIELD name, type WHERE type <> 'LOOKUP' RETURN name"
    for (name,) in neo4j_lts.run(others):
        neo4j_lts.run(f"DROP INDEX {name}")
    code = (
        "import os, sys\n"
        "from graph.access import Access\n"
        "from graph.factory import open_store\n"
        "from tests.contracts.helpers import store_events\n"
        "store = open_store(sys.argv[1], access=Access('neo4j', sys.argv[2]))\n"
        "store.migrate()\n"
        "for n in range(5):\n"
        "    store_events(store, 5, tag=f' {os.getpid()} {n}')\n"
        "store.close()\n"
    )
    command = [sys.executable, "-W", "error", "-c", code, neo4j_lts.uri, neo4j_lts.access.password]
    processes = [
        subprocess.Popen(command, cwd=REPOSITORY, stderr=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    for other in processes:
        _, errors = other.communicate(timeout=120)
        assert (other.returncode, errors) == (0, "")
    with neo4j_lts.open() as store:
        assert store.statistics().articles == 10
        assert store.statistics().events == 5
        assert store.statistics().evidence == 50


INJECTIONS = [
    *HOSTILE[:4],
    "x'}) DETACH DELETE n //",
    "`]->() MATCH (m) DETACH DELETE m RETURN `",
    "$rows {name: row.name} CALL db.labels()",
    'a") OR 1=1 RETURN "',
    "+(* OR name:*) AND ~",
]


@pytest.mark.parametrize("text", INJECTIONS, ids=range(len(INJECTIONS)))
def test_no_text_is_ever_run(store: Neo4jStore, neo4j_lts: Database, text: str) -> None:
    """Through every field that holds a text, and every question that takes one."""
    store_events(store, 2)
    labels = "MATCH (n) UNWIND labels(n) AS l RETURN DISTINCT l"
    types = "MATCH ()-[r]->() RETURN DISTINCT type(r)"
    before = [sorted(map(str, neo4j_lts.run(ask))) for ask in (labels, types)]
    source = Article(text=text, title=text, url=text, publisher=text, language=text)
    one = Actor(f"one {text}", text, ActorKind.STATE, text)
    other = Actor(f"other {text}", text, ActorKind.STATE, None)
    via = Actor(text, text, ActorKind.STATE, text)
    proof = replace(
        evidence(source, source_via=via, target_via=via, attributed_to=via, rule=text),
        trigger_text=text,
        extractor=text,
    )
    made = event(proof, source=one, target=other, relation="meeting")
    seen = Problem(source.id, text, text)
    store.write(Batch([source], [made], [seen]))
    store.write_actors([NamedActor(via, (text, text))])
    assert store.article(source.id) == source
    assert store.event(made.id) == made
    assert store.problems(source.id) == (seen,)
    assert store.actor(text).aliases == (text, text)
    assert [tie.partner.id for tie in store.ties(one.id, TieQuery(DAY))] == [other.id]
    assert store.latest(one.id, [other.id], TieQuery(DAY), 1)[other.id][0].id == made.id
    assert store.events(EventQuery(actor=text, source=one.id, target=other.id)).items == (made,)
    for query in (
        EventQuery(relations=frozenset([text])),
        EventQuery(event_types=frozenset([text])),
    ):
        assert store.events(query).items == ()
    for ask in (store.event, store.article, store.remove_article):
        with pytest.raises(NotFound):
            ask(text)
    assert via in store.search_actors(text) or not any(map(str.isalnum, text))
    with pytest.raises(InvalidInput):
        store.write(Batch([source], [replace(made, relation=text)]))
    after = [sorted(map(str, neo4j_lts.run(ask))) for ask in (labels, types)]
    assert after == [
        sorted({*before[0], "['Problem']"}),
        sorted({*before[1], "['VIA']", "['HAS_PROBLEM']"}),
    ]
    assert store.statistics().events == 3


def test_nul_is_refused_with_the_id_of_the_article(store: Neo4jStore) -> None:
    with pytest.raises(InvalidInput, match=r"article a[0-9a-f]{32}: NUL character in its text"):
        Article(text="Russia met\0Iran.")
    assert store.known_articles(["nul\0"]) == frozenset()
    assert store.search_actors("\0") == ()


def test_what_the_server_refuses_is_an_error_of_ours_that_keeps_its_cause(
    store: Neo4jStore, neo4j_lts: Database
) -> None:
    """An id too long for an index is refused by the server itself."""
    huge = Actor("x" * 40_000, "Huge", ActorKind.STATE)
    source = article()
    with pytest.raises(StoreError, match=neo4j_lts.uri) as caught:
        store.write(Batch([source], [event(evidence(source), source=huge)]))
    assert caught.value.__cause__ is not None
    assert store.statistics().articles == 0


def test_a_server_that_goes_and_comes_back_is_waited_for(
    store: Neo4jStore, neo4j_lts: Database
) -> None:
    if neo4j_lts.server is None:
        pytest.skip("the server is not ours to stop")
    store_events(store, 3)
    waiting = replace(neo4j_lts.access, patience=90.0)
    leaving = replace(neo4j_lts.access, patience=1.0)
    with (
        open_store(neo4j_lts.uri, timeout=60, access=waiting) as patient,
        open_store(neo4j_lts.uri, access=leaving) as hasty,
        neo4j_lts.open() as late,
    ):
        assert patient.statistics() == hasty.statistics()
        neo4j_lts.server.kill()
        started = time.monotonic()
        for ask in (late.check, store.check, hasty.statistics):
            with pytest.raises(StoreUnavailable, match="no Neo4j answers"):
                ask()
        assert time.monotonic() - started < 10, "who only reads is not kept waiting"
        starting = threading.Thread(target=neo4j_lts.server.start)
        starting.start()
        source = article("Later they met again.")
        made = event(evidence(source), source=IRN, target=RUS, relation="visit")
        assert patient.write(Batch([source], [made])).events == 1
        starting.join()
        assert hasty.statistics().events == 4

"""The inbox in Neo4j beside the graph that people open, and what coded an article."""

import re
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from graph.errors import InvalidInput, SchemaMismatch
from graph.inbox import ArticleState, Failure, InboxCounts, Task
from graph.model import Article
from graph.store import Batch
from graph.stores import neo4j_inbox, neo4j_lists, neo4j_schema
from graph.stores.neo4j import Neo4jStore
from tests.builders import DAY, article, event, evidence, noon
from tests.contracts.helpers import store_events
from tests.graph.test_neo4j_faults import INJECTIONS
from tests.neo4j_databases import Database

NOW = noon(DAY)
LEASE = timedelta(minutes=2)


@pytest.fixture
def store(neo4j_lts: Database) -> Iterator[Neo4jStore]:
    neo4j_lts.wipe()
    with neo4j_lts.open() as opened:
        opened.migrate()
        yield opened


def articles(count: int) -> list[Article]:
    return [article(f"Russia met Iran {n} times.") for n in range(count)]


def test_the_inbox_stands_apart_from_what_people_open(
    store: Neo4jStore, neo4j_lts: Database
) -> None:
    waiting = article("Russia met Iran.", title="They meet")
    store_events(store, 3)
    before = neo4j_lts.run("MATCH (n) WHERE NOT n:InboxRecord RETURN count(n)")
    store.receive([waiting], NOW)
    ((labels, name, kind),) = neo4j_lts.run(
        "MATCH (i:InboxRecord) RETURN labels(i), i.name, valueType(i.received_at)"
    )
    assert (labels, name, kind) == (["InboxRecord"], "They meet", "ZONED DATETIME NOT NULL")
    assert neo4j_lts.run("MATCH (i:InboxRecord)--(n) RETURN n") == []
    words = "CALL db.index.fulltext.queryNodes('westphalia_actor_words', 'meet*') YIELD node "
    assert neo4j_lts.run(f"{words} RETURN node") == []
    store.write(Batch([waiting]))
    assert neo4j_lts.run("MATCH (n) RETURN count(n)") == [[before[0][0] + 2]]  # type: ignore[operator]


def test_what_coded_an_article_stands_on_its_record_alone(
    store: Neo4jStore, neo4j_lts: Database
) -> None:
    source = article()
    store.write(Batch([source], [event(evidence(source))], coder="coder 1"))
    assert neo4j_lts.run("MATCH (n) WHERE n.coder IS NOT NULL RETURN labels(n), n.coder") == [
        [["ArticleRecord"], "coder 1"]
    ]


def test_moments_are_exact_to_the_microsecond(store: Neo4jStore) -> None:
    (one,) = articles(1)
    for moment in (
        datetime(1, 1, 1, tzinfo=UTC),
        datetime(2025, 1, 17, 23, 59, 59, 999_999, UTC),
        datetime(9999, 12, 31, 23, 59, 59, 999_999, UTC),
    ):
        store.receive([one], moment)
        assert store.tasks([one.id])[one.id].received_at == moment
        assert store.inbox() == InboxCounts(received=1, oldest=moment)
        assert len(store.claim("one", 1, moment, timedelta(0))) == 1
        store.drop([one.id])


QUESTIONS: list[tuple[str, dict[str, Any]]] = [
    (neo4j_inbox._DUE, {"now": NOW, "limit": 5}),
    (neo4j_inbox._LIST, {"state": "dead", "after": "", "limit": 5}),
    (neo4j_lists._OUTDATED, {"coder": "coder 1", "after": "", "limit": 5}),
    (neo4j_lists._OUTDATED_SINCE, {"coder": "c", "after": "", "limit": 5, "since": NOW}),
    (neo4j_lists._NEXT_CODER, {"least": "coder"}),
]


def assert_walked_in_order(database: Database) -> None:
    """No more is read than is told, however much there is."""
    database.wipe()
    with database.open() as opened:
        opened.migrate()
    for statement, values in QUESTIONS:
        with database.driver.session() as session:
            plan = session.run(f"EXPLAIN {statement}", values).consume().plan
        steps = set(re.findall(r"'operatorType': '(\w+)", str(plan)))
        assert "NodeIndexSeek" in steps, statement
        assert not {"Sort", "Top", "PartialSort", "NodeByLabelScan", "Eager"} & steps, statement


def test_what_is_asked_for_is_walked_in_the_order_of_an_index(neo4j_lts: Database) -> None:
    assert_walked_in_order(neo4j_lts)


def test_the_current_line_walks_indexes_in_their_order_too(neo4j_current: Database) -> None:
    assert_walked_in_order(neo4j_current)


def test_eight_stores_at_once_claim_each_article_once(
    store: Neo4jStore, neo4j_lts: Database
) -> None:
    made = articles(100)
    store.receive(made, NOW)
    start, failed = threading.Barrier(8), list[BaseException]()
    got: list[Task] = []

    def work(name: str) -> None:
        try:
            with neo4j_lts.open() as own:
                own.check()
                start.wait()
                while claimed := own.claim(name, 3, NOW, LEASE):
                    got.extend(claimed)
        except BaseException as error:  # told below, in the thread of the test
            failed.append(error)

    threads = [threading.Thread(target=work, args=(name,)) for name in "abcdefgh"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert sorted(task.article.id for task in got) == sorted(item.id for item in made)
    assert store.inbox() == InboxCounts(claimed=100, oldest=NOW)


def test_workers_that_claim_and_store_at_once_leave_nothing_behind(
    store: Neo4jStore, neo4j_lts: Database
) -> None:
    """Whoever reads meanwhile finds each article in the inbox or in the store."""
    made = articles(40)
    keys = [item.id for item in made]
    store.receive(made, NOW)
    failed: list[BaseException] = []
    lost: list[int] = []
    done = threading.Event()

    def work(name: str) -> None:
        try:
            with neo4j_lts.open() as own:
                while claimed := own.claim(name, 3, NOW, LEASE):
                    sources = [task.article for task in claimed]
                    own.write(Batch(sources, [event(evidence(source)) for source in sources]))
        except BaseException as error:
            failed.append(error)

    def watch() -> None:
        with neo4j_lts.open() as own:
            while not done.is_set():
                waiting = own.tasks(keys).keys()
                if len(waiting | own.known_articles(keys)) != len(keys):
                    lost.append(len(waiting))

    watcher = threading.Thread(target=watch)
    watcher.start()
    threads = [threading.Thread(target=work, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    done.set()
    watcher.join()
    assert (failed, lost) == ([], [])
    assert store.inbox() == InboxCounts()
    found = store.statistics()
    assert (found.articles, found.evidence, found.events) == (40, 40, 1)


def test_asking_in_vain_keeps_no_reader_waiting(store: Neo4jStore, neo4j_lts: Database) -> None:
    """The gate is moved by what changes something only."""
    gate = "MATCH (g:Gate) RETURN g.shut"
    before = neo4j_lts.run(gate)
    assert store.claim("one", 9, NOW, LEASE) == ()
    assert store.renew("one", ["a0"], NOW) == frozenset()
    assert store.retry(["a0"], NOW) == store.drop(["a0"]) == frozenset()
    store.fail([], NOW)
    assert store.receive([], NOW) == frozenset()
    assert neo4j_lts.run(gate) == before
    store.receive(articles(1), NOW)
    assert neo4j_lts.run(gate) != before


def test_a_store_of_schema_2_is_brought_up_to_date(
    store: Neo4jStore, neo4j_lts: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Schema 2 had no inbox and did not say what coded an article."""
    made = articles(7)
    store.write(Batch(made, [event(evidence(source)) for source in made]))
    before = list(store.export())
    neo4j_lts.run("MATCH (r:ArticleRecord) REMOVE r.coder")
    neo4j_lts.run("DROP CONSTRAINT westphalia_inboxrecord_id")
    for name in ("articlerecord_coder", "inboxrecord_due", "inboxrecord_state"):
        neo4j_lts.run(f"DROP INDEX westphalia_{name}")
    neo4j_lts.run("MATCH (s:Schema) SET s.version = 2")
    for ask in (store.inbox, lambda: store.receive(made, NOW), lambda: store.outdated("c 1", 9)):
        with pytest.raises(SchemaMismatch, match="schema 2, this program needs 3; run migrate"):
            ask()
    monkeypatch.setattr(neo4j_schema, "_CHUNK", 2)
    store.migrate()
    store.migrate()
    assert list(store.outdated("coder 1", 9)) == sorted(item.id for item in made)
    assert list(store.export()) == before
    store.receive([*made, article("Another.")], NOW)
    assert store.inbox() == InboxCounts(received=1, oldest=NOW)


def test_replacing_many_articles_makes_the_graph_that_writing_makes(
    store: Neo4jStore, neo4j_lts: Database
) -> None:
    layer = (
        "MATCH (a:Actor)-[r]->(b:Actor) RETURN a.id, type(r), b.id, properties(r) "
        "ORDER BY a.id, type(r), b.id"
    )
    sums = "MATCH (r:TieRecord) RETURN r.name, r.sums ORDER BY r.name"
    busy = "MATCH (r:ActorRecord) RETURN r.id, r.events ORDER BY r.id"

    def seen() -> list[object]:
        return [neo4j_lts.run(statement) for statement in (layer, sums, busy)]

    made = articles(6)
    days = [date(2025, 1, 1 + n // 2) for n in range(6)]
    right = [event(evidence(of), day=day) for of, day in zip(made, days, strict=True)]
    wrong = [event(evidence(of), relation="attack") for of in made]
    other = article("Kept.")
    kept = Batch([other], [event(evidence(other), day=days[0]), event(evidence(other))])
    store.write(kept)
    store.write(Batch(made, right))
    wanted = seen()
    store.replace(Batch(made[:4], wrong[:4]))
    assert seen() != wanted
    assert store.replace(Batch(made, right)).articles == 0
    assert seen() == wanted
    gate = neo4j_lts.run("MATCH (g:Gate) RETURN g.shut")
    store.rebuild()
    assert neo4j_lts.run("MATCH (g:Gate) RETURN g.shut") == gate, "nothing had to be changed"


def test_the_surest_report_may_go_from_the_middle(store: Neo4jStore, neo4j_lts: Database) -> None:
    """And the readable layer is as sure as the surest that is left."""
    made = articles(5)
    reports = zip(made, [0.5, 0.9, 0.9, 0.7, 0.6], range(5), strict=True)
    events = [
        event(evidence(of, confidence=sure), day=DAY + timedelta(days=n)) for of, sure, n in reports
    ]
    store.write(Batch(made, events))
    held = "MATCH (:State)-[r:TREATY]->() RETURN r.events, r.confidence, r.last_confidence"
    assert neo4j_lts.run(held) == [[5, 0.9, 0.6]]
    store.remove_article(made[1].id)
    assert neo4j_lts.run(held) == [[4, 0.9, 0.6]]
    store.remove_article(made[2].id)
    assert neo4j_lts.run(held) == [[3, 0.7, 0.6]]
    store.remove_article(made[4].id)
    assert neo4j_lts.run(held) == [[2, 0.7, 0.7]]


@pytest.mark.parametrize("text", INJECTIONS, ids=range(len(INJECTIONS)))
def test_no_text_of_the_inbox_is_ever_run(
    store: Neo4jStore, neo4j_lts: Database, text: str
) -> None:
    """Through every field that holds a text, and every question that takes one."""
    store_events(store, 2)
    held = "MATCH (n) WHERE NOT n:InboxRecord RETURN labels(n), count(*) ORDER BY labels(n)[0]"
    before = neo4j_lts.run(held)
    one = Article(text=text, title=text, url=text, publisher=text, language=text)
    store.receive([one], NOW)
    (task,) = store.claim(text, 1, NOW, LEASE)
    assert (task.article, task.worker) == (one, text)
    assert store.renew(text, [one.id, text], NOW + LEASE) == {one.id}
    store.fail([Failure(one, 1, text, text)], NOW)
    assert store.tasks([text, one.id]) == {
        one.id: Task(one, ArticleState.DEAD, 1, NOW, None, "", text, text)
    }
    assert store.list_tasks(ArticleState.DEAD, after=text) in ((), (store.tasks([one.id])[one.id],))
    assert store.retry([text], NOW) == store.drop([text]) == frozenset()
    assert len(store.outdated(text, 9, after="a")) == 1
    assert store.outdated("coder 1", 9, after=text) in ((), store.outdated("coder 1", 9))
    assert neo4j_lts.run(held) == before
    with pytest.raises(InvalidInput):
        store.write(Batch([one], [replace(event(evidence(one)), relation=text)], coder=text))
    store.write(Batch([one], coder=text))
    assert store.inbox() == InboxCounts()
    assert neo4j_lts.run("MATCH (r:ArticleRecord {id: $id}) RETURN r.coder", id=one.id) == [[text]]

"""What a person sees who opens the graph in Neo4j Browser, and how it is kept right."""

import random
import re
import threading
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest

from graph.model import Actor, ActorKind, Event, NamedActor, Status
from graph.ontology import load_ontology
from graph.reference import load_reference
from graph.store import Batch, TieQuery
from graph.stores.cypher import LABELS, RESERVED_TYPES, relation_types
from graph.stores.neo4j import Neo4jStore
from tests.builders import (
    DAY,
    IRN,
    NATO,
    PEZESHKIAN,
    PUTIN,
    RUS,
    USA,
    article,
    event,
    evidence,
    problem,
)
from tests.neo4j_databases import Database

_HASH = re.compile(r"[0-9a-f]{16}")
OPENED = ("Actor", "Event", "Article")


@pytest.fixture
def store(neo4j_lts: Database) -> Iterator[Neo4jStore]:
    neo4j_lts.wipe()
    with neo4j_lts.open() as opened:
        opened.migrate()
        yield opened


def one(database: Database, statement: str) -> Any:
    """The only value of the only row."""
    ((value,),) = database.run(statement)
    return value


def treaty() -> Batch:
    source = article("Russia and Iran signed a treaty.", title="They sign")
    proof = evidence(source, source_via=PUTIN, target_via=PEZESHKIAN, attributed_to=USA)
    return Batch([source], [event(proof)], [problem(source)])


def test_a_person_reads_names_dates_and_quotes(store: Neo4jStore, neo4j_lts: Database) -> None:
    store.write(treaty())
    assert neo4j_lts.run(
        "MATCH (s:Actor:State)-[:SOURCE_OF]->(e:Event)-[:TARGETS]->(t:State) "
        "MATCH (e)-[v:EVIDENCED_BY]->(a:Article) "
        "RETURN s.id, s.name, e.name, t.name, v.quote, v.start, v.end, v.confidence, a.name, a.url"
    ) == [
        [
            "RUS",
            "Russia",
            "Russia treaty Iran (2025-01-17)",
            "Iran",
            "Russia and Iran signed a treaty.",
            0,
            32,
            0.9,
            "They sign",
            "https://example.org/1",
        ]
    ]
    assert neo4j_lts.run(
        "MATCH (:Event)-[v:VIA]->(p:Person) RETURN v.side, p.name ORDER BY v.side"
    ) == [["source", "Vladimir Putin"], ["target", "Masoud Pezeshkian"]]


def test_the_readable_layer_joins_states_and_the_persons_named(
    store: Neo4jStore, neo4j_lts: Database
) -> None:
    store.write(treaty())
    found = one(
        neo4j_lts, "MATCH (:State {name: 'Russia'})-[r:TREATY]->(:State {name: 'Iran'}) RETURN r"
    )
    assert found["events"] == 1
    assert (found["asserted"], found["planned"]) == (1, 0)
    assert found["first_seen"].to_native() == found["last_seen"].to_native() == DAY
    assert found["confidence"] == 0.9
    assert found["last_quote"] == "Russia and Iran signed a treaty."
    assert (
        one(
            neo4j_lts,
            "MATCH (:Person {name: 'Vladimir Putin'})-[r:TREATY]->"
            "(:Person {name: 'Masoud Pezeshkian'}) RETURN r.events",
        )
        == 1
    )


def test_planned_is_told_from_asserted_and_what_is_denied_makes_no_edge(
    store: Neo4jStore, neo4j_lts: Database
) -> None:
    source = article()
    later = DAY + timedelta(days=9)
    events = [
        event(evidence(source), status=status, day=day)
        for status, day in (
            (Status.ASSERTED, DAY),
            (Status.PLANNED, later),
            (Status.HISTORICAL, date(1955, 5, 14)),
            (Status.HYPOTHETICAL, later),
            (Status.NEGATED, later),
        )
    ]
    store.write(Batch([source], events))
    found = one(neo4j_lts, "MATCH (:State)-[r:TREATY]->() RETURN r")
    assert (found["events"], found["asserted"], found["planned"]) == (3, 1, 1)
    assert found["first_seen"].to_native() == date(1955, 5, 14)
    assert found["last_seen"].to_native() == later
    denied = event(evidence(source), source=USA, status=Status.NEGATED)
    store.write(Batch(events=[denied]))
    assert one(neo4j_lts, "MATCH (:Actor {id: 'USA'})-[r:TREATY]->() RETURN count(r)") == 0


def test_nothing_that_people_open_holds_a_hash_or_a_text(
    store: Neo4jStore, neo4j_lts: Database
) -> None:
    long = article("Russia and Iran signed a treaty. " + "Much more was said about it. " * 90)
    store.write(treaty())
    store.write(Batch([long], [event(evidence(long, start=len(long.text) - 29))]))
    for label in OPENED:
        for (held,) in neo4j_lts.run(f"MATCH (n:{label}) RETURN properties(n)"):
            assert isinstance(held, dict)
            for name, value in held.items():
                assert not _HASH.search(str(value)), (label, name)
                assert len(str(value)) < 400, (label, name)
    for (held,) in neo4j_lts.run("MATCH ()-[r]->() WHERE NOT type(r) = 'HAS_PROBLEM' RETURN r"):
        for name, value in dict(held).items():  # type: ignore[call-overload]
            assert not _HASH.search(str(value)), name
    joined = "MATCH (n)-[]-(r:EventRecord|ArticleRecord|ActorRecord) WHERE NOT n:Problem RETURN n"
    assert neo4j_lts.run(joined) == []


def test_every_node_has_a_name_and_every_day_is_a_date(
    store: Neo4jStore, neo4j_lts: Database
) -> None:
    store.write(treaty())
    store.write(Batch([article("No title here.", title="")]))
    assert neo4j_lts.run("MATCH (n) WHERE n.name IS NULL OR n.name = '' RETURN n") == []
    assert one(neo4j_lts, "MATCH (a:Article) WHERE a.name STARTS WITH 'No' RETURN a.name") == (
        "No title here."
    )
    kinds = "MATCH (e:Event), (a:Article {name: 'They sign'}) RETURN valueType(e.day) + ' ' + "
    kinds += "valueType(e.reported_on) + ' ' + valueType(a.published_at)"
    assert one(neo4j_lts, kinds) == "DATE NOT NULL DATE NOT NULL ZONED DATETIME NOT NULL"


def test_every_kind_of_actor_has_its_label_and_changes_it(
    store: Neo4jStore, neo4j_lts: Database
) -> None:
    actors = [NamedActor(Actor(kind.value, kind.value.title(), kind)) for kind in ActorKind]
    store.write_actors(actors)
    found = neo4j_lts.run("MATCH (a:Actor) RETURN a.id, labels(a) ORDER BY a.id")
    assert {key: set(labels) for key, labels in found} == {  # type: ignore[call-overload]
        kind.value: {"Actor", LABELS[kind]} for kind in ActorKind
    }
    store.write_actors([NamedActor(Actor("state", "Now a person", ActorKind.PERSON))])
    assert one(neo4j_lts, "MATCH (a:Actor {id: 'state'}) RETURN labels(a)") == ["Actor", "Person"]


def layer(database: Database) -> list[list[object]]:
    types = list(relation_types().values())
    return database.run(
        "MATCH (a)-[r]->(b) WHERE type(r) IN $types "
        "RETURN a.id, type(r), b.id, properties(r) ORDER BY a.id, type(r), b.id",
        types=types,
    )


def random_batches(seed: int, count: int) -> list[Batch]:
    """Reports on a few actors and days, so that they meet often."""
    pick = random.Random(seed)
    states = [RUS, IRN, USA, NATO]
    persons = [None, PUTIN, PEZESHKIAN]
    batches = []
    for number in range(count):
        source = article(f"Report {number} of {seed}.", publisher=pick.choice("abc"))
        events = []
        for _ in range(pick.randint(1, 6)):
            one_end, other_end = pick.sample(states, 2)
            proof = evidence(
                source,
                confidence=pick.choice([0.4, 0.7, 1.0]),
                rule=str(pick.random()),
                source_via=pick.choice(persons),
                target_via=pick.choice(persons),
            )
            events.append(
                event(
                    proof,
                    source=one_end,
                    target=other_end,
                    relation=pick.choice(["treaty", "meeting", "attack"]),
                    status=pick.choice(list(Status)),
                    day=pick.choice([None, DAY, DAY + timedelta(days=pick.randint(1, 3))]),
                )
            )
        batches.append(Batch([source], events, [problem(source)]))
    return batches


def records(database: Database) -> list[object]:
    """The sums for ties and the keys of events, as stored."""
    return [
        database.run("MATCH (r:TieRecord) RETURN r.name, r.sums ORDER BY r.name"),
        database.run("MATCH (r:EventRecord) RETURN r.id, r.sort, r.pair ORDER BY r.id"),
    ]


def seen(store: Neo4jStore, database: Database) -> tuple[object, ...]:
    """Everything that must not depend on who wrote in which order; running numbers may."""
    actors = ("RUS", "IRN", "USA", "NATO", PUTIN.id, PEZESHKIAN.id)
    ties = [
        [(tie.partner.id, round(tie.cooperation, 6), round(tie.conflict, 6), tie.events) for tie in
         store.ties(actor, TieQuery(DAY + timedelta(days=9)))]
        for actor in actors
    ]  # fmt: skip
    profiles = [store.actor(actor) for actor in actors]
    held = database.run("MATCH (e:Event) RETURN e {.*, number: 0}")
    nodes = sorted(sorted(map(str, dict(row[0]).items())) for row in held)  # type: ignore[call-overload]
    return (
        list(store.export()),
        store.statistics(),
        ties,
        profiles,
        nodes,
        layer(database),
        records(database),
    )


def test_eight_writers_at_once_make_the_graph_that_one_makes(
    store: Neo4jStore, neo4j_lts: Database
) -> None:
    batches = random_batches(1, 48)
    for batch in batches:
        store.write(batch)
    alone = seen(store, neo4j_lts)
    neo4j_lts.wipe()
    store.migrate()
    failed: list[BaseException] = []

    def write(part: list[Batch]) -> None:
        try:
            with neo4j_lts.open() as own:
                for batch in part:
                    own.write(batch)
                own.write(part[0])
        except BaseException as error:  # told below, in the thread of the test
            failed.append(error)

    threads = [threading.Thread(target=write, args=(batches[n::8],)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert seen(store, neo4j_lts) == alone


def test_removing_articles_leaves_the_layer_of_the_rest(
    store: Neo4jStore, neo4j_lts: Database
) -> None:
    kept, gone = random_batches(2, 8), random_batches(3, 8)
    for batch in kept:
        store.write(batch)
    wanted = seen(store, neo4j_lts)
    for batch in gone:
        store.write(batch)
    assert seen(store, neo4j_lts) != wanted
    for batch in gone:
        store.remove_article(batch.articles[0].id)
    assert seen(store, neo4j_lts) == wanted


def test_after_every_removal_there_is_nothing_to_rebuild(
    store: Neo4jStore, neo4j_lts: Database
) -> None:
    batches = random_batches(5, 10)
    for batch in batches:
        store.write(batch)
    gate = "MATCH (g:Gate) RETURN g.shut"
    for batch in batches:
        store.remove_article(batch.articles[0].id)
        before = one(neo4j_lts, gate)
        store.rebuild()
        assert one(neo4j_lts, gate) == before
    assert layer(neo4j_lts) == []


def test_sums_keep_partners_whose_ids_look_like_lines_of_sums(store: Neo4jStore) -> None:
    source = article()
    ids = ["a\nb", "a%0Ab", "17 IRN 1 0 1 0", "IRN\n17", "%25", "2025-01", " "]
    partners = [Actor(key, "Somebody", ActorKind.STATE) for key in ids]
    made = [event(evidence(source), target=partner) for partner in partners]
    store.write(Batch([source], made))
    other = article("Said again.", publisher="The Herald")
    again = [event(evidence(other, confidence=0.5), target=partner) for partner in partners]
    store.write(Batch([other], again))
    for query in (TieQuery(DAY), TieQuery(DAY, half_life_days=99), TieQuery(DAY, since=DAY)):
        assert [tie.partner.id for tie in store.ties("RUS", query)] == sorted(ids)
    for key in ids:
        (tie,) = store.ties(key, TieQuery(DAY))
        assert (tie.partner, tie.events) == (RUS, 1)
    store.remove_article(source.id)
    store.remove_article(other.id)
    assert store.ties("RUS", TieQuery(DAY)) == ()


def test_rebuilding_mends_what_was_damaged_and_touches_nothing_else(
    store: Neo4jStore, neo4j_lts: Database
) -> None:
    for batch in random_batches(4, 10):
        store.write(batch)
    wanted = seen(store, neo4j_lts)
    neo4j_lts.run("MATCH (:State {id: 'RUS'})-[r:MEETING|TREATY]->() DELETE r")
    neo4j_lts.run("MATCH ()-[r:ATTACK]->() SET r.events = 99, r.last_quote = 'never said'")
    neo4j_lts.run("MATCH (a:Actor {id: 'IRN'}), (b:Actor {id: 'NATO'}) CREATE (a)-[:PRAISE]->(b)")
    neo4j_lts.run("MATCH (e:Event) SET e.weight = 0.0, e.name = 'lost'")
    neo4j_lts.run("MATCH (r:ActorRecord) SET r.events = 7")
    neo4j_lts.run("MATCH (r:TieRecord) WHERE r.name STARTS WITH 'RUS' DELETE r")
    neo4j_lts.run("MATCH (r:TieRecord {name: 'IRN 2025'}) SET r.sums = 'USA 1 0 1 0 739268 739269'")
    neo4j_lts.run("MATCH (r:TieRecord {name: 'IRN 2025-01'}) SET r.sums = '01 USA 1 0 1 0'")
    neo4j_lts.run("CREATE (:TieRecord {name: 'NATO 1812', sums: 'RUS 1 0 1 0 661500 661500'})")
    neo4j_lts.run("MATCH (r:EventRecord) SET r.sort = 'last', r.pair = 'nobody'")
    assert seen(store, neo4j_lts) != wanted
    store.rebuild()
    assert seen(store, neo4j_lts) == wanted
    assert [actor.id for actor in store.search_actors("russia")] == ["RUS"]
    gate = "MATCH (g:Gate) RETURN g.shut"
    before = one(neo4j_lts, gate)
    store.rebuild()
    assert one(neo4j_lts, gate) == before, "nothing had to be changed"


def test_the_reference_data_brings_offices_memberships_and_commitments(
    store: Neo4jStore, neo4j_lts: Database
) -> None:
    reference = load_reference()
    assert store.write_reference(reference)
    assert not store.write_reference(reference)
    held = neo4j_lts.run(
        "MATCH (:Person {id: 'vladimir-putin'})-[r:HOLDS_OFFICE {title: 'president'}]->"
        "(:State {id: 'RUS'}) RETURN toString(r.since), toString(r.until) ORDER BY r.since"
    )
    assert held == [["1999-12-31", "2008-05-07"], ["2012-05-07", None]]
    assert (
        one(
            neo4j_lts,
            "MATCH (:State {id: 'FIN'})-[r:MEMBER_OF]->(:Organization {id: 'NATO'}) "
            "RETURN toString(r.since)",
        )
        == "2023-04-04"
    )
    promised = neo4j_lts.run(
        "MATCH (:State {id: 'RUS'})-[r:COMMITTED_TO]-(:State {id: 'IRN'}) "
        "RETURN r.kind, r.instrument, toString(r.since)"
    )
    between = [c for c in reference.commitments if {"RUS", "IRN"} <= set(c.parties)]
    assert sorted(map(str, promised)) == sorted(
        str([c.kind.value, c.instrument, str(c.since)]) for c in between
    )
    count = "MATCH ()-[r:HOLDS_OFFICE]->() RETURN count(r)"
    assert one(neo4j_lts, count) == len(reference.terms)


def test_labels_and_types_are_those_of_the_ontology_only(
    store: Neo4jStore, neo4j_lts: Database
) -> None:
    source = article()
    every: list[Event] = [
        event(evidence(source), relation=relation) for relation in load_ontology().relations
    ]
    store.write(Batch([source], every))
    types = {row[0] for row in neo4j_lts.run("MATCH ()-[r]->() RETURN DISTINCT type(r)")}
    assert types <= set(relation_types().values()) | RESERVED_TYPES
    assert set(relation_types().values()) <= types

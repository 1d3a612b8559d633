"""Acts and quotes: both directions of one symmetric act are one, and a sentence is told once."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.model import Actor, Event, Status
from graph.ontology import load_ontology
from graph.proofs import EXAMINED_EVENTS, Proven, as_acts, prove
from graph.store import Batch, EventHead, TieQuery
from graph.stores.sqlite import SqliteStore
from tests.builders import DAY, IRN, RUS, USA, article, event, evidence

RELATIONS = load_ontology().relations


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    with SqliteStore(tmp_path / "graph.db") as found:
        found.migrate()
        yield found


def told(
    text: str,
    *,
    relation: str = "treaty",
    ends: tuple[Actor, Actor] = (RUS, IRN),
    status: Status = Status.ASSERTED,
    day: date = DAY,
    confidence: float = 1.0,
    publisher: str = "The Courier",
) -> Batch:
    """One event as one article tells it."""
    source = article(text, publisher=publisher)
    made = event(
        evidence(source, confidence=confidence),
        relation=relation,
        source=ends[0],
        target=ends[1],
        status=status,
        day=day,
    )
    return Batch(articles=[source], events=[made])


def put(store: SqliteStore, *batches: Batch) -> list[Event]:
    for batch in batches:
        store.write(batch)
    return [made for batch in batches for made in batch.events]


def ask(store: SqliteStore, limit: int = 3) -> Proven:
    return prove(store, "RUS", ["IRN"], TieQuery(DAY), limit)["IRN"]


def acts(found: Proven) -> dict[str, int]:
    return {act.relation: act.count for act in found.acts}


BACK = (IRN, RUS)


def test_both_directions_of_a_symmetric_act_are_one_act_with_one_quote(store: SqliteStore) -> None:
    put(store, told("They signed."), told("They signed.", ends=BACK))
    found = ask(store)
    assert [act.words for act in found.acts] == ["treaty"]
    assert found.examined == 2
    assert [proof.quote for proof in found.proofs] == ["They signed."]


def test_what_each_does_to_the_other_is_two_acts(store: SqliteStore) -> None:
    assert not RELATIONS["visit"].symmetric
    put(store, told("He came.", relation="visit"), told("She came.", relation="visit", ends=BACK))
    found = ask(store)
    assert acts(found) == {"visit": 2}
    assert len(found.proofs) == 2


def test_another_day_or_status_is_another_act(store: SqliteStore) -> None:
    put(
        store,
        told("One."),
        told("Two.", ends=BACK, day=DAY - timedelta(days=1)),
        told("Three.", ends=BACK, status=Status.PLANNED),
    )
    assert [act.words for act in ask(store).acts] == ["2 treaty", "treaty planned"]


def test_the_better_direction_of_an_act_is_quoted(store: SqliteStore) -> None:
    _, better = put(
        store, told("It is said.", confidence=0.4), told("It is sure.", ends=BACK, confidence=0.9)
    )
    (proof,) = ask(store).proofs
    assert (proof.event_id, proof.quote, proof.source) == (better.id, "It is sure.", IRN)


def test_a_sentence_that_tells_the_same_of_two_days_is_quoted_once(store: SqliteStore) -> None:
    """A wire story without a date of its own is dated by each paper that prints it."""
    put(
        store,
        told("They signed."),
        told("They  SIGNED.", day=DAY - timedelta(days=1), confidence=0.9, publisher="The Herald"),
        told("Two years of talks led to it.", day=DAY - timedelta(days=2), confidence=0.8),
    )
    found = ask(store, limit=2)
    assert acts(found) == {"treaty": 3}
    assert [proof.quote for proof in found.proofs] == [
        "They signed.",
        "Two years of talks led to it.",
    ]


def test_one_sentence_may_prove_two_relations(store: SqliteStore) -> None:
    put(store, told("They met and signed."), told("They met and signed.", relation="meeting"))
    assert [proof.relation for proof in ask(store).proofs] == ["treaty", "meeting"]


def test_only_the_latest_events_are_examined_and_the_weightiest_quoted(store: SqliteStore) -> None:
    put(
        store,
        *(
            told(f"They met {n}.", relation="meeting", day=DAY - timedelta(days=n))
            for n in range(EXAMINED_EVENTS - 1)
        ),
        told("They fought.", relation="invasion", day=DAY - timedelta(days=40)),
        told("They signed.", day=DAY - timedelta(days=80)),
    )
    found = ask(store, limit=1)
    assert acts(found) == {"meeting": EXAMINED_EVENTS - 1, "invasion": 1}
    assert [proof.quote for proof in found.proofs] == ["They fought."]
    assert ask(store, limit=0).proofs == ()


def test_partners_are_proven_apart_and_one_without_events_has_nothing(store: SqliteStore) -> None:
    put(store, told("They signed."), told("They met.", relation="meeting", ends=(USA, RUS)))
    put(store, told("Others met.", relation="meeting", ends=(USA, IRN)))
    found = prove(store, "RUS", ["USA", "IRN"], TieQuery(DAY), 3)
    assert [acts(found[partner]) for partner in ("USA", "IRN")] == [{"meeting": 1}, {"treaty": 1}]
    before = TieQuery(DAY - timedelta(days=1))
    assert prove(store, "RUS", ["IRN"], before, 3)["IRN"] == Proven((), 0, ())


@st.composite
def heads(draw: st.DrawFn) -> list[EventHead]:
    """Events of one pair as a store lists them: ids differ, everything else may coincide."""
    found = []
    for number in range(draw(st.integers(0, 8))):
        source, target = draw(st.sampled_from([("RUS", "IRN"), ("IRN", "RUS")]))
        found.append(
            EventHead(
                id=f"e{number}",
                relation=draw(st.sampled_from(["treaty", "meeting", "visit", "attack"])),
                status=draw(st.sampled_from([Status.ASSERTED, Status.PLANNED])),
                day=DAY + timedelta(days=draw(st.integers(0, 1))),
                source=source,
                target=target,
                confidence=1.0,
                mass=1.0,
            )
        )
    return found


@given(heads())
def test_acts_hold_every_event_once_and_pair_only_mirror_images(found: list[EventHead]) -> None:
    grouped = as_acts(found)
    assert sorted(head.id for act in grouped for head in act) == [head.id for head in found]
    for act in grouped:
        first, *rest = act
        assert len(rest) <= 1
        for other in rest:
            assert RELATIONS[first.relation].symmetric
            assert (other.relation, other.status, other.day) == (
                first.relation,
                first.status,
                first.day,
            )
            assert (other.source, other.target) == (first.target, first.source)
    alone = {
        (act[0].relation, act[0].status, act[0].day, act[0].source)
        for act in grouped
        if len(act) == 1 and RELATIONS[act[0].relation].symmetric
    }
    for relation, status, day, source in alone:
        assert (relation, status, day, "IRN" if source == "RUS" else "RUS") not in alone

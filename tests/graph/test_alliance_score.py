"""The score cannot be argued with: property tests, stances and trends."""

import tempfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.alliances import (
    ALLY,
    PARTNER,
    Stance,
    Trend,
    score,
    stance,
    trend,
)
from graph.model import Event, Status
from graph.ontology import load_ontology
from graph.store import Batch, Tie, TieQuery
from graph.stores.sqlite import SqliteStore
from tests.builders import DAY, IRN, RUS, article, event, evidence
from tests.contracts.reference_model import ModelStore

RELATIONS = load_ontology().relations
FRIENDLY = sorted(name for name, relation in RELATIONS.items() if relation.score > 0)
HOSTILE = sorted(name for name, relation in RELATIONS.items() if relation.score < 0)
masses = st.floats(0, 1e6)


@given(masses, masses, masses)
def test_more_cooperation_never_lowers_and_more_conflict_never_raises_a_score(
    cooperation: float, conflict: float, more: float
) -> None:
    assert score(cooperation + more, conflict) >= score(cooperation, conflict)
    assert score(cooperation, conflict + more) <= score(cooperation, conflict)


@given(masses, masses)
def test_a_score_lies_between_minus_one_and_one_and_is_fair(
    cooperation: float, conflict: float
) -> None:
    assert -1 <= score(cooperation, conflict) <= 1
    assert score(cooperation, conflict) == -score(conflict, cooperation)
    assert score(0, 0) == 0


@st.composite
def some_events(draw: st.DrawFn, relations: list[str], statuses: list[Status]) -> Event:
    """One event between RUS and IRN, on one of a few days, by one of two publishers."""
    source = article(
        draw(st.sampled_from(["They met.", "They spoke."])),
        publisher=draw(st.sampled_from(["The Courier", "The Herald"])),
    )
    ends = draw(st.sampled_from([(RUS, IRN), (IRN, RUS)]))
    return event(
        evidence(source, confidence=draw(st.sampled_from([0.3, 0.6, 1.0]))),
        source=ends[0],
        target=ends[1],
        relation=draw(st.sampled_from(relations)),
        status=draw(st.sampled_from(statuses)),
        day=DAY - timedelta(days=draw(st.integers(0, 4)) * 200),
    )


SOURCES = [
    article(text, publisher=publisher)
    for text in ("They met.", "They spoke.")
    for publisher in ("The Courier", "The Herald")
]
counted = [Status.ASSERTED, Status.PLANNED, Status.HISTORICAL]
anything = st.lists(some_events(FRIENDLY + HOSTILE, list(Status)), max_size=6)


def score_of(events: list[Event]) -> float:
    model = ModelStore()
    model.write(Batch(articles=SOURCES, events=events))
    found = model.ties("RUS", TieQuery(DAY)).get("IRN")
    return score(found.cooperation, found.conflict) if found else 0.0


@given(anything, some_events(FRIENDLY, counted))
def test_a_cooperative_event_never_lowers_a_score(before: list[Event], more: Event) -> None:
    assert score_of([*before, more]) >= score_of(before) - 1e-12


@given(anything, some_events(HOSTILE, counted))
def test_a_hostile_event_never_raises_a_score(before: list[Event], more: Event) -> None:
    assert score_of([*before, more]) <= score_of(before) + 1e-12


@given(anything, some_events(FRIENDLY + HOSTILE, [Status.NEGATED, Status.HYPOTHETICAL]))
def test_negated_and_hypothetical_events_count_not_at_all(before: list[Event], more: Event) -> None:
    assert score_of([*before, more]) == score_of(before)


@given(some_events(FRIENDLY + HOSTILE, [Status.ASSERTED]))
def test_a_planned_event_counts_less_than_an_asserted_one(done: Event) -> None:
    planned = replace(done, status=Status.PLANNED)
    assert 0 < abs(score_of([planned])) < abs(score_of([done]))
    assert score_of([planned]) * score_of([done]) > 0


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        (1.0, Stance.ALLY),
        (ALLY, Stance.ALLY),
        (0.59, Stance.PARTNER),
        (PARTNER, Stance.PARTNER),
        (0.19, Stance.MIXED),
        (0.0, Stance.MIXED),
        (-0.19, Stance.MIXED),
        (-PARTNER, Stance.RIVAL),
        (-0.59, Stance.RIVAL),
        (-ALLY, Stance.ADVERSARY),
        (-1.0, Stance.ADVERSARY),
    ],
)
def test_a_stance_is_a_word_for_a_score(value: float, wanted: Stance) -> None:
    assert stance(value) is wanted


@pytest.mark.parametrize(
    ("older", "recent", "wanted"),
    [
        ((0.0, 0.0), (8.0, 0.0), Trend.RISING),
        ((8.0, 0.0), (8.0, 0.0), Trend.STEADY),
        ((20.0, 0.0), (0.0, 0.0), Trend.FALLING),
        ((20.0, 0.0), (0.0, 20.0), Trend.FALLING),
        ((0.0, 20.0), (20.0, 0.0), Trend.RISING),
        ((0.0, 0.0), (0.1, 0.0), Trend.STEADY),
    ],
)
def test_a_trend_compares_the_last_year_with_the_time_before(
    older: tuple[float, float], recent: tuple[float, float], wanted: Trend
) -> None:
    tie = Tie(
        partner=IRN,
        cooperation=older[0] + recent[0],
        conflict=older[1] + recent[1],
        recent_cooperation=recent[0],
        recent_conflict=recent[1],
        events=1,
        planned=0,
        first_seen=DAY,
        last_seen=DAY,
    )
    assert trend(tie) is wanted


@settings(max_examples=15, deadline=None)
@given(anything)
def test_the_store_gives_the_score_of_the_plain_model(events: list[Event]) -> None:
    with tempfile.TemporaryDirectory() as folder, SqliteStore(Path(folder) / "g.db") as store:
        store.migrate()
        store.write(Batch(articles=SOURCES, events=events))
        ties = store.ties("RUS", TieQuery(DAY)) if events else ()
        found = score(ties[0].cooperation, ties[0].conflict) if ties else 0.0
    assert found == pytest.approx(score_of(events), abs=1e-8)

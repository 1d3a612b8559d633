"""The article that this project starts from, from its text to its events. It is read from the
shared data and not copied into the project."""

from collections.abc import Iterable
from pathlib import Path

import pytest

from graph.model import Event, Status
from graph.ontology import EventType, QuadClass, load_ontology
from ingest.pipeline import Coded, Pipeline
from tests.ingest.articles import article, claimed, statuses

UNREAL = {Status.HYPOTHETICAL, Status.NEGATED}


@pytest.fixture(scope="module")
def seed(pipeline: Pipeline, shared: Path) -> Coded:
    text = (shared / "seed" / "russia_iran_treaty.txt").read_text("utf-8")
    return pipeline.process(article(text, "2025-01-14"))


def between(events: Iterable[Event], source: str, target: str) -> list[Event]:
    return [e for e in events if e.source.id == source and e.target and e.target.id == target]


def types(events: Iterable[Event]) -> set[EventType]:
    ontology = load_ontology()
    found = [ontology.project(event.relation, event.status) for event in events]
    return {projection.event_type for projection in found if projection is not None}


def quoting(events: Iterable[Event], words: str) -> list[Event]:
    return [event for event in events if any(words in e.quote for e in event.evidence)]


def via(event: Event) -> tuple[str, str]:
    source, target = event.source_via, event.target_via
    return source.id if source else "", target.id if target else ""


@pytest.mark.parametrize("relation", ["treaty", "meeting"])
def test_russia_and_iran_plan_to_meet_and_to_sign_a_treaty(seed: Coded, relation: str) -> None:
    both = {("RUS", relation, "IRN"), ("IRN", relation, "RUS")}
    assert both <= claimed(seed.events, Status.PLANNED)
    for event in seed.events:
        if claimed([event]) <= both:
            assert event.status is Status.PLANNED
            assert types([event]) == {EventType.AGREE}


@pytest.mark.parametrize("relation", ["treaty", "meeting"])
def test_they_do_so_by_their_presidents(seed: Coded, relation: str) -> None:
    persons = {
        (event.source.id, *via(event)) for event in seed.events if event.relation == relation
    }
    assert ("RUS", "vladimir-putin", "masoud-pezeshkian") in persons
    assert ("IRN", "masoud-pezeshkian", "vladimir-putin") in persons


def test_russia_has_a_treaty_with_north_korea(seed: Coded) -> None:
    for source, target in (("RUS", "PRK"), ("PRK", "RUS")):
        found = statuses(seed.events, source, "treaty", target)
        assert found
        assert found <= {Status.ASSERTED, Status.HISTORICAL}


def test_russia_deepens_its_ties_with_iran_and_north_korea_both_ways(seed: Coded) -> None:
    ties = claimed(e for e in seed.events if e.relation == "partnership")
    for other in ("IRN", "PRK"):
        assert ("RUS", "partnership", other) in ties
        assert (other, "partnership", "RUS") in ties


def test_kellogg_calls_for_pressure_on_iran(seed: Coded) -> None:
    (event,) = quoting(between(seed.events, "USA", "IRN"), "Keith Kellogg")
    assert via(event) == ("keith-kellogg", "")
    assert event.status is Status.ASSERTED
    assert types([event]) <= {EventType.REQUEST, EventType.ACCUSE, EventType.THREATEN}


@pytest.mark.parametrize("target", ["IRN", "PRK"])
def test_blinken_vows_to_cut_off_support(seed: Coded, target: str) -> None:
    (event,) = quoting(between(seed.events, "USA", target), "Antony Blinken")
    assert via(event) == ("antony-blinken", "")
    assert event.status is Status.PLANNED
    assert types([event]) == {EventType.THREATEN}


@pytest.mark.parametrize("source", ["IRN", "PRK"])
def test_blinken_is_the_one_who_says_that_they_aid_russia(seed: Coded, source: str) -> None:
    aid = [e for e in between(seed.events, source, "RUS") if types([e]) == {EventType.AID}]
    assert len(aid) == 1
    said_by = aid[0].best_evidence.attributed_to
    assert said_by is not None
    assert said_by.id in ("USA", "antony-blinken")


def test_russia_is_in_conflict_with_ukraine(seed: Coded) -> None:
    assert EventType.ASSAULT in types(between(seed.events, "RUS", "UKR"))


def test_every_quote_is_the_text_at_its_offsets(seed: Coded) -> None:
    text = seed.article.text
    for event in seed.events:
        for evidence in event.evidence:
            assert text[evidence.sentence.start : evidence.sentence.end] == evidence.quote
            assert text[evidence.trigger.start : evidence.trigger.end] == evidence.trigger_text


def test_the_treaty_is_never_told_as_signed(seed: Coded) -> None:
    for source, target in (("RUS", "IRN"), ("IRN", "RUS")):
        assert statuses(seed.events, source, "treaty", target) == {Status.PLANNED}


@pytest.mark.parametrize("other", ["RUS", "IRN", "PRK"])
def test_nothing_between_the_united_states_and_the_three_is_friendly(
    seed: Coded, other: str
) -> None:
    ontology = load_ontology()
    for event in (*between(seed.events, "USA", other), *between(seed.events, other, "USA")):
        projection = ontology.project(event.relation, event.status)
        assert projection is not None
        assert projection.quad_class in (
            QuadClass.VERBAL_CONFLICT,
            QuadClass.MATERIAL_CONFLICT,
        )


def test_the_text_supports_no_other_event(seed: Coded) -> None:
    """The pairs between which the article tells of anything at all."""
    supported = {
        frozenset(pair)
        for pair in (
            ("RUS", "IRN"),
            ("RUS", "PRK"),
            ("USA", "IRN"),
            ("USA", "PRK"),
            ("RUS", "UKR"),
            ("USA", "RUS"),
            ("USA", "CHN"),
        )
    }
    told = {
        frozenset((event.source.id, event.target.id))
        for event in seed.events
        if event.target is not None and event.status not in UNREAL
    }
    assert told <= supported
    hostile = {EventType.ASSAULT, EventType.COERCE, EventType.MOBILIZE, EventType.SANCTION}
    real = [e for e in seed.events if e.status not in UNREAL]
    for source, target in (("RUS", "IRN"), ("IRN", "RUS"), ("RUS", "PRK"), ("PRK", "RUS")):
        assert not types(between(real, source, target)) & hostile


def test_nothing_is_dated_that_the_text_does_not_date(seed: Coded) -> None:
    assert all(event.event_date is None for event in seed.events)

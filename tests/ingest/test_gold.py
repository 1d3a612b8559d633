"""How much of what a careful analyst would code is found, and how much of what is found is right.

The floors stand a little below what is measured; they only ever rise.
"""

import json
from pathlib import Path

import pytest

from graph.ontology import EventType
from graph.reference import load_reference
from ingest.confidence import probability
from ingest.evaluate import (
    Evaluation,
    GoldItem,
    ItemResult,
    Judged,
    Triple,
    evaluate,
    load_gold,
)
from ingest.pipeline import Pipeline

PRECISION = 0.95
GOLD = Path(__file__).parents[1] / "gold"
FILES = ("house", "blind", "unseen")


@pytest.fixture(scope="module")
def modern(pipeline: Pipeline, shared: Path) -> Evaluation:
    return evaluate(pipeline, load_gold(shared / "gold" / "modern_dev.jsonl"))


@pytest.fixture(scope="module")
def plover(pipeline: Pipeline, shared: Path) -> Evaluation:
    return evaluate(pipeline, load_gold(shared / "gold" / "plover_gsr_dev.jsonl"))


@pytest.fixture(scope="module")
def house(pipeline: Pipeline) -> Evaluation:
    return evaluate(pipeline, load_gold(GOLD / "house.jsonl"))


@pytest.fixture(scope="module")
def blind(pipeline: Pipeline) -> Evaluation:
    return evaluate(pipeline, load_gold(GOLD / "blind.jsonl"))


@pytest.fixture(scope="module")
def unseen(pipeline: Pipeline) -> Evaluation:
    return evaluate(pipeline, load_gold(GOLD / "unseen.jsonl"))


def test_the_shared_gold_is_met(modern: Evaluation) -> None:
    assert len(modern.results) == 240
    assert modern.total.precision >= PRECISION
    assert modern.total.recall >= 0.84


def test_the_older_gold_is_met(plover: Evaluation) -> None:
    assert len(plover.results) == 79
    assert plover.total.precision >= 0.88
    assert plover.total.recall >= 0.70


def test_the_gold_of_the_house_is_met(house: Evaluation) -> None:
    assert len(house.results) >= 300
    assert house.empty_items >= 70
    assert house.total.precision >= PRECISION
    assert house.total.recall >= 0.72


def test_sentences_written_without_knowing_the_coder_are_met(blind: Evaluation) -> None:
    assert len(blind.results) == 560
    assert blind.total.precision >= 0.94
    assert blind.total.recall >= 0.58


def test_sentences_that_nothing_was_tuned_on_are_met(unseen: Evaluation) -> None:
    """The errors in this file are not to be looked at: it says what to expect of new text."""
    assert len(unseen.results) == 120
    assert unseen.total.precision >= 0.93
    assert unseen.total.recall >= 0.71
    assert unseen.false_event_rate == 0


def test_texts_with_no_event_in_them_give_none(
    modern: Evaluation, house: Evaluation, blind: Evaluation
) -> None:
    for evaluation in (modern, house, blind):
        assert evaluation.empty_items > 20
        assert evaluation.false_event_rate <= 0.04


def test_what_must_not_be_said_is_hardly_ever_said(
    modern: Evaluation, house: Evaluation, blind: Evaluation
) -> None:
    assert len(modern.violations) == 0
    for evaluation in (house, blind):
        assert len(evaluation.violations) <= 0.01 * len(evaluation.results)


def test_a_confidence_promises_no_more_than_gold_sentences_keep(
    modern: Evaluation, house: Evaluation, blind: Evaluation
) -> None:
    together = Evaluation([*modern.results, *house.results, *blind.results])
    for group in together.reliability:
        if group.events >= 40:
            assert -0.06 <= group.right - group.confidence <= 0.17, group
    assert together.brier < 0.05


def test_a_confidence_says_how_often_events_of_the_news_are_right() -> None:
    lines = (GOLD.parent / "judged" / "news.jsonl").read_text("utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    judged = [
        Judged(row["event"].split()[1], probability(row["features"]), row["right"]) for row in rows
    ]
    none: frozenset[Triple] = frozenset()
    item = GoldItem("news", "", "", none, none, none, False, "")
    result = ItemResult(item, none, none, none, none, False, tuple(judged))
    for group in Evaluation([result]).reliability:
        if group.events >= 40:
            assert abs(group.right - group.confidence) <= 0.1, group


# The gold of the house is itself well made


@pytest.fixture(scope="module", params=FILES)
def items(request: pytest.FixtureRequest) -> list[GoldItem]:
    return load_gold(GOLD / f"{request.param}.jsonl")


def test_every_item_has_its_own_id_a_day_and_a_text(items: list[GoldItem]) -> None:
    assert len({item.id for item in items}) == len(items)
    assert len({item.text for item in items}) == len(items)
    assert all(item.day and item.text for item in items)


def test_every_triple_has_known_codes_and_a_known_type(items: list[GoldItem]) -> None:
    reference = load_reference()
    codes = {*reference.states, *reference.organizations}
    for item in items:
        for source, kind, target in item.expected | item.optional | item.must_not:
            assert kind in set(EventType), item.id
            assert source in codes, item.id
            assert target in codes, item.id
            assert source != target, item.id


def test_no_triple_is_both_wanted_and_forbidden(items: list[GoldItem]) -> None:
    for item in items:
        assert not item.expected & item.must_not, item.id
        assert not item.optional & item.must_not, item.id


def test_all_sixteen_types_are_asked_for(items: list[GoldItem]) -> None:
    assert {kind for item in items for _, kind, _ in item.expected} == set(EventType)

"""How much of what a careful analyst would code is found, and how much of what is found is right.

The floors stand a little below what is measured; they only ever rise.
"""

from pathlib import Path

import pytest

from graph.ontology import EventType
from graph.reference import load_reference
from ingest.evaluate import Evaluation, GoldItem, evaluate, load_gold
from ingest.pipeline import Pipeline

PRECISION = 0.92
RECALL = 0.62
HOUSE = Path(__file__).parents[1] / "gold" / "house.jsonl"


@pytest.fixture(scope="module")
def modern(pipeline: Pipeline, shared: Path) -> Evaluation:
    return evaluate(pipeline, load_gold(shared / "gold" / "modern_dev.jsonl"))


@pytest.fixture(scope="module")
def plover(pipeline: Pipeline, shared: Path) -> Evaluation:
    return evaluate(pipeline, load_gold(shared / "gold" / "plover_gsr_dev.jsonl"))


@pytest.fixture(scope="module")
def house(pipeline: Pipeline) -> Evaluation:
    return evaluate(pipeline, load_gold(HOUSE))


def test_the_shared_gold_is_met(modern: Evaluation) -> None:
    assert len(modern.results) == 240
    assert modern.total.precision >= PRECISION
    assert modern.total.recall >= RECALL


def test_the_older_gold_is_met(plover: Evaluation) -> None:
    assert len(plover.results) == 79
    assert plover.total.precision >= 0.80
    assert plover.total.recall >= 0.68


def test_the_gold_of_the_house_is_met(house: Evaluation) -> None:
    assert len(house.results) >= 200
    assert house.total.precision >= PRECISION
    assert house.total.recall >= RECALL


def test_texts_with_no_event_in_them_give_none(modern: Evaluation, house: Evaluation) -> None:
    for evaluation in (modern, house):
        assert evaluation.empty_items > 20
        assert evaluation.false_event_rate <= 0.03


def test_what_must_not_be_said_is_hardly_ever_said(modern: Evaluation, house: Evaluation) -> None:
    for evaluation in (modern, house):
        assert len(evaluation.violations) <= 0.02 * len(evaluation.results)


# The gold of the house is itself well made


@pytest.fixture(scope="module")
def items() -> list[GoldItem]:
    return load_gold(HOUSE)


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

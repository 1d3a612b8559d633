"""The cheap pass saves work and changes nothing: with it and without it the events are the same."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest

from graph.model import Article, Event
from ingest.pipeline import Coded, Pipeline
from tests.ingest.articles import article, claimed


def difference(cheap: Iterable[Coded], thorough: Iterable[Coded]) -> list[str]:
    """One line for each event that only one of them has, with its sentence."""
    found = []
    for one, other in zip(cheap, thorough, strict=True):
        found += [f"lost: {line}" for line in sorted(lines(other.events) - lines(one.events))]
        found += [f"added: {line}" for line in sorted(lines(one.events) - lines(other.events))]
    return found


def lines(events: Iterable[Event]) -> set[str]:
    return {
        f"{event.source.id} {event.relation} {event.target.id if event.target else '-'} "
        f"{event.status} {event.event_date} {evidence.confidence} {evidence.quote!r}"
        for event in events
        for evidence in event.evidence
    }


def test_nothing_is_lost_on_the_samples(
    thorough_pipeline: Pipeline, sample_articles: list[Article], coded_samples: list[Coded]
) -> None:
    lost = difference(coded_samples, thorough_pipeline.process_many(sample_articles))
    assert not lost, "\n".join(lost)


@pytest.mark.parametrize(
    ("corpus", "count"), [("current_events_items_4000", 300), ("wikinews_2019_2020", 25)]
)
def test_nothing_is_lost_on_news(
    pipeline: Pipeline, thorough_pipeline: Pipeline, shared: Path, corpus: str, count: int
) -> None:
    lines = (shared / "corpus" / f"{corpus}.jsonl").read_text("utf-8").splitlines()
    rows = [json.loads(line) for line in Random(count).sample(lines, count)]
    items = [
        Article(
            text=row["text"],
            url=row["url"],
            published_at=datetime.fromisoformat(row["date"]).replace(tzinfo=UTC),
            language="en",
        )
        for row in rows
    ]
    lost = difference(pipeline.process_many(items), thorough_pipeline.process_many(items))
    assert not lost, "\n".join(lost)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # Found in real news: nothing in the second sentence says that it means somebody else.
        (
            "Russia shelled a school in Ukraine. Ukraine wept. Russia expressed regret.",
            ("RUS", "apology", "UKR"),
        ),
        (
            "The United States bombed a camp in Mali. France condemned the bombing.",
            ("FRA", "criticism", "USA"),
        ),
        ("Russia bombed Georgia. London condemned that.", ("GBR", "criticism", "RUS")),
        (
            "Iran arrested French sailors. Iran released the crew.",
            ("IRN", "release", "FRA"),
        ),
        (
            "Iran arrested a British sailor. He was freed on Friday.",
            ("IRN", "release", "GBR"),
        ),
        ("Canada sanctioned Belarus. Britain followed suit.", ("GBR", "sanction", "BLR")),
        (
            "Armenia and Azerbaijan clashed. Russia brokered the truce.",
            ("RUS", "mediation", "ARM"),
        ),
    ],
)
def test_an_end_that_only_the_sentences_before_tell_is_found(
    pipeline: Pipeline, thorough_pipeline: Pipeline, text: str, expected: tuple[str, str, str]
) -> None:
    item = article(text, "2025-01-14")
    assert expected in claimed(pipeline.process(item).events)
    assert not difference([pipeline.process(item)], [thorough_pipeline.process(item)])


def test_who_was_the_subject_before_is_parsed_and_not_guessed(
    pipeline: Pipeline, thorough_pipeline: Pipeline
) -> None:
    item = article(
        "Seoul set up a fund. Japanese companies had not paid. Crowds in Seoul denounced the plan "
        "and several hundred people demonstrated against it outside the city hall.",
        "2025-01-14",
    )
    assert not difference([pipeline.process(item)], [thorough_pipeline.process(item)])


def test_most_sentences_of_the_samples_are_not_parsed_in_vain(coded_samples: list[Coded]) -> None:
    seen = [sentence for coded in coded_samples for sentence in coded.seen]
    assert any(sentence.skipped for sentence in seen)
    parsed = [sentence for sentence in seen if not sentence.skipped]
    assert sum(bool(sentence.claims) for sentence in parsed) > 0.4 * len(parsed)


@pytest.mark.parametrize(
    "text",
    [
        "Iran has a population of 90 million.",
        "Chess is popular in Paris and London.",
        "Wheat grows in Ukraine and Russia.",
        "The weather was fine.",
    ],
)
def test_a_sentence_that_can_hold_no_event_is_not_parsed(pipeline: Pipeline, text: str) -> None:
    (seen,) = pipeline.process(article(text, "2025-01-14")).seen
    assert seen.skipped


@pytest.mark.parametrize(
    "text",
    [
        "Iran struck Israel.",
        "He flew to Moscow.",
        "The two leaders signed a treaty.",
        "Sanctions on Iran were tightened by the bloc.",
        "Tokyo sought talks with Beijing.",
        "Kyiv was shelled by Russia.",
    ],
)
def test_a_sentence_with_two_ends_and_a_trigger_is_parsed(pipeline: Pipeline, text: str) -> None:
    seen = pipeline.process(article(f"Xi Jinping met Vladimir Putin. {text}", "2025-01-14")).seen
    assert not seen[1].skipped

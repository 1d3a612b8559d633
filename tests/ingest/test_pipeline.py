"""One article in, events and problems out: provable, repeatable, and the same in any company."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.model import Article, Status
from graph.reference import load_reference
from ingest.pipeline import Coded, Pipeline
from tests.ingest.articles import article, claimed, statuses

DAY = "2025-01-14"


# Evidence


def test_every_quote_is_the_text_at_its_offsets(coded_samples: list[Coded]) -> None:
    for coded in coded_samples:
        text = coded.article.text
        for event in coded.events:
            for evidence in event.evidence:
                assert text[evidence.sentence.start : evidence.sentence.end] == evidence.quote
                assert text[evidence.trigger.start : evidence.trigger.end] == evidence.trigger_text


def test_the_trigger_stands_in_the_quoted_sentence(coded_samples: list[Coded]) -> None:
    for coded in coded_samples:
        for event in coded.events:
            for evidence in event.evidence:
                assert evidence.sentence.start <= evidence.trigger.start
                assert evidence.trigger.end <= evidence.sentence.end


def test_mentions_stand_in_the_text_and_not_after_the_quote(coded_samples: list[Coded]) -> None:
    for coded in coded_samples:
        for event in coded.events:
            for evidence in event.evidence:
                for span in (evidence.source_span, evidence.target_span):
                    assert span is not None
                    assert 0 <= span.start < span.end <= evidence.sentence.end
                    assert coded.article.text[span.start : span.end].strip()


def test_every_evidence_belongs_to_its_article_and_names_its_rule(
    coded_samples: list[Coded],
) -> None:
    for coded in coded_samples:
        for event in coded.events:
            for evidence in event.evidence:
                assert evidence.article_id == coded.article.id
                assert evidence.rule
                assert evidence.extractor


def test_source_and_target_are_principals(coded_samples: list[Coded]) -> None:
    reference = load_reference()
    for coded in coded_samples:
        for event in coded.events:
            for actor in (event.source, event.target):
                assert actor is not None
                assert actor.id not in reference.institutions
                assert actor.id not in reference.persons


def test_nothing_with_two_actors_is_dropped_in_silence(coded_samples: list[Coded]) -> None:
    for coded in coded_samples:
        reported = {problem.span.start for problem in coded.problems if problem.span}
        for seen in coded.seen:
            actors = {m.principal.id for m in seen.mentions if m.principal is not None}
            if len(actors) > 1 and not seen.claims:
                assert seen.start in reported
        for problem in coded.problems:
            assert problem.detail


# Repeatable


def test_the_same_article_gives_the_same_events(pipeline: Pipeline) -> None:
    text = article("Iran and Russia signed a treaty on Monday. Israel condemned it.", DAY)
    assert pipeline.process(text) == pipeline.process(text)


def test_a_batch_gives_what_one_by_one_gives(
    pipeline: Pipeline, sample_articles: list[Article], coded_samples: list[Coded]
) -> None:
    assert [pipeline.process(item).events for item in sample_articles] == [
        coded.events for coded in coded_samples
    ]


@pytest.mark.parametrize("batch", [1, 3])
def test_the_size_of_the_batch_does_not_matter(
    pipeline: Pipeline, sample_articles: list[Article], coded_samples: list[Coded], batch: int
) -> None:
    few = sample_articles[:8]
    coded = list(pipeline.process_many(few, batch=batch))
    assert [item.events for item in coded] == [item.events for item in coded_samples[:8]]
    assert [item.article for item in coded] == few


def test_articles_are_read_one_batch_ahead_and_no_more(pipeline: Pipeline) -> None:
    taken = []

    def endless() -> Iterator[Article]:
        while True:
            taken.append(1)
            yield article("Iran bombed Iraq.", DAY)

    stream = pipeline.process_many(endless(), batch=4)
    next(iter(stream))
    assert len(taken) == 4


def test_no_articles_give_nothing(pipeline: Pipeline) -> None:
    assert list(pipeline.process_many([])) == []


def test_what_was_said_twice_is_one_event_with_two_evidence(pipeline: Pipeline) -> None:
    text = "Iran bombed Iraq on Monday. Nobody was hurt when Iran bombed Iraq on Monday."
    events = pipeline.process(article(text, DAY)).events
    assert [(event.source.id, event.relation) for event in events] == [("IRN", "airstrike")]
    assert len(events[0].evidence) == 2


# What is no news of this kind


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Россия и Иран подписали договор о стратегическом партнёрстве в Москве.", "ru"),
        ("俄罗斯和伊朗在莫斯科签署了全面战略伙伴关系条约,两国总统出席了仪式。", "zh"),
        ("La Russie et l'Iran ont signé vendredi à Moscou un traité de partenariat.", "fr"),
        ("Russland und Iran haben am Freitag in Moskau einen Vertrag unterzeichnet.", "de"),
    ],
)
def test_a_text_in_another_language_is_a_problem_and_no_event(
    pipeline: Pipeline, text: str, language: str
) -> None:
    coded = pipeline.process(Article(text=text))
    assert coded.events == ()
    (problem,) = coded.problems
    assert problem.reason == "language"
    assert language in problem.detail


def test_sport_and_cinema_give_no_event(coded_samples: list[Coded]) -> None:
    (sport,) = [c for c in coded_samples if c.article.title.startswith("Argentina beat France")]
    assert claimed(sport.events) == set()


@pytest.mark.parametrize(
    "text",
    [
        "Japan struck twice in the second half to beat Germany 2-1 in the World Cup.",
        "Brazil crushed Serbia in the semi-final of the volleyball championship.",
        "France invaded the box office in China with its new film, critics said.",
        "Mount Everest rises on the border between Nepal and China.",
        "Brent crude slumped as traders braced for Iranian exports to China.",
        "Born in Lebanon, he grew up in France and died in Canada.",
    ],
)
def test_a_contest_or_a_fact_of_geography_gives_no_event(pipeline: Pipeline, text: str) -> None:
    assert claimed(pipeline.process(article(text, DAY)).events) == set()


# Hard input


@pytest.mark.parametrize(
    "text",
    [
        ".",
        "Iran",
        "\u202eIran bombed Iraq.\u202c",
        "Iran 😀 bombed 😀 Iraq.",
        "Iran\u00a0bombed\u2028Iraq.",
        "IRAN BOMBED IRAQ",
        "Iran bombed Iraq" + "!" * 500,
        "(" * 300 + "Iran bombed Iraq",
        "Iran, " * 300 + "bombed Iraq.",
        "a" * 5000,
        '{"id": 1, "text": "Iran bombed Iraq."}',
        "<p>Iran bombed Iraq.</p>",
    ],
)
def test_odd_text_is_read_and_quoted_exactly(pipeline: Pipeline, text: str) -> None:
    for event in pipeline.process(article(text, DAY)).events:
        for evidence in event.evidence:
            assert text[evidence.sentence.start : evidence.sentence.end] == evidence.quote


WORDS = st.lists(
    st.sampled_from(
        'Iran Russia the a to of and Putin he it sign signed treaty attack on will not . , " said '
        "that if which Kremlin 's - two leaders bombed by 2001 Monday ? NATO \n".split(" ")
    ),
    max_size=30,
).map(" ".join)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(text=WORDS.filter(str.strip))
def test_word_salad_breaks_nothing(pipeline: Pipeline, text: str) -> None:
    coded = pipeline.process(article(text, DAY))
    for event in coded.events:
        assert event.target is not None
        assert event.source.id != event.target.id
        for evidence in event.evidence:
            assert text[evidence.sentence.start : evidence.sentence.end] == evidence.quote


# What must not matter


PAIRS = [
    ("Iran", "IRN", "Israel", "ISR"),
    ("France", "FRA", "Mali", "MLI"),
    ("Japan", "JPN", "South Korea", "KOR"),
    ("Ethiopia", "ETH", "Eritrea", "ERI"),
]
ONE_WAY = [
    ("{a} bombed {b} on Monday.", "airstrike"),
    ("{b} was bombed by {a} on Monday.", "airstrike"),
    ("{a} accused {b} of spying.", "accusation"),
    ("{b} was accused by {a} of spying.", "accusation"),
    ("{a} imposed sanctions on {b}.", "sanction"),
    ("Sanctions were imposed on {b} by {a}.", "sanction"),
    ("{a} recognised {b} on Monday.", "recognition"),
    ("{a}'s invasion of {b} went on.", "invasion"),
    ("{a} asked {b} for help.", "appeal"),
    ("{a} threatened {b} with war.", "threat"),
]
BOTH_WAYS = [
    ("{a} and {b} signed a treaty on Monday.", "treaty"),
    ("{a} signed a treaty with {b} on Monday.", "treaty"),
    ("Talks between {a} and {b} began on Monday.", "meeting"),
]


@pytest.mark.parametrize(("template", "relation"), ONE_WAY)
@pytest.mark.parametrize(("a", "a_id", "b", "b_id"), PAIRS)
def test_who_does_it_to_whom_follows_the_words(
    pipeline: Pipeline, template: str, relation: str, a: str, a_id: str, b: str, b_id: str
) -> None:
    there = claimed(pipeline.process(article(template.format(a=a, b=b), DAY)).events)
    back = claimed(pipeline.process(article(template.format(a=b, b=a), DAY)).events)
    assert (a_id, relation, b_id) in there
    assert (b_id, relation, a_id) not in there
    assert back == {(_swap(s, a_id, b_id), r, _swap(t, a_id, b_id)) for s, r, t in there}


def _swap(actor: str, one: str, other: str) -> str:
    return {one: other, other: one}.get(actor, actor)


@pytest.mark.parametrize(("template", "relation"), BOTH_WAYS)
@pytest.mark.parametrize(("a", "a_id", "b", "b_id"), PAIRS)
def test_what_two_do_together_goes_both_ways(
    pipeline: Pipeline, template: str, relation: str, a: str, a_id: str, b: str, b_id: str
) -> None:
    there = claimed(pipeline.process(article(template.format(a=a, b=b), DAY)).events)
    assert {(a_id, relation, b_id), (b_id, relation, a_id)} <= there
    assert claimed(pipeline.process(article(template.format(a=b, b=a), DAY)).events) == there


def test_a_sentence_about_others_changes_nothing(pipeline: Pipeline) -> None:
    text = "Iran bombed Iraq on Monday."
    alone = claimed(pipeline.process(article(text, DAY)).events)
    for more in (f"It rained in Oslo. {text}", f"{text} It rained in Oslo.", f"\n\n{text}\n"):
        assert claimed(pipeline.process(article(more, DAY)).events) == alone


def test_names_and_aliases_of_a_state_are_one(pipeline: Pipeline) -> None:
    for name in ("The United States", "The U.S.", "The US", "Washington", "America", "The USA"):
        events = pipeline.process(article(f"{name} bombed Iraq on Monday.", DAY)).events
        assert ("USA", "airstrike", "IRQ") in claimed(events), name


def test_the_day_of_fetching_changes_nothing(pipeline: Pipeline) -> None:
    text = "Iran bombed Iraq on Monday."
    moment = datetime(2025, 1, 14, tzinfo=UTC)
    early = Article(text=text, published_at=moment, fetched_at=moment, language="en")
    late = Article(
        text=text,
        published_at=moment,
        fetched_at=datetime(2026, 1, 1, tzinfo=UTC),
        language="en",
    )
    assert pipeline.process(early).events == pipeline.process(late).events


def test_without_a_day_there_is_no_guess_of_one(pipeline: Pipeline) -> None:
    (event,) = pipeline.process(article("Iran bombed Iraq on Monday.")).events
    assert event.event_date is None
    assert event.reported_on is None


def test_a_plan_and_a_deed_are_two_events(pipeline: Pipeline) -> None:
    text = "Putin will visit China on Friday. He visited China in May."
    events = pipeline.process(article(text, DAY)).events
    assert Status.PLANNED in statuses(events, "RUS", "visit", "CHN")
    assert Status.ASSERTED in statuses(events, "RUS", "visit", "CHN")

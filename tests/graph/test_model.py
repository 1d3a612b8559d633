"""The value types refuse what cannot be, and their ids depend on content alone."""

import hashlib
from collections.abc import Callable
from dataclasses import FrozenInstanceError, replace
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.errors import InvalidInput, NotFound, WestphaliaError
from graph.ids import content_id, slug
from graph.mass import corroboration, fade, independent_publishers, month_days, month_of
from graph.model import (
    Article,
    Commitment,
    CommitmentKind,
    EventDate,
    Precision,
    Span,
    Status,
)
from graph.ontology import EventType, QuadClass, load_ontology
from tests.builders import DAY, IRN, PEZESHKIAN, PUTIN, RUS, USA, article, event, evidence, noon

texts = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20)


# Spans, dates, commitments


@pytest.mark.parametrize(("start", "end"), [(-1, 3), (3, 3), (4, 3)])
def test_a_span_has_a_length_and_lies_in_the_text(start: int, end: int) -> None:
    with pytest.raises(InvalidInput):
        Span(start, end)


def test_an_event_date_does_not_end_before_it_starts() -> None:
    with pytest.raises(InvalidInput):
        EventDate(DAY, DAY - timedelta(days=1), Precision.RANGE)
    assert EventDate.day(DAY) == EventDate(DAY, DAY, Precision.DAY)


def test_a_commitment_is_in_force_from_its_first_day_until_before_its_last() -> None:
    pact = Commitment("x", CommitmentKind.FRIENDSHIP, "X", ("A", "B"), DAY, DAY.replace(year=2026))
    assert not pact.in_force(DAY - timedelta(days=1))
    assert pact.in_force(DAY)
    assert not pact.in_force(DAY.replace(year=2026))
    assert replace(pact, until=None).in_force(date.max)


# Articles


@pytest.mark.parametrize("text", ["", "  \n"])
def test_an_article_needs_a_text(text: str) -> None:
    with pytest.raises(InvalidInput):
        Article(text=text)


@pytest.mark.parametrize(
    "make",
    [
        lambda: Article(text="a\0"),
        lambda: Article(text="a", title="\0"),
        lambda: Article(text="a", url="\0"),
        lambda: Article(text="a", publisher="\0"),
    ],
)
def test_nul_is_refused_in_every_field_of_an_article(make: Callable[[], Article]) -> None:
    with pytest.raises(InvalidInput, match="NUL"):
        make()


def test_times_of_an_article_are_aware_and_in_utc() -> None:
    for moment in (
        datetime(2025, 1, 17),  # noqa: DTZ001
        datetime(2025, 1, 17, tzinfo=timezone(timedelta(hours=3))),
    ):
        with pytest.raises(InvalidInput):
            Article(text="a", published_at=moment)
        with pytest.raises(InvalidInput):
            Article(text="a", fetched_at=moment)


def test_the_id_of_an_article_does_not_depend_on_when_it_was_fetched() -> None:
    first = article()
    assert replace(first, fetched_at=datetime(2030, 1, 1, tzinfo=UTC)).id == first.id
    assert replace(first, language="fr").id == first.id
    others = [
        replace(first, text="b"),
        replace(first, title="b"),
        replace(first, url="b"),
        replace(first, publisher="b"),
        replace(first, published_at=noon(DAY + timedelta(days=1))),
        replace(first, published_at=None),
    ]
    assert len({first.id, *(other.id for other in others)}) == 7


# Evidence and events


def test_the_quote_of_evidence_fits_its_offsets() -> None:
    with pytest.raises(InvalidInput):
        replace(evidence(article()), quote="too short")


@pytest.mark.parametrize("confidence", [0.0, -0.1, 1.01, float("nan")])
def test_confidence_lies_above_nought_and_up_to_one(confidence: float) -> None:
    with pytest.raises(InvalidInput):
        evidence(article(), confidence=confidence)


def test_an_event_without_evidence_cannot_be_made() -> None:
    with pytest.raises(InvalidInput):
        event()


def test_nobody_does_anything_to_oneself() -> None:
    with pytest.raises(InvalidInput):
        event(evidence(article()), target=RUS)


def test_values_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        RUS.name = "Rus"  # type: ignore[misc]


def test_an_event_is_its_ends_relation_status_and_day() -> None:
    proof = evidence(article())
    first = event(proof)
    same = [
        event(evidence(article("Other words."))),
        event(proof, reported=None),
        event(replace(proof, source_via=PUTIN)),
        replace(first, source=replace(RUS, name="Russian Federation")),
    ]
    assert {other.id for other in same} == {first.id}
    different = [
        event(proof, source=IRN, target=RUS),
        event(proof, target=USA),
        event(proof, target=None),
        event(proof, relation="alliance"),
        event(proof, status=Status.PLANNED),
        event(proof, day=DAY + timedelta(days=1)),
        event(proof, day=None),
        event(proof, day=None, reported=None),
        replace(first, event_date=EventDate(DAY, DAY + timedelta(days=1), Precision.RANGE)),
    ]
    assert len({first.id, *(other.id for other in different)}) == 10


def test_the_day_of_an_event_is_when_it_happened_else_when_it_was_reported() -> None:
    proof = evidence(article())
    assert event(proof, reported=DAY + timedelta(days=2)).day == DAY
    assert event(proof, day=None).day == DAY
    assert event(proof, day=None, reported=None).day is None


def test_the_best_evidence_speaks_for_an_event() -> None:
    weak = evidence(article(), confidence=0.3, source_via=PUTIN, target_via=PEZESHKIAN)
    strong = evidence(article("Another."), confidence=0.8)
    found = event(weak, strong)
    assert (found.confidence, found.best_evidence) == (0.8, strong)
    assert (found.source_via, found.target_via) == (PUTIN, PEZESHKIAN)
    assert event(strong).source_via is None


# Ids


@given(st.lists(texts, max_size=4), st.lists(texts, max_size=4))
def test_ids_are_equal_only_for_equal_parts(left: list[str], right: list[str]) -> None:
    assert (content_id("e", left) == content_id("e", right)) == (left == right)


def test_ids_never_change() -> None:
    assert content_id("e", ("RUS", "é", "")) == "e" + _sha("3:RUS2:é0:")
    assert content_id("e", ("\ud800",)) != content_id("e", ("?",))


def _sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("Masoud Pezeshkian", "masoud-pezeshkian"),
        ("  Luiz Inácio Lula da Silva ", "luiz-inacio-lula-da-silva"),
        ("Al-Qa'ida (AQAP)", "al-qa-ida-aqap"),
        ("习近平", ""),
    ],
)
def test_a_slug_is_plain_and_lower_case(name: str, wanted: str) -> None:
    assert slug(name) == wanted


# The ontology


def test_every_relation_projects_consistently() -> None:
    ontology = load_ontology()
    assert len(ontology.relations) >= 40
    for relation in ontology.relations.values():
        asserted = ontology.project(relation.name, Status.ASSERTED)
        planned = ontology.project(relation.name, Status.PLANNED)
        assert asserted is not None
        assert planned is not None
        assert -10 <= relation.score <= 10
        assert relation.score != 0
        assert asserted == ontology.project(relation.name, Status.HISTORICAL)
        assert 0 < abs(planned.score) < abs(asserted.score)
        assert planned.score * asserted.score > 0
        assert ontology.project(relation.name, Status.NEGATED) is None
        assert ontology.project(relation.name, Status.HYPOTHETICAL) is None
        assert relation.neo4j_type.isupper()


@pytest.mark.parametrize(
    ("relation", "status", "kind", "quad"),
    [
        ("treaty", Status.ASSERTED, EventType.SUPPORT, QuadClass.VERBAL_COOPERATION),
        ("treaty", Status.PLANNED, EventType.AGREE, QuadClass.VERBAL_COOPERATION),
        ("military_aid", Status.ASSERTED, EventType.AID, QuadClass.MATERIAL_COOPERATION),
        ("attack", Status.PLANNED, EventType.THREATEN, QuadClass.VERBAL_CONFLICT),
        ("attack", Status.HISTORICAL, EventType.ASSAULT, QuadClass.MATERIAL_CONFLICT),
    ],
)
def test_relation_and_status_project_to_a_type(
    relation: str, status: Status, kind: EventType, quad: QuadClass
) -> None:
    found = load_ontology().project(relation, status)
    assert found is not None
    assert (found.event_type, found.quad_class) == (kind, quad)


def test_an_unknown_relation_is_not_found() -> None:
    with pytest.raises(NotFound, match="befriending"):
        load_ontology().relation("befriending")


def test_an_error_says_what_was_meant() -> None:
    error = NotFound("actor", "irann", ["Iran", "Iraq"])
    assert str(error) == "no actor 'irann'; did you mean Iran, Iraq?"
    assert isinstance(error, WestphaliaError)


# The arithmetic of masses


def test_copies_of_one_story_and_reports_of_one_paper_count_once() -> None:
    assert independent_publishers([("A", "They met."), ("B", "they  met. ")]) == 1
    assert independent_publishers([("A", "They met."), ("A", "They spoke.")]) == 1
    assert independent_publishers([("A", "They met."), ("B", "They spoke.")]) == 2


reports = st.lists(st.tuples(st.sampled_from("ABC"), st.sampled_from(["x", "X ", "y", "z"])))


@given(reports, reports)
def test_another_report_never_lowers_the_count(
    some: list[tuple[str, str]], more: list[tuple[str, str]]
) -> None:
    assert independent_publishers(some + more) >= independent_publishers(some)


def test_corroboration_rises_towards_two() -> None:
    assert [corroboration(count) for count in (1, 2, 3)] == [1.0, 1.5, 1.75]
    assert corroboration(60) <= 2


def test_fading_is_by_whole_months_and_never_strengthens() -> None:
    assert fade(date(2025, 1, 31), date(2025, 1, 1), 30) == 1
    assert fade(date(2025, 1, 31), date(2025, 2, 1), 31) == 0.5
    assert fade(date(2026, 1, 1), date(2025, 2, 1), 31) == 1


@given(st.dates())
def test_months_are_numbered_in_order(day: date) -> None:
    first, last = month_days(month_of(day))
    assert first <= day <= last
    assert (first.day, month_of(first), month_of(last)) == (1, month_of(day), month_of(day))

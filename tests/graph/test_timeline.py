"""Two actors over time: the series adds up to what alliances say, and events turn it."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from graph.alliances import Choice, Part, Stance, alliances, score
from graph.errors import InvalidInput, NotFound
from graph.model import Status
from graph.reference import load_reference
from graph.store import Batch, Bucket, EventQuery, Tally
from graph.stores.sqlite import SqliteStore
from graph.timeline import Dyad, DyadQuery, dyad
from graph.windows import day_after, filled, last_day_of
from tests.builders import DAY, PEZESHKIAN, PUTIN, article, event, evidence
from tests.contracts.store_sums import history

REFERENCE = load_reference()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    with SqliteStore(tmp_path / "graph.db") as opened:
        opened.migrate()
        yield opened


def ask(store: SqliteStore, query: DyadQuery, one: str = "RUS", other: str = "IRN") -> Dyad:
    return dyad(store, REFERENCE, one, other, query)


def told(store: SqliteStore, query: DyadQuery) -> float:
    """The score of Iran among the alliances of Russia."""
    found = alliances(
        store,
        REFERENCE,
        "RUS",
        query.as_of,
        since=query.since,
        half_life_days=query.half_life_days,
        include=frozenset({Part.OBSERVED}),
        choice=Choice(limit=100),
    )
    return next(partner.score for partner in found.observed if partner.partner.id == "IRN")


@pytest.mark.parametrize("bucket", Bucket)
@pytest.mark.parametrize("since", [None, date(2023, 4, 1)])
def test_a_point_stands_where_alliances_stood_at_its_end(
    store: SqliteStore, bucket: Bucket, since: date | None
) -> None:
    store.write(history())
    query = DyadQuery(date(2024, 11, 20), since, bucket, half_life_days=200.0)
    found = ask(store, query)
    assert len(found.points) == found.points_total > 1
    for point in found.points:
        then = DyadQuery(point.end, since, bucket, half_life_days=200.0)
        assert point.standing == pytest.approx(told(store, then))
        assert point.end == min(last_day_of(point.tally.start, bucket), query.as_of)
    assert found.summary is not None
    assert found.summary.score == pytest.approx(told(store, query))
    assert found.summary.basis.events == sum(point.tally.events for point in found.points)


def test_both_ends_tell_the_same(store: SqliteStore) -> None:
    store.write(history())
    query = DyadQuery(date(2024, 11, 20))
    there, back = ask(store, query), ask(store, query, "IRN", "RUS")
    assert there.points == back.points
    assert (there.one, there.other) == (back.other, back.one)


def test_a_turn_is_where_events_change_the_stance_and_has_its_sentence(store: SqliteStore) -> None:
    friends, war = article("Russia and Iran signed a treaty."), article("Russia attacked Iran.")
    treaties = [
        event(evidence(friends, confidence=1.0), day=DAY + timedelta(days=n)) for n in range(8)
    ]
    attacks = [
        event(evidence(war, confidence=1.0), relation="attack", day=date(2025, 6, 1 + n))
        for n in range(9)
    ]
    store.write(Batch(articles=[friends, war], events=treaties + attacks))
    found = ask(store, DyadQuery(date(2040, 1, 1)))
    january, june = found.turns
    assert (january.start, june.start) == (date(2025, 1, 1), date(2025, 6, 1))
    assert (january.stance_before, january.stance_after) == (Stance.MIXED, Stance.ALLY)
    assert june.stance_before is Stance.ALLY
    assert june.stance_after in (Stance.MIXED, Stance.RIVAL)
    assert june.proofs[0].quote == war.text
    assert january.proofs[0].quote == friends.text
    assert found.points[-1].net == pytest.approx(score(0, 9 * 9.5))


def test_silence_turns_nothing(store: SqliteStore) -> None:
    source = article()
    treaties = [
        event(evidence(source, confidence=1.0), day=DAY + timedelta(days=n)) for n in range(8)
    ]
    late = event(evidence(source, confidence=0.1), relation="call", day=date(2035, 1, 1))
    store.write(Batch(articles=[source], events=[*treaties, late]))
    found = ask(store, DyadQuery(date(2035, 2, 1), half_life_days=100.0))
    assert [turn.start for turn in found.turns] == [date(2025, 1, 1)]
    assert found.points[-1].stance is Stance.MIXED


def test_two_persons_have_a_relationship_too(store: SqliteStore) -> None:
    source = article()
    met = event(evidence(source, source_via=PUTIN, target_via=PEZESHKIAN), relation="meeting")
    store.write(Batch(articles=[source], events=[met]))
    found = ask(store, DyadQuery(DAY), PUTIN.id, PEZESHKIAN.id)
    assert found.summary is not None
    assert found.summary.basis.words.endswith("meeting")
    assert found.summary.proofs[0].quote == source.text


def test_denied_and_possible_acts_do_not_count(store: SqliteStore) -> None:
    source = article()
    events = [
        event(evidence(source), status=status) for status in (Status.NEGATED, Status.HYPOTHETICAL)
    ]
    store.write(Batch(articles=[source], events=events))
    assert ask(store, DyadQuery(DAY)).summary is None
    only = DyadQuery(DAY, events=EventQuery(statuses=frozenset({Status.NEGATED})))
    assert ask(store, only).points == ()


def test_filters_of_events_reach_the_series(store: SqliteStore) -> None:
    store.write(history())
    attacks = DyadQuery(DAY, events=EventQuery(relations=frozenset({"attack"})))
    found = ask(store, attacks)
    assert found.points
    assert all(p.tally.cooperative == 0 for p in found.points)


def test_curated_actors_without_any_event_show_their_commitments(store: SqliteStore) -> None:
    found = ask(store, DyadQuery(date(2024, 6, 1)), "FIN", "SWE")
    assert (found.summary, found.points) == (None, ())
    assert "member-NATO" in [item.id for item in found.commitments]
    early = ask(store, DyadQuery(date(2023, 6, 1)), "FIN", "SWE").commitments
    assert "member-NATO" not in [item.id for item in early]


def test_an_actor_has_no_relationship_with_itself_or_with_nobody(store: SqliteStore) -> None:
    with pytest.raises(InvalidInput):
        ask(store, DyadQuery(DAY), "RUS", "RUS")
    with pytest.raises(NotFound):
        ask(store, DyadQuery(DAY), "RUS", "nobody")
    with pytest.raises(InvalidInput):
        DyadQuery(DAY, half_life_days=0)


def test_only_the_last_points_are_shown_and_all_are_counted(store: SqliteStore) -> None:
    store.write(history())
    query = DyadQuery(DAY, bucket=Bucket.DAY)
    whole = ask(store, query)
    cut = dyad(store, REFERENCE, "RUS", "IRN", query, limit=2)
    assert cut.points == whole.points[-2:]
    assert cut.points_total == len(whole.points)
    assert dyad(store, REFERENCE, "RUS", "IRN", query, limit=0).points == ()


def test_gaps_in_a_series_can_be_filled() -> None:
    one, other = (Tally(day, 1, 0, 1, 0, 2.0, 0.0) for day in (date(2024, 12, 1), date(2025, 3, 1)))
    found = list(filled([one, other], Bucket.MONTH))
    assert [tally.start.month for tally in found] == [12, 1, 2, 3]
    assert [tally.events for tally in found] == [1, 0, 0, 1]
    assert list(filled([], Bucket.DAY)) == []
    assert day_after(date.max) is None

"""Promises about sums: by calendar period, by relation, and the ties of everybody at once."""

from dataclasses import fields
from datetime import date, timedelta

import pytest

from graph.errors import InvalidInput, NotFound
from graph.model import NamedActor, Status
from graph.store import Batch, Bond, Bucket, EventQuery, Store, Tally, TieQuery
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
    person,
)
from tests.contracts.helpers import StorePromises
from tests.contracts.reference_model import Masses, ModelStore


def assert_tallies(found: tuple[Tally, ...], wanted: list[Tally]) -> None:
    """Counts and days exactly, masses closely."""
    assert len(found) == len(wanted)
    for one, other in zip(found, wanted, strict=True):
        for item in fields(Tally):
            value = getattr(other, item.name)
            expected = pytest.approx(value, abs=1e-6) if isinstance(value, float) else value
            assert getattr(one, item.name) == expected, item.name


def assert_bonds(found: tuple[Bond, ...], wanted: dict[tuple[str, str], Masses]) -> None:
    assert [(bond.actor, bond.partner) for bond in found] == list(wanted)
    for bond in found:
        masses = wanted[bond.actor, bond.partner]
        assert bond.cooperation == pytest.approx(masses.cooperation, abs=1e-6)
        assert bond.conflict == pytest.approx(masses.conflict, abs=1e-6)
        for name in ("events", "planned", "first_seen", "last_seen"):
            assert getattr(bond, name) == getattr(masses, name), name


def history() -> Batch:
    """Two years of events of every kind of part and status, at the edges of months."""
    first, second = article(), article("Other words.", publisher="The Herald")
    events = []
    for number in range(40):
        proofs = [evidence(first, confidence=0.5 + number % 5 / 10)]
        if number % 4 == 1:
            proofs.append(evidence(second, source_via=PUTIN, rule="v", confidence=0.6))
        if number % 5 == 2:
            proofs.append(evidence(second, target_via=PEZESHKIAN, rule="w", confidence=0.6))
        if number % 7 == 3:
            proofs.append(evidence(second, source_via=NATO, rule="x", confidence=0.8))
        source, target = ((RUS, IRN), (IRN, RUS), (USA, IRN), (NATO, RUS))[number % 4]
        if number % 7 == 3:
            source, target = RUS, USA
        events.append(
            event(
                *proofs,
                source=source,
                target=None if number % 11 == 5 else target,
                relation=("treaty", "attack", "meeting", "tariff", "visit")[number % 5],
                status=list(Status)[number // 3 % 5],
                day=None if number % 13 == 6 else date(2023, 1, 31) + timedelta(days=number * 18),
                reported=None if number % 2 else DAY,
            )
        )
    return Batch(articles=[first, second], events=events)


class SumsContract(StorePromises):
    """Promises about sums."""

    def test_a_timeline_sums_events_by_their_day_earliest_first(self, store: Store) -> None:
        source = article()
        found = [
            event(evidence(source, confidence=1.0), relation="treaty", day=date(2024, 12, 31)),
            event(evidence(source, confidence=0.5), relation="attack", day=date(2025, 1, 1)),
            event(
                evidence(source, confidence=1.0),
                relation="treaty",
                status=Status.PLANNED,
                day=date(2025, 1, 30),
            ),
            event(evidence(source), status=Status.NEGATED, day=date(2025, 3, 2)),
            event(evidence(source), day=None, reported=None),
        ]
        store.write(Batch(articles=[source], events=found))
        years = [
            Tally(date(2024, 1, 1), 1, 0, 1, 0, 8.0, 0.0),
            Tally(date(2025, 1, 1), 3, 1, 1, 1, 3.2, 4.75),
        ]
        assert_tallies(store.timeline(EventQuery(), Bucket.YEAR), years)
        months = [tally.start for tally in store.timeline(EventQuery(actor="IRN"), Bucket.MONTH)]
        assert months == [date(2024, 12, 1), date(2025, 1, 1), date(2025, 3, 1)]
        days = store.timeline(EventQuery(since=date(2025, 1, 1)), Bucket.DAY)
        assert [(tally.start, tally.events) for tally in days] == [
            (date(2025, 1, 1), 1),
            (date(2025, 1, 30), 1),
            (date(2025, 3, 2), 1),
        ]
        assert store.timeline(EventQuery(relations=frozenset({"visit"})), Bucket.DAY) == ()

    @pytest.mark.parametrize(
        "query",
        [
            EventQuery(),
            EventQuery(actor="RUS"),
            EventQuery(actor="RUS", partner="IRN"),
            EventQuery(actor="vladimir-putin"),
            EventQuery(source="NATO", min_confidence=0.7),
            EventQuery(target="RUS", statuses=frozenset({Status.ASSERTED, Status.NEGATED})),
            EventQuery(since=date(2023, 6, 1), until=date(2024, 2, 1)),
            EventQuery(actor="IRN", relations=frozenset({"treaty", "attack"})),
            EventQuery(event_types=frozenset({"AGREE", "ASSAULT"})),
            EventQuery(article=article("Other words.", publisher="The Herald").id),
            EventQuery(actor="USA", article=article("Other words.", publisher="The Herald").id),
        ],
    )
    def test_timelines_and_relations_equal_what_the_events_say(
        self, store: Store, query: EventQuery
    ) -> None:
        model = ModelStore()
        model.write(history())
        store.write(history())
        for bucket in Bucket:
            assert_tallies(store.timeline(query, bucket), model.timeline(query, bucket))
        if query.actor is None:
            with pytest.raises(InvalidInput):
                store.relations(query)
            return
        found = store.relations(query)
        keys = [(use.relation, use.outgoing) for use in found]
        assert keys == sorted(keys, key=lambda key: (key[0], not key[1]))
        wanted = model.relations(query)
        assert {k: (u.events, u.planned, u.partners) for k, u in zip(keys, found, strict=True)} == (
            wanted
        )

    def test_a_relation_tells_first_and_last_day_of_each_direction(self, store: Store) -> None:
        source = article()
        found = [
            event(evidence(source), relation="attack", day=DAY),
            event(evidence(source), relation="attack", day=DAY + timedelta(days=3), target=USA),
            event(evidence(source), relation="attack", source=IRN, target=RUS, day=None),
        ]
        store.write(Batch(articles=[source], events=found))
        out, back = store.relations(EventQuery(actor="RUS"))
        assert (out.outgoing, out.events, out.partners) == (True, 2, 2)
        assert (out.first_seen, out.last_seen) == (DAY, DAY + timedelta(days=3))
        assert (back.outgoing, back.first_seen) == (False, DAY)  # the day of its report

    def test_sums_for_an_unknown_actor_are_refused(self, store: Store) -> None:
        with pytest.raises(NotFound):
            store.timeline(EventQuery(actor="nobody"), Bucket.DAY)
        with pytest.raises(NotFound):
            store.relations(EventQuery(actor="nobody"))

    @pytest.mark.parametrize("as_of", [date(2025, 1, 31), date(2024, 8, 14), date(2023, 1, 1)])
    @pytest.mark.parametrize("since", [None, date(2023, 2, 1), date(2023, 5, 20)])
    @pytest.mark.parametrize(("half_life", "confidence"), [(730.0, 0.0), (90.0, 0.0), (730.0, 0.7)])
    def test_bonds_are_the_ties_of_everybody(
        self,
        store: Store,
        as_of: date,
        since: date | None,
        half_life: float,
        confidence: float,
    ) -> None:
        model = ModelStore()
        model.write(history())
        store.write(history())
        query = TieQuery(as_of, since, half_life, confidence)
        wanted = model.bonds(query)
        assert_bonds(store.bonds(query), wanted)
        some = ["RUS", "IRN", "vladimir-putin", "nobody"]
        assert_bonds(
            store.bonds(query, some), {k: v for k, v in wanted.items() if set(k) <= set(some)}
        )
        assert store.bonds(query, []) == ()

    def test_bonds_forget_an_article_that_was_removed(self, store: Store) -> None:
        source = article()
        store.write(Batch(articles=[source], events=[event(evidence(source))]))
        assert len(store.bonds(TieQuery(DAY))) == 2
        store.remove_article(source.id)
        assert store.bonds(TieQuery(DAY)) == ()

    def test_a_bond_needs_a_half_life(self, store: Store) -> None:
        with pytest.raises(InvalidInput):
            store.bonds(TieQuery(DAY, half_life_days=0))

    def test_names_are_those_of_the_kinds_asked_for(self, store: Store) -> None:
        lula = NamedActor(person("lula", "BRA", "Luiz Inácio Lula da Silva"), ("Lula", "Lulinha"))
        store.write_actors([lula, NamedActor(RUS, ("Russian Federation",)), NamedActor(NATO)])
        assert store.names(frozenset({lula.actor.kind, NATO.kind})) == (NamedActor(NATO), lula)
        assert store.names(frozenset()) == ()
        assert store.actors(["lula", "nobody", "NATO"]) == {"lula": lula, "NATO": NamedActor(NATO)}

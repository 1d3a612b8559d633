"""Promises about ties: the formula, its edges, and who is tied to whom."""

from datetime import date, timedelta

import pytest

from graph.errors import InvalidInput
from graph.model import Status
from graph.store import (
    HALF_LIFE_DAYS,
    Batch,
    Store,
    TieQuery,
)
from tests.builders import (
    DAY,
    IRN,
    PEZESHKIAN,
    PUTIN,
    RUS,
    USA,
    article,
    event,
    evidence,
)
from tests.contracts.helpers import StorePromises, assert_tie
from tests.contracts.reference_model import ModelStore


class TiesContract(StorePromises):
    """Promises about ties: the formula, its edges, and who is tied to whom."""

    def test_a_tie_sums_both_directions(self, store: Store) -> None:
        source = article()
        found = [
            event(evidence(source, confidence=0.5), relation="treaty"),
            event(evidence(source, confidence=1.0), source=IRN, target=RUS, relation="sanction"),
            event(evidence(source, confidence=1.0), relation="treaty", status=Status.PLANNED),
            event(evidence(source), relation="attack", status=Status.NEGATED),
            event(evidence(source), relation="attack", status=Status.HYPOTHETICAL),
        ]
        store.write(Batch(articles=[source], events=found))
        for actor, partner in (("RUS", IRN), ("IRN", RUS)):
            (tie,) = store.ties(actor, TieQuery(DAY))
            assert tie.partner == partner
            assert tie.cooperation == pytest.approx(8 * 0.5 + 3.2)
            assert tie.conflict == pytest.approx(7)
            assert (tie.events, tie.planned) == (3, 1)
            assert (tie.first_seen, tie.last_seen) == (DAY, DAY)

    def test_a_second_publisher_corroborates_and_a_copy_does_not(self, store: Store) -> None:
        texts = [
            ("Russia and Iran signed a treaty.", "The Courier", 1.0),
            ("Russia and Iran  signed a\ntreaty.", "The Herald", 1.0),
            ("MOSCOW (Wire) - Russia and Iran signed a treaty, it is said.", "The Voice", 1.0),
            ("The pact is signed.", "The Courier", 1.5),
            ("Both signed on Friday.", "The Post", 1.75),
        ]
        sources = [article(text, publisher=publisher) for text, publisher, _ in texts]
        for source, (_, _, factor) in zip(sources, texts, strict=True):
            store.write(Batch(articles=[source], events=[event(evidence(source, confidence=0.5))]))
            (tie,) = store.ties("RUS", TieQuery(DAY))
            assert tie.cooperation == pytest.approx(4 * factor)
            assert tie.events == 1
        store.remove_article(sources[-1].id)
        assert store.ties("RUS", TieQuery(DAY))[0].cooperation == pytest.approx(4 * 1.5)

    def test_ties_of_a_person_are_with_the_principals_of_the_other_end(self, store: Store) -> None:
        source = article()
        made = event(evidence(source, source_via=PUTIN, target_via=PEZESHKIAN), relation="meeting")
        store.write(Batch(articles=[source], events=[made]))
        partners = {
            actor: [tie.partner.id for tie in store.ties(actor, TieQuery(DAY))]
            for actor in ("RUS", "IRN", "vladimir-putin", "masoud-pezeshkian")
        }
        assert partners == {
            "RUS": ["IRN"],
            "IRN": ["RUS"],
            "vladimir-putin": ["IRN"],
            "masoud-pezeshkian": ["RUS"],
        }

    def test_one_who_is_named_on_both_sides_is_counted_once_in_any_order(
        self, store: Store
    ) -> None:
        first, second, third = (article(text) for text in ("One.", "Two.", "Three."))
        store.write(Batch(articles=[first, second, third]))
        for proof in (
            evidence(first, target_via=PUTIN),
            evidence(second, source_via=PUTIN),
            evidence(third),
        ):
            store.write(Batch(events=[event(proof)]))
        assert [tie.partner for tie in store.ties(PUTIN.id, TieQuery(DAY))] == [IRN]
        store.remove_article(second.id)
        assert [tie.partner for tie in store.ties(PUTIN.id, TieQuery(DAY))] == [RUS]
        store.remove_article(first.id)
        assert store.ties(PUTIN.id, TieQuery(DAY)) == ()

    @pytest.mark.parametrize("as_of", [date(2025, 1, 31), date(2025, 1, 17), date(2024, 3, 1)])
    @pytest.mark.parametrize("since", [None, date(2024, 1, 1), date(2024, 1, 15)])
    @pytest.mark.parametrize("confidence", [0.0, 0.6])
    @pytest.mark.parametrize("half_life", [HALF_LIFE_DAYS, 400.0])
    def test_ties_equal_the_formula(
        self, store: Store, as_of: date, since: date | None, confidence: float, half_life: float
    ) -> None:
        model = ModelStore()
        batch = self._many_days()
        model.write(batch)
        store.write(batch)
        query = TieQuery(as_of, since, half_life, min_confidence=confidence)
        for actor in ("RUS", "IRN", "USA", "vladimir-putin"):
            wanted = model.ties(actor, query)
            found = store.ties(actor, query)
            assert [tie.partner.id for tie in found] == sorted(wanted)
            for tie in found:
                assert_tie(tie, vars(wanted[tie.partner.id]))

    def _many_days(self) -> Batch:
        """Events on days around every kind of edge, of both signs and of every status."""
        first, second = article(), article("Other words.", publisher="The Herald")
        edges = [date(2025, 1, 31), DAY, date(2024, 3, 1), date(2024, 1, 15), date(2024, 1, 1)]
        edges += [edge - timedelta(days=364) for edge in edges]
        places = sorted({edge + timedelta(days=n) for edge in edges for n in (-1, 0, 1)})
        statuses = list(Status)
        events = []
        for number, day in enumerate(places):
            proofs = [evidence(first, confidence=0.5 + number % 5 / 10, source_via=PUTIN)]
            if number % 3 == 0:
                proofs.append(evidence(second, confidence=0.55))
            events.append(
                event(
                    *proofs,
                    relation=("treaty", "attack", "meeting", "tariff")[number % 4],
                    target=(IRN, USA)[number % 2],
                    status=statuses[number // 2 % len(statuses)],
                    day=day,
                )
            )
            events.append(event(*proofs, source=IRN, target=RUS, relation="visit", day=day))
        return Batch(articles=[first, second], events=events)

    def test_years_of_events_fade_as_the_formula_says(self, store: Store) -> None:
        model, source = ModelStore(), article()
        events = [
            event(
                evidence(source, confidence=1.0),
                relation=("treaty", "attack")[number % 2],
                day=date(2019, 11, 28) + timedelta(days=number * 23),
            )
            for number in range(90)
        ]
        batch = Batch(articles=[source], events=events)
        model.write(batch)
        store.write(batch)
        for as_of in (date(2021, 6, 30), date(2024, 12, 31), date(2025, 3, 1), date(2031, 1, 1)):
            for since in (None, date(2020, 1, 1), date(2020, 8, 15)):
                query = TieQuery(as_of, since)
                (tie,) = store.ties("IRN", query)
                assert_tie(tie, vars(model.ties("IRN", query)["RUS"]))

    def test_old_events_fade_by_whole_months(self, store: Store) -> None:
        source = article()
        old = event(evidence(source, confidence=1.0), day=date(2023, 1, 30))
        store.write(Batch(articles=[source], events=[old]))
        (tie,) = store.ties("RUS", TieQuery(date(2025, 1, 2), half_life_days=731.0))
        assert tie.cooperation == pytest.approx(4.0)
        assert tie.recent_cooperation == 0
        for half_life in (0.0, -1.0, float("nan")):
            with pytest.raises(InvalidInput):
                store.ties("RUS", TieQuery(DAY, half_life_days=half_life))

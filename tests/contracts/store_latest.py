"""Promises about the latest events with each partner, and about the quotes of events."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from graph.errors import InvalidInput, NotFound
from graph.model import Status
from graph.store import MAX_LIMIT, Batch, EventHead, EventQuery, Quote, Store, TieQuery
from tests.builders import DAY, IRN, NATO, PEZESHKIAN, PUTIN, RUS, USA, article, event, evidence
from tests.contracts.helpers import StorePromises, days, store_events


class LatestContract(StorePromises):
    """Promises about the latest events with each partner, and about the quotes of events."""

    def test_each_partner_has_its_own_latest_events_in_order(self, store: Store) -> None:
        source = article()
        found = [
            event(evidence(source), target=target, relation=relation, day=day)
            for target in (IRN, USA)
            for day in days(DAY, 4)
            for relation in ("meeting", "treaty", "sanction")
        ]
        store.write(Batch(articles=[source], events=found))
        latest = store.latest("RUS", ["USA", "IRN"], TieQuery(DAY + timedelta(days=2)), 4)
        assert list(latest) == ["USA", "IRN"]
        for partner, heads in latest.items():
            known = store.events(EventQuery(actor="RUS", partner=partner)).items[3:7]
            assert [head.id for head in heads] == [item.id for item in known]

    def test_a_head_says_what_the_tie_counts(self, store: Store) -> None:
        first = article("They signed.", publisher="The Courier")
        second = article("A pact is made.", publisher="The Herald")
        made = event(evidence(first, confidence=0.5), evidence(second, confidence=0.25))
        hostile = event(
            evidence(first, confidence=1.0), source=IRN, target=RUS, relation="sanction"
        )
        store.write(Batch(articles=[first, second], events=[made, hostile]))
        heads = {head.id: head for head in store.latest("IRN", ["RUS"], TieQuery(DAY), 9)["RUS"]}
        assert heads[made.id] == EventHead(
            made.id, "treaty", Status.ASSERTED, DAY, "RUS", "IRN", confidence=0.5, mass=6.0
        )
        assert heads[hostile.id].mass == -7.0
        (tie,) = store.ties("IRN", TieQuery(DAY))
        assert tie.cooperation == pytest.approx(6.0)
        assert tie.conflict == pytest.approx(7.0)

    def test_what_no_tie_counts_is_not_among_the_latest(self, store: Store) -> None:
        source = article()
        counted = event(evidence(source, confidence=0.8))
        others = [
            event(evidence(source), status=Status.NEGATED),
            event(evidence(source), status=Status.HYPOTHETICAL),
            event(evidence(source), day=DAY + timedelta(days=1)),
            event(evidence(source), day=DAY - timedelta(days=9)),
            event(evidence(source), day=None, reported=None),
            event(evidence(source, confidence=0.3), relation="visit"),
            event(evidence(source), target=None),
            event(evidence(source), target=USA),
        ]
        store.write(Batch(articles=[source], events=[counted, *others]))
        query = TieQuery(DAY, since=DAY - timedelta(days=8), min_confidence=0.5)
        latest = store.latest("RUS", ["IRN"], query, 9)
        assert [head.id for head in latest["IRN"]] == [counted.id]

    def test_the_latest_of_one_named_via_are_those_of_its_ties(self, store: Store) -> None:
        source = article()
        met = event(evidence(source, source_via=PUTIN, target_via=PEZESHKIAN), relation="meeting")
        other = event(evidence(source), relation="meeting", day=DAY - timedelta(days=1))
        store.write(Batch(articles=[source], events=[met, other]))
        latest = store.latest(PUTIN.id, ["IRN", "RUS", PEZESHKIAN.id], TieQuery(DAY), 5)
        assert {partner: [head.id for head in heads] for partner, heads in latest.items()} == {
            "IRN": [met.id],
            "RUS": [],
            PEZESHKIAN.id: [],
        }

    def test_a_busy_actor_and_a_quiet_one_see_the_same_events(self, store: Store) -> None:
        source = article("Russia met NATO.")
        store_events(store, 120)
        quiet = [
            event(evidence(source), source=NATO, target=RUS, relation="meeting", day=day)
            for day in (DAY, DAY + timedelta(days=70), date(2023, 5, 5))
        ]
        store.write(Batch(articles=[source], events=quiet))
        query = TieQuery(DAY + timedelta(days=300))
        one = store.latest("RUS", ["NATO"], query, 2)["NATO"]
        assert [head.day for head in one] == [DAY + timedelta(days=70), DAY]
        assert store.latest("NATO", ["RUS"], query, 2)["RUS"] == one
        named = event(evidence(source, target_via=NATO), day=DAY + timedelta(days=70))
        store.write(Batch(events=[named]))
        assert store.latest("RUS", ["NATO"], query, 2)["NATO"] == one
        assert len(store.latest("NATO", ["RUS"], query, 9)["RUS"]) == 4

    def test_the_latest_of_nobody_and_a_limit_out_of_bounds_are_refused(self, store: Store) -> None:
        store_events(store, 1)
        assert store.latest("RUS", [], TieQuery(DAY), 1) == {}
        for actor, partner in (("RUS", "nobody"), ("nobody", "RUS")):
            with pytest.raises(NotFound):
                store.latest(actor, [partner], TieQuery(DAY), 1)
        for limit in (0, MAX_LIMIT + 1):
            with pytest.raises(InvalidInput):
                store.latest("RUS", ["IRN"], TieQuery(DAY), limit)

    def test_a_quote_is_of_the_best_evidence(self, store: Store) -> None:
        weak = article("They met.", publisher="The Courier")
        strong = article("They signed.", publisher="The Herald", url="h", title="Signed")
        away = replace(PUTIN, country=None)
        made = event(
            evidence(weak, confidence=0.4), evidence(strong, confidence=0.8, attributed_to=away)
        )
        alone = event(evidence(weak), target=None, relation="visit")
        store.write(Batch(articles=[weak, strong], events=[made, alone]))
        found = store.quotes([alone.id, made.id, "nothing", weak.id])
        assert found[made.id] == Quote(
            RUS, IRN, "They signed.", 0.8, away, "The Herald", "Signed", "h"
        )
        assert found[alone.id].target is None
        assert len(found) == 2
        assert store.quotes([]) == {}

    def test_of_two_evidence_of_one_confidence_the_lower_id_is_quoted(self, store: Store) -> None:
        sources = [article(text) for text in ("One.", "Two.", "Three.")]
        made = event(*(evidence(source) for source in sources))
        store.write(Batch(articles=sources, events=[made]))
        assert store.quotes([made.id])[made.id].text == made.best_evidence.quote

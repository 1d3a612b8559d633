"""Promises about writing, removing and reading one thing back."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from graph.errors import InvalidInput, NotFound
from graph.model import Actor, ActorKind, Article, NamedActor, Problem, Span
from graph.store import (
    Batch,
    EventQuery,
    Statistics,
    Store,
    TieQuery,
    Written,
)
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
    problem,
)
from tests.contracts.helpers import HOSTILE, StorePromises


class WritingContract(StorePromises):
    """Promises about writing, removing and reading one thing back."""

    def test_a_batch_comes_back_as_it_was(self, store: Store) -> None:
        source = article()
        proof = evidence(
            source, source_via=PUTIN, target_via=PEZESHKIAN, attributed_to=person("a-spokesman")
        )
        written = event(proof)
        seen = Problem(source.id, "unresolved", "Foo", Span(3, 6))
        batch = Batch(articles=[source], events=[written], problems=[seen])
        assert store.write(batch) == Written(articles=1, events=1, evidence=1, problems=1)
        assert store.article(source.id) == source
        assert store.event(written.id) == written
        assert store.problems(source.id) == (seen,)

    def test_the_state_is_another_after_every_change_or_is_not_told(self, store: Store) -> None:
        source = article()
        states = [store.state()]
        for change in (
            lambda: store.write(Batch(articles=[source], events=[event(evidence(source))])),
            lambda: store.write_actors([NamedActor(NATO)]),
            lambda: store.remove_article(source.id),
        ):
            change()
            states.append(store.state())
        assert states == [None] * 4 or len(set(states)) == 4
        assert store.state() == store.state()

    def test_the_same_batch_twice_changes_nothing(self, store: Store) -> None:
        source = article()
        batch = Batch(
            articles=[source, source],
            events=[event(evidence(source)), event(evidence(source))],
            problems=[problem(source), problem(source)],
        )
        assert store.write(batch) == Written(1, 1, 1, 1)
        before = (store.statistics(), list(store.export()), store.ties("RUS", TieQuery(DAY)))
        assert store.write(batch) == Written()
        after = (store.statistics(), list(store.export()), store.ties("RUS", TieQuery(DAY)))
        assert after == before

    def test_an_empty_batch_is_no_error(self, store: Store) -> None:
        assert store.write(Batch()) == Written()

    def test_two_articles_make_one_event_with_two_evidence(self, store: Store) -> None:
        first = article(publisher="The Courier")
        second = article("Moscow and Tehran signed it.", publisher="The Herald")
        weak, strong = evidence(first, confidence=0.5), evidence(second, confidence=0.8)
        store.write(Batch(articles=[first], events=[event(weak)]))
        written = store.write(Batch(articles=[second], events=[event(strong)]))
        assert written == Written(articles=1, events=0, evidence=1)
        (found,) = store.events(EventQuery()).items
        assert found.evidence == (strong, weak)
        assert found.confidence == 0.8

    def test_the_earliest_report_dates_an_event(self, store: Store) -> None:
        first, second = article(), article("Another text.")
        late = event(evidence(first), reported=date(2025, 1, 20))
        early = event(evidence(second), reported=date(2025, 1, 18))
        store.write(Batch(articles=[first, second], events=[late, early]))
        assert store.event(late.id).reported_on == date(2025, 1, 18)
        store.remove_article(second.id)
        assert store.event(late.id).reported_on == date(2025, 1, 20)

    def test_a_batch_with_evidence_of_an_unknown_article_is_refused_whole(
        self, store: Store
    ) -> None:
        known, unknown = article(), article("Never stored.")
        with pytest.raises(InvalidInput, match=unknown.id):
            store.write(
                Batch(articles=[known], events=[event(evidence(known)), event(evidence(unknown))])
            )
        assert store.statistics() == Statistics(0, 0, 0, 0, 0, None, None)

    def test_a_problem_of_an_unknown_article_is_refused(self, store: Store) -> None:
        with pytest.raises(InvalidInput):
            store.write(Batch(problems=[problem(article())]))

    def test_a_relation_outside_the_ontology_is_refused(self, store: Store) -> None:
        source = article()
        with pytest.raises(InvalidInput, match="befriending"):
            store.write(
                Batch(articles=[source], events=[event(evidence(source), relation="befriending")])
            )
        assert store.known_articles([source.id]) == frozenset()

    def test_a_store_works_on_after_a_refused_batch(self, store: Store) -> None:
        source = article()
        with pytest.raises(InvalidInput):
            store.write(Batch(events=[event(evidence(source), source=USA)]))
        batch = Batch(articles=[source], events=[event(evidence(source), source=USA)])
        assert store.write(batch).events == 1
        assert store.actor("USA").events == 1

    @pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
    def test_hostile_strings_round_trip(self, store: Store, text: str) -> None:
        source = Article(text=text, title=text, url=text, publisher=text)
        actor = Actor("hostile", text, ActorKind.PERSON, None)
        proof = replace(evidence(source, attributed_to=actor, rule=text), trigger_text=text)
        written = event(proof, source=actor)
        seen = Problem(source.id, text, text)
        store.write(Batch(articles=[source], events=[written], problems=[seen]))
        store.write_actors([NamedActor(actor, (text, "Plain"))])
        assert store.article(source.id) == source
        assert store.event(written.id) == written
        assert store.problems(source.id) == (seen,)
        assert store.actor("hostile").aliases == (text, "Plain")
        assert store.search_actors("plain") == (actor,)
        assert isinstance(store.search_actors(text), tuple)
        for query in (EventQuery(relations=frozenset([text])), EventQuery(actor="hostile")):
            assert store.events(query).next_cursor is None

    def test_hostile_ids_are_not_found(self, store: Store) -> None:
        for text in [*HOSTILE, "nul\0byte", ""]:
            assert store.known_articles([text]) == frozenset()
            with pytest.raises(NotFound):
                store.event(text)
            with pytest.raises(NotFound):
                store.actor(text)

    def test_nul_is_refused_when_an_article_is_made(self) -> None:
        with pytest.raises(InvalidInput):
            Article(text="a\0b")

    def test_known_articles_are_those_that_are_stored(self, store: Store) -> None:
        stored, other = article(), article("Other.")
        store.write(Batch(articles=[stored]))
        assert store.known_articles([stored.id, other.id]) == {stored.id}
        assert store.known_articles([]) == frozenset()
        assert store.articles([other.id, stored.id]) == {stored.id: stored}

    def test_an_article_without_times_comes_back_so(self, store: Store) -> None:
        plain = Article(text="Only a text.")
        store.write(Batch(articles=[plain]))
        assert store.article(plain.id) == plain

    def test_unknown_ids_are_not_found(self, store: Store) -> None:
        for ask in (store.article, store.event, store.actor, store.problems, store.remove_article):
            with pytest.raises(NotFound):
                ask("nothing")
        with pytest.raises(NotFound):
            store.ties("nothing", TieQuery(DAY))
        for query in (EventQuery(actor="nothing"), EventQuery(article="nothing")):
            with pytest.raises(NotFound):
                store.events(query)

    def test_an_unknown_actor_brings_close_names(self, store: Store) -> None:
        store.write_actors([NamedActor(IRN, ("Persia",)), NamedActor(RUS), NamedActor(NATO)])
        for key in ("iran", "IRAN", "Irann", "IRM"):
            with pytest.raises(NotFound) as caught:
                store.actor(key)
            assert caught.value.close[0] == "Iran"
        with pytest.raises(NotFound) as caught:
            store.actor("qqqqqqqq")
        assert caught.value.close == ()

    def test_problems_are_ordered_by_place_then_reason(self, store: Store) -> None:
        source = article()
        nowhere = Problem(source.id, "language", "fr")
        places = [problem(source, "b", start=5), problem(source, "a", start=5), problem(source)]
        store.write(Batch(articles=[source], problems=[*places, nowhere]))
        assert store.problems(source.id) == (nowhere, places[2], places[1], places[0])

    def test_removing_an_article_removes_what_only_it_supports(self, store: Store) -> None:
        first, second = article(), article("Another report.", publisher="The Herald")
        shared = event(evidence(first, confidence=0.9), evidence(second, confidence=0.5))
        alone = event(evidence(first, source_via=PUTIN), relation="meeting", target=USA)
        store.write(
            Batch(articles=[first, second], events=[shared, alone], problems=[problem(first)])
        )
        store.remove_article(first.id)
        for ask in (store.article, store.problems):
            with pytest.raises(NotFound):
                ask(first.id)
        with pytest.raises(NotFound):
            store.event(alone.id)
        left = store.event(shared.id)
        assert [item.article_id for item in left.evidence] == [second.id]
        assert left.confidence == 0.5
        assert store.events(EventQuery(actor="vladimir-putin")).items == ()
        assert store.ties("USA", TieQuery(DAY)) == ()
        assert store.actor("USA").relations == ()

    def test_a_store_is_as_before_when_a_batch_is_taken_away_again(self, store: Store) -> None:
        first, second = article(), article("Later words.", publisher="The Herald")
        store.write(Batch(articles=[first], events=[event(evidence(first))]))
        before = store.ties("RUS", TieQuery(DAY)), store.actor("RUS"), list(store.export())
        later = DAY + timedelta(days=3)
        more = [
            event(evidence(second, source_via=PUTIN, confidence=0.7)),
            event(evidence(second), day=DAY - timedelta(days=2)),
            event(evidence(second), day=later),
        ]
        store.write(Batch(articles=[second], events=more))
        assert store.ties("RUS", TieQuery(later)) != before[0]
        store.remove_article(second.id)
        after = store.ties("RUS", TieQuery(DAY)), store.actor("RUS"), list(store.export())
        assert after == before

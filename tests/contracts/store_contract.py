"""The promises of `graph.store`, one test each; every adapter's test class inherits StoreContract.

An adapter gives the fixture `store`: a migrated, empty store that the fixture closes.
"""

import threading
from dataclasses import replace
from datetime import date, timedelta

import pytest

from graph.errors import InvalidCursor, InvalidInput, NotFound
from graph.model import Actor, ActorKind, Article, Event, NamedActor, Problem, Span, Status
from graph.store import (
    MAX_LIMIT,
    Batch,
    EventQuery,
    Page,
    Statistics,
    Store,
    Tie,
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
    state,
)
from tests.contracts.reference_model import ModelStore

HOSTILE = [
    "O'Brien said \"no\" -- '; DROP TABLE event; --",
    "`MATCH (n) DETACH DELETE n` {braces} ${x} {{y}} $1 :name ? %s",
    "back\\slash \\u0041 \\' \\\" \\",
    "emoji 🇷🇺🤝🇮🇷 👩‍👩‍👧 \U0001f9ff",
    "مرحبا بالعالم שלום עולם \u202eabc\u202c mixed",
    "line\nbreak\r\ntab\t zero\u200bwidth \ufeff nbsp\u00a0 \x01\x1b",
    "é e\u0301 ﬁ ß İ ı",
    "x" * 10_000,
    "字" * 10_000,
]


def days(start: date, count: int) -> list[date]:
    return [start + timedelta(days=n) for n in range(count)]


def store_events(store: Store, count: int, *, start: date = DAY, tag: str = "") -> list[Event]:
    """Write `count` events of RUS and IRN, one a day, in one batch; return them latest first."""
    source = article(f"Russia met Iran{tag}.")
    found = [event(evidence(source), relation="meeting", day=day) for day in days(start, count)]
    store.write(Batch(articles=[source], events=found))
    return found[::-1]


def read_all(store: Store, query: EventQuery, limit: int) -> list[Event]:
    found: list[Event] = []
    cursor: str | None = None
    while True:
        page = store.events(query, limit=limit, cursor=cursor)
        assert len(page.items) <= limit
        found += page.items
        cursor = page.next_cursor
        if cursor is None:
            return found


class StoreContract:
    """One test for each promise."""

    @pytest.fixture
    def store(self) -> Store:
        raise NotImplementedError

    # Writing

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

    # Reading one thing

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

    # Lists of events

    def test_events_come_latest_first_then_by_id_and_those_without_a_day_last(
        self, store: Store
    ) -> None:
        source = article()
        proof = evidence(source)
        found = [
            event(proof, relation=relation, day=day, reported=day)
            for day in (*days(DAY, 3), None)
            for relation in ("meeting", "visit", "sanction", "treaty")
        ]
        store.write(Batch(articles=[source], events=found))
        wanted = sorted(found, key=lambda e: (-(e.day.toordinal() if e.day else 0), e.id))
        assert read_all(store, EventQuery(), limit=5) == wanted
        assert read_all(store, EventQuery(actor="IRN"), limit=3) == wanted
        assert read_all(store, EventQuery(article=source.id), limit=16) == wanted

    def test_a_list_is_bounded_by_its_limit(self, store: Store) -> None:
        store_events(store, 5)
        page = store.events(EventQuery(), limit=5)
        assert (len(page.items), page.next_cursor) == (5, None)
        page = store.events(EventQuery(), limit=4)
        assert len(page.items) == 4
        assert page.next_cursor is not None
        for limit in (0, -1, MAX_LIMIT + 1):
            with pytest.raises(InvalidInput):
                store.events(EventQuery(), limit=limit)
        assert store.events(EventQuery(source="IRN")) == Page(())

    @pytest.mark.parametrize("query", [EventQuery(), EventQuery(actor="RUS")])
    def test_a_cursor_neither_skips_nor_repeats_while_writing(
        self, store: Store, query: EventQuery
    ) -> None:
        before = store_events(store, 12)
        seen: list[Event] = []
        cursor: str | None = None
        for turn in range(100):
            page = store.events(query, limit=2, cursor=cursor)
            seen += page.items
            cursor = page.next_cursor
            if cursor is None:
                break
            store_events(store, 1, start=DAY + timedelta(days=50 + turn), tag=f" {turn}")
            store_events(store, 1, start=DAY - timedelta(days=50 + turn), tag=f" -{turn}")
        ids = [item.id for item in seen]
        assert len(set(ids)) == len(ids)
        assert [item for item in ids if item in {e.id for e in before}] == [e.id for e in before]

    def test_a_cursor_of_another_query_is_refused(self, store: Store) -> None:
        store_events(store, 3)
        cursor = store.events(EventQuery(), limit=1).next_cursor
        assert cursor is not None
        for other in (EventQuery(actor="RUS"), EventQuery(since=date(2000, 1, 1))):
            with pytest.raises(InvalidCursor):
                store.events(other, cursor=cursor)
        for nonsense in ("", "x", "💥", cursor[:-3], cursor + "AAAA", "bnVsbA", "WzEsMiwzXQ"):
            with pytest.raises(InvalidCursor):
                store.events(EventQuery(), cursor=nonsense)

    def test_windows_are_half_open(self, store: Store) -> None:
        found = store_events(store, 3)
        first, second, third = days(DAY, 3)
        window = EventQuery(since=first, until=third)
        assert list(store.events(window).items) == found[1:]
        assert store.events(EventQuery(since=second, until=second)).items == ()
        assert list(store.events(EventQuery(since=third)).items) == found[:1]
        assert list(store.events(EventQuery(until=second)).items) == found[2:]

    def test_an_event_without_a_day_lies_in_no_window(self, store: Store) -> None:
        source = article()
        undated = event(evidence(source), day=None, reported=None)
        store.write(Batch(articles=[source], events=[undated]))
        assert store.events(EventQuery()).items == (undated,)
        assert store.events(EventQuery(since=date.min)).items == ()
        assert store.events(EventQuery(until=date.max)).items == ()
        assert store.ties("RUS", TieQuery(date.max)) == ()

    def test_a_query_asks_for_ends_and_vias(self, store: Store) -> None:
        source = article()
        made = event(evidence(source, source_via=PUTIN, target_via=PEZESHKIAN), relation="meeting")
        other = event(evidence(source), source=USA, target=RUS, relation="sanction")
        store.write(Batch(articles=[source], events=[made, other]))

        def ids(query: EventQuery) -> set[str]:
            return {item.id for item in store.events(query).items}

        assert ids(EventQuery(actor="RUS")) == {made.id, other.id}
        assert ids(EventQuery(actor="vladimir-putin")) == {made.id}
        assert ids(EventQuery(source="RUS")) == {made.id}
        assert ids(EventQuery(target="RUS")) == {other.id}
        assert ids(EventQuery(source="vladimir-putin", target="IRN")) == {made.id}
        assert ids(EventQuery(target="vladimir-putin")) == set()
        assert ids(EventQuery(actor="IRN", partner="RUS")) == {made.id}
        assert ids(EventQuery(actor="RUS", partner="USA", source="USA")) == {other.id}
        assert ids(EventQuery(actor="vladimir-putin", partner="masoud-pezeshkian")) == {made.id}
        assert ids(EventQuery(actor="RUS", partner="vladimir-putin")) == set()
        with pytest.raises(InvalidInput):
            store.events(EventQuery(partner="RUS"))

    def test_a_query_asks_for_relation_type_status_and_confidence(self, store: Store) -> None:
        source = article()
        asserted = event(evidence(source, confidence=0.4))
        planned = event(evidence(source, confidence=0.9), status=Status.PLANNED)
        denied = event(evidence(source), status=Status.NEGATED)
        store.write(Batch(articles=[source], events=[asserted, planned, denied]))

        def ids(**fields: frozenset[str] | frozenset[Status] | float) -> set[str]:
            queries = (
                replace(query, **fields)  # type: ignore[arg-type]
                for query in (
                    EventQuery(),
                    EventQuery(actor="IRN"),
                    EventQuery(article=source.id),
                )
            )
            answers = [{item.id for item in store.events(query).items} for query in queries]
            assert answers[0] == answers[1] == answers[2]
            return answers[0]

        assert ids(event_types=frozenset(["AGREE"])) == {planned.id}
        assert ids(event_types=frozenset(["SUPPORT", "AGREE"])) == {asserted.id, planned.id}
        assert ids(event_types=frozenset(["ASSAULT"])) == set()
        assert ids(event_types=frozenset(["nonsense"])) == set()
        assert ids(statuses=frozenset([Status.NEGATED])) == {denied.id}
        assert ids(relations=frozenset(["treaty", "visit"])) == {asserted.id, planned.id, denied.id}
        assert ids(relations=frozenset(["visit"])) == set()
        assert ids(relations=frozenset(["nonsense"])) == set()
        assert ids(min_confidence=0.9) == {planned.id, denied.id}

    # Removing

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

    # Actors

    def test_actors_of_events_are_known(self, store: Store) -> None:
        store_events(store, 2)
        profile = store.actor("RUS")
        assert profile.actor == RUS
        assert [(r.relation, r.as_source, r.as_target) for r in profile.relations] == [
            ("meeting", 2, 0)
        ]
        assert (profile.events, profile.first_seen) == (2, DAY)
        assert profile.last_seen == DAY + timedelta(days=1)

    def test_an_actor_without_events_has_an_empty_profile(self, store: Store) -> None:
        store.write_actors([NamedActor(IRN, ("Persia", "Islamic Republic"))])
        profile = store.actor("IRN")
        assert profile.aliases == ("Persia", "Islamic Republic")
        assert (profile.events, profile.relations) == (0, ())
        assert (profile.first_seen, profile.last_seen) == (None, None)
        assert store.ties("IRN", TieQuery(DAY)) == ()

    def test_writing_actors_again_replaces_them(self, store: Store) -> None:
        store_events(store, 1)
        store.write_actors([NamedActor(IRN, ("Persia",))])
        renamed = replace(IRN, name="Islamic Republic of Iran")
        store.write_actors([NamedActor(renamed, ("Iran",))])
        profile = store.actor("IRN")
        assert (profile.actor, profile.aliases, profile.events) == (renamed, ("Iran",), 1)
        assert store.search_actors("persia") == ()
        assert store.ties("RUS", TieQuery(DAY))[0].partner == renamed

    def test_an_event_keeps_the_country_its_person_acted_for_then(self, store: Store) -> None:
        source = article()
        written = event(evidence(source, source_via=person("a-minister", "RUS")))
        store.write(Batch(articles=[source], events=[written]))
        store.write_actors([NamedActor(person("a-minister", None))])
        assert store.event(written.id) == written
        assert store.actor("a-minister").actor.country is None

    def test_search_finds_prefixes_of_every_word_without_case_and_accents(
        self, store: Store
    ) -> None:
        lula = person("lula", "BRA", "Luiz Inácio Lula da Silva")
        store.write_actors(
            [NamedActor(lula, ("São Paulo's son",)), NamedActor(IRN), NamedActor(RUS)]
        )
        for text in ("lula", "LUIZ inacio", "Silv Lul", "inácio", "sao pau", '"lula"', "lula*"):
            assert store.search_actors(text) == (lula,), text
        for text in (
            "ula",
            "lula iran",
            "luiz son",
            "",
            "  ",
            "*",
            '"',
            "-",
            "\0",
            "NOT",
            "a OR b",
        ):
            assert store.search_actors(text) == (), text

    def test_search_puts_exact_names_first_then_busy_actors(self, store: Store) -> None:
        niger, nigeria, minor = (
            state("NER", "Niger"),
            state("NGA", "Nigeria"),
            state("NIG", "Nigerland"),
        )
        source = article()
        store.write_actors([NamedActor(actor) for actor in (minor, nigeria, niger)])
        store.write(Batch(articles=[source], events=[event(evidence(source), target=nigeria)]))
        assert store.search_actors("niger") == (niger, nigeria, minor)
        assert store.search_actors("NIGERIA") == (nigeria,)
        assert store.search_actors("ni", limit=2) == (nigeria, niger)

    # Ties

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
            ("The pact is signed.", "The Courier", 1.5),
            ("Both signed on Friday.", "The Post", 1.75),
        ]
        sources = [article(text, publisher=publisher) for text, publisher, _ in texts]
        for source, (_, _, factor) in zip(sources, texts, strict=True):
            store.write(Batch(articles=[source], events=[event(evidence(source, confidence=0.5))]))
            (tie,) = store.ties("RUS", TieQuery(DAY))
            assert tie.cooperation == pytest.approx(4 * factor)
            assert tie.events == 1
        store.remove_article(sources[3].id)
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
    def test_ties_equal_the_formula(
        self, store: Store, as_of: date, since: date | None, confidence: float
    ) -> None:
        model = ModelStore()
        batch = self._many_days()
        model.write(batch)
        store.write(batch)
        query = TieQuery(as_of, since, half_life_days=400.0, min_confidence=confidence)
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

    # The whole store

    def test_statistics_count_everything(self, store: Store) -> None:
        source = article()
        events = [
            event(evidence(source)),
            event(evidence(source), status=Status.PLANNED, day=DAY + timedelta(days=9)),
            event(evidence(source), status=Status.NEGATED, relation="attack", target=None),
        ]
        store.write(Batch(articles=[source], events=events, problems=[problem(source)]))
        assert store.statistics() == Statistics(
            articles=1,
            actors=2,
            events=3,
            evidence=3,
            problems=1,
            first_day=DAY,
            last_day=DAY + timedelta(days=9),
            events_by_type={"AGREE": 1, "SUPPORT": 1},
            events_by_status={"asserted": 1, "negated": 1, "planned": 1},
        )
        store.remove_article(source.id)
        assert store.statistics() == Statistics(0, 2, 0, 0, 0, None, None)

    def test_export_yields_every_event_once_by_id_as_of_one_moment(self, store: Store) -> None:
        before = store_events(store, 7)
        exported = store.export()
        first = next(exported)
        store_events(store, 7, start=date(2020, 1, 1), tag=" again")
        assert [first, *exported] == sorted(before, key=lambda item: item.id)
        assert len(list(store.export())) == 14

    def test_an_export_may_be_left_half_way(self, store: Store) -> None:
        store_events(store, 3)
        exported = store.export()
        next(exported)
        del exported
        assert store_events(store, 1, tag=" more")

    def test_readers_see_a_batch_before_or_after_but_never_half_of_it(self, store: Store) -> None:
        size, batches, torn = 20, 8, []
        done = threading.Event()

        def read() -> None:
            while not done.is_set():
                statistics = store.statistics()
                if statistics.events % size or statistics.evidence % size:
                    torn.append(statistics)

        readers = [threading.Thread(target=read) for _ in range(2)]
        for reader in readers:
            reader.start()
        try:
            for number in range(batches):
                start = DAY + timedelta(days=number * size)
                store_events(store, size, start=start, tag=f" {number}")
        finally:
            done.set()
            for reader in readers:
                reader.join()
        assert torn == []
        assert store.statistics().events == size * batches

    def test_migrate_and_check_may_be_run_again(self, store: Store) -> None:
        store_events(store, 2)
        store.migrate()
        store.check()
        assert store.statistics().events == 2


def assert_tie(tie: Tie, wanted: dict[str, float | int | date]) -> None:
    """Compare field by field: counts and days exactly, masses closely."""
    for name, value in wanted.items():
        found = getattr(tie, name)
        if isinstance(value, float):
            assert found == pytest.approx(value, abs=1e-6), name
        else:
            assert found == value, name

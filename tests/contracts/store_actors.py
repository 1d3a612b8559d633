"""Promises about actors and search, and about the store as a whole."""

import threading
from dataclasses import replace
from datetime import date, timedelta

from graph.model import NamedActor, Status
from graph.store import (
    Batch,
    Statistics,
    Store,
    TieQuery,
)
from tests.builders import (
    DAY,
    IRN,
    RUS,
    article,
    event,
    evidence,
    person,
    problem,
    state,
)
from tests.contracts.helpers import StorePromises, store_events


class ActorsContract(StorePromises):
    """Promises about actors and search, and about the store as a whole."""

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

"""Promises about lists of events: order, bounds, cursors, windows, filters."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from graph.errors import InvalidCursor, InvalidInput
from graph.model import Event, Status
from graph.store import (
    MAX_LIMIT,
    Batch,
    EventQuery,
    Page,
    Store,
    TieQuery,
)
from tests.builders import (
    DAY,
    PEZESHKIAN,
    PUTIN,
    RUS,
    USA,
    article,
    event,
    evidence,
)
from tests.contracts.helpers import StorePromises, days, read_all, store_events


class ListsContract(StorePromises):
    """Promises about lists of events: order, bounds, cursors, windows, filters."""

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

"""What the parts of the store's contract suite share."""

from datetime import date, timedelta

import pytest

from graph.model import Event
from graph.store import (
    Batch,
    EventQuery,
    Store,
    Tie,
)
from tests.builders import (
    DAY,
    article,
    event,
    evidence,
)

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


class StorePromises:
    """The fixture that every part of the suite needs."""

    @pytest.fixture
    def store(self) -> Store:
        raise NotImplementedError


def assert_tie(tie: Tie, wanted: dict[str, float | int | date]) -> None:
    """Compare field by field: counts and days exactly, masses closely."""
    for name, value in wanted.items():
        found = getattr(tie, name)
        if isinstance(value, float):
            assert found == pytest.approx(value, abs=1e-6), name
        else:
            assert found == value, name

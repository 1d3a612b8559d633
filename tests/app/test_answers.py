"""Answers that are kept are those that would be given again."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from app.answers import Answer, AnswerCache
from app.keys import Scope, make_key, save_keys
from app.main import create_app
from app.settings import Settings
from graph.store import Store
from graph.stores.sqlite import SqliteStore
from tests.contracts.helpers import store_events

PATH = "/v1/actors/RUS/alliances?as_of=2025-12-01"


@pytest.fixture
def own(tmp_path: Path) -> Iterator[SqliteStore]:
    """A store that a test may write to."""
    with SqliteStore(tmp_path / "own.db") as store:
        store.migrate()
        store_events(store, 3)
        yield store


def asked(client: TestClient, question: str) -> float:
    """How often the store was asked it."""
    for line in client.get("/metrics").text.splitlines():
        if line.startswith(f'westphalia_store_seconds_count{{question="{question}"}}'):
            return float(line.split()[-1])
    return 0.0


def test_the_same_question_is_answered_without_the_store(own: SqliteStore) -> None:
    client = TestClient(create_app(Settings(), own))
    first = client.get(PATH)
    again = client.get(PATH)
    assert (again.content, again.headers["etag"]) == (first.content, first.headers["etag"])
    assert again.headers["content-type"] == first.headers["content-type"] == "application/json"
    assert asked(client, "ties") == 1
    client.get(PATH + "&limit=1")
    assert asked(client, "ties") == 2
    unchanged = client.get(PATH, headers={"If-None-Match": first.headers["etag"]})
    assert unchanged.status_code == 304


def test_whatever_is_written_by_whomever_is_seen_at_once(own: SqliteStore) -> None:
    client = TestClient(create_app(Settings(), own))
    events = [len(client.get("/v1/events").json()["items"])]
    store_events(own, 2, start=date(2025, 3, 1), tag=" again")
    events.append(len(client.get("/v1/events").json()["items"]))
    with SqliteStore(own.path) as other:
        store_events(other, 1, start=date(2025, 4, 1), tag=" elsewhere")
    events.append(len(client.get("/v1/events").json()["items"]))
    assert events == [3, 5, 6]


def test_without_a_cache_the_store_is_asked_each_time(own: SqliteStore) -> None:
    client = TestClient(create_app(Settings(answer_cache=0), own))
    for _ in range(3):
        client.get(PATH)
    assert asked(client, "ties") == 3


def test_errors_are_not_kept(own: SqliteStore) -> None:
    client = TestClient(create_app(Settings(), own))
    for _ in range(2):
        assert client.get("/v1/events/e0").status_code == 404
    assert asked(client, "event") == 2


def test_a_kept_answer_is_not_for_a_key_that_may_not_read(own: SqliteStore, tmp_path: Path) -> None:
    (reader, one), (feeder, two) = (
        make_key(frozenset({scope}), "", date(2026, 1, 2)) for scope in (Scope.READ, Scope.INGEST)
    )
    save_keys(tmp_path / "keys", [one, two])
    client = TestClient(create_app(Settings(api_keys_file=tmp_path / "keys"), own))
    for _ in range(2):
        assert client.get(PATH, headers={"X-API-Key": reader}).status_code == 200
        assert client.get(PATH, headers={"X-API-Key": feeder}).status_code == 403
        assert client.get(PATH).status_code == 401


def test_no_answer_that_names_the_host_is_kept_for_others(own: SqliteStore) -> None:
    client = TestClient(create_app(Settings(), own))
    for host in ("made-up.example", "news.example"):
        text = client.get("/browser/guide", headers={"Host": host}).text
        assert host in text
        assert client.get("/v1/events", headers={"Host": host}).status_code == 200
    assert "made-up" not in text
    assert asked(client, "events") == 1


def test_the_inbox_forgets_no_answer_and_its_own_are_not_kept(own: SqliteStore) -> None:
    client = TestClient(create_app(Settings(), own))
    client.get(PATH)
    status = client.post("/v1/articles", json={"text": "Iran praised Russia."}).headers["location"]
    assert client.get(status).json()["state"] == "received"
    own.claim("w1", 1, datetime.now(UTC), timedelta(minutes=1))
    assert client.get(status).json()["state"] == "claimed"
    client.get(PATH)
    assert asked(client, "ties") == 1


def answer(size: int) -> Answer:
    return Answer(b"x" * size, "tag", ())


def test_no_more_bytes_are_kept_than_allowed_and_the_oldest_go(store: Store) -> None:
    cache = AnswerCache(store, 800)
    state = cache.state()
    for n in range(12):
        cache.keep(state, n, answer(100))
        cache.find(0)
    kept = [n for n in range(12) if cache.find(n)]
    assert kept == [0, 5, 6, 7, 8, 9, 10, 11]
    cache.keep(state, "large", answer(101))
    assert cache.find("large") is None


def test_an_answer_from_before_a_change_is_not_kept_after_it(own: SqliteStore) -> None:
    cache = AnswerCache(own, 800)
    before = cache.state()
    store_events(own, 1, start=date(2025, 3, 1), tag=" again")
    assert cache.state() != before
    cache.keep(before, "question", answer(1))
    assert cache.find("question") is None

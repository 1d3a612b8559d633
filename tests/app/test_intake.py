"""Articles that are sent: kept once, told of at every step, and stored by a real worker."""

import fcntl
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from app import intake, turns
from app.keys import Scope, make_key, save_keys
from app.main import create_app
from app.metrics import StoreNumbers
from app.settings import Settings
from app.text_schemas import MAX_BODY, MAX_TEXT
from graph.inbox import ArticleState, Failure
from graph.model import Article
from graph.store import Batch, Store
from graph.stores.sqlite import SqliteStore
from ingest.clean import cleaned
from tests.builders import event, evidence, problem
from tests.neo4j_databases import Database
from tests.process import run

Json = dict[str, Any]

TEXT = "Russia and Iran signed a treaty in Moscow on Friday."
BODY = {
    "text": TEXT,
    "title": "Signed",
    "date": "2025-01-18",
    "url": "https://news.example/1",
    "publisher": "Wire",
}
LEASE = timedelta(minutes=5)


@dataclass(frozen=True)
class Own:
    """A store that a test may write to, and how a command finds it."""

    store: Store
    settings: dict[str, str]


@pytest.fixture(params=["sqlite", "neo4j"])
def own(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Own]:
    if request.param == "sqlite":
        with SqliteStore(tmp_path / "own.db") as store:
            store.migrate()
            yield Own(store, {"STORE_URL": f"sqlite:///{store.path}"})
        return
    database: Database = request.getfixturevalue("neo4j_lts")
    database.wipe()
    with database.open() as server:
        server.migrate()
        password = database.access.password
        yield Own(server, {"STORE_URL": database.uri, "STORE_PASSWORD": password})


@pytest.fixture
def api(own: Own) -> Iterator[TestClient]:
    """One event loop for all requests, as the service has."""
    app = create_app(Settings(rate_limit="none"), own.store)
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def file(tmp_path: Path) -> Iterator[SqliteStore]:
    """A file for what no store does differently."""
    with SqliteStore(tmp_path / "own.db", timeout=0.2) as store:
        store.migrate()
        yield store


def send(client: TestClient, body: object = BODY) -> Json:
    response = client.post("/v1/articles", json=body)
    assert response.status_code == 202, response.text
    found: Json = response.json()
    assert response.headers["location"] == found["status"] == f"/v1/articles/{found['id']}/status"
    return found


def status(client: TestClient, sent: Json) -> Json:
    response = client.get(sent["status"])
    assert response.status_code == 200, response.text
    found: Json = response.json()
    assert (found["id"], found["status"]) == (sent["id"], sent["status"])
    return found


def now() -> datetime:
    return datetime.now(UTC)


def received(store: Store, sent: Json) -> Article:
    return store.tasks([sent["id"]])[sent["id"]].article


def test_an_article_that_is_sent_waits_in_the_inbox(api: TestClient, own: Own) -> None:
    before = now()
    sent = send(api)
    assert status(api, sent) == sent
    assert (sent["state"], sent["attempts"], sent["events"]) == ("received", 0, None)
    assert (sent["article"], sent["retry_at"], sent["reason"]) == (None, None, None)
    kept = received(own.store, sent)
    published = datetime(2025, 1, 18, tzinfo=UTC)
    wanted = Article(TEXT, "Signed", "https://news.example/1", "Wire", published, language="en")
    assert replace(kept, fetched_at=None) == wanted
    assert kept.fetched_at is not None
    assert before <= kept.fetched_at == datetime.fromisoformat(sent["received_at"])
    assert api.get(f"/v1/articles/{sent['id']}").status_code == 404


def test_what_is_kept_is_cleaned(api: TestClient, own: Own) -> None:
    body = {
        "text": "\u200bErdog\u0306an\u00a0met Putin.\r\n",
        "url": "https://www.news.example/1?utm_source=x#top",
    }
    kept = received(own.store, send(api, body))
    assert kept == cleaned(kept)
    assert (kept.text, kept.url) == ("Erdoğan met Putin.", "https://www.news.example/1")
    assert kept.publisher == "news.example"
    assert send(api, {"text": kept.text, "url": kept.url})["id"] == kept.id


def test_the_same_article_is_kept_once_and_its_state_is_told_at_every_step(
    api: TestClient, own: Own
) -> None:
    sent, store = send(api), own.store
    article = received(store, sent)

    def step(state: str) -> Json:
        told = status(api, sent)
        assert send(api) == told
        assert told["state"] == state
        return told

    assert step("received") == sent
    store.claim("w", 1, now(), LEASE)
    assert step("claimed")["attempts"] == 1
    again = now() + timedelta(minutes=3)
    failure = Failure(article, 1, "the coder failed: it is odd\nline 2", "Traceback ...", again)
    store.fail([failure], now())
    failed = step("failed")
    assert failed["reason"] == "the coder failed: it is odd"
    assert datetime.fromisoformat(failed["retry_at"]) == again
    store.fail([replace(failure, attempts=2, retry_at=None)], now())
    dead = step("dead")
    assert (dead["attempts"], dead["retry_at"], dead["received_at"]) == (
        2, None, sent["received_at"],
    )  # fmt: skip
    assert "Traceback" not in str([failed, dead])
    assert store.inbox().dead == 1
    noted = replace(problem(article, "language", "odd"), span=None)
    store.write(Batch([article], [event(evidence(article))], [noted, problem(article)]))
    done = step("done")
    assert (done["events"], done["problems"]) == (1, ["language: odd"])
    assert (done["reason"], done["attempts"]) == (None, None)
    assert done["received_at"] == sent["received_at"]
    assert api.get(done["article"]).json()["text"] == TEXT


def test_no_kept_answer_tells_an_old_state(api: TestClient, own: Own) -> None:
    sent = send(api)
    tags: list[str] = []
    for change in (
        lambda: None,
        lambda: own.store.claim("w", 1, now(), LEASE),
        lambda: own.store.write(Batch([received(own.store, sent)])),
    ):
        change()
        answer = api.get(sent["status"], headers={"If-None-Match": ", ".join(tags)})
        assert answer.status_code == 200
        tags.append(answer.headers["etag"])
        again = api.get(sent["status"], headers={"If-None-Match": tags[-1]})
        assert again.status_code == 304
    assert len(set(tags)) == 3


def test_of_an_unknown_article_there_is_no_status(api: TestClient) -> None:
    answer = api.get("/v1/articles/a0/status")
    assert answer.status_code == 404
    assert answer.json()["type"] == "/problems#not-found"


def test_many_may_send_the_same_and_others_at_once(api: TestClient, own: Own) -> None:
    bodies = [{"text": f"Russia met Iran {n % 5} times."} for n in range(40)]
    with ThreadPoolExecutor(8) as pool:
        sent = list(pool.map(lambda body: send(api, body), bodies))
    assert len({item["id"] for item in sent}) == own.store.inbox().received == 5


def test_a_worker_stores_what_was_sent(api: TestClient, own: Own) -> None:
    sent = send(api)
    foreign = send(api, {"text": "Президент России встретился с президентом Ирана в Москве."})
    odd = [send(api, {"text": TEXT, "date": day}) for day in ("0001-01-01", "9999-12-31")]
    done = run("worker", "--until-empty", settings={**own.settings, "PROCESSES": "1"})
    assert done.returncode == 0, done.stderr
    told = status(api, sent)
    assert (told["state"], told["received_at"]) == ("done", sent["received_at"])
    found = api.get(told["article"]).json()["events"]
    assert told["events"] == len(found) == 2
    assert {(item["source"]["id"], item["target"]["id"]) for item in found} == {
        ("RUS", "IRN"), ("IRN", "RUS"),
    }  # fmt: skip
    [one] = api.get("/v1/events?source=RUS&relation=treaty&since=2025-01-01").json()["items"][:1]
    assert one["evidence"][0]["quote"] == TEXT
    told = status(api, foreign)
    assert (told["state"], told["events"]) == ("done", 0)
    assert told["problems"] == ["language: the text is in 'ru', not English"]
    assert [status(api, item)["state"] for item in odd] == ["done", "done"]
    assert api.get("/metrics").text.count("westphalia_inbox_articles{") == 4


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"text": ""}, "text"),
        ({"text": " \n "}, "text"),
        ({"text": "\u200b\ufeff"}, "text"),
        ({"text": "a\0b"}, "text"),
        ({"text": None}, "text"),
        ({"date": "yesterday"}, "date"),
        ({"date": 20250117}, "date"),
        ({"date": "0001-01-01T00:00:00+10:00"}, "date"),
        ({"title": "t" * 1001}, "title"),
        ({"url": "javascript:alert(1)"}, "url"),
        ({"url": "https://news.example/a b"}, "url"),
        ({"url": "https://news.example/\n"}, "url"),
        ({"url": "https://" + "x" * 2000}, "url"),
        ({"publisher": "a\0"}, "publisher"),
        ({"publisher": "p" * 201}, "publisher"),
        ({"id": "n1"}, "id"),
        ({"published_at": "2025-01-17"}, "published_at"),
    ],
)
def test_a_wrong_field_is_422_and_named(file: SqliteStore, change: Json, name: str) -> None:
    api = TestClient(create_app(Settings(), file), raise_server_exceptions=False)
    answer = api.post("/v1/articles", json={**BODY, **change})
    assert answer.status_code == 422, answer.text
    assert [(item["name"], item["place"]) for item in answer.json()["errors"]] == [(name, "body")]
    assert file.inbox().received == 0


def test_too_long_a_text_or_a_body_is_413(file: SqliteStore) -> None:
    api = TestClient(create_app(Settings(max_body=9_000_000), file), raise_server_exceptions=False)
    longest = ("Rain fell. " * MAX_TEXT)[: MAX_TEXT - 1] + "."
    send(api, {"text": longest})
    answer = api.post("/v1/articles", json={"text": longest + "x"})
    assert (answer.status_code, str(MAX_TEXT) in answer.json()["detail"]) == (413, True)
    for content in (b" " * (MAX_BODY + 1), iter([b" " * (MAX_BODY // 2)] * 3)):
        answer = api.post("/v1/articles", content=content)
        assert (answer.status_code, str(MAX_BODY) in answer.json()["detail"]) == (413, True)
    assert file.inbox().received == 1


def test_sending_needs_the_scope_ingest_and_asking_the_scope_read(
    file: SqliteStore, tmp_path: Path
) -> None:
    made = {scope: make_key(frozenset({scope}), "", date(2026, 1, 2)) for scope in Scope}
    save_keys(tmp_path / "keys", [key for _, key in made.values()])
    api = TestClient(create_app(Settings(api_keys_file=tmp_path / "keys"), file))

    def asked(method: str, path: str) -> dict[Scope, int]:
        return {
            scope: api.request(method, path, json=BODY, headers={"X-API-Key": text}).status_code
            for scope, (text, _) in made.items()
        }

    assert api.post("/v1/articles", json=BODY).status_code == 401
    posted = asked("POST", "/v1/articles")
    assert posted == {Scope.READ: 403, Scope.INGEST: 202, Scope.ADMIN: 202}
    [task] = file.list_tasks(ArticleState.RECEIVED)
    read = asked("GET", f"/v1/articles/{task.article.id}/status")
    assert read == {Scope.READ: 200, Scope.INGEST: 403, Scope.ADMIN: 200}


@pytest.fixture
def hold(file: SqliteStore) -> Iterator[Callable[[], None]]:
    """Be another writer, until what is returned is called."""
    with open(f"{file.path}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield lambda: fcntl.flock(lock, fcntl.LOCK_UN)


def test_while_another_writes_too_long_the_answer_is_503_and_readers_go_on(
    file: SqliteStore, hold: Callable[[], None]
) -> None:
    api = TestClient(create_app(Settings(), file), raise_server_exceptions=False)
    answer = api.post("/v1/articles", json=BODY)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert answer.json()["type"] == "/problems#store-unavailable"
    assert str(file.path) not in answer.text
    assert api.get("/v1/events").status_code == 200
    hold()
    send(api)


def test_behind_a_slow_writer_only_a_few_wait_and_the_next_is_told_to_come_back(
    file: SqliteStore, hold: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turns, "WAIT_SECONDS", 0.2)
    begun = threading.Semaphore(0)

    class Slow(SqliteStore):
        def receive(self, articles: Any, now: datetime) -> frozenset[str]:
            begun.release()
            return super().receive(articles, now)

    with (
        Slow(file.path) as patient,
        TestClient(create_app(Settings(threads=intake.WRITERS + 1), patient)) as api,
        ThreadPoolExecutor(intake.WRITERS) as pool,
    ):
        bodies = [{"text": f"Russia met Iran {n} times."} for n in range(intake.WRITERS)]
        waiting = [pool.submit(send, api, body) for body in bodies]
        for _ in bodies:
            assert begun.acquire(timeout=30)
        start = time.monotonic()
        answer = api.post("/v1/articles", json=BODY)
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
        assert answer.json()["type"] == "/problems#busy"
        assert api.get("/v1/events").status_code == 200
        assert time.monotonic() - start < 10
        hold()
        assert [future.result(30)["state"] for future in waiting] == ["received"] * len(bodies)
        send(api)
        assert file.inbox().received == len(bodies) + 1


def test_metrics_tell_what_waits_and_for_how_long(file: SqliteStore) -> None:
    moment = now()

    def told() -> dict[str, float]:
        found = StoreNumbers(file, lambda: moment + timedelta(minutes=2)).collect()
        return {
            "/".join([sample.name, *sample.labels.values()]): sample.value
            for family in found
            if "inbox" in family.name
            for sample in family.samples
        }

    states = dict.fromkeys(("received", "claimed", "failed", "dead"), 0)
    name = "westphalia_inbox_articles/{}"
    wanted = {name.format(state): count for state, count in states.items()}
    assert told() == {**wanted, "westphalia_inbox_oldest_seconds": 0}
    one, two, three = (Article(f"Russia met Iran {n} times.") for n in range(3))
    file.receive([one], moment)
    file.receive([two], moment + timedelta(minutes=1))
    file.fail([Failure(three, 5, "odd")], moment - timedelta(hours=1))
    wanted |= {name.format("received"): 2, name.format("dead"): 1}
    assert told() == {**wanted, "westphalia_inbox_oldest_seconds": 120}

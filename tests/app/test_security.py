"""What is refused, and that nothing leaks: every route of the app, over the real layers."""

import logging
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from app.access import REQUEST_ID, SECURITY_HEADERS
from app.document import operations
from app.keys import Scope, make_key, save_keys
from app.main import create_app
from app.security import OPEN_PATHS, is_open
from app.settings import Settings
from graph.factory import open_store
from graph.store import Store
from graph.stores import sqlite_files

DAY = date(2026, 1, 2)
EXAMPLES = {"{actor_id}": "IRN", "{event_id}": "e0", "{article_id}": "a0", "{one}": "IRN",
            "{other}": "RUS"}  # fmt: skip
GUIDES = ("/browser/guide", "/browser/style.grass", "/browser/favorites.zip")
EXPLORER = ("/assets/{name}",)
PAGES = ("/docs", "/redoc", "/openapi.json")


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[Scope | None, str]]:
    """A file with a key of each scope, and one that was read from it with none."""
    file = tmp_path_factory.mktemp("keys") / "keys.txt"
    made = {scope: make_key(frozenset({scope}), "", DAY) for scope in Scope}
    save_keys(file, [key for _, key in made.values()])
    return file, {scope: text for scope, (text, _) in made.items()}


@pytest.fixture(scope="module")
def locked(store: Store, keys: tuple[Path, dict[Scope | None, str]]) -> FastAPI:
    settings = Settings(api_keys_file=keys[0], rate_limit="none", fetch_pages=True)
    return create_app(settings, store)


def routes(app: FastAPI) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Method, a path that can be asked for, and the operation, of everything in the document,
    and the pages that are not in it."""
    for path, method, operation in operations(app.openapi()):
        for name, value in EXAMPLES.items():
            path = path.replace(name, value)
        assert "{" not in path
        yield method, path, operation
    for path in PAGES:
        yield "get", path, {}


def every_path(app: FastAPI) -> set[str]:
    """What is really routed, however it is included or mounted."""
    found: set[str] = set()
    waiting = list(app.routes)
    while waiting:
        route = waiting.pop()
        if path := getattr(route, "path", ""):
            found.add(path)
        original = getattr(route, "original_router", None)
        if original is not None:
            waiting += original.routes
    return found


def test_the_enumeration_misses_no_route(locked: FastAPI) -> None:
    known = {path for path, _, _ in operations(locked.openapi())} | {*PAGES}
    assert len(every_path(locked)) > 10
    assert {path for path in every_path(locked) if not is_open(path)} <= known
    opened = {path for path in every_path(locked) if is_open(path)}
    assert opened == {*OPEN_PATHS, *GUIDES, *EXPLORER}


def test_without_a_key_nothing_is_answered_but_health_and_the_types_of_problems(
    locked: FastAPI,
) -> None:
    client = TestClient(locked, raise_server_exceptions=False)
    for headers in ({}, {"X-API-Key": "wrong"}, {"Authorization": "Bearer wrong"}):
        for method, path, _ in routes(locked):
            answer = client.request(method, path, headers=headers)
            if path in OPEN_PATHS:
                assert answer.status_code == 200
            else:
                assert answer.status_code == 401, path
                assert answer.json()["type"] == "/problems#key-needed"
                assert answer.headers["www-authenticate"] == "ApiKey, Bearer"
    assert client.get("/nowhere").status_code == 401


def test_a_key_of_another_scope_is_403_on_every_route(
    locked: FastAPI, keys: tuple[Path, dict[Scope | None, str]]
) -> None:
    client = TestClient(locked, raise_server_exceptions=False)
    asked = 0
    for method, path, operation in routes(locked):
        if path in OPEN_PATHS or path in PAGES:
            continue
        assert operation["security"] == [{"ApiKey": []}, {"Bearer": []}], path
        statuses = {
            scope: client.request(method, path, headers={"X-API-Key": text}).status_code
            for scope, text in keys[1].items()
        }
        assert statuses[Scope.ADMIN] not in (401, 403), path
        assert 403 in statuses.values(), path
        asked += 1
    assert asked >= 20
    refused = client.get("/v1/events", headers={"X-API-Key": keys[1][Scope.INGEST]})
    assert refused.json()["type"] == "/problems#scope-needed"
    assert "scope read" in refused.json()["detail"]


def test_an_article_is_taken_away_by_an_admin_only(
    locked: FastAPI, keys: tuple[Path, dict[Scope | None, str]]
) -> None:
    client = TestClient(locked)
    statuses = {
        scope: client.delete("/v1/articles/a0", headers={"X-API-Key": text}).status_code
        for scope, text in keys[1].items()
    }
    assert statuses == {Scope.READ: 403, Scope.INGEST: 403, Scope.ADMIN: 404}


def test_a_key_is_asked_for_before_the_body_is_read(locked: FastAPI) -> None:
    client = TestClient(locked, raise_server_exceptions=False)
    assert client.post("/v1/extract", content=b"{").status_code == 401


def test_a_key_may_be_sent_as_a_bearer(
    locked: FastAPI, keys: tuple[Path, dict[Scope | None, str]]
) -> None:
    client = TestClient(locked)
    bearer = {"Authorization": f"bearer {keys[1][Scope.READ]}"}
    assert client.get("/v1/events", headers=bearer).status_code == 200


def test_no_key_stands_in_a_log_or_an_answer(
    locked: FastAPI,
    keys: tuple[Path, dict[Scope | None, str]],
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    client = TestClient(locked, raise_server_exceptions=False)
    shown = [*keys[1].values(), "a-wrong-key"]
    for text in shown:
        for path in ("/v1/events", "/v1/actors/XXX", "/v1/events?limit=0", "/metrics", "/nowhere"):
            for headers in ({"X-API-Key": text}, {"Authorization": f"Bearer {text}"}):
                answer = client.get(path, headers=headers)
                assert text not in answer.text
                assert text not in str(answer.headers)
        client.get("/v1/actors", params={"q": "x", "key": text}, headers={"X-API-Key": text})
    ours = [record for record in caplog.records if not record.name.startswith("httpx")]
    told = "".join(f"{record.getMessage()} {record.__dict__}" for record in ours)
    assert "westphalia.requests" in told
    assert not [text for text in shown if text in told]


def test_every_answer_has_the_security_headers_and_a_request_id(store: Store) -> None:
    app = create_app(Settings(), store)

    @app.get("/fails")
    def fails() -> None:
        raise ZeroDivisionError("secret path")

    client = TestClient(app, raise_server_exceptions=False)
    for path in ("/healthz", "/v1/events", "/v1/events?limit=0", "/nowhere", "/fails", "/docs"):
        headers = client.get(path).headers
        assert set(map(str.lower, SECURITY_HEADERS)) <= set(headers), path
        assert len(headers[REQUEST_ID]) == 32
        assert "server" not in headers
    policy = client.get("/docs").headers["content-security-policy"]
    assert policy != client.get("/healthz").headers["content-security-policy"]
    assert "strict-transport-security" not in client.get("/healthz").headers
    secure = TestClient(app, base_url="https://testserver")
    assert "strict-transport-security" in secure.get("/healthz").headers


def test_a_fault_gives_a_problem_with_an_id_and_no_trace(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    app = create_app(Settings(), store)

    @app.get("/fails")
    def fails() -> None:
        raise ZeroDivisionError("secret path")

    answer = TestClient(app).get("/fails", headers={REQUEST_ID: "mine-1"})
    assert answer.status_code == 500
    assert answer.json()["request_id"] == answer.headers[REQUEST_ID] == "mine-1"
    assert "secret" not in answer.text
    assert "Zero" not in answer.text
    assert "secret path" in caplog.text


@pytest.mark.parametrize("given", ["a b", "x" * 65, "{}", "a;b", "é", "%0d%0aSet-Cookie:x"])
def test_a_request_id_that_could_do_harm_is_replaced(store: Store, given: str) -> None:
    client = TestClient(create_app(Settings(), store))
    answer = client.get("/nowhere", headers=[(REQUEST_ID.encode(), given.encode("latin-1"))])
    assert answer.headers[REQUEST_ID] != given
    assert answer.json()["request_id"] == answer.headers[REQUEST_ID]


def test_who_asks_too_often_is_told_when_to_come_back(store: Store) -> None:
    client = TestClient(create_app(Settings(rate_limit="3/hour"), store))
    left = [client.get("/v1/actors?q=iran").headers["ratelimit-remaining"] for _ in range(3)]
    assert left == ["2", "1", "0"]
    refused = client.get("/v1/actors?q=iran")
    assert refused.status_code == 429
    assert refused.json()["type"] == "/problems#too-many-requests"
    assert refused.headers["ratelimit-limit"] == "3"
    assert refused.headers["ratelimit-policy"] == "3;w=3600"
    assert 0 < int(refused.headers["retry-after"]) <= 3600
    assert client.get("/healthz").status_code == 200
    assert client.get("/nowhere").status_code == 429


def test_each_key_is_counted_by_itself_and_guesses_by_address(store: Store, tmp_path: Path) -> None:
    (one, kept_one), (two, kept_two) = (
        make_key(frozenset({Scope.READ}), "", DAY) for _ in range(2)
    )
    save_keys(tmp_path / "keys", [kept_one, kept_two])
    settings = Settings(api_keys_file=tmp_path / "keys", rate_limit="2/hour")
    client = TestClient(create_app(settings, store))

    def ask(key: str) -> int:
        return client.get("/v1/actors?q=iran", headers={"X-API-Key": key}).status_code

    assert [ask(one) for _ in range(3)] == [200, 200, 429]
    assert ask(two) == 200
    assert [ask(f"guess {n}") for n in range(3)] == [401, 401, 429]
    assert ask(two) == 200


def test_a_body_beyond_the_setting_is_413_before_it_is_read(store: Store) -> None:
    client = TestClient(create_app(Settings(max_body=100), store))
    headers = {"Content-Type": "application/json"}
    for content in (b" " * 101, iter([b" " * 60, b" " * 60])):
        answer = client.post("/v1/extract", content=content, headers=headers)
        assert answer.status_code == 413
        assert answer.headers["connection"] == "close"
        assert "100 bytes" in answer.json()["detail"]


@pytest.mark.parametrize(
    "path",
    [
        "/v1/actors/..%2f..%2fetc%2fpasswd",
        "/v1/actors/%2e%2e/%2e%2e/etc/passwd",
        "/../../etc/passwd",
        "/healthz/../v1/events",
        "//healthz",
        "/docs/..%5c..%5cwindows",
        "/v1/events/%00",
    ],
)
def test_no_path_leads_out_or_past_the_lock(locked: FastAPI, path: str) -> None:
    client = TestClient(locked, raise_server_exceptions=False)
    # With its host, since two slashes alone would begin with a host.
    answer = client.get(f"http://testserver{path}")
    assert answer.status_code == 401
    assert "root:" not in answer.text


def test_large_answers_are_compressed_for_who_asks(store: Store) -> None:
    client = TestClient(create_app(Settings(), store))
    plain = client.get("/v1/events", headers={"Accept-Encoding": "identity"})
    small = client.get("/v1/events", headers={"Accept-Encoding": "gzip"})
    assert "content-encoding" not in plain.headers
    assert small.headers["content-encoding"] == "gzip"
    assert int(small.headers["content-length"]) < len(plain.content) / 2
    assert small.json() == plain.json()
    assert small.headers["vary"] == plain.headers["vary"] == "Accept-Encoding"
    assert small.headers["etag"] == plain.headers["etag"]


def test_head_is_get_without_the_body(store: Store) -> None:
    client = TestClient(create_app(Settings(), store))
    got, head = client.get("/v1/events"), client.head("/v1/events")
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["etag"] == got.headers["etag"]


def test_a_page_of_another_origin_can_read_the_headers_it_needs(store: Store) -> None:
    client = TestClient(create_app(Settings(cors_origins=("https://a.example",)), store))
    answer = client.get("/nowhere", headers={"Origin": "https://a.example"})
    assert answer.headers["access-control-allow-origin"] == "https://a.example"
    exposed = answer.headers["access-control-expose-headers"]
    assert {"ETag", REQUEST_ID, "Retry-After"} <= set(exposed.split(", "))


def test_metrics_count_requests_by_route_and_tell_of_the_store(store: Store) -> None:
    client = TestClient(create_app(Settings(), store), raise_server_exceptions=False)
    for actor in ("IRN", "RUS", "XXX"):
        client.get(f"/v1/actors/{actor}")
    client.request("BREW", "/v1/events")
    text = client.get("/metrics").text
    route = 'method="GET",route="/v1/actors/{actor_id}"'
    assert f'westphalia_http_requests_total{{{route},status="200"}} 2.0' in text
    assert f'westphalia_http_requests_total{{{route},status="404"}} 1.0' in text
    assert f"westphalia_http_request_seconds_count{{{route}}} 3.0" in text
    assert 'westphalia_store_seconds_count{question="actor"} 3.0' in text
    assert 'method="other"' in text
    assert "BREW" not in text
    assert "westphalia_store_up 1.0" in text
    assert 'westphalia_store_items{kind="articles"} 4.0' in text
    assert "westphalia_ingest_lag_seconds" in text


def test_a_question_that_takes_too_long_is_503_and_counted(
    store_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite_files, "_STEPS", 1)
    with open_store(f"sqlite:///{store_path}", query_timeout=1e-9) as hasty:
        client = TestClient(create_app(Settings(), hasty), raise_server_exceptions=False)
        answer = client.get("/v1/events")
        assert answer.status_code == 503
        assert answer.json()["type"] == "/problems#query-timeout"
        assert str(store_path) not in answer.text
        told = client.get("/metrics").text
        assert 'errors_total{error="QueryTimeout",question="events"} 1.0' in told
        assert "westphalia_store_up 0.0" in told

"""Pages that clients have read: what is told of them, what is refused, and that nothing is kept."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

import app.fetching
from app import page_reader, turns
from app.keys import Scope, make_key, save_keys
from app.main import create_app
from app.page_schemas import MAX_ADDRESS
from app.settings import Settings
from app.text_schemas import MAX_BODY
from graph.store import Store
from graph.stores.sqlite import SqliteStore
from ingest.clean import cleaned
from ingest.fetch import Fetcher, Limits
from tests.ingest.makers import page, pdf
from tests.ingest.web import Answer, Web, a_web, dialled

TEXT = "The foreign minister of Japan visited Peru on Monday."


@pytest.fixture
def site() -> Iterator[Web]:
    with a_web() as started:
        story = page("A visit to Lima", TEXT, day="2026-02-10", canonical=started.url("/lima"))
        started.answers["/a"] = Answer(story)
        yield started


@pytest.fixture
def serve(site: Web, own: Store, monkeypatch: pytest.MonkeyPatch) -> Callable[..., TestClient]:
    """A service with these settings. Its own client would refuse loopback, so it gets one that
    allows this site."""

    def load(_settings: Settings) -> Fetcher:
        return site.fetcher(Limits(delay=0.0, max_bytes=20_000))

    def started(**options: Any) -> TestClient:
        made = create_app(Settings(**{"fetch_pages": True, **options}), own)
        return TestClient(made, raise_server_exceptions=False)

    monkeypatch.setattr(app.fetching, "load_fetcher", load)
    return started


@pytest.fixture
def api(serve: Callable[..., TestClient]) -> TestClient:
    return serve()


def ask(client: TestClient, url: str, key: str = "") -> Response:
    return client.post("/v1/pages", json={"url": url}, headers={"X-API-Key": key} if key else {})


def refused(answer: Response, status: int, anchor: str) -> str:
    """The detail of a problem of this type, which tells nothing of how the service is made."""
    assert (answer.status_code, answer.headers["content-type"]) == (
        status, "application/problem+json",
    ), answer.text  # fmt: skip
    assert answer.json()["type"] == f"/problems#{anchor}"
    assert "Traceback" not in answer.text
    assert ".py" not in answer.text
    detail: str = answer.json()["detail"]
    return detail


def refused_address(answer: Response) -> str:
    refused(answer, 422, "invalid-input")
    [wrong] = answer.json()["errors"]
    assert (wrong["name"], wrong["place"]) == ("url", "body")
    reason: str = wrong["reason"]
    return reason


def test_a_page_is_answered_with_what_it_tells_and_nothing_is_kept(
    api: TestClient, site: Web, own: SqliteStore
) -> None:
    answer = ask(api, site.url("/a"))
    assert answer.status_code == 200, answer.text
    assert answer.json() == {
        "text": TEXT,
        "title": "A visit to Lima",
        "url": site.url("/lima"),
        "publisher": "news.example",
        "date": "2026-02-10",
        "language": "en",
    }
    assert api.get("/v1/articles").json()["items"] == []
    assert own.inbox().received == 0


def test_what_a_page_does_not_tell_is_left_out(api: TestClient, site: Web) -> None:
    site.answers["/plain"] = Answer(b"Turkey warned Greece.\r\n", kind="text/plain")
    site.answers["/pdf"] = Answer(pdf([["Russia met Iran."]]), kind="application/pdf")
    for path, text in (("/plain", "Turkey warned Greece."), ("/pdf", "Russia met Iran.")):
        found = ask(api, site.url(path)).json()
        assert (found["text"], found["title"], found["date"]) == (text, "", None)
        assert (found["url"], found["publisher"]) == (site.url(path), "news.example")


def test_sent_on_it_is_the_article_that_ingest_would_store(api: TestClient, site: Web) -> None:
    found = ask(api, site.url("/a")).json()
    language = found.pop("language")
    sent = api.post("/v1/articles", json=found)
    assert sent.status_code == 202, sent.text
    article = cleaned(app.fetching.load_page_getter(Settings())(site.url("/a")))
    assert (sent.json()["id"], language) == (article.id, article.language)
    assert article.published_at == datetime(2026, 2, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://127.0.0.1:{port}/a", "127.0.0.1 leads to 127.0.0.1, which is not public"),
        ("http://localhost:{port}/a", "a name that is not public: localhost"),
        ("http://2130706433:{port}/a", "an odd way to write an address: 2130706433"),
        ("http://127.0.0.1:22/", "port 22 is not allowed"),
        (
            "http://169.254.169.254/latest/meta-data/",
            "169.254.169.254 leads to 169.254.169.254, which is not public",
        ),
        ("http://[::1]/", "::1 leads to ::1, which is not public"),
        ("file:///etc/passwd", "only http and https are fetched, not file"),
        ("http://user:secret@127.0.0.1:{port}/a", "a user name or password in the URL"),
        ("news.example/a", "not a complete URL"),
        ("http://news.example/a b", "a space, backslash or control character in the URL"),
    ],
)
def test_the_services_own_client_refuses_what_is_not_public_and_dials_nothing(
    own: Store, url: str, reason: str
) -> None:
    with a_web() as inner:
        settings = Settings(fetch_pages=True, fetch_ports=(inner.port,))
        client = TestClient(create_app(settings, own), raise_server_exceptions=False)
        seen = dialled()
        answer = ask(client, url.format(port=inner.port))
        assert refused_address(answer) == reason
        assert "secret" not in answer.text
        assert seen == []
        assert inner.asked == []


def test_no_redirect_and_no_name_leads_to_an_inner_address(api: TestClient, site: Web) -> None:
    with a_web() as inner:
        inner.answers["/a"] = Answer(page("Inner", TEXT))
        place = f"http://127.0.0.1:{inner.port}/a"
        site.answers["/away"] = Answer(status=302, headers={"Location": place})
        site.addresses["intranet.test"] = [["10.0.0.1"]]
        assert "is not allowed" in refused_address(ask(api, site.url("/away")))
        reason = refused_address(ask(api, site.url("/a", host="intranet.test")))
        assert reason == "intranet.test leads to 10.0.0.1, which is not public"
        assert inner.asked == []


def test_what_robots_txt_forbids_is_refused_by_name(api: TestClient, site: Web) -> None:
    site.answers["/robots.txt"] = Answer(b"User-agent: *\nDisallow: /a\n", kind="text/plain")
    assert refused_address(ask(api, site.url("/a"))) == "robots.txt forbids it"
    assert site.paths() == []


@pytest.mark.parametrize(
    ("body", "name"),
    [
        (b"{}", "url"),
        (b'{"url": ""}', "url"),
        (b'{"url": 1}', "url"),
        (b'{"url": "http://\\ud800.example/"}', "url"),
        (b'{"url": "http://\\u0000.example/"}', "url"),
        (b'{"url": "http://a.example/' + b"x" * MAX_ADDRESS + b'"}', "url"),
        (b'{"url": "http://a.example/", "text": "x"}', "text"),
    ],
)
def test_a_wrong_field_is_422_and_named(api: TestClient, site: Web, body: bytes, name: str) -> None:
    answer = api.post("/v1/pages", content=body, headers={"Content-Type": "application/json"})
    refused(answer, 422, "invalid-input")
    assert [(item["name"], item["place"]) for item in answer.json()["errors"]] == [(name, "body")]
    assert site.asked == []


def test_too_long_a_body_is_413(serve: Callable[..., TestClient]) -> None:
    answer = serve(max_body=9_000_000).post("/v1/pages", content=b" " * (MAX_BODY + 1))
    assert str(MAX_BODY) in refused(answer, 413, "too-large")


def hang_up(handler: BaseHTTPRequestHandler) -> None:
    handler.connection.close()


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (Answer(b"secret", status=404), "the server answers 404"),
        (Answer(b"secret", status=500), "the server answers 500"),
        (Answer(b"secret", kind="image/png"), "a document of type image/png"),
        (Answer(b"<p>secret</p>" * 2000), "larger than 0.02 MB"),
        (Answer(steer=hang_up), "the connection broke: "),
        (Answer(status=302, headers={"Location": "/a"}), "redirects in a circle"),
    ],
    ids=["gone", "broken", "a picture", "too large", "hung up", "a circle"],
)
def test_a_page_that_cannot_be_had_is_502_and_says_why(
    api: TestClient, site: Web, given: Answer, reason: str
) -> None:
    site.answers["/a"] = given
    answer = ask(api, site.url("/a"))
    assert reason in refused(answer, 502, "page-unavailable")
    assert "secret" not in answer.text


def test_a_site_that_does_not_tell_its_rules_or_has_no_address_is_502(
    api: TestClient, site: Web
) -> None:
    site.answers["/robots.txt"] = Answer(status=503)
    detail = refused(ask(api, site.url("/a")), 502, "page-unavailable")
    assert detail == "its robots.txt cannot be read: the server answers 503"
    detail = refused(ask(api, site.url("/a", host="nowhere.test")), 502, "page-unavailable")
    assert detail == "its robots.txt cannot be read: no address for nowhere.test"


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (
            Answer(b"<html><body><script>read()</script></body></html>"),
            "no article text on this page",
        ),
        (Answer(b" \n", kind="text/plain"), "an article needs a text"),
        (Answer("\u200b\ufeff".encode(), kind="text/plain"), "an article needs a text"),
        (Answer(b"%PDF-1.4 odd", kind="application/pdf"), "a damaged PDF"),
    ],
    ids=["nothing", "empty", "unseen", "damaged"],
)
def test_a_page_without_an_article_is_422_of_a_type_of_its_own(
    api: TestClient, site: Web, given: Answer, reason: str
) -> None:
    site.answers["/a"] = given
    assert reason in refused(ask(api, site.url("/a")), 422, "no-article")


def test_it_needs_the_scope_ingest_and_others_have_nothing_fetched(
    serve: Callable[..., TestClient], site: Web, tmp_path: Path
) -> None:
    made = {scope: make_key(frozenset({scope}), "", date(2026, 1, 2)) for scope in Scope}
    save_keys(tmp_path / "keys", [key for _, key in made.values()])
    client = serve(api_keys_file=tmp_path / "keys")
    refused(ask(client, site.url("/a")), 401, "key-needed")
    refused(ask(client, site.url("/a"), made[Scope.READ][0]), 403, "scope-needed")
    assert site.asked == []
    for scope in (Scope.INGEST, Scope.ADMIN):
        assert ask(client, site.url("/a"), made[scope][0]).status_code == 200


def test_it_is_there_only_where_the_setting_says_so(
    serve: Callable[..., TestClient], site: Web
) -> None:
    def document(client: TestClient) -> dict[str, Any]:
        paths: dict[str, Any] = client.get("/openapi.json").json()["paths"]
        return paths

    without = serve(fetch_pages=Settings().fetch_pages)
    refused(ask(without, site.url("/a")), 404, "not-found")
    assert site.asked == []
    assert "/v1/pages" not in document(without)
    [(method, operation)] = document(serve())["/v1/pages"].items()
    assert (method, operation["operationId"]) == ("post", "read_page")
    assert {"200", "401", "403", "413", "422", "502", "503"} <= set(operation["responses"])
    for status, response in operation["responses"].items():
        kind = "application/json" if status == "200" else "application/problem+json"
        assert list(response["content"]) == [kind], status


def test_a_few_pages_are_read_at_a_time_and_the_next_is_told_to_come_back(
    serve: Callable[..., TestClient], site: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With one thread for everything else, so that it would show if the pages took it."""
    monkeypatch.setattr(turns, "WAIT_SECONDS", 0.2)
    begun, go_on = threading.Semaphore(0), threading.Event()
    story = site.answers["/a"].body

    def slow(handler: BaseHTTPRequestHandler) -> None:
        begun.release()
        assert go_on.wait(30)
        handler.send_response(200)
        handler.send_header("Content-Type", "text/html")
        handler.end_headers()
        handler.wfile.write(story)

    site.answers["/slow"] = Answer(steer=slow)
    with (
        serve(threads=1) as client,
        ThreadPoolExecutor(page_reader.READERS) as pool,
    ):
        try:
            urls = [site.url("/slow", f"n{n}.example") for n in range(page_reader.READERS)]
            waiting = [pool.submit(ask, client, url) for url in urls]
            for _ in urls:
                assert begun.acquire(timeout=30)
            answer = ask(client, site.url("/a"))
            refused(answer, 503, "busy")
            assert answer.headers["retry-after"] == "1"
            assert client.get("/v1/events").status_code == 200
        finally:
            go_on.set()
        assert [future.result(30).status_code for future in waiting] == [200] * len(urls)
        assert ask(client, site.url("/a")).status_code == 200

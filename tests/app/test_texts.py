"""Texts over HTTP: the same answers as the command line, and no way to choke on one."""

import json
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path
from threading import Event, Thread
from typing import Any, cast

import pytest
from starlette.testclient import TestClient
from typer.testing import CliRunner

from app.cli import app
from app.coding import MAX_CALLERS, TextCoder, load_pipeline
from app.main import create_app
from app.settings import Settings
from app.text_schemas import MAX_BODY, MAX_TEXT
from graph.errors import ParserMissing
from graph.model import Article
from graph.store import Store
from ingest.pipeline import Coded, Pipeline

Json = dict[str, Any]
WriteFile = Callable[[str, str | bytes], Path]

TEXT = "Russia and Iran signed a treaty on Friday. He thanked Poland. France condemned the plan."
BODY = {"id": "n1", "text": TEXT, "date": "2025-01-18", "title": "Signed"}


def post(client: TestClient, path: str, body: object) -> Json:
    response = client.post(path, json=body)
    assert response.status_code == 200, response.text
    found: Json = response.json()
    return found


def refused(client: TestClient, path: str, status: int, **sent: Any) -> Json:
    response = client.post(path, **sent)
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    body: Json = response.json()
    assert (body["status"], body["instance"]) == (status, path)
    return body


def printed(write_file: WriteFile, *command: str) -> list[Json]:
    path = write_file("in.jsonl", json.dumps(BODY))
    result = CliRunner().invoke(app, [*command, str(path)])
    assert result.exit_code == 0
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_extract_is_the_contract_of_the_command(client: TestClient, write_file: WriteFile) -> None:
    answer = post(client, "/v1/extract", BODY)
    assert (answer["article_id"], answer["problems"]) == ("n1", [])
    assert answer["events"] == printed(write_file, "extract", "--format", "jsonl") != []
    for event in answer["events"]:
        proof = event["evidence"]
        assert proof["quote"] == TEXT[proof["start"] : proof["end"]]


def test_explain_is_the_json_of_the_command(client: TestClient, write_file: WriteFile) -> None:
    answer = post(client, "/v1/explain", BODY)
    assert [answer] == printed(write_file, "explain", "--format", "json")
    [there, back] = answer["sentences"][0]["events"]
    assert {there["source"], back["source"]} == {"RUS", "IRN"}
    assert there["event_date"]["start"] == "2025-01-17"


def test_date_title_and_id_may_be_left_out(client: TestClient) -> None:
    bare = post(client, "/v1/extract", {"text": TEXT})
    assert bare["article_id"] == Article(TEXT).id
    assert bare["events"][0]["event_date"] is None


def test_nothing_is_stored(client: TestClient, store: Store) -> None:
    before = store.statistics()
    post(client, "/v1/extract", BODY)
    post(client, "/v1/explain", BODY)
    assert store.statistics() == before


@pytest.mark.parametrize("path", ["/v1/extract", "/v1/explain"])
def test_another_language_is_reported_and_no_failure(client: TestClient, path: str) -> None:
    text = "Президент России встретился с президентом Ирана в Москве и подписал договор."
    answer = post(client, path, {"text": text})
    assert answer["problems"] == ["language: the text is in 'ru', not English"]
    assert answer.get("events", []) == answer.get("sentences", []) == []


@pytest.mark.parametrize("path", ["/v1/extract", "/v1/explain"])
@pytest.mark.parametrize(
    ("body", "name"),
    [
        ({}, "text"),
        ({"text": ""}, "text"),
        ({"text": " \n "}, "text"),
        ({"text": "a\0b"}, "text"),
        ({"text": None}, "text"),
        ({"text": ["Russia"]}, "text"),
        ({"text": TEXT, "date": "yesterday"}, "date"),
        ({"text": TEXT, "date": 20250117}, "date"),
        ({"text": TEXT, "title": "t" * 1001}, "title"),
        ({"text": TEXT, "id": "a\0"}, "id"),
        ({"text": TEXT, "url": "https://news.example"}, "url"),
        ([], "body"),
    ],
)
def test_a_wrong_body_is_422_and_the_field_is_named(
    client: TestClient, path: str, body: object, name: str
) -> None:
    wrong = refused(client, path, 422, json=body)["errors"]
    assert [(error["name"], error["place"]) for error in wrong] == [(name, "body")]


@pytest.mark.parametrize("content", [b"", b"{", b"text=Russia", b'{"text": "\\ud800 Russia"}'])
def test_what_is_no_json_of_texts_is_422(client: TestClient, content: bytes) -> None:
    headers = {"Content-Type": "application/json"}
    refused(client, "/v1/extract", 422, content=content, headers=headers)


@pytest.mark.parametrize("content", [b'{"text": "\xff"}', b"[" * 100_000])
def test_what_cannot_be_read_at_all_is_400(client: TestClient, content: bytes) -> None:
    headers = {"Content-Type": "application/json"}
    refused(client, "/v1/extract", 400, content=content, headers=headers)


@pytest.mark.parametrize("path", ["/v1/extract", "/v1/explain"])
def test_too_long_a_text_or_a_body_is_413(client: TestClient, path: str) -> None:
    longest = ("Rain fell. " * MAX_TEXT)[: MAX_TEXT - 1] + "."
    post(client, path, {"text": longest})
    assert str(MAX_TEXT) in refused(client, path, 413, json={"text": longest + "x"})["detail"]
    in_pieces = iter([b" " * (MAX_BODY // 2)] * 3)
    for content in (b" " * (MAX_BODY + 1), in_pieces):
        body = refused(client, path, 413, content=content)
        assert str(MAX_BODY) in body["detail"]


def test_a_get_is_405(client: TestClient) -> None:
    assert client.get("/v1/extract").status_code == 405


def test_a_key_is_asked_for_where_keys_are_set(
    store: Store, write_file: WriteFile, pipeline: Pipeline
) -> None:
    keys = write_file("keys.txt", sha256(b"open sesame").hexdigest())
    coder = TextCoder(lambda: pipeline)
    locked = TestClient(create_app(Settings(api_keys_file=keys), store, coder=coder))
    for path in ("/v1/extract", "/v1/explain"):
        refused(locked, path, 401, json=BODY)
        answer = locked.post(path, json=BODY, headers={"X-API-Key": "open sesame"})
        assert answer.status_code == 200


def test_a_page_of_a_named_origin_may_send_a_text(store: Store) -> None:
    api = TestClient(create_app(Settings(cors_origins=("https://page.example",)), store))
    asked = {
        "Origin": "https://page.example",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type",
    }
    assert api.options("/v1/extract", headers=asked).status_code == 200


def test_the_parser_is_loaded_once_with_the_first_text(store: Store, pipeline: Pipeline) -> None:
    loads: list[int] = []

    def load() -> Pipeline:
        loads.append(1)
        return pipeline

    api = TestClient(create_app(Settings(), store, coder=TextCoder(load)))
    assert api.get("/v1/events").status_code == 200
    assert loads == []
    with ThreadPoolExecutor(4) as pool:
        answers = set(pool.map(lambda _: api.post("/v1/extract", json=BODY).text, range(8)))
    assert (len(answers), loads) == (1, [1])


def test_without_the_model_other_routes_work_and_texts_are_503(store: Store) -> None:
    settings = Settings(spacy_model="no_such_model")
    api = TestClient(create_app(settings, store), raise_server_exceptions=False)
    body = refused(api, "/v1/extract", 503, json=BODY)
    assert "no_such_model" not in str(body)
    assert api.get("/v1/events").status_code == 200
    with pytest.raises(ParserMissing, match="no_such_model"):
        load_pipeline(settings)


class SlowPipeline:
    """Begins, and ends when it is let go; answers as if it had found nothing."""

    def __init__(self) -> None:
        self.begun, self.let_go = Event(), Event()

    def process(self, article: Article) -> Coded:
        self.begun.set()
        assert self.let_go.wait(30)
        return Coded(article, (), ())


def test_with_too_many_waiting_the_next_is_told_to_come_back(store: Store) -> None:
    slow = SlowPipeline()
    coder = TextCoder(lambda: cast(Pipeline, slow))
    api = TestClient(create_app(Settings(), store, coder=coder))
    waiting = [Thread(target=coder.code, args=[Article(TEXT)]) for _ in range(MAX_CALLERS)]
    for thread in waiting:
        thread.start()
    assert slow.begun.wait(30)
    try:
        while coder.free:
            time.sleep(0.001)
        response = api.post("/v1/extract", json=BODY)
        assert (response.status_code, response.headers["retry-after"]) == (503, "1")
        assert api.get("/v1/events").status_code == 200
    finally:
        slow.let_go.set()
        for thread in waiting:
            thread.join(30)
    assert api.post("/v1/extract", json=BODY).json()["events"] == []

"""One act in several papers, asserted in one and denied in another, through pipeline and store."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient
from typer.testing import CliRunner

from app.cli import app
from app.main import create_app
from app.settings import Settings
from graph.factory import open_store
from graph.model import Article
from graph.store import Batch
from ingest.pipeline import Pipeline

Json = dict[str, Any]

REPORTS = (
    ("Wire", 14, "Israel attacked Iran on Friday. Israel attacked Iran on Friday, it is said."),
    ("Post", 14, "LONDON (Wire) - Israel attacked Iran on Friday."),
    ("Herald", 15, "Iran said that Israel attacked it on Saturday."),
    ("Voice", 15, "Israel denied that it had attacked Iran on Friday."),
    ("Voice", 16, "Israel rejected Iran's accusations."),
    ("Wire", 14, "Chinese President Xi Jinping will visit Japan on Friday."),
    ("Post", 17, "Xi Jinping called off his visit to Japan."),
)


@pytest.fixture(scope="module")
def attested_path(pipeline: Pipeline, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path: Path = tmp_path_factory.mktemp("attested") / "w.db"
    with open_store(f"sqlite:///{path}") as store:
        store.migrate()
        for publisher, day, text in REPORTS:
            published = datetime(2025, 6, day, tzinfo=UTC)
            article = Article(text, publisher=publisher, published_at=published, language="en")
            coded = pipeline.process(article)
            store.write(Batch(articles=[article], events=coded.events))
    return path


@pytest.fixture(scope="module")
def attested(attested_path: Path) -> Iterator[TestClient]:
    with open_store(f"sqlite:///{attested_path}") as store:
        yield TestClient(create_app(Settings(), store), raise_server_exceptions=False)


def one(client: TestClient, **filters: str) -> Json:
    """The one event that passes the filters, as its own page shows it."""
    [item] = client.get("/v1/triples", params=filters).json()["items"]
    response = client.get(f"/v1/events/{item['event_id']}")
    assert response.status_code == 200, response.text
    body: Json = response.json()
    assert body["id"] == item["event_id"]
    return body


def beside(items: list[Json]) -> list[tuple[str, str, int]]:
    return [(item["quote"], item.get("kind", ""), item["days_apart"]) for item in items]


def test_one_claim_told_twice_and_in_two_papers_is_one_event(attested: TestClient) -> None:
    event = one(attested, relation="attack", status="asserted", until="2025-06-14")
    assert [item["article"]["publisher"] for item in event["evidence"]].count("Wire") == 2
    assert len(event["evidence"]) == 3


def test_reports_of_neighbouring_days_are_grouped_and_copies_count_once(
    attested: TestClient,
) -> None:
    event = one(attested, relation="attack", status="asserted", until="2025-06-14")
    assert beside(event["same_event"]) == [(REPORTS[2][2], "", 1)]
    found = event["corroboration"]
    assert (found["sentences"], found["articles"], found["publishers"]) == (4, 3, 3)
    assert found["independent_publishers"] == 2
    assert (found["unattributed"], found["only_parties"]) == (3, False)
    [speaker] = found["speakers"]
    assert (speaker["actor"]["id"], speaker["sentences"], speaker["party"]) == ("IRN", 1, True)


def test_what_one_asserts_and_another_denies_is_linked_both_ways(attested: TestClient) -> None:
    told = one(attested, relation="attack", status="asserted", until="2025-06-14")
    denied = one(attested, relation="attack", status="negated")
    assert beside(told["contradictions"]) == [
        (REPORTS[3][2], "said_not_to_be", 0),
        (REPORTS[4][2], "denied_by_accused", 3),
    ]
    assert told["contradictions"][0]["event_id"] == denied["id"]
    assert told["contradictions"][0]["why"] == "told as fact here, denied or negated there"
    assert [item["kind"] for item in denied["contradictions"]] == ["said_to_be", "said_to_be"]
    assert told["id"] in [item["event_id"] for item in denied["contradictions"]]
    answer = one(attested, relation="denial")
    assert {item["kind"] for item in answer["contradictions"]} == {"denies"}


def test_a_plan_and_its_end_are_linked(attested: TestClient) -> None:
    plan = one(attested, relation="visit", status="planned")
    [end] = plan["contradictions"]
    assert (end["kind"], end["quote"]) == ("called_off", REPORTS[6][2])
    [begun] = one(attested, relation="refusal")["contradictions"]
    assert (begun["kind"], begun["event_id"]) == ("calls_off", plan["id"])


def test_the_command_shows_the_same_in_words(
    attested: TestClient, attested_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WESTPHALIA_STORE_URL", f"sqlite:///{attested_path}")
    monkeypatch.setenv("COLUMNS", "100")
    told = one(attested, relation="attack", status="asserted", until="2025-06-14")
    result = CliRunner().invoke(app, ["event", told["id"], "--format", "json"])
    assert json.loads(result.stdout) == told
    shown = CliRunner().invoke(app, ["event", told["id"]]).stdout
    assert max(map(len, shown.splitlines())) <= 100
    words = " ".join(shown.split())
    sure = f"{told['confidence']:.2f}"
    assert f"Israel attack Iran asserted, ASSAULT, 2025-06-13, confidence {sure} 4" in words
    assert "4 sentences in 3 articles of 3 publishers, 2 independent; quoted: Iran 1" in words
    assert words.index("Probably the same act") < words.index("Contradictions")
    assert "told as fact here, denied or negated there: “Israel denied" in words
    unknown = CliRunner().invoke(app, ["event", "e0"])
    assert (unknown.exit_code, unknown.stderr) == (1, "westphalia: no event 'e0'\n")

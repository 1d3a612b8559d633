"""One question, two stores: SQLite and Neo4j give the same JSON and the same files."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from app.main import create_app
from app.settings import Settings
from graph.copying import copy
from graph.factory import open_store
from graph.model import Article, Event
from graph.store import Batch, EventQuery
from tests.neo4j_databases import Database

PATHS = [
    "/v1/actors?q=pu",
    "/v1/actors?q=Zelenski",
    "/v1/actors?q=a&limit=100",
    "/v1/actors/IRN?as_of=2025-10-01",
    "/v1/actors/IRN/relations",
    "/v1/actors/vladimir-putin/relations?since=2020-01-01",
    "/v1/actors/RUS/neighbours?as_of=2025-10-01&ties=true",
    "/v1/actors/IRN/alliances?as_of=2025-10-01&limit=200&proofs=5",
    "/v1/actors/IRN/alliances?as_of=2023-03-10&compare=2018-05-07&half_life_days=90",
    "/v1/actors/USA/adversaries?as_of=2022-02-24&min_confidence=0.7&sort=latest",
    "/v1/actors/kim-jong-un/alliances?as_of=2025-10-01",
    "/v1/dyads/RUS/UKR?as_of=2024-01-01&bucket=day",
    "/v1/dyads/RUS/UKR?as_of=2024-01-01&bucket=year&status=asserted&relation=attack,treaty",
    "/v1/dyads/RUS/PRK/events?limit=5",
    "/v1/events?limit=100",
    "/v1/events?event_type=ASSAULT&as_of=2022-12-31",
    "/v1/triples?actor=CHN&limit=7",
    "/v1/timeline?bucket=year",
    "/v1/timeline?actor=TUR&bucket=day&fill=true&limit=40",
    "/v1/paths?from=PRK&to=TUR&as_of=2025-10-01&max_hops=4&limit=9",
    "/v1/paths?from=USA&to=RUS&as_of=2025-10-01&tone=hostile",
    "/v1/blocs?as_of=2025-10-01&limit=200",
    "/v1/blocs?as_of=2022-03-01&tone=any&since=2015-05-05&resolution=2",
    "/v1/centrality?as_of=2025-10-01&limit=500",
    "/v1/articles?limit=9",
    "/v1/articles?publisher=Westphalia%20samples&until=2020-01-01",
    "/v1/stats",
]
EXPORTS = [
    f"/v1/export?format={name}&{rest}"
    for name in ("csv", "jsonl", "jsonld", "graphml", "gexf")
    for rest in ("", "actor=RUS", "shape=ties&as_of=2025-10-01")
]


@pytest.fixture(scope="module")
def clients(sample_path: Path, neo4j_samples: Database) -> Iterator[tuple[TestClient, TestClient]]:
    with open_store(f"sqlite:///{sample_path}") as one, neo4j_samples.open() as other:
        yield (
            TestClient(create_app(Settings(), one), raise_server_exceptions=False),
            TestClient(create_app(Settings(), other), raise_server_exceptions=False),
        )


def assert_same(found: Any, wanted: Any, place: str = "") -> None:
    """Equal, floats within a unit of the fourth digit: sums are added in another order."""
    if isinstance(wanted, float):
        assert found == pytest.approx(wanted, abs=1.1e-4), place
    elif isinstance(wanted, dict):
        assert list(found) == list(wanted), place
        for key, value in wanted.items():
            assert_same(found[key], value, f"{place}.{key}")
    elif isinstance(wanted, list):
        assert len(found) == len(wanted), place
        for number, value in enumerate(wanted):
            assert_same(found[number], value, f"{place}[{number}]")
    else:
        assert found == wanted, place


@pytest.mark.parametrize("path", PATHS)
def test_both_stores_give_the_same_answer(
    clients: tuple[TestClient, TestClient], path: str
) -> None:
    one, other = (client.get(path) for client in clients)
    assert (one.status_code, other.status_code) == (200, 200), (one.text, other.text)
    assert_same(other.json(), one.json())


@pytest.mark.parametrize("path", EXPORTS)
def test_both_stores_give_the_same_file(clients: tuple[TestClient, TestClient], path: str) -> None:
    one, other = (client.get(path) for client in clients)
    assert (one.status_code, other.status_code) == (200, 200)
    assert other.text == one.text


def test_an_article_is_removed_with_all_that_only_it_proves(
    clients: tuple[TestClient, TestClient], sample_path: Path, tmp_path: Path
) -> None:
    head = clients[1].get("/v1/articles?limit=1").json()["items"][0]
    mine = tmp_path / "mine.db"
    with open_store(f"sqlite:///{sample_path}") as source, open_store(f"sqlite:///{mine}") as store:
        store.migrate()
        copy(source, store, lambda _: None)
        client = TestClient(create_app(Settings(), store), raise_server_exceptions=False)
        _remove(client, head["id"])
        article = source.article(head["id"])
        events = source.events(EventQuery(article=article.id), 1000).items
    _remove(clients[1], head["id"])
    with open_store(f"sqlite:///{mine}") as store:
        client = TestClient(create_app(Settings(), store), raise_server_exceptions=False)
        for path in ("/v1/stats", "/v1/articles?limit=100", "/v1/blocs?as_of=2025-10-01"):
            wanted, found = client.get(path).json(), clients[1].get(path).json()
            if path == "/v1/stats":
                assert found["events"] == wanted["events"]
            else:
                assert_same(found, wanted)
        assert_written_again(store, article, events)


def _remove(client: TestClient, article: str) -> None:
    events = client.get(f"/v1/articles/{article}").json()["events"]
    before = client.get("/v1/stats").json()
    response = client.delete(f"/v1/articles/{article}")
    assert (response.status_code, response.content) == (204, b"")
    assert client.get(f"/v1/articles/{article}").status_code == 404
    after = client.get("/v1/stats").json()
    assert before["articles"] - after["articles"] == 1
    assert before["events"] - after["events"] == len({item["event_id"] for item in events}) > 0
    assert client.delete(f"/v1/articles/{article}").status_code == 404


def assert_written_again(store: Any, article: Article, events: tuple[Event, ...]) -> None:
    written = store.write(Batch(articles=[article], events=events))
    assert (written.articles, written.events) == (1, len(events))

"""A small store, made from articles by the real pipeline, and a client of the API on it."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from app.coding import TextCoder
from app.main import create_app
from app.settings import Settings
from graph.factory import open_store
from graph.model import Article
from graph.reference import load_reference
from graph.store import Store
from graph.stores.sqlite import SqliteStore
from ingest.coding import InProcess
from ingest.pipeline import Pipeline
from ingest.sources.received import Received
from ingest.worker import Worker, write_reference
from tests.neo4j_databases import Database

ARTICLES = (
    Article(
        "Russia and Iran signed a strategic partnership treaty in Moscow on Friday.",
        title="Moscow and Tehran sign",
        url="https://news.example/1",
        publisher="Wire",
        published_at=datetime(2025, 1, 18, tzinfo=UTC),
    ),
    Article(
        "Israel attacked Iran on Friday. Iran attacked Israel on Saturday.",
        title="Strikes",
        publisher="Post",
        published_at=datetime(2025, 6, 15, tzinfo=UTC),
    ),
    Article(
        "Vladimir Putin met Masoud Pezeshkian in Ashgabat.",
        title="Leaders meet",
        publisher="Wire",
        published_at=datetime(2024, 10, 11, tzinfo=UTC),
    ),
    Article(
        "China may impose sanctions on Canada. China plans to sign a treaty with Brazil.",
        title="Plans",
        publisher="Post",
        published_at=datetime(2025, 3, 1, tzinfo=UTC),
    ),
)


@pytest.fixture
def own(tmp_path: Path) -> Iterator[SqliteStore]:
    """An empty store that a test may write to."""
    with SqliteStore(tmp_path / "own.db") as opened:
        opened.migrate()
        yield opened


@pytest.fixture(scope="session")
def store_path(tmp_path_factory: pytest.TempPathFactory, pipeline: Pipeline) -> Path:
    """The file of a store with ARTICLES in it; tests must not write to it."""
    path = tmp_path_factory.mktemp("api") / "api.db"
    with open_store(f"sqlite:///{path}") as store:
        store.migrate()
        write_reference(store, load_reference())
        summary = Worker(InProcess(pipeline), store).run([Received(a, "memory") for a in ARTICLES])
    assert summary.stored == len(ARTICLES)
    return path


@pytest.fixture(scope="session")
def store(store_path: Path) -> Iterator[Store]:
    with open_store(f"sqlite:///{store_path}") as opened:
        yield opened


@pytest.fixture(scope="session")
def client(store: Store, pipeline: Pipeline) -> TestClient:
    app = create_app(Settings(), store, coder=TextCoder(lambda: pipeline))
    return TestClient(app, raise_server_exceptions=False)


@pytest.fixture(scope="module", params=["sqlite", "neo4j"])
def sample_store(request: pytest.FixtureRequest, sample_path: Path) -> Iterator[Store]:
    """A store with the curated data and all samples, once of each kind; not to be written to."""
    if request.param == "sqlite":
        with open_store(f"sqlite:///{sample_path}") as opened:
            yield opened
        return
    database: Database = request.getfixturevalue("neo4j_samples")
    with database.open() as opened:
        yield opened


@pytest.fixture(scope="module")
def sample_client(sample_store: Store) -> TestClient:
    return TestClient(create_app(Settings(), sample_store), raise_server_exceptions=False)

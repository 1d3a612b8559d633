"""What the tests of `ingest` share: coding the samples takes seconds, so it is done once."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from graph.factory import open_store
from graph.model import Article
from graph.store import Store
from ingest.pipeline import Coded, Pipeline
from ingest.sources.feed_state import FeedState
from tests.ingest.articles import read_sample
from tests.ingest.watching import Clock
from tests.ingest.web import Web, a_web


@pytest.fixture(scope="session")
def thorough_pipeline() -> Pipeline:
    """Parses every sentence."""
    return Pipeline(cheap_pass=False)


@pytest.fixture(scope="session")
def sample_articles(samples: Path) -> list[Article]:
    found = [read_sample(path) for path in sorted(samples.glob("*.txt"))]
    assert len(found) >= 20
    return found


@pytest.fixture(scope="session")
def coded_samples(pipeline: Pipeline, sample_articles: list[Article]) -> list[Coded]:
    return list(pipeline.process_many(sample_articles))


@pytest.fixture
def web() -> Iterator[Web]:
    with a_web() as started:
        yield started


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def state(tmp_path: Path) -> Iterator[FeedState]:
    with FeedState(tmp_path / "feeds.db") as opened:
        yield opened


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(f"sqlite:///{tmp_path}/w.db") as opened:
        opened.migrate()
        yield opened

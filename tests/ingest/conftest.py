"""What the tests of `ingest` share: coding the samples takes seconds, so it is done once."""

from pathlib import Path

import pytest

from graph.model import Article
from ingest.pipeline import Coded, Pipeline
from tests.ingest.articles import read_sample


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

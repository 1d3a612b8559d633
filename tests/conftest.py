"""Fixtures that every package's tests may use."""

import os
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from ingest.pipeline import Pipeline
    from tests.neo4j_databases import Database

REPOSITORY = Path(__file__).parent.parent


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of shared data, from WESTPHALIA_SHARED. Without it the test is skipped, and
    fails where CI is set: a skip there would hide that nothing was checked."""
    folder = Path(os.environ.get("WESTPHALIA_SHARED") or REPOSITORY.parent / "shared")
    if not folder.is_dir():
        reason = f"no shared data at {folder}; set WESTPHALIA_SHARED"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    return folder


@pytest.fixture(scope="session")
def samples() -> Path:
    return REPOSITORY / "samples"


@pytest.fixture(scope="session")
def pipeline() -> "Pipeline":
    """One loaded pipeline for the whole run: loading takes seconds."""
    from ingest.pipeline import Pipeline

    return Pipeline()


@pytest.fixture(scope="session")
def sample_path(
    tmp_path_factory: pytest.TempPathFactory, pipeline: "Pipeline", samples: Path
) -> Path:
    """The file of a store with the curated data and all samples; tests must not write to it."""
    from graph.factory import open_store
    from graph.reference import load_reference
    from ingest.coding import InProcess
    from ingest.sources.files import FileSource
    from ingest.worker import Worker, write_reference

    path = tmp_path_factory.mktemp("samples") / "samples.db"
    with open_store(f"sqlite:///{path}") as store:
        store.migrate()
        write_reference(store, load_reference())
        Worker(InProcess(pipeline), store).run(FileSource([str(samples)]))
    return path


@pytest.fixture(scope="session")
def neo4j_lts() -> "Iterator[Database]":
    """A database of a real Neo4j server of the LTS line, started for the run."""
    from tests.neo4j_databases import database
    from tests.neo4j_server import LTS

    with database(LTS) as found:
        yield found


@pytest.fixture(scope="session")
def neo4j_current() -> "Iterator[Database]":
    """The same of the current line."""
    from tests.neo4j_databases import database
    from tests.neo4j_server import CURRENT

    with database(CURRENT) as found:
        yield found


@pytest.fixture
def write_file(tmp_path: Path) -> Callable[[str, str | bytes], Path]:
    """Write a file below the test's own folder and return its path."""

    def write(name: str, content: str | bytes) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write


_OF_CONTRACT = "store contract"
"""The property of a test that says of which store it proves a promise."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Note with the tests of the store contract of which store they are."""
    from tests.contracts.store_contract import StoreContract

    for item in items:
        if isinstance(item, pytest.Function) and item.cls and issubclass(item.cls, StoreContract):
            item.user_properties.append((_OF_CONTRACT, item.cls.__name__.removeprefix("Test")))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print how many tests of the contract each store has passed."""
    passed = Counter(
        store
        for report in terminalreporter.stats.get("passed", ())
        for name, store in report.user_properties
        if name == _OF_CONTRACT
    )
    for store, count in sorted(passed.items()):
        terminalreporter.write_line(f"{_OF_CONTRACT}: {count} tests passed on {store}")

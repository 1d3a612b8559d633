"""Fixtures that every package's tests may use."""

import os
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.sharing import GroupsAndFiles, put_in_order, unproven

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


@pytest.fixture(scope="module")
def neo4j_samples(neo4j_lts: "Database", sample_path: Path) -> "Database":
    """The same database with what is in the file at `sample_path`; not to be written to. It is
    loaded once for all modules that ask for it one after another."""
    neo4j_lts.hold_what_is_in(sample_path)
    return neo4j_lts


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
    """Put the tests in order, and note with those of the store contract of which store they are."""
    from tests.contracts.store_contract import StoreContract

    put_in_order(items)
    for item in items:
        if isinstance(item, pytest.Function) and item.cls and issubclass(item.cls, StoreContract):
            item.user_properties.append((_OF_CONTRACT, item.cls.__name__.removeprefix("Test")))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> GroupsAndFiles | None:
    return GroupsAndFiles(config, log) if config.getoption("dist") == "loadgroup" else None


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print how many tests of the contract each store has passed."""
    for store, count in sorted(_of_contract(terminalreporter, "passed").items()):
        terminalreporter.write_line(f"{_OF_CONTRACT}: {count} tests passed on {store}")


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """With CI set a whole run fails if a store has not passed the contract."""
    config = session.config
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    whole = config.args_source is pytest.Config.ArgsSource.TESTPATHS
    if reporter is None or exitstatus or not whole or not os.environ.get("CI"):
        return
    for gap in unproven(_of_contract(reporter, "passed"), _of_contract(reporter, "skipped")):
        reporter.write_line(f"{_OF_CONTRACT}: {gap}", red=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def _of_contract(reporter: pytest.TerminalReporter, outcome: str) -> Counter[str]:
    """How many tests of the contract had an outcome, by store."""
    return Counter(
        str(store)
        for report in reporter.stats.get(outcome, ())
        for name, store in report.user_properties
        if name == _OF_CONTRACT
    )

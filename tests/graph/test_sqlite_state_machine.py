"""SqliteStore plays the random game of `tests.contracts.state_machine`, with few fresh ids too."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import settings

from graph.store import Store
from graph.stores import sqlite_ids
from graph.stores.sqlite import SqliteStore
from tests.contracts.state_machine import StoreMachine


class SqliteMachine(StoreMachine):
    def new_store(self) -> Store:
        self.folder = tempfile.TemporaryDirectory()
        store = SqliteStore(Path(self.folder.name) / "graph.db")
        store.migrate()
        return store

    def teardown(self) -> None:
        super().teardown()
        if hasattr(self, "folder"):
            self.folder.cleanup()


class SettlingMachine(SqliteMachine):
    """Ids go into the large table after every few."""

    def new_store(self) -> Store:
        self.patch = pytest.MonkeyPatch()
        self.patch.setattr(sqlite_ids, "SETTLE_AT", 4)
        return super().new_store()

    def teardown(self) -> None:
        super().teardown()
        if hasattr(self, "patch"):
            self.patch.undo()


TestSqliteMachine = SqliteMachine.TestCase
TestSettlingMachine = SettlingMachine.TestCase
TestSettlingMachine.settings = settings(max_examples=20, stateful_step_count=20, deadline=None)
TestSqliteMachine.settings = settings(max_examples=40, stateful_step_count=20, deadline=None)

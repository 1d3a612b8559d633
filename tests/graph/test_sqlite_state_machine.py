"""SqliteStore plays the random game of `tests.contracts.state_machine`."""

import tempfile
from pathlib import Path

from hypothesis import settings

from graph.store import Store
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


TestSqliteMachine = SqliteMachine.TestCase
TestSqliteMachine.settings = settings(max_examples=40, stateful_step_count=20, deadline=None)

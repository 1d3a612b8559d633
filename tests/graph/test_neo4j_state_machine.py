"""Neo4jStore plays the random game of `tests.contracts.state_machine`."""

from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from graph.store import Store
from tests.contracts.state_machine import StoreMachine
from tests.neo4j_databases import EXAMPLES, Database

MODERATE = settings(
    max_examples=EXAMPLES,
    stateful_step_count=18,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


def play(database: Database) -> None:
    class Neo4jMachine(StoreMachine):
        def new_store(self) -> Store:
            database.wipe()
            store = database.open()
            store.migrate()
            return store

    run_state_machine_as_test(Neo4jMachine, settings=MODERATE)


def test_the_lts_line_plays_as_the_model_does(neo4j_lts: Database) -> None:
    play(neo4j_lts)


def test_the_current_line_plays_as_the_model_does(neo4j_current: Database) -> None:
    play(neo4j_current)

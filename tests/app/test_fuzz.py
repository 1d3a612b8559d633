"""Anything that fits or nearly fits the OpenAPI document, asked over both stores, links included.

No answer may be a fault of the service, have a status, a media type or a form that the document
does not have, or do without a key. `make fuzz` asks longer: WESTPHALIA_FUZZ_EXAMPLES.
"""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.stateful import run_state_machine_as_test
from schemathesis import Case
from schemathesis import checks as known
from schemathesis.config import SchemathesisConfig
from schemathesis.core.result import Ok
from schemathesis.core.transport import Response
from schemathesis.specs.openapi import checks as openapi
from schemathesis.specs.openapi.schemas import OpenApiSchema

from app.coding import TextCoder
from app.document import operations
from app.keys import Scope, make_key, save_keys
from app.main import create_app
from app.settings import Settings
from graph.copying import copy
from graph.store import Store
from graph.stores.sqlite import SqliteStore
from ingest.pipeline import Pipeline
from tests.neo4j_databases import Database

EXAMPLES = int(os.environ.get("WESTPHALIA_FUZZ_EXAMPLES", "12"))
STEPS = 6

CHECKS = (
    known.not_a_server_error,
    openapi.status_code_conformance,
    openapi.content_type_conformance,
    openapi.response_headers_conformance,
    openapi.response_schema_conformance,
    openapi.negative_data_rejection,
    openapi.unsupported_method,
    openapi.ignored_auth,
)
REFUSALS = (400, 401, 403, 404, 405, 409, 413, 415, 422, 429)
"""What malformed data may be answered with."""
LIMITS = settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize="WESTPHALIA_FUZZ_EXAMPLES" not in os.environ,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
    stateful_step_count=STEPS,
    database=None,
)


@dataclass(frozen=True)
class Locked:
    """The app, the header that opens it, and how its store gets back what was removed."""

    app: FastAPI
    headers: dict[str, str]
    restore: Callable[[], None]


def api(store: Store, original: Store, pipeline: Pipeline, file: Path) -> Locked:
    """The app on a copy of a store."""
    text, key = make_key(frozenset({Scope.ADMIN}), "", date(2026, 1, 2))
    save_keys(file, [key])
    options = Settings(api_keys_file=file, rate_limit="none")
    app = create_app(options, store, coder=TextCoder(lambda: pipeline))

    def restore() -> None:
        copy(original, store, lambda _: None)

    return Locked(app, {"X-API-Key": text}, restore)


@pytest.fixture(scope="module")
def sqlite_store(
    store_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[SqliteStore]:
    """A copy of the store that other tests read: articles may be taken from this one."""
    path = tmp_path_factory.mktemp("fuzz") / "copy.db"
    with SqliteStore(store_path) as original:
        original.backup(path)
    with SqliteStore(path) as copied:
        yield copied


@pytest.fixture(scope="module")
def neo4j_store(neo4j_lts: Database, store: Store) -> Iterator[Store]:
    """The same articles and events on a server."""
    neo4j_lts.wipe()
    with neo4j_lts.open() as target:
        target.migrate()
        copy(store, target, lambda _: None)
        yield target


@pytest.fixture(scope="module", params=["sqlite", "neo4j"])
def locked(
    request: pytest.FixtureRequest,
    store: Store,
    pipeline: Pipeline,
    tmp_path_factory: pytest.TempPathFactory,
) -> Locked:
    file = tmp_path_factory.mktemp("fuzz") / "keys.txt"
    return api(request.getfixturevalue(f"{request.param}_store"), store, pipeline, file)


def load(locked: Locked) -> OpenApiSchema:
    checks = {"negative_data_rejection": {"expected-statuses": list(map(str, REFUSALS))}}
    return schemathesis.openapi.from_asgi(
        "/openapi.json",
        locked.app,
        headers=locked.headers,
        config=SchemathesisConfig.from_dict({"checks": checks}),
    )


def test_every_operation_keeps_to_its_document(locked: Locked) -> None:
    schema = load(locked)
    asked = 0
    for found in schema.get_all_operations():
        assert isinstance(found, Ok)
        operation = found.ok()
        asked += 1

        def ask(case: Case[Any]) -> None:
            case.call_and_validate(headers=dict(locked.headers), checks=list(CHECKS))

        strategy = operation.as_strategy() | operation.as_strategy(
            generation_mode=schemathesis.GenerationMode.NEGATIVE
        )
        LIMITS(given(case=strategy)(ask))()
    assert asked == len(list(operations(locked.app.openapi())))


def reached(schema: OpenApiSchema, locked: Locked) -> set[str]:
    """Follow links; return the operations that have answered with success, each step checked."""
    answered: set[str] = set()

    class Machine(schema.as_state_machine()):  # type: ignore[misc]
        has_removed = False

        def get_call_kwargs(self, case: Case[Any]) -> dict[str, object]:  # noqa: ARG002
            return {"headers": dict(locked.headers)}

        def validate_response(self, response: Response, case: Case[Any], **_: object) -> None:
            if response.status_code < 300:
                answered.add(case.operation.label)
                self.has_removed |= case.method == "DELETE"
            case.validate_response(response, checks=list(CHECKS), headers=dict(locked.headers))

        def teardown(self) -> None:
            """Every walk must find the same: the next is drawn from what the last ones met."""
            super().teardown()
            if self.has_removed:
                locked.restore()

    run_state_machine_as_test(Machine, settings=LIMITS)
    return answered


def test_links_lead_on_and_every_step_keeps_to_the_document(locked: Locked) -> None:
    # Nobody guesses an id: what has one was reached by links.
    assert [label for label in reached(load(locked), locked) if "{" in label]


def test_an_article_that_was_sent_is_followed(locked: Locked) -> None:
    schema = load(locked).include(path_regex="^/v1/articles")
    assert isinstance(schema, OpenApiSchema)
    answered = reached(schema, locked)
    assert {"POST /v1/articles", "GET /v1/articles/{article_id}/status"} <= answered

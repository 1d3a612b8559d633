"""The API: create_app puts settings, store and routers together; nothing happens at import.

Imports `graph` and the rest of `app`; the parser is loaded with the first text to read.
"""

from collections.abc import Sequence
from typing import Any

from fastapi import Depends, FastAPI
from fastapi.routing import APIRoute

from app import errors
from app.browser.links import browser_origins
from app.coding import TextCoder, load_pipeline
from app.cors import CorsByPath
from app.responses import problems
from app.routers import (
    actors,
    analysis,
    articles,
    browser,
    catalog,
    dyads,
    events,
    export,
    health,
    relationships,
    texts,
)
from app.schemas import ProblemOut
from app.security import load_key_hashes, require_key
from app.settings import Settings
from app.version import app_version
from graph.reference import Reference, load_reference
from graph.store import Store

DESCRIPTION = """Who did what to whom among states, organisations, armed groups and their leaders,
with the sentence that proves every edge.

Every error is a problem document (RFC 9457). Lists are paged with `limit`, `cursor` and
`next_cursor`; windows are half-open, `since` <= day < `until`. Answers to GET carry an ETag."""


def create_app(
    settings: Settings,
    store: Store,
    reference: Reference | None = None,
    coder: TextCoder | None = None,
) -> FastAPI:
    """Make the API on an open store. The caller closes the store."""
    app = FastAPI(
        title="Westphalia",
        version=app_version(),
        description=DESCRIPTION,
        generate_unique_id_function=_operation_id,
    )
    app.state.store = store
    app.state.reference = reference or load_reference()
    app.state.coder = coder or TextCoder(lambda: load_pipeline(settings))
    errors.install(app)
    app.include_router(health.router)
    app.include_router(browser.router)
    locks: Sequence[Any] = ()
    locked: dict[int | str, dict[str, Any]] = {}
    if settings.api_keys_file is not None:
        locks = [Depends(require_key(load_key_hashes(settings.api_keys_file)))]
        locked = problems(401)
    routed = (actors, relationships, dyads, events, analysis, articles, export, catalog, texts)
    for router in (module.router for module in routed):
        app.include_router(router, dependencies=locks, responses=locked)
    app.add_middleware(CorsByPath, browser=browser_origins(settings), api=settings.cors_origins)
    _document_problems(app)
    return app


def _operation_id(route: APIRoute) -> str:
    return route.name


def _document_problems(app: FastAPI) -> None:
    """Put the schema of problem details, which no route returns, into the OpenAPI document."""
    generate = app.openapi

    def openapi() -> dict[str, Any]:
        document = generate()
        schemas = document.setdefault("components", {}).setdefault("schemas", {})
        if ProblemOut.__name__ not in schemas:
            schema = ProblemOut.model_json_schema(ref_template="#/components/schemas/{model}")
            schemas |= schema.pop("$defs", {}) | {ProblemOut.__name__: schema}
        return document

    app.openapi = openapi  # type: ignore[method-assign]

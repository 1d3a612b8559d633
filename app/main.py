"""The API: create_app puts settings, store, routers and layers together; nothing happens at import.

Imports `graph` and the rest of `app`; the parser is loaded with the first text to read, the HTTP
client only where pages may be fetched.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import anyio.to_thread
from fastapi import Depends, FastAPI
from fastapi.middleware.gzip import GZipMiddleware
from fastapi.routing import APIRoute

from app import document, errors, pages
from app.access import Access
from app.answers import AnswerCache
from app.bounds import Bounds
from app.browser.links import browser_origins
from app.coding import TextCoder, load_pipeline
from app.cors import CorsByPath
from app.deps import refuse_repeated
from app.intake import Intake
from app.keys import KeyRing, Scope
from app.metrics import Metrics
from app.page_reader import PageReader
from app.rates import RateLimiter
from app.routers import (
    actors,
    analysis,
    articles,
    browser,
    catalog,
    dyads,
    events,
    explorer,
    export,
    health,
    relationships,
    texts,
    webpages,
)
from app.security import Gate, Needs
from app.settings import NO_LIMIT, Settings
from app.version import app_version
from graph.reference import Reference, load_reference
from graph.store import Store

DESCRIPTION = """Who did what to whom among states, organisations, armed groups and their leaders,
with the sentence that proves every edge.

Every error is a problem document (RFC 9457), whose types are listed at `/problems`. Lists are
paged with `limit`, `cursor` and `next_cursor`; windows are half-open, `since` <= day < `until`.
Answers to GET carry an ETag. Every answer has an `X-Request-ID`; send one to choose it."""

ROUTERS = (
    (actors.router, Scope.READ),
    (relationships.router, Scope.READ),
    (dyads.router, Scope.READ),
    (events.router, Scope.READ),
    (analysis.router, Scope.READ),
    (articles.router, Scope.READ),
    (articles.status_router, Scope.READ),
    (articles.ingest_router, Scope.INGEST),
    (articles.admin_router, Scope.ADMIN),
    (export.router, Scope.READ),
    (catalog.router, Scope.READ),
    (explorer.links_router, Scope.READ),
    (texts.router, Scope.READ),
    (health.metrics_router, Scope.ADMIN),
)
"""Each with the scope that a key needs for it. That of pages of the web is there only where the
settings say so. Those of health, of the explorer's page and of Neo4j Browser's guide and style are
open."""

_COMPRESSED_FROM = 1024
_COMPRESSION = 5


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
        docs_url=None,
        redoc_url=None,
        lifespan=_lifespan(settings.threads),
        dependencies=[Depends(refuse_repeated)],
    )
    metrics = Metrics(store)
    app.state.metrics = metrics
    app.state.store = metrics.watch(store)
    app.state.settings = settings
    app.state.answers = AnswerCache(store, settings.answer_cache * 1_000_000)
    app.state.reference = reference or load_reference()
    app.state.intake = Intake(app.state.store)
    app.state.coder = coder or TextCoder(lambda: load_pipeline(settings))
    errors.install(app)
    app.include_router(health.router)
    app.include_router(browser.router)
    app.include_router(explorer.router)
    ring = KeyRing(settings.api_keys_file) if settings.api_keys_file is not None else None
    routers = list(ROUTERS)
    if settings.fetch_pages:
        app.state.page_reader = _page_reader(settings)
        routers.append((webpages.router, Scope.INGEST))
    for router, scope in routers:
        app.include_router(router, dependencies=[Depends(Needs(scope))] if ring else [])
    pages.install(app)
    _add_layers(app, settings, metrics, ring)
    document.install(app)
    return app


def _page_reader(settings: Settings) -> PageReader:
    from app.fetching import load_page_getter

    return PageReader(load_page_getter(settings))


def _add_layers(app: FastAPI, settings: Settings, metrics: Metrics, ring: KeyRing | None) -> None:
    """The last one added is the outermost."""
    limiter = None if settings.rate_limit == NO_LIMIT else RateLimiter(settings.rate_limit)
    app.add_middleware(Bounds, max_body=settings.max_body, seconds=settings.client_timeout)
    app.add_middleware(Gate, ring=ring, limiter=limiter)
    app.add_middleware(GZipMiddleware, minimum_size=_COMPRESSED_FROM, compresslevel=_COMPRESSION)
    app.add_middleware(CorsByPath, browser=browser_origins(settings), api=settings.cors_origins)
    app.add_middleware(Access, metrics=metrics)


def _lifespan(threads: int) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        anyio.to_thread.current_default_thread_limiter().total_tokens = threads
        yield

    return lifespan


def _operation_id(route: APIRoute) -> str:
    return route.name

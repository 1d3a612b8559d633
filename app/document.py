"""The OpenAPI document: every status that a route may answer with, and how answers lead on.

Routes document what is theirs; what the layers around all of them may answer is added here, so
that no route can forget it. Imports `problem_types` and the schema of problems.
"""

from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI

from app.responses import problems
from app.schemas import ProblemOut

Json = dict[str, Any]

EVERYWHERE = (400, 401, 403, 408, 413, 422, 429, 500, 503)
"""What the gate, the bounds and the last handler may answer to any request under /v1."""

LINKS: Mapping[str, Mapping[str, tuple[str, Mapping[str, str]]]] = {
    "search_actors": {
        "actor": ("get_actor", {"actor_id": "$response.body#/items/0/id"}),
        "alliances": ("get_alliances", {"actor_id": "$response.body#/items/0/id"}),
        "adversaries": ("get_adversaries", {"actor_id": "$response.body#/items/0/id"}),
    },
    "get_actor": {"alliances": ("get_alliances", {"actor_id": "$response.body#/id"})},
    "get_alliances": {
        "event": ("get_event", {"event_id": "$response.body#/observed/0/evidence/0/event_id"}),
        "partner": ("get_actor", {"actor_id": "$response.body#/observed/0/partner/id"}),
    },
    "list_events": {
        "event": ("get_event", {"event_id": "$response.body#/items/0/id"}),
        "source": ("get_actor", {"actor_id": "$response.body#/items/0/source/id"}),
        "next": ("list_events", {"cursor": "$response.body#/next_cursor"}),
    },
    "list_articles": {
        "article": ("get_article", {"article_id": "$response.body#/items/0/id"}),
        "next": ("list_articles", {"cursor": "$response.body#/next_cursor"}),
    },
    "add_article": {
        "status": ("get_article_status", {"article_id": "$response.body#/id"}),
    },
    "get_article_status": {"article": ("get_article", {"article_id": "$response.body#/id"})},
    "get_adversaries": {
        "event": ("get_event", {"event_id": "$response.body#/observed/0/evidence/0/event_id"}),
        "partner": ("get_actor", {"actor_id": "$response.body#/observed/0/partner/id"}),
    },
    "list_triples": {
        "event": ("get_event", {"event_id": "$response.body#/items/0/event_id"}),
        "next": ("list_triples", {"cursor": "$response.body#/next_cursor"}),
    },
}
"""Which part of whose answer is a parameter of which operation, by operation id."""


def install(app: FastAPI) -> None:
    """Complete the document of the app when it is first asked for."""
    generate = app.openapi

    def openapi() -> Json:
        if app.openapi_schema is None:
            complete(generate())
        assert app.openapi_schema is not None
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]


def complete(document: Json) -> None:
    """Add to the document what no route says."""
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    if ProblemOut.__name__ not in schemas:
        schema = ProblemOut.model_json_schema(ref_template="#/components/schemas/{model}")
        schemas |= schema.pop("$defs", {}) | {ProblemOut.__name__: schema}
    names = {operation["operationId"] for _, _, operation in operations(document)}
    for path, method, operation in operations(document):
        responses = operation["responses"]
        if path.startswith("/v1/"):
            _add(responses, *EVERYWHERE)
            if method == "get":
                responses.setdefault("304", {"description": HTTPStatus.NOT_MODIFIED.phrase})
        else:
            responses.pop("422", None)
            _add(responses, 413, 500)
        links = {
            name: {"operationId": target, "parameters": dict(parameters)}
            for name, (target, parameters) in LINKS.get(operation["operationId"], {}).items()
            if target in names
        }
        if links:
            responses[min(responses)]["links"] = links  # the lowest status is that of success


def operations(document: Json) -> Iterator[tuple[str, str, Json]]:
    """Yield path, method and operation of each."""
    for path, item in document["paths"].items():
        for method, operation in item.items():
            yield path, method, operation


def _add(responses: Json, *statuses: int) -> None:
    for status, response in problems(*statuses).items():
        # FastAPI's own 422 has another form than the one that is sent.
        if "application/problem+json" not in responses.get(str(status), {}).get("content", {}):
            responses[str(status)] = response

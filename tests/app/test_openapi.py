"""The OpenAPI document is whole, so that a client can be generated from it."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

Json = dict[str, Any]

ROUTES = {
    "/healthz": "healthz",
    "/readyz": "readyz",
    "/v1/actors": "search_actors",
    "/v1/actors/{actor_id}": "get_actor",
    "/v1/actors/{actor_id}/alliances": "get_alliances",
    "/v1/events": "list_events",
    "/v1/events/{event_id}": "get_event",
    "/v1/triples": "list_triples",
    "/v1/extract": "extract_events",
    "/v1/explain": "explain_text",
}


def operation(document: Json, path: str) -> Json:
    """The one operation of a path."""
    [found] = document["paths"][path].values()
    result: Json = found
    return result


@pytest.fixture(scope="module")
def document(client: TestClient) -> Json:
    body: Json = client.get("/openapi.json").json()
    return body


def references(node: object) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(reference := node.get("$ref"), str):
            yield reference
        for child in node.values():
            yield from references(child)
    elif isinstance(node, list):
        for child in node:
            yield from references(child)


def test_it_has_every_route_under_a_readable_name(document: Json) -> None:
    names = {path: operation(document, path)["operationId"] for path in document["paths"]}
    assert names == ROUTES


def test_every_reference_in_it_leads_somewhere(document: Json) -> None:
    for reference in set(references(document)):
        node: Any = document
        for part in reference.removeprefix("#/").split("/"):
            node = node[part]
        assert node


@pytest.mark.parametrize("path", [path for path in ROUTES if path != "/healthz"])
def test_every_route_documents_its_problems(document: Json, path: str) -> None:
    responses = operation(document, path)["responses"]
    failures = {status: item for status, item in responses.items() if status != "200"}
    assert "503" in failures
    if path.startswith("/v1"):
        assert "422" in failures
    if "{" in path:
        assert "404" in failures
    for item in failures.values():
        assert list(item["content"]) == ["application/problem+json"]


def test_every_parameter_and_route_says_what_it_is(document: Json) -> None:
    obvious = {"limit", "min_confidence", "actor_id", "event_id"}
    for path in document["paths"]:
        item = operation(document, path)
        assert item["summary"]
        assert item["description"]
        for parameter in item.get("parameters", []):
            assert parameter["name"] in obvious or parameter["description"], parameter


def test_events_and_problems_come_with_examples(document: Json) -> None:
    schemas = document["components"]["schemas"]
    for name in (
        "ActorOut", "EventOut", "EvidenceOut", "TripleOut", "ProblemOut", "CorroborationOut",
        "ContradictionOut", "SameEventOut", "TextIn", "ExtractOut", "ClaimOut",
    ):  # fmt: skip
        assert '"examples"' in json.dumps(schemas[name]), name


def test_the_documentation_page_is_there(client: TestClient) -> None:
    assert client.get("/docs").status_code == 200

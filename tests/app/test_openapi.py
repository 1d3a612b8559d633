"""The OpenAPI document is whole, so that a client can be generated from it."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

from app.document import LINKS
from app.main import create_app
from app.settings import Settings
from graph.store import Store

Json = dict[str, Any]

ROUTES = {
    ("get", "/healthz"): "healthz",
    ("get", "/readyz"): "readyz",
    ("get", "/metrics"): "metrics",
    ("get", "/v1/actors"): "search_actors",
    ("get", "/v1/actors/{actor_id}"): "get_actor",
    ("get", "/v1/actors/{actor_id}/relations"): "get_relations",
    ("get", "/v1/actors/{actor_id}/neighbours"): "get_neighbours",
    ("get", "/v1/actors/{actor_id}/alliances"): "get_alliances",
    ("get", "/v1/actors/{actor_id}/adversaries"): "get_adversaries",
    ("get", "/v1/dyads/{one}/{other}"): "get_dyad",
    ("get", "/v1/dyads/{one}/{other}/events"): "list_dyad_events",
    ("get", "/v1/events"): "list_events",
    ("get", "/v1/events/{event_id}"): "get_event",
    ("get", "/v1/triples"): "list_triples",
    ("get", "/v1/timeline"): "get_timeline",
    ("get", "/v1/paths"): "get_paths",
    ("get", "/v1/blocs"): "get_blocs",
    ("get", "/v1/centrality"): "get_centrality",
    ("get", "/v1/articles"): "list_articles",
    ("post", "/v1/articles"): "add_article",
    ("get", "/v1/articles/{article_id}"): "get_article",
    ("get", "/v1/articles/{article_id}/status"): "get_article_status",
    ("delete", "/v1/articles/{article_id}"): "delete_article",
    ("get", "/v1/export"): "export_graph",
    ("get", "/v1/stats"): "get_stats",
    ("get", "/v1/ontology"): "get_ontology",
    ("get", "/v1/browser-link"): "get_browser_link",
    ("post", "/v1/extract"): "extract_events",
    ("post", "/v1/explain"): "explain_text",
    ("post", "/v1/pages"): "read_page",
}
Route = tuple[str, str]


def operation(document: Json, route: Route) -> Json:
    method, path = route
    result: Json = document["paths"][path][method]
    return result


@pytest.fixture(scope="module")
def document(store: Store) -> Json:
    """With everything that a setting can add."""
    client = TestClient(create_app(Settings(fetch_pages=True), store))
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
    names = {
        (method, path): item["operationId"]
        for path, methods in document["paths"].items()
        for method, item in methods.items()
    }
    assert names == ROUTES


def test_every_reference_in_it_leads_somewhere(document: Json) -> None:
    for reference in set(references(document)):
        node: Any = document
        for part in reference.removeprefix("#/").split("/"):
            node = node[part]
        assert node


@pytest.mark.parametrize("route", ROUTES)
def test_every_route_documents_its_problems(document: Json, route: Route) -> None:
    responses = operation(document, route)["responses"]
    failures = {status: item for status, item in responses.items() if status > "304"}
    assert {"413", "500"} <= set(failures)
    _, path = route
    if path.startswith("/v1"):
        assert {"400", "401", "403", "408", "422", "429", "503"} <= set(failures)
    if "{" in path:
        assert "404" in failures
    for item in failures.values():
        assert list(item["content"]) == ["application/problem+json"]


@pytest.mark.parametrize("route", ROUTES)
def test_every_parameter_and_route_says_what_it_is(document: Json, route: Route) -> None:
    obvious = {"limit", "min_confidence", "actor_id", "event_id"}
    item = operation(document, route)
    assert item["summary"]
    assert item["description"]
    for parameter in item.get("parameters", []):
        assert parameter["name"] in obvious or parameter["description"], parameter


def test_links_lead_from_an_answer_to_operations_and_parameters_that_exist(document: Json) -> None:
    routes = {name: route for route, name in ROUTES.items()}
    found = 0
    for route in ROUTES:
        for response in operation(document, route)["responses"].values():
            for link in response.get("links", {}).values():
                target = operation(document, routes[link["operationId"]])
                assert set(link["parameters"]) <= {item["name"] for item in target["parameters"]}
                found += 1
    assert found == sum(map(len, LINKS.values()))


def test_taking_an_article_in_says_where_to_ask_what_became_of_it(document: Json) -> None:
    accepted = operation(document, ("post", "/v1/articles"))["responses"]["202"]
    assert accepted["headers"]["Location"]["schema"] == {"type": "string"}
    assert accepted["links"]["status"]["operationId"] == "get_article_status"
    assert accepted["content"]["application/json"]["schema"]["$ref"].endswith("/ArticleStatusOut")


def test_events_and_problems_come_with_examples(document: Json) -> None:
    schemas = document["components"]["schemas"]
    for name in (
        "ActorOut", "EventOut", "EvidenceOut", "TripleOut", "ProblemOut", "CorroborationOut",
        "ContradictionOut", "SameEventOut", "TextIn", "ExtractOut", "ClaimOut",
        "ArticleIn", "ArticleStatusOut", "PageIn", "PageOut",
    ):  # fmt: skip
        assert '"examples"' in json.dumps(schemas[name]), name


def test_the_documentation_page_is_there(client: TestClient) -> None:
    assert client.get("/docs").status_code == 200

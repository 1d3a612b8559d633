"""What the API answers at `/`: the explorer's files with their policy, or why there are none."""

import re
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from app import explorer_page
from app.main import create_app
from app.settings import Settings
from graph.store import Store


@pytest.fixture
def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder in the place of app/static."""
    folder = tmp_path / "static"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text("<!doctype html><title>the page</title>", "utf-8")
    (folder / "icon.svg").write_text("<svg/>", "utf-8")
    (folder / "assets" / "index-1.js").write_text("export {}", "utf-8")
    (folder / "assets" / "notes.txt").write_text("not of the page", "utf-8")
    (tmp_path / "secret.js").write_text("secret", "utf-8")
    monkeypatch.setattr(explorer_page, "_static", lambda: folder)
    return folder


def directives(response_policy: str) -> dict[str, str]:
    return dict(part.strip().split(" ", 1) for part in response_policy.split(";"))


def test_the_page_may_load_nothing_from_elsewhere_and_nothing_inline(
    client: TestClient, built: Path
) -> None:
    response = client.get("/")
    assert response.text == (built / "index.html").read_text("utf-8")
    policy = directives(response.headers["content-security-policy"])
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"
    assert not re.search(r"unsafe|http|\*", response.headers["content-security-policy"])


@pytest.mark.usefixtures("built")
def test_the_page_comes_whole_and_with_its_policy_when_it_is_loaded_again(
    client: TestClient,
) -> None:
    """A browser would take the headers of a 304 for those of the page."""
    response = client.get("/", headers={"If-None-Match": "*"})
    assert response.status_code == 200
    assert "etag" not in response.headers
    assert "script-src 'self'" in response.headers["content-security-policy"]


@pytest.mark.usefixtures("built")
def test_a_file_of_the_page_is_kept_for_good(client: TestClient) -> None:
    response = client.get("/assets/index-1.js")
    assert response.text == "export {}"
    assert response.headers["content-type"].startswith("text/javascript")
    assert "immutable" in response.headers["cache-control"]
    assert response.headers["content-encoding"] == "gzip"
    assert response.headers["vary"] == "Accept-Encoding"
    plain = client.get("/assets/index-1.js", headers={"Accept-Encoding": "identity"})
    assert plain.content == b"export {}"
    assert "content-encoding" not in plain.headers
    assert client.get("/icon.svg").headers["content-type"] == "image/svg+xml"


@pytest.mark.parametrize(
    "name",
    ["none.js", "notes.txt", "..%2F..%2Fsecret.js", "%2e%2e/%2e%2e/x.js", ".", "a%00.js"],
)
def test_no_other_file_is_given_out(client: TestClient, name: str) -> None:
    response = client.get(f"/assets/{name}")
    assert response.status_code == 404
    assert response.headers["content-type"] == "application/problem+json"


@pytest.fixture
def unbuilt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(explorer_page, "_static", lambda: tmp_path / "nothing")


@pytest.mark.usefixtures("unbuilt")
def test_without_the_build_the_page_says_what_to_do_and_the_api_works(client: TestClient) -> None:
    response = client.get("/")
    assert response.status_code == 200
    assert "make explorer" in response.text
    assert "/docs" in response.text
    assert client.get("/assets/index-1.js").status_code == 404
    assert client.get("/v1/stats").status_code == 200


@pytest.mark.parametrize(
    ("store_url", "start"),
    [
        ("sqlite:///x.db", None),
        ("neo4j://localhost:7687", "http://localhost:7474/browser/?connectURL="),
        ("bolt+s://graph.example", "https://graph.example:7473/browser/?connectURL="),
    ],
)
def test_a_link_to_neo4j_browser_is_told_where_there_is_one(
    store: Store, store_url: str, start: str | None
) -> None:
    client = TestClient(create_app(Settings(store_url=store_url), store))
    url = client.get("/v1/browser-link", params={"actor": "IRN"}).json()["url"]
    assert url is None if start is None else url.startswith(start)
    assert start is None or "IRN" in url


def test_a_link_holds_no_id_that_could_be_cypher(client: TestClient) -> None:
    assert client.get("/v1/browser-link", params={"actor": "x' DELETE n //"}).status_code == 422

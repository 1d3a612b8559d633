"""What is given to Neo4j Browser: files, links, and who may fetch them. Needs no server."""

import io
import re
import subprocess
import sys
import zipfile
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from starlette.testclient import TestClient

from app.browser import files
from app.browser.links import browser_address, browser_origins, link
from app.main import create_app
from app.settings import PREFIX, Settings, load_settings
from graph.errors import InvalidInput
from graph.model import Status
from graph.ontology import load_ontology
from graph.store import Store
from graph.stores.cypher import LABELS, RESERVED_TYPES
from tests.conftest import REPOSITORY
from tests.neo4j_server import browser_settings
from tests.process import run

PATHS = {
    "/browser/guide": "text/html; charset=utf-8",
    "/browser/style.grass": "text/plain; charset=utf-8",
    "/browser/favorites.zip": "application/zip",
}
STRONG, MILD, WORDS, PRESSURE, FORCE = "#1F9D55", "#4FB3A9", "#F2A03D", "#E4572E", "#A4161A"
BROWSER = "http://localhost:7474"


def preflight(client: TestClient, path: str, origin: str) -> dict[str, str]:
    asked = {"Origin": origin, "Access-Control-Request-Method": "GET"}
    asked["Access-Control-Request-Headers"] = "cache-control,pragma"
    answer = client.options(path, headers=asked)
    return {"status": str(answer.status_code), **answer.headers}


@pytest.mark.parametrize(("path", "kind"), PATHS.items())
def test_a_page_of_the_browser_may_fetch(client: TestClient, path: str, kind: str) -> None:
    for origin in (BROWSER, "http://127.0.0.1:7474"):
        answer = client.get(path, headers={"Origin": origin})
        assert answer.status_code == 200
        assert answer.headers["content-type"] == kind
        assert answer.headers["access-control-allow-origin"] == origin
        assert preflight(client, path, origin)["status"] == "200"
    assert client.get(path, headers={"If-None-Match": answer.headers["etag"]}).status_code == 304


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "origin", ["https://localhost:7474", "http://localhost:7475", "https://evil.example", "null"]
)
def test_other_pages_are_refused(client: TestClient, path: str, origin: str) -> None:
    answer = client.get(path, headers={"Origin": origin})
    assert "access-control-allow-origin" not in answer.headers
    asked = preflight(client, path, origin)
    assert asked["status"] == "400"
    assert "access-control-allow-origin" not in asked


def test_origins_of_the_api_and_of_the_browser_are_kept_apart(store: Store) -> None:
    settings = Settings(cors_origins=("https://app.example",), browser_url="https://neo.example")
    client = TestClient(create_app(settings, store))
    for path, allowed in (
        ("/healthz", "https://app.example"),
        ("/browser/guide", "https://neo.example"),
    ):
        for origin in ("https://app.example", "https://neo.example", BROWSER):
            answer = client.get(path, headers={"Origin": origin})
            granted = answer.headers.get("access-control-allow-origin")
            assert granted == (origin if origin == allowed else None)


def test_no_api_key_is_asked_for(store: Store, tmp_path: Path) -> None:
    keys = tmp_path / "keys.txt"
    keys.write_text("0" * 64, "utf-8")
    client = TestClient(create_app(Settings(api_keys_file=keys), store))
    assert client.get("/v1/events").status_code == 401
    assert {client.get(path).status_code for path in PATHS} == {200}


def test_the_links_of_the_guide_lead_to_the_api_that_was_asked(client: TestClient) -> None:
    text = client.get("/browser/guide", headers={"Host": "news.example:9000"}).text
    assert "style http://news.example:9000/browser/style.grass" in text
    assert files.ADDRESS not in text


def test_a_hostile_host_puts_no_markup_into_the_guide(client: TestClient) -> None:
    text = client.get("/browser/guide", headers={"Host": 'x"><script>alert(1)</script>'}).text
    assert "<script" not in text


def test_the_browser_takes_nothing_out_of_the_guide() -> None:
    # Neo4j Browser 5.24 deletes what looks like an event handler, inside of queries too.
    handler = r"""(\s+(on[^\s=]+)[^\s=]*\s*=\s*("[^"]*"|'[^']*'|[\w\-.:]+\s*))"""
    assert re.search(handler, files.guide(), re.I) is None
    assert "<script" not in files.guide()


def test_favourites_have_short_titles_of_their_own_and_their_values_inside() -> None:
    titles = [favorite.title for favorite in files.favorites()]
    assert len(titles) >= 12
    assert len(set(titles)) == len(titles)
    assert max(map(len, titles)) <= 22  # the Browser cuts longer ones
    for favorite in files.favorites():
        assert favorite.text.startswith(f"// {favorite.title}\n// ")
        assert "$" not in favorite.text
        assert ";" not in favorite.text


def test_the_zip_holds_one_file_for_each_favourite_and_never_changes() -> None:
    data = files.favorites_zip()
    assert data == files.favorites_zip()
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        found = {name: archive.read(name).decode() for name in archive.namelist()}
    assert list(found.values()) == [f"{favorite.text}\n" for favorite in files.favorites()]
    assert all(re.fullmatch(r"Westphalia/[a-z0-9_]+\.cypher", name) for name in found)


def test_the_style_knows_every_label_and_every_type() -> None:
    rules = dict(re.findall(r"^([\w.]+) \{(.*?)\}$", files.style(), re.M | re.S))
    labels = {"Actor", "Event", "Article", *LABELS.values()}
    assert {name.partition(".")[2] for name in rules if name.startswith("node.")} == labels
    assert all('caption: "{name}"' in rules[f"node.{label}"] for label in labels)
    for type_ in RESERVED_TYPES - {"HAS_PROBLEM"}:
        assert f"relationship.{type_}" in rules
    for name, relation in load_ontology().relations.items():
        projected = load_ontology().project(name, Status.ASSERTED)
        assert projected is not None
        score = projected.score
        colour, width = (
            (STRONG, 3) if score >= 6 else (MILD, 2) if score > 0 else
            (WORDS, 2) if score > -5 else (PRESSURE, 3) if score > -8 else (FORCE, 5)
        )  # fmt: skip
        caption = name.replace("_", " ")
        expected = f' color: {colour}; shaft-width: {width}px; caption: "{caption}"; '
        assert rules[f"relationship.{relation.neo4j_type}"] == expected


def test_an_id_that_would_need_escapes_makes_no_query() -> None:
    assert "{id: 'musalia-mudavadi~KEN'}" in files.actor_query("musalia-mudavadi~KEN")
    for hostile in ("x'}) DETACH DELETE n //", "a&b", "a#b", "a\nb", "", "\\"):
        with pytest.raises(InvalidInput, match="is no id"):
            files.actor_query(hostile)


@pytest.mark.parametrize(
    ("store", "named", "address"),
    [
        ("sqlite:///x.db", "", "http://localhost:7474"),
        ("neo4j://127.0.0.1:7687", "", "http://127.0.0.1:7474"),
        ("bolt://[::1]:7687", "", "http://[::1]:7474"),
        ("neo4j+s://graph.example:7687", "", "https://graph.example:7473"),
        ("neo4j://neo4j:7687", "http://localhost:17474/browser/", "http://localhost:17474"),
        ("neo4j://neo4j:7687", "https://Graph.Example:443", "https://graph.example"),
    ],
)
def test_where_the_browser_is(store: str, named: str, address: str) -> None:
    assert browser_address(Settings(store_url=store, browser_url=named)) == address


def test_this_machine_has_several_names_and_others_one() -> None:
    port = ":7474"
    names = {f"http://{name}{port}" for name in ("localhost", "127.0.0.1", "[::1]")}
    assert set(browser_origins(Settings())) == names
    assert browser_origins(Settings(browser_url="http://a.example:80")) == ("http://a.example",)


@pytest.mark.parametrize(
    "value", ["localhost:7474", "ftp://a", "http://a:99999", "http://u@a", "http://a/b", "http://"]
)
def test_what_is_no_address_of_a_browser_is_told(
    monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv(f"{PREFIX}BROWSER_URL", value)
    with pytest.raises(InvalidInput, match=f"setting {PREFIX}BROWSER_URL: .*must be http"):
        load_settings()


def test_a_link_fills_in_the_log_in_and_the_query_without_loss() -> None:
    settings = Settings(store_url="neo4j://127.0.0.1:7687", store_database="news", store_user="a@b")
    text = "MATCH (a)-[r]->(b) WHERE 1 + 1 = 2\nRETURN '100%' AS x"
    parts = urlsplit(link(settings, "edit", text))
    assert f"{parts.scheme}://{parts.netloc}{parts.path}" == "http://127.0.0.1:7474/browser/"
    assert "+" not in parts.query  # the Browser takes it for a space
    assert parse_qs(parts.query) == {
        "connectURL": ["neo4j://a%40b@127.0.0.1:7687"],
        "cmd": ["edit"],
        "arg": [text],
        "db": ["news"],
    }


def test_a_name_that_only_the_program_knows_is_not_put_into_a_link() -> None:
    settings = Settings(store_url="neo4j://neo4j:7687", browser_url=BROWSER)
    assert "connectURL" not in link(settings, "guide", "http://localhost:8000/browser/guide")
    nobody = Settings(store_url="bolt://localhost:7687", store_user="-")
    assert "connectURL=bolt%3A%2F%2Flocalhost%3A7687&" in link(nobody, "edit", "RETURN 1")


@pytest.mark.parametrize("arguments", [[], ["Iran"], ["--guide"]])
def test_a_file_cannot_be_opened_in_the_browser(arguments: list[str], tmp_path: Path) -> None:
    done = run("browser", *arguments, store=tmp_path / "none.db")
    assert done.returncode == 1
    assert done.stdout == b""
    (line,) = done.stderr.decode().splitlines()
    assert "is no Neo4j server, so there is nothing to open: set WESTPHALIA_STORE_URL" in line


def test_the_command_prints_the_link_alone_and_saves_the_favourites(tmp_path: Path) -> None:
    file = tmp_path / "favorites.zip"
    settings = {"STORE_URL": "neo4j://127.0.0.1:7687", "PORT": "9000"}
    done = run("browser", "IRN", "--save-favorites", str(file), settings=settings)
    assert done.returncode == 0, done.stderr
    (line,) = done.stdout.decode().splitlines()
    assert parse_qs(urlsplit(line).query)["arg"] == [files.actor_query("IRN")]
    assert b":style http://localhost:9000/browser/style.grass" in done.stderr
    assert file.read_bytes() == files.favorites_zip()
    guide = run("browser", "--guide", settings=settings).stdout.decode()
    assert parse_qs(urlsplit(guide).query)["arg"] == ["http://localhost:9000/browser/guide"]
    assert run("browser", "--guide", "IRN", settings=settings).returncode == 2


def test_a_password_in_the_url_of_the_store_is_not_put_into_a_link() -> None:
    done = run("browser", settings={"STORE_URL": "neo4j://neo4j:hidden-word@127.0.0.1:7687"})
    assert done.returncode == 1
    assert b"hidden-word" not in done.stdout + done.stderr


def test_the_compose_file_and_the_page_configure_the_server_as_the_tests_do() -> None:
    compose = " ".join((REPOSITORY / "docker-compose.yml").read_text("utf-8").split())
    page = (REPOSITORY / "docs" / "neo4j.md").read_text("utf-8")
    wanted = browser_settings(files.ADDRESS)
    command = wanted["browser.post_connect_cmd"]
    assert f"NEO4J_browser_post__connect__cmd: >- {command} " in compose
    assert f'NEO4J_browser_post__connect__cmd: "{command}"' in page
    assert "NEO4J_browser_remote__content__hostname__whitelist: localhost" in compose
    for name, value in wanted.items():
        assert f"\n{name}={value}\n" in page
    assert f"WESTPHALIA_BROWSER_URL: {BROWSER} " in compose


def test_the_wheel_has_the_files(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=REPOSITORY,
        check=True,
        capture_output=True,
    )
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        for name in ("guide.html", "style.grass", "favorites.cypher", "actor.cypher"):
            kept = archive.read(f"app/browser/{name}")
            assert kept == (REPOSITORY / "app" / "browser" / name).read_bytes()

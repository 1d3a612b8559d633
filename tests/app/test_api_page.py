"""docs/api.md: every recipe runs against a real server, and its languages tell the same."""

import json
import os
import re
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from app.main import create_app
from app.settings import Settings
from graph.store import Store
from graph.stores.sqlite import SqliteStore
from tests.conftest import REPOSITORY
from tests.neo4j_server import free_port
from tests.process import start

PAGE = (REPOSITORY / "docs" / "api.md").read_text("utf-8")
BASE = "http://127.0.0.1:8000"
_BLOCK = re.compile(r"```(sh|python|javascript)\n(.*?)```", re.S)


def blocks(text: str) -> dict[str, str]:
    return {found[1]: found[2] for found in _BLOCK.finditer(text)}


HELPERS = blocks(PAGE.partition("## Endpoints")[0])
_RECIPES = PAGE.partition("## Recipes")[2].partition("\n## ")[0].split("\n### ")[1:]
RECIPES = {text.partition("\n")[0]: blocks(text) for text in _RECIPES}


@pytest.fixture(scope="module")
def node() -> str:
    """Node, or a loud skip; where CI is set it must be there."""
    found = shutil.which("node")
    if found is None:
        if os.environ.get("CI"):
            pytest.fail("node is not installed, so the JavaScript recipes cannot be run")
        pytest.skip("node is not installed")
    return found


@pytest.fixture(scope="module")
def base(sample_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server on a copy of the samples, and a worker on the same one."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    path = tmp_path_factory.mktemp("page") / "samples.db"
    with SqliteStore(sample_path) as original:
        original.backup(path)
    with (
        start("serve", "--port", str(port), store=path) as process,
        start("worker", store=path, settings={"PROCESSES": "1"}) as worker,
    ):
        try:
            deadline = time.monotonic() + 60
            while True:
                try:
                    urllib.request.urlopen(f"{address}/readyz", timeout=5).close()
                    break
                except (urllib.error.URLError, ConnectionError):
                    assert process.poll() is None
                    assert time.monotonic() < deadline
                    time.sleep(0.1)
            yield address
        finally:
            for child in (process, worker):
                child.terminate()
                child.communicate(timeout=30)


def ran(command: list[str], base: str, code: str, suffix: str, folder: Path) -> str:
    path = folder / f"recipe{suffix}"
    assert base == BASE or BASE in code
    path.write_text(code.replace(BASE, base), "utf-8")
    done = subprocess.run(
        [*command, str(path)], capture_output=True, timeout=60, check=False, text=True
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()
    return done.stdout


def test_the_page_has_recipes_in_all_three_languages() -> None:
    assert len(RECIPES) >= 10
    for title, found in RECIPES.items():
        assert set(found) == {"sh", "python", "javascript"}, title


@pytest.mark.parametrize("title", RECIPES)
def test_a_recipe_in_curl_gives_an_answer(base: str, title: str, tmp_path: Path) -> None:
    for line in RECIPES[title]["sh"].splitlines():
        told = ran(["sh"], base, line, ".sh", tmp_path)
        if "format=" in line:
            assert told.startswith("<?xml")
        else:
            assert json.loads(told)


@pytest.mark.parametrize("title", RECIPES)
def test_a_recipe_says_the_same_in_python_and_in_javascript(
    base: str, node: str, title: str, tmp_path: Path
) -> None:
    python = f"{HELPERS['python']}\n{RECIPES[title]['python']}"
    script = f"{HELPERS['javascript']}\n{RECIPES[title]['javascript']}"
    told = ran([sys.executable, "-W", "error"], base, python, ".py", tmp_path)
    assert ran([node], base, script, ".mjs", tmp_path) == told


def test_the_table_has_every_endpoint_and_no_other(store: Store) -> None:
    client = TestClient(create_app(Settings(fetch_pages=True), store))
    paths = client.get("/openapi.json").json()["paths"]
    wanted = {f"{method.upper()} {path}" for path, methods in paths.items() for method in methods}
    table = PAGE.partition("## Endpoints")[2].partition("\n## ")[0]
    found = re.findall(r"^\| `([A-Z]+ [^`]+)` \|", table, re.M)
    assert sorted(found) == sorted(wanted)

"""A client generated from our OpenAPI document works against the real service."""

import importlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from tests.app.serving import Served, serving
from tests.process import run

PACKAGE = "westphalia_client"


@pytest.fixture(scope="module")
def locked(
    store_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Served, str]]:
    """The service, which asks for a key, and one."""
    settings = {"API_KEYS_FILE": str(tmp_path_factory.mktemp("keys") / "keys.txt")}
    key = run("keys", "create", settings=settings).stdout.decode().strip()
    with serving(store_path, settings) as served:
        yield served, key


@pytest.fixture(scope="module")
def generated(
    locked: tuple[Served, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[ModuleType]:
    """The package that openapi-python-client writes."""
    served, key = locked
    folder = tmp_path_factory.mktemp("client")
    status, _, document = served.get("/openapi.json", {"X-API-Key": key})
    assert status == 200
    (folder / "openapi.json").write_bytes(document)
    tools = Path(sys.executable).parent
    done = subprocess.run(
        [
            tools / "openapi-python-client",
            "generate",
            "--path=openapi.json",
            f"--output-path={PACKAGE}",
            "--meta=none",
            "--fail-on-warning",
        ],
        cwd=folder,
        env={**os.environ, "PATH": f"{tools}{os.pathsep}{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    sys.path.insert(0, str(folder))
    try:
        yield importlib.import_module(PACKAGE)
    finally:
        sys.path.remove(str(folder))
        for name in [name for name in sys.modules if name.partition(".")[0] == PACKAGE]:
            del sys.modules[name]


def module(name: str) -> ModuleType:
    return importlib.import_module(f"{PACKAGE}.{name}")


def test_it_fetches_the_alliances_of_iran(
    generated: ModuleType, locked: tuple[Served, str]
) -> None:
    served, key = locked
    client = generated.AuthenticatedClient(base_url=served.base, token=key)
    ask = module("api.relationships.get_alliances").sync
    with client:
        found = ask("IRN", client=client, limit=3)
        assert type(found).__name__ == "AlliancesOut"
        assert found.actor.name == "Iran"
        assert [partner.partner.id for partner in found.observed] == ["RUS", "ISR"]
        assert found.observed[0].evidence[0].quote.startswith("Russia and Iran signed")
        assert found.formal_total > len(found.formal) == 3
        _, _, raw = served.get("/v1/actors/IRN/alliances?limit=3", {"X-API-Key": key})
        assert found.to_dict() == json.loads(raw)


def test_it_goes_through_pages_and_takes_texts(
    generated: ModuleType, locked: tuple[Served, str]
) -> None:
    served, key = locked
    ask = module("api.events.list_triples").sync
    with generated.AuthenticatedClient(base_url=served.base, token=key) as client:
        first = ask(client=client, limit=4)
        second = ask(client=client, limit=4, cursor=first.next_cursor)
        ids = [item.event_id for item in first.items + second.items]
        assert len(set(ids)) == 8
        extract = module("api.texts.extract_events").sync
        body = module("models").TextIn(text="Russia attacked Ukraine on Friday.")
        events = extract(client=client, body=body).events
        assert [event.relation for event in events] == ["attack"]


def test_an_error_is_a_problem_object(generated: ModuleType, locked: tuple[Served, str]) -> None:
    served, _ = locked
    ask = module("api.relationships.get_alliances").sync_detailed
    with generated.AuthenticatedClient(base_url=served.base, token="wrong") as client:
        answer = ask("IRN", client=client)
        assert answer.status_code == 401
        assert type(answer.parsed).__name__ == "ProblemOut"
        assert answer.parsed.type_ == "/problems#key-needed"

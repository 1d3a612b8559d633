"""The command and the API on a Neo4j server, and what they say when it is not there."""

import json
import subprocess
import time
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from app.main import create_app
from app.settings import Settings
from graph.factory import open_store
from graph.model import Event
from graph.store import TieQuery
from graph.stores.sqlite import SqliteStore
from tests.builders import DAY
from tests.neo4j_databases import Database
from tests.neo4j_server import free_port
from tests.process import run, start


@pytest.fixture
def settings(neo4j_lts: Database) -> dict[str, str]:
    neo4j_lts.wipe()
    return {
        "STORE_URL": neo4j_lts.uri,
        "STORE_PASSWORD": neo4j_lts.access.password,
        "STORE_TIMEOUT": "60",
    }


@pytest.mark.parametrize("command", [["stats"], ["serve"], ["alliances", "Iran"], ["ingest", "-"]])
def test_without_a_server_a_command_says_one_line_and_fails(command: list[str]) -> None:
    url = f"bolt://127.0.0.1:{free_port()}"
    done = run(*command, settings={"STORE_URL": url})
    assert done.returncode == 1
    (line,) = done.stderr.decode().splitlines()
    assert line.startswith(f"westphalia: {url}: no Neo4j answers there")
    assert done.stdout == b""


def test_a_wrong_password_is_one_line_that_does_not_hold_it(settings: dict[str, str]) -> None:
    done = run("stats", settings=settings | {"STORE_PASSWORD": "wrong-one"})
    assert done.returncode == 1
    (line,) = done.stderr.decode().splitlines()
    assert "the user 'neo4j' or the password is wrong; set WESTPHALIA_STORE_USER" in line
    assert "wrong-one" not in line


def test_a_store_that_was_never_made_wants_a_migration(settings: dict[str, str]) -> None:
    done = run("stats", settings=settings)
    assert done.returncode == 1
    assert b"holds no Westphalia graph yet; run migrate" in done.stderr


def test_readiness_tells_of_the_server_and_health_of_the_process_alone() -> None:
    with open_store(f"neo4j://127.0.0.1:{free_port()}") as store:
        client = TestClient(create_app(Settings(), store), raise_server_exceptions=False)
        assert client.get("/healthz").json() == {"status": "ok"}
        for path in ("/readyz", "/v1/events"):
            answer = client.get(path)
            assert answer.status_code == 503
            assert answer.headers["content-type"] == "application/problem+json"
            assert "store cannot be reached" in answer.json()["detail"]


def test_the_command_and_the_api_work_on_a_server(
    settings: dict[str, str], neo4j_lts: Database, samples: Path
) -> None:
    article = samples / sorted(path.name for path in samples.iterdir())[0]
    assert run("ingest", str(article), settings=settings).returncode == 0
    again = run("ingest", str(article), settings=settings)
    assert b"0 stored, 1 known already" in again.stdout
    told = run("migrate", "--rebuild", settings=settings)
    assert b"actors up to date" in told.stdout
    counts = json.loads(run("stats", "--format", "json", settings=settings).stdout)
    assert counts["articles"] == 1
    with neo4j_lts.open() as store:
        client = TestClient(create_app(Settings(), store), raise_server_exceptions=False)
        assert client.get("/readyz").json()["status"] == "ready"
        assert client.get("/v1/actors/RUS/alliances").status_code == 200
        assert len(client.get("/v1/events").json()["items"]) == min(counts["events"], 50)


def sentences(count: int) -> list[str]:
    """Articles with events that coincide in part, as JSON lines."""
    pairs = [("Russia", "Iran"), ("China", "Brazil"), ("France", "Egypt"), ("Iran", "Russia")]
    lines = []
    for number in range(count):
        one, other = pairs[number % len(pairs)]
        text = f"{one} and {other} signed a treaty. {other} criticised {one}. It was day {number}."
        lines.append(json.dumps({"text": text, "date": f"2025-01-{number % 9 + 10}"}))
    return lines


def test_a_server_killed_in_the_middle_of_an_ingest_loses_and_doubles_nothing(
    settings: dict[str, str], neo4j_lts: Database, tmp_path: Path
) -> None:
    if neo4j_lts.server is None:
        pytest.skip("the server is not ours to kill")
    lines = sentences(96)
    with start("ingest", "-", stdin=subprocess.PIPE, settings=settings) as process:
        assert process.stdin is not None
        process.stdin.writelines(line.encode() + b"\n" for line in lines[:40])
        process.stdin.flush()
        deadline = time.monotonic() + 90
        while not neo4j_lts.run("MATCH (a:Article) RETURN count(a)")[0][0]:
            assert process.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.02)
        neo4j_lts.server.kill()
        process.stdin.writelines(line.encode() + b"\n" for line in lines[40:])
        process.stdin.close()
        neo4j_lts.server.start()
        process.wait(timeout=120)
    file = tmp_path / "all.jsonl"
    file.write_text("\n".join(lines), "utf-8")
    rest = run("ingest", str(file), settings=settings)
    assert rest.returncode == 0, rest.stderr
    clean = tmp_path / "clean.db"
    assert run("ingest", str(file), store=clean).returncode == 0
    with neo4j_lts.open() as one, SqliteStore(clean) as other:
        assert list(map(known, one.export())) == list(map(known, other.export()))
        assert one.statistics() == other.statistics()
        assert [tie.events for tie in one.ties("RUS", TieQuery(DAY))] == [
            tie.events for tie in other.ties("RUS", TieQuery(DAY))
        ]
        assert one.statistics().articles == len(lines)


def known(event: Event) -> tuple[str, list[str]]:
    return event.id, [item.id for item in event.evidence]


def test_a_file_is_copied_to_a_server_and_compared(
    settings: dict[str, str], neo4j_lts: Database, tmp_path: Path
) -> None:
    file = tmp_path / "some.jsonl"
    file.write_text("\n".join(sentences(5)), "utf-8")
    store = tmp_path / "some.db"
    assert run("ingest", str(file), store=store).returncode == 0
    arguments = ("copy", "--from", f"sqlite:///{store}", "--to", neo4j_lts.uri, "--format", "json")
    done = run(*arguments, settings=settings)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["new_articles"] == told["articles"] == 5
    assert told["new_events"] == told["events"] > 0
    assert told["missing"] == []
    again = json.loads(run(*arguments, settings=settings).stdout)
    assert (again["new_events"], again["checksum"]) == (0, told["checksum"])
    same = run("copy", "--from", neo4j_lts.uri, "--to", neo4j_lts.uri, settings=settings)
    assert same.returncode == 1
    assert b"are the same store" in same.stderr

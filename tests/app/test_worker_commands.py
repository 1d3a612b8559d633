"""The commands of workers: `worker`, `dead`, `reprocess` and `ingest --publish`."""

import json
import signal
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from urllib.request import urlopen

import pytest

from graph.factory import open_store
from graph.inbox import Failure, InboxCounts
from graph.store import Batch, Store
from ingest.version import coder_mark
from tests.ingest.test_stream import ask, left, publish
from tests.ingest.workers import NOW, articles, json_lines, received, wait_until
from tests.nats_server import NatsServer, nats_server
from tests.neo4j_server import free_port
from tests.process import run, start


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "w.db"


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    with open_store(f"sqlite:///{path}") as opened:
        opened.migrate()
        yield opened


@pytest.fixture
def nats(tmp_path: Path) -> Iterator[NatsServer]:
    with nats_server(tmp_path / "nats") as server:
        yield server


def test_a_worker_takes_what_is_in_the_inbox(store: Store, path: Path) -> None:
    store.receive(articles(5), NOW)
    done = run("worker", "--until-empty", store=path, settings={"PROCESSES": "1"})
    assert done.returncode == 0, done.stderr
    assert store.statistics().articles == 5
    assert store.inbox() == InboxCounts()


def test_a_worker_with_a_pool_is_stopped_politely(store: Store, path: Path) -> None:
    process = start("worker", store=path, settings={"PROCESSES": "2"})
    store.receive(articles(100), NOW)
    wait_until(lambda: store.statistics().articles)
    process.send_signal(signal.SIGTERM)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    assert store.inbox().claimed == 0, "what it had in hand is finished"
    assert store.statistics().articles + store.inbox().received == 100


def test_a_worker_reads_queue_and_inbox_and_tells_its_metrics(
    store: Store, path: Path, nats: NatsServer, tmp_path: Path
) -> None:
    settings = {"NATS_URL": nats.url}
    file = tmp_path / "in.jsonl"
    file.write_text(json_lines(6) + "[]\n", "utf-8")
    for published, repeated in ((6, 0), (0, 6)):
        sent = run("ingest", "--publish", str(file), "--format", "json", settings=settings)
        summary = json.loads(sent.stdout)
        assert sent.returncode == 1, "one line is no article"
        assert (summary["read"], summary["published"], summary["repeated"]) == (
            7,
            published,
            repeated,
        )
        assert [bad["line"] for bad in summary["bad"]] == [7]
    store.receive(articles(9)[6:], NOW)
    port = free_port()
    process = start("worker", "--metrics-port", str(port), store=path, settings=settings)
    try:
        wait_until(lambda: store.statistics().articles == 9)
        wait_until(lambda: ask(nats, left) == 0)
        wait_until(lambda: 'westphalia_queue_articles{state="waiting"} 0.0' in metrics(port))
        assert 'westphalia_worker_articles_total{outcome="stored"} 9.0' in metrics(port)
    finally:
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=60)
    assert process.returncode == 0, err


def metrics(port: int) -> str:
    with urlopen(f"http://127.0.0.1:{port}/metrics") as answer:
        return bytes(answer.read()).decode()


def test_publishing_needs_the_address_of_a_queue(tmp_path: Path) -> None:
    file = tmp_path / "in.jsonl"
    file.write_text(json_lines(1), "utf-8")
    done = run("ingest", "--publish", str(file))
    assert (done.returncode, done.stdout) == (1, b"")
    assert b"WESTPHALIA_NATS_URL" in done.stderr


def test_a_queue_that_is_gone_is_one_line(path: Path, store: Store) -> None:
    assert store.statistics().articles == 0
    done = run("worker", "--nats", "nats://127.0.0.1:9", store=path)
    assert done.returncode == 1
    assert b"nats://127.0.0.1:9: no queue" in done.stderr
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize("command", [("worker",), ("ingest", "--publish", "in.jsonl")])
def test_a_password_is_used_and_not_shown(
    path: Path, store: Store, tmp_path: Path, command: tuple[str, ...]
) -> None:
    assert store.inbox() == InboxCounts()
    (tmp_path / "in.jsonl").write_text(json_lines(1), "utf-8")
    with nats_server(tmp_path / "nats", "s3cret") as server:
        words = [word.replace("in.jsonl", str(tmp_path / "in.jsonl")) for word in command]
        wrong = server.url.replace("s3cret", "wr0ng")
        for url, said in (
            (wrong, b"no queue: nats: 'Authorization Violation'"),
            (server.url.replace("s3cret", "s3/cret"), b"%2F"),
        ):
            done = run(*words, store=path, settings={"NATS_URL": url, "LOG_LEVEL": "debug"})
            assert (done.returncode, said in done.stderr) == (1, True), done.stderr
            for part in (b"wr0ng", b"s3", b"tests:", b"Traceback"):
                assert part not in done.stdout + done.stderr
        process = start(*words, store=path, settings={"NATS_URL": server.url, "LOG_LEVEL": "debug"})
        if command == ("worker",):
            publish(server, received(1))
            wait_until(lambda: store.statistics().articles == 1)
            process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=60)
        assert process.returncode == 0, err
        assert b"s3cret" not in out + err


def test_a_large_file_is_read_by_a_pool_to_the_same_end(tmp_path: Path) -> None:
    file = tmp_path / "in.jsonl"
    file.write_text(json_lines(150), "utf-8")
    exports = []
    for processes in ("1", "2"):
        settings = {"PROCESSES": processes}
        database = tmp_path / f"{processes}.db"
        done = run("ingest", str(file), "--format", "json", store=database, settings=settings)
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout)["stored"] == 150
        with open_store(f"sqlite:///{database}") as opened:
            exports.append(list(opened.export()))
    assert exports[0] == exports[1]


@pytest.fixture
def dead(store: Store) -> list[str]:
    """The ids of three dead articles."""
    made = [replace(item, title=f"Title {n}") for n, item in enumerate(articles(3))]
    store.fail([Failure(item, 5, "a bug", "Traceback: line 1") for item in made], NOW)
    return [item.id for item in made]


def test_the_dead_are_listed(dead: list[str], path: Path) -> None:
    table = run("dead", "list", store=path)
    assert table.returncode == 0
    assert all(article_id in table.stdout.decode() for article_id in dead)
    rows = [
        json.loads(line)
        for line in run("dead", "list", "--format", "json", store=path).stdout.splitlines()
    ]
    assert [row["id"] for row in rows] == sorted(dead)
    assert {(row["attempts"], row["reason"]) for row in rows} == {(5, "a bug")}
    page = run("dead", "list", "--limit", "1", "--after", sorted(dead)[0], store=path)
    assert sorted(dead)[1] in page.stdout.decode()
    assert sorted(dead)[2] not in page.stdout.decode()


def test_one_of_the_dead_is_shown_with_stack_and_text(dead: list[str], path: Path) -> None:
    shown = run("dead", "show", dead[0], store=path).stdout.decode()
    for part in ("Title 0", "a bug", "Traceback: line 1", "signed a defence treaty"):
        assert part in shown
    row = json.loads(run("dead", "show", dead[0], "--format", "json", store=path).stdout)
    assert row["trace"] == "Traceback: line 1"


def test_the_dead_are_tried_again_and_dropped(dead: list[str], store: Store, path: Path) -> None:
    assert b"1 article will be tried again" in run("dead", "retry", dead[0], store=path).stdout
    assert store.inbox() == InboxCounts(received=1, dead=2, oldest=NOW)
    assert b"1 article dropped" in run("dead", "drop", dead[1], store=path).stdout
    assert b"1 article will be tried" in run("dead", "retry", "--all", store=path).stdout
    assert run("worker", "--until-empty", store=path, settings={"PROCESSES": "1"}).returncode == 0
    assert store.known_articles(dead) == {dead[0], dead[2]}


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("show", "a0"), 1, b"no dead article 'a0'"),
        (("retry", "a0"), 1, b"no dead article 'a0'"),
        (("retry",), 2, b"--all"),
        (("drop", "a0", "--all"), 2, b"--all"),
    ],
)
def test_what_is_not_dead_is_refused(
    dead: list[str], store: Store, path: Path, arguments: tuple[str, ...], code: int, said: bytes
) -> None:
    done = run("dead", *arguments, store=path)
    assert (done.returncode, said in done.stderr) == (code, True), done.stderr
    assert store.inbox().dead == len(dead)


def test_stored_articles_are_coded_anew(store: Store, path: Path) -> None:
    store.write(Batch(articles(3), coder="westphalia 0.1 00000000"))
    dated = [
        replace(item, published_at=NOW - timedelta(days=n)) for n, item in enumerate(articles(2))
    ]
    store.write(Batch(dated, coder="westphalia 0.1 00000000"))
    settings = {"PROCESSES": "1"}
    since = str(NOW.date())
    first = run("reprocess", "--since", since, "--format", "json", store=path, settings=settings)
    summary = json.loads(first.stdout)
    assert (summary["articles"], summary["changed"], summary["failed"]) == (1, 1, {})
    assert summary["added"] >= 3
    second = run("reprocess", store=path, settings=settings)
    assert second.returncode == 0
    assert b"Coded 4 articles anew: 4 changed" in second.stdout
    assert not store.outdated(coder_mark(), 10)

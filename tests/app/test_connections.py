"""The real service on a socket: slow clients, broken requests, its log, and whom it listens for."""

import json
import re
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.keys import Scope, load_keys
from tests.app.serving import Served, read_all, serving
from tests.process import run

PATIENCE = 1.0


@pytest.fixture(scope="module")
def served(store_path: Path) -> Iterator[Served]:
    with serving(store_path, {"CLIENT_TIMEOUT": str(PATIENCE), "RATE_LIMIT": "none"}) as found:
        yield found


def dribbled(served: Served, head: bytes, pieces: int) -> tuple[float, bytes]:
    """Send a head, then a byte now and then; return the seconds till the end, and the answer."""
    start = time.monotonic()
    with socket.create_connection(("127.0.0.1", served.port), timeout=20) as connection:
        connection.sendall(head)
        connection.settimeout(PATIENCE / 4)
        for _ in range(pieces):
            try:
                connection.sendall(b"x")
                if answer := connection.recv(65536):
                    connection.settimeout(20)
                    return time.monotonic() - start, answer + read_all(connection)
                break
            except TimeoutError:
                continue
            except OSError:
                break
    return time.monotonic() - start, b""


def test_a_client_that_says_nothing_is_cut_off(served: Served) -> None:
    start = time.monotonic()
    assert served.raw(b"") == b""
    assert PATIENCE * 0.8 < time.monotonic() - start < PATIENCE * 5


@pytest.mark.parametrize("head", [b"GET / HT", b"GET /healthz HTTP/1.1\r\nHost: a\r\nX-Slow: "])
def test_a_head_that_comes_in_drops_is_cut_off(served: Served, head: bytes) -> None:
    seconds, answer = dribbled(served, head, 60)
    assert answer == b""
    assert seconds < PATIENCE * 5


def test_so_is_a_second_head_on_the_same_connection(served: Served) -> None:
    first = b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n"
    with socket.create_connection(("127.0.0.1", served.port), timeout=20) as connection:
        connection.sendall(first)
        answer = b""
        while not answer.endswith(b"}"):
            answer += connection.recv(65536)
        assert b"200" in answer.partition(b"\r\n")[0]
        start = time.monotonic()
        connection.sendall(b"GET /hea")
        assert read_all(connection) == b""
    assert time.monotonic() - start < PATIENCE * 5


def test_a_body_that_comes_in_drops_is_408_and_the_end(served: Served) -> None:
    head = (
        b"POST /v1/extract HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
        b"Content-Length: 1000\r\n\r\n"
    )
    seconds, answer = dribbled(served, head, 60)
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b"/problems#slow-client" in answer
    assert seconds < PATIENCE * 5


def test_who_does_not_take_the_answer_is_cut_off(served: Served) -> None:
    request = b"GET /openapi.json HTTP/1.1\r\nHost: a\r\n\r\n" * 400
    with socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.settimeout(20)
        connection.connect(("127.0.0.1", served.port))
        connection.sendall(request)
        time.sleep(PATIENCE * 4)
        got = 0
        try:
            while part := connection.recv(65536):
                got += len(part)
        except ConnectionResetError:
            pass
    _, _, whole = served.get("/openapi.json")
    assert got < 400 * len(whole)
    assert served.get("/healthz")[0] == 200


def test_slow_clients_do_not_keep_others_waiting(served: Served) -> None:
    slow = [socket.create_connection(("127.0.0.1", served.port)) for _ in range(50)]
    try:
        for connection in slow:
            connection.sendall(b"GET /v1/events HTTP/1.1\r\nX: ")
        start = time.monotonic()
        assert served.get("/v1/events")[0] == 200
        assert time.monotonic() - start < PATIENCE * 0.8
    finally:
        for connection in slow:
            connection.close()


@pytest.mark.parametrize(
    "request_",
    [
        b"GET /v1/actors/x%0d%0aSet-Cookie:%20a=b HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
        b"GET /nowhere HTTP/1.1\r\nHost: a\r\nX-Request-ID: a%0d%0aSet-Cookie: a=b\r\n"
        b"Connection: close\r\n\r\n",
        b"GET /nowhere HTTP/1.1\r\nHost: a\r\nX-Request-ID: a\rSet-Cookie: a=b\r\n\r\n",
        b"GET /nowhere\r\nSet-Cookie: a=b HTTP/1.1\r\n\r\n",
        b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET /x HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
        b"POST /v1/extract HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" * 40,
        b"GET http://[ HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
    ],
)
def test_a_hostile_request_is_refused_and_puts_nothing_into_the_head(
    served: Served, request_: bytes
) -> None:
    answer = served.raw(request_)
    head = answer.partition(b"\r\n\r\n")[0].lower()
    assert re.match(rb"http/1\.1 4\d\d ", head) or not head
    assert b"\r\nset-cookie" not in head
    assert served.get("/healthz")[0] == 200


def test_each_request_is_one_line_of_json_with_its_id_and_no_query(served: Served) -> None:
    headers = {"X-Request-ID": "find-me.1", "X-API-Key": "secret-key"}
    status, sent, _ = served.get("/v1/actors?q=secret-query", headers)
    assert (status, sent["x-request-id"]) == (200, "find-me.1")
    [line] = served.lines_of("find-me.1")
    told = {name: line[name] for name in ("event", "level", "method", "path", "status", "key")}
    assert told == {
        "event": "request",
        "level": "info",
        "method": "GET",
        "path": "/v1/actors",
        "status": 200,
        "key": None,
    }
    assert line["ms"] > 0
    assert line["timestamp"].endswith("Z")
    assert "secret" not in served.log.read_text("utf-8")


def test_a_path_cannot_forge_a_line_of_the_log(served: Served) -> None:
    path = "/v1/events/x%0a%7b%22event%22:%22forged%22%7d"
    served.get(path, {"X-Request-ID": "forger.1"})
    assert [row["event"] for row in served.lines_of("forger.1")] == ["request"]
    assert all(row.get("event") != "forged" for row in served.lines())


def test_a_key_made_by_the_command_opens_the_real_service(store_path: Path, tmp_path: Path) -> None:
    settings = {"API_KEYS_FILE": str(tmp_path / "keys.txt")}
    key = run("keys", "create", "desk", settings=settings).stdout.decode().strip()
    with serving(store_path, settings) as locked:
        assert locked.get("/v1/events")[0] == 401
        assert locked.get("/v1/events", {"X-API-Key": key})[0] == 200
        assert locked.get("/metrics", {"X-API-Key": key})[0] == 403
        [kept] = load_keys(tmp_path / "keys.txt")
        assert kept.scopes == {Scope.READ}
        assert {row["key"] for row in locked.lines() if row["event"] == "request"} == {
            None,
            kept.id,
        }
        log = locked.log.read_text("utf-8")
    assert key not in log
    assert kept.sha256 not in log


def test_without_keys_only_loopback_is_listened_on_unless_it_is_said_plainly(
    store_path: Path,
) -> None:
    refused = run("serve", "--host", "0.0.0.0", store=store_path)
    assert refused.returncode == 1
    (line,) = refused.stderr.decode().splitlines()
    assert "can be reached from other machines" in line
    assert "--allow-anyone-without-keys" in line
    for settings, options in (
        ({}, ("--host", "0.0.0.0", "--allow-anyone-without-keys")),
        ({"HOST": "0.0.0.0", "ALLOW_ANYONE_WITHOUT_KEYS": "true"}, ()),
    ):
        with serving(store_path, settings, *options) as opened:
            assert json.loads(opened.get("/readyz")[2])["status"] == "ready"


def test_the_password_of_a_store_stands_in_no_log_and_no_answer(store_path: Path) -> None:
    with serving(store_path, {"STORE_PASSWORD": "hush-hush", "LOG_LEVEL": "debug"}) as served:
        said = b"".join(served.get(path)[2] for path in ("/readyz", "/metrics", "/nowhere"))
        assert b"hush" not in said
        assert "hush" not in served.log.read_text("utf-8")

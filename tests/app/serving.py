"""The real service on loopback, for tests that need a socket: as a process of its own, or in a
thread where it needs something that only a test can give it.
"""

import http.client
import json
import os
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import uvicorn
from fastapi import FastAPI

from tests.neo4j_server import free_port
from tests.process import COMMAND, environment

START_SECONDS = 60


@dataclass(frozen=True)
class Served:
    """A service that answers. `log` is the file of what it writes to standard error."""

    port: int
    log: Path
    process: subprocess.Popen[bytes]

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def get(
        self, path: str, headers: Mapping[str, str] = MappingProxyType({})
    ) -> tuple[int, dict[str, str], bytes]:
        """Status, headers in small letters, and body."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request("GET", path, headers=dict(headers))
            response = connection.getresponse()
            named = {name.lower(): value for name, value in response.getheaders()}
            return response.status, named, response.read()
        finally:
            connection.close()

    def raw(self, request: bytes, seconds: float = 30) -> bytes:
        """Send bytes as they are, and read until the service closes the connection."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=seconds) as connection:
            connection.sendall(request)
            return read_all(connection)

    def lines(self) -> list[dict[str, Any]]:
        """The log, as far as it is JSON."""
        text = self.log.read_text("utf-8")
        return [json.loads(line) for line in text.splitlines() if line.startswith("{")]

    def lines_of(self, request_id: str) -> list[dict[str, Any]]:
        """The lines of one request; they may be written a little after its answer."""
        until = time.monotonic() + 20
        while True:
            found = [row for row in self.lines() if row.get("request_id") == request_id]
            if found or time.monotonic() > until:
                return found
            time.sleep(0.05)


def read_all(connection: socket.socket) -> bytes:
    """Read until the other end closes, in one way or another."""
    found = b""
    while True:
        try:
            part = connection.recv(65536)
        except ConnectionResetError:
            return found
        if not part:
            return found
        found += part


@contextmanager
def serving(
    store: Path | str, settings: Mapping[str, str] = MappingProxyType({}), *options: str
) -> Iterator[Served]:
    """Start `westphalia serve` on a file of a store, or on the URL of one."""
    port = free_port()
    url = str(store) if "://" in str(store) else f"sqlite:///{store}"
    child = environment(settings={"LOG_FORMAT": "json", "STORE_URL": url, **settings})
    handle, name = tempfile.mkstemp(suffix=".log")
    with os.fdopen(handle, "wb") as log:
        process = subprocess.Popen(
            [*COMMAND, "serve", "--port", str(port), *options],
            env=child,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
    served = Served(port, Path(name), process)
    try:
        _await(served)
        yield served
    finally:
        process.kill()
        process.wait()
        served.log.unlink()


@contextmanager
def served_here(app: FastAPI) -> Iterator[str]:
    """Serve an app from a thread of this process, and yield its address."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False))
        thread = threading.Thread(target=server.run, args=([listener],))
        thread.start()
        try:
            deadline = time.monotonic() + START_SECONDS
            while not server.started:
                assert thread.is_alive()
                assert time.monotonic() < deadline
                time.sleep(0.01)
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


def _await(served: Served) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            served.get("/healthz")
        except OSError:
            said = served.log.read_text("utf-8")
            assert served.process.poll() is None, said
            assert time.monotonic() < deadline, said
            time.sleep(0.05)
        else:
            return

"""A real NATS server with JetStream for the tests: the program of a wheel, on loopback."""

import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.neo4j_server import free_port

_PATIENCE = 20.0


@dataclass
class NatsServer:
    """A server that can be killed and started again, on the same port and with the same files.
    With a password only the user `tests` may come in."""

    folder: Path
    port: int
    password: str = ""
    _process: subprocess.Popen[bytes] | None = field(default=None)

    @property
    def url(self) -> str:
        login = f"tests:{self.password}@" if self.password else ""
        return f"nats://{login}127.0.0.1:{self.port}"

    def start(self) -> None:
        with (self.folder / "nats.log").open("ab") as log:
            self._process = subprocess.Popen(
                [
                    program(),
                    "-js",
                    "-sd",
                    str(self.folder),
                    "-a",
                    "127.0.0.1",
                    "-p",
                    str(self.port),
                    *(("--user", "tests", "--pass", self.password) if self.password else ()),
                ],
                stdout=log,
                stderr=log,
            )
        end = time.monotonic() + _PATIENCE
        while time.monotonic() < end:
            try:
                with socket.create_connection(("127.0.0.1", self.port), 1) as connection:
                    if connection.recv(5) == b"INFO ":
                        return
            except OSError:
                time.sleep(0.05)
        raise RuntimeError((self.folder / "nats.log").read_text("utf-8"))

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None


@contextmanager
def nats_server(folder: Path, password: str = "") -> Iterator[NatsServer]:
    folder.mkdir(parents=True, exist_ok=True)
    server = NatsServer(folder, free_port(), password)
    server.start()
    try:
        yield server
    finally:
        server.kill()


def program() -> str:
    """The path of nats-server: beside this Python, where the wheel puts it, or on the path."""
    beside = Path(sys.executable).with_name("nats-server")
    found = str(beside) if beside.exists() else shutil.which("nats-server")
    assert found, "nats-server is not installed; `make install` installs it"
    return found

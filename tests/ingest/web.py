"""A small web on loopback for tests: sites that answer as they are told, a resolver that knows
their names, and a record of every address that was really dialled.
"""

import ssl
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import IPv4Address, ip_address
from typing import Any

from graph.errors import FetchFailed
from ingest.addresses import Address
from ingest.fetch import Fetcher, Limits

Steer = Callable[[BaseHTTPRequestHandler], None]


@dataclass
class Answer:
    """What a path answers: `body` with `status`, or whatever `steer` does with the socket."""

    body: bytes = b""
    kind: str = "text/html; charset=utf-8"
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    steer: Steer | None = None


@dataclass
class Asked:
    """One request that reached a site."""

    path: str
    headers: dict[str, str]


class Web:
    """One server that plays every site whose name it is asked for; paths are told apart by
    "host/path" or, for any host, "/path". Without an answer it is 404."""

    def __init__(self) -> None:
        self.answers: dict[str, Answer] = {}
        self.asked: list[Asked] = []
        self.addresses: dict[str, list[Sequence[str]]] = {}
        web = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                headers = {name.lower(): value for name, value in self.headers.items()}
                web.asked.append(Asked(self.path, headers))
                host = headers.get("host", "").partition(":")[0]
                answer = web.answers.get(host + self.path) or web.answers.get(self.path)
                web._reply(self, answer or Answer(status=404))

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.port = self._server.server_port
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.005,))
        self._thread.start()

    def _reply(self, handler: BaseHTTPRequestHandler, answer: Answer) -> None:
        handler.close_connection = True
        try:
            if answer.steer is not None:
                answer.steer(handler)
                return
            handler.send_response(answer.status)
            handler.send_header("Content-Type", answer.kind)
            for name, value in answer.headers.items():
                handler.send_header(name, value)
            if "Content-Length" not in answer.headers:
                handler.send_header("Content-Length", str(len(answer.body)))
            handler.end_headers()
            handler.wfile.write(answer.body)
        except OSError:
            pass  # the client had enough, which is what many tests want

    def wrap(self, tls: ssl.SSLContext) -> None:
        """Speak TLS from now on."""
        self._server.socket = tls.wrap_socket(self._server.socket, server_side=True)

    def url(self, path: str, host: str = "news.example") -> str:
        return f"http://{host}:{self.port}{path}"

    def paths(self) -> list[str]:
        return [asked.path for asked in self.asked if asked.path != "/robots.txt"]

    def resolve(self, host: str, _port: int) -> Sequence[Address]:
        """Names under .example are this server, unless `addresses` has a list of answers to
        give one after the other, the last for ever."""
        if host in self.addresses:
            answers = self.addresses[host]
            now = answers.pop(0) if len(answers) > 1 else answers[0]
            return [ip_address(text) for text in now]
        if host.endswith(".example"):
            return [IPv4Address("127.0.0.1")]
        try:
            return [ip_address(host)]
        except ValueError:
            raise FetchFailed(f"no address for {host}") from None

    def fetcher(self, limits: Limits = Limits(delay=0.0), **options: Any) -> Fetcher:  # noqa: B008
        """A fetcher to which this server counts as public, and nothing else on loopback."""
        options.setdefault("resolver", self.resolve)
        options.setdefault("ports", {80, 443, self.port})
        options.setdefault("allowed", {("127.0.0.1", self.port)})
        return Fetcher(limits=limits, **options)

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@contextmanager
def a_web() -> Iterator[Web]:
    web = Web()
    try:
        yield web
    finally:
        web.close()


_dialled: list[object] = []
_hooked = False


def dialled() -> list[object]:
    """The list, emptied, to which every address is added that this process connects to."""
    global _hooked
    if not _hooked:
        sys.addaudithook(
            lambda name, args: _dialled.append(args[1]) if name == "socket.connect" else None
        )
        _hooked = True
    _dialled.clear()
    return _dialled

"""Where connections are opened: a name is looked up once, every address that it has is checked,
and one of the checked addresses is dialled. The name stays in the Host header and in TLS, so
nothing between the check and the connection can change where it leads.

Imports `addresses` and the errors. Only these two and `fetch` know httpx.
"""

import queue
import socket
import ssl
import threading
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from ipaddress import ip_address
from typing import Any

import httpcore
import httpx

from graph.errors import FetchFailed, FetchRefused
from ingest.addresses import Address, is_public

Resolver = Callable[[str, int], Sequence[Address]]
Endpoint = tuple[str, int]


class Deadline:
    """The moment at which a fetch has taken too long, however slowly bytes still drip in."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._end = time.monotonic() + seconds

    def extend(self, seconds: float) -> None:
        """Do not count time that was waited on purpose."""
        self._end += seconds

    def left(self, timeout: float | None) -> float:
        """Seconds that the next step may take, at most `timeout`."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise FetchFailed(f"took longer than {self._seconds:g} s", passing=True)
        return left if timeout is None else min(left, timeout)


def system_resolver(host: str, port: int) -> Sequence[Address]:
    """Every address of a name; FetchFailed if it has none."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise FetchFailed(f"no address for {host}: {error}", passing=True) from error
    texts = dict.fromkeys(str(entry[4][0]) for entry in found)
    return [ip_address(text) for text in texts]


class Guard(httpcore.NetworkBackend):
    """Dials public addresses only. `allowed` are (address, port) pairs that count as public."""

    def __init__(
        self, resolver: Resolver, allowed: Collection[Endpoint], deadline: Deadline
    ) -> None:
        self._resolver = resolver
        self._allowed = allowed
        self._deadline = deadline
        self._dialler = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        addresses = self._addresses(host, port, self._deadline.left(timeout))
        for address in addresses:
            if not is_public(address) and (str(address), port) not in self._allowed:
                raise FetchRefused(f"{host} leads to {address}, which is not public")
        failure: Exception | None = None
        for address in addresses:
            left = self._deadline.left(timeout)
            try:
                stream = self._dialler.connect_tcp(
                    str(address), port, left, local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
            else:
                return _Timed(stream, self._deadline)
        raise FetchFailed(f"cannot connect to {host}: {failure}", passing=True) from failure

    def _addresses(self, host: str, port: int, seconds: float) -> Sequence[Address]:
        """Look the name up, but not for longer than `seconds`: the system's resolver has no
        limit of its own."""
        answers: queue.SimpleQueue[Sequence[Address] | FetchFailed] = queue.SimpleQueue()

        def look_up() -> None:
            try:
                answers.put(self._resolver(host, port))
            except FetchFailed as error:
                answers.put(error)

        threading.Thread(target=look_up, name=f"look up {host}", daemon=True).start()
        try:
            answer = answers.get(timeout=seconds)
        except queue.Empty:
            raise FetchFailed(f"no address for {host} in {seconds:.0f} s", passing=True) from None
        if isinstance(answer, FetchFailed):
            raise answer
        if not answer:
            raise FetchFailed(f"no address for {host}", passing=True)
        return answer


class _Timed(httpcore.NetworkStream):
    """A connection of which no step outlasts the deadline of its fetch."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._deadline.left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._deadline.left(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        left = self._deadline.left(timeout)
        return _Timed(self._stream.start_tls(ssl_context, server_hostname, left), self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


class GuardedTransport(httpx.BaseTransport):
    """httpx over the guard. Errors of httpcore come through as they are."""

    def __init__(self, guard: Guard, tls: ssl.SSLContext) -> None:
        self._pool = httpcore.ConnectionPool(
            ssl_context=tls, network_backend=guard, max_connections=1, max_keepalive_connections=0
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        answer = self._pool.handle_request(
            httpcore.Request(
                request.method,
                httpcore.URL(
                    scheme=request.url.raw_scheme,
                    host=request.url.raw_host,
                    port=request.url.port,
                    target=request.url.raw_path,
                ),
                headers=request.headers.raw,
                content=request.stream,
                extensions=request.extensions,
            )
        )
        return httpx.Response(answer.status, headers=answer.headers, stream=_Body(answer))

    def close(self) -> None:
        self._pool.close()


class _Body(httpx.SyncByteStream):
    def __init__(self, answer: httpcore.Response) -> None:
        self._answer = answer

    def __iter__(self) -> Iterator[bytes]:
        return self._answer.iter_stream()

    def close(self) -> None:
        self._answer.close()

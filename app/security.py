"""Who may ask what: the key of a request, its scope, and how often it may ask.

The gate stands before routing and before the body is read, so a route that is added later is
locked as well. Imports `keys`, `rates`, `errors` and FastAPI.
"""

import ipaddress
from collections.abc import Iterable
from typing import Annotated

from fastapi import HTTPException, Request, Security
from fastapi.security import APIKeyHeader, HTTPAuthorizationCredentials, HTTPBearer
from starlette.types import ASGIApp, Message, Receive, Send
from starlette.types import Scope as Connection

from app import problem_types
from app.errors import problem
from app.keys import Key, KeyRing, Scope
from app.problem_types import PAGE
from app.rates import RateLimiter

HEADER = "X-API-Key"
OPEN_PATHS = frozenset({"/healthz", "/readyz", "/", "/icon.svg", PAGE})
"""What is answered without a key, and as often as asked: no data stands there."""

OPEN_FOLDERS = ("/browser/", "/assets/")
"""The guide and the style for Neo4j Browser, which sends no key, and the files of the explorer,
which asks for one; no data stands there either."""

CALLER = "caller"
"""Where in a request's state its key stands; absent where no keys are asked for."""

_CHALLENGE = {"WWW-Authenticate": "ApiKey, Bearer"}
# They document how a key is sent; the gate reads it.
_API_KEY = APIKeyHeader(name=HEADER, scheme_name="ApiKey", auto_error=False)
_HTTP_BEARER = HTTPBearer(scheme_name="Bearer", auto_error=False)

_BEARER = b"bearer "
_IPV6_NETWORK = 64


class Needs:
    """A dependency of routes: the key, which the gate has found, must have this scope."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope

    async def __call__(
        self,
        request: Request,
        _key: Annotated[str | None, Security(_API_KEY)],
        _bearer: Annotated[HTTPAuthorizationCredentials | None, Security(_HTTP_BEARER)],
    ) -> None:
        caller: Key | None = request.scope["state"].get(CALLER)
        if caller is None or not caller.may(self.scope):
            raise HTTPException(403, f"this needs a key with the scope {self.scope.value}")


class Gate:
    """ASGI middleware: lets through who has a key and has not asked too often."""

    def __init__(self, app: ASGIApp, ring: KeyRing | None, limiter: RateLimiter | None) -> None:
        self.app = app
        self._ring = ring
        self._limiter = limiter

    async def __call__(self, scope: Connection, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or is_open(scope["path"]):
            await self.app(scope, receive, send)
            return
        caller = self._ring.find(shown_key(scope["headers"])) if self._ring else None
        if caller is not None:
            scope.setdefault("state", {})[CALLER] = caller
        if self._limiter is not None:
            who = f"key {caller.id}" if caller else _network(scope)
            allowance = self._limiter.count(who)
            send = _adding(send, allowance.headers)
            if not allowance.allowed:
                detail = f"{allowance.limit} requests in {allowance.window} s are allowed"
                refusal = problem(Request(scope), problem_types.TOO_MANY_REQUESTS, detail)
                await refusal(scope, receive, send)
                return
        if self._ring is not None and caller is None:
            detail = f"a valid API key is needed in the header {HEADER}"
            refusal = problem(Request(scope), problem_types.KEY_NEEDED, detail, _CHALLENGE)
            await refusal(scope, receive, send)
            return
        await self.app(scope, receive, send)


def is_open(path: str) -> bool:
    return path in OPEN_PATHS or path.startswith(OPEN_FOLDERS)


def shown_key(headers: Iterable[tuple[bytes, bytes]]) -> str:
    """The key that a request shows, or "": X-API-Key, else Authorization: Bearer."""
    bearer = b""
    for name, value in headers:
        if name == b"x-api-key":
            return value.decode("latin-1")
        if name == b"authorization" and value[: len(_BEARER)].lower() == _BEARER:
            bearer = value[len(_BEARER) :].strip()
    return bearer.decode("latin-1")


def _network(scope: Connection) -> str:
    """Whom an unknown caller is counted as: its address, of IPv6 the network of one customer."""
    client = scope.get("client")
    text = client[0] if client else "unknown"
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return text
    if address.version == 4:
        return text
    return str(ipaddress.ip_network((address, _IPV6_NETWORK), strict=False))


def _adding(send: Send, headers: dict[str, str]) -> Send:
    raw = [(name.lower().encode(), value.encode()) for name, value in headers.items()]

    async def adding(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message.get("headers", ()), *raw]
        await send(message)

    return adding


def is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False

"""The outermost layer: request ids, the log of requests, security headers, and no trace let out.

Imports `errors`, `metrics` and Starlette; plain ASGI, so that an answer is not copied.
"""

import logging
import re
import time
import uuid
from typing import Any

import structlog
from fastapi import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.errors import unexpected
from app.metrics import Metrics
from app.security import CALLER

REQUEST_ID = "X-Request-ID"
UNMATCHED = "(none)"
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
"""What a label of a metric may be: a client must not invent new ones without end."""

SECURITY_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
"""On every answer that does not set its own."""

_LOG = logging.getLogger("westphalia.requests")
_GIVEN_ID = re.compile(rb"[A-Za-z0-9._-]{1,64}")
_DEFAULTS = [(name.lower().encode(), value.encode()) for name, value in SECURITY_HEADERS.items()]
_HSTS = (b"strict-transport-security", b"max-age=31536000")


class Access:
    """ASGI middleware around everything else."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self.app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        answer = _Answer(scope, send)
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=answer.request_id)
        self._metrics.running.inc()
        try:
            await self.app(answer.scope, receive, answer.send)
        except Exception as error:
            # The last handler: whatever was forgotten elsewhere must not reach the caller.
            response = unexpected(Request(answer.scope), error)
            if not answer.status:
                await response(answer.scope, receive, answer.send)
        finally:
            self._metrics.running.dec()
            self._tell(scope["method"], answer)

    def _tell(self, method: str, answer: "_Answer") -> None:
        seconds = time.perf_counter() - answer.start
        route = getattr(answer.scope.get("route"), "path", UNMATCHED)
        label = method if method in METHODS else "other"
        self._metrics.observe(label, route, answer.status, seconds)
        if _LOG.isEnabledFor(logging.INFO):
            _LOG.info("request", extra=self._line(method, answer, seconds))

    def _line(self, method: str, answer: "_Answer", seconds: float) -> dict[str, Any]:
        client = answer.scope.get("client")
        caller = answer.scope["state"].get(CALLER)
        return {
            "method": method,
            "path": answer.scope["path"],
            "status": answer.status,
            "ms": round(seconds * 1000, 2),
            "bytes": answer.bytes,
            "client": client[0] if client else None,
            "key": caller.id if caller else None,
        }


class _Answer:
    """One request on its way, and what is sent in answer to it."""

    def __init__(self, scope: Scope, send: Send) -> None:
        self.start = time.perf_counter()
        self.request_id = _request_id(scope)
        self.status = 0
        self.bytes = 0
        self._is_head = scope["method"] == "HEAD"
        # HEAD is GET without the body, for every route.
        self.scope = {**scope, "method": "GET"} if self._is_head else scope
        self.scope["state"] = {**scope.get("state", {}), "request_id": self.request_id}
        self._send = send

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            message["headers"] = self._headers(message.get("headers", ()))
        elif message["type"] == "http.response.body":
            if self._is_head:
                message = {**message, "body": b""}
            self.bytes += len(message.get("body", b""))
        await self._send(message)

    def _headers(self, given: Any) -> list[tuple[bytes, bytes]]:
        names = {name for name, _ in given}
        headers = list(given)
        headers += [item for item in _DEFAULTS if item[0] not in names]
        if self.scope.get("scheme") == "https":
            headers.append(_HSTS)
        headers.append((b"x-request-id", self.request_id.encode()))
        return headers


def _request_id(scope: Scope) -> str:
    """The one that the client or a proxy gave, if it is harmless; else a new one."""
    for name, value in scope["headers"]:
        if name == b"x-request-id" and _GIVEN_ID.fullmatch(value):
            return str(value, "ascii")
    return uuid.uuid4().hex

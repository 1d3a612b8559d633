"""Bounds on what a client may send: so many bytes of a body, in so many seconds.

What a client that sends no whole head, or reads no answer, does to a connection is the business of
`connections`. Imports `errors` and Starlette.
"""

import asyncio

from fastapi import HTTPException, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app import problem_types
from app.errors import problem

_CLOSE = {"Connection": "close"}
"""The rest of a body that nobody wants is not waited for."""


class Bounds:
    """ASGI middleware: 413 for a body of more than `max_body` bytes, 408 for one that is not there
    `seconds` after its head."""

    def __init__(self, app: ASGIApp, max_body: int, seconds: float) -> None:
        self.app = app
        self._max_body = max_body
        self._seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        declared = 0
        for name, value in scope["headers"]:
            if name == b"content-length" and value.isdigit():
                declared = int(value[:20])
        if declared > self._max_body:
            kind = problem_types.TOO_LARGE
            refusal = problem(Request(scope), kind, self._too_large, _CLOSE)
            await refusal(scope, receive, send)
            return
        await self.app(scope, self._bounded(receive), send)

    @property
    def _too_large(self) -> str:
        return f"the body is longer than {self._max_body} bytes"

    def _bounded(self, receive: Receive) -> Receive:
        """The same messages; HTTPException as soon as they are too many or too late."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self._seconds
        seen, whole = 0, False

        async def bounded() -> Message:
            nonlocal seen, whole
            if whole:
                return await receive()
            try:
                async with asyncio.timeout_at(deadline):
                    message = await receive()
            except TimeoutError as error:
                reason = f"the body was not there after {self._seconds:g} seconds"
                raise HTTPException(408, reason, _CLOSE) from error
            seen += len(message.get("body", b""))
            whole = not message.get("more_body", False)
            if seen > self._max_body:
                raise HTTPException(413, self._too_large, _CLOSE)
            return message

        return bounded

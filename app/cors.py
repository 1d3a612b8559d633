"""Which pages may call what: those of Neo4j Browser its guide and style, others the API.

Imports starlette.
"""

from collections.abc import Sequence

from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

_SENT_BY_PAGES = ["X-API-Key", "X-Request-ID", "Authorization", "If-None-Match", "Content-Type"]
_READ_BY_PAGES = [
    "ETag",
    "Retry-After",
    "X-Request-ID",
    "RateLimit-Limit",
    "RateLimit-Remaining",
    "RateLimit-Reset",
    "RateLimit-Policy",
]


class CorsByPath:
    """Middleware with one list of origins for paths below `/browser/` and one for the rest."""

    def __init__(self, app: ASGIApp, browser: Sequence[str], api: Sequence[str]) -> None:
        # The Browser fetches guides with these two headers, which makes it ask beforehand.
        self._browser = CORSMiddleware(
            app,
            allow_origins=browser,
            allow_methods=["GET"],
            allow_headers=["Cache-Control", "Pragma"],
        )
        self._api: ASGIApp = app
        if api:
            self._api = CORSMiddleware(
                app,
                allow_origins=api,
                allow_methods=["GET", "POST"],
                allow_headers=_SENT_BY_PAGES,
                expose_headers=_READ_BY_PAGES,
            )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        below = scope["type"] == "http" and scope["path"].startswith("/browser/")
        await (self._browser if below else self._api)(scope, receive, send)

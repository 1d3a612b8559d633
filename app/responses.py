"""What routes share: documented problems, ETags on what they return, bounds on what they read.

Imports FastAPI and `schemas`.
"""

import hashlib
from collections.abc import Callable, Coroutine
from http import HTTPStatus
from typing import Any

from fastapi import HTTPException, Request, Response
from fastapi.routing import APIRoute
from starlette.types import Message, Receive

from app.schemas import ProblemOut

Responses = dict[int | str, dict[str, Any]]
"""FastAPI's own type of documented responses."""


def problems(*statuses: int) -> Responses:
    """Document the problem responses of a route."""
    schema = {"$ref": f"#/components/schemas/{ProblemOut.__name__}"}
    return {
        status: {
            "description": HTTPStatus(status).phrase,
            "content": {"application/problem+json": {"schema": schema}},
        }
        for status in statuses
    }


class TaggedRoute(APIRoute):
    """A route whose answers carry an ETag; an unchanged answer is sent as 304 without a body.

    The tag is a weak one: an answer that is compressed on its way means the same in other bytes.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def tagged(request: Request) -> Response:
            response = await handle(request)
            if response.status_code != HTTPStatus.OK:
                return response
            tag = f'W/"{hashlib.sha256(response.body).hexdigest()[:32]}"'
            headers = {"ETag": tag, "Cache-Control": "no-cache"}
            if _matches(request.headers.get("if-none-match", ""), tag):
                return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
            response.headers.update(headers)
            return response

        return tagged


def bounded_route(max_bytes: int) -> type[APIRoute]:
    """A class of routes that read no more of a body than so many bytes: beyond it, 413."""

    class BoundedRoute(APIRoute):
        def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
            handle = super().get_route_handler()

            async def bounded(request: Request) -> Response:
                return await handle(Request(request.scope, _counting(request.receive, max_bytes)))

            return bounded

    return BoundedRoute


def _counting(receive: Receive, max_bytes: int) -> Receive:
    """The same messages; HTTPException 413 as soon as their bodies are too long together."""
    seen = 0

    async def counted() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > max_bytes:
            raise HTTPException(
                HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
                f"the body is longer than {max_bytes} bytes",
            )
        return message

    return counted


def _matches(asked: str, tag: str) -> bool:
    tags = [item.strip().removeprefix("W/") for item in asked.split(",")]
    return tag.removeprefix("W/") in tags or tags == ["*"]

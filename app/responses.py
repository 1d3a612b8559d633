"""What routes share: their documented problems, and ETags on what they return.

Imports FastAPI and `schemas`.
"""

import hashlib
from collections.abc import Callable, Coroutine
from http import HTTPStatus
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute

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
    """A route whose answers carry an ETag; an unchanged answer is sent as 304 without a body."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def tagged(request: Request) -> Response:
            response = await handle(request)
            if response.status_code != HTTPStatus.OK:
                return response
            tag = f'"{hashlib.sha256(response.body).hexdigest()[:32]}"'
            headers = {"ETag": tag, "Cache-Control": "no-cache"}
            if _matches(request.headers.get("if-none-match", ""), tag):
                return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
            response.headers.update(headers)
            return response

        return tagged


def _matches(asked: str, tag: str) -> bool:
    tags = [item.strip().removeprefix("W/") for item in asked.split(",")]
    return tag in tags or tags == ["*"]

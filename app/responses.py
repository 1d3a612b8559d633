"""What routes share: documented problems, ETags on what they return, bounds on what they read.

Imports FastAPI, `answers`, `clock`, `keys` and `schemas`.
"""

import functools
import hashlib
import inspect
from collections.abc import Callable, Coroutine, Hashable
from http import HTTPStatus
from typing import Any

from fastapi import HTTPException, Request, Response
from fastapi.routing import APIRoute
from pydantic import BaseModel
from starlette.types import Message, Receive

from app.answers import Answer, AnswerCache
from app.clock import today
from app.keys import Key
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
    While the store has not changed, what was answered to the same question on the same day, to
    a key with the same scopes, is sent again.
    """

    keeps_answers = True

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        super().__init__(path, _written_at_once(endpoint), **options)

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def tagged(request: Request) -> Response:
            cache: AnswerCache = request.app.state.answers
            state = cache.state()
            question = _question(request)
            # Elsewhere answers name the host that was asked, which whoever asks may make up.
            told_all = request.method == "GET" and request.scope["path"].startswith("/v1/")
            keeps = self.keeps_answers and told_all
            answer = cache.find(question) if keeps else None
            if answer is None:
                response = await handle(request)
                body = getattr(response, "body", None)
                if response.status_code != HTTPStatus.OK or not isinstance(body, bytes):
                    return response
                tag = f'W/"{hashlib.sha256(body).hexdigest()[:32]}"'
                answer = Answer(body, tag, tuple(response.raw_headers))
                if keeps:
                    cache.keep(state, question, answer)
            headers = {"ETag": answer.tag, "Cache-Control": "no-cache"}
            if _matches(request.headers.get("if-none-match", ""), answer.tag):
                return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
            again = Response(answer.body, headers=headers)
            names = {name for name, _ in again.raw_headers}
            again.raw_headers += [item for item in answer.headers if item[0] not in names]
            return again

        return tagged


class UnkeptRoute(TaggedRoute):
    """A tagged route whose answers tell what the store's state does not count."""

    keeps_answers = False


def _written_at_once(endpoint: Callable[..., Any]) -> Callable[..., Any]:
    """The same endpoint, which writes the JSON of its model in its own thread. Left to FastAPI, it
    would change threads once more for a check of what is a model already."""

    @functools.wraps(endpoint)
    def written(*arguments: Any, **named: Any) -> Any:
        found = endpoint(*arguments, **named)
        if isinstance(found, BaseModel):
            return Response(found.model_dump_json(by_alias=True), media_type="application/json")
        return found

    return endpoint if inspect.iscoroutinefunction(endpoint) else written


def _question(request: Request) -> Hashable:
    """Everything that an answer depends on, but for what is stored."""
    scope = request.scope
    caller: Key | None = scope.get("state", {}).get("caller")
    scopes = caller.scopes if caller else None
    return scope["path"], scope["query_string"], scopes, today()


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

"""Which type of problem each error of ours is, and RFC 9457 problem details for every error.

Imports `graph.errors` and FastAPI.
"""

import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from app import problem_types as types
from app.problem_types import ProblemType
from app.schemas import ParameterError, ProblemOut
from graph.errors import (
    Busy,
    FetchFailed,
    InvalidCursor,
    InvalidInput,
    NoArticle,
    NotFound,
    ParserMissing,
    QueryTimeout,
    ReferenceDataError,
    SchemaMismatch,
    StoreError,
    StoreUnavailable,
    WestphaliaError,
)

TABLE: Mapping[type[WestphaliaError], ProblemType] = {
    InvalidCursor: types.INVALID_CURSOR,
    NoArticle: types.NO_ARTICLE,
    InvalidInput: types.INVALID_INPUT,
    NotFound: types.NOT_FOUND,
    QueryTimeout: types.QUERY_TIMEOUT,
    StoreUnavailable: types.STORE_UNAVAILABLE,
    SchemaMismatch: types.SCHEMA_MISMATCH,
    ParserMissing: types.PARSER_MISSING,
    Busy: types.BUSY,
    FetchFailed: types.PAGE_UNAVAILABLE,
    StoreError: types.INTERNAL,
    ReferenceDataError: types.INTERNAL,
    WestphaliaError: types.INTERNAL,
}
"""The nearest class of an error's own line of ancestors decides, and the type has the status."""

HTTP_TABLE: Mapping[int, ProblemType] = {
    kind.status: kind
    for kind in (
        types.BAD_REQUEST,
        types.KEY_NEEDED,
        types.SCOPE_NEEDED,
        types.NOT_FOUND,
        types.METHOD_NOT_ALLOWED,
        types.SLOW_CLIENT,
        types.TOO_LARGE,
        types.INVALID_INPUT,
        types.TOO_MANY_REQUESTS,
        types.INTERNAL,
        types.BUSY,
    )
}
"""What an HTTPException of a status means here."""

RETRY_SECONDS: Mapping[ProblemType, int] = {types.BUSY: 1, types.STORE_UNAVAILABLE: 5}

MEDIA_TYPE = "application/problem+json"
_LOG = logging.getLogger("westphalia.api")


class InvalidParameter(InvalidInput):
    """A parameter whose value means nothing here; `name` says which, and `place` where it stood:
    in the query or in the body."""

    def __init__(self, name: str, reason: str, place: str = "query") -> None:
        super().__init__(f"{name}: {reason}")
        self.name = name
        self.reason = reason
        self.place = place


def type_of(error: WestphaliaError) -> ProblemType:
    return next(TABLE[kind] for kind in type(error).__mro__ if kind in TABLE)


def problem(
    request: Request,
    kind: ProblemType,
    detail: str,
    headers: Mapping[str, str] | None = None,
    **extra: object,
) -> JSONResponse:
    """A problem-details response; `extra` are members of ProblemOut."""
    body = ProblemOut.model_validate(
        {
            "type": kind.uri,
            "title": kind.title,
            "status": kind.status,
            "detail": detail,
            "instance": request.url.path,
            "request_id": request.scope.get("state", {}).get("request_id"),
            **extra,
        }
    )
    sent: dict[str, Any] = {"Cache-Control": "no-store", **(headers or {})}
    if kind in RETRY_SECONDS:
        sent.setdefault("Retry-After", str(RETRY_SECONDS[kind]))
    content = body.model_dump(mode="json", exclude_none=True)
    return JSONResponse(content, kind.status, sent, MEDIA_TYPE)


def install(app: FastAPI) -> None:
    """Make every error of the app a problem document."""
    app.add_exception_handler(WestphaliaError, _ours)
    app.add_exception_handler(RequestValidationError, _validation)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, unexpected)


def _ours(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, WestphaliaError)
    kind = type_of(error)
    if kind is types.INTERNAL:
        return unexpected(request, error)
    if kind.status is HTTPStatus.SERVICE_UNAVAILABLE:
        _LOG.error("%s: %s", type(error).__name__, error)
        return problem(request, kind, _PUBLIC_UNAVAILABLE[kind])
    if kind is types.PAGE_UNAVAILABLE:
        _LOG.warning("%s: %s", type(error).__name__, error)
    if isinstance(error, NotFound):
        return problem(request, kind, str(error), close=list(error.close) or None)
    if isinstance(error, InvalidParameter):
        wrong = ParameterError(name=error.name, place=error.place, reason=error.reason)
        return problem(request, kind, str(error), errors=[wrong])
    return problem(request, kind, str(error))


_PUBLIC_UNAVAILABLE: Mapping[ProblemType, str] = {
    types.STORE_UNAVAILABLE: "the store cannot be reached; try again later",
    types.SCHEMA_MISMATCH: (
        "the store has another schema version than this service; run the migration"
    ),
    types.QUERY_TIMEOUT: "the store was given up on after the time that one question may take",
    types.PARSER_MISSING: "this service has no parser, so it cannot read texts",
    types.BUSY: "too many wait already; try again in a moment",
}


def _validation(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    errors = []
    for item in error.errors():
        place, *path = (str(part) for part in item["loc"])
        errors.append(ParameterError(name=".".join(path) or place, place=place, reason=item["msg"]))
    detail = "; ".join(f"{wrong.name}: {wrong.reason}" for wrong in errors)
    return problem(request, types.INVALID_INPUT, detail, errors=errors)


def _http(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    kind = HTTP_TABLE.get(error.status_code)
    if kind is None:
        return unexpected(request, error)
    details: dict[int, str] = {
        HTTPStatus.NOT_FOUND: f"there is nothing at {request.url.path}; see /docs",
        HTTPStatus.METHOD_NOT_ALLOWED: f"{request.method} is not possible here",
    }
    phrase = HTTPStatus(error.status_code).phrase
    detail = error.detail if error.detail != phrase else details.get(error.status_code, phrase)
    return problem(request, kind, detail, error.headers)


def unexpected(request: Request, error: Exception) -> JSONResponse:
    """A fault of ours: all of it goes to the log, none of it to the caller."""
    _LOG.error("%s %s failed", request.method, request.url.path, exc_info=error)
    return problem(request, types.INTERNAL, "something went wrong here; it is in the log")

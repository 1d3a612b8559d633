"""Which HTTP status each error of ours has, and RFC 9457 problem details for every error.

Imports `graph.errors` and FastAPI.
"""

import logging
from collections.abc import Mapping
from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from app.schemas import ParameterError, ProblemOut
from graph.errors import (
    Busy,
    InvalidCursor,
    InvalidInput,
    NotFound,
    ParserMissing,
    ReferenceDataError,
    SchemaMismatch,
    StoreError,
    StoreUnavailable,
    WestphaliaError,
)

STATUS: Mapping[type[WestphaliaError], HTTPStatus] = {
    InvalidCursor: HTTPStatus.BAD_REQUEST,
    InvalidInput: HTTPStatus.UNPROCESSABLE_ENTITY,
    NotFound: HTTPStatus.NOT_FOUND,
    StoreUnavailable: HTTPStatus.SERVICE_UNAVAILABLE,
    SchemaMismatch: HTTPStatus.SERVICE_UNAVAILABLE,
    ParserMissing: HTTPStatus.SERVICE_UNAVAILABLE,
    Busy: HTTPStatus.SERVICE_UNAVAILABLE,
    StoreError: HTTPStatus.INTERNAL_SERVER_ERROR,
    ReferenceDataError: HTTPStatus.INTERNAL_SERVER_ERROR,
    WestphaliaError: HTTPStatus.INTERNAL_SERVER_ERROR,
}
"""The nearest class of an error's own line of ancestors decides."""

MEDIA_TYPE = "application/problem+json"
_LOG = logging.getLogger("westphalia.api")


class InvalidParameter(InvalidInput):
    """A query parameter whose value means nothing here; `name` says which."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"{name}: {reason}")
        self.name = name
        self.reason = reason


def status_of(error: WestphaliaError) -> HTTPStatus:
    return next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)


def problem(request: Request, status: int, detail: str, **extra: object) -> JSONResponse:
    """A problem-details response; `extra` are members of ProblemOut."""
    body = ProblemOut.model_validate(
        {
            "title": HTTPStatus(status).phrase,
            "status": status,
            "detail": detail,
            "instance": request.url.path,
            **extra,
        }
    )
    return JSONResponse(
        body.model_dump(mode="json", exclude_none=True), status, media_type=MEDIA_TYPE
    )


def install(app: FastAPI) -> None:
    """Make every error of the app a problem document."""
    app.add_exception_handler(WestphaliaError, _ours)
    app.add_exception_handler(RequestValidationError, _validation)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _unexpected)


def _ours(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, WestphaliaError)
    status = status_of(error)
    if status is HTTPStatus.INTERNAL_SERVER_ERROR:
        return _unexpected(request, error)
    if status is HTTPStatus.SERVICE_UNAVAILABLE:
        _LOG.error("%s: %s", type(error).__name__, error)
        response = problem(request, status, _PUBLIC_UNAVAILABLE[type(error)])
        if isinstance(error, Busy):
            response.headers["Retry-After"] = "1"
        return response
    if isinstance(error, NotFound):
        return problem(request, status, str(error), close=list(error.close) or None)
    if isinstance(error, InvalidParameter):
        wrong = ParameterError(name=error.name, place="query", reason=error.reason)
        return problem(request, status, str(error), errors=[wrong])
    return problem(request, status, str(error))


_PUBLIC_UNAVAILABLE: Mapping[type[WestphaliaError], str] = {
    StoreUnavailable: "the store cannot be reached; try again later",
    SchemaMismatch: "the store has another schema version than this service; run the migration",
    ParserMissing: "this service has no parser, so it cannot read texts",
    Busy: "too many texts wait to be read; try again in a moment",
}


def _validation(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    errors = []
    for item in error.errors():
        place, *path = (str(part) for part in item["loc"])
        errors.append(ParameterError(name=".".join(path) or place, place=place, reason=item["msg"]))
    detail = "; ".join(f"{wrong.name}: {wrong.reason}" for wrong in errors)
    return problem(request, HTTPStatus.UNPROCESSABLE_ENTITY, detail, errors=errors)


def _http(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    details: dict[int, str] = {
        HTTPStatus.NOT_FOUND: f"there is nothing at {request.url.path}; see /docs",
        HTTPStatus.METHOD_NOT_ALLOWED: f"{request.method} is not possible here",
    }
    phrase = HTTPStatus(error.status_code).phrase
    detail = error.detail if error.detail != phrase else details.get(error.status_code, phrase)
    response = problem(request, error.status_code, detail)
    response.headers.update(error.headers or {})
    return response


def _unexpected(request: Request, error: Exception) -> JSONResponse:
    _LOG.error("%s %s failed", request.method, request.url.path, exc_info=error)
    return problem(
        request, HTTPStatus.INTERNAL_SERVER_ERROR, "something went wrong here; it is in the log"
    )

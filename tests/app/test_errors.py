"""Every error class has its HTTP status, and every answer that fails is a problem document."""

from collections.abc import Iterator
from http import HTTPStatus

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from app import errors
from graph.errors import (
    Busy,
    FetchFailed,
    FetchRefused,
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

EXPECTED: dict[type[Exception], tuple[Exception, int]] = {
    WestphaliaError: (WestphaliaError("secret path"), 500),
    InvalidInput: (InvalidInput("the value is wrong"), 422),
    errors.InvalidParameter: (errors.InvalidParameter("until", "too early"), 422),
    InvalidCursor: (InvalidCursor("not of this query"), 400),
    NotFound: (NotFound("actor", "IRM", ["IRN"]), 404),
    ReferenceDataError: (ReferenceDataError("secret path"), 500),
    StoreError: (StoreError("secret path"), 500),
    StoreUnavailable: (StoreUnavailable("secret path"), 503),
    SchemaMismatch: (SchemaMismatch("secret path"), 503),
    ParserMissing: (ParserMissing("secret path"), 503),
    Busy: (Busy("secret path"), 503),
    FetchFailed: (FetchFailed("secret path"), 500),
    FetchRefused: (FetchRefused("secret path"), 500),
    ZeroDivisionError: (ZeroDivisionError("secret path"), 500),
}


def classes(root: type[Exception]) -> Iterator[type[Exception]]:
    yield root
    for child in root.__subclasses__():
        yield from classes(child)


def client_that_raises(error: Exception) -> TestClient:
    app = FastAPI()
    errors.install(app)

    @app.get("/fails")
    def fails() -> None:
        raise error

    return TestClient(app, raise_server_exceptions=False)


def test_every_error_class_has_a_row_here() -> None:
    assert set(classes(WestphaliaError)) <= set(EXPECTED)


@pytest.mark.parametrize("kind", EXPECTED, ids=lambda kind: kind.__name__)
def test_each_error_becomes_a_problem_with_its_status(kind: type[Exception]) -> None:
    error, status = EXPECTED[kind]
    response = client_that_raises(error).get("/fails")
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    body = response.json()
    assert body["status"] == status
    assert body["title"] == HTTPStatus(status).phrase
    assert body["instance"] == "/fails"
    assert body["detail"]


@pytest.mark.parametrize("kind", EXPECTED, ids=lambda kind: kind.__name__)
def test_what_went_wrong_inside_is_told_to_the_log_and_not_to_the_caller(
    kind: type[Exception], caplog: pytest.LogCaptureFixture
) -> None:
    error, status = EXPECTED[kind]
    response = client_that_raises(error).get("/fails")
    assert "secret" not in response.text
    assert "Traceback" not in response.text
    assert bool(caplog.records) == (status >= 500)


def test_an_unknown_name_comes_back_with_close_ones() -> None:
    body = client_that_raises(NotFound("actor", "IRM", ["IRN", "IRQ"])).get("/fails").json()
    assert body["close"] == ["IRN", "IRQ"]
    assert body["detail"] == "no actor 'IRM'; did you mean IRN, IRQ?"


def test_a_wrong_parameter_is_named() -> None:
    error = errors.InvalidParameter("until", "too early")
    body = client_that_raises(error).get("/fails").json()
    assert body["errors"] == [{"name": "until", "place": "query", "reason": "too early"}]

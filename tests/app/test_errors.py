"""Every error class has its type and status, and every answer that fails is a problem document."""

from collections.abc import Iterator

import pytest
from fastapi import FastAPI, HTTPException
from starlette.testclient import TestClient

from app import errors, problem_types
from app.problem_types import TYPES
from graph.errors import (
    Busy,
    CoderUnavailable,
    FetchFailed,
    FetchRefused,
    InvalidCursor,
    InvalidInput,
    NoArticle,
    NotFound,
    ParserMissing,
    QueryTimeout,
    QueueUnavailable,
    ReferenceDataError,
    SchemaMismatch,
    StoreError,
    StoreUnavailable,
    WestphaliaError,
)
from tests.conftest import REPOSITORY

EXPECTED: dict[type[Exception], tuple[Exception, int, str]] = {
    WestphaliaError: (WestphaliaError("secret path"), 500, "internal"),
    InvalidInput: (InvalidInput("the value is wrong"), 422, "invalid-input"),
    errors.InvalidParameter: (errors.InvalidParameter("until", "too early"), 422, "invalid-input"),
    NoArticle: (NoArticle("nothing on it"), 422, "no-article"),
    InvalidCursor: (InvalidCursor("not of this query"), 400, "invalid-cursor"),
    NotFound: (NotFound("actor", "IRM", ["IRN"]), 404, "not-found"),
    ReferenceDataError: (ReferenceDataError("secret path"), 500, "internal"),
    StoreError: (StoreError("secret path"), 500, "internal"),
    StoreUnavailable: (StoreUnavailable("secret path"), 503, "store-unavailable"),
    QueryTimeout: (QueryTimeout("secret path"), 503, "query-timeout"),
    SchemaMismatch: (SchemaMismatch("secret path"), 503, "schema-mismatch"),
    ParserMissing: (ParserMissing("secret path"), 503, "parser-missing"),
    Busy: (Busy("secret path"), 503, "busy"),
    FetchFailed: (FetchFailed("no answer"), 502, "page-unavailable"),
    FetchRefused: (FetchRefused("no robots.txt"), 502, "page-unavailable"),
    CoderUnavailable: (CoderUnavailable("secret path"), 500, "internal"),
    QueueUnavailable: (QueueUnavailable("secret path"), 500, "internal"),
    ZeroDivisionError: (ZeroDivisionError("secret path"), 500, "internal"),
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
    error, status, anchor = EXPECTED[kind]
    response = client_that_raises(error).get("/fails")
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    body = response.json()
    assert body["status"] == status
    [type_] = [type_ for type_ in TYPES if type_.anchor == anchor]
    assert (body["type"], body["title"]) == (f"/problems#{anchor}", type_.title)
    assert type_.status == status
    assert body["instance"] == "/fails"
    assert body["detail"]


@pytest.mark.parametrize("kind", EXPECTED, ids=lambda kind: kind.__name__)
def test_what_went_wrong_inside_is_told_to_the_log_and_not_to_the_caller(
    kind: type[Exception], caplog: pytest.LogCaptureFixture
) -> None:
    error, status, _ = EXPECTED[kind]
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
    error = errors.InvalidParameter("url", "no URL", place="body")
    body = client_that_raises(error).get("/fails").json()
    assert body["errors"] == [{"name": "url", "place": "body", "reason": "no URL"}]


@pytest.mark.parametrize("status", errors.HTTP_TABLE)
def test_each_status_that_is_raised_by_itself_has_a_type(status: int) -> None:
    response = client_that_raises(HTTPException(status, "so it is")).get("/fails")
    body = response.json()
    assert (response.status_code, body["status"]) == (status, status)
    assert body["type"] == errors.HTTP_TABLE[status].uri
    assert body["detail"] == "so it is"


def test_a_status_that_nobody_thought_of_is_a_fault_of_ours() -> None:
    response = client_that_raises(HTTPException(418, "secret path")).get("/fails")
    assert (response.status_code, "secret" in response.text) == (500, False)


def test_a_store_that_is_away_and_a_busy_parser_say_when_to_come_back() -> None:
    for error in (StoreUnavailable("gone"), Busy("full")):
        assert int(client_that_raises(error).get("/fails").headers["retry-after"]) > 0


def test_every_type_is_used_and_stands_in_the_page_of_problems() -> None:
    used = {*errors.TABLE.values(), *errors.HTTP_TABLE.values()}
    assert used == set(TYPES)
    page = (REPOSITORY / "docs" / "problems.md").read_text("utf-8")
    assert page == problem_types.markdown()
    assert len({type_.anchor for type_ in TYPES}) == len(TYPES)

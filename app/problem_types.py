"""The kinds of problems that the API tells of; docs/problems.md describes each under its anchor.

Imports nothing of ours.
"""

from dataclasses import dataclass
from http import HTTPStatus

PAGE = "/problems"
"""Where the service itself lists the types; a type's URI is this and its anchor."""


@dataclass(frozen=True, slots=True)
class ProblemType:
    """`anchor` names it for programs, `title` for people, `meaning` says what to do about it."""

    anchor: str
    status: HTTPStatus
    title: str
    meaning: str

    @property
    def uri(self) -> str:
        return f"{PAGE}#{self.anchor}"


BAD_REQUEST = ProblemType(
    "bad-request",
    HTTPStatus.BAD_REQUEST,
    "The request cannot be read",
    "The body is no JSON, or not in UTF-8. Send it again as the OpenAPI document describes it.",
)
INVALID_CURSOR = ProblemType(
    "invalid-cursor",
    HTTPStatus.BAD_REQUEST,
    "The cursor is not one of this query",
    "A cursor goes on with the query that handed it out, with the same filters. Begin again "
    "without one.",
)
KEY_NEEDED = ProblemType(
    "key-needed",
    HTTPStatus.UNAUTHORIZED,
    "A valid API key is needed",
    "Send a key in the header `X-API-Key`, or as `Authorization: Bearer`. It may have been "
    "revoked: ask whoever runs the service for another.",
)
SCOPE_NEEDED = ProblemType(
    "scope-needed",
    HTTPStatus.FORBIDDEN,
    "The API key may not do this",
    "The key is valid, but lacks the scope that `detail` names.",
)
NOT_FOUND = ProblemType(
    "not-found",
    HTTPStatus.NOT_FOUND,
    "There is no such thing",
    "Nothing has this id or stands at this path. `close` holds names that were probably meant.",
)
METHOD_NOT_ALLOWED = ProblemType(
    "method-not-allowed",
    HTTPStatus.METHOD_NOT_ALLOWED,
    "The method is not possible here",
    "The header `Allow` names those that are.",
)
SLOW_CLIENT = ProblemType(
    "slow-client",
    HTTPStatus.REQUEST_TIMEOUT,
    "The body did not arrive in time",
    "Send the body without pauses; `WESTPHALIA_CLIENT_TIMEOUT` is the time allowed.",
)
TOO_LARGE = ProblemType(
    "too-large",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    "The body is too large",
    "`detail` says how much is read at most. Send less, or in parts.",
)
INVALID_INPUT = ProblemType(
    "invalid-input",
    HTTPStatus.UNPROCESSABLE_ENTITY,
    "A value is not usable",
    "`errors` names each parameter or field, where it stood, and what is wrong with it.",
)
NO_ARTICLE = ProblemType(
    "no-article",
    HTTPStatus.UNPROCESSABLE_ENTITY,
    "There is no article on the page",
    "The page was fetched, but holds no text of an article, or none that can be read, as `detail` "
    "says. Send the text itself.",
)
TOO_MANY_REQUESTS = ProblemType(
    "too-many-requests",
    HTTPStatus.TOO_MANY_REQUESTS,
    "Too many requests",
    "Wait as many seconds as `Retry-After` says. `RateLimit-Limit`, `-Remaining` and `-Reset` "
    "tell of the limit on every answer.",
)
INTERNAL = ProblemType(
    "internal",
    HTTPStatus.INTERNAL_SERVER_ERROR,
    "Something went wrong here",
    "A fault of the service. Its log holds the details under the `request_id` of the problem.",
)
PAGE_UNAVAILABLE = ProblemType(
    "page-unavailable",
    HTTPStatus.BAD_GATEWAY,
    "The page cannot be had",
    "Its site does not answer, answers with an error, or sends too much or what is no page; "
    "`detail` says which. Try again later, or send the text itself.",
)
STORE_UNAVAILABLE = ProblemType(
    "store-unavailable",
    HTTPStatus.SERVICE_UNAVAILABLE,
    "The store cannot be reached",
    "The database is gone, locked or full. Try again later.",
)
SCHEMA_MISMATCH = ProblemType(
    "schema-mismatch",
    HTTPStatus.SERVICE_UNAVAILABLE,
    "The store is of another version",
    "Whoever runs the service has to run `westphalia migrate`.",
)
QUERY_TIMEOUT = ProblemType(
    "query-timeout",
    HTTPStatus.SERVICE_UNAVAILABLE,
    "The question took too long",
    "It was given up after `WESTPHALIA_QUERY_TIMEOUT`. Ask for less: a shorter window, fewer "
    "items, no `min_confidence`.",
)
PARSER_MISSING = ProblemType(
    "parser-missing",
    HTTPStatus.SERVICE_UNAVAILABLE,
    "This service cannot read texts",
    "The model of the parser is not installed where the service runs.",
)
BUSY = ProblemType(
    "busy",
    HTTPStatus.SERVICE_UNAVAILABLE,
    "Too much is asked at once",
    "The same request may work in a moment; `Retry-After` says when to try.",
)

TYPES = (
    BAD_REQUEST,
    INVALID_CURSOR,
    KEY_NEEDED,
    SCOPE_NEEDED,
    NOT_FOUND,
    METHOD_NOT_ALLOWED,
    SLOW_CLIENT,
    TOO_LARGE,
    INVALID_INPUT,
    NO_ARTICLE,
    TOO_MANY_REQUESTS,
    INTERNAL,
    PAGE_UNAVAILABLE,
    STORE_UNAVAILABLE,
    SCHEMA_MISMATCH,
    QUERY_TIMEOUT,
    PARSER_MISSING,
    BUSY,
)


def markdown() -> str:
    """The page of all types, as docs/problems.md has it."""
    parts = [
        "# Problems",
        "Every error of the API is a problem document (RFC 9457), `application/problem+json`. "
        "Its `type` is one of the anchors below, its `title` and `status` are those of the type; "
        "`detail` tells of this one case, and `request_id` finds it in the log of the service. "
        "A running service has this page at `/problems`.",
    ]
    for kind in TYPES:
        parts += [
            f"## {kind.anchor}",
            f"{kind.status.value}: {kind.title}.",
            kind.meaning,
        ]
    return "\n\n".join(parts) + "\n"

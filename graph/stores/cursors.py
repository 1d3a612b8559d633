"""Cursors: the place of the last event of a page, and the query it belongs to.

The same for every store. Imports only `errors` and the types of `articles` and `store`.
"""

import base64
import binascii
import hashlib
import json
from dataclasses import fields
from datetime import UTC, datetime, timedelta

from graph.articles import ArticleQuery
from graph.errors import InvalidCursor
from graph.store import EventQuery

Query = EventQuery | ArticleQuery
Position = tuple[int, str]
"""The (day, id) of the last event of a page; the day is an ordinal, 0 for none. Of an article the
(time of publication, id); the time is that of `number_of_moment`."""

_BEGINNING = datetime(1, 1, 1, tzinfo=UTC)


def number_of_moment(moment: datetime | None) -> int:
    """Microseconds since the year 1, and one; 0 for none."""
    if moment is None:
        return 0
    return (moment - _BEGINNING) // timedelta(microseconds=1) + 1


def moment_of(number: int) -> datetime | None:
    """The inverse; raise InvalidCursor for a number that no moment has."""
    if number == 0:
        return None
    try:
        return _BEGINNING + timedelta(microseconds=number - 1)
    except OverflowError as error:
        raise InvalidCursor("this is no cursor of this store") from error


def fingerprint(query: Query) -> str:
    """Return a short hash of everything a query asks."""
    parts = []
    for item in fields(query):
        value = getattr(query, item.name)
        parts.append(sorted(value) if isinstance(value, frozenset) else str(value))
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]


def encode_cursor(query: Query, position: Position) -> str:
    data = json.dumps([fingerprint(query), *position]).encode()
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def decode_cursor(query: Query, cursor: str) -> Position:
    """Return the position; raise InvalidCursor for a cursor of another query, or for none."""
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        value = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (ValueError, binascii.Error, RecursionError) as error:
        raise InvalidCursor("this is no cursor of this store") from error
    match value:
        case [str(asked), int(day), str(event)] if abs(day) < 2**62:
            if asked != fingerprint(query):
                raise InvalidCursor("this cursor belongs to another query")
            return day, event
    raise InvalidCursor("this is no cursor of this store")

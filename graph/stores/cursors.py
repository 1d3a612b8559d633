"""Cursors: the place of the last event of a page, and the query it belongs to.

The same for every store. Imports only `errors` and the types of `store`.
"""

import base64
import binascii
import hashlib
import json
from dataclasses import fields

from graph.errors import InvalidCursor
from graph.store import EventQuery

Position = tuple[int, str]
"""The (day, id) of the last event of a page; the day is an ordinal, 0 for none."""


def fingerprint(query: EventQuery) -> str:
    """Return a short hash of everything a query asks."""
    parts = []
    for item in fields(query):
        value = getattr(query, item.name)
        parts.append(sorted(value) if isinstance(value, frozenset) else str(value))
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]


def encode_cursor(query: EventQuery, position: Position) -> str:
    data = json.dumps([fingerprint(query), *position]).encode()
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def decode_cursor(query: EventQuery, cursor: str) -> Position:
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

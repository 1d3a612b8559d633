"""Cursors of lists that are computed: the place of the last item, the day, and the question.

What the store pages has its own cursors. Imports `graph.errors` and pydantic.
"""

import base64
import binascii
import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

from pydantic import BaseModel

from graph.errors import InvalidCursor

T = TypeVar("T")
Place = tuple[float | str, ...]
"""What the items are ordered by; the next page begins with the first greater one."""

_NOT_ASKED = {"cursor", "limit"}


@dataclass(frozen=True, slots=True)
class Paging(Generic[T]):
    """One page of a list of a question. `limit` may change from page to page, no more."""

    items: Sequence[T]
    next_cursor: str | None


class Cursor:
    """What a cursor says about a question: `route` with its ids, and the query parameters.

    `day` is that of the first page, so that an answer about today stays one answer at midnight.
    """

    def __init__(self, route: str, asked: BaseModel, given: str | None) -> None:
        self._mark = _fingerprint(route, asked)
        self.day: date | None = None
        self.after: Place | None = None
        if given is not None:
            self.day, self.after = self._read(given)

    def _read(self, given: str) -> tuple[date | None, Place]:
        try:
            padded = given + "=" * (-len(given) % 4)
            value = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        except (ValueError, binascii.Error, RecursionError) as error:
            raise InvalidCursor("this is no cursor of this list") from error
        match value:
            case [str(mark), str(day), [*place]] if all(_plain(part) for part in place):
                if mark != self._mark:
                    raise InvalidCursor("this cursor belongs to another query")
                return _day(day), tuple(place)
        raise InvalidCursor("this is no cursor of this list")

    def at(self, place: Place | None, day: date | None = None) -> str | None:
        """Return the cursor of what follows a place; None after the last."""
        if place is None:
            return None
        data = json.dumps([self._mark, day.isoformat() if day else "", list(place)])
        return base64.urlsafe_b64encode(data.encode()).decode().rstrip("=")

    def page(
        self,
        items: Sequence[T],
        key: Callable[[T], Place],
        limit: int,
        day: date | None = None,
    ) -> Paging[T]:
        """Cut a page out of all items, which are in the order of `key`."""
        after = self.after
        if after is not None and items and _shape(key(items[0])) != _shape(after):
            raise InvalidCursor("this is no cursor of this list")
        left = [item for item in items if after is None or key(item) > after]
        shown = left[:limit]
        last = key(shown[-1]) if shown and len(left) > limit else None
        return Paging(shown, self.at(last, day))


def _fingerprint(route: str, asked: BaseModel) -> str:
    data = asked.model_dump_json(exclude=_NOT_ASKED)
    return hashlib.sha256(f"{route}\n{data}".encode()).hexdigest()[:16]


def _plain(part: object) -> bool:
    return isinstance(part, str | int | float) and not isinstance(part, bool)


def _shape(place: Place) -> list[bool]:
    return [isinstance(part, str) for part in place]


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise InvalidCursor("this is no cursor of this list") from error

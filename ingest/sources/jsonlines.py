"""Articles from JSON lines: {"text", "id"?, "title"?, "date"?, "url"?, "publisher"?}.

A line that cannot be read becomes a SourceProblem with its number, and the rest goes on.
Imports `graph.model`, `lines`, `received`, `decoding`, `texts`.
"""

import json
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import BinaryIO

from graph.errors import InvalidInput
from graph.model import Article
from ingest.sources.decoding import decode
from ingest.sources.lines import MAX_BYTES, Line, LineReader
from ingest.sources.received import Input, Received, SourceProblem
from ingest.sources.texts import TOO_LONG, parse_date, whole_text


def article_of_json(line: str) -> tuple[str, Article]:
    """Read one JSON line into the id that it gives ("" for none) and its Article."""
    try:
        row = json.loads(line)
    except RecursionError as error:
        raise InvalidInput("not JSON that can be read: nested too deeply") from error
    except json.JSONDecodeError as error:
        reason = error.msg.removesuffix(" at")
        raise InvalidInput(f"not JSON: {reason} at character {error.colno}") from error
    except ValueError as error:
        raise InvalidInput(f"not JSON that can be read: {error}") from error
    if not isinstance(row, dict):
        raise InvalidInput(f"a JSON object is needed, not {_json_kind(row)}")
    if row.get("text") is None:
        raise InvalidInput("no text")
    given = row.get("id")
    given_id = str(given) if type(given) is int else _field(row, "id")
    date = _field(row, "date")
    article = Article(
        text=_field(row, "text"),
        title=_field(row, "title"),
        url=_field(row, "url"),
        publisher=_field(row, "publisher"),
        published_at=parse_date(date) if date else None,
    )
    return given_id, article


def read_json_lines(stream: BinaryIO, place: str) -> Iterator[Input]:
    yield from json_lines(LineReader(stream), place)


def json_lines(lines: Iterable[Line], place: str) -> Iterator[Input]:
    """Each line as an article or a problem."""
    empty = True
    for line in lines:
        if line.data is not None and not line.data.strip():
            continue
        empty = False
        yield _json_line(line, place)
    if empty:
        yield SourceProblem(place, None, "empty")


def sniffed(reader: LineReader, place: str) -> Iterator[Input]:
    """JSON lines if any line opens an object or the first is JSON, else one text."""
    held: list[Line] = []
    size = 0
    lines = iter(reader)
    for line in lines:
        held.append(line)
        size += len(line.data or b"")
        opening = (line.data or b"").lstrip(b"\xef\xbb\xbf \t")
        if line.data is None or opening.startswith(b"{"):
            yield from json_lines(chain(held, lines), place)
            return
        if size > MAX_BYTES:
            yield SourceProblem(place, None, f"{TOO_LONG}: no article")
            return
    if _is_json(next((line.data for line in held if line.data), b"")):
        yield from json_lines(held, place)
    else:
        yield whole_text(held, place)


def _is_json(data: bytes) -> bool:
    try:
        json.loads(data)
    except (ValueError, RecursionError):
        return False
    return True


def _json_line(line: Line, place: str) -> Input:
    if line.data is None:
        return SourceProblem(place, line.number, TOO_LONG)
    try:
        given, article = article_of_json(decode(line.data))
    except InvalidInput as error:
        return SourceProblem(place, line.number, str(error))
    return Received(article, place, line.number, given)


def _field(row: dict[str, object], key: str) -> str:
    value = row.get(key)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise InvalidInput(f"{key} is {_json_kind(value)}, not a text")
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise InvalidInput(f"{key} holds half of a surrogate pair") from error
    return value


def _json_kind(value: object) -> str:
    names: dict[type, str] = {
        dict: "an object",
        list: "a list",
        str: "a text",
        bool: "true or false",
        int: "a number",
        float: "a number",
    }
    return names.get(type(value), "null")

"""Articles from text files, JSON lines, folders and standard input.

A text file is one article, with an optional header of `title:`, `date:`, `publisher:` and `url:`
lines before an empty line. A JSON line is {"text", "id"?, "title"?, "date"?, "url"?,
"publisher"?}. What cannot be read becomes a SourceProblem with its file and line, and the rest
goes on. Imports `graph.model`, `received`, `lines`.
"""

import json
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import BinaryIO

from graph.errors import InvalidInput
from graph.model import Article
from ingest.sources.lines import MAX_BYTES, Line, LineReader
from ingest.sources.received import Input, Received, SourceProblem

TEXT_SUFFIXES = frozenset({".txt"})
LINES_SUFFIXES = frozenset({".jsonl", ".ndjson"})
STDIN = "-"

_HEADER = re.compile(r"(title|date|publisher|url)[ \t]*:[ \t]*(.*)$", re.I)
_LINE_END = re.compile(r"\r\n?")
_EMPTY_LINE = re.compile(r"\n[ \t]*\n")
_TOO_LONG = f"longer than {MAX_BYTES // 1_000_000} MB"


class FileSource:
    """Iterates over the inputs of paths: files, folders (recursive, sorted) and `-`.

    `idle()` says whether the next input is still to be waited for, so that a reader may hand on
    what it has instead of filling its batch.
    """

    def __init__(self, paths: Sequence[str], stdin: BinaryIO | None = None) -> None:
        self._paths = tuple(paths)
        self._stdin = stdin
        self._piped: LineReader | None = None

    def __iter__(self) -> Iterator[Input]:
        for path in self._paths:
            if path == STDIN:
                self._piped = LineReader(self._stdin or sys.stdin.buffer)
                yield from _sniffed(self._piped, "<stdin>")
                self._piped = None
            else:
                yield from _path(Path(path))

    def idle(self) -> bool:
        return self._piped is not None and self._piped.idle()

    def count(self) -> int | None:
        """How many inputs there are, for a progress bar; None if standard input is one."""
        if STDIN in self._paths:
            return None
        files = chain.from_iterable(_walk(Path(path)) for path in self._paths)
        return sum(_count(file) for file in files)


def parse_date(text: str) -> datetime:
    """An ISO 8601 date or time as an aware UTC time; one without an offset counts as UTC."""
    try:
        moment = datetime.fromisoformat(text.strip())
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError) as error:
        shown = text if len(text) < 40 else f"{text[:40]}..."
        raise InvalidInput(f"{shown!r} is no date; write it as 2025-01-17") from error


def article_of_text(text: str) -> Article:
    """Read the content of a text file; raise InvalidInput if it has no text or a bad date."""
    head, body = _split_header(_LINE_END.sub("\n", text))
    if not body.strip():
        raise InvalidInput("no text after the header" if head else "empty")
    date = head.get("date")
    return Article(
        text=body.strip("\n"),
        title=head.get("title", ""),
        url=head.get("url", ""),
        publisher=head.get("publisher", ""),
        published_at=parse_date(date) if date else None,
    )


def article_of_json(line: str) -> tuple[str, Article]:
    """Read one JSON line into the id that it gives ("" for none) and its Article."""
    try:
        row = json.loads(line)
    except RecursionError as error:
        raise InvalidInput("not JSON that can be read: nested too deeply") from error
    except json.JSONDecodeError as error:
        raise InvalidInput(f"not JSON: {error.msg} at character {error.colno}") from error
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


def _split_header(text: str) -> tuple[dict[str, str], str]:
    """The header's fields and the rest; a block that is not all header is text."""
    block, *rest = _EMPTY_LINE.split(text, maxsplit=1)
    matches = [_HEADER.match(line) for line in block.split("\n")]
    head = {match[1].lower(): match[2].strip() for match in matches if match}
    if len(head) < len(matches):
        return {}, text
    return head, "".join(rest)


def _walk(path: Path) -> Iterator[Path]:
    """The file itself, or the articles of a folder in the order of their paths."""
    if not path.is_dir():
        yield path
        return
    for file in sorted(path.rglob("*")):
        inside = file.relative_to(path).parts
        if any(part.startswith(".") for part in inside) or not file.is_file():
            continue
        if file.suffix.lower() in TEXT_SUFFIXES | LINES_SUFFIXES:
            yield file


def _path(path: Path) -> Iterator[Input]:
    place = str(path)
    try:
        files = list(_walk(path))
        if not files:
            yield SourceProblem(place, None, "no .txt or .jsonl file in this folder")
        for file in files:
            place = str(file)
            yield from _file(file)
    except OSError as error:
        yield SourceProblem(place, None, f"cannot be read: {error.strerror or error}")


def _file(path: Path) -> Iterator[Input]:
    try:
        with path.open("rb") as stream:
            reader = LineReader(stream)
            if path.suffix.lower() in TEXT_SUFFIXES:
                yield _text_file(reader, str(path))
            elif path.suffix.lower() in LINES_SUFFIXES:
                yield from _json_lines(reader, str(path))
            else:
                yield from _sniffed(reader, str(path))
    except OSError as error:
        yield SourceProblem(str(path), None, f"cannot be read: {error.strerror or error}")


def _sniffed(reader: LineReader, place: str) -> Iterator[Input]:
    """JSON lines if any line opens an object or the first is JSON, else one text."""
    held: list[Line] = []
    size = 0
    lines = iter(reader)
    for line in lines:
        held.append(line)
        size += len(line.data or b"")
        opening = (line.data or b"").lstrip(b"\xef\xbb\xbf \t")
        if line.data is None or opening.startswith(b"{"):
            yield from _json_lines(chain(held, lines), place)
            return
        if size > MAX_BYTES:
            yield SourceProblem(place, None, f"{_TOO_LONG}: no article")
            return
    if _is_json(next((line.data for line in held if line.data), b"")):
        yield from _json_lines(held, place)
    else:
        yield _text_file(held, place)


def _is_json(data: bytes) -> bool:
    try:
        json.loads(data)
    except (ValueError, RecursionError):
        return False
    return True


def _text_file(lines: Iterable[Line], place: str) -> Input:
    parts: list[bytes] = []
    size = 0
    for line in lines:
        size += MAX_BYTES + 1 if line.data is None else len(line.data) + 1
        if size > MAX_BYTES:
            return SourceProblem(place, None, f"{_TOO_LONG}: no article")
        parts.append(line.data or b"")
    try:
        return Received(article_of_text(_decode(b"\n".join(parts))), place)
    except InvalidInput as error:
        return SourceProblem(place, None, str(error))


def _json_lines(lines: Iterable[Line], place: str) -> Iterator[Input]:
    empty = True
    for line in lines:
        if line.data is not None and not line.data.strip():
            continue
        empty = False
        yield _json_line(line, place)
    if empty:
        yield SourceProblem(place, None, "empty")


def _json_line(line: Line, place: str) -> Input:
    if line.data is None:
        return SourceProblem(place, line.number, _TOO_LONG)
    try:
        given, article = article_of_json(_decode(line.data))
    except InvalidInput as error:
        return SourceProblem(place, line.number, str(error))
    return Received(article, place, line.number, given)


def _decode(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidInput(f"not UTF-8: byte {error.start} cannot be read") from error


def _count(file: Path) -> int:
    """The inputs in one file. What cannot be opened counts: it will be reported."""
    if file.suffix.lower() not in LINES_SUFFIXES:
        return 1
    try:
        with file.open("rb") as stream:
            lines = sum(1 for line in LineReader(stream) if line.data is None or line.data.strip())
    except OSError:
        return 1
    return max(lines, 1)

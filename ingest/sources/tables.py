"""Articles from CSV and TSV files with a header row; one row is one article.

Columns are `text` and, if there are, `id`, `title`, `date`, `url`, `publisher`, in any order and
case; others are passed over. Imports `graph.model`, `lines`, `received`, `texts`.
"""

import csv
from collections.abc import Iterator, Sequence
from typing import BinaryIO

from graph.errors import InvalidInput
from graph.model import Article
from ingest.sources.lines import MAX_BYTES, LineReader
from ingest.sources.received import Input, Received, SourceProblem
from ingest.sources.texts import TOO_LONG, parse_date

_DELIMITERS = ",;\t"


class _Lines:
    """Lines as csv wants them. Bytes that are no UTF-8 become surrogates, found again in the row
    that holds them; a line that is too long is empty, and remembered."""

    def __init__(self, stream: BinaryIO) -> None:
        self._lines = iter(LineReader(stream))
        self.number = 0
        self.too_long: list[int] = []

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        self.number = line.number
        if line.data is None:
            self.too_long.append(line.number)
            return "\n"
        name = "utf-8-sig" if line.number == 1 else "utf-8"
        return line.data.decode(name, "surrogateescape") + "\n"


def read_table(stream: BinaryIO, place: str) -> Iterator[Input]:
    """Each row as an article or a problem; a row's line is the one on which it begins."""
    csv.field_size_limit(MAX_BYTES)
    lines = _Lines(stream)
    head = next(lines, "").strip("\r\n")
    delimiter = max(_DELIMITERS, key=head.count)
    try:
        first = next(csv.reader([head], delimiter=delimiter), [])
    except csv.Error as error:
        yield SourceProblem(place, 1, f"not the head of a table: {error}")
        return
    names = [name.strip().lower() for name in first]
    if "text" not in names:
        reason = "no column called text in the first row" if head.strip() else "empty"
        yield SourceProblem(place, None, reason)
        return
    rows = csv.reader(lines, delimiter=delimiter, strict=True)
    found = False
    while True:
        start = lines.number + 1
        try:
            row = next(rows)
        except StopIteration:
            break
        except csv.Error as error:
            found = True
            yield SourceProblem(place, start, f"not a row of this table: {error}")
            continue
        finally:
            yield from (SourceProblem(place, number, TOO_LONG) for number in lines.too_long)
            lines.too_long.clear()
        if row:
            found = True
            yield _row(names, row, place, start)
    if not found:
        yield SourceProblem(place, None, "empty")


def _row(names: Sequence[str], row: Sequence[str], place: str, line: int) -> Input:
    if len(row) != len(names):
        reason = f"{len(row)} fields instead of {len(names)}"
        return SourceProblem(place, line, reason)
    cells = dict(zip(names, row, strict=True))
    try:
        for name, cell in cells.items():
            _check_utf8(name, cell)
        date = cells.get("date", "").strip()
        article = Article(
            text=cells["text"].replace("\r\n", "\n"),
            title=cells.get("title", ""),
            url=cells.get("url", ""),
            publisher=cells.get("publisher", ""),
            published_at=parse_date(date) if date else None,
        )
    except InvalidInput as error:
        return SourceProblem(place, line, str(error))
    return Received(article, place, line, cells.get("id", ""))


def _check_utf8(name: str, cell: str) -> None:
    try:
        cell.encode()
    except UnicodeEncodeError as error:
        raise InvalidInput(f"{name} is not UTF-8 at character {error.start}") from error

"""Articles from files, folders and standard input; FORMATS says which files are read and how.

What cannot be read becomes a SourceProblem with its file and line, and the rest goes on. Imports
`received`, `lines` and the formats.
"""

import os
import stat
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import BinaryIO

from ingest.sources.archives import read_archive
from ingest.sources.jsonlines import read_json_lines, sniffed
from ingest.sources.lines import LineReader
from ingest.sources.pages import read_page
from ingest.sources.pdfs import read_pdf
from ingest.sources.received import Input, SourceProblem
from ingest.sources.tables import read_table
from ingest.sources.texts import read_markdown, read_text

Reader = Callable[[BinaryIO, str], Iterator[Input]]

FORMATS: Mapping[str, Reader] = {
    ".txt": read_text,
    ".md": read_markdown,
    ".markdown": read_markdown,
    ".html": read_page,
    ".htm": read_page,
    ".xhtml": read_page,
    ".pdf": read_pdf,
    ".jsonl": read_json_lines,
    ".ndjson": read_json_lines,
    ".csv": read_table,
    ".tsv": read_table,
    ".warc": read_archive,
    ".warc.gz": read_archive,
}
"""By the end of a file's name, in small letters. A reader takes a stream and the file's name."""

STDIN = "-"

_LINES = frozenset([read_json_lines])
_MANY = frozenset([read_table, read_archive])


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
                yield from sniffed(self._piped, "<stdin>")
                self._piped = None
            else:
                yield from _path(Path(path))

    def idle(self) -> bool:
        return self._piped is not None and self._piped.idle()

    def count(self) -> int | None:
        """How many inputs there are, for a progress bar; None if only reading would tell."""
        if STDIN in self._paths:
            return None
        total = 0
        for path in self._paths:
            for found in _walk(Path(path)):
                number = 1 if isinstance(found, SourceProblem) else _count(found)
                if number is None:
                    return None
                total += number
        return total


def reader_of(path: Path) -> Reader | None:
    """How a file of this name is read; None if its name tells nothing."""
    name = path.name.lower()
    return next((reader for end, reader in FORMATS.items() if name.endswith(end)), None)


def _walk(path: Path) -> Iterator[Path | SourceProblem]:
    """The file itself, or the articles of a folder in the order of their paths; each folder and
    file that cannot be looked at is a problem."""
    if not path.is_dir():
        yield path
        return
    problems: list[SourceProblem] = []
    files: list[Path] = []

    def failed(error: OSError) -> None:
        problems.append(_unreadable(str(error.filename), error))

    for folder, inner, names in os.walk(path, onerror=failed):
        inner[:] = [name for name in inner if not name.startswith(".")]
        files += (Path(folder, name) for name in names if not name.startswith("."))
    known = [file for file in files if reader_of(file) is not None]
    if not known and not problems:
        ends = ", ".join(FORMATS)
        problems.append(SourceProblem(str(path), None, f"no file in this folder ends in {ends}"))
    yield from problems
    yield from sorted(known)


def _path(path: Path) -> Iterator[Input]:
    for found in _walk(path):
        if isinstance(found, SourceProblem):
            yield found
        else:
            yield from _file(found)


def _file(path: Path) -> Iterator[Input]:
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            # A pipe or device in a folder would be waited for without end.
            yield SourceProblem(str(path), None, "not a file")
            return
        with path.open("rb") as stream:
            reader = reader_of(path)
            if reader is not None:
                yield from reader(stream, str(path))
            else:
                yield from sniffed(LineReader(stream), str(path))
    except OSError as error:
        yield _unreadable(str(path), error)


def _unreadable(place: str, error: OSError) -> SourceProblem:
    return SourceProblem(place, None, f"cannot be read: {error.strerror or error}")


def _count(file: Path) -> int | None:
    """The inputs in one file. What cannot be opened counts: it will be reported."""
    reader = reader_of(file)
    if reader in _MANY:
        return None
    if reader not in _LINES:
        return 1
    try:
        with file.open("rb") as stream:
            lines = sum(1 for line in LineReader(stream) if line.data is None or line.data.strip())
    except OSError:
        return 1
    return max(lines, 1)

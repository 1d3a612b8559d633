"""Articles from WARC files, such as those of Common Crawl News, by warcio.

Every page that was answered with 200 is one input; redirects, pictures, requests and the like are
passed over. Imports `bodies`, `received`, `pages`,
`texts`.
"""

import zlib
from collections.abc import Iterator
from itertools import chain
from typing import Any, BinaryIO

from graph.errors import FetchFailed, InvalidInput
from ingest.bodies import unpacked
from ingest.sources.pages import MAX_BYTES, article_of_page
from ingest.sources.received import Input, Received, SourceProblem
from ingest.sources.texts import parse_date

_BROKEN = "it breaks off"
_BLOCK = 65_536
_PAGES = ("text/html", "application/xhtml+xml")


def read_archive(stream: BinaryIO, place: str) -> Iterator[Input]:
    """Each page as an article or a problem; `line` is the number of its record in the file.

    Damage ends the file, since nothing tells where the next record begins.
    """
    from warcio.archiveiterator import ArchiveIterator  # loaded only where there is an archive
    from warcio.exceptions import ArchiveLoadFailed

    number = 0
    source = _Unpacked(stream)
    try:
        for record in ArchiveIterator(source):
            number += 1
            if _is_page(record):
                yield _page(record, place, number)
            while record.raw_stream.read(65_536):
                pass
            if _left(record):
                raise OSError(_BROKEN)
    except (
        ArchiveLoadFailed,
        EOFError,
        OSError,
        ValueError,
        zlib.error,
        AssertionError,
        AttributeError,
        LookupError,
        TypeError,
    ) as error:
        # warcio meets damage with whatever the damaged value makes it do.
        yield SourceProblem(place, number + 1, f"the archive is damaged: {error}")
        return
    if source.broken:
        yield SourceProblem(place, number + 1, f"the archive is damaged: {source.broken}")
    elif not number:
        yield SourceProblem(place, None, "empty")


class _Unpacked:
    """The stream without its gzip. warcio takes the end of a file that breaks off for its end,
    so damage is kept in `broken`."""

    def __init__(self, stream: BinaryIO) -> None:
        head = stream.read(_BLOCK)
        rest = iter(lambda: stream.read(_BLOCK), b"")
        blocks = chain([head], rest)
        packed = head.startswith(b"\x1f\x8b")
        self._blocks = iter(unpacked(blocks, _BLOCK)) if packed else blocks
        self._held = b""
        self.broken = ""

    def read(self, size: int) -> bytes:
        """At least one byte and at most `size`, until the end."""
        try:
            while not self._held and not self.broken:
                self._held = next(self._blocks)
        except StopIteration:
            return b""
        except FetchFailed as error:
            self.broken = str(error)
        found, self._held = self._held[:size], self._held[size:]
        return found


def _is_page(record: Any) -> bool:
    if record.rec_type != "response" or record.http_headers is None:
        return False
    kind = record.http_headers.get_header("Content-Type") or ""
    return record.http_headers.get_statuscode() == "200" and kind.lower().startswith(_PAGES)


def _left(record: Any) -> int:
    """Bytes of the record that its header promises and that were not read; 0 if it promises
    nothing."""
    return int(getattr(record.raw_stream, "limit", 0))


def _page(record: Any, place: str, number: int) -> Input:
    url = record.rec_headers.get_header("WARC-Target-URI") or ""
    day = record.rec_headers.get_header("WARC-Date") or ""
    kind = record.http_headers.get_header("Content-Type") or ""
    data = record.content_stream().read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        return SourceProblem(place, number, f"{url} is longer than {MAX_BYTES // 1_000_000} MB")
    if _left(record) and not record.raw_stream.read(1):
        raise OSError(_BROKEN)
    try:
        charset = kind.lower().partition("charset=")[2].strip(" \"';")
        fetched = parse_date(day) if day else None
        return Received(article_of_page(data, url, charset, fetched), place, number)
    except InvalidInput as error:
        return SourceProblem(place, number, f"{url}: {error}")

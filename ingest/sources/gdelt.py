"""GDELT as a finder of articles: the lists of its DOC API (JSON, `mode=artlist`), the export
files of every quarter of an hour, and `lastupdate.txt`, which names the latest of them.

What GDELT coded from the articles is not used here; `ingest.imports` reads that. Imports
`entries` and the errors.
"""

import io
import json
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime

from graph.errors import InvalidInput
from ingest.sources.entries import Entry, Listing

COLUMNS = 61
"""Of a row of events in version 2.0 of GDELT; the last is the URL of the article."""

MAX_BYTES = 100_000_000
EVERY = 900.0
"""GDELT renews its lists every quarter of an hour."""

_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    RuntimeError,
    LookupError,
    ValueError,
)
"""What damaged values make zipfile raise; RuntimeError is a password, and what it cannot unpack."""

_UPDATE = re.compile(rb"^\d+ [0-9a-f]{32} (https?://\S+)\s*$", re.M)


def read_article_list(data: bytes, url: str) -> Listing:
    """A list of the DOC API. Its `seendate` is when GDELT saw the page, not when it was
    published, so it dates nothing."""
    try:
        found = json.loads(data.decode("utf-8-sig", "replace"), strict=False)
    except (ValueError, RecursionError) as error:
        raise InvalidInput(f"not JSON that can be read: {error}") from error
    rows = found.get("articles") if isinstance(found, dict) else None
    if rows is None and found == {}:
        rows = []  # what the API answers where nothing was found
    if not isinstance(rows, list):
        raise InvalidInput("not a list of articles as GDELT's DOC API gives them")
    entries: list[Entry] = []
    bad: list[tuple[str, str]] = []
    for number, row in enumerate(rows, 1):
        place = row.get("url") if isinstance(row, dict) else None
        if not isinstance(place, str) or not place:
            bad.append((f"item {number} of {url}", "no address"))
            continue
        title = row.get("title")
        entries.append(Entry(place, place, " ".join(title.split()) if title else ""))
    return Listing(tuple(entries), every=EVERY, bad=tuple(bad))


def read_export(data: bytes, url: str) -> Listing:
    """An export file, zipped or not: each article once, however many events it has."""
    places: dict[str, None] = {}
    bad: list[tuple[str, str]] = []
    for number, row in enumerate(rows_of(data), 1):
        if len(row) != COLUMNS:
            bad.append((f"row {number} of {url}", f"{len(row)} columns instead of {COLUMNS}"))
        elif not row[-1].startswith(("http://", "https://")):
            bad.append((f"row {number} of {url}", "no address of an article"))
        else:
            places[row[-1].strip()] = None
    return Listing(tuple(Entry(place, place) for place in places), bad=tuple(bad))


def rows_of(data: bytes) -> Iterator[list[str]]:
    """The rows of an export file; raise InvalidInput if it cannot be unpacked."""
    if data.startswith(b"PK\x03\x04"):
        data = _unzipped(data)
    for line in io.StringIO(data.decode("utf-8", "replace"), newline="\n"):
        row = line.rstrip("\r\n")
        if row:
            yield row.split("\t")


def _unzipped(data: bytes) -> bytes:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
            if len(names) != 1:
                raise InvalidInput(f"a zip of {len(names)} files instead of one")
            with archive.open(names[0]) as file:
                unpacked = file.read(MAX_BYTES + 1)
    except _DAMAGE as error:
        raise InvalidInput(f"a damaged zip file: {error}") from error
    if len(unpacked) > MAX_BYTES:
        raise InvalidInput(f"larger than {MAX_BYTES // 1_000_000} MB when unpacked")
    return unpacked


def is_last_update(data: bytes) -> bool:
    return len(data) < 10_000 and _UPDATE.search(data) is not None


def read_last_update(data: bytes, url: str) -> Listing:
    """The events file that `lastupdate.txt` names; its other two hold no articles of their own."""
    places = [place.decode("ascii", "replace") for place in _UPDATE.findall(data)]
    exports = tuple(place for place in places if ".export." in place.lower())
    if not exports:
        raise InvalidInput(f"{url} names no file of events")
    return Listing(children=exports, every=EVERY)


def moment_of(stamp: str) -> datetime | None:
    """The moment of a stamp such as 20250117103000, in UTC."""
    try:
        return datetime.strptime(stamp, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return None

"""Articles from web pages: the text without menus, footers and adverts, by trafilatura, which is
given what was fetched or read and never fetches. Imports `graph.model`, `clean`, `decoding`,
`received`, `texts`.
"""

import re
import warnings
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any, BinaryIO

from lxml.etree import LxmlError

from graph.errors import InvalidInput
from graph.model import Article
from ingest.clean import publisher_of
from ingest.sources.decoding import decode_page
from ingest.sources.received import Input, Received, SourceProblem
from ingest.sources.texts import parse_date

if TYPE_CHECKING:
    from trafilatura.settings import Document

MAX_BYTES = 10_000_000

_PATH = re.compile(r"https?://[^/?#]+(/[^?#]+|/?\?.+)", re.I)


def article_of_page(
    data: bytes, url: str = "", charset: str = "", fetched_at: datetime | None = None
) -> Article:
    """The article on a page that was found at `url`; raise InvalidInput if there is none.

    Title, day and URL are those that the page gives itself; a canonical URL counts only on the
    same site, so that no page passes for another's. The day is that of the publisher, without a
    time, and is left out where the page states none.
    """
    markup = decode_page(data, charset)
    try:
        found = _extractor()(
            markup,
            url=url or None,
            with_metadata=True,
            include_comments=False,
            include_tables=False,
            favor_precision=True,  # else the menu is taken along with a short text
            date_extraction_params={"original_date": True, "extensive_search": False},
        )
    except (LxmlError, ValueError, RecursionError) as error:
        raise InvalidInput(f"HTML that cannot be read: {error}") from error
    if found is None or isinstance(found, dict) or not (found.text or "").strip():
        raise InvalidInput("no article text on this page")
    own = found.url or ""
    is_ours = _PATH.match(own) and (not url or publisher_of(own) == publisher_of(url))
    place = own if is_ours else url
    title = " ".join((found.title or "").split())
    return Article(
        text=_without_title(found.text or "", title),
        title=title,
        url=place,
        publisher=publisher_of(place) or found.sitename or "",
        published_at=parse_date(found.date) if found.date else None,
        fetched_at=fetched_at,
    )


@cache
def _extractor() -> "Callable[..., Document | dict[str, Any] | None]":
    """trafilatura takes most of a second to load, and only pages need it."""
    with warnings.catch_warnings():
        # Its own downloader, which is never used, would like a library for proxies.
        warnings.simplefilter("ignore")
        from trafilatura import bare_extraction
    return bare_extraction


def _without_title(text: str, title: str) -> str:
    """Most pages repeat their title above the text; as a sentence of it, it would be told twice."""
    first, _, rest = text.partition("\n")
    return rest if title and " ".join(first.split()) == title and rest.strip() else text


def read_page(stream: BinaryIO, place: str) -> Iterator[Input]:
    data = stream.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        yield SourceProblem(place, None, f"longer than {MAX_BYTES // 1_000_000} MB: no article")
        return
    if not data.strip():
        yield SourceProblem(place, None, "empty")
        return
    try:
        yield Received(article_of_page(data), place)
    except InvalidInput as error:
        yield SourceProblem(place, None, str(error))

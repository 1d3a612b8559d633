"""What feeds, sitemaps and lists of articles have in common: entries that lead to articles.

`read_listing` tells the formats apart by their bytes, since servers label them as they like. A
new format is one function from bytes to a Listing and one line in `_kind`. Imports the formats
and `bodies`.
"""

from collections.abc import Callable

from graph.errors import FetchFailed, InvalidInput
from ingest.bodies import gunzip
from ingest.sources.entries import Listing
from ingest.sources.feeds import read_feed
from ingest.sources.gdelt import is_last_update, read_article_list, read_export, read_last_update
from ingest.sources.sitemaps import read_sitemap
from ingest.sources.xml import root_of

MAX_BYTES = 50_000_000
"""The most that a packed list may unpack to: what the protocol of sitemaps allows."""

Reader = Callable[[bytes, str], Listing]


def read_listing(data: bytes, url: str, content_type: str = "") -> Listing:
    """Read what was fetched from `url`; raise InvalidInput if it is no list that we know."""
    if data.startswith(b"\x1f\x8b"):
        try:
            data = gunzip(data, MAX_BYTES)
        except FetchFailed as error:
            raise InvalidInput(str(error)) from error
    return _kind(data, content_type)(data, url)


def _kind(data: bytes, content_type: str) -> Reader:
    head = data[:2_000].lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n\0")
    if not head:
        raise InvalidInput("empty")
    if head.startswith(b"PK\x03\x04") or head.split(b"\n")[0].count(b"\t") > 50:
        return read_export
    if head.startswith(b"{"):
        return read_article_list
    if head.startswith(b"<"):
        if head[:14].lower() == b"<!doctype html" or head[:5].lower() == b"<html":
            raise InvalidInput("a web page, not a feed")
        root = root_of(data)
        if root in ("urlset", "sitemapindex"):
            return read_sitemap
        return lambda feed, url: read_feed(feed, url, content_type)
    if is_last_update(data):
        return read_last_update
    raise InvalidInput("neither a feed nor a sitemap nor a list of articles")

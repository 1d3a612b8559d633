"""Sitemaps for news (sitemaps.org with Google's news extension), and indexes of them. Imports
`entries`, `xml`, `texts`.
"""

from datetime import datetime
from xml.etree.ElementTree import Element

from graph.errors import InvalidInput
from ingest.sources.entries import Entry, Listing
from ingest.sources.texts import parse_date
from ingest.sources.xml import tree_of

MAX_CHILDREN = 20
"""So many sitemaps of an index are read, the newest first."""

_NEWS = "{http://www.google.com/schemas/sitemap-news/0.9}"


def read_sitemap(data: bytes, url: str) -> Listing:
    """Read the sitemap that was found at `url`; raise InvalidInput if it is none."""
    root = tree_of(data)
    if _local(root) == "sitemapindex":
        return Listing(children=_children(root))
    if _local(root) != "urlset":
        raise InvalidInput("not a sitemap")
    entries: list[Entry] = []
    bad: list[tuple[str, str]] = []
    for number, node in enumerate(root, 1):
        if _local(node) != "url":
            continue
        place = _own(node, "loc")
        if not place:
            bad.append((f"item {number} of {url}", "no address"))
            continue
        title = " ".join((node.findtext(f"{_NEWS}news/{_NEWS}title") or "").split())
        day = node.findtext(f"{_NEWS}news/{_NEWS}publication_date") or ""
        # `lastmod` is when the page changed, not when the article was published.
        changed = _own(node, "lastmod")
        entries.append(Entry(place, place, title, _moment(day), summary=changed))
    return Listing(tuple(entries), bad=tuple(bad))


def _children(root: Element) -> tuple[str, ...]:
    found = [(_own(node, "lastmod"), _own(node, "loc")) for node in root]
    newest = sorted((pair for pair in found if pair[1]), key=lambda pair: pair[0], reverse=True)
    return tuple(place for _, place in newest[:MAX_CHILDREN])


def _local(node: Element) -> str:
    return node.tag.rpartition("}")[2]


def _own(node: Element, name: str) -> str:
    """The text of a child in whatever namespace, for many sitemaps have none."""
    return next(((child.text or "").strip() for child in node if _local(child) == name), "")


def _moment(text: str) -> datetime | None:
    try:
        return parse_date(text) if text.strip() else None
    except InvalidInput:
        return None

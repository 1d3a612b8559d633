"""RSS and Atom, by feedparser, which is handed bytes that were looked through and never fetches.

Imports `entries`, `markup`, `xml` and `graph`.
"""

import calendar
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

from graph.errors import InvalidInput
from graph.ids import content_id
from ingest.sources.entries import Entry, Listing
from ingest.sources.markup import text_of
from ingest.sources.xml import root_of

FULL_TEXT = 500
"""From so many characters on, what a feed carries of an article is taken for all of it."""

_DAMAGE = (ValueError, LookupError, AttributeError, TypeError, RecursionError)
"""What damaged values make feedparser raise."""

_PERIODS = {"hourly": 3600, "daily": 86_400, "weekly": 604_800}
_LONGEST = 86_400.0


def read_feed(data: bytes, url: str, content_type: str = "") -> Listing:
    """Read a feed that was found at `url`; raise InvalidInput if it is none, or has a DTD."""
    import feedparser  # loaded only where there is a feed

    root_of(data)
    headers = {"content-location": url}
    if content_type:
        headers["content-type"] = content_type
    try:
        # Bytes themselves would be tried as the name of a file.
        parsed = feedparser.parse(BytesIO(data), response_headers=headers)
    except _DAMAGE as error:
        raise InvalidInput(f"a feed that cannot be read: {error}") from error
    if not parsed.version and not parsed.entries:
        raise InvalidInput("not a feed")
    entries: list[Entry] = []
    bad: list[tuple[str, str]] = []
    for number, raw in enumerate(parsed.entries, 1):
        try:
            entries.append(_entry(raw))
        except (InvalidInput, *_DAMAGE) as error:
            bad.append((raw.get("link") or f"item {number}", str(error)))
    return Listing(tuple(entries), every=_every(parsed.feed), bad=tuple(bad))


def _entry(raw: Any) -> Entry:
    link = (raw.get("link") or "").strip()
    summary = _text(raw.get("summary") or "")
    content = max((_text(part.get("value") or "") for part in raw.get("content") or ()),
                  key=len, default="")  # fmt: skip
    fullest = max(content, summary, key=len)
    if not link and not fullest:
        raise InvalidInput("neither a link nor a text")
    title = " ".join(_text(raw.get("title") or "").split())
    # Without an address what the feed carries is all there will ever be.
    is_full = len(fullest) >= FULL_TEXT or not link
    return Entry(
        key=(raw.get("id") or link or content_id("k", (title, fullest))).strip(),
        url=link,
        title=title,
        # A plain look-up: asked by itself, feedparser takes one date for the other and warns.
        published_at=_moment(dict.get(raw, "published_parsed") or dict.get(raw, "updated_parsed")),
        text=fullest if is_full else "",
        summary=fullest,
    )


def _text(markup: str) -> str:
    return text_of(markup.replace("\0", "")) if markup.strip() else ""


def _moment(parsed: Any) -> datetime | None:
    """feedparser's dates are in UTC already."""
    try:
        return datetime.fromtimestamp(calendar.timegm(parsed), UTC) if parsed else None
    except (ValueError, OverflowError, TypeError, OSError):
        return None


def _every(feed: Any) -> float:
    """How often the feed says that it is renewed, in seconds."""
    minutes = str(feed.get("ttl") or "")
    if minutes.isdecimal():
        return min(int(minutes) * 60.0, _LONGEST)
    period = _PERIODS.get(str(feed.get("sy_updateperiod") or "").strip().lower(), 0)
    often = str(feed.get("sy_updatefrequency") or "1").strip()
    return min(period / max(int(often), 1), _LONGEST) if often.isdecimal() else float(period)

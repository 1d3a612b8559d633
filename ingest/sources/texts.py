"""Articles from plain text, Markdown and dates as people write them.

A text file is one article, with an optional header of `title:`, `date:`, `publisher:` and `url:`
lines before an empty line. Imports `graph.model`, `lines`, `received`, `decoding`, `markup`.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import BinaryIO

from graph.errors import InvalidInput
from graph.model import Article
from ingest.sources.decoding import decode
from ingest.sources.lines import MAX_BYTES, Line, LineReader
from ingest.sources.markup import text_of
from ingest.sources.received import Input, Received, SourceProblem

TOO_LONG = f"longer than {MAX_BYTES // 1_000_000} MB"

_HEADER = re.compile(r"(title|date|publisher|url)[ \t]*:[ \t]*(.*)$", re.I)
_LINE_END = re.compile(r"\r\n?")
_EMPTY_LINE = re.compile(r"\n[ \t]*\n")
_FRONT = re.compile(r"---[ \t]*\n(.*?)\n---[ \t]*(?:\n|$)", re.S)
_HEADING = re.compile(r"\s*#[ \t]+(.+?)[ \t#]*(?:\n|$)")


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
    return _article(head, body)


def article_of_markdown(text: str) -> Article:
    """The same for Markdown: the header may stand between lines of `---`, the title may be the
    first heading, and the text is what a reader sees of it."""
    text = _LINE_END.sub("\n", text)
    front = _FRONT.match(text)
    if front is not None:
        lines = [_HEADER.match(line) for line in front[1].split("\n")]
        head = {line[1].lower(): line[2].strip().strip("\"'") for line in lines if line}
        body = text[front.end() :]
    else:
        head, body = _split_header(text)
    heading = _HEADING.match(body)
    if heading is not None and head.get("title", heading[1]) == heading[1]:
        head["title"] = heading[1]
        body = body[heading.end() :]
    from markdown_it import MarkdownIt  # loaded only where there is Markdown

    return _article(head, text_of(MarkdownIt("commonmark").render(body)) if body.strip() else "")


def read_text(stream: BinaryIO, place: str) -> Iterator[Input]:
    yield whole_text(LineReader(stream), place)


def read_markdown(stream: BinaryIO, place: str) -> Iterator[Input]:
    yield whole_text(LineReader(stream), place, markdown=True)


def whole_text(lines: Iterable[Line], place: str, markdown: bool = False) -> Input:
    """All lines of a file as one article."""
    parts: list[bytes] = []
    size = 0
    for line in lines:
        size += MAX_BYTES + 1 if line.data is None else len(line.data) + 1
        if size > MAX_BYTES:
            return SourceProblem(place, None, f"{TOO_LONG}: no article")
        parts.append(line.data or b"")
    try:
        text = decode(b"\n".join(parts))
        article = article_of_markdown(text) if markdown else article_of_text(text)
        return Received(article, place)
    except InvalidInput as error:
        return SourceProblem(place, None, str(error))


def _article(head: dict[str, str], body: str) -> Article:
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


def _split_header(text: str) -> tuple[dict[str, str], str]:
    """The header's fields and the rest; a block that is not all header is text."""
    block, *rest = _EMPTY_LINE.split(text, maxsplit=1)
    matches = [_HEADER.match(line) for line in block.split("\n")]
    head = {match[1].lower(): match[2].strip() for match in matches if match}
    if len(head) < len(matches):
        return {}, text
    return head, "".join(rest)

"""Articles from the text layer of PDF files, by pypdf. Pictures of text are not read.

A PDF tells when the file was made, not when the article was published, so the article has no day.
Imports `graph.model`, `received`.
"""

import logging
import re
from collections.abc import Iterator
from io import BytesIO
from typing import BinaryIO

from graph.errors import InvalidInput
from graph.model import Article
from ingest.sources.received import Input, Received, SourceProblem

MAX_BYTES = 50_000_000
MAX_PAGES = 300
MAX_TEXT = 2_000_000

_HYPHEN = re.compile(r"(?<=[a-z])-[ \t]*\n[ \t]*(?=[a-z])")
_WRAPPED = re.compile(r"[ \t]*\n[ \t]*(?=\S)")
_PARAGRAPH = re.compile(r"\n[ \t]*\n\s*")
_HALF = re.compile(r"[\ud800-\udfff\x00]")


def article_of_pdf(data: bytes) -> Article:
    """All pages as one article; raise InvalidInput for what is damaged, locked or has no text."""
    from pypdf import PdfReader  # loaded only where there is a PDF
    from pypdf.errors import PyPdfError

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # it reports by name what we do
    try:
        reader = PdfReader(BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise InvalidInput("a PDF with a password")
        if len(reader.pages) > MAX_PAGES:
            raise InvalidInput(f"a PDF of {len(reader.pages)} pages: no article")
        parts: list[str] = []
        size = 0
        for page in reader.pages:
            parts.append(unwrapped(page.extract_text()))
            size += len(parts[-1])
            if size > MAX_TEXT:
                raise InvalidInput("a PDF with too much text: no article")
        title = str((reader.metadata.title if reader.metadata else "") or "")
    except InvalidInput:
        raise
    except (PyPdfError, ValueError, TypeError, LookupError, AttributeError, OSError) as error:
        # pypdf meets damage with whatever the damaged value makes it do.
        raise InvalidInput(f"a damaged PDF: {error or type(error).__name__}") from error
    except (RecursionError, NotImplementedError, ArithmeticError, AssertionError) as error:
        raise InvalidInput(f"a damaged PDF: {type(error).__name__}") from error
    text = _HALF.sub("", "\n".join(part for part in parts if part))
    if not text.strip():
        raise InvalidInput("a PDF without a text layer")
    return Article(text=text, title=_HALF.sub("", title))


def unwrapped(text: str) -> str:
    """Lines of the page joined to paragraphs, and words that were broken at a line's end."""
    paragraphs = _PARAGRAPH.split(text)
    joined = [_WRAPPED.sub(" ", _HYPHEN.sub("", part)).strip() for part in paragraphs]
    return "\n".join(part for part in joined if part)


def read_pdf(stream: BinaryIO, place: str) -> Iterator[Input]:
    data = stream.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        yield SourceProblem(place, None, f"longer than {MAX_BYTES // 1_000_000} MB: no article")
        return
    try:
        yield Received(article_of_pdf(data), place)
    except InvalidInput as error:
        yield SourceProblem(place, None, str(error) if data else "empty")

"""Articles from single addresses of the web. Imports `fetch`, `pages`, `pdfs`, `received`."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from graph.errors import FetchFailed, InvalidInput
from graph.model import Article
from ingest.clean import publisher_of
from ingest.fetch import PAGES, Fetcher
from ingest.sources.decoding import decode_page
from ingest.sources.pages import article_of_page
from ingest.sources.pdfs import article_of_pdf
from ingest.sources.received import Input, Received, SourceProblem


class GetsPages(Protocol):
    """What a source needs to read a page; raises FetchFailed and InvalidInput."""

    def __call__(self, url: str) -> Article: ...


def page_getter(fetcher: Fetcher, now: Callable[[], datetime]) -> GetsPages:
    """Read the article at a URL, whatever it is: a page, a PDF, plain text."""

    def get(url: str) -> Article:
        found = fetcher.get(url, PAGES)
        if found.content_type == "application/pdf" or found.content.startswith(b"%PDF-"):
            article = article_of_pdf(found.content)
            return replace(
                article, url=found.url, publisher=publisher_of(found.url), fetched_at=now()
            )
        if found.content_type == "text/plain":
            return Article(
                text=decode_page(found.content, found.charset),
                url=found.url,
                publisher=publisher_of(found.url),
                fetched_at=now(),
            )
        return article_of_page(found.content, found.url, found.charset, now())

    return get


class PageSource:
    """The articles at these addresses, in this order."""

    def __init__(self, urls: Sequence[str], get: GetsPages) -> None:
        self._urls = tuple(urls)
        self._get = get

    def __iter__(self) -> Iterator[Input]:
        for url in self._urls:
            try:
                yield Received(self._get(url), url)
            except (FetchFailed, InvalidInput) as error:
                yield SourceProblem(url, None, str(error))

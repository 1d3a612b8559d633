"""Articles at addresses that clients give: fetched by the guarded client, and not kept.

Imports `errors`, `page_schemas`, `turns`, `graph`, of `ingest` the cleaning, and anyio. Who makes
the reader brings the client.
"""

from typing import TYPE_CHECKING

import anyio
import anyio.to_thread

from app.errors import InvalidParameter
from app.page_schemas import PageOut
from app.turns import Turns
from graph.errors import FetchRefused, InvalidInput, NoArticle
from ingest.clean import cleaned

if TYPE_CHECKING:
    from ingest.sources.web import GetsPages

READERS = 4
"""So many pages are fetched at the same time, in threads of their own: a slow site must not take
those that other routes need."""


class PageReader:
    """Reads pages for many callers, a few at a time. `get` is called by READERS threads at once."""

    def __init__(self, get: "GetsPages") -> None:
        self._get = get
        self._turns = Turns(READERS, "pages")
        self._threads = anyio.CapacityLimiter(READERS)

    async def read(self, url: str) -> PageOut:
        """Return the article at an address.

        Raises InvalidParameter for an address that is not asked for, FetchFailed for a page that
        could not be had, NoArticle for one without an article, and Busy where others take too
        long. How long a page may take is up to `get`.
        """
        async with self._turns.turn():
            return await anyio.to_thread.run_sync(self._read, url, limiter=self._threads)

    def _read(self, url: str) -> PageOut:
        try:
            return PageOut.of(cleaned(self._get(url)))
        except FetchRefused as error:
            if error.passing:  # the site's rules could not be had, so neither can the page
                raise
            raise InvalidParameter("url", str(error), place="body") from error
        except InvalidInput as error:
            raise NoArticle(str(error)) from error

"""One error tree. Adapters translate what they catch with `raise ... from`.

Must not import anything of ours.
"""

from collections.abc import Sequence


class WestphaliaError(Exception):
    """The root of every error that this project raises on purpose."""


class InvalidInput(WestphaliaError):
    """A value that came from outside is not usable; the message names it and where it stood."""


class ReferenceDataError(WestphaliaError):
    """A curated file is wrong; the message names the file and the entry."""


class NotFound(WestphaliaError):
    """No such article, event or actor.

    `close` holds names that were probably meant, best first; it may be empty.
    """

    def __init__(self, kind: str, key: str, close: Sequence[str] = ()) -> None:
        hint = f"; did you mean {', '.join(close)}?" if close else ""
        super().__init__(f"no {kind} {key!r}{hint}")
        self.kind = kind
        self.key = key
        self.close = tuple(close)


class StoreError(WestphaliaError):
    """The store could not do what was asked."""


class StoreUnavailable(StoreError):
    """The server is gone, or the file is locked, read-only, full or not a database."""


class QueryTimeout(StoreUnavailable):
    """A question took longer than it may, and was given up."""


class SchemaMismatch(StoreError):
    """The store was written by another version of the schema."""


class ParserMissing(WestphaliaError):
    """The model that the parser needs is not installed."""


class CoderUnavailable(WestphaliaError):
    """The processes that read articles do not start."""


class QueueUnavailable(WestphaliaError):
    """The queue between machines is gone, or refuses what it is given."""


class Busy(WestphaliaError):
    """Too much is asked at once; the same request may work a moment later."""


class FetchFailed(WestphaliaError):
    """A URL gave nothing usable. `passing` tells that another try may work; `retry_after` is how
    many seconds the server asks to wait; `status` is that of its answer, if there was one."""

    def __init__(
        self,
        reason: str,
        *,
        passing: bool = False,
        retry_after: float | None = None,
        status: int | None = None,
    ) -> None:
        super().__init__(reason)
        self.passing = passing
        self.retry_after = retry_after
        self.status = status


class FetchRefused(FetchFailed):
    """A URL that is not asked for: its address, port or form, or the site's robots.txt."""


class NoArticle(InvalidInput):
    """A page that was fetched holds no article, or none that can be read."""


class InvalidCursor(InvalidInput):
    """A paging cursor that this store did not hand out for this query."""

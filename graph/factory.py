"""open_store(url): the one place that knows which adapter serves which URL."""

from pathlib import Path
from urllib.parse import unquote, urlsplit

from graph.errors import InvalidInput
from graph.store import Store

DEFAULT_TIMEOUT = 30.0


def open_store(url: str, *, timeout: float = DEFAULT_TIMEOUT) -> Store:
    """Return the store of a URL, not yet migrated.

    `sqlite:///folder/file.db` is relative to the working directory, `sqlite:////folder/file.db`
    absolute. `timeout` is how many seconds to wait for another writer. Raises InvalidInput for a
    URL of any other form.
    """
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise InvalidInput(f"unknown store URL {url!r}: {error}") from error
    path = unquote(parts.path[1:])
    if parts.scheme == "sqlite" and not parts.netloc and path and "\0" not in path:
        if parts.query or parts.fragment:
            raise InvalidInput(f"unknown store URL {url!r}: write ? as %3F and # as %23")
        from graph.stores.sqlite import SqliteStore

        return SqliteStore(Path(path), timeout)
    raise InvalidInput(f"unknown store URL {url!r}: use sqlite:///file.db")

"""open_store(url): the one place that knows which adapter serves which URL."""

from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

from graph.access import Access
from graph.errors import InvalidInput
from graph.store import Store

DEFAULT_TIMEOUT = 30.0
NEO4J_SCHEMES = ("neo4j", "neo4j+s", "neo4j+ssc", "bolt", "bolt+s", "bolt+ssc")


def open_store(
    url: str,
    *,
    timeout: float = DEFAULT_TIMEOUT,
    access: Access | None = None,
    query_timeout: float | None = None,
) -> Store:
    """Return the store of a URL, not yet migrated.

    `sqlite:///folder/file.db` is relative to the working directory, `sqlite:////folder/file.db`
    absolute; `neo4j://host:7687` and the driver's other schemes are a server. `timeout` is how many
    seconds to wait for another writer, and that a transaction of a server may take;
    `query_timeout` is how many a question may take, None being no limit of its own. Raises
    InvalidInput for a URL of any other form.
    """
    try:
        parts = urlsplit(url)
        has_login = parts.username is not None or parts.password is not None
    except ValueError as error:
        raise InvalidInput(f"unknown store URL {url!r}: {error}") from error
    if parts.scheme in NEO4J_SCHEMES:
        _check_server(url, parts, has_login)
        from graph.stores.neo4j import Neo4jStore

        return Neo4jStore(url, access or Access(), timeout, query_timeout)
    path = unquote(parts.path[1:])
    if parts.scheme == "sqlite" and not parts.netloc and path and "\0" not in path:
        if parts.query or parts.fragment:
            raise InvalidInput(f"unknown store URL {url!r}: write ? as %3F and # as %23")
        from graph.stores.sqlite import SqliteStore

        return SqliteStore(Path(path), timeout, query_timeout)
    raise InvalidInput(f"unknown store URL {url!r}: use sqlite:///file.db or neo4j://host:7687")


def _check_server(url: str, parts: SplitResult, has_login: bool) -> None:
    if has_login:
        raise InvalidInput(
            f"the store URL of {parts.hostname!r} holds a user or a password: put them into "
            "WESTPHALIA_STORE_USER and WESTPHALIA_STORE_PASSWORD"
        )
    if not parts.hostname:
        raise InvalidInput(f"unknown store URL {url!r}: it names no host")
    if parts.path not in ("", "/") or parts.fragment:
        raise InvalidInput(
            f"unknown store URL {url!r}: nothing follows the port; the name of the database goes "
            "into WESTPHALIA_STORE_DATABASE"
        )

"""Where Neo4j Browser is, from which origins its pages come, and links that open it at a query.

Neo4j Browser 5.24 reads from its address: `connectURL` (or `dbms`) and `db` for the form of the
log-in, `cmd=edit&arg=` for a query to stand in the editor, `cmd=guide&arg=` for a guide to be
opened. It runs nothing by itself. Imports `settings` and the errors.
"""

from urllib.parse import SplitResult, quote, urlencode, urlsplit

from app.settings import Settings
from graph.errors import InvalidInput
from graph.factory import NEO4J_SCHEMES

_HTTP, _HTTPS = 7474, 7473
_USUAL_PORTS = {"http": 80, "https": 443}
_LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
_ANY = ("0.0.0.0", "::", "[::]")


def require_server(settings: Settings) -> SplitResult:
    """The parts of the store's URL; InvalidInput if it is no Neo4j server."""
    try:
        parts = urlsplit(settings.store_url)
    except ValueError as error:
        raise InvalidInput(f"unknown store URL {settings.store_url!r}: {error}") from error
    if parts.scheme not in NEO4J_SCHEMES:
        raise InvalidInput(
            f"{settings.store_url} is no Neo4j server, so there is nothing to open: set "
            "WESTPHALIA_STORE_URL to neo4j://host:7687, and `westphalia copy --from "
            f"{settings.store_url} --to neo4j://host:7687` brings there what is stored"
        )
    return parts


def browser_address(settings: Settings) -> str:
    """Where people open Neo4j Browser, without a path: the setting, else the usual port at the
    host of the store, else on this machine."""
    if settings.browser_url:
        parts = urlsplit(settings.browser_url)
        usual = parts.port is None or parts.port == _USUAL_PORTS[parts.scheme]
        port = "" if usual else f":{parts.port}"
        return f"{parts.scheme}://{_bracketed(parts.hostname or '')}{port}"
    scheme, _, rest = settings.store_url.partition("://")
    if scheme not in NEO4J_SCHEMES:
        return f"http://localhost:{_HTTP}"
    host = _bracketed(urlsplit(f"//{rest}").hostname or "localhost")
    return f"https://{host}:{_HTTPS}" if "+" in scheme else f"http://{host}:{_HTTP}"


def browser_origins(settings: Settings) -> tuple[str, ...]:
    """The origins that pages of this Browser have; this machine goes by several names."""
    address = browser_address(settings)
    parts = urlsplit(address)
    if _bracketed(parts.hostname or "") not in _LOOPBACK:
        return (address,)
    port = f":{parts.port}" if parts.port else ""
    return tuple(f"{parts.scheme}://{name}{port}" for name in _LOOPBACK)


def api_address(settings: Settings) -> str:
    """Where a page on this machine finds the API that `serve` starts with these settings. It says
    localhost, since that is the one host the Browser fetches from before it is told others."""
    host = _bracketed(settings.host)
    host = "localhost" if host in (*_LOOPBACK, *map(_bracketed, _ANY)) else host
    return f"http://{host}:{settings.port}"


def link(settings: Settings, command: str, argument: str) -> str:
    """The address that opens the Browser with the form of the log-in filled in, where `command`
    is `edit` or `guide`. InvalidInput if the store is no Neo4j server."""
    store = require_server(settings)
    address = browser_address(settings)
    query = {"cmd": command, "arg": argument}
    if _same_host(store.hostname, urlsplit(address).hostname):
        query = {"connectURL": _connect_url(settings, store)} | query
    if settings.store_database:
        query["db"] = settings.store_database
    return f"{address}/browser/?{urlencode(query, quote_via=quote, safe='')}"


def _connect_url(settings: Settings, store: SplitResult) -> str:
    user = "" if settings.store_user == "-" else f"{quote(settings.store_user, safe='')}@"
    return f"{store.scheme}://{user}{store.netloc}"


def _same_host(one: str | None, other: str | None) -> bool:
    """Whether a Browser on `other` can reach the store by the name `one`. With another name the
    store's may be known to the program alone, as in a network of containers, and the Browser is
    left to ask its own server where Bolt is."""
    names = [_bracketed(name or "") for name in (one, other)]
    return names[0] == names[1] or all(name in _LOOPBACK for name in names)


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host and not host.startswith("[") else host

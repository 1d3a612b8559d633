"""Which URLs may be asked for, and which addresses may be dialled: only the public internet.

The ranges are those of the IANA registries of special-purpose addresses, written out here because
`ipaddress` knows them differently from one Python to the next. Of IPv6 only 2000::/3 is handed
out at all, so mapped, translated, local and multicast forms need no line of their own. Opens no
socket. Imports only `graph.errors`.
"""

import re
from collections.abc import Collection
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import httpx

from graph.errors import FetchRefused

Address = IPv4Address | IPv6Address

PORTS = frozenset([80, 443])
MAX_URL = 2_000

_PORT_OF = {"http": 80, "https": 443}
_CLOSED_4 = tuple(
    ip_network(net)
    for net in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "168.63.129.16/32",  # Azure's own server, on an address that looks public
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.31.196.0/24",
        "192.52.193.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "192.175.48.0/24",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
    )
)
_OPEN_6 = ip_network("2000::/3")
_CLOSED_6 = tuple(
    ip_network(net)
    for net in (
        "2001::/23",
        "2001:db8::/32",
        "2002::/16",
        "2620:4f:8000::/48",
        "3ffe::/16",
        "3fff::/20",
    )
)
_AUTHORITY = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://([^/?#]*)")
_NOT_IN_URLS = re.compile(r"[\x00-\x20\x7f\\]")
_NUMERIC = re.compile(r"\d+|0x[0-9a-f]*", re.I)


def is_public(address: Address) -> bool:
    """Whether an address belongs to the public internet."""
    if isinstance(address, IPv4Address):
        return not any(address in net for net in _CLOSED_4)
    return address in _OPEN_6 and not any(address in net for net in _CLOSED_6)


def checked_url(text: str, ports: Collection[int] = PORTS) -> httpx.URL:
    """Parse a URL that may be asked for; raise FetchRefused with the reason otherwise.

    The name of the host is not looked up here: what it leads to is checked when it is dialled.
    """
    if len(text) > MAX_URL:
        raise FetchRefused(f"a URL of {len(text)} characters")
    if _NOT_IN_URLS.search(text):
        raise FetchRefused("a space, backslash or control character in the URL")
    authority = _AUTHORITY.match(text)
    if authority is None:
        raise FetchRefused("not a complete URL")
    if "@" in authority[1]:
        raise FetchRefused("a user name or password in the URL")
    try:
        url = httpx.URL(text)
    except (httpx.InvalidURL, ValueError) as error:
        raise FetchRefused(f"not a URL: {error}") from error
    if url.scheme not in _PORT_OF:
        raise FetchRefused(f"only http and https are fetched, not {url.scheme}")
    port = port_of(url)
    if port not in ports:
        raise FetchRefused(f"port {port} is not allowed")
    _check_host(url.raw_host.decode("ascii"))
    return url


def port_of(url: httpx.URL) -> int:
    return url.port or _PORT_OF[url.scheme]


def _check_host(host: str) -> None:
    """Refuse hosts that no public site has, and addresses spelt so that parsers disagree."""
    try:
        ip_address(host)
    except ValueError:
        labels = host.rstrip(".").split(".")
        if _NUMERIC.fullmatch(labels[-1]):
            raise FetchRefused(f"an odd way to write an address: {host}") from None
        if len(labels) < 2:
            raise FetchRefused(f"a name that is not public: {host or 'none'}") from None

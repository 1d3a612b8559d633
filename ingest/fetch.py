"""The only way out: one HTTP client that reads public pages and nothing else.

Every URL, and every one that a redirect leads to, is checked before it is asked for
(`addresses`), every address before it is dialled (`dialling`), every site's robots.txt is kept
to, requests to one host keep a distance, and time, size and kind of an answer are bounded.
Imports `addresses`, `bodies`, `dialling`, `robots` and the errors.
"""

import ssl
import threading
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import Message
from email.utils import parsedate_to_datetime

import httpcore
import httpx

from graph.errors import FetchFailed, FetchRefused
from ingest.addresses import PORTS, checked_url
from ingest.bodies import read_body, too_large
from ingest.dialling import Deadline, Endpoint, Guard, GuardedTransport, Resolver, system_resolver
from ingest.robots import MAX_BYTES as ROBOTS_BYTES
from ingest.robots import Robots

AGENT = "westphalia"
"""The name that a robots.txt may use for us."""

PAGES = frozenset(["text/html", "application/xhtml+xml", "text/plain", "application/pdf"])
LISTS = frozenset(
    "application/rss+xml application/atom+xml application/rdf+xml application/xml text/xml "
    "application/json text/json application/feed+json text/plain text/html application/gzip "
    "application/x-gzip application/zip application/octet-stream".split()
)

_REDIRECTS = frozenset([301, 302, 303, 307, 308])
_PASSING = frozenset([408, 425, 429])


@dataclass(frozen=True, slots=True)
class Limits:
    """What an answer may cost: bytes after unpacking, seconds in all and of silence, hops; and
    the seconds between two requests to one host."""

    max_bytes: int = 10_000_000
    seconds: float = 60.0
    silence: float = 20.0
    redirects: int = 5
    delay: float = 1.0


@dataclass(frozen=True, slots=True)
class Fetched:
    """An answer. `url` is where it came from in the end, `charset` what its header says ("" for
    nothing); `fresh_for` are the seconds that it asks not to be asked again for. `content` is
    empty where `unchanged`: the server's answer to `etag` or `last_modified`."""

    url: str
    content: bytes = b""
    content_type: str = ""
    charset: str = ""
    etag: str = ""
    last_modified: str = ""
    fresh_for: float = 0.0
    unchanged: bool = False


@dataclass
class _Pace:
    """When each host may be asked again, for all threads together."""

    clock: Callable[[], float]
    sleep: Callable[[float], None]
    free_at: dict[str, float] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def wait(self, host: str, delay: float) -> float:
        """Book the host's next turn, wait for it, and return the seconds waited."""
        with self.lock:
            now = self.clock()
            waited = max(0.0, self.free_at.get(host, now) - now)
            if len(self.free_at) > 10_000:
                self.free_at = {name: at for name, at in self.free_at.items() if at > now}
            self.free_at[host] = now + waited + delay
        if waited:
            self.sleep(waited)
        return waited


class Fetcher:
    """The client. Many threads may use it; a host is asked no oftener for that.

    `allowed` are endpoints that are dialled although they are not public, `resolver` looks names
    up, and `tls` says which certificates are trusted: for tests, which run their own servers.
    """

    def __init__(
        self,
        agent: str = AGENT,
        limits: Limits = Limits(),
        ports: Collection[int] = PORTS,
        allowed: Collection[Endpoint] = (),
        resolver: Resolver = system_resolver,
        tls: ssl.SSLContext | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._agent = agent
        self._limits = limits
        self._ports = frozenset(ports)
        self._allowed = frozenset(allowed)
        self._resolver = resolver
        self._tls = tls or httpx.create_ssl_context()
        self._pace = _Pace(clock, sleep)
        self._robots = Robots(AGENT, self._robots_text, clock)

    def get(
        self,
        url: str,
        accept: Collection[str] = PAGES,
        etag: str = "",
        last_modified: str = "",
        max_bytes: int | None = None,
    ) -> Fetched:
        """Fetch a URL whose answer is one of the media types `accept`.

        Raises FetchRefused for what is not asked for, and FetchFailed for what came to nothing.
        """
        headers = {"Accept": ", ".join(sorted(accept))}
        if etag:
            headers["If-None-Match"] = etag
        if last_modified:
            headers["If-Modified-Since"] = last_modified
        return self._follow(url, headers, accept, max_bytes or self._limits.max_bytes)

    def _robots_text(self, url: str) -> str:
        found = self._follow(url, {"Accept": "text/plain"}, None, ROBOTS_BYTES, robots=False)
        return found.content.decode("utf-8-sig", "replace")

    def _follow(
        self,
        text: str,
        headers: Mapping[str, str],
        accept: Collection[str] | None,
        max_bytes: int,
        robots: bool = True,
    ) -> Fetched:
        deadline = Deadline(self._limits.seconds)
        seen: set[str] = set()
        while True:
            url = checked_url(text, self._ports).copy_with(fragment=None)
            if str(url) in seen:
                raise FetchFailed("redirects in a circle")
            seen.add(str(url))
            if len(seen) > self._limits.redirects + 1:
                raise FetchFailed(f"more than {self._limits.redirects} redirects")
            delay = self._limits.delay
            if robots:
                started = time.monotonic()
                site = f"{url.scheme}://{url.netloc.decode('ascii')}"
                delay = max(delay, self._robots.check(site, str(url)))
                deadline.extend(time.monotonic() - started)
            deadline.extend(self._pace.wait(url.host, delay))
            answer = self._ask(url, headers, accept, max_bytes, deadline)
            if isinstance(answer, Fetched):
                return answer
            text = answer

    def _ask(
        self,
        url: httpx.URL,
        headers: Mapping[str, str],
        accept: Collection[str] | None,
        max_bytes: int,
        deadline: Deadline,
    ) -> Fetched | str:
        """One request: the answer, or the URL that it points to."""
        guard = Guard(self._resolver, self._allowed, deadline)
        transport = GuardedTransport(guard, self._tls)
        ours = {"User-Agent": self._agent, "Accept-Encoding": "gzip, deflate", **headers}
        try:
            with (
                httpx.Client(
                    transport=transport, trust_env=False, timeout=self._limits.silence
                ) as client,
                client.stream("GET", url, headers=ours) as response,
            ):
                if response.status_code in _REDIRECTS:
                    return _target(url, response)
                return _read(url, response, headers, accept, max_bytes)
        except (httpcore.TimeoutException, httpx.TimeoutException) as error:
            deadline.left(None)
            reason = f"no answer for {self._limits.silence:g} s"
            raise FetchFailed(reason, passing=True) from error
        except (
            httpcore.NetworkError,
            httpcore.ProtocolError,
            httpx.HTTPError,
            httpx.InvalidURL,
        ) as error:
            reason = f"the connection broke: {error or type(error).__name__}"
            raise FetchFailed(reason, passing=True) from error


def _target(url: httpx.URL, response: httpx.Response) -> str:
    place = response.headers.get("location", "")
    if not place:
        raise FetchFailed("a redirect to nowhere", status=response.status_code)
    try:
        return str(url.join(place))
    except (httpx.InvalidURL, ValueError) as error:
        raise FetchRefused(f"a redirect to what is no URL: {error}") from error


def _read(
    url: httpx.URL,
    response: httpx.Response,
    asked: Mapping[str, str],
    accept: Collection[str] | None,
    max_bytes: int,
) -> Fetched:
    status, headers = response.status_code, response.headers
    if status == 304 and ("If-None-Match" in asked or "If-Modified-Since" in asked):
        return Fetched(str(url), fresh_for=_fresh_for(headers), unchanged=True)
    if status != 200:
        raise FetchFailed(
            f"the server answers {status}",
            passing=status >= 500 or status in _PASSING,
            retry_after=_retry_after(headers.get("retry-after", "")),
            status=status,
        )
    kind = Message()
    kind["content-type"] = headers.get("content-type", "")
    media = kind.get_content_type() if headers.get("content-type") else ""
    if accept is not None and media and media not in accept:
        raise FetchFailed(f"a document of type {media[:60]}")
    length = headers.get("content-length", "")
    if length.isdecimal() and int(length) > max_bytes:
        raise FetchFailed(too_large(max_bytes))
    body = read_body(response.iter_raw(), headers.get("content-encoding", ""), max_bytes)
    return Fetched(
        url=str(url),
        content=body,
        content_type=media,
        charset=kind.get_content_charset("") or "",
        etag=headers.get("etag", ""),
        last_modified=headers.get("last-modified", ""),
        fresh_for=_fresh_for(headers),
    )


def _fresh_for(headers: httpx.Headers) -> float:
    for part in headers.get("cache-control", "").split(","):
        name, _, value = part.strip().partition("=")
        if name.lower() == "max-age" and value.isdecimal():
            return float(min(int(value), 86_400))
    return 0.0


def _retry_after(value: str) -> float | None:
    """Seconds from a Retry-After header, which has seconds or a date; at most a week."""
    if value.isdecimal():
        return float(min(int(value), 7 * 86_400))
    try:
        moment = parsedate_to_datetime(value)
    except (TypeError, ValueError):
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return min(max(0.0, (moment - datetime.now(UTC)).total_seconds()), 7 * 86_400.0)

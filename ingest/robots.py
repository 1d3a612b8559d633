"""robots.txt (RFC 9309): what a site lets us read, remembered for a day. Imports only the errors.

No file (any 4xx) allows everything; a file that cannot be had forbids everything for a while.
"""

from collections.abc import Callable
from dataclasses import dataclass

from protego import Protego

from graph.errors import FetchFailed, FetchRefused

MAX_BYTES = 512_000
"""More of a robots.txt is not read; RFC 9309 asks for 500 KiB at least."""

KEPT = 24 * 3600.0
KEPT_FAILURE = 600.0
MAX_SITES = 10_000
MAX_DELAY = 60.0
"""The longest Crawl-delay that is kept to, in seconds."""


@dataclass(frozen=True, slots=True)
class _Rules:
    until: float
    parsed: Protego | None
    reason: str = ""


class Robots:
    """The rules of sites, fetched by `fetch(url)` -> text when first needed."""

    def __init__(self, agent: str, fetch: Callable[[str], str], clock: Callable[[], float]) -> None:
        self._agent = agent
        self._fetch = fetch
        self._clock = clock
        self._sites: dict[str, _Rules] = {}

    def check(self, site: str, url: str) -> float:
        """Return the seconds that the site wants between requests (0.0 for no wish); raise
        FetchRefused if `url` is not for us. `site` is scheme, host and port."""
        rules = self._sites.get(site)
        if rules is None or rules.until <= self._clock():
            rules = self._read(site)
            if len(self._sites) >= MAX_SITES:
                self._sites.clear()
            self._sites[site] = rules
        if rules.parsed is None:
            raise FetchRefused(f"its robots.txt cannot be read: {rules.reason}", passing=True)
        if not rules.parsed.can_fetch(url, self._agent):
            raise FetchRefused("robots.txt forbids it")
        return min(rules.parsed.crawl_delay(self._agent) or 0.0, MAX_DELAY)

    def _read(self, site: str) -> _Rules:
        now = self._clock()
        try:
            text = self._fetch(f"{site}/robots.txt")
        except FetchRefused:
            raise
        except FetchFailed as error:
            if error.status is not None and 400 <= error.status < 500 and error.status != 429:
                return _Rules(now + KEPT, Protego.parse(""))
            return _Rules(now + KEPT_FAILURE, None, str(error))
        return _Rules(now + KEPT, Protego.parse(text))

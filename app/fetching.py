"""The way out, as the settings want it. Loaded by the commands that fetch.

Imports `clock` and `settings`.
"""

from app.clock import utc_now
from app.settings import Settings
from app.version import app_version
from ingest.addresses import PORTS
from ingest.fetch import AGENT, Fetcher, Limits
from ingest.sources.web import GetsPages, page_getter


def load_fetcher(settings: Settings) -> Fetcher:
    """A client that says who it is, and keeps to the limits of the settings."""
    contact = f" (+{settings.fetch_contact})" if settings.fetch_contact else ""
    limits = Limits(
        max_bytes=settings.fetch_max_bytes,
        seconds=settings.fetch_timeout,
        silence=min(Limits().silence, settings.fetch_timeout),
        delay=settings.fetch_delay,
    )
    return Fetcher(
        f"{AGENT}/{app_version()}{contact}", limits, PORTS | frozenset(settings.fetch_ports)
    )


def load_page_getter(settings: Settings) -> GetsPages:
    return page_getter(load_fetcher(settings), utc_now)

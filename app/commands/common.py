"""What commands share: an open store, and dates on the line. Imports `console` and `settings`."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated
from urllib.parse import unquote

import typer

from app.console import Format
from app.settings import Settings
from graph.access import Access
from graph.errors import StoreUnavailable
from graph.factory import open_store
from graph.store import Store

_SQLITE = "sqlite:///"

FormatOption = Annotated[Format, typer.Option("--format", help="How to print the result.")]


def parse_day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(f"{text!r} is no date; write it as 2025-01-17") from error


def today() -> date:
    return datetime.now(UTC).date()


@contextmanager
def opened(settings: Settings) -> Iterator[Store]:
    """The store of the settings, closed at the end."""
    password = settings.store_password
    access = Access(
        user="" if settings.store_user == "-" else settings.store_user,
        password=password.get_secret_value() if password else "",
        database=settings.store_database,
        connect_timeout=settings.store_connect_timeout,
    )
    with open_store(settings.store_url, timeout=settings.store_timeout, access=access) as store:
        yield store


@contextmanager
def existing(settings: Settings) -> Iterator[Store]:
    """The same, where it must be there already; says how to make one."""
    with opened(settings) as store:
        file = Path(unquote(settings.store_url.removeprefix(_SQLITE)))
        if settings.store_url.startswith(_SQLITE) and not file.exists():
            raise StoreUnavailable(f"{file} does not exist yet; `westphalia ingest PATH` makes it")
        yield store

"""What commands share: an open store, and dates on the line. Imports `console` and `settings`."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
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
from ingest.stopping import Stop

_SQLITE = "sqlite:///"
_READING_PATIENCE = 2.0
"""Whoever asks is rather told that the server is gone than kept waiting, and the API's threads are
not many."""

FormatOption = Annotated[Format, typer.Option("--format", help="How to print the result.")]


def parse_day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(f"{text!r} is no date; write it as 2025-01-17") from error


def counted(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


@contextmanager
def stopping(stop: Stop) -> Iterator[None]:
    """Ctrl-C and a polite kill ask the worker to stop after the batch in hand."""
    kinds = (signal.SIGINT, signal.SIGTERM)
    before = [signal.signal(kind, lambda *_: stop.ask()) for kind in kinds]
    try:
        yield
    finally:
        for kind, handler in zip(kinds, before, strict=True):
            signal.signal(kind, handler)


@contextmanager
def opened(
    settings: Settings, patience: float | None = None, query_timeout: float | None = None
) -> Iterator[Store]:
    """The store of the settings, closed at the end. `patience` is how many seconds a server that
    went away is waited for; without it, the timeout of the settings. `query_timeout` is how many
    one question may take; without it, any."""
    password = settings.store_password
    access = Access(
        user="" if settings.store_user == "-" else settings.store_user,
        password=password.get_secret_value() if password else "",
        database=settings.store_database,
        connect_timeout=settings.store_connect_timeout,
        patience=settings.store_timeout if patience is None else patience,
    )
    with open_store(
        settings.store_url,
        timeout=settings.store_timeout,
        access=access,
        query_timeout=query_timeout,
    ) as store:
        yield store


@contextmanager
def existing(settings: Settings, query_timeout: float | None = None) -> Iterator[Store]:
    """The same for who only reads, where it must be there already; says how to make one."""
    with opened(settings, _READING_PATIENCE, query_timeout) as store:
        file = Path(unquote(settings.store_url.removeprefix(_SQLITE)))
        if settings.store_url.startswith(_SQLITE) and not file.exists():
            raise StoreUnavailable(f"{file} does not exist yet; `westphalia ingest PATH` makes it")
        yield store

"""`westphalia ingest`: articles into the store."""

import re
import time
from collections.abc import Callable, Iterable
from itertools import chain
from typing import Annotated

import typer

from app.commands.common import FormatOption, counted, opened, stopping
from app.console import Format, clean, stdout, warn
from app.progress import progress
from app.settings import Settings, load_settings
from app.summaries import IngestSummary, PublishSummary
from app.working import coders_of, make_ready, retries_of
from graph.errors import InvalidInput
from graph.reference import load_reference
from ingest.sources.files import FileSource
from ingest.sources.received import Input
from ingest.staleness import StaleWatch
from ingest.stopping import Stop
from ingest.worker import Summary, Worker

_URL = re.compile(r"[a-z][a-z0-9+.-]*://", re.I)


def ingest(
    paths: Annotated[
        list[str],
        typer.Argument(
            metavar="PATH|URL...", help="Files, folders, addresses of pages, or - for stdin."
        ),
    ],
    publish: Annotated[
        bool,
        typer.Option(
            "--publish",
            help="Put the articles into the queue of WESTPHALIA_NATS_URL, for its workers.",
        ),
    ] = False,
    output: FormatOption = Format.TABLE,
) -> None:
    """Read articles, find who did what to whom, and store it with its evidence.

    Files are text, Markdown, HTML, PDF, JSON lines, CSV and WARC; of an address of the web the
    page itself is read. Articles that are stored already are skipped, so an interrupted run can
    simply be run again. Inputs that cannot be read are reported with file and line; the rest goes
    on. An article on which the coder fails stays in the inbox, for another try. A country that
    acts in an article newer than what is known of its offices is named once.
    """
    settings = load_settings()
    stop = Stop()
    urls = [path for path in paths if _URL.match(path)]
    files = FileSource([path for path in paths if not _URL.match(path)])
    inputs = chain(files, _pages(urls, settings))
    total = None if (count := files.count()) is None else count + len(urls)
    if publish:
        _publish(settings, inputs, files.idle, total, stop, output)
        return
    started = time.monotonic()
    summary = _store(settings, inputs, files.idle, total, stop)
    if output is Format.JSON:
        typer.echo(IngestSummary.of(summary).model_dump_json())
    else:
        _print(summary, settings.store_url, time.monotonic() - started)
    if summary.stopped:
        warn("stopped; run the same command again to go on")
    if summary.bad or summary.stopped:
        raise typer.Exit(1)


def _store(
    settings: Settings,
    inputs: Iterable[Input],
    idle: Callable[[], bool],
    total: int | None,
    stop: Stop,
) -> Summary:
    """Code the inputs and store what they tell, with a bar that shows how far it is."""
    with (
        opened(settings) as store,
        stopping(stop),
        progress("Reading articles", total) as bar,
        coders_of(settings, total) as coders,
    ):
        make_ready(store)
        worker = Worker(
            coders,
            store,
            on_progress=lambda summary: bar.show(summary.read, _found(summary)),
            on_bad=bar.tell,
            stop=stop,
            watch=StaleWatch(load_reference()),
            on_stale=bar.tell,
            retries=retries_of(settings),
        )
        return worker.run(inputs, idle)


def _pages(urls: list[str], settings: Settings) -> Iterable[Input]:
    if not urls:
        return ()
    # Only here is the HTTP client loaded.
    from app.fetching import load_page_getter
    from ingest.sources.web import PageSource

    return PageSource(urls, load_page_getter(settings))


def _found(summary: Summary) -> str:
    events, problems = summary.written.events, len(summary.bad)
    return f"{counted(events, 'event')}, {counted(problems, 'problem')}"


def _publish(
    settings: Settings,
    inputs: Iterable[Input],
    idle: Callable[[], bool],
    total: int | None,
    stop: Stop,
    output: Format,
) -> None:
    """Put the inputs into the queue and print what became of them."""
    if not settings.nats_url:
        raise InvalidInput("--publish needs the queue's address in WESTPHALIA_NATS_URL")
    # Only here is the client of the queue loaded.
    from ingest.queue import Publisher

    with (
        stopping(stop),
        progress("Publishing articles", total) as bar,
        Publisher(settings.nats_url, stop) as publisher,
    ):
        summary = publisher.run(
            inputs, idle, lambda done: bar.show(done.read, f"{done.published} new"), bar.tell
        )
    if output is Format.JSON:
        typer.echo(PublishSummary.of(summary).model_dump_json())
    else:
        stdout().print(
            f"Read {counted(summary.read, 'input')}: {summary.published} published, "
            f"{summary.repeated} in the queue already, {len(summary.bad)} unreadable."
        )
    if summary.stopped:
        warn("stopped; run the same command again to go on")
    if summary.bad or summary.stopped:
        raise typer.Exit(1)


def _rest(summary: Summary) -> str:
    """What became of the inputs that are not in the store."""
    unreadable = len(summary.bad) - summary.failed - summary.dead
    parts = [f"{unreadable} unreadable"]
    if summary.waiting:
        parts.append(f"{summary.waiting} waiting in the inbox")
    if summary.failed:
        parts.append(f"{summary.failed} failed and will be tried again")
    if summary.dead:
        parts.append(f"{summary.dead} dead (`westphalia dead list`)")
    return ", ".join(parts)


def _print(summary: Summary, url: str, seconds: float) -> None:
    written = summary.written
    console = stdout()
    console.print(
        f"Read {counted(summary.read, 'input')} in {seconds:.1f} s: {summary.stored} stored, "
        f"{summary.known} known already, {_rest(summary)}."
    )
    console.print(
        f"New in {clean(url)}: {counted(written.events, 'event')}, "
        f"{counted(written.evidence, 'quote')}, "
        f"{counted(written.problems, 'problem')} noted."
    )
    if summary.stale:
        console.print(
            f"Articles are newer than the reference data of "
            f"{len(summary.stale)} {'country' if len(summary.stale) == 1 else 'countries'}."
        )

"""`westphalia ingest`: articles into the store."""

import re
import time
from collections.abc import Iterable
from itertools import chain
from typing import Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from app.coding import load_pipeline
from app.commands.common import FormatOption, counted, opened, stopping
from app.console import Format, clean, one_line, stderr, stdout, warn
from app.settings import Settings, load_settings
from app.summaries import IngestSummary
from graph.reference import load_reference
from ingest.sources.files import FileSource
from ingest.sources.received import Input
from ingest.staleness import StaleWatch
from ingest.worker import Stop, Summary, Worker, write_reference

_URL = re.compile(r"[a-z][a-z0-9+.-]*://", re.I)


def ingest(
    paths: Annotated[
        list[str],
        typer.Argument(
            metavar="PATH|URL...", help="Files, folders, addresses of pages, or - for stdin."
        ),
    ],
    output: FormatOption = Format.TABLE,
) -> None:
    """Read articles, find who did what to whom, and store it with its evidence.

    Files are text, Markdown, HTML, PDF, JSON lines, CSV and WARC; of an address of the web the
    page itself is read. Articles that are stored already are skipped, so an interrupted run can
    simply be run again. Inputs that cannot be read are reported with file and line; the rest goes
    on. A country that acts in an article newer than what is known of its offices is named once.
    """
    settings = load_settings()
    stop = Stop()
    urls = [path for path in paths if _URL.match(path)]
    files = FileSource([path for path in paths if not _URL.match(path)])
    inputs = chain(files, _pages(urls, settings))
    started = time.monotonic()
    with opened(settings) as store, stopping(stop), _bar(files.count(), len(urls)) as bar:
        store.migrate()
        reference = load_reference()
        write_reference(store, reference)

        def tell(line: object) -> None:
            bar.console.print(one_line(str(line)), soft_wrap=True)

        pipeline = load_pipeline(settings)
        bar.update(bar.task_ids[0], description="Reading articles")
        worker = Worker(
            pipeline,
            store,
            on_progress=lambda summary: _show(bar, summary),
            on_bad=tell,
            stop=stop,
            watch=StaleWatch(reference),
            on_stale=tell,
        )
        summary = worker.run(inputs, files.idle)
    if output is Format.JSON:
        typer.echo(IngestSummary.of(summary).model_dump_json())
    else:
        _print(summary, settings.store_url, time.monotonic() - started)
    if summary.stopped:
        warn("stopped; run the same command again to go on")
    if summary.bad or summary.stopped:
        raise typer.Exit(1)


def _pages(urls: list[str], settings: Settings) -> Iterable[Input]:
    if not urls:
        return ()
    # Only here is the HTTP client loaded.
    from app.fetching import load_page_getter
    from ingest.sources.web import PageSource

    return PageSource(urls, load_page_getter(settings))


def _show(bar: Progress, summary: Summary) -> None:
    found = f"{summary.written.events} events"
    bar.update(bar.task_ids[0], completed=summary.read, found=found)


def _bar(files: int | None, pages: int) -> Progress:
    total = None if files is None else files + pages
    console = stderr()
    progress = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[found]}"),
        TimeElapsedColumn(),
        console=console,
        disable=not console.is_terminal,
    )
    progress.add_task("Loading the parser", total=total, found="")
    return progress


def _print(summary: Summary, url: str, seconds: float) -> None:
    written = summary.written
    console = stdout()
    console.print(
        f"Read {counted(summary.read, 'input')} in {seconds:.1f} s: {summary.stored} stored, "
        f"{summary.known} known already, {len(summary.bad)} unreadable."
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

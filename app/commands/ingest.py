"""`westphalia ingest`: articles into the store."""

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from app.coding import load_pipeline
from app.commands.common import FormatOption, opened
from app.console import Format, clean, one_line, stderr, stdout, warn
from app.settings import load_settings
from app.summaries import IngestSummary
from graph.reference import load_reference
from ingest.sources.files import FileSource
from ingest.staleness import StaleWatch
from ingest.worker import Stop, Summary, Worker, write_reference


def ingest(
    paths: Annotated[
        list[str],
        typer.Argument(
            metavar="PATH...", help="Text files, .jsonl files, folders, or - for stdin."
        ),
    ],
    output: FormatOption = Format.TABLE,
) -> None:
    """Read articles, find who did what to whom, and store it with its evidence.

    Articles that are stored already are skipped, so an interrupted run can simply be run again.
    Inputs that cannot be read are reported with file and line; the rest goes on. A country that
    acts in an article newer than what is known of its offices is named once.
    """
    settings = load_settings()
    stop = Stop()
    source = FileSource(paths)
    started = time.monotonic()
    with opened(settings) as store, _stopping(stop), _bar(source.count()) as bar:
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
        summary = worker.run(source, source.idle)
    if output is Format.JSON:
        typer.echo(IngestSummary.of(summary).model_dump_json())
    else:
        _print(summary, settings.store_url, time.monotonic() - started)
    if summary.stopped:
        warn("stopped; run the same command again to go on")
    if summary.bad or summary.stopped:
        raise typer.Exit(1)


def _show(bar: Progress, summary: Summary) -> None:
    found = f"{summary.written.events} events"
    bar.update(bar.task_ids[0], completed=summary.read, found=found)


@contextmanager
def _stopping(stop: Stop) -> Iterator[None]:
    """Ctrl-C and a polite kill ask the worker to stop after the batch in hand."""
    kinds = (signal.SIGINT, signal.SIGTERM)
    before = [signal.signal(kind, lambda *_: stop.ask()) for kind in kinds]
    try:
        yield
    finally:
        for kind, handler in zip(kinds, before, strict=True):
            signal.signal(kind, handler)


def _bar(total: int | None) -> Progress:
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
        f"Read {_count(summary.read, 'input')} in {seconds:.1f} s: {summary.stored} stored, "
        f"{summary.known} known already, {len(summary.bad)} unreadable."
    )
    console.print(
        f"New in {clean(url)}: {_count(written.events, 'event')}, "
        f"{_count(written.evidence, 'quote')}, "
        f"{_count(written.problems, 'problem')} noted."
    )
    if summary.stale:
        console.print(
            f"Articles are newer than the reference data of "
            f"{len(summary.stale)} {'country' if len(summary.stale) == 1 else 'countries'}."
        )


def _count(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"

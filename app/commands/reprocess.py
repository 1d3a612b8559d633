"""`westphalia reprocess`: stored articles coded anew."""

from typing import Annotated

import typer

from app.commands.common import FormatOption, counted, existing, parse_day, stopping
from app.console import Format, stdout, warn
from app.progress import progress
from app.settings import load_settings
from app.summaries import ReprocessSummary
from app.working import coders_of, make_ready
from ingest.reprocess import Changes
from ingest.reprocess import reprocess as recode
from ingest.stopping import Stop


def reprocess(
    since: Annotated[
        str, typer.Option(help="Only articles published on this day or later, as 2025-01-17.")
    ] = "",
    output: FormatOption = Format.TABLE,
) -> None:
    """Code stored articles anew that an older version of the coder or of its data has coded.

    What was found in an article gives way to what is found now, in one transaction; events that
    another coder found stay. It can be stopped at any moment and run again to go on.
    """
    settings = load_settings()
    stop = Stop()
    with (
        existing(settings) as store,
        stopping(stop),
        progress("Coding anew", None) as bar,
        coders_of(settings) as coders,
    ):
        make_ready(store)

        def show(changes: Changes) -> None:
            bar.show(changes.articles + len(changes.failed), f"{changes.changed} changed")

        changes = recode(store, coders, stop, parse_day(since) if since else None, show)
    if output is Format.JSON:
        typer.echo(ReprocessSummary.of(changes).model_dump_json())
    else:
        _print(changes)
    if changes.stopped:
        warn("stopped; run the same command again to go on")
    if changes.stopped or changes.failed:
        raise typer.Exit(1)


def _print(changes: Changes) -> None:
    stdout().print(
        f"Coded {counted(changes.articles, 'article')} anew: {changes.changed} changed; "
        f"{counted(changes.added, 'event')} added, {changes.removed} removed, "
        f"{changes.retyped} retyped.",
        soft_wrap=True,
    )
    for article_id, reason in changes.failed.items():
        warn(f"{article_id}: left as it was: {reason}")

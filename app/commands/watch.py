"""`westphalia watch`: feeds into the store, again and again."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.clock import utc_now
from app.coding import load_pipeline
from app.commands.common import FormatOption, counted, opened, stopping
from app.console import Format, clean, one_line, stderr, stdout, warn
from app.settings import Settings, load_settings
from app.summaries import LookSummary
from app.working import make_ready, retries_of, worker_name
from graph.errors import InvalidInput
from graph.reference import load_reference
from graph.store import Store
from ingest.coding import Coders, InProcess
from ingest.staleness import StaleWatch
from ingest.stopping import Stop
from ingest.tending import InboxWorker
from ingest.worker import Summary, Worker

if TYPE_CHECKING:  # at run time only the command itself loads what fetches
    from ingest.sources.watch import Look, Watch

_EVERY = 15.0


def watch(
    feeds: Annotated[
        list[str],
        typer.Argument(
            metavar="FEED...",
            help="Addresses of feeds, news sitemaps or GDELT lists, or OPML files of them.",
        ),
    ],
    every: Annotated[
        float, typer.Option(min=0.1, help="Minutes between two looks at a feed.")
    ] = _EVERY,
    rounds: Annotated[
        int, typer.Option(min=0, help="Stop after so many rounds; 0 goes on for ever.")
    ] = 0,
    pages: Annotated[
        bool, typer.Option(help="Read the pages that items lead to, or the feed alone.")
    ] = True,
    output: FormatOption = Format.TABLE,
) -> None:
    """Read RSS and Atom feeds, news sitemaps and lists of GDELT, and store what is new in them.

    Each is asked again after a while, and only for what has changed; one that fails is asked
    less and less often. What was seen is remembered in a file, so a watch can be stopped and
    started again. Everything that could not be read is reported; the rest goes on.
    """
    from app.fetching import load_fetcher
    from ingest.sources.feed_state import FeedState
    from ingest.sources.watch import Watch as Watcher

    settings = load_settings()
    urls = list(_addresses(feeds))
    stop = Stop()
    with (
        opened(settings) as store,
        FeedState(settings.feeds_file) as state,
        stopping(stop),
    ):
        watcher = Watcher(urls, load_fetcher(settings), state, utc_now, every * 60, pages)
        make_ready(store)
        coders = InProcess(load_pipeline(settings))
        worker = _worker(settings, coders, store, stop)
        inbox = InboxWorker(worker_name(), coders, store, retries_of(settings), utc_now, stop)
        bad = _rounds(watcher, worker, inbox, stop, rounds, output)
    if stop.asked:
        warn("stopped; run the same command again to go on")
    if bad:
        raise typer.Exit(1)


def _worker(settings: Settings, coders: Coders, store: Store, stop: Stop) -> Worker:
    """What reads articles into the store."""
    return Worker(
        coders,
        store,
        on_bad=_tell,
        stop=stop,
        watch=StaleWatch(load_reference()),
        on_stale=_tell,
        retries=retries_of(settings),
    )


def _rounds(
    watcher: "Watch",
    worker: Worker,
    inbox: InboxWorker,
    stop: Stop,
    rounds: int,
    output: Format,
) -> int:
    """Go round until stopped, or so many times; return how much could not be read. What failed
    in a round before and is due is tried again after each, since a feed does not bring it again."""
    bad = done = 0
    while not stop.asked:
        bad += _round(watcher, worker, stop, output)
        inbox.run(until_empty=True)
        done += 1
        wait = watcher.wait()
        if done == rounds or wait is None:
            break
        stop.sleep(wait)
    return bad


def _round(watcher: "Watch", worker: Worker, stop: Stop, output: Format) -> int:
    """Look at every feed that is due; return how much of it could not be read."""
    bad = 0
    for url in watcher.due():
        if stop.asked:
            break
        look = watcher.look(url)
        summary = worker.run(look)
        look.commit()
        bad += len(summary.bad)
        _print(look, summary, output)
    return bad


def _addresses(feeds: list[str]) -> Iterator[str]:
    """The feeds named, and those in the OPML files named."""
    from ingest.sources.opml import read_opml

    for feed in feeds:
        if "://" in feed:
            yield feed
            continue
        try:
            yield from read_opml(Path(feed).read_bytes())
        except OSError as error:
            raise InvalidInput(f"{feed} cannot be read: {error.strerror or error}") from error
        except InvalidInput as error:
            raise InvalidInput(f"{feed}: {error}") from error


def _tell(line: object) -> None:
    stderr().print(one_line(str(line)), soft_wrap=True)


def _print(look: "Look", summary: Summary, output: Format) -> None:
    if output is Format.JSON:
        typer.echo(LookSummary.of(look, summary).model_dump_json())
        return
    tally = look.tally
    if tally.state != "read":
        stdout().print(f"{clean(look.url)}: {tally.state}", soft_wrap=True)
        return
    parts = [
        counted(tally.items, "item"),
        f"{tally.new} new",
        f"{tally.changed} changed",
        f"{tally.unchanged} as before",
        f"{tally.repeated} twice",
        f"{tally.removed} gone",
        f"{tally.waiting} waiting",
        f"{tally.undated} without a date",
    ]
    told = ", ".join(part for part in parts if not part.startswith("0 ") or part == parts[0])
    stdout().print(
        f"{clean(look.url)}: {told}; {summary.stored} stored, {summary.known} known already, "
        f"{len(summary.bad)} unreadable; {counted(summary.written.events, 'new event')}.",
        soft_wrap=True,
    )

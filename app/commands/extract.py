"""`westphalia extract`: articles in, events out, no store needed."""

import sys
from dataclasses import replace
from datetime import UTC, datetime
from datetime import date as date_type
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from app.coding import load_pipeline
from app.commands.common import parse_day
from app.console import clean, marked, one_line, stdout, warn
from app.extracted import ExtractedEvent
from app.settings import load_settings
from ingest.coding import Uncoded, code_each
from ingest.sources.files import FileSource
from ingest.sources.received import Received
from ingest.worker import chunks

if TYPE_CHECKING:
    from ingest.pipeline import Coded

CHUNK = 16


class ExtractFormat(StrEnum):
    """Tables for people, JSON lines for programs."""

    TABLE = "table"
    JSONL = "jsonl"


def extract(
    path: Annotated[
        str,
        typer.Argument(metavar="INPUT", help="A .jsonl or .txt file, a folder, or - for stdin."),
    ],
    output: Annotated[
        ExtractFormat | None,
        typer.Option("--format", help="Without it: tables on a terminal, else JSON lines."),
    ] = None,
    date: Annotated[
        str, typer.Option(help="Publication day of articles that give none, as 2025-01-17.")
    ] = "",
) -> None:
    """Find the events of articles and print them, one JSON line each; nothing is stored.

    Input lines are {"text", "id"?, "date"?, ...}. Only events go to stdout. Lines that cannot be
    read are reported on stderr and make the exit code 1; the rest is printed.
    """
    if output is None:
        output = ExtractFormat.TABLE if sys.stdout.isatty() else ExtractFormat.JSONL
    day = parse_day(date) if date else None
    coder = load_pipeline(load_settings())
    source = FileSource([path])
    failed = False
    for chunk in chunks(source, CHUNK, source.idle):
        received = []
        for item in chunk:
            if isinstance(item, Received):
                received.append(dated(item, day))
            else:
                failed = True
                warn(str(item))
        for item, result in code_each(coder, received):
            if isinstance(result, Uncoded):
                failed = True
                warn(f"{item.place}: {result.reason}")
            else:
                _print(item, result, output)
        sys.stdout.flush()
    if failed:
        raise typer.Exit(1)


def dated(received: Received, day: date_type | None) -> Received:
    """The same input, published on `day` if it does not say when."""
    article = received.article
    if article.published_at is not None or day is None:
        return received
    moment = datetime(day.year, day.month, day.day, tzinfo=UTC)
    return replace(received, article=replace(article, published_at=moment))


def _print(item: Received, coded: "Coded", output: ExtractFormat) -> None:
    for problem in coded.problems:
        if problem.span is None:
            warn(f"{item.place}: {problem.detail}")
    events = [ExtractedEvent.of(event, item.given_id) for event in coded.events]
    if output is ExtractFormat.JSONL:
        for event in events:
            sys.stdout.write(event.model_dump_json() + "\n")
    else:
        _table(item, events)


def _table(item: Received, events: list[ExtractedEvent]) -> None:
    console = stdout()
    article = item.article
    title = article.title or item.given_id or item.path
    day = article.published_at.date().isoformat() if article.published_at else "no date"
    console.print(Text.assemble((one_line(title), "bold"), f"  {day}"))
    if not events:
        console.print("  no events")
    by_sentence: dict[int, list[ExtractedEvent]] = {}
    for event in events:
        by_sentence.setdefault(event.evidence.start, []).append(event)
    for told in by_sentence.values():
        proof = told[0].evidence
        triggers = [event.evidence.trigger for event in told]
        spans = {(t.start - proof.start, t.end - proof.start) for t in triggers}
        console.print()
        console.print(Padding(marked(proof.quote, sorted(spans)), (0, 0, 0, 2)))
        console.print(Padding(_rows(told), (0, 0, 0, 4)))
    console.print()


def _rows(events: list[ExtractedEvent]) -> Table:
    """One row for each event; one for both directions of a symmetric one."""
    grid = Table.grid(padding=(0, 2))
    grid.add_column(min_width=44)
    both = {_direction(event) for event in events}
    for event in events:
        source, target, relation, status = _direction(event)
        mutual = (target, source, relation, status) in both
        if mutual and source > target:
            continue
        grid.add_row(_claim(event, "↔" if mutual else "→"), *_telling(event))
    return grid


def _direction(event: ExtractedEvent) -> tuple[str, str, str, str]:
    target = event.target.id if event.target else ""
    return event.source.id, target, event.relation, event.status


def _claim(event: ExtractedEvent, arrow: str) -> Text:
    text = Text.assemble(clean(event.source.name))
    if event.target:
        text.append(f" {arrow} {clean(event.target.name)}")
    text.append(f"  {event.relation}", "bold cyan")
    named = [end.via.name for end in (event.source, event.target) if end and end.via]
    if named:
        text.append(f"\nvia {clean(', '.join(named))}", "dim")
    if event.attributed_to:
        text.append(f"\nsaid by {clean(event.attributed_to.name)}", "dim")
    return text


def _telling(event: ExtractedEvent) -> tuple[str, str, str, str]:
    when = event.event_date
    day = "" if when is None else when.start.isoformat()
    if when is not None and when.end != when.start:
        day += f" to {when.end.isoformat()}"
    return event.status, event.event_type or "no type", day, f"{event.confidence:.2f}"

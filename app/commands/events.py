"""`westphalia events`: what happened, with the sentence that tells it."""

from typing import Annotated

import typer
from rich.text import Text

from app.commands.common import existing
from app.commands.listing import (
    ListFormat,
    ListFormatOption,
    plain_table,
    print_csv,
    print_json,
)
from app.commands.options import (
    Confidence,
    Either,
    EventTypes,
    Partner,
    Relations,
    Since,
    Source,
    Statuses,
    Target,
    Through,
    Until,
    event_filters,
)
from app.console import clean, one_line, stdout
from app.schemas import EventOut, EventPage
from app.settings import load_settings
from graph.reference import load_reference

COLUMNS = (
    "id", "day", "source", "relation", "target", "status", "event_type", "confidence",
    "publisher", "quote",
)  # fmt: skip


def show_events(
    actor: Either = "",
    partner: Partner = "",
    source: Source = "",
    target: Target = "",
    relation: Relations = [],  # noqa: B006 (typer reads it)
    event_type: EventTypes = [],  # noqa: B006
    status: Statuses = [],  # noqa: B006
    since: Since = "",
    until: Until = "",
    as_of: Through = "",
    min_confidence: Confidence = 0.0,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many are shown.")] = 20,
    cursor: Annotated[str, typer.Option(help="Where the page before has ended.")] = "",
    output: ListFormatOption = ListFormat.TABLE,
) -> None:
    """List events, the latest first. Without any option these are the last that are known."""
    from app.deps import EventFilters
    from app.routers.events import list_events

    reference = load_reference()
    with existing(load_settings()) as store:
        asked = event_filters(
            EventFilters,
            store,
            reference,
            actor=actor,
            partner=partner,
            source=source,
            target=target,
            relation=relation,
            event_type=event_type,
            status=status,
            since=since,
            until=until,
            as_of=as_of,
            min_confidence=min_confidence,
            limit=limit,
            cursor=cursor,
        )
        found = list_events(store, asked)
    if output is ListFormat.JSON:
        print_json(found)
    elif output is ListFormat.CSV:
        print_csv(COLUMNS, map(_row, found.items))
    else:
        _print(found)


def _row(event: EventOut) -> tuple[str | float, ...]:
    best = event.evidence[0]
    return (
        event.id, _day(event), event.source.id, event.relation,
        event.target.id if event.target else "", event.status, event.event_type or "",
        event.confidence, best.article.publisher, best.quote,
    )  # fmt: skip


def _day(event: EventOut) -> str:
    if event.event_date is not None:
        return str(event.event_date.start)
    return str(event.reported_on or "")


def _print(found: EventPage) -> None:
    console = stdout()
    if not found.items:
        console.print("no events")
        return
    table = plain_table(("Day", 0), ("Who", 3), ("What", 3), ("To whom", 3), ("Sentence", 10))
    for event in found.items:
        told = Text(event.relation.replace("_", " "), "bold cyan")
        if event.status != "asserted":
            told.append(f" {event.status}", "yellow")
        best = event.evidence[0]
        sentence = Text(f"“{one_line(best.quote)}”").append(
            f" {one_line(best.article.publisher)}", "dim"
        )
        if len(event.evidence) > 1:
            sentence.append(f", {len(event.evidence)} sentences", "dim")
        sentence.append(f"\n{event.id}", "dim")
        target = clean(event.target.name) if event.target else ""
        table.add_row(_day(event), clean(event.source.name), told, target, sentence)
    console.print(table)
    if found.next_cursor:
        console.print(Text(f"more with --cursor {found.next_cursor}", "dim"), soft_wrap=True)

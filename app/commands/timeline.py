"""`westphalia timeline`: how many events there were in each period."""

from rich.text import Text

from app.commands.common import existing
from app.commands.listing import (
    ListFormat,
    ListFormatOption,
    counts_line,
    plain_table,
    print_csv,
    print_json,
    score_line,
)
from app.commands.options import (
    BucketOption,
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
from app.console import stdout
from app.dyad_schemas import TimelineOut
from app.settings import load_settings
from graph.reference import load_reference
from graph.store import Bucket
from graph.windows import periods

COLUMNS = (
    "start", "end", "events", "planned", "cooperative", "hostile", "cooperation", "conflict",
    "net",
)  # fmt: skip
_WIDTH = 30


def show_timeline(
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
    bucket: BucketOption = Bucket.YEAR,
    output: ListFormatOption = ListFormat.TABLE,
) -> None:
    """Count events by period, friendly and hostile ones, for everybody or for some actors."""
    from app.routers.events import MAX_BUCKETS, TimelineFilters, get_timeline

    reference = load_reference()
    with existing(load_settings()) as store:
        asked = event_filters(
            TimelineFilters,
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
            bucket=bucket,
            limit=MAX_BUCKETS,
        )
        found = get_timeline(store, asked)
    if output is ListFormat.JSON:
        print_json(found)
    elif output is ListFormat.CSV:
        rows = (item.model_dump(mode="json") for item in found.items)
        print_csv(COLUMNS, ([row[name] for name in COLUMNS] for row in rows))
    else:
        _print(found)


def _print(found: TimelineOut) -> None:
    console = stdout()
    if not found.items:
        console.print("no events")
        return
    known = {item.start: item for item in found.items}
    starts = list(periods(found.items[0].start, found.items[-1].start, found.bucket))
    console.print(f"events  {counts_line([known[s].events if s in known else 0 for s in starts])}")
    console.print(f"net     {score_line([known[s].net if s in known else None for s in starts])}")
    table = plain_table(
        ("Period", 0), ("Events", 0), ("", 0), ("Friendly", 0), ("Hostile", 0), ("Net", 0)
    )
    most = max(item.events for item in found.items)
    for item in found.items:
        length = max(round(item.events / most * _WIDTH), 1)
        table.add_row(
            str(item.start),
            f"{item.events}",
            Text("█" * length, "green" if item.net > 0 else "red"),
            f"{item.cooperation:.1f}",
            f"{item.conflict:.1f}",
            f"{item.net:+.2f}",
        )
    console.print(table)

"""`westphalia dyad`: two actors over time."""

from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from app.commands.common import existing
from app.commands.listing import (
    STYLES,
    ListFormat,
    ListFormatOption,
    counts_line,
    plain_table,
    print_csv,
    print_json,
    quoted,
    score_line,
    score_text,
)
from app.commands.options import (
    DEFAULT_HALF_LIFE,
    AsOf,
    BucketOption,
    Confidence,
    EventTypes,
    HalfLife,
    Quotes,
    Relations,
    Since,
    Statuses,
    filters,
    resolved,
)
from app.console import clean, stdout
from app.dyad_schemas import DyadOut, PointOut
from app.settings import load_settings
from graph.reference import load_reference
from graph.store import Bucket
from graph.windows import periods

COLUMNS = (
    "start", "end", "events", "planned", "cooperative", "hostile", "cooperation", "conflict",
    "net", "standing", "stance",
)  # fmt: skip


def show_dyad(
    one: Annotated[str, typer.Argument(help="An id such as IRN, or a name such as Iran.")],
    other: Annotated[str, typer.Argument(help="The same for the other one.")],
    as_of: AsOf = "",
    since: Since = "",
    bucket: BucketOption = Bucket.MONTH,
    half_life_days: HalfLife = DEFAULT_HALF_LIFE,
    min_confidence: Confidence = 0.0,
    relation: Relations = [],  # noqa: B006 (typer reads it)
    event_type: EventTypes = [],  # noqa: B006
    status: Statuses = [],  # noqa: B006
    limit: Annotated[int, typer.Option(min=1, max=5000, help="Periods shown, the last.")] = 24,
    quotes: Quotes = 3,
    output: ListFormatOption = ListFormat.TABLE,
) -> None:
    """Show the relationship of two actors: each period, how they stood, and what turned it."""
    from app.routers.dyads import DyadFilters, get_dyad

    asked = filters(
        DyadFilters,
        as_of=as_of,
        since=since,
        bucket=bucket,
        half_life_days=half_life_days,
        min_confidence=min_confidence,
        relation=relation,
        event_type=event_type,
        status=status,
        limit=limit,
        proofs=quotes,
    )
    reference = load_reference()
    with existing(load_settings()) as store:
        ends = [resolved(store, reference, text) for text in (one, other)]
        found = get_dyad(store, reference, ends[0], ends[1], asked)
    if output is ListFormat.JSON:
        print_json(found)
    elif output is ListFormat.CSV:
        rows = (point.model_dump(mode="json") for point in found.points)
        print_csv(COLUMNS, ([row[name] for name in COLUMNS] for row in rows))
    else:
        _print(stdout(), found)


def _print(console: Console, found: DyadOut) -> None:
    names = f"{clean(found.one.name)} and {clean(found.other.name)}"
    console.print(Text(f"{names} on {found.as_of}", "bold"))
    for commitment in found.formal:
        since = f" since {commitment.since}" if commitment.since else ""
        kind = commitment.kind.replace("_", " ")
        console.print(f"{kind}{since}: {clean(commitment.instrument)}")
    if found.summary is None:
        console.print("nothing observed")
        return
    summary = found.summary
    console.print(score_text(summary.score, summary.stance).append(f", {summary.trend}"))
    console.print(summary.basis.words)
    for proof in summary.evidence:
        console.print(quoted(proof))
    _pictures(console, found)
    _series(console, found)
    _turns(console, found)


def _pictures(console: Console, found: DyadOut) -> None:
    """Periods without events are dots: what faded meanwhile shows in the next one."""
    known = {point.start: point for point in found.points}
    standing: list[float | None] = []
    counts = []
    for start in periods(found.points[0].start, found.points[-1].start, found.bucket):
        point = known.get(start)
        standing.append(point.standing if point else None)
        counts.append(point.events if point else 0)
    console.print(f"\nstanding  {score_line(standing)}")
    console.print(f"events    {counts_line(counts)}")
    console.print(Text(f"          by {found.bucket}, until {found.points[-1].end}", "dim"))


def _series(console: Console, found: DyadOut) -> None:
    table = plain_table(
        ("Period", 0), ("Events", 0), ("Friendly", 0), ("Hostile", 0), ("Net", 0), ("Standing", 0)
    )
    hidden = found.points_total - len(found.points)
    if hidden:
        table.add_row(f"... {hidden} before", "", "", "", "", "")
    for point in found.points:
        table.add_row(*_cells(point))
    console.print()
    console.print(table)


def _cells(point: PointOut) -> tuple[str | Text, ...]:
    events = f"{point.events}" + (f" ({point.planned} planned)" if point.planned else "")
    return (
        str(point.start),
        events,
        f"{point.cooperation:.1f}",
        f"{point.conflict:.1f}",
        Text(f"{point.net:+.2f}", "green" if point.net > 0 else "red" if point.net < 0 else ""),
        score_text(point.standing, point.stance),
    )


def _turns(console: Console, found: DyadOut) -> None:
    if not found.turning_points:
        return
    console.print(Text("\nTurning points", "bold"))
    for turn in found.turning_points:
        line = Text(f"{turn.start}  ")
        line.append(turn.stance_before, STYLES[turn.stance_before]).append(" → ")
        line.append(turn.stance_after, STYLES[turn.stance_after])
        console.print(line.append(f"  ({turn.before:+.2f} to {turn.after:+.2f})"))
        for proof in turn.evidence:
            console.print(Text("            ").append(quoted(proof)))

"""`westphalia stats`: how much is stored."""

import typer
from rich.table import Table

from app.commands.common import FormatOption, existing
from app.console import Format, clean, stdout
from app.settings import load_settings
from app.summaries import StoreSummary


def stats(output: FormatOption = Format.TABLE) -> None:
    """Count what the store holds, by event type and by status."""
    settings = load_settings()
    with existing(settings) as store:
        summary = StoreSummary.of(store.statistics())
    if output is Format.JSON:
        typer.echo(summary.model_dump_json())
        return
    table = Table(title=clean(settings.store_url), title_justify="left", show_edge=False)
    table.add_column("What")
    table.add_column("Number", justify="right")
    for name in ("articles", "actors", "events", "evidence", "problems"):
        table.add_row(name, f"{getattr(summary, name):,}")
    for title, counts in (
        ("events by type", summary.events_by_type),
        ("events by status", summary.events_by_status),
    ):
        table.add_section()
        table.add_row(title, "", style="bold")
        for name, number in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
            table.add_row(f"  {name}", f"{number:,}")
    console = stdout()
    console.print(table)
    if summary.first_day and summary.last_day:
        console.print(f"from {summary.first_day} to {summary.last_day}")

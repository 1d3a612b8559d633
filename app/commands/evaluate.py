"""`westphalia eval`: precision and recall on gold files."""

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from app.coding import load_pipeline
from app.commands.common import FormatOption
from app.console import Format, one_line, stdout, warn
from app.settings import load_settings
from app.summaries import Accuracy, Report
from graph.errors import InvalidInput


def evaluate_gold(
    gold: Annotated[list[Path], typer.Argument(metavar="GOLD...", help="Gold files, JSON lines.")],
    errors: Annotated[
        bool, typer.Option("--errors", help="List every item with an error.")
    ] = False,
    relations: Annotated[
        bool, typer.Option("--relations", help="Add a table by relation.")
    ] = False,
    output: FormatOption = Format.TABLE,
) -> None:
    """Compare the coder with gold files: exact (source, type, target), type by type."""
    from ingest.evaluate import evaluate, load_gold

    sets = []
    for path in gold:
        try:
            sets.append((path, load_gold(path)))
        except (OSError, UnicodeDecodeError) as error:
            raise InvalidInput(f"{path} cannot be read: {error}") from error
    pipeline = load_pipeline(load_settings())
    for path, items in sets:
        if not items:
            warn(f"{path}: no items in it")
        report = Report.of(str(path), evaluate(pipeline, items), errors)
        if output is Format.JSON:
            typer.echo(report.model_dump_json())
        else:
            _print(report, relations)


def _print(report: Report, relations: bool) -> None:
    console = stdout()
    console.print(Text(one_line(report.gold), "bold"))
    console.print(_table("Type", report.by_type, report.total))
    if relations:
        console.print()
        console.print(_table("Relation", report.by_relation))
    console.print()
    console.print(_reliability(report))
    console.print(
        f"{report.items} items; false-event rate {report.false_event_rate:.3f} on the "
        f"{report.empty_items} that hold nothing; {report.violations} forbidden triples told. "
        f"Brier score {report.brier:.3f}."
    )
    for item in report.errors or []:
        console.print()
        console.print(Text.assemble((item.id, "bold"), "  ", one_line(item.text)))
        for name, style in (("wrong", "red"), ("missed", "yellow"), ("forbidden", "magenta")):
            for triple in getattr(item, name):
                console.print(Text.assemble((f"  {name:<9}  ", style), triple))
    console.print()


def _table(first: str, rows: list[Accuracy], total: Accuracy | None = None) -> Table:
    table = Table(show_edge=False, pad_edge=False)
    table.add_column(first)
    for name in ("Right", "Wrong", "Missed", "Precision", "Recall", "F1"):
        table.add_column(name, justify="right")
    for row in rows:
        table.add_row(*_cells(row))
    if total is not None:
        table.add_section()
        table.add_row(*_cells(total), style="bold")
    return table


def _reliability(report: Report) -> Table:
    """Whether events of one confidence are right as often as it says."""
    table = Table(show_edge=False, pad_edge=False)
    table.add_column("Confidence")
    for name in ("Events", "Mean", "Right"):
        table.add_column(name, justify="right")
    for row in report.reliability:
        limits = f"{row.low:.2f} to {row.high:.2f}"
        table.add_row(limits, str(row.events), f"{row.confidence:.3f}", f"{row.right:.3f}")
    return table


def _cells(row: Accuracy) -> list[str]:
    counts = [str(number) for number in (row.right, row.wrong, row.missed)]
    ratios = [f"{ratio:.3f}" for ratio in (row.precision, row.recall, row.f1)]
    return [row.event_type, *counts, *ratios]

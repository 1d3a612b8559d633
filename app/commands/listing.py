"""How lists are printed: as a table for people, as JSON, or as CSV; and small pictures of series.

Imports `console` and rich.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Annotated

import typer
from pydantic import BaseModel
from rich.table import Table
from rich.text import Text

from app.alliance_schemas import PartnerOut, ProofOut
from app.console import clean, one_line
from graph.alliances import Stance

_LEVELS = "▁▂▃▄▅▆▇█"
_NOTHING = "·"
MOST_COLUMNS = 60

STYLES = {
    Stance.ALLY: "bold green",
    Stance.PARTNER: "green",
    Stance.MIXED: "yellow",
    Stance.RIVAL: "red",
    Stance.ADVERSARY: "bold red",
}


class ListFormat(StrEnum):
    """How a list is printed. JSON is what the API answers."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"


ListFormatOption = Annotated[ListFormat, typer.Option("--format", help="How to print the result.")]
Cell = str | int | float | None


def print_json(body: BaseModel) -> None:
    typer.echo(body.model_dump_json())


def print_csv(columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
    """Print rows as CSV with LF at their ends, as pipes want it."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    typer.echo(text.getvalue(), nl=False)


def sparkline(values: Sequence[float | None], low: float, high: float) -> str:
    """A series as one line of blocks between `low` and `high`; None is a dot. A series that is too
    long is shown by its last values."""
    shown = values[-MOST_COLUMNS:]
    span = (high - low) or 1.0
    return "".join(
        _NOTHING
        if value is None
        else _LEVELS[min(max(int((value - low) / span * len(_LEVELS)), 0), len(_LEVELS) - 1)]
        for value in shown
    )


def counts_line(values: Sequence[int]) -> str:
    """Counts as blocks from 0; none is a dot."""
    return sparkline([value or None for value in values], 0, max([*values, 1]))


def score_line(values: Sequence[float | None]) -> str:
    """Scores from -1 to 1 as blocks: half height is neither friendly nor hostile."""
    return sparkline(values, -1.0, 1.0)


def score_text(score: float, stance: Stance) -> Text:
    return Text.assemble((stance, STYLES[stance]), f" {score:+.2f}")


def plain_table(*columns: tuple[str, int]) -> Table:
    """A table without a frame; columns are (title, ratio), 0 for one that is never wrapped."""
    table = Table(show_edge=False, pad_edge=False)
    for title, ratio in columns:
        table.add_column(title, ratio=ratio or None, no_wrap=not ratio)
    return table


def quoted(proof: ProofOut) -> Text:
    """The act, its sentence, and who printed it when."""
    told = proof.relation.replace("_", " ")
    if proof.status != "asserted":
        told += f" {proof.status}"
    text = Text.assemble((told, "bold cyan"), f"  “{one_line(proof.quote)}”")
    if proof.attributed_to:
        text.append(f" said by {clean(proof.attributed_to.name)};", "dim")
    printed = [proof.publisher, str(proof.day or "")]
    return text.append(f" {one_line(', '.join(part for part in printed if part))}", "dim")


PARTNER_COLUMNS = (
    "id", "name", "score", "stance", "trend", "events", "planned", "cooperation", "conflict",
    "first_seen", "last_seen", "quote",
)  # fmt: skip


def partner_row(item: PartnerOut) -> tuple[Cell, ...]:
    basis = item.basis
    quote = item.evidence[0].quote if item.evidence else ""
    return (
        item.partner.id, item.partner.name, item.score, item.stance, item.trend, basis.events,
        basis.planned, basis.cooperation, basis.conflict, str(item.first_seen),
        str(item.last_seen), quote,
    )  # fmt: skip

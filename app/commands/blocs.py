"""`westphalia blocs`: who keeps to whom."""

from typing import Annotated

import typer
from rich.text import Text

from app.analysis_schemas import BlocsOut
from app.commands.common import existing
from app.commands.listing import (
    ListFormat,
    ListFormatOption,
    plain_table,
    print_csv,
    print_json,
)
from app.commands.options import (
    DEFAULT_HALF_LIFE,
    AsOf,
    Confidence,
    HalfLife,
    Limit,
    Since,
    filters,
)
from app.commands.paths import TONES
from app.console import clean, stdout
from app.settings import load_settings
from graph.network import Tone

COLUMNS = ("bloc", "bloc_name", "actor", "name", "weight", "share")


def show_blocs(
    as_of: AsOf = "",
    since: Since = "",
    half_life_days: HalfLife = DEFAULT_HALF_LIFE,
    min_confidence: Confidence = 0.0,
    tone: Annotated[Tone, typer.Option(help=TONES)] = Tone.FRIENDLY,
    resolution: Annotated[
        float, typer.Option(min=0.1, max=10, help="Above 1: more, smaller blocs.")
    ] = 1.0,
    limit: Limit = 20,
    output: ListFormatOption = ListFormat.TABLE,
) -> None:
    """Show the communities of the graph on a day, their members by weight, and the modularity."""
    from app.routers.analysis import BlocFilters, get_blocs

    asked = filters(
        BlocFilters,
        as_of=as_of,
        since=since,
        half_life_days=half_life_days,
        min_confidence=min_confidence,
        tone=tone,
        resolution=resolution,
        limit=limit,
    )
    with existing(load_settings()) as store:
        found = get_blocs(store, asked)
    if output is ListFormat.JSON:
        print_json(found)
    elif output is ListFormat.CSV:
        rows = [
            (bloc.id, bloc.name, m.actor.id, m.actor.name, m.weight, m.share)
            for bloc in found.items
            for m in bloc.members
        ]
        print_csv(COLUMNS, rows)
    else:
        _print(found)


def _print(found: BlocsOut) -> None:
    console = stdout()
    console.print(Text(f"{found.total} blocs of {found.tone} ties on {found.as_of}", "bold"))
    console.print(
        f"modularity {found.modularity:.3f}; {found.actors} actors, {found.ties} ties"
        + (f", {found.ties_left_out} left out" if found.ties_left_out else "")
    )
    table = plain_table(("Bloc", 4), ("Size", 0), ("Members, the weightiest first", 10))
    for bloc in found.items:
        members = ", ".join(f"{clean(m.actor.name)} {m.weight:.2f}" for m in bloc.members)
        table.add_row(clean(bloc.name), str(bloc.size), members)
    console.print(table)

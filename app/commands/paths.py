"""`westphalia paths`: by whom two actors are connected."""

from typing import Annotated

import typer
from rich.text import Text

from app.analysis_schemas import PathsOut
from app.commands.common import existing
from app.commands.listing import (
    ListFormat,
    ListFormatOption,
    print_csv,
    print_json,
    quoted,
    score_text,
)
from app.commands.options import (
    DEFAULT_HALF_LIFE,
    AsOf,
    Confidence,
    HalfLife,
    Since,
    filters,
    resolved,
)
from app.console import clean, stdout
from app.settings import load_settings
from graph.network import Tone
from graph.reference import load_reference

COLUMNS = ("path", "hop", "source", "target", "closeness", "score", "stance", "events", "quote")
TONES = "What makes two close: friendly, hostile, or any acts."


def show_paths(
    source: Annotated[str, typer.Argument(metavar="FROM", help="Where the paths begin.")],
    target: Annotated[str, typer.Argument(metavar="TO", help="Where they end.")],
    as_of: AsOf = "",
    since: Since = "",
    half_life_days: HalfLife = DEFAULT_HALF_LIFE,
    min_confidence: Confidence = 0.0,
    max_hops: Annotated[int, typer.Option(min=1, max=6, help="Ties of the longest path.")] = 3,
    tone: Annotated[Tone, typer.Option(help=TONES)] = Tone.FRIENDLY,
    limit: Annotated[int, typer.Option(min=1, max=50, help="How many paths.")] = 5,
    output: ListFormatOption = ListFormat.TABLE,
) -> None:
    """Show the closest paths between two actors, each hop with the sentence that proves it."""
    from app.routers.analysis import PathFilters, get_paths

    reference = load_reference()
    with existing(load_settings()) as store:
        ends = {
            "from": resolved(store, reference, source),
            "to": resolved(store, reference, target),
        }
        asked = filters(
            PathFilters,
            **ends,
            as_of=as_of,
            since=since,
            half_life_days=half_life_days,
            min_confidence=min_confidence,
            max_hops=max_hops,
            tone=tone,
            limit=limit,
        )
        found = get_paths(store, reference, asked)
    if output is ListFormat.JSON:
        print_json(found)
    elif output is ListFormat.CSV:
        print_csv(COLUMNS, _rows(found))
    else:
        _print(found)


def _rows(found: PathsOut) -> list[tuple[str | int | float, ...]]:
    return [
        (
            number, place, hop.source.id, hop.target.id, hop.closeness, hop.score, hop.stance,
            hop.events, hop.evidence[0].quote if hop.evidence else "",
        )
        for number, path in enumerate(found.items, 1)
        for place, hop in enumerate(path.hops, 1)
    ]  # fmt: skip


def _print(found: PathsOut) -> None:
    console = stdout()
    ends = f"{clean(found.source.name)} to {clean(found.target.name)}"
    console.print(Text(f"{ends} on {found.as_of}", "bold"))
    if not found.items:
        console.print(f"no path of {found.tone} ties within {found.max_hops} hops")
    for number, path in enumerate(found.items, 1):
        names = [path.hops[0].source.name, *(hop.target.name for hop in path.hops)]
        way = " → ".join(clean(name) for name in names)
        console.print(Text.assemble((f"\n{number}. {way}", "bold"), f"  {path.closeness:.3f}"))
        for hop in path.hops:
            tie = f"   {clean(hop.source.name)} – {clean(hop.target.name)}  "
            console.print(Text(tie).append(score_text(hop.score, hop.stance)))
            for proof in hop.evidence:
                console.print(Text("      ").append(quoted(proof)))

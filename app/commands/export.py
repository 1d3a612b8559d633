"""`westphalia export`: the graph as a file for other programs."""

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from app.commands.common import existing
from app.commands.options import (
    DEFAULT_HALF_LIFE,
    Confidence,
    Either,
    EventTypes,
    HalfLife,
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
from app.commands.paths import TONES
from app.settings import load_settings
from graph.errors import InvalidInput
from graph.export import ExportFormat
from graph.network import Tone
from graph.reference import load_reference


def export_file(
    output: Annotated[ExportFormat, typer.Option("--format", help="What the file is.")],
    path: Annotated[
        Path | None, typer.Option("--output", "-o", help="Where to; standard output if not given.")
    ] = None,
    shape: Annotated[
        str, typer.Option(help="events: an edge for each; ties: one for each pair on a day.")
    ] = "events",
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
    half_life_days: HalfLife = DEFAULT_HALF_LIFE,
    tone: Annotated[Tone, typer.Option(help=TONES)] = Tone.ANY,
) -> None:
    """Write the graph as GraphML or GEXF (Gephi, networkx), JSON-LD, CSV or JSON Lines.

    The same as GET /v1/export.
    """
    from app.routers.export import ExportFilters, pieces_of

    reference = load_reference()
    with existing(load_settings()) as store:
        asked = event_filters(
            ExportFilters,
            store,
            reference,
            format=output,
            shape=shape,
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
            half_life_days=half_life_days,
            tone=tone,
        )
        _write(pieces_of(store, asked), path)


def _write(pieces: Iterable[str], path: Path | None) -> None:
    """Write to a new file, or to standard output."""
    if path is None:
        for piece in pieces:
            sys.stdout.buffer.write(piece.encode("utf-8", "replace"))
        sys.stdout.buffer.flush()
        return
    try:
        with path.open("x", encoding="utf-8", errors="replace", newline="") as file:
            file.writelines(pieces)
    except OSError as error:
        raise InvalidInput(f"{path}: {error.strerror or error}") from error

"""`westphalia reference`: what the curated data covers and how old it is."""

from datetime import date
from typing import Self

import typer
from rich.table import Table

from app.commands.common import FormatOption, today
from app.console import Format, stdout, warn
from app.schemas import Wire
from graph.reference import Reference, load_reference
from graph.reference.types import Role

STALE_AFTER_DAYS = 180

app = typer.Typer(help="The curated reference data.", no_args_is_help=True)

_HEADS = (Role.HEAD_OF_STATE, Role.HEAD_OF_GOVERNMENT, Role.SUPREME_LEADER)


class Coverage(Wire):
    """How much is known. `heads_missing` are states whose leaders are listed, but none of whom
    is in office on `as_of`."""

    as_of: date
    age_days: int
    stale: bool
    states: int
    states_with_heads: int
    organizations: int
    memberships: int
    institutions: int
    armed_groups: int
    persons: int
    terms: int
    commitments: int
    commitments_in_force: int
    heads_missing: list[str]

    @classmethod
    def of(cls, reference: Reference, day: date) -> Self:
        heads = [term for term in reference.terms if term.role in _HEADS]
        led = {term.principal for term in heads if term.principal in reference.states}
        current = {term.principal for term in heads if term.period.covers(reference.as_of)}
        age = (day - reference.as_of).days
        return cls(
            as_of=reference.as_of,
            age_days=age,
            stale=age > STALE_AFTER_DAYS,
            states=len(reference.states),
            states_with_heads=len(led),
            organizations=len(reference.organizations),
            memberships=sum(len(o.members) for o in reference.organizations.values()),
            institutions=len(reference.institutions),
            armed_groups=len(reference.groups),
            persons=len(reference.persons),
            terms=len(reference.terms),
            commitments=len(reference.commitments),
            commitments_in_force=sum(c.in_force(day) for c in reference.commitments),
            heads_missing=sorted(led - current),
        )


@app.callback()
def group() -> None:
    """The curated reference data."""


@app.command()
def check(output: FormatOption = Format.TABLE) -> None:
    """Check every curated file and count what it covers; a wrong entry is named, exit code 1."""
    coverage = Coverage.of(load_reference(), today())
    if output is Format.JSON:
        typer.echo(coverage.model_dump_json())
        return
    table = Table(show_edge=False, pad_edge=False)
    table.add_column("What")
    table.add_column("Number", justify="right")
    for name, value in coverage:
        if isinstance(value, int) and not isinstance(value, bool):
            table.add_row(name.replace("_", " "), f"{value:,}")
    console = stdout()
    console.print(table)
    console.print(f"as of {coverage.as_of}")
    if coverage.heads_missing:
        console.print(f"no leader in office on that day: {', '.join(coverage.heads_missing)}")
    if coverage.stale:
        warn(f"the reference data is {coverage.age_days} days old; offices may have changed hands")

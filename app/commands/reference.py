"""`westphalia reference`: what the curated data covers and how old it is."""

from datetime import date
from typing import Annotated, Self

import typer
from rich.table import Table

from app.clock import today
from app.commands.common import FormatOption
from app.console import Format, stdout, warn
from app.schemas import Wire
from graph.reference import Reference, load_reference
from graph.reference.reach import HEADS, Reach, reach
from graph.reference.types import Role

STALE_AFTER_DAYS = 180

LINES = 20
"""So many offices without a known holder are printed one by one; `--all` prints every office."""

app = typer.Typer(help="The curated reference data.", no_args_is_help=True)


class KnownUntil(Wire):
    """An office of a state, and the last day for which its holder is known."""

    state: str
    name: str
    role: Role
    until: date

    @classmethod
    def of(cls, reference: Reference, office: Reach) -> Self:
        name = reference.states[office.state].name
        return cls(state=office.state, name=name, role=office.role, until=office.until)

    def __str__(self) -> str:
        possessive = "'" if self.name.endswith("s") else "'s"
        role = self.role.replace("_", " ")
        return f"{self.name}{possessive} {role}: known until {self.until}"


class Coverage(Wire):
    """How much is known. `heads_missing` are states whose leaders are listed, but none of whom
    is in office on `as_of`. `known_until` has the offices whose last known term ended before
    `as_of`, the oldest end first; every other one is known until `as_of`."""

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
    known_until: list[KnownUntil]

    @classmethod
    def of(cls, reference: Reference, day: date, every: bool = False) -> Self:
        """`every` lists the offices known until `as_of` too."""
        heads = [term for term in reference.terms if term.role in HEADS]
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
            known_until=_known_until(reference, every),
        )


def _known_until(reference: Reference, every: bool) -> list[KnownUntil]:
    offices = [
        KnownUntil.of(reference, office)
        for state in reference.states
        for office in reach(reference, state)
        if every or office.until < reference.as_of
    ]
    return sorted(offices, key=lambda office: (office.until, office.name))


@app.callback()
def group() -> None:
    """The curated reference data."""


@app.command()
def check(
    output: FormatOption = Format.TABLE,
    every: Annotated[bool, typer.Option("--all", help="List every office of every state.")] = False,
) -> None:
    """Check every curated file, count what it covers, and say whose offices are not known to the
    end; a wrong entry is named, exit code 1."""
    coverage = Coverage.of(load_reference(), today(), every)
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
    shown = coverage.known_until if every else coverage.known_until[-LINES:]
    for office in shown:
        console.print(str(office), soft_wrap=True)
    if len(shown) < len(coverage.known_until):
        console.print(
            f"and {len(coverage.known_until) - len(shown)} that end before; --all has them"
        )
    if coverage.stale:
        warn(f"the reference data is {coverage.age_days} days old; offices may have changed hands")

"""`westphalia alliances`: who stands with an actor, and how we know."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from app.alliances_out import AlliancesOut
from app.change_schemas import ChangesOut
from app.clock import today
from app.commands.changes import print_changes
from app.commands.common import existing, parse_day
from app.commands.listing import (
    PARTNER_COLUMNS,
    STYLES,
    ListFormat,
    ListFormatOption,
    partner_row,
    print_csv,
    print_json,
)
from app.commands.options import Confidence
from app.console import clean, one_line, stdout
from app.lookup import find_actor
from app.settings import load_settings
from graph.alliances import Alliances, Choice, Part, Partner, alliances
from graph.comparison import Changes, compare
from graph.model import Commitment, CommitmentKind, Status
from graph.proofs import Proof
from graph.reference import Reference, load_reference
from graph.store import HALF_LIFE_DAYS, Store, TieQuery

HOSTILE_SHOWN = 5
"""The most hostile partners are shown too, however many friends there are."""

_NAMES_SHOWN = 8


@dataclass(frozen=True, slots=True)
class _Question:
    """What is asked, with the store and the data to ask."""

    store: Store
    reference: Reference
    actor: str
    as_of: date
    since: date | None
    half_life_days: float
    min_confidence: float
    proofs: int

    def ask(self, limit: int, offset: int = 0, *parts: Part) -> Alliances:
        return alliances(
            self.store,
            self.reference,
            self.actor,
            self.as_of,
            since=self.since,
            half_life_days=self.half_life_days,
            min_confidence=self.min_confidence,
            include=frozenset(parts or Part),
            choice=Choice(limit=limit, offset=offset),
            proofs=self.proofs,
        )

    def changes(self, earlier: date, limit: int) -> Changes:
        query = TieQuery(self.as_of, self.since, self.half_life_days, self.min_confidence)
        proofs = min(self.proofs, 1)
        return compare(
            self.store, self.reference, self.actor, earlier, query, limit=limit, proofs=proofs
        )


def show_alliances(
    actor: Annotated[str, typer.Argument(help="An id such as IRN, or a name such as Iran.")],
    as_of: Annotated[str, typer.Option(help="Day of the answer, as 2025-01-17; today.")] = "",
    since: Annotated[str, typer.Option(help="First day of the events that count.")] = "",
    half_life_days: Annotated[
        float, typer.Option(min=1, max=36_500, help="An event this old counts half.")
    ] = HALF_LIFE_DAYS,
    min_confidence: Confidence = 0.0,
    compare_with: Annotated[
        str, typer.Option("--compare", help="An earlier day: tell what changed since.")
    ] = "",
    limit: Annotated[
        int, typer.Option(min=1, max=200, help="Commitments and partners shown.")
    ] = 15,
    quotes: Annotated[int, typer.Option(min=0, max=20, help="Sentences for each.")] = 2,
    output: ListFormatOption = ListFormat.TABLE,
) -> None:
    """Show an actor's formal commitments in force, and its observed partners with quotes."""
    earlier = parse_day(compare_with) if compare_with else None
    day = parse_day(as_of) if as_of else today()
    first = parse_day(since) if since else None
    if first is not None and first > day:
        raise typer.BadParameter(f"--since {first} lies after --as-of {day}")
    with existing(load_settings()) as store:
        reference = load_reference()
        wanted = find_actor(store, reference, actor)
        question = _Question(
            store, reference, wanted, day, first, half_life_days, min_confidence, quotes
        )
        found = question.ask(limit)
        changes = None
        if earlier is not None and output is not ListFormat.CSV:
            changes = ChangesOut.of(question.changes(earlier, limit))
        if output is not ListFormat.TABLE:
            _print_data(AlliancesOut.of(found, limit, changes=changes), output)
            return
        start = max(limit, found.observed_total - HOSTILE_SHOWN)
        rest = question.ask(HOSTILE_SHOWN, start, Part.OBSERVED, Part.PROOF).observed
    console = stdout()
    console.print(Text(f"{clean(found.actor.name)} on {day}", "bold"))
    _print_formal(console, found, limit)
    _print_observed(console, found, tuple(p for p in rest if p.score < 0))
    if changes is not None:
        print_changes(console, changes)


def _print_data(told: AlliancesOut, output: ListFormat) -> None:
    if output is ListFormat.JSON:
        print_json(told)
    else:
        print_csv(PARTNER_COLUMNS, map(partner_row, told.observed))


def _print_formal(console: Console, found: Alliances, limit: int) -> None:
    console.print("\nFormal: commitments in force")
    strength = {kind: place for place, kind in enumerate(CommitmentKind)}
    commitments = {c.id: c for partner in found.formal for c in partner.commitments}
    ordered = sorted(commitments.values(), key=lambda c: (strength[c.kind], c.since, c.id))
    memberships = [c for c in ordered if c.kind is CommitmentKind.MEMBERSHIP]
    ties = [c for c in ordered if c.kind is not CommitmentKind.MEMBERSHIP]
    table = Table(show_edge=False, pad_edge=False)
    for title, ratio in (("Kind", 3), ("Since", 2), ("With", 4), ("Instrument", 6)):
        table.add_column(title, ratio=ratio)
    for tie in ties[:limit]:
        since = "" if tie.since == date.min else str(tie.since)
        table.add_row(_kind(tie.kind), since, _listed(_others(found, [tie])), clean(tie.instrument))
    for kind, group in groupby(ties[limit:], key=lambda tie: tie.kind):
        rest = list(group)
        more = Text(f"{len(rest)} more; --limit shows them", "dim")
        table.add_row(_kind(kind), "", ", ".join(_others(found, rest)), more)
    console.print(table if ties else "none known")
    if memberships:
        names = sorted(tie.id.removeprefix("member-") for tie in memberships)
        console.print(f"Member of {', '.join(names)}.")


def _kind(kind: CommitmentKind) -> str:
    return kind.value.replace("_", " ").replace("non ", "non-")


def _others(found: Alliances, ties: Sequence[Commitment]) -> list[str]:
    names = {item.partner.id: item.partner.name for item in found.formal}
    parties = dict.fromkeys(party for tie in ties for party in tie.parties)
    return [clean(names[party]) for party in parties if party != found.actor.id]


def _listed(names: Sequence[str]) -> str:
    if len(names) <= _NAMES_SHOWN:
        return ", ".join(names)
    return f"{', '.join(names[: _NAMES_SHOWN - 1])} and {len(names) - _NAMES_SHOWN + 1} more"


def _print_observed(console: Console, found: Alliances, hostile: tuple[Partner, ...]) -> None:
    console.print("\nObserved: what the stored articles tell")
    if not found.observed:
        console.print("nothing yet\n")
        return
    table = Table(show_edge=False, pad_edge=False, show_lines=True)
    table.add_column("Partner", ratio=3)
    table.add_column("Stance", no_wrap=True)
    table.add_column("Seen", no_wrap=True)
    table.add_column("Because", ratio=10)
    for partner in found.observed:
        _add(table, partner)
    between = found.observed_total - len(found.observed) - len(hostile)
    if between:
        table.add_row("...", "", "", Text(f"{between} more between; see --limit", "dim"))
    for partner in hostile:
        _add(table, partner)
    console.print(table)
    console.print()


def _add(table: Table, partner: Partner) -> None:
    stance = Text.assemble(
        (partner.stance, STYLES[partner.stance]), f"\n{partner.score:+.2f}\n{partner.trend}"
    )
    seen = str(partner.first_seen)
    if partner.last_seen != partner.first_seen:
        seen += f"\n{partner.last_seen}"
    because = Text(partner.basis.words)
    for proof in partner.proofs:
        because.append("\n").append(_quote(proof))
    table.add_row(clean(partner.partner.name), stance, seen, because)


def _quote(proof: Proof) -> Text:
    told = proof.relation.replace("_", " ")
    if proof.status is not Status.ASSERTED:
        told += f" {proof.status}"
    text = Text.assemble((told, "bold cyan"), f"  “{one_line(proof.quote)}”")
    if proof.attributed_to:
        text.append(f" said by {clean(proof.attributed_to.name)};", "dim")
    printed = [proof.publisher, str(proof.day or "")]
    return text.append(f" {one_line(', '.join(part for part in printed if part))}", "dim")

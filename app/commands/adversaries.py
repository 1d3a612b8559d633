"""`westphalia adversaries`: who stands against an actor, and how we know."""

from rich.text import Text

from app.alliances_out import AlliancesOut
from app.commands.common import existing
from app.commands.listing import (
    PARTNER_COLUMNS,
    ListFormat,
    ListFormatOption,
    partner_row,
    plain_table,
    print_csv,
    print_json,
    quoted,
    score_text,
)
from app.commands.options import (
    DEFAULT_HALF_LIFE,
    ActorArgument,
    AsOf,
    Confidence,
    HalfLife,
    Limit,
    Quotes,
    Since,
    filters,
    resolved,
)
from app.console import clean, stdout
from app.settings import load_settings
from graph.reference import load_reference


def show_adversaries(
    actor: ActorArgument,
    as_of: AsOf = "",
    since: Since = "",
    half_life_days: HalfLife = DEFAULT_HALF_LIFE,
    min_confidence: Confidence = 0.0,
    limit: Limit = 15,
    quotes: Quotes = 2,
    output: ListFormatOption = ListFormat.TABLE,
) -> None:
    """Show with whom conflict outweighs cooperation, the most hostile first, with quotes."""
    from app.routers.relationships import AdversaryFilters, get_adversaries

    asked = filters(
        AdversaryFilters,
        as_of=as_of,
        since=since,
        half_life_days=half_life_days,
        min_confidence=min_confidence,
        limit=limit,
        proofs=quotes,
    )
    reference = load_reference()
    with existing(load_settings()) as store:
        wanted = resolved(store, reference, actor)
        found = get_adversaries(store, reference, wanted, asked)
    if output is ListFormat.JSON:
        print_json(found)
    elif output is ListFormat.CSV:
        print_csv(PARTNER_COLUMNS, map(partner_row, found.observed))
    else:
        _print(found)


def _print(found: AlliancesOut) -> None:
    console = stdout()
    console.print(Text(f"Adversaries of {clean(found.actor.name)} on {found.as_of}", "bold"))
    if not found.observed:
        console.print("none seen")
        return
    table = plain_table(("Partner", 3), ("Stance", 0), ("Seen", 0), ("Because", 10))
    table.show_lines = True
    for item in found.observed:
        seen = str(item.first_seen)
        if item.last_seen != item.first_seen:
            seen += f"\n{item.last_seen}"
        because = Text(item.basis.words)
        for proof in item.evidence:
            because.append("\n").append(quoted(proof))
        stance = score_text(item.score, item.stance).append(f"\n{item.trend}")
        table.add_row(clean(item.partner.name), stance, seen, because)
    console.print(table)
    if more := found.observed_total - len(found.observed):
        console.print(Text(f"{more} more; --limit shows them", "dim"))
    for bound in found.formal:
        names = ", ".join(commitment.instrument for commitment in bound.commitments)
        console.print(f"Bound to {clean(bound.partner.name)} all the same: {clean(names)}")

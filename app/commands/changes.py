"""What changed between two days, as people read it. Imports `change_schemas` and `listing`."""

from rich.console import Console
from rich.text import Text

from app.change_schemas import BindingOut, ChangeOut, ChangesOut, StandingOut
from app.commands.listing import plain_table, quoted, score_text
from app.console import clean

_NAMES_SHOWN = 8


def print_changes(console: Console, found: ChangesOut) -> None:
    """Print the changes of scores, and the commitments that began or ended."""
    console.print(Text(f"Changes from {found.earlier} to {found.later}", "bold"))
    for word, bindings in (("Began", found.began), ("Ended", found.ended)):
        for binding in bindings:
            console.print(f"{word}: {_binding(binding)}")
    if not found.observed:
        console.print("nothing changed in what was observed\n")
        return
    table = plain_table(("Partner", 3), ("Change", 0), ("Then", 0), ("Now", 0), ("Because", 9))
    for change in found.observed:
        table.add_row(*_cells(change))
    console.print(table)
    if more := found.observed_total - len(found.observed):
        console.print(Text(f"{more} smaller changes; --limit shows them", "dim"))
    console.print()


def _binding(binding: BindingOut) -> str:
    names = [clean(partner.name) for partner in binding.partners]
    if len(names) > _NAMES_SHOWN:
        names = [*names[: _NAMES_SHOWN - 1], f"{len(names) - _NAMES_SHOWN + 1} more"]
    kind = binding.commitment.kind.replace("_", " ")
    return f"{kind} ({clean(binding.commitment.instrument)}) with {', '.join(names)}"


def _cells(change: ChangeOut) -> tuple[str | Text, ...]:
    because = Text("\n").join(quoted(proof) for proof in change.evidence)
    return (
        clean(change.partner.name),
        f"{change.kind} {change.delta:+.2f}",
        _standing(change.before),
        _standing(change.after),
        because,
    )


def _standing(standing: StandingOut | None) -> Text:
    return score_text(standing.score, standing.stance) if standing else Text("unseen", "dim")

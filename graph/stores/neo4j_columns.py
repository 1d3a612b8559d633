"""Many rows for one statement, sent as one text for each column.

The driver packs a value after the other in Python, about two microseconds each, and each key of a
map once more for every row; a row of an event with its article and evidence has 60 values. A
column joined by NUL is one value, and the server splits it again faster than it would decode maps.
NUL is the one character that no value may hold. All columns are in one parameter: the server keeps
a plan for the kinds of the parameters, a text of another order of length and one that is missing
being of another kind, and planning takes longer than running. Imports only `errors`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from typing import Any

from graph.errors import InvalidInput

NUL = "\0"


class Kind(Enum):
    """How a value is written, and the Cypher that reads `{0}` back. All but TEXT may be None."""

    TEXT = "{0}"
    WORD = "substring(nullIf({0}, ''), 1)"
    NUMBER = "toInteger({0})"
    REAL = "toFloat({0})"
    DAY = "date(nullIf({0}, ''))"
    MOMENT = "datetime(nullIf({0}, ''))"


@dataclass(frozen=True, slots=True)
class Filled:
    """A statement and the columns that it takes."""

    text: str
    columns: "Columns"


class Columns:
    """The columns of one kind of row: their Cypher, and the parameters that fill it.

    A column "e_day" takes what a row has at ["e"]["day"].
    """

    def __init__(self, **kinds: Kind) -> None:
        self.kinds = kinds

    @cached_property
    def head(self) -> str:
        """Opens a statement: one row for each `i`."""
        split = ", ".join(f"split($columns.{name}, $nul) AS c_{name}" for name in self.kinds)
        return f"WITH {split} UNWIND range(0, $size - 1) AS i\n"

    def value(self, name: str) -> str:
        """The Cypher of a column in row `i`."""
        return self.kinds[name].value.format(f"c_{name}[i]")

    def filled(self, statement: str) -> Filled:
        """Return a whole statement, which is run once for each row.

        `<name>` stands for the column of that name, and `<prefix_*>` for a map of all columns
        with the prefix, under names without it.
        """
        for name in sorted(self.kinds, key=len, reverse=True):
            statement = statement.replace(f"<{name}>", self.value(name))
        for prefix in {name.partition("_")[0] for name in self.kinds}:
            inside = [
                f"{name.partition('_')[2]}: {self.value(name)}"
                for name in self.kinds
                if name.startswith(f"{prefix}_")
            ]
            statement = statement.replace(f"<{prefix}_*>", f"{{{', '.join(inside)}}}")
        return Filled(self.head + statement, self)

    def parameters(self, rows: Sequence[Mapping[str, Any]]) -> dict[str, object]:
        """The parameters for some rows; InvalidInput for a value that holds NUL."""
        found: dict[str, str | None] = {}
        for name, kind in self.kinds.items():
            part, _, inside = name.partition("_")
            values = [row[part] for row in rows]
            if inside:
                values = [value[inside] for value in values]
            if values.count(None) < len(values):
                found[name] = joined(_written(kind, values), name)
            else:
                found[name] = None  # and so is what the server makes of it, in every row
        return {"nul": NUL, "size": len(rows), "columns": found}


def _written(kind: Kind, values: list[Any]) -> list[str]:
    if kind is Kind.TEXT:
        return values
    if kind is Kind.WORD:
        return ["" if value is None else f".{value}" for value in values]
    if kind is Kind.NUMBER or kind is Kind.REAL:
        return ["" if value is None else repr(value) for value in values]
    return ["" if value is None else value.isoformat() for value in values]


JOINED = "reduce(text = '', line IN lines | text + line)"
"""The Cypher of `lines` as one text, which `fields_of` reads; a line puts $nul before each of its
fields. The driver decodes one long text sooner than thousands of short ones, and the server joins
up to a few thousand lines sooner than that."""


def fields_of(text: str, size: int) -> Iterator[tuple[str, ...]]:
    """Yield the lines of a text made by JOINED, each of `size` fields."""
    fields = iter(text.split(NUL)[1:])
    return zip(*[fields] * size, strict=True)


def joined(values: Sequence[str], name: str = "an id") -> str:
    """Return the values as one text; InvalidInput for one that holds NUL."""
    text = NUL.join(values)
    if values and text.count(NUL) >= len(values):
        raise InvalidInput(f"NUL character in {name}")
    return text

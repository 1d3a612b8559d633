"""Telling: how a clause is told, as the reader of status finds it out.

Imports only `graph.model` and `document`.
"""

from dataclasses import dataclass, field
from enum import StrEnum

from graph.model import Status
from ingest.document import Token


class Outcome(StrEnum):
    """What became of the act, beside its status."""

    NONE = "none"
    REFUSED = "refused"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Telling:
    """How a clause is told. `speaker` is the verb of speech nearest above it, if any;
    `steps` name the rules that fired, innermost first. `decided`: only a decision stands between
    the act and a fact; `attempted`: only an attempt; `conditional`: an "unless" hangs on it;
    `purpose`: told as the purpose of something done; `will_not`: one who says "will not";
    `ordered`: only an order."""

    status: Status
    outcome: Outcome = Outcome.NONE
    speaker: Token | None = None
    steps: tuple[str, ...] = ()
    decided: bool = False
    attempted: bool = False
    conditional: bool = False
    purpose: bool = False
    will_not: bool = False
    ordered: bool = False


@dataclass
class Draft:
    """A Telling while its words are climbed; `shielded` by a finite clause on the way."""

    status: Status = Status.ASSERTED
    outcome: Outcome = Outcome.NONE
    speaker: Token | None = None
    steps: list[str] = field(default_factory=list)
    decided: bool = False
    attempted: bool = False
    conditional: bool = False
    purpose: bool = False
    ordered: bool = False
    shielded: bool = False

    def darken(self, status: Status, step: str) -> None:
        self.steps.append(step)
        self.status = stronger(self.status, status)

    def telling(self, will_not: bool) -> Telling:
        return Telling(
            self.status,
            self.outcome,
            self.speaker,
            tuple(self.steps),
            self.decided,
            self.attempted,
            self.conditional,
            self.purpose,
            will_not,
            self.ordered,
        )


_ORDER = [
    Status.ASSERTED,
    Status.HISTORICAL,
    Status.PLANNED,
    Status.HYPOTHETICAL,
    Status.NEGATED,
]


def stronger(one: Status, other: Status) -> Status:
    """The status that is further from a fact."""
    return max(one, other, key=_ORDER.index)

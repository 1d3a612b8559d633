"""The answers on alliances and adversaries as a whole, on the wire.

Imports `alliance_schemas`, `change_schemas` and `graph.alliances`.
"""

from datetime import date
from typing import Self

from pydantic import Field

from app.alliance_schemas import FormalPartnerOut, PartnerOut
from app.change_schemas import ChangesOut
from app.schemas import ActorOut, Wire
from graph.alliances import Alliances


class AlliancesOut(Wire):
    """Formal and observed ties, kept apart; each is a slice of its total. `formal` is ordered by
    the strength of the commitment. Among adversaries, `formal` holds what binds the actor to them
    all the same."""

    actor: ActorOut
    as_of: date
    formal: list[FormalPartnerOut]
    formal_total: int
    observed: list[PartnerOut]
    observed_total: int
    next_cursor: str | None = Field(default=None, description="of the observed partners")
    changes: ChangesOut | None = Field(
        default=None, description="what changed since the day of `compare`, if it is given"
    )

    @classmethod
    def of(
        cls,
        found: Alliances,
        limit: int,
        offset: int = 0,
        next_cursor: str | None = None,
        changes: ChangesOut | None = None,
    ) -> Self:
        """`limit` and `offset` cut the formal partners; the observed ones are cut already."""
        return cls(
            actor=ActorOut.of(found.actor),
            as_of=found.as_of,
            formal=[FormalPartnerOut.of(item) for item in found.formal[offset : offset + limit]],
            formal_total=len(found.formal),
            observed=[PartnerOut.of(item) for item in found.observed],
            observed_total=found.observed_total,
            next_cursor=next_cursor,
            changes=changes,
        )

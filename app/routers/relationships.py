"""Who stands with whom, and how we know."""

from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field, field_validator

from app.alliance_schemas import AlliancesOut
from app.deps import ReferenceDep, StoreDep, split_commas
from app.errors import InvalidParameter
from app.responses import TaggedRoute, problems
from graph.alliances import Choice, Part, alliances
from graph.store import HALF_LIFE_DAYS

router = APIRouter(prefix="/v1/actors", tags=["relationships"], route_class=TaggedRoute)

MAX_PARTNERS = 200


class Include(StrEnum):
    """The two parts of an answer."""

    FORMAL = "formal"
    OBSERVED = "observed"


class AllianceFilters(BaseModel):
    """Query parameters of an actor's alliances. Unknown ones are refused."""

    model_config = ConfigDict(extra="forbid")

    as_of: date | None = Field(
        default=None, description="the day of the answer; today if not given"
    )
    since: date | None = Field(default=None, description="first day of the events that count")
    half_life_days: float = Field(
        default=HALF_LIFE_DAYS, gt=0, le=36_500, description="an event this old counts half"
    )
    include: list[Include] = Field(
        default=list(Include), description="formal, observed or both, with commas or repeated"
    )
    min_confidence: float = Field(default=0.0, ge=0, le=1)
    proofs: int = Field(default=3, ge=0, le=20, description="sentences quoted for each partner")
    limit: int = Field(default=20, ge=1, le=MAX_PARTNERS)
    offset: int = Field(default=0, ge=0, le=100_000, description="partners to pass over")

    _commas = field_validator("include", mode="before")(split_commas)

    def parts(self) -> frozenset[Part]:
        parts = {Part(part.value) for part in self.include}
        return frozenset(parts | {Part.PROOF} if self.proofs else parts)


@router.get("/{actor_id}/alliances", responses=problems(404, 422, 503))
def get_alliances(
    store: StoreDep,
    reference: ReferenceDep,
    actor_id: str,
    filters: Annotated[AllianceFilters, Query()],
) -> AlliancesOut:
    """Formal commitments in force on a day, and what was observed in the events up to it.

    The score of a partner is (C - H) / (C + H + 10), C and H being the sums of its cooperative
    and hostile events, weighted by relation, confidence and independent publishers, and halved
    for every `half_life_days` of age. Planned events count less; hypothetical and negated ones
    not at all.
    """
    as_of = filters.as_of or datetime.now(UTC).date()
    if filters.since is not None and filters.since > as_of:
        raise InvalidParameter("since", f"must not lie after as_of ({as_of})")
    found = alliances(
        store,
        reference,
        actor_id,
        as_of,
        since=filters.since,
        half_life_days=filters.half_life_days,
        min_confidence=filters.min_confidence,
        include=filters.parts(),
        choice=Choice(limit=filters.limit, offset=filters.offset),
        proofs=filters.proofs,
    )
    return AlliancesOut.of(found, filters.limit, filters.offset)

"""Who stands with whom: formal commitments and observed events, side by side, never mixed.

`alliances` answers for one actor on one day. The observed part is computed from the store's
`Tie`s by one documented pure function, `score`; the words and the quotes come from `proofs`.
Reads no clock. Imports only `model`, `store`, `proofs`, `errors` and the types of `reference`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from graph.errors import InvalidInput, NotFound, ReferenceDataError
from graph.model import Actor, Commitment, CommitmentKind
from graph.proofs import Act, Proof, Proven, prove
from graph.reference.types import Reference
from graph.store import HALF_LIFE_DAYS, Store, Tie, TieQuery

PRIOR_MASS = 10.0
"""k in `score`: the mass of neutral behaviour assumed before anything was seen. One asserted
treaty of full confidence (mass 8) makes 0.44; a single meeting (2.8) makes 0.22."""

ALLY, PARTNER = 0.6, 0.2
"""From 0.6 an ally (a net 15 of friendly mass alone), from 0.2 a partner; mirrored below 0."""

TREND_STEP = 0.1
"""How far the score of the last year must lie from that of the time before to be a trend."""


class Part(StrEnum):
    """What an answer holds. PROOF reads the latest events with each partner listed."""

    FORMAL = "formal"
    OBSERVED = "observed"
    PROOF = "proof"


class Stance(StrEnum):
    ALLY = "ally"
    PARTNER = "partner"
    MIXED = "mixed"
    RIVAL = "rival"
    ADVERSARY = "adversary"


class Trend(StrEnum):
    RISING = "rising"
    FALLING = "falling"
    STEADY = "steady"


@dataclass(frozen=True, slots=True)
class FormalPartner:
    """A party to the actor's commitments in force, the strongest commitment first."""

    partner: Actor
    commitments: tuple[Commitment, ...]


@dataclass(frozen=True, slots=True)
class Basis:
    """The numbers that a score rests on, and the acts among the `examined` latest events.

    `events` counts both directions of a symmetric act, `acts` counts them once.
    """

    cooperation: float
    conflict: float
    events: int
    planned: int
    acts: tuple[Act, ...] = ()
    examined: int = 0

    @property
    def words(self) -> str:
        """ "3 events, 1 planned; cooperation 9.6, conflict 0.0: treaty planned, 2 meeting"."""
        events = f"{self.events} event{'' if self.events == 1 else 's'}"
        planned = f", {self.planned} planned" if self.planned else ""
        sums = f"cooperation {self.cooperation:.1f}, conflict {self.conflict:.1f}"
        acts = ", ".join(act.words for act in self.acts)
        latest = f" (latest {self.examined})" if self.examined < self.events else ""
        return f"{events}{planned}; {sums}" + (f": {acts}{latest}" if acts else "")


@dataclass(frozen=True, slots=True)
class Partner:
    """What was observed between the actor and one other."""

    partner: Actor
    score: float
    stance: Stance
    trend: Trend
    basis: Basis
    first_seen: date
    last_seen: date
    proofs: tuple[Proof, ...] = ()


@dataclass(frozen=True, slots=True)
class Alliances:
    """The answer for one actor. `observed` is one slice of `observed_total` partners."""

    actor: Actor
    as_of: date
    formal: tuple[FormalPartner, ...]
    observed: tuple[Partner, ...]
    observed_total: int


def score(cooperation: float, conflict: float) -> float:
    """Return (C - H) / (C + H + k), in (-1, 1): more C never lowers it, more H never raises it.

    C and H are the masses of a Tie. With k = PRIOR_MASS a little evidence makes a small score,
    and only much of one kind comes near to 1 or -1.
    """
    return (cooperation - conflict) / (cooperation + conflict + PRIOR_MASS)


def stance(value: float) -> Stance:
    """Return the word for a score; the thresholds are ALLY and PARTNER."""
    if value >= ALLY:
        return Stance.ALLY
    if value >= PARTNER:
        return Stance.PARTNER
    if value > -PARTNER:
        return Stance.MIXED
    return Stance.RIVAL if value > -ALLY else Stance.ADVERSARY


def trend(tie: Tie) -> Trend:
    """Compare the score of the last 365 days with that of the time before.

    A side without any mass scores 0, so a friendship that went silent is falling, and a feud that
    went silent is rising.
    """
    recent = score(tie.recent_cooperation, tie.recent_conflict)
    older = score(
        max(tie.cooperation - tie.recent_cooperation, 0.0),
        max(tie.conflict - tie.recent_conflict, 0.0),
    )
    if recent - older >= TREND_STEP:
        return Trend.RISING
    return Trend.FALLING if recent - older <= -TREND_STEP else Trend.STEADY


def alliances(
    store: Store,
    reference: Reference,
    actor_id: str,
    as_of: date,
    since: date | None = None,
    half_life_days: float = HALF_LIFE_DAYS,
    min_confidence: float = 0.0,
    include: frozenset[Part] = frozenset(Part),
    limit: int = 20,
    offset: int = 0,
    proofs: int = 3,
) -> Alliances:
    """Return the formal and the observed partners of an actor on the day `as_of`.

    Observed partners are ordered by score downwards, then by events downwards, then by id;
    `limit` and `offset` choose a slice, and only its partners are looked up in detail, with up to
    `proofs` quotes each. Events of since <= day <= as_of are seen. Raises NotFound for an actor
    that neither the store nor the reference data knows.
    """
    if limit < 0 or offset < 0 or proofs < 0:
        raise InvalidInput("limit, offset and proofs must not be negative")
    actor = reference.actor(actor_id, as_of)
    query = TieQuery(as_of, since, half_life_days, min_confidence)
    observed: list[Tie] = []
    if Part.OBSERVED in include or actor is None:
        try:
            observed = _ranked(store.ties(actor_id, query))
        except NotFound:
            if actor is None:
                raise
    total = len(observed) if Part.OBSERVED in include else 0
    shown = observed[offset : offset + limit] if Part.OBSERVED in include else []
    page = list(map(observed_partner, shown))
    if Part.PROOF in include and page:
        ids = [partner.partner.id for partner in page]
        found = prove(store, actor_id, ids, query, proofs)
        page = [_proven(partner, found[partner.partner.id]) for partner in page]
    return Alliances(
        actor=actor or store.actor(actor_id).actor,
        as_of=as_of,
        formal=formal(reference, actor_id, as_of) if Part.FORMAL in include else (),
        observed=tuple(page),
        observed_total=total,
    )


def formal(reference: Reference, actor_id: str, as_of: date) -> tuple[FormalPartner, ...]:
    """Return the other parties of the commitments in force, those most strongly bound first.

    The strength is the order of CommitmentKind: collective defence first, membership last.
    """
    strength = {kind: place for place, kind in enumerate(CommitmentKind)}
    grouped: dict[str, list[Commitment]] = {}
    for commitment in reference.commitments_of(actor_id, as_of):
        for party in dict.fromkeys(commitment.parties):
            if party != actor_id:
                grouped.setdefault(party, []).append(commitment)
    partners = []
    for party, commitments in grouped.items():
        partner = reference.actor(party, as_of)
        if partner is None:
            raise ReferenceDataError(f"commitment {commitments[0].id}: unknown party {party}")
        commitments.sort(key=lambda item: (strength[item.kind], item.since, item.id))
        partners.append(FormalPartner(partner, tuple(commitments)))
    return tuple(
        sorted(partners, key=lambda item: (strength[item.commitments[0].kind], item.partner.id))
    )


def observed_partner(tie: Tie) -> Partner:
    """Return what the numbers of a Tie say, without words and proofs."""
    value = score(tie.cooperation, tie.conflict)
    return Partner(
        partner=tie.partner,
        score=value,
        stance=stance(value),
        trend=trend(tie),
        basis=Basis(tie.cooperation, tie.conflict, tie.events, tie.planned),
        first_seen=tie.first_seen,
        last_seen=tie.last_seen,
    )


def _ranked(ties: Sequence[Tie]) -> list[Tie]:
    return sorted(
        ties,
        key=lambda tie: (-score(tie.cooperation, tie.conflict), -tie.events, tie.partner.id),
    )


def _proven(partner: Partner, found: Proven) -> Partner:
    basis = replace(partner.basis, acts=found.acts, examined=found.examined)
    return replace(partner, basis=basis, proofs=found.proofs)

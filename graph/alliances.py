"""Who stands with whom: formal commitments and observed events, side by side, never mixed.

`alliances` answers for one actor on one day. The observed part is computed from the store's
`Tie`s by one documented pure function, `score`; the words and the quotes come from `proofs`.
Reads no clock. Imports only `model`, `store`, `proofs`, `errors` and the types of `reference`.
"""

from collections.abc import Iterable, Sequence
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


class Order(StrEnum):
    """How observed partners are ordered; ties go by events, then by id."""

    CLOSEST = "closest"
    MOST_HOSTILE = "most_hostile"
    BUSIEST = "busiest"
    LATEST = "latest"


Rank = tuple[float, float, str]
"""A partner's place in an order: the less, the nearer to the front."""


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
    """The answer for one actor. `observed` is one slice of `observed_total` partners; `last` is the
    rank of its last partner if others follow."""

    actor: Actor
    as_of: date
    formal: tuple[FormalPartner, ...]
    observed: tuple[Partner, ...]
    observed_total: int
    last: Rank | None = None


def score(cooperation: float, conflict: float) -> float:
    """Return (C - H) / (C + H + k), in (-1, 1): more C never lowers it, more H never raises it.

    C and H are the masses of a Tie. With k = PRIOR_MASS a little evidence makes a small score,
    and only much of one kind comes near to 1 or -1.
    """
    return (cooperation - conflict) / (cooperation + conflict + PRIOR_MASS)


def tie_score(tie: Tie) -> float:
    return score(tie.cooperation, tie.conflict)


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


@dataclass(frozen=True, slots=True)
class Choice:
    """Which of the observed partners are shown, and in which order.

    `hostile` keeps those whose conflict outweighs (score below 0), `stances` those of some
    stances, if any are named. `after` is the rank of the last partner of the page before.
    """

    order: Order = Order.CLOSEST
    hostile: bool = False
    stances: frozenset[Stance] = frozenset()
    limit: int = 20
    offset: int = 0
    after: Rank | None = None

    def __post_init__(self) -> None:
        if self.limit < 0 or self.offset < 0:
            raise InvalidInput("limit and offset must not be negative")

    def of(self, ties: Iterable[Tie]) -> list[Tie]:
        """Return all ties that fit, in order; neither `limit` nor `after` is looked at."""
        fitting = [tie for tie in ties if self._fits(tie_score(tie))]
        return sorted(fitting, key=self.rank)

    def _fits(self, value: float) -> bool:
        return (not self.hostile or value < 0) and (
            not self.stances or stance(value) in self.stances
        )

    def rank(self, tie: Tie) -> Rank:
        match self.order:
            case Order.CLOSEST:
                return -tie_score(tie), -tie.events, tie.partner.id
            case Order.MOST_HOSTILE:
                return tie_score(tie), -tie.events, tie.partner.id
            case Order.BUSIEST:
                return -tie.events, -tie_score(tie), tie.partner.id
            case Order.LATEST:
                return -tie.last_seen.toordinal(), -tie.events, tie.partner.id

    def page(self, ties: Sequence[Tie]) -> tuple[list[Partner], Rank | None]:
        """Return the partners that are shown, and the rank of the last if others follow."""
        after = self.after
        left = [t for t in ties if after is None or self.rank(t) > after][self.offset :]
        shown = left[: self.limit]
        last = self.rank(shown[-1]) if shown and len(left) > len(shown) else None
        return list(map(observed_partner, shown)), last


def alliances(
    store: Store,
    reference: Reference,
    actor_id: str,
    as_of: date,
    since: date | None = None,
    half_life_days: float = HALF_LIFE_DAYS,
    min_confidence: float = 0.0,
    include: frozenset[Part] = frozenset(Part),
    choice: Choice = Choice(),
    proofs: int = 1,
) -> Alliances:
    """Return the formal and the observed partners of an actor on the day `as_of`.

    Only the observed partners that `choice` shows are looked up in detail, with up to `proofs`
    quotes each. Events of since <= day <= as_of are seen. Where only hostile partners are chosen,
    the formal part holds the commitments that bind the actor to these all the same. Raises
    NotFound for an actor that neither the store nor the reference data knows.
    """
    if proofs < 0:
        raise InvalidInput("proofs must not be negative")
    actor = reference.actor(actor_id, as_of)
    query = TieQuery(as_of, since, half_life_days, min_confidence)
    observed: list[Tie] = []
    if Part.OBSERVED in include or choice.hostile or actor is None:
        try:
            observed = choice.of(store.ties(actor_id, query))
        except NotFound:
            if actor is None:
                raise
    page, last = choice.page(observed) if Part.OBSERVED in include else ([], None)
    if Part.PROOF in include and page:
        ids = [partner.partner.id for partner in page]
        found = prove(store, actor_id, ids, query, proofs)
        page = [_proven(partner, found[partner.partner.id]) for partner in page]
    bound = formal(reference, actor_id, as_of) if Part.FORMAL in include else ()
    if choice.hostile:
        hostile = {tie.partner.id for tie in observed}
        bound = tuple(item for item in bound if item.partner.id in hostile)
    return Alliances(
        actor=actor or store.actor(actor_id).actor,
        as_of=as_of,
        formal=bound,
        observed=tuple(page),
        observed_total=len(observed) if Part.OBSERVED in include else 0,
        last=last,
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
    value = tie_score(tie)
    return Partner(
        partner=tie.partner,
        score=value,
        stance=stance(value),
        trend=trend(tie),
        basis=Basis(tie.cooperation, tie.conflict, tie.events, tie.planned),
        first_seen=tie.first_seen,
        last_seen=tie.last_seen,
    )


def _proven(partner: Partner, found: Proven) -> Partner:
    basis = replace(partner.basis, acts=found.acts, examined=found.examined)
    return replace(partner, basis=basis, proofs=found.proofs)

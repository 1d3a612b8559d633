"""Who stands with whom: formal commitments and observed events, side by side, never mixed.

`alliances` answers for one actor on one day. The observed part is computed from the store's
`Tie`s by one documented pure function, `score`; the words and the quotes come from the latest
events of each pair. Reads no clock. Imports only `model`, `store`, `mass`, `ontology`, `errors`
and the types of `reference`.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from graph.errors import InvalidInput, NotFound, ReferenceDataError
from graph.mass import event_mass, fade
from graph.model import Actor, Article, Commitment, CommitmentKind, Event, Status
from graph.ontology import load_ontology
from graph.reference.types import Reference
from graph.store import EventQuery, Store, Tie, TieQuery

HALF_LIFE_DAYS = 730.0
PRIOR_MASS = 10.0
"""k in `score`: the mass of neutral behaviour assumed before anything was seen. One asserted
treaty of full confidence (mass 8) makes 0.44; a single meeting (2.8) makes 0.22."""

ALLY, PARTNER = 0.6, 0.2
"""From 0.6 an ally (a net 15 of friendly mass alone), from 0.2 a partner; mirrored below 0."""

TREND_STEP = 0.1
"""How far the score of the last year must lie from that of the time before to be a trend."""

EXAMINED_EVENTS = 12
"""How many of the latest events of a pair are read for the words and for the best evidence."""

_COUNTED = frozenset({Status.ASSERTED, Status.PLANNED, Status.HISTORICAL})


class Part(StrEnum):
    """What an answer holds. PROOF costs one event query for each partner listed."""

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
class Act:
    """How many of the examined events are of one relation and status."""

    relation: str
    status: Status
    count: int

    @property
    def words(self) -> str:
        """ "2 treaty", "treaty planned", "3 attack (historical)"."""
        number = f"{self.count} " if self.count > 1 else ""
        name = f"{number}{self.relation.replace('_', ' ')}"
        if self.status is Status.PLANNED:
            return f"{name} planned"
        return name if self.status is Status.ASSERTED else f"{name} ({self.status.value})"


@dataclass(frozen=True, slots=True)
class Basis:
    """The numbers that a score rests on, and the acts among the `examined` latest events."""

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
class Proof:
    """The best evidence of one event, with what a reader needs to check it."""

    event_id: str
    relation: str
    status: Status
    source: Actor
    target: Actor | None
    day: date | None
    quote: str
    publisher: str
    title: str
    url: str
    confidence: float
    attributed_to: Actor | None


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
    `proofs` events each. Events of since <= day <= as_of are seen. Raises NotFound for an actor
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
    if Part.PROOF in include:
        page = [prove(store, actor_id, partner, query, proofs) for partner in page]
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


def prove(store: Store, actor_id: str, partner: Partner, query: TieQuery, limit: int) -> Partner:
    """Add to a partner the acts and the best evidence of the latest events of the pair.

    Best are the events whose faded mass is greatest, whichever way it points. They are chosen
    from the EXAMINED_EVENTS latest.
    """
    following = query.as_of + timedelta(days=1) if query.as_of < date.max else None
    page = store.events(
        EventQuery(
            actor=actor_id,
            partner=partner.partner.id,
            statuses=_COUNTED,
            since=query.since,
            until=following,
            min_confidence=query.min_confidence,
        ),
        limit=EXAMINED_EVENTS,
    )
    dated = [event for event in page.items if event.day is not None]
    best = sorted(dated, key=lambda event: (-_weight(event, query), event.id))[:limit]
    articles = store.articles([event.best_evidence.article_id for event in best])
    acts = Counter((event.relation, event.status) for event in dated)
    basis = replace(
        partner.basis,
        acts=tuple(
            Act(relation, status, count)
            for (relation, status), count in sorted(
                acts.items(), key=lambda item: (-item[1], item[0])
            )
        ),
        examined=len(dated),
    )
    return replace(partner, basis=basis, proofs=tuple(_proof(event, articles) for event in best))


def _weight(event: Event, query: TieQuery) -> float:
    assert event.day is not None
    mass = event_mass(load_ontology(), event, publishers=len(event.evidence))
    return abs(mass) * fade(event.day, query.as_of, query.half_life_days)


def _proof(event: Event, articles: Mapping[str, Article]) -> Proof:
    best = event.best_evidence
    article = articles.get(best.article_id)
    return Proof(
        event_id=event.id,
        relation=event.relation,
        status=event.status,
        source=event.source,
        target=event.target,
        day=event.day,
        quote=best.quote,
        publisher=article.publisher if article else "",
        title=article.title if article else "",
        url=article.url if article else "",
        confidence=event.confidence,
        attributed_to=best.attributed_to,
    )

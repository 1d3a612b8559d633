"""Two actors over time: what happened in each period, how they stood at its end, what turned it.

Pure over the port; reads no clock. Imports only `model`, `alliances`, `errors`, `mass`, `proofs`,
`store`, `windows` and the types of `reference`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from graph.alliances import Partner, Stance, formal, observed_partner, score, stance
from graph.errors import InvalidInput, NotFound
from graph.mass import RECENT_DAYS, fade
from graph.model import Actor, Commitment
from graph.proofs import COUNTED, Proof, prove_between
from graph.reference.types import Reference
from graph.store import HALF_LIFE_DAYS, Bucket, EventQuery, Store, Tally, Tie
from graph.windows import day_after, last_day_of, start_of, summed

MAX_TURNS = 20


@dataclass(frozen=True, slots=True)
class Point:
    """One bucket with events. `end` is its last day. `net` is the score of its events alone,
    `standing` the score of everything up to its end, faded to that day, and `stance` its word."""

    tally: Tally
    end: date
    net: float
    standing: float
    stance: Stance


@dataclass(frozen=True, slots=True)
class Turn:
    """A bucket whose events gave the two another stance; fading alone turns nothing."""

    start: date
    end: date
    before: float
    after: float
    stance_before: Stance
    stance_after: Stance
    proofs: tuple[Proof, ...] = ()


@dataclass(frozen=True, slots=True)
class Dyad:
    """Two actors. `summary` is None where nothing counts; `points` are the last of
    `points_total`, `turns` the greatest MAX_TURNS of all, by day."""

    one: Actor
    other: Actor
    as_of: date
    commitments: tuple[Commitment, ...]
    summary: Partner | None
    points: tuple[Point, ...]
    points_total: int
    turns: tuple[Turn, ...]


@dataclass(frozen=True, slots=True)
class DyadQuery:
    """Which events count, how fast they fade, and into which periods they are put."""

    as_of: date
    since: date | None = None
    bucket: Bucket = Bucket.MONTH
    half_life_days: float = HALF_LIFE_DAYS
    events: EventQuery = EventQuery()  # noqa: RUF009 (a frozen value)

    def __post_init__(self) -> None:
        if not self.half_life_days > 0:
            raise InvalidInput(f"a half-life must be above 0 days, not {self.half_life_days}")

    def of(self, one: str, other: str) -> EventQuery:
        """Return the query for the events between two actors that count."""
        statuses = self.events.statuses & COUNTED if self.events.statuses else COUNTED
        return replace(
            self.events,
            actor=one,
            partner=other,
            statuses=statuses,
            since=self.since,
            until=day_after(self.as_of),
        )


def dyad(
    store: Store,
    reference: Reference,
    one_id: str,
    other_id: str,
    query: DyadQuery,
    limit: int = 500,
    proofs: int = 3,
) -> Dyad:
    """Return how two actors stood over time. Raises NotFound for an actor that nobody knows, and
    InvalidInput where both are the same."""
    if one_id == other_id:
        raise InvalidInput(f"{one_id} has no relationship with itself")
    one, other = (known_actor(store, reference, key, query.as_of) for key in (one_id, other_id))
    asked = query.of(one_id, other_id)
    days = _days(store, asked)
    points = _points(days, query)
    found = _turns(days, query)
    turns = sorted(found, key=lambda turn: -abs(turn.after - turn.before))[:MAX_TURNS]
    return Dyad(
        one=one,
        other=other,
        as_of=query.as_of,
        commitments=_commitments(reference, one_id, other_id, query.as_of),
        summary=_summary(store, other, days, query, asked, proofs) if days else None,
        points=tuple(points[max(len(points) - limit, 0) :]),
        points_total=len(points),
        turns=tuple(
            _proven(store, turn, asked, min(proofs, 1))
            for turn in sorted(turns, key=lambda turn: turn.start)
        ),
    )


def known_actor(store: Store, reference: Reference, actor_id: str, day: date) -> Actor:
    """Return an actor of the reference data or of the store; raise NotFound with close names."""
    return reference.actor(actor_id, day) or store.actor(actor_id).actor


def _days(store: Store, query: EventQuery) -> tuple[Tally, ...]:
    if not query.statuses:
        return ()
    try:
        return store.timeline(query, Bucket.DAY)
    except NotFound:  # curated, and in no article yet
        return ()


def _commitments(reference: Reference, one: str, other: str, day: date) -> tuple[Commitment, ...]:
    if reference.actor(one, day) is None:
        return ()
    bound = (item for item in formal(reference, one, day) if item.partner.id == other)
    return next((item.commitments for item in bound), ())


@dataclass(slots=True)
class _Running:
    """Faded sums by month, so that they can be told for any later day."""

    half_life: float
    day: date | None = None
    cooperation: float = 0.0
    conflict: float = 0.0

    def at(self, day: date) -> tuple[float, float]:
        """The masses faded to a later day."""
        share = fade(self.day, day, self.half_life) if self.day is not None else 1.0
        return self.cooperation * share, self.conflict * share

    def add(self, tally: Tally) -> None:
        friendly, hostile = self.at(tally.start)
        self.day = tally.start
        self.cooperation, self.conflict = friendly + tally.cooperation, hostile + tally.conflict


def _grouped(days: Iterable[Tally], query: DyadQuery) -> dict[date, list[Tally]]:
    found: dict[date, list[Tally]] = {}
    for tally in days:
        found.setdefault(start_of(tally.start, query.bucket), []).append(tally)
    return found


def _points(days: Sequence[Tally], query: DyadQuery) -> list[Point]:
    running = _Running(query.half_life_days)
    points = []
    for start, group in _grouped(days, query).items():
        for tally in group:
            running.add(tally)
        end = min(last_day_of(start, query.bucket), query.as_of)
        total = summed(start, group)
        standing = score(*running.at(end))
        net = score(total.cooperation, total.conflict)
        points.append(Point(total, end, net, standing, stance(standing)))
    return points


def _turns(days: Sequence[Tally], query: DyadQuery) -> list[Turn]:
    running = _Running(query.half_life_days)
    turns = []
    for start, group in _grouped(days, query).items():
        end = min(last_day_of(start, query.bucket), query.as_of)
        before = score(*running.at(end))
        for tally in group:
            running.add(tally)
        after = score(*running.at(end))
        if stance(before) is not stance(after):
            turns.append(Turn(start, end, before, after, stance(before), stance(after)))
    return turns


def _summary(
    store: Store,
    other: Actor,
    days: Sequence[Tally],
    query: DyadQuery,
    asked: EventQuery,
    proofs: int,
) -> Partner:
    """The same numbers as a Tie, from the days, so that two persons have them too."""
    recent_from = query.as_of.toordinal() - RECENT_DAYS
    recent = [day for day in days if day.start.toordinal() > recent_from]
    cooperation, conflict = _faded(days, query)
    recent_cooperation, recent_conflict = _faded(recent, query)
    partner = observed_partner(
        Tie(
            partner=other,
            cooperation=cooperation,
            conflict=conflict,
            recent_cooperation=recent_cooperation,
            recent_conflict=recent_conflict,
            events=sum(day.events for day in days),
            planned=sum(day.planned for day in days),
            first_seen=days[0].start,
            last_seen=days[-1].start,
        )
    )
    found = prove_between(store, asked, query.as_of, proofs)
    basis = replace(partner.basis, acts=found.acts, examined=found.examined)
    return replace(partner, basis=basis, proofs=found.proofs)


def _faded(days: Iterable[Tally], query: DyadQuery) -> tuple[float, float]:
    cooperation = conflict = 0.0
    for day in days:
        share = fade(day.start, query.as_of, query.half_life_days)
        cooperation += day.cooperation * share
        conflict += day.conflict * share
    return cooperation, conflict


def _proven(store: Store, turn: Turn, asked: EventQuery, proofs: int) -> Turn:
    if not proofs:
        return turn
    within = replace(
        asked, since=max(turn.start, asked.since or turn.start), until=day_after(turn.end)
    )
    return replace(turn, proofs=prove_between(store, within, turn.end, proofs).proofs)

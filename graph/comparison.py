"""What changed between two days in whom an actor stands with, and against.

Pure over the port; reads no clock. Imports only `model`, `alliances`, `between`, `errors`,
`proofs`, `store` and the types of `reference`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from graph.alliances import Partner, Stance, formal, observed_partner
from graph.errors import InvalidInput, NotFound
from graph.model import Actor, Commitment
from graph.proofs import Proof, prove
from graph.reference.types import Reference
from graph.store import Store, TieQuery

LEAST_DELTA = 0.05
"""A score that moved less has not changed."""

FRIENDS = frozenset({Stance.ALLY, Stance.PARTNER})
FOES = frozenset({Stance.ADVERSARY, Stance.RIVAL})


class Kind(StrEnum):
    """CAME and WENT are of the circle that is asked about: friends, or foes."""

    CAME = "came"
    WENT = "went"
    STANCE = "stance"
    SCORE = "score"


@dataclass(frozen=True, slots=True)
class Change:
    """One partner on both days; None where nothing had been seen, or is seen any more."""

    partner: Actor
    kind: Kind
    before: Partner | None
    after: Partner | None
    delta: float
    proofs: tuple[Proof, ...] = ()


@dataclass(frozen=True, slots=True)
class Binding:
    """A commitment that began or ended with some partners."""

    commitment: Commitment
    partners: tuple[Actor, ...]


@dataclass(frozen=True, slots=True)
class Changes:
    """Greatest change first. `total` counts all changes, of which `observed` are the first."""

    actor: Actor
    earlier: date
    later: date
    observed: tuple[Change, ...]
    total: int
    began: tuple[Binding, ...]
    ended: tuple[Binding, ...]


def compare(
    store: Store,
    reference: Reference,
    actor_id: str,
    earlier: date,
    later: TieQuery,
    circle: frozenset[Stance] = FRIENDS,
    limit: int = 50,
    proofs: int = 1,
) -> Changes:
    """Return what changed from the day `earlier` to the day of the query.

    A window that begins on `later.since` is moved back with the day, so that both have the same
    length. The proofs of a change are the weightiest acts after `earlier`. Raises InvalidInput
    where `earlier` is not the earlier day, NotFound for an actor that nobody knows.
    """
    if earlier >= later.as_of:
        raise InvalidInput(f"{earlier} does not lie before {later.as_of}")
    actor = reference.actor(actor_id, later.as_of) or store.actor(actor_id).actor
    then = _moved(later, earlier)
    before, after = (_partners(store, actor_id, query) for query in (then, later))
    found = sorted(_changes(before, after, circle), key=_greatest_first)
    shown = found[:limit]
    if proofs and shown:
        ids = [change.partner.id for change in shown]
        since = replace(later, since=earlier + timedelta(days=1))
        told = prove(store, actor_id, ids, since, proofs)
        shown = [replace(change, proofs=told[change.partner.id].proofs) for change in shown]
    old, new = (_bindings(reference, actor_id, day) for day in (earlier, later.as_of))
    return Changes(
        actor=actor,
        earlier=earlier,
        later=later.as_of,
        observed=tuple(shown),
        total=len(found),
        began=_only_in(new, old),
        ended=_only_in(old, new),
    )


def _moved(query: TieQuery, earlier: date) -> TieQuery:
    if query.since is None:
        return replace(query, as_of=earlier)
    since = max(earlier.toordinal() - (query.as_of - query.since).days, 1)
    return replace(query, as_of=earlier, since=date.fromordinal(since))


def _partners(store: Store, actor_id: str, query: TieQuery) -> dict[str, Partner]:
    try:
        ties = store.ties(actor_id, query)
    except NotFound:
        return {}
    return {tie.partner.id: observed_partner(tie) for tie in ties}


def _changes(
    before: Mapping[str, Partner], after: Mapping[str, Partner], circle: frozenset[Stance]
) -> Iterable[Change]:
    for key in before.keys() | after.keys():
        old, new = before.get(key), after.get(key)
        known = new or old
        assert known is not None
        delta = (new.score if new else 0.0) - (old.score if old else 0.0)
        kind = _kind(old.stance if old else None, new.stance if new else None, circle)
        if kind is None and abs(delta) < LEAST_DELTA:
            continue
        yield Change(known.partner, kind or Kind.SCORE, old, new, delta)


def _kind(old: Stance | None, new: Stance | None, circle: frozenset[Stance]) -> Kind | None:
    if (new in circle) != (old in circle):
        return Kind.CAME if new in circle else Kind.WENT
    return Kind.STANCE if old != new else None


def _greatest_first(change: Change) -> tuple[float, str]:
    return -abs(change.delta), change.partner.id


_Bound = dict[tuple[str, str, str], tuple[Commitment, Actor]]


def _bindings(reference: Reference, actor_id: str, day: date) -> _Bound:
    """Commitments in force by id, kind and partner: members join and leave one by one."""
    return {
        (commitment.id, commitment.kind.value, item.partner.id): (commitment, item.partner)
        for item in formal(reference, actor_id, day)
        for commitment in item.commitments
    }


def _only_in(these: _Bound, those: _Bound) -> tuple[Binding, ...]:
    grouped: dict[tuple[str, str], tuple[Commitment, list[Actor]]] = {}
    for key in sorted(these.keys() - those.keys()):
        commitment, partner = these[key]
        grouped.setdefault(key[:2], (commitment, []))[1].append(partner)
    return tuple(Binding(commitment, tuple(partners)) for commitment, partners in grouped.values())

"""What two actors did, in acts, and the sentences that prove it.

An act is one event, or both directions of one: "Russia and Iran signed a treaty" is stored as two
events, each with its own source, and told as one act. Reads no clock. Imports only `model`,
`store`, `mass`, `copies` and `ontology`.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from graph.copies import quote_key
from graph.mass import event_mass, fade
from graph.model import Actor, Event, Status
from graph.ontology import load_ontology
from graph.store import EventHead, EventQuery, Quote, Store, TieQuery

COUNTED = frozenset({Status.ASSERTED, Status.PLANNED, Status.HISTORICAL})
"""What is told in these ways has an event type, and counts."""

EXAMINED_EVENTS = 12
"""How many of the latest events of a pair are read for the words and for the best evidence."""


@dataclass(frozen=True, slots=True)
class Act:
    """How many acts among the examined events are of one relation and status."""

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
class Proof:
    """The best evidence of one act, with what a reader needs to check it."""

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
class Proven:
    """The acts among the `examined` latest events of a pair, and the proofs of the best."""

    acts: tuple[Act, ...]
    examined: int
    proofs: tuple[Proof, ...]


def prove(
    store: Store, actor_id: str, partners: Sequence[str], query: TieQuery, limit: int
) -> dict[str, Proven]:
    """Return acts and up to `limit` proofs for each partner of an actor, by partner id.

    Both come from the EXAMINED_EVENTS latest events of the pair. Best are the acts whose faded
    mass is greatest, whichever way it points; of acts of one relation and status that the same
    sentence tells, only the best is quoted.
    """
    latest = store.latest(actor_id, partners, query, EXAMINED_EVENTS)
    acts = {partner: as_acts(heads) for partner, heads in latest.items()}
    ranked = {partner: _best_first(found, query) for partner, found in acts.items()}
    told = _told(store, ranked, limit)
    return {
        partner: Proven(_counted(acts[partner]), len(latest[partner]), told[partner])
        for partner in latest
    }


def prove_between(store: Store, query: EventQuery, as_of: date, limit: int) -> Proven:
    """Return acts and up to `limit` proofs from the latest events of a query.

    Unlike `prove` it serves any two who are named, two persons too. Of equal acts the latest is
    taken; the number of publishers does not count here.
    """
    counted = replace(query, statuses=query.statuses & COUNTED if query.statuses else COUNTED)
    if not counted.statuses:
        return Proven((), 0, ())
    events = store.events(counted, EXAMINED_EVENTS).items
    heads = [_head(event) for event in events if event.day is not None]
    acts = as_acts(heads)
    ranked = _best_first(acts, TieQuery(as_of))
    return Proven(_counted(acts), len(heads), _told(store, {"": ranked}, limit)[""])


def _head(event: Event) -> EventHead:
    assert event.day is not None
    return EventHead(
        id=event.id,
        relation=event.relation,
        status=event.status,
        day=event.day,
        source=event.source.id,
        target=event.target.id if event.target else None,
        confidence=event.confidence,
        mass=event_mass(load_ontology(), event, 1),
    )


def as_acts(heads: Iterable[EventHead]) -> list[tuple[EventHead, ...]]:
    """Group events into acts: one event, or two that are each other's mirror image.

    Mirror images share relation, status and day, the relation is symmetric in the ontology, and
    the source of one is the target of the other.
    """
    acts: list[tuple[EventHead, ...]] = []
    waiting: dict[tuple[str, Status, date, str | None, str | None], list[int]] = {}
    relations = load_ontology().relations
    for head in heads:
        kind = (head.relation, head.status, head.day)
        if mirrored := waiting.get((*kind, head.target, head.source)):
            acts[mirrored.pop(0)] += (head,)
            continue
        if relations[head.relation].symmetric:
            waiting.setdefault((*kind, head.source, head.target), []).append(len(acts))
        acts.append((head,))
    return acts


def _counted(acts: Iterable[tuple[EventHead, ...]]) -> tuple[Act, ...]:
    """Most frequent first, then by relation and status."""
    counts = Counter((act[0].relation, act[0].status) for act in acts)
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return tuple(Act(relation, status, count) for (relation, status), count in ordered)


def _best_first(acts: Iterable[tuple[EventHead, ...]], query: TieQuery) -> list[EventHead]:
    """The head that stands for each act, the weightiest act first."""

    def key(head: EventHead) -> tuple[float, str]:
        faded = abs(head.mass) * fade(head.day, query.as_of, query.half_life_days)
        return -faded, head.id

    keyed = sorted(min((key(head), head) for head in act) for act in acts)
    return [head for _, head in keyed]


def _told(
    store: Store, ranked: Mapping[str, Sequence[EventHead]], limit: int
) -> dict[str, tuple[Proof, ...]]:
    """Quote the best acts of each partner; where some share a sentence, look at the others too."""
    quotes = _quotes(store, (head for heads in ranked.values() for head in heads[:limit]))
    told = {partner: _distinct(heads[:limit], quotes) for partner, heads in ranked.items()}
    short = [key for key, heads in ranked.items() if len(told[key]) < min(limit, len(heads))]
    quotes |= _quotes(store, (head for key in short for head in ranked[key][limit:]))
    told |= {key: _distinct(ranked[key], quotes)[:limit] for key in short}
    return told


def _quotes(store: Store, heads: Iterable[EventHead]) -> dict[str, Quote]:
    wanted = [head.id for head in heads]
    return store.quotes(wanted) if wanted else {}


def _distinct(heads: Iterable[EventHead], quotes: Mapping[str, Quote]) -> tuple[Proof, ...]:
    found: dict[tuple[str, Status, str], Proof] = {}
    for head in heads:
        if (quote := quotes.get(head.id)) is not None:
            key = (head.relation, head.status, quote_key(quote.text))
            if key not in found:
                found[key] = _proof(head, quote)
    return tuple(found.values())


def _proof(head: EventHead, quote: Quote) -> Proof:
    return Proof(
        event_id=head.id,
        relation=head.relation,
        status=head.status,
        source=quote.source,
        target=quote.target,
        day=head.day,
        quote=quote.text,
        publisher=quote.publisher,
        title=quote.title,
        url=quote.url,
        confidence=head.confidence,
        attributed_to=quote.attributed_to,
    )

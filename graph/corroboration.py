"""What stands beside one event: other reports of the same act, contradictions, who says so.

Reports dated a day or two apart are grouped when asked for, never merged, so that ids do not
change. Everything is read over the port with two queries of one page each; the rules themselves
are pure and symmetric. docs/corroboration.md has the tables. Reads no clock. Imports only
`model`, `ontology`, `mass` and `store`.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from typing import TypeVar

from graph.mass import independent_publishers
from graph.model import Actor, Article, Event, Status
from graph.ontology import EventType, load_ontology
from graph.store import EventQuery, Store

WINDOW_DAYS: Mapping[EventType, int] = {
    EventType.AGREE: 2,
    EventType.CONSULT: 2,
    EventType.SUPPORT: 3,
    EventType.CONCEDE: 2,
    EventType.COOPERATE: 3,
    EventType.AID: 3,
    EventType.RETREAT: 3,
    EventType.REQUEST: 1,
    EventType.ACCUSE: 1,
    EventType.REJECT: 1,
    EventType.THREATEN: 1,
    EventType.PROTEST: 1,
    EventType.SANCTION: 7,
    EventType.MOBILIZE: 3,
    EventType.COERCE: 1,
    EventType.ASSAULT: 1,
}
"""How many days apart reports of one act may date it, by the type of its relation."""

RELATION_WINDOW_DAYS: Mapping[str, int] = {"occupation": 7, "blockade": 7, "negotiation": 3}
"""What goes on for days is dated less exactly than its type."""

ANSWER_DAYS = 3
"""So long after an accusation or an attack a denial still answers it."""

MAX_SPAN_DAYS = 31
"""An event dated more roughly than to the month is the same only as one of the same dates."""

READ = 500
"""Events looked at for each query, the latest first: more than a window of two actors holds."""

_CHARGES = frozenset(["accusation", "investigation"])
_BLAMED = frozenset([EventType.ASSAULT, EventType.COERCE])
_TOLD = frozenset([Status.ASSERTED, Status.HISTORICAL])


class Conflict(StrEnum):
    """How another event contradicts the one that is asked about."""

    SAID_NOT_TO_BE = "said_not_to_be"
    SAID_TO_BE = "said_to_be"
    DENIED_BY_ACCUSED = "denied_by_accused"
    DENIES = "denies"
    CALLED_OFF = "called_off"
    CALLS_OFF = "calls_off"


WHY: Mapping[Conflict, str] = {
    Conflict.SAID_NOT_TO_BE: "told as fact here, denied or negated there",
    Conflict.SAID_TO_BE: "denied or negated here, told as fact there",
    Conflict.DENIED_BY_ACCUSED: "the one who is said to have done it rejects a charge",
    Conflict.DENIES: "the charge or the act that this denial may answer",
    Conflict.CALLED_OFF: "planned here; one of the two refused or called off something since",
    Conflict.CALLS_OFF: "the plan that this refusal may have ended",
}


@dataclass(frozen=True, slots=True)
class Beside:
    """Another event, and by how many days its date differs: 0 where the dates overlap."""

    event: Event
    days_apart: int


@dataclass(frozen=True, slots=True)
class Contradiction:
    """An event that cannot be true together with the one asked about, or answers it."""

    event: Event
    kind: Conflict
    days_apart: int


Near = TypeVar("Near", Beside, Contradiction)


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who is quoted as saying it, in how many sentences; `party` if it acts for one of the ends."""

    actor: Actor
    sentences: int
    party: bool


@dataclass(frozen=True, slots=True)
class Corroboration:
    """How well an event is attested, together with the events of its group.

    `sentences` counts each sentence of an article once, also where both directions of a mutual
    act quote it; `unattributed` are those in the publisher's own words. `only_parties` is true
    where every sentence is what a party to the act says.
    """

    sentences: int
    articles: int
    publishers: int
    independent_publishers: int
    unattributed: int
    speakers: tuple[Speaker, ...]
    only_parties: bool


@dataclass(frozen=True, slots=True)
class Attested:
    """The answer for one event; nearest in time first, then by id."""

    corroboration: Corroboration
    same_event: tuple[Beside, ...]
    contradictions: tuple[Contradiction, ...]


def attest(store: Store, event: Event) -> Attested:
    """Find the group, the contradictions and the corroboration of a stored event."""
    around = [other for other in _candidates(store, event) if other.id != event.id]
    same = _nearest(
        Beside(other, apart) for other in around if (apart := same_event(event, other)) is not None
    )
    against = _nearest(found for other in around if (found := contradiction(event, other)))
    group = [event, *(item.event for item in same)]
    articles = store.articles([proof.article_id for member in group for proof in member.evidence])
    return Attested(corroborate(group, articles), same, against)


def window_days(relation: str) -> int:
    """Return how many days apart two reports of one act of this relation may date it."""
    kind = load_ontology().relation(relation).event_type
    return RELATION_WINDOW_DAYS.get(relation, WINDOW_DAYS[kind])


def same_event(event: Event, other: Event) -> int | None:
    """Return how many days apart two reports of one act are, or None if they are of two.

    Both ends, relation and status agree, the ends possibly swapped in a symmetric relation.
    """
    if event.status is not other.status or not _same_act(event, other):
        return None
    return _within(event, other, window_days(event.relation))


def contradiction(event: Event, other: Event) -> Contradiction | None:
    """Return how `other` contradicts `event`, or None. What contradicts is contradicted too."""
    for here, there, test in _CONFLICTS:
        if (apart := test(event, other)) is not None:
            return Contradiction(other, here, apart)
        if (apart := test(other, event)) is not None:
            return Contradiction(other, there, apart)
    return None


def corroborate(group: Sequence[Event], articles: Mapping[str, Article]) -> Corroboration:
    """Count what a group of events rests on. `articles` holds those of the evidence by id."""
    proofs = {
        (proof.article_id, proof.sentence.start): proof
        for member in group
        for proof in sorted(member.evidence, key=lambda item: item.id)
    }
    printed = [(_publisher(articles, proof.article_id), proof.quote) for proof in proofs.values()]
    speakers = [p.attributed_to for p in proofs.values() if p.attributed_to is not None]
    sentences = Counter(actor.id for actor in speakers)
    sides = _sides(group)
    told = [
        Speaker(actor, sentences[actor.id], not sides.isdisjoint((actor.id, actor.country)))
        for actor in {actor.id: actor for actor in speakers}.values()
    ]
    return Corroboration(
        sentences=len(proofs),
        articles=len({article_id for article_id, _ in proofs}),
        publishers=len({publisher for publisher, _ in printed}),
        independent_publishers=independent_publishers(printed),
        unattributed=len(proofs) - len(speakers),
        speakers=tuple(sorted(told, key=lambda item: (-item.sentences, item.actor.id))),
        only_parties=len(speakers) == len(proofs) and all(item.party for item in told),
    )


def _publisher(articles: Mapping[str, Article], article_id: str) -> str:
    article = articles.get(article_id)
    return article.publisher if article else ""


def _sides(group: Sequence[Event]) -> frozenset[str]:
    """The ids of both ends and of who is named for them; a person also counts by its country."""
    ends = [end for event in group for end in (event.source, event.target)]
    ends += [
        via for e in group for proof in e.evidence for via in (proof.source_via, proof.target_via)
    ]
    return frozenset(actor.id for actor in ends if actor is not None)


def _candidates(store: Store, event: Event) -> list[Event]:
    """Everything near in time that the rules may want: of both ends, and denials to others."""
    if event.day is None:
        return []
    start, end = _days(event)
    reach = timedelta(max(window_days(event.relation), ANSWER_DAYS) + MAX_SPAN_DAYS)
    since, until = _shifted(start, -reach), _shifted(end, reach)
    source, target = event.source.id, event.target.id if event.target else None
    both = frozenset([event.relation, *_answers_to(event.relation)])
    queries = [EventQuery(actor=source, partner=target, relations=both, since=since, until=until)]
    if event.relation == "denial" or event.relation in _deniable():
        others = _answers_to(event.relation)
        queries.append(EventQuery(source=source, relations=others, since=since, until=until))
    found = {other.id: other for query in queries for other in store.events(query, READ).items}
    return list(found.values())


def _answers_to(relation: str) -> frozenset[str]:
    """The relations that may contradict this one, or be contradicted by it."""
    return frozenset(
        {denied for denied in _deniable() if relation == "denial"}
        | {plan for plan in _refusable() if relation == "refusal"}
        | ({"denial"} if relation in _deniable() else set())
        | ({"refusal"} if relation in _refusable() else set())
    )


@cache
def _deniable() -> frozenset[str]:
    """Charges, and acts that one is charged with."""
    entries = load_ontology().relations.values()
    return _CHARGES | {entry.name for entry in entries if entry.event_type in _BLAMED}


@cache
def _refusable() -> frozenset[str]:
    """Acts that become a `refusal` where they are refused."""
    entries = load_ontology().relations.values()
    return frozenset(entry.name for entry in entries if entry.refused == "refusal")


def _shifted(day: date, by: timedelta) -> date:
    """The day so much earlier or later, or the first or last day that there is."""
    try:
        return day + by
    except OverflowError:
        return date.min if by < timedelta(0) else date.max


def _days(event: Event) -> tuple[date, date]:
    """The first and the last day on which it may have happened; it has a day."""
    if event.event_date is not None:
        return event.event_date.start, event.event_date.end
    assert event.day is not None
    return event.day, event.day


def _apart(event: Event, other: Event) -> int | None:
    """Days between two events, below 0 if `other` came first; None where a date is too rough."""
    if event.day is None or other.day is None:
        return None
    (start, end), (first, last) = _days(event), _days(other)
    if (start, end) == (first, last):
        return 0
    if max(end - start, last - first).days > MAX_SPAN_DAYS:
        return None
    return (first - end).days if first > end else min((last - start).days, 0)


def _within(event: Event, other: Event, days: int) -> int | None:
    apart = _apart(event, other)
    return abs(apart) if apart is not None and abs(apart) <= days else None


def _ends(event: Event) -> tuple[str, str]:
    return event.source.id, event.target.id if event.target else ""


def _same_act(event: Event, other: Event) -> bool:
    if event.relation != other.relation:
        return False
    if _ends(event) == _ends(other):
        return True
    symmetric = load_ontology().relation(event.relation).symmetric
    return symmetric and _ends(event) == _ends(other)[::-1]


def _negated(told: Event, other: Event) -> int | None:
    """Told as a fact, and as something that did not happen."""
    if told.status not in _TOLD or other.status is not Status.NEGATED:
        return None
    return _within(told, other, window_days(told.relation)) if _same_act(told, other) else None


def _denied(told: Event, denial: Event) -> int | None:
    """A charge or a hostile act, and a denial by the accused to whoever tells of it."""
    if denial.relation != "denial" or {told.status, denial.status} - _TOLD:
        return None
    (source, target), (denier, accuser) = _ends(told), _ends(denial)
    if told.relation in _CHARGES:
        answers = (denier, accuser) == (target, source)
    elif told.relation in _deniable():
        tellers = {p.attributed_to.id for p in told.evidence if p.attributed_to is not None}
        answers = denier == source and accuser in {target, *tellers}
    else:
        return None
    apart = _apart(told, denial)
    return apart if answers and apart is not None and 0 <= apart <= ANSWER_DAYS else None


def _called_off(plan: Event, refusal: Event) -> int | None:
    """A friendly act that is planned, and a refusal between the two after the plan was told."""
    if plan.status is not Status.PLANNED or refusal.relation != "refusal":
        return None
    if refusal.status is not Status.ASSERTED or set(_ends(plan)) != set(_ends(refusal)):
        return None
    apart = _apart(plan, refusal)
    if plan.relation not in _refusable() or apart is None:
        return None
    if not -MAX_SPAN_DAYS <= apart <= window_days(plan.relation):
        return None
    told, refused = plan.reported_on, refusal.reported_on
    later = apart >= 0 or (told is not None and refused is not None and told <= refused)
    return abs(apart) if later else None


_CONFLICTS: tuple[tuple[Conflict, Conflict, Callable[[Event, Event], int | None]], ...] = (
    (Conflict.SAID_NOT_TO_BE, Conflict.SAID_TO_BE, _negated),
    (Conflict.DENIED_BY_ACCUSED, Conflict.DENIES, _denied),
    (Conflict.CALLED_OFF, Conflict.CALLS_OFF, _called_off),
)
"""Each rule with what it means seen from its first and from its second event."""


def _nearest(found: Iterable[Near]) -> tuple[Near, ...]:
    return tuple(sorted(found, key=lambda item: (item.days_apart, item.event.id)))

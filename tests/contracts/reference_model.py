"""The plainest store that could keep the promises: dicts and loops, slow and obviously right.

Tests compare adapters with it. It holds what was written and computes every answer from that.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

from graph.articles import ArticleHead, ArticleQuery
from graph.mass import corroboration, independent_publishers
from graph.model import Actor, Article, Event, Evidence, Problem, Status
from graph.ontology import load_ontology
from graph.store import Batch, Bucket, EventHead, EventQuery, Quote, Tally, TieQuery, Written
from tests.contracts.reference_inbox import ModelInbox


@dataclass(frozen=True)
class Masses:
    """What a Tie says, without the partner."""

    cooperation: float = 0.0
    conflict: float = 0.0
    recent_cooperation: float = 0.0
    recent_conflict: float = 0.0
    events: int = 0
    planned: int = 0
    first_seen: date = date.max
    last_seen: date = date.min


@dataclass
class ModelStore:
    """Articles, first reports of events, and evidence with the day its event was reported."""

    stored_articles: dict[str, Article] = field(default_factory=dict)
    heads: dict[str, Event] = field(default_factory=dict)
    proofs: dict[str, dict[str, tuple[Evidence, date | None]]] = field(default_factory=dict)
    stored_problems: set[Problem] = field(default_factory=set)
    coders: dict[str, str] = field(default_factory=dict)
    inbox: ModelInbox = field(default_factory=ModelInbox)

    def write(self, batch: Batch) -> Written:
        before = self._size()
        for article in batch.articles:
            self.stored_articles.setdefault(article.id, article)
            self.coders.setdefault(article.id, batch.coder)
            self.inbox.drop([article.id])
        for event in batch.events:
            self.heads.setdefault(event.id, event)
            proofs = self.proofs.setdefault(event.id, {})
            for item in event.evidence:
                proofs.setdefault(item.id, (item, event.reported_on))
        self.stored_problems.update(batch.problems)
        after = self._size()
        return Written(*(new - old for new, old in zip(after, before, strict=True)))

    def replace(self, batch: Batch) -> Written:
        known = {article.id for article in batch.articles} & self.stored_articles.keys()
        for article_id in known:
            self.remove_article(article_id)
        written = self.write(batch)
        return replace(written, articles=written.articles - len(known))

    def outdated(self, coder: str, since: date | None) -> list[str]:
        name = coder.split(" ")[0]
        query = ArticleQuery(since=since)
        return sorted(
            key
            for key, held in self.coders.items()
            if held != coder and held.split(" ")[0] in ("", name)
            if _published(self.stored_articles[key], query)
        )

    def _size(self) -> tuple[int, int, int, int]:
        evidence = sum(map(len, self.proofs.values()))
        return len(self.stored_articles), len(self.heads), evidence, len(self.stored_problems)

    def remove_article(self, article_id: str) -> None:
        del self.stored_articles[article_id], self.coders[article_id]
        self.stored_problems = {p for p in self.stored_problems if p.article_id != article_id}
        for event_id, proofs in list(self.proofs.items()):
            left = {k: v for k, v in proofs.items() if v[0].article_id != article_id}
            self.proofs[event_id] = left
            if not left:
                del self.heads[event_id], self.proofs[event_id]

    def event(self, event_id: str) -> Event:
        proofs = self.proofs[event_id].values()
        reported = [day for _, day in proofs if day is not None]
        ordered = sorted((item for item, _ in proofs), key=lambda e: (-e.confidence, e.id))
        return replace(
            self.heads[event_id],
            evidence=tuple(ordered),
            reported_on=min(reported, default=None),
        )

    def all_events(self) -> list[Event]:
        return [self.event(event_id) for event_id in sorted(self.heads)]

    def events(self, query: EventQuery) -> list[Event]:
        """All matches in the order of the port: latest day first, none last, then id."""
        found = [event for event in self.all_events() if matches(event, query)]
        return sorted(found, key=_in_order)

    def ties(self, actor_id: str, query: TieQuery) -> dict[str, Masses]:
        found: dict[str, Masses] = {}
        for partner, event in self._counted(actor_id, query):
            found[partner] = self._add(found.get(partner, Masses()), event, query)
        return found

    def bonds(self, query: TieQuery) -> dict[tuple[str, str], Masses]:
        actors = {actor for event in self.all_events() for side in sides(event) for actor in side}
        return {
            (actor, partner): masses
            for actor in sorted(actors)
            for partner, masses in sorted(self.ties(actor, query).items())
        }

    def timeline(self, query: EventQuery, bucket: Bucket) -> list[Tally]:
        found: dict[date, list[Event]] = {}
        for event in self.events(query):
            if event.day is not None:
                found.setdefault(first_of(event.day, bucket), []).append(event)
        return [self._tally(start, found[start]) for start in sorted(found)]

    def _tally(self, start: date, events: list[Event]) -> Tally:
        masses = [self._mass(event) for event in events]
        return Tally(
            start=start,
            events=len(events),
            planned=sum(event.status is Status.PLANNED for event in events),
            cooperative=sum(mass > 0 for mass in masses),
            hostile=sum(mass < 0 for mass in masses),
            cooperation=sum(max(mass, 0.0) for mass in masses),
            conflict=sum(max(-mass, 0.0) for mass in masses),
        )

    def relations(self, query: EventQuery) -> dict[tuple[str, bool], tuple[int, int, int]]:
        """(events, planned, partners) by (relation, outgoing)."""
        found: dict[tuple[str, bool], list[Event]] = {}
        for event in self.events(query):
            for side, outgoing in zip(sides(event), (True, False), strict=True):
                if query.actor in side:
                    found.setdefault((event.relation, outgoing), []).append(event)
        return {
            key: (
                len(events),
                sum(event.status is Status.PLANNED for event in events),
                len({(e.target if key[1] else e.source) for e in events} - {None}),
            )
            for key, events in found.items()
        }

    def list_articles(self, query: ArticleQuery) -> list[ArticleHead]:
        events = Counter(
            article for e in self.all_events() for article in {v.article_id for v in e.evidence}
        )
        found = [
            ArticleHead(
                id=article.id,
                title=article.title,
                url=article.url,
                publisher=article.publisher,
                published_at=article.published_at,
                language=article.language,
                characters=len(article.text),
                events=events[article.id],
            )
            for article in self.stored_articles.values()
            if _published(article, query)
        ]
        found.sort(key=lambda head: head.id)
        never = datetime.min.replace(tzinfo=UTC)
        return sorted(found, key=lambda head: head.published_at or never, reverse=True)

    def latest(
        self, actor_id: str, partners: list[str], query: TieQuery, limit: int
    ) -> dict[str, list[EventHead]]:
        found: dict[str, list[Event]] = {partner: [] for partner in partners}
        for partner, event in self._counted(actor_id, query):
            if partner in found:
                found[partner].append(event)
        return {
            partner: [self._head(event) for event in sorted(events, key=_in_order)[:limit]]
            for partner, events in found.items()
        }

    def quotes(self, event_ids: list[str]) -> dict[str, Quote]:
        return {
            event.id: self._quote(event)
            for event in map(self.event, self.heads.keys() & set(event_ids))
        }

    def _counted(self, actor_id: str, query: TieQuery) -> Iterator[tuple[str, Event]]:
        """The events that a tie counts, each with the id of the partner."""
        for event in self.all_events():
            partner = partner_of(event, actor_id)
            if partner is None or event.day is None or event.day > query.as_of:
                continue
            if query.since is not None and event.day < query.since:
                continue
            if event.status in (Status.HYPOTHETICAL, Status.NEGATED):
                continue
            if event.confidence >= query.min_confidence:
                yield partner.id, event

    def _mass(self, event: Event) -> float:
        projection = load_ontology().project(event.relation, event.status)
        if projection is None:
            return 0.0
        publishers = independent_publishers(
            (self.stored_articles[item.article_id].publisher, item.quote) for item in event.evidence
        )
        return projection.score * event.confidence * corroboration(publishers)

    def _head(self, event: Event) -> EventHead:
        assert event.day is not None
        return EventHead(
            id=event.id,
            relation=event.relation,
            status=event.status,
            day=event.day,
            source=event.source.id,
            target=event.target.id if event.target is not None else None,
            confidence=event.confidence,
            mass=round(self._mass(event), 9),
        )

    def _quote(self, event: Event) -> Quote:
        best = event.best_evidence
        article = self.stored_articles[best.article_id]
        return Quote(
            source=event.source,
            target=event.target,
            text=best.quote,
            confidence=best.confidence,
            attributed_to=best.attributed_to,
            publisher=article.publisher,
            title=article.title,
            url=article.url,
        )

    def _add(self, sums: Masses, event: Event, query: TieQuery) -> Masses:
        assert event.day is not None
        age = (query.as_of.replace(day=1) - event.day.replace(day=1)).days
        mass = self._mass(event) * 0.5 ** (age / query.half_life_days)
        friendly, hostile = max(mass, 0.0), max(-mass, 0.0)
        recent = 1 if event.day > query.as_of - timedelta(days=365) else 0
        return Masses(
            cooperation=sums.cooperation + friendly,
            conflict=sums.conflict + hostile,
            recent_cooperation=sums.recent_cooperation + friendly * recent,
            recent_conflict=sums.recent_conflict + hostile * recent,
            events=sums.events + 1,
            planned=sums.planned + (event.status is Status.PLANNED),
            first_seen=min(sums.first_seen, event.day),
            last_seen=max(sums.last_seen, event.day),
        )

    def relation_counts(self, actor_id: str) -> dict[str, tuple[int, int]]:
        source, target = Counter[str](), Counter[str]()
        for event in self.all_events():
            left, right = sides(event)
            source[event.relation] += actor_id in left
            target[event.relation] += actor_id in right
        names = sorted(source.keys() | target.keys())
        counts = {name: (source[name], target[name]) for name in names}
        return {name: count for name, count in counts.items() if any(count)}


def _in_order(event: Event) -> tuple[int, str]:
    return -(event.day.toordinal() if event.day else 0), event.id


def sides(event: Event) -> tuple[set[str], set[str]]:
    """The ids on the source's and on the target's side, those named via included."""
    left, right = {event.source.id}, {event.target.id} if event.target else set()
    for item in event.evidence:
        left |= {item.source_via.id} if item.source_via else set()
        right |= {item.target_via.id} if item.target_via else set()
    return left, right


def partner_of(event: Event, actor_id: str) -> Actor | None:
    """The principal of the end opposite to the actor's."""
    left, right = sides(event)
    if actor_id == event.source.id:
        return event.target
    if event.target is not None and actor_id == event.target.id:
        return event.source
    if actor_id in left:
        return event.target
    return event.source if actor_id in right else None


def matches(event: Event, query: EventQuery) -> bool:
    left, right = sides(event)
    projection = load_ontology().project(event.relation, event.status)
    windowed = query.since is not None or query.until is not None
    return (
        (query.actor is None or query.actor in left | right)
        and (query.partner is None or _opposite(query.actor, query.partner, left, right))
        and (query.source is None or query.source in left)
        and (query.target is None or query.target in right)
        and (not query.relations or event.relation in query.relations)
        and (not query.statuses or event.status in query.statuses)
        and (
            not query.event_types
            or (projection is not None and projection.event_type in query.event_types)
        )
        and (not windowed or event.day is not None)
        and (query.since is None or (event.day is not None and event.day >= query.since))
        and (query.until is None or (event.day is not None and event.day < query.until))
        and event.confidence >= query.min_confidence
        and (query.article is None or query.article in {e.article_id for e in event.evidence})
    )


def first_of(day: date, bucket: Bucket) -> date:
    if bucket is Bucket.YEAR:
        return date(day.year, 1, 1)
    return day.replace(day=1) if bucket is Bucket.MONTH else day


def _published(article: Article, query: ArticleQuery) -> bool:
    if query.publisher is not None and article.publisher != query.publisher:
        return False
    if query.since is None and query.until is None:
        return True
    if article.published_at is None:
        return False
    day = article.published_at.date()
    return (query.since is None or query.since <= day) and (
        query.until is None or day < query.until
    )


def _opposite(actor: str | None, partner: str, left: set[str], right: set[str]) -> bool:
    return (actor in left and partner in right) or (actor in right and partner in left)

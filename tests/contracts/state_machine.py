"""Random writes, removals and questions, played against a store and against plain dicts."""

from datetime import date, timedelta

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from graph.articles import ArticleQuery
from graph.errors import NotFound
from graph.inbox import ArticleState, Failure, Task
from graph.model import Actor, Article, Event, Status
from graph.store import Batch, Bucket, EventQuery, Store, TieQuery
from tests.builders import (
    DAY,
    IRN,
    NATO,
    PEZESHKIAN,
    PUTIN,
    RUS,
    USA,
    article,
    event,
    evidence,
    noon,
    problem,
)
from tests.contracts.helpers import assert_tie, read_all
from tests.contracts.reference_model import ModelStore
from tests.contracts.store_sums import assert_bonds, assert_tallies

START = date(2024, 2, 27)
PRINCIPALS = [RUS, IRN, USA, NATO]
VIAS = [None, PUTIN, PEZESHKIAN, NATO]
IDS = [actor.id for actor in (*PRINCIPALS, PUTIN, PEZESHKIAN)]
RELATIONS = ["treaty", "meeting", "attack", "sanction"]
TYPES = ["SUPPORT", "CONSULT", "AGREE", "ASSAULT", "THREATEN"]
SOURCES = [
    article(
        text,
        publisher=publisher,
        url=f"https://example.org/{number}",
        published=[None, DAY, DAY + timedelta(days=1)][number % 3],
    )
    for number, (text, publisher) in enumerate(
        (text, publisher)
        for text in ("They met.", "They  met.", "They fought.")
        for publisher in ("The Courier", "The Herald")
    )
]

when = st.integers(0, 5).map(lambda n: START + timedelta(days=n * 9)) | st.none()


minutes = st.sampled_from([0, 1, 2, 60]).map(lambda n: timedelta(minutes=n, microseconds=n))
published = st.sampled_from([None, DAY, DAY + timedelta(days=1)])
workers = st.sampled_from(["one", "two"])
ids = st.lists(st.sampled_from([*(source.id for source in SOURCES), "a0"]), max_size=3)


@st.composite
def reports(draw: st.DrawFn, of: Article) -> Event:
    """One event as one article reports it; few values each, so that reports coincide."""
    source, target = draw(st.permutations(PRINCIPALS))[:2]
    source_via = _other(draw(st.sampled_from(VIAS)), source)
    target_via = _other(draw(st.sampled_from(VIAS)), target)
    proof = evidence(
        of,
        confidence=draw(st.sampled_from([0.4, 0.7, 1.0])),
        rule=f"{draw(st.sampled_from('ab'))} {source_via} {target_via}",
        source_via=source_via,
        target_via=target_via,
    )
    return event(
        proof,
        source=source,
        target=draw(st.sampled_from([target, target, target, None])),
        relation=draw(st.sampled_from(RELATIONS)),
        status=draw(st.sampled_from(Status)),
        day=draw(when),
        reported=draw(when),
    )


def _other(via: Actor | None, principal: Actor) -> Actor | None:
    return None if via == principal else via


@st.composite
def batches(draw: st.DrawFn) -> Batch:
    sources = draw(st.lists(st.sampled_from(SOURCES), min_size=1, max_size=3))
    events = [draw(reports(of)) for of in sources for _ in range(draw(st.integers(0, 3)))]
    problems = [problem(of, draw(st.sampled_from("ab"))) for of in sources]
    coder = draw(st.sampled_from(["", "coder 1", "coder 2", "other 1"]))
    return Batch(articles=sources, events=events, problems=problems, coder=coder)


queries = st.builds(
    EventQuery,
    source=st.none() | st.sampled_from(IDS),
    target=st.none() | st.sampled_from(IDS),
    relations=st.frozensets(st.sampled_from(RELATIONS), max_size=2),
    event_types=st.frozensets(st.sampled_from(TYPES), max_size=2),
    statuses=st.frozensets(st.sampled_from(Status), max_size=2),
    since=when,
    until=when,
    min_confidence=st.sampled_from([0.0, 0.0, 0.7]),
)
pairs = st.none() | st.lists(st.sampled_from(IDS), min_size=1, max_size=2)
tie_queries = st.builds(
    TieQuery,
    as_of=(st.integers(-2, 50) | st.integers(360, 415)).map(lambda n: START + timedelta(days=n)),
    since=st.none() | st.integers(-2, 50).map(lambda n: START + timedelta(days=n)),
    half_life_days=st.sampled_from([30.0, 730.0]),
    min_confidence=st.sampled_from([0.0, 0.0, 0.7]),
)


class StoreMachine(RuleBasedStateMachine):
    """An adapter gives `new_store`: a migrated, empty store, and `drop_store` to end it."""

    store: Store

    def new_store(self) -> Store:
        raise NotImplementedError

    @initialize()
    def begin(self) -> None:
        self.store = self.new_store()
        self.model = ModelStore()
        self.named: set[str] = set()
        self.now = noon(START)

    def teardown(self) -> None:
        if hasattr(self, "store"):
            self.store.close()

    @rule(batch=batches(), again=st.booleans())
    def write(self, batch: Batch, again: bool) -> None:
        assert self.store.write(batch) == self.model.write(batch)
        self._name(batch)
        if again:
            assert not any(vars_of(self.store.write(batch)))

    @rule(batch=batches())
    def replace(self, batch: Batch) -> None:
        assert self.store.replace(batch) == self.model.replace(batch)
        self._name(batch)

    def _name(self, batch: Batch) -> None:
        for item in batch.events:
            named = {item.source, item.target}
            for proof in item.evidence:
                named |= {proof.source_via, proof.target_via}
            self.named |= {actor.id for actor in named if actor is not None}

    @rule(source=st.sampled_from(SOURCES))
    def remove(self, source: Article) -> None:
        if source.id in self.model.stored_articles:
            self.store.remove_article(source.id)
            self.model.remove_article(source.id)
        else:
            with pytest.raises(NotFound):
                self.store.remove_article(source.id)

    @rule(
        query=queries, pair=pairs, limit=st.integers(1, 7), of=st.none() | st.sampled_from(SOURCES)
    )
    def ask_for_events(
        self, query: EventQuery, pair: list[str] | None, limit: int, of: Article | None
    ) -> None:
        actor, partner = [*(pair or []), None, None][:2]
        asked = EventQuery(
            **{
                **{name: getattr(query, name) for name in query.__slots__},
                "actor": actor,
                "partner": partner,
                "article": of.id if of else None,
            }
        )
        unknown = {asked.actor, asked.partner, asked.source, asked.target} - {None} - self.named
        if unknown or (of is not None and of.id not in self.model.stored_articles):
            with pytest.raises(NotFound):
                self.store.events(asked)
        else:
            assert read_all(self.store, asked, limit) == self.model.events(asked)

    @rule(query=tie_queries)
    def ask_for_ties(self, query: TieQuery) -> None:
        for actor in IDS:
            if actor in self.named:
                self._compare_ties(actor, query)
            else:
                with pytest.raises(NotFound):
                    self.store.ties(actor, query)

    def _compare_ties(self, actor: str, query: TieQuery) -> None:
        wanted = self.model.ties(actor, query)
        found = self.store.ties(actor, query)
        assert [tie.partner.id for tie in found] == sorted(wanted)
        for tie in found:
            assert_tie(tie, vars(wanted[tie.partner.id]))

    @rule(query=tie_queries)
    def ask_for_bonds(self, query: TieQuery) -> None:
        assert_bonds(self.store.bonds(query), self.model.bonds(query))

    @rule(query=queries, bucket=st.sampled_from(Bucket))
    def ask_for_a_timeline(self, query: EventQuery, bucket: Bucket) -> None:
        if {query.source, query.target} - {None} <= self.named:
            assert_tallies(self.store.timeline(query, bucket), self.model.timeline(query, bucket))

    @rule()
    def list_the_articles(self) -> None:
        query = ArticleQuery()
        assert list(self.store.list_articles(query).items) == self.model.list_articles(query)

    @rule(
        query=tie_queries,
        actor=st.sampled_from(IDS),
        partners=st.lists(st.sampled_from(IDS), max_size=3, unique=True),
        limit=st.integers(1, 4),
    )
    def ask_for_the_latest(
        self, query: TieQuery, actor: str, partners: list[str], limit: int
    ) -> None:
        if not {actor, *partners} <= self.named:
            with pytest.raises(NotFound):
                self.store.latest(actor, partners, query, limit)
            return
        wanted = self.model.latest(actor, partners, query, limit)
        found = self.store.latest(actor, partners, query, limit)
        assert list(found) == partners
        assert {key: list(heads) for key, heads in found.items()} == wanted
        ids = [head.id for heads in wanted.values() for head in heads]
        assert self.store.quotes([*ids, "nothing"]) == self.model.quotes(ids)

    @rule(actor=st.sampled_from(IDS))
    def ask_for_an_actor(self, actor: str) -> None:
        if actor in self.named:
            profile = self.store.actor(actor)
            events = self.model.events(EventQuery(actor=actor))
            days = [item.day for item in events if item.day is not None]
            assert profile.events == len(events)
            assert profile.first_seen == min(days, default=None)
            assert profile.last_seen == max(days, default=None)
            counts = {r.relation: (r.as_source, r.as_target) for r in profile.relations}
            assert counts == self.model.relation_counts(actor)

    @rule(coder=st.sampled_from(["coder 1", "coder 2"]), limit=st.integers(1, 3), since=published)
    def ask_what_is_outdated(self, coder: str, limit: int, since: date | None) -> None:
        found: list[str] = []
        while more := self.store.outdated(coder, limit, found[-1] if found else "", since):
            assert len(more) <= limit
            found += more
        assert found == self.model.outdated(coder, since)

    @rule(articles=st.lists(st.sampled_from(SOURCES), max_size=4), passed=minutes)
    def receive(self, articles: list[Article], passed: timedelta) -> None:
        self.now += passed
        stored = self.model.stored_articles
        wanted = self.model.inbox.receive(articles, stored, self.now)
        assert self.store.receive(articles, self.now) == wanted

    @rule(worker=workers, limit=st.integers(1, 3), passed=minutes)
    def claim(self, worker: str, limit: int, passed: timedelta) -> None:
        self.now += passed
        asked = (worker, limit, self.now, timedelta(minutes=2))
        assert self.store.claim(*asked) == self.model.inbox.claim(*asked)

    @rule(worker=workers, ids=ids, lasting=minutes)
    def renew(self, worker: str, ids: list[str], lasting: timedelta) -> None:
        asked = (worker, ids, self.now + lasting)
        assert self.store.renew(*asked) == self.model.inbox.renew(*asked)

    @rule(
        articles=st.lists(st.sampled_from(SOURCES), max_size=3),
        attempts=st.integers(1, 5),
        reason=st.sampled_from(["broken", "slow", ""]),
        pause=st.none() | minutes,
    )
    def fail(
        self, articles: list[Article], attempts: int, reason: str, pause: timedelta | None
    ) -> None:
        again = self.now + pause if pause is not None else None
        failures = [
            Failure(of, attempts + place, reason, f"at {place}", again)
            for place, of in enumerate(articles)
        ]
        self.model.inbox.fail(failures, self.model.stored_articles, self.now)
        self.store.fail(failures, self.now)

    @rule(ids=ids)
    def retry(self, ids: list[str]) -> None:
        assert self.store.retry(ids, self.now) == self.model.inbox.retry(ids, self.now)

    @rule(ids=ids)
    def drop(self, ids: list[str]) -> None:
        assert self.store.drop(ids) == self.model.inbox.drop(ids)

    @rule(state=st.sampled_from(ArticleState), limit=st.integers(1, 3))
    def list_the_inbox(self, state: ArticleState, limit: int) -> None:
        found: tuple[Task, ...] = ()
        last = ""
        while more := self.store.list_tasks(state, limit, last):
            found += more
            last = more[-1].article.id
        assert found == self.model.inbox.in_state(state)

    @invariant()
    def its_inbox_holds_what_the_model_holds(self) -> None:
        if hasattr(self, "store"):
            held = self.model.inbox.held
            assert self.store.tasks([source.id for source in SOURCES]) == held
            assert self.store.inbox() == self.model.inbox.counts()

    @invariant()
    def holds_what_the_model_holds(self) -> None:
        if not hasattr(self, "store"):
            return
        events = self.model.all_events()
        assert list(self.store.export()) == events
        found = self.store.statistics()
        assert (found.events, found.articles) == (len(events), len(self.model.stored_articles))
        assert found.problems == len(self.model.stored_problems)
        assert found.evidence == sum(len(item.evidence) for item in events)
        assert found.actors == len(self.named)


def vars_of(value: object) -> list[int]:
    return [getattr(value, name) for name in type(value).__slots__]  # type: ignore[attr-defined]

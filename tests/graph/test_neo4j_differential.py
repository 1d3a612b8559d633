"""Two stores, one history: whatever is asked, SQLite and Neo4j give the same answer in the same
order."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import fields
from datetime import timedelta
from functools import partial
from operator import methodcaller
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.articles import ArticleHead, ArticleQuery
from graph.errors import NotFound, WestphaliaError
from graph.inbox import ArticleState, Failure
from graph.model import ActorKind, Article, NamedActor
from graph.store import Batch, Bucket, EventQuery, Page, Store, Tally, Tie, TieQuery
from graph.stores.sqlite import SqliteStore
from tests.builders import DAY, IRN, NATO, PUTIN, RUS, USA, noon, person, state
from tests.contracts.state_machine import (
    IDS,
    SOURCES,
    START,
    batches,
    ids,
    pairs,
    queries,
    tie_queries,
)
from tests.contracts.store_sums import assert_tallies
from tests.neo4j_databases import EXAMPLES, Database

NAMES = (
    NamedActor(IRN, ("Persia", "Islamic Republic of Iran", "Irán")),
    NamedActor(RUS, ("Russian Federation",)),
    NamedActor(person("lula", "BRA", "Luiz Inácio Lula da Silva"), ("Lula",)),
    NamedActor(state("GNB", "Guinea-Bissau"), ("Guinea Bissau",)),
    NamedActor(state("GIN", "Guinea"), ()),
    NamedActor(PUTIN, ("Putin", "V. V. Putin")),
)
SEARCHES = (
    "ir",
    "IRAN",
    "republic isl",
    "putin",
    "v put",
    "guinea",
    "guinea-b",
    "iran persia",
    "s",
)
NOW = noon(START)
LATER = NOW + timedelta(minutes=2)
sources = st.lists(st.sampled_from(SOURCES), max_size=3)
steps = st.lists(
    st.one_of(
        st.builds(methodcaller, st.sampled_from(["write", "replace"]), batches()),
        st.builds(methodcaller, st.just("remove_article"), ids.map(lambda keys: [*keys, "a0"][0])),
        st.builds(methodcaller, st.just("receive"), sources, st.sampled_from([NOW, LATER])),
        st.builds(
            methodcaller,
            st.just("claim"),
            st.just("one"),
            st.integers(1, 2),
            st.sampled_from([NOW, LATER]),
            st.just(timedelta(minutes=2)),
        ),
        st.builds(
            methodcaller,
            st.just("fail"),
            st.lists(
                st.builds(
                    Failure,
                    st.sampled_from(SOURCES),
                    st.integers(1, 3),
                    st.sampled_from("ab"),
                    retry_at=st.sampled_from([None, LATER]),
                ),
                max_size=2,
            ),
            st.just(LATER),
        ),
        st.builds(methodcaller, st.just("retry"), ids, st.just(LATER)),
        st.builds(methodcaller, st.just("drop"), ids),
    ),
    min_size=1,
    max_size=7,
)


@contextmanager
def both(database: Database) -> Iterator[tuple[Store, Store]]:
    database.wipe()
    with (
        tempfile.TemporaryDirectory() as folder,
        SqliteStore(Path(folder) / "graph.db") as one,
        database.open() as other,
    ):
        for store in (one, other):
            store.migrate()
        yield one, other


def answer(ask: Callable[[], object]) -> object:
    """What comes back, or the kind of error and its message."""
    try:
        return ask()
    except WestphaliaError as error:
        return type(error), str(error)


def same(stores: tuple[Store, Store], ask: Callable[[Store], object]) -> object:
    one, other = (answer(partial(ask, store)) for store in stores)
    assert other == one
    return one


def pages(store: Store, query: EventQuery, limit: int) -> list[Page[object]]:
    """Every page, cursors included."""
    found: list[Page[object]] = []
    cursor = None
    while True:
        page = store.events(query, limit, cursor)
        found.append(Page(tuple(page.items), page.next_cursor))
        cursor = page.next_cursor
        if cursor is None:
            return found


def assert_same_ties(stores: tuple[Store, Store], actor: str, query: TieQuery) -> None:
    """Counts, days and partners exactly; masses are sums in another order."""
    one, other = (answer(partial(store.ties, actor, query)) for store in stores)
    if not isinstance(one, tuple) or not all(isinstance(tie, Tie) for tie in one):
        assert other == one
        return
    assert isinstance(other, tuple)
    assert len(other) == len(one)
    for left, right in zip(one, other, strict=True):
        for item in fields(Tie):
            wanted, found = getattr(left, item.name), getattr(right, item.name)
            if isinstance(wanted, float):
                assert found == pytest.approx(wanted, abs=1e-6), item.name
            else:
                assert found == wanted, item.name


def assert_same_sums(
    stores: tuple[Store, Store], asked: EventQuery, bucket: Bucket, query: TieQuery
) -> None:
    """Timelines and bonds: counts and days exactly, masses are sums in another order."""
    one, other = (answer(partial(store.timeline, asked, bucket)) for store in stores)
    if isinstance(one, tuple) and all(isinstance(tally, Tally) for tally in one):
        assert isinstance(other, tuple)
        assert_tallies(other, list(one))
    else:
        assert other == one
    same(stores, methodcaller("relations", asked))
    for among in (None, [RUS.id, IRN.id, PUTIN.id, "nothing"]):
        left, right = (store.bonds(query, among) for store in stores)
        assert [(b.actor, b.partner, b.events) for b in left] == [
            (b.actor, b.partner, b.events) for b in right
        ]
        for bond, again in zip(left, right, strict=True):
            assert again.cooperation == pytest.approx(bond.cooperation, abs=1e-6)
            assert again.conflict == pytest.approx(bond.conflict, abs=1e-6)
            assert (again.planned, again.first_seen, again.last_seen) == (
                bond.planned,
                bond.first_seen,
                bond.last_seen,
            )


def article_pages(store: Store, limit: int) -> list[Page[ArticleHead]]:
    found: list[Page[ArticleHead]] = []
    cursor = None
    while True:
        page = store.list_articles(ArticleQuery(), limit, cursor)
        found.append(page)
        cursor = page.next_cursor
        if cursor is None:
            return found


def compare_everything(stores: tuple[Store, Store]) -> None:
    exported = same(stores, lambda store: list(store.export()))
    assert isinstance(exported, list)
    same(stores, methodcaller("statistics"))
    ids = [event.id for event in exported]
    same(stores, methodcaller("quotes", [*ids, "nothing"]))
    for key in [*ids[:3], "nothing"]:
        same(stores, methodcaller("event", key))
    articles = [source.id for source in SOURCES]
    same(stores, methodcaller("known_articles", articles))
    same(stores, methodcaller("articles", articles))
    for key in articles:
        same(stores, methodcaller("article", key))
        same(stores, methodcaller("problems", key))
    same(stores, methodcaller("tasks", articles))
    same(stores, methodcaller("inbox"))
    for kept in ArticleState:
        same(stores, methodcaller("list_tasks", kept, 2))
    for coder in ("coder 1", "coder 2", "other 1"):
        same(stores, methodcaller("outdated", coder, 2))
        same(stores, methodcaller("outdated", coder, 9, articles[0], DAY))
    for key in [*IDS, "lula", "russia"]:
        same(stores, methodcaller("actor", key))
    same(stores, methodcaller("actors", [*IDS, "lula", "russia"]))
    for kind in ActorKind:
        same(stores, methodcaller("names", frozenset({kind})))
    same(stores, methodcaller("names", frozenset(ActorKind)))
    same(stores, partial(article_pages, limit=2))
    for text in SEARCHES:
        same(stores, methodcaller("search_actors", text, 3))


@given(
    history=steps,
    named=st.booleans(),
    query=queries,
    pair=pairs,
    of=st.none() | st.sampled_from(SOURCES),
    limit=st.integers(1, 5),
    tie_query=tie_queries,
    bucket=st.sampled_from(Bucket),
)
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_both_stores_answer_alike(
    neo4j_lts: Database,
    history: list[Callable[[Store], object]],
    named: bool,
    query: EventQuery,
    pair: list[str] | None,
    of: Article | None,
    limit: int,
    tie_query: TieQuery,
    bucket: Bucket,
) -> None:
    with both(neo4j_lts) as stores:
        for step in history:
            same(stores, step)
        if named:
            for store in stores:
                store.write_actors(NAMES)
        compare_everything(stores)
        actor, partner = [*(pair or []), None, None][:2]
        asked = EventQuery(
            actor=actor,
            partner=partner,
            source=query.source,
            target=query.target,
            relations=query.relations,
            event_types=query.event_types,
            statuses=query.statuses,
            since=query.since,
            until=query.until,
            min_confidence=query.min_confidence,
            article=of.id if of else None,
        )
        for each in (asked, query, EventQuery(), EventQuery(actor=actor, partner=partner)):
            same(stores, partial(pages, query=each, limit=limit))
            assert_same_sums(stores, each, bucket, tie_query)
        for key in IDS:
            assert_same_ties(stores, key, tie_query)
            assert_same_ties(stores, key, TieQuery(START + timedelta(days=400)))
            same(
                stores,
                methodcaller("latest", key, [RUS.id, USA.id, NATO.id], tie_query, limit),
            )


def test_the_comparison_sees_a_difference(neo4j_lts: Database) -> None:
    with both(neo4j_lts) as stores:
        stores[0].write(Batch(articles=[SOURCES[0]]))
        with pytest.raises(AssertionError):
            compare_everything(stores)
        assert answer(lambda: stores[1].article(SOURCES[0].id)) == (
            NotFound,
            f"no article {SOURCES[0].id!r}",
        )

"""Promises about lists of articles."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from graph.articles import ArticleHead, ArticleQuery
from graph.errors import InvalidCursor, InvalidInput
from graph.model import Article
from graph.store import Batch, EventQuery, Store
from tests.builders import DAY, IRN, RUS, article, event, evidence, noon
from tests.contracts.helpers import HOSTILE, StorePromises
from tests.contracts.reference_model import ModelStore


def read_all(store: Store, query: ArticleQuery, limit: int) -> list[ArticleHead]:
    found: list[ArticleHead] = []
    cursor = None
    while True:
        page = store.list_articles(query, limit, cursor)
        found += page.items
        cursor = page.next_cursor
        if cursor is None:
            return found
        assert len(page.items) == limit


def articles() -> list[Article]:
    """Some share their time, some have none, one differs by a microsecond."""
    made = [
        article(f"Text {n}.", publisher=("The Courier", "The Herald", "")[n % 3], published=day)
        for n, day in enumerate([DAY, DAY, None, DAY - timedelta(days=1), None, date(1960, 1, 1)])
    ]
    late = datetime(2025, 1, 17, 23, 59, 59, 999999, tzinfo=UTC)
    return [
        *made,
        replace(article("Late."), published_at=late),
        replace(article("Near."), published_at=noon(DAY) + timedelta(microseconds=1)),
    ]


class ArticlesContract(StorePromises):
    """Promises about lists of articles."""

    @pytest.mark.parametrize("limit", [1, 3, 100])
    @pytest.mark.parametrize(
        "query",
        [
            ArticleQuery(),
            ArticleQuery(publisher="The Herald"),
            ArticleQuery(publisher=""),
            ArticleQuery(since=DAY),
            ArticleQuery(until=DAY),
            ArticleQuery(since=DAY, until=DAY + timedelta(days=1), publisher="The Courier"),
        ],
    )
    def test_articles_come_last_published_first(
        self, store: Store, query: ArticleQuery, limit: int
    ) -> None:
        model, sources = ModelStore(), articles()
        batch = Batch(
            articles=sources,
            events=[
                event(evidence(sources[0]), evidence(sources[1])),
                event(evidence(sources[0], rule="other"), source=IRN, target=RUS),
            ],
        )
        model.write(batch)
        store.write(batch)
        assert read_all(store, query, limit) == model.list_articles(query)

    def test_hostile_text_comes_back_in_a_list(self, store: Store) -> None:
        sources = [article(text, title=text, publisher=text[:50]) for text in HOSTILE]
        store.write(Batch(articles=sources))
        found = {head.id: head for head in store.list_articles(ArticleQuery()).items}
        for source in sources:
            head = found[source.id]
            assert (head.title, head.publisher) == (source.title, source.publisher)
            assert head.characters == len(source.text)

    def test_a_cursor_keeps_its_place_while_articles_come_and_go(self, store: Store) -> None:
        sources = articles()
        store.write(Batch(articles=sources))
        whole = [head.id for head in store.list_articles(ArticleQuery()).items]
        page = store.list_articles(ArticleQuery(), 3)
        assert page.next_cursor is not None
        store.remove_article(whole[2])
        store.write(Batch(articles=[article("New.", published=DAY + timedelta(days=9))]))
        rest = store.list_articles(ArticleQuery(), 100, page.next_cursor)
        assert [head.id for head in rest.items] == whole[3:]

    def test_a_cursor_of_another_query_is_refused(self, store: Store) -> None:
        store.write(Batch(articles=articles(), events=[event(evidence(articles()[0]))] * 1))
        cursor = store.list_articles(ArticleQuery(), 2).next_cursor
        for wrong in (cursor, "nonsense", ""):
            with pytest.raises(InvalidCursor):
                store.list_articles(ArticleQuery(publisher="The Herald"), 2, wrong)
        with pytest.raises(InvalidCursor):
            store.events(EventQuery(), 2, cursor)
        with pytest.raises(InvalidInput):
            store.list_articles(ArticleQuery(), 0)

"""Stored articles are coded anew by a newer coder, and only what it tells otherwise changes."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from graph.model import Article, Event, Evidence
from graph.store import Batch, EventQuery, Store
from ingest.coding import InProcess
from ingest.pipeline import Coded, Pipeline
from ingest.reprocess import Changes, reprocess
from ingest.stopping import Stop
from ingest.version import EXTRACTOR, coder_mark
from ingest.worker import Worker
from tests.builders import USA
from tests.ingest.workers import BrittleCoder, articles, content, received


def older(event: Event, **changes: object) -> Event:
    """The event as an older version of the coder would have told it."""
    proofs = tuple(replace(item, extractor="westphalia-0.1") for item in event.evidence)
    return replace(event, evidence=proofs, **changes)  # type: ignore[arg-type]


def store_as_before(store: Store, pipeline: Pipeline, count: int) -> list[Article]:
    """Store articles as an older coder had coded them: of each the treaty was a meeting, one
    event was not found, and one was invented."""
    made = articles(count)
    for coded in pipeline.process_many(made):
        treaty, *others = sorted(coded.events, key=lambda event: event.relation != "treaty")
        assert treaty.relation == "treaty"
        events = [older(treaty, relation="meeting"), *map(older, others[1:])]
        events.append(older(treaty, target=USA, relation="attack"))
        store.write(Batch([coded.article], events, coder="westphalia 0.1 00000000"))
    return made


def test_the_mark_names_coder_version_and_data() -> None:
    name, number, data = coder_mark().split()
    assert f"{name}-{number}" == EXTRACTOR
    assert len(data) == 8


def test_what_the_newer_coder_tells_takes_the_place_of_what_the_older_told(
    store: Store, pipeline: Pipeline
) -> None:
    made = store_as_before(store, pipeline, 5)
    changes = reprocess(store, InProcess(pipeline), Stop())
    assert (changes.articles, changes.changed) == (5, 5)
    assert changes.retyped == 5
    assert changes.added >= 5
    assert changes.removed == 5
    assert not store.outdated(coder_mark(), 10)
    after = content(store)
    for article in made:
        store.remove_article(article.id)
    Worker(InProcess(pipeline), store).run(received(5))
    assert content(store) == after
    assert reprocess(store, InProcess(pipeline), Stop()) == Changes()


def test_events_of_other_coders_stay(store: Store, pipeline: Pipeline) -> None:
    (article,) = store_as_before(store, pipeline, 1)
    own = store.events(EventQuery(article=article.id)).items[0]
    by_hand: Evidence = replace(own.evidence[0], extractor="by-hand 1")
    foreign = replace(own, relation="visit", evidence=(by_hand,))
    store.write(Batch(events=[foreign]))
    changes = reprocess(store, InProcess(pipeline), Stop())
    assert changes.articles == 1
    assert store.event(foreign.id).evidence == (by_hand,)
    others = {e.extractor for event in store.export() for e in event.evidence} - {"by-hand 1"}
    assert others == {EXTRACTOR}


def test_it_can_be_stopped_and_goes_on_where_it_was(store: Store, pipeline: Pipeline) -> None:
    store_as_before(store, pipeline, 40)
    stop = Stop()
    first = reprocess(store, InProcess(pipeline), stop, on_progress=lambda _: stop.ask())
    assert first.stopped
    assert 0 < first.articles < 40
    rest = reprocess(store, InProcess(pipeline), Stop())
    assert first.articles + rest.articles == 40


def test_an_article_that_fails_stays_as_it_was_and_is_named(
    store: Store, pipeline: Pipeline
) -> None:
    made = store_as_before(store, pipeline, 3)
    before = store.events(EventQuery(article=made[1].id)).items
    faulty = BrittleCoder(pipeline, poison="counted 1 pages")
    changes = reprocess(store, InProcess(faulty), Stop())
    assert changes.articles == 2
    assert changes.failed == {made[1].id: "the coder failed: ValueError: a bug"}
    assert store.events(EventQuery(article=made[1].id)).items == before
    assert store.outdated(coder_mark(), 10) == (made[1].id,)


@pytest.mark.parametrize(("since", "count"), [(date(2025, 1, 10), 2), (date(2025, 1, 11), 1)])
def test_only_articles_of_a_day_or_later_are_coded_anew(
    store: Store, since: date, count: int
) -> None:
    class Nothing:
        def process_many(self, articles: Iterable[Article], batch: int = 16) -> Iterator[Coded]:  # noqa: ARG002
            return (Coded(article, (), ()) for article in articles)

    days = (None, datetime(2025, 1, 10, tzinfo=UTC), datetime(2025, 1, 11, tzinfo=UTC))
    dated = [replace(item, published_at=day) for item, day in zip(articles(3), days, strict=True)]
    store.write(Batch(dated))
    assert reprocess(store, InProcess(Nothing()), Stop(), since).articles == count

"""Promises about the inbox, and about coding stored articles anew."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier

import pytest

from graph.errors import InvalidInput, NotFound
from graph.inbox import ArticleState, Failure, InboxCounts, Task
from graph.model import Article, Problem, Span
from graph.store import Batch, EventQuery, Store, TieQuery, Written
from tests.builders import DAY, IRN, RUS, article, event, evidence, noon, problem
from tests.contracts.helpers import HOSTILE, StorePromises

NOW = noon(DAY)
LEASE = timedelta(minutes=2)
SOON = timedelta(seconds=30)


def articles(count: int) -> list[Article]:
    made = [article(f"Russia met Iran {n} times.") for n in range(count)]
    return sorted(made, key=lambda item: item.id)


def ids(tasks: tuple[Task, ...]) -> list[str]:
    return [task.article.id for task in tasks]


def states(store: Store, of: list[Article]) -> list[str]:
    """The states of articles of the inbox; "-" for one that is not in it."""
    found = store.tasks([item.id for item in of])
    return [found[item.id].state.value if item.id in found else "-" for item in of]


class InboxContract(StorePromises):
    """Promises about articles that are not stored yet."""

    def test_an_article_is_received_once(self, store: Store) -> None:
        one, two, known = articles(3)
        store.write(Batch(articles=[known]))
        assert store.receive([one, one, two, known], NOW) == {one.id, two.id}
        assert store.receive([one, two, known], NOW + SOON) == frozenset()
        assert store.tasks([one.id, known.id, "a0"]) == {
            one.id: Task(one, ArticleState.RECEIVED, 0, NOW, NOW)
        }
        assert store.known_articles([one.id, known.id]) == {known.id}
        assert store.inbox() == InboxCounts(received=2, oldest=NOW)

    def test_the_inbox_leaves_the_state_as_it_is(self, store: Store) -> None:
        (one,) = articles(1)
        before = store.state()
        store.receive([one], NOW)
        store.renew("w1", ids(store.claim("w1", 1, NOW, LEASE)), NOW + LEASE)
        store.fail([Failure(one, 1, "no")], NOW)
        store.drop([one.id])
        assert store.state() == before

    @pytest.mark.parametrize("text", HOSTILE)
    def test_hostile_articles_come_back_as_they_were(self, store: Store, text: str) -> None:
        item = replace(article(text, title=text, url=text, publisher=text), language="")
        store.fail([Failure(item, 3, text, text)], NOW)
        assert store.list_tasks(ArticleState.DEAD) == (
            Task(item, ArticleState.DEAD, 3, NOW, None, "", text, text),
        )

    def test_what_cannot_be_stored_can_be_noted_as_failed(self, store: Store) -> None:
        half = article("Half a character: \udc80.", title="\ud83c")
        assert store.receive([half], NOW) == {half.id}
        assert ids(store.claim("one", 1, NOW, LEASE)) == [half.id]
        with pytest.raises(InvalidInput):
            store.write(Batch([half]))
        store.fail([Failure(half, 1, "no: \udc80\0")], NOW)
        (task,) = store.list_tasks(ArticleState.DEAD)
        assert (task.article, task.reason) == (half, "no: ?\0")

    def test_of_two_articles_with_one_id_the_first_is_kept(self, store: Store) -> None:
        one = article()
        other = replace(one, language="de", fetched_at=NOW)
        assert other.id == one.id
        assert store.receive([one, other], NOW) == {one.id}
        assert store.tasks([one.id])[one.id].article == one
        store.write(Batch([other, one]))
        assert store.article(one.id) == other

    def test_an_article_without_times_comes_back(self, store: Store) -> None:
        item = article(published=None)
        store.receive([item], NOW)
        assert store.tasks([item.id])[item.id].article == item

    def test_a_claimed_article_is_given_to_nobody_else_while_its_lease_lasts(
        self, store: Store
    ) -> None:
        three = articles(3)
        store.receive(three[1:], NOW)
        store.receive(three[:1], NOW + SOON)
        first = store.claim("one", 2, NOW + SOON, LEASE)
        assert ids(first) == [item.id for item in three[1:]], "received first, then by id"
        assert {task.state for task in first} == {ArticleState.CLAIMED}
        assert [(t.attempts, t.worker, t.due_at) for t in first] == [
            (1, "one", NOW + SOON + LEASE)
        ] * 2
        assert ids(store.claim("two", 9, NOW + SOON, LEASE)) == [three[0].id]
        assert store.claim("two", 9, NOW + LEASE, LEASE) == ()
        again = store.claim("two", 9, NOW + SOON + LEASE, LEASE)
        assert [(task.attempts, task.worker) for task in again] == [(2, "two")] * 3

    def test_nothing_is_claimed_before_it_is_due(self, store: Store) -> None:
        (one,) = articles(1)
        store.receive([one], NOW)
        assert store.claim("one", 1, NOW - timedelta(microseconds=1), LEASE) == ()
        store.fail([Failure(one, 1, "broken", retry_at=NOW + SOON)], NOW)
        assert store.claim("one", 1, NOW, LEASE) == ()
        assert ids(store.claim("one", 1, NOW + SOON, LEASE)) == [one.id]

    def test_a_lease_is_renewed_by_whoever_has_it(self, store: Store) -> None:
        one, two = articles(2)
        store.receive([one, two], NOW)
        store.claim("one", 1, NOW, LEASE)
        store.claim("two", 1, NOW, LEASE)
        until = NOW + 2 * LEASE
        assert store.renew("one", [one.id, two.id, "a0"], until) == {one.id}
        assert ids(store.claim("three", 9, NOW + LEASE, LEASE)) == [two.id]
        assert ids(store.claim("three", 9, until, LEASE)) == [one.id, two.id]
        assert store.renew("one", [one.id], until + LEASE) == frozenset()

    def test_eight_workers_at_once_get_each_article_once(self, store: Store) -> None:
        made = articles(100)
        store.receive(made, NOW)
        start = Barrier(8)

        def work(name: str) -> list[Task]:
            found: list[Task] = []
            start.wait()
            while claimed := store.claim(name, 3, NOW, LEASE):
                assert {task.worker for task in claimed} == {name}
                found += claimed
            return found

        with ThreadPoolExecutor(8) as pool:
            got = [task for found in pool.map(work, "abcdefgh") for task in found]
        assert sorted(task.article.id for task in got) == [item.id for item in made]
        assert {task.attempts for task in got} == {1}
        assert store.inbox() == InboxCounts(claimed=100, oldest=NOW)

    def test_a_stored_article_leaves_the_inbox(self, store: Store) -> None:
        one, two, three = articles(3)
        store.receive([one, two], NOW)
        store.claim("one", 1, NOW, LEASE)
        store.fail([Failure(three, 1, "broken")], NOW)
        store.write(Batch(articles=[one, three], events=[event(evidence(one))]))
        assert states(store, [one, two, three]) == ["-", "received", "-"]
        assert store.claim("two", 9, NOW + LEASE, LEASE)[0].article == two

    def test_a_batch_that_is_refused_leaves_the_inbox_as_it_was(self, store: Store) -> None:
        one, two = articles(2)
        store.receive([one], NOW)
        with pytest.raises(InvalidInput):
            store.write(Batch(articles=[one], events=[event(evidence(two))]))
        assert states(store, [one]) == ["received"]

    def test_a_late_failure_of_a_stored_article_is_forgotten(self, store: Store) -> None:
        (one,) = articles(1)
        store.write(Batch(articles=[one]))
        store.fail([Failure(one, 1, "broken")], NOW)
        assert states(store, [one]) == ["-"]

    def test_a_failure_is_noted_with_its_reason_and_stack(self, store: Store) -> None:
        one, two = articles(2)
        store.receive([one], NOW)
        store.claim("one", 1, NOW, LEASE)
        retry_at = NOW + SOON
        later = NOW + timedelta(seconds=1)
        store.fail([Failure(one, 1, "why", "stack", retry_at), Failure(two, 5, "no")], later)
        assert store.tasks([one.id, two.id]) == {
            one.id: Task(one, ArticleState.FAILED, 1, NOW, retry_at, "", "why", "stack"),
            two.id: Task(two, ArticleState.DEAD, 5, later, None, "", "no", ""),
        }
        assert store.inbox() == InboxCounts(failed=1, dead=1, oldest=NOW)

    def test_the_dead_are_listed_tried_again_and_dropped(self, store: Store) -> None:
        made = articles(5)
        store.fail([Failure(item, 5, "broken") for item in made], NOW)
        first = store.list_tasks(ArticleState.DEAD, limit=3)
        rest = store.list_tasks(ArticleState.DEAD, limit=3, after=first[-1].article.id)
        assert ids(first + rest) == [item.id for item in made]
        assert store.claim("one", 9, NOW + LEASE, LEASE) == ()
        assert store.inbox() == InboxCounts(dead=5)
        assert store.retry([made[0].id, "a0"], NOW + SOON) == {made[0].id}
        assert store.drop([made[1].id, "a0"]) == {made[1].id}
        assert states(store, made) == ["received", "-", "dead", "dead", "dead"]
        (task,) = store.claim("one", 9, NOW + SOON, LEASE)
        assert (task.article, task.attempts, task.reason) == (made[0], 1, "broken")
        assert store.retry([made[0].id], NOW) == frozenset(), "nobody takes it from its worker"

    def test_the_inbox_of_a_new_store_is_empty(self, store: Store) -> None:
        assert store.inbox() == InboxCounts()
        assert store.claim("one", 1, NOW, LEASE) == ()
        for state in ArticleState:
            assert store.list_tasks(state) == ()

    @pytest.mark.parametrize("limit", [0, 1001])
    def test_limits_are_bounded(self, store: Store, limit: int) -> None:
        for ask in (
            lambda: store.claim("one", limit, NOW, LEASE),
            lambda: store.list_tasks(ArticleState.DEAD, limit),
            lambda: store.outdated("coder 1", limit),
        ):
            with pytest.raises(InvalidInput, match="limit"):
                ask()


class ReplacingContract(StorePromises):
    """Promises about stored articles that are coded anew."""

    def test_what_was_stored_of_an_article_gives_way(self, store: Store) -> None:
        one, two = articles(2)
        shared, lost = event(evidence(one), evidence(two)), event(evidence(one), relation="visit")
        store.write(Batch([one, two], [shared, lost], [problem(one, "old"), problem(two, "kept")]))
        found = event(evidence(one), relation="meeting")
        seen = Problem(one.id, "new", "", Span(0, 1))
        again = Batch([one], [found], [seen])
        assert store.replace(again) == Written(articles=0, events=1, evidence=1, problems=1)
        assert {item.id for item in store.events(EventQuery()).items} == {shared.id, found.id}
        assert [item.article_id for item in store.event(shared.id).evidence] == [two.id]
        assert store.problems(one.id) == (seen,)
        assert store.problems(two.id) == (problem(two, "kept"),)
        with pytest.raises(NotFound):
            store.event(lost.id)

    def test_replacing_gives_the_store_that_writing_gives(self, store: Store) -> None:
        one, two = articles(2)
        wanted = Batch([one, two], [event(evidence(one), evidence(two))], [problem(one)])
        store.write(wanted)
        before = (store.statistics(), list(store.export()), store.ties("RUS", TieQuery(DAY)))
        store.replace(Batch([one], [event(evidence(one), relation="visit")]))
        assert (store.statistics(), list(store.export())) != before[:2]
        store.replace(Batch([one], [event(evidence(one))], [problem(one)]))
        after = (store.statistics(), list(store.export()), store.ties("RUS", TieQuery(DAY)))
        assert after == before
        assert {actor.id for actor in (RUS, IRN)} <= store.actors(["RUS", "IRN"]).keys()

    def test_a_batch_that_is_refused_replaces_nothing(self, store: Store) -> None:
        one, two = articles(2)
        store.write(Batch([one], [event(evidence(one))]))
        with pytest.raises(InvalidInput):
            store.replace(Batch([one], [event(evidence(two))]))
        assert store.statistics().events == 1

    def test_articles_of_an_older_coder_are_found(self, store: Store) -> None:
        made = articles(6)
        old, unknown, new, foreign = made[:2], made[2:3], made[3:5], made[5:]
        store.write(Batch(old, coder="coder 1"))
        store.write(Batch(unknown))
        store.write(Batch(new, coder="coder 2"))
        store.write(Batch(foreign, coder="coder-of-others 1"))
        wanted = [item.id for item in made[:3]]
        assert list(store.outdated("coder 2", 10)) == wanted
        assert list(store.outdated("coder 2", 2)) == wanted[:2]
        assert list(store.outdated("coder 2", 10, after=wanted[1])) == wanted[2:]
        store.replace(Batch(old[:1], coder="coder 2"))
        assert list(store.outdated("coder 2", 10)) == wanted[1:]
        store.write(Batch(old, coder="coder 2"))
        assert list(store.outdated("coder 2", 10)) == wanted[1:], "they are not coded anew by that"

    def test_names_of_coders_are_taken_as_they_are(self, store: Store) -> None:
        coders = [
            "c_r 1",
            "c_r 2 b",
            "c_r 10",
            "c_r",
            "cor 1",
            "C_R 1",
            "c_r\t1",
            "c_r-2 1",
            "%",
            "",
        ]
        made = articles(len(coders))
        for item, coder in zip(made, coders, strict=True):
            store.write(Batch([item], coder=coder))
        found = [coders[made.index(store.article(key))] for key in store.outdated("c_r 2", 99)]
        assert found == ["c_r 1", "c_r 2 b", "c_r 10", ""]
        assert len(store.outdated("% 1", 99)) == 1, "the one of which nothing is noted"

    def test_articles_of_an_older_coder_are_asked_for_by_day(self, store: Store) -> None:
        early, late = article(published=DAY - timedelta(days=1)), article(published=DAY)
        store.write(Batch([early, late, article(published=None)], coder="coder 1"))
        assert store.outdated("coder 2", 10, since=DAY) == (late.id,)
        assert len(store.outdated("coder 2", 10)) == 3

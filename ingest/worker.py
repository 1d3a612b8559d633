"""The embedded runner: reads inputs, skips what is stored, codes the rest, writes in small
transactions. What is on the disk after a crash is whole articles, so running again finishes it.

Imports `coding`, `storing`, `clean`, `sources`, `staleness` and the store port; knows no file, no
signal, no spaCy.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from graph.errors import InvalidInput, NotFound
from graph.inbox import ArticleState, Failure, Task
from graph.keeping import KeepsReference
from graph.model import NamedActor
from graph.reference import Reference
from graph.store import Store, Written
from ingest.clean import cleaned
from ingest.coding import Coders
from ingest.retries import Retries
from ingest.sources.received import Input, Received, SourceProblem
from ingest.staleness import Stale, StaleWatch
from ingest.stopping import Stop, take_in_time
from ingest.storing import keep

BATCH_SIZE = 16
"""Articles in one transaction, and at most so many are lost to a crash of each process."""


@dataclass
class Summary:
    """What became of every input: read == stored + known + waiting + len(bad).

    `known` were in the store already, or came twice in this run; `waiting` are in the inbox, where
    a worker takes them. `failed` of the bad ones are noted in the inbox and tried again, `dead`
    are there and not tried again. `written` counts what was new to the store. `stale` are the
    countries of which articles of this run are newer than the reference data. `stopped` tells that
    inputs were left unread.
    """

    read: int = 0
    stored: int = 0
    known: int = 0
    waiting: int = 0
    failed: int = 0
    dead: int = 0
    bad: list[SourceProblem] = field(default_factory=list)
    stale: list[Stale] = field(default_factory=list)
    written: Written = field(default_factory=Written)
    stopped: bool = False


def write_reference(store: Store, reference: Reference) -> bool:
    """Store the curated actors and their names if they changed; tell whether they had."""
    if isinstance(store, KeepsReference):
        return store.write_reference(reference)
    named = list(reference.named_actors(reference.as_of))
    if all(_is_stored(store, item) for item in named):
        return False
    store.write_actors(named)
    return True


def _is_stored(store: Store, named: NamedActor) -> bool:
    try:
        profile = store.actor(named.actor.id)
    except NotFound:
        return False
    return profile.actor == named.actor and set(named.aliases) <= set(profile.aliases)


def chunks(
    inputs: Iterable[Input], size: int, idle: Callable[[], bool] = lambda: False
) -> Iterator[list[Input]]:
    """Group inputs by `size`; a chunk ends early when the source has nothing ready."""
    chunk: list[Input] = []
    for item in inputs:
        chunk.append(item)
        if len(chunk) >= size or idle():
            yield chunk
            chunk = []
    if chunk:
        yield chunk


@dataclass(slots=True)
class _Group:
    """Articles that were given to the coders together, and how often each was begun."""

    received: dict[str, Received]
    attempts: dict[str, int]


class Worker:
    """Runs inputs into a store. `on_progress` is called after every transaction, `on_bad` for
    every input that cannot be used, as soon as it is met, `on_stale` once for every country that
    acts in an article newer than the offices `watch` knows; without a `watch` nobody is told."""

    def __init__(
        self,
        coders: Coders,
        store: Store,
        on_progress: Callable[[Summary], None] = lambda _: None,
        on_bad: Callable[[SourceProblem], None] = lambda _: None,
        stop: Stop | None = None,
        watch: StaleWatch | None = None,
        on_stale: Callable[[Stale], None] = lambda _: None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        retries: Retries = Retries(),  # noqa: B008 - frozen
    ) -> None:
        self._coders = coders
        self._store = store
        self._on_progress = on_progress
        self._on_bad = on_bad
        self._stop = stop or Stop()
        self._watch = watch
        self._on_stale = on_stale
        self._now = now
        self._retries = retries
        self._begun: deque[_Group] = deque()

    def run(
        self,
        inputs: Iterable[Input],
        idle: Callable[[], bool] = lambda: False,
        batch_size: int = BATCH_SIZE,
    ) -> Summary:
        """Take in every input, or stop cleanly when asked: what was begun is finished, for at most
        GRACE seconds. A StoreError ends the run; all batches before it are stored."""
        summary = Summary()
        for chunk in chunks(self._stop.each(inputs), batch_size, idle):
            self._begin(chunk, summary)
            while self._begun and (self._coders.full or idle()):
                self._finish(summary)
            self._on_progress(summary)
        while self._begun:
            self._finish(summary)
            self._on_progress(summary)
        summary.stopped = self._stop.asked
        return summary

    def _begin(self, chunk: Sequence[Input], summary: Summary) -> None:
        """Give what is new of a chunk to the coders."""
        summary.read += len(chunk)
        received: dict[str, Received] = {}
        begun = {key for group in self._begun for key in group.received}
        for item in map(cleaned_input, chunk):
            if isinstance(item, SourceProblem):
                self._bad(item, summary)
            elif item.article.id in received or item.article.id in begun:
                summary.known += 1
            else:
                received[item.article.id] = item
        known = self._store.known_articles(list(received))
        tasks = self._store.tasks(list(received.keys() - known))
        summary.known += len(known)
        fresh = {
            key: item
            for key, item in received.items()
            if key not in known and not self._is_elsewhere(item, tasks.get(key), summary)
        }
        if fresh:
            attempts = {key: task.attempts + 1 for key, task in tasks.items()}
            self._begun.append(_Group(fresh, attempts))
            self._coders.give([item.article for item in fresh.values()])

    def _is_elsewhere(self, item: Received, task: Task | None, summary: Summary) -> bool:
        """Whether an article of the inbox is a worker's, or dead; a failed one is tried again."""
        if task is None or task.state is ArticleState.FAILED:
            return False
        if task.state is ArticleState.DEAD:
            summary.dead += 1
            reason = f"given up after {task.attempts} attempts ({task.reason})"
            self._bad(SourceProblem(item.path, item.line, reason), summary)
        else:
            summary.waiting += 1
        return True

    def _finish(self, summary: Summary) -> None:
        """Store the results of the group that was begun first."""
        group = self._begun[0]
        results = take_in_time(self._coders, self._stop)
        if results is None:
            summary.read -= sum(len(group.received) for group in self._begun)
            self._begun.clear()
            return
        self._begun.popleft()
        kept = keep(self._store, results, group.attempts, self._retries, self._now())
        if kept.failures:
            self._store.fail(kept.failures, self._now())
        summary.written += kept.written
        summary.stored += len(kept.stored)
        for failure in kept.failures:
            self._failed(group.received[failure.article.id], failure, summary)
        for coded in kept.stored:
            for stale in self._watch.look(coded) if self._watch else ():
                summary.stale.append(stale)
                self._on_stale(stale)

    def _failed(self, item: Received, failure: Failure, summary: Summary) -> None:
        if failure.retry_at is None:
            summary.dead += 1
        else:
            summary.failed += 1
        self._bad(SourceProblem(item.path, item.line, failure.reason), summary)

    def _bad(self, problem: SourceProblem, summary: Summary) -> None:
        summary.bad.append(problem)
        self._on_bad(problem)


def cleaned_input(item: Input) -> Input:
    """The input with its text put in order, or the reason why it cannot be."""
    if isinstance(item, SourceProblem):
        return item
    try:
        return replace(item, article=cleaned(item.article))
    except InvalidInput as error:
        return SourceProblem(item.path, item.line, str(error))

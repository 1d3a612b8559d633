"""The embedded runner: reads inputs, skips what is stored, codes the rest, writes in small
transactions. What is on the disk after a crash is whole articles, so running again finishes it.

Imports `pipeline`, `clean`, `sources`, `staleness` and the store port; knows no file, no clock, no
signal, no spaCy.
"""

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Protocol

from graph.errors import InvalidInput, NotFound
from graph.keeping import KeepsReference
from graph.model import Article, NamedActor
from graph.reference import Reference
from graph.store import Batch, Store, Written
from ingest.clean import cleaned
from ingest.sources.received import Input, Received, SourceProblem
from ingest.staleness import Stale, StaleWatch

if TYPE_CHECKING:
    from ingest.pipeline import Coded  # at run time it would load spaCy

BATCH_SIZE = 16
"""Articles in one transaction, and at most so many are lost to a crash."""

_LOG = logging.getLogger(__name__)


class Coder(Protocol):
    """What the worker needs of a Pipeline."""

    def process_many(self, articles: Iterable[Article], batch: int = 16) -> Iterator["Coded"]: ...


@dataclass
class Summary:
    """What became of every input: read == stored + known + len(bad).

    `known` were in the store already, or came twice in this run. `written` counts what was new
    to the store. `stale` are the countries of which articles of this run are newer than the
    reference data. `stopped` tells that inputs were left unread.
    """

    read: int = 0
    stored: int = 0
    known: int = 0
    bad: list[SourceProblem] = field(default_factory=list)
    stale: list[Stale] = field(default_factory=list)
    written: Written = field(default_factory=Written)
    stopped: bool = False


class Stop:
    """A request to stop, set from a signal handler.

    While an input is waited for, the request is carried out at once by KeyboardInterrupt; at
    other times it waits until the batch in hand is written.
    """

    def __init__(self) -> None:
        self.asked = False
        self._waiting = False

    def ask(self) -> None:
        """Ask to stop; the second time nothing is waited for."""
        if self.asked or self._waiting:
            raise KeyboardInterrupt
        self.asked = True

    def each(self, inputs: Iterable[Input]) -> Iterator[Input]:
        """Yield the inputs until it is asked to stop."""
        iterator = iter(inputs)
        while True:
            self._waiting = True
            try:
                if self.asked:
                    return
                item = next(iterator)
            except StopIteration:
                return
            except KeyboardInterrupt:
                self.asked = True
                return
            finally:
                self._waiting = False
            yield item


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


def code_each(
    coder: Coder, received: Sequence[Received]
) -> Iterator[tuple[Received, "Coded | SourceProblem"]]:
    """Code articles together; one that the coder fails on never takes the others with it."""
    try:
        coded = list(coder.process_many([item.article for item in received]))
    except Exception as error:  # the last handler: an article must not stop the feed
        if len(received) > 1:
            for item in received:
                yield from code_each(coder, [item])
            return
        _LOG.debug("the coder failed on %s", received[0], exc_info=error)
        reason = f"the coder failed: {type(error).__name__}: {error}"
        yield received[0], SourceProblem(received[0].path, received[0].line, reason)
        return
    yield from zip(received, coded, strict=True)


class Worker:
    """Runs inputs into a store. `on_progress` is called after every transaction, `on_bad` for
    every input that cannot be used, as soon as it is met, `on_stale` once for every country that
    acts in an article newer than the offices `watch` knows; without a `watch` nobody is told."""

    def __init__(
        self,
        coder: Coder,
        store: Store,
        on_progress: Callable[[Summary], None] = lambda _: None,
        on_bad: Callable[[SourceProblem], None] = lambda _: None,
        stop: Stop | None = None,
        watch: StaleWatch | None = None,
        on_stale: Callable[[Stale], None] = lambda _: None,
    ) -> None:
        self._coder = coder
        self._store = store
        self._on_progress = on_progress
        self._on_bad = on_bad
        self._stop = stop or Stop()
        self._watch = watch
        self._on_stale = on_stale

    def run(
        self,
        inputs: Iterable[Input],
        idle: Callable[[], bool] = lambda: False,
        batch_size: int = BATCH_SIZE,
    ) -> Summary:
        """Take in every input, or stop cleanly when asked. A StoreError ends the run; all
        batches before it are stored."""
        summary = Summary()
        for chunk in chunks(self._stop.each(inputs), batch_size, idle):
            self._take(chunk, summary)
            self._on_progress(summary)
        summary.stopped = self._stop.asked
        return summary

    def _take(self, chunk: Sequence[Input], summary: Summary) -> None:
        summary.read += len(chunk)
        received: dict[str, Received] = {}
        repeated = 0
        for item in map(_cleaned, chunk):
            if isinstance(item, SourceProblem):
                self._bad(item, summary)
            else:
                repeated += item.article.id in received
                received.setdefault(item.article.id, item)
        known = self._store.known_articles(list(received))
        summary.known += len(known) + repeated
        fresh = [item for article_id, item in received.items() if article_id not in known]
        coded: list[tuple[Received, Coded]] = []
        for item, result in code_each(self._coder, fresh):
            if isinstance(result, SourceProblem):
                self._bad(result, summary)
            else:
                coded.append((item, result))
        self._write(coded, summary)

    def _write(self, coded: "Sequence[tuple[Received, Coded]]", summary: Summary) -> None:
        """One transaction; what a store refuses is found by writing one article at a time."""
        if not coded:
            return
        try:
            written = self._store.write(_batch([result for _, result in coded]))
        except InvalidInput as error:
            if len(coded) > 1:
                for pair in coded:
                    self._write([pair], summary)
                return
            item = coded[0][0]
            self._bad(SourceProblem(item.path, item.line, f"refused: {error}"), summary)
            return
        summary.written += written
        summary.stored += len(coded)
        for _, result in coded:
            for stale in self._watch.look(result) if self._watch else ():
                summary.stale.append(stale)
                self._on_stale(stale)

    def _bad(self, problem: SourceProblem, summary: Summary) -> None:
        summary.bad.append(problem)
        self._on_bad(problem)


def _cleaned(item: Input) -> Input:
    if isinstance(item, SourceProblem):
        return item
    try:
        return replace(item, article=cleaned(item.article))
    except InvalidInput as error:
        return SourceProblem(item.path, item.line, str(error))


def _batch(coded: "Sequence[Coded]") -> Batch:
    return Batch(
        articles=[result.article for result in coded],
        events=[event for result in coded for event in result.events],
        problems=[problem for result in coded for problem in result.problems],
    )

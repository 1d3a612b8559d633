"""Several processes that code: as many as asked for, each with a parser of its own.

A process that dies over an article (killed for its memory, a fault in native code) is replaced,
and the article found out by coding its group one by one. Imports `coding` and `errors`; the
processes import `pipeline`.
"""

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Self

from graph.errors import CoderUnavailable
from graph.model import Article
from ingest.coding import Coder, Uncoded, code_all

if TYPE_CHECKING:
    from ingest.pipeline import Coded

_AHEAD = 2
"""Groups that wait for each process, so that none is idle while results are stored."""

_coder: Coder | None = None
"""The coder of a process of the pool."""


@dataclass(slots=True)
class _Group:
    articles: Sequence[Article]
    future: "Future[list[Coded | Uncoded]]"


class CoderPool:
    """Implements `Coders`. `load` makes the coder in each process; it must be picklable, and what
    it raises there is not told, so check before that it can work."""

    def __init__(self, load: Callable[[], Coder], processes: int) -> None:
        self._load = load
        self._processes = processes
        self._groups: deque[_Group] = deque()
        self._executor = self._start()

    def _start(self) -> ProcessPoolExecutor:
        return ProcessPoolExecutor(
            self._processes,
            mp_context=multiprocessing.get_context("spawn"),
            initializer=_begin,
            initargs=(self._load,),
        )

    def _restart(self) -> None:
        """Begin with new processes; raise CoderUnavailable where none can start."""
        self._stop()
        self._executor = self._start()
        try:
            self._executor.submit(_is_ready).result()
        except BrokenProcessPool as error:
            raise CoderUnavailable("the processes that code cannot start") from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self._stop()

    def _stop(self) -> None:
        """End the processes without waiting for what they are doing."""
        children = list((self._executor._processes or {}).values())
        self._executor.shutdown(wait=False, cancel_futures=True)
        for child in children:
            child.terminate()
        for child in children:
            child.join()

    def __len__(self) -> int:
        return len(self._groups)

    @property
    def full(self) -> bool:
        return len(self._groups) >= _AHEAD * self._processes

    def give(self, articles: Sequence[Article]) -> None:
        self._groups.append(_Group(articles, self._begin_with(articles)))

    def take(self, timeout: float | None = None) -> "list[Coded | Uncoded]":
        group = self._groups[0]
        try:
            results = group.future.result(timeout)
        except BrokenProcessPool:
            results = self._one_by_one(group.articles)
            for waiting in list(self._groups)[1:]:
                waiting.future = self._begin_with(waiting.articles)
        self._groups.popleft()
        return results

    def _begin_with(self, articles: Sequence[Article]) -> "Future[list[Coded | Uncoded]]":
        try:
            return self._executor.submit(_code, tuple(articles))
        except BrokenProcessPool as error:  # found out before its results are asked for
            broken: Future[list[Coded | Uncoded]] = Future()
            broken.set_exception(error)
            return broken

    def _one_by_one(self, articles: Sequence[Article]) -> "list[Coded | Uncoded]":
        """Code each article of a group alone, in new processes whenever one has died."""
        self._restart()
        results: list[Coded | Uncoded] = []
        for article in articles:
            try:
                results += self._executor.submit(_code, (article,)).result()
            except BrokenProcessPool:
                results.append(Uncoded(article, "the process that coded it died"))
                self._restart()
        return results


def _begin(load: Callable[[], Coder]) -> None:
    """What a process of the pool does first. Ctrl-C is the parent's matter; when the parent is
    gone, however that happened, the process ends."""
    global _coder
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _coder = load()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _is_ready() -> bool:
    return _coder is not None


def _code(articles: Sequence[Article]) -> "list[Coded | Uncoded]":
    assert _coder is not None
    return [
        result if isinstance(result, Uncoded) else replace(result, seen=())
        for result in code_all(_coder, articles)
    ]

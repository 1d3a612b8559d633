"""Works off the inbox of a store: claims what is due, codes and stores it, again and again.

Any number of these may run on one store, in as many processes and on as many machines. What a
killed one had claimed is due again when its lease ends. Imports `coding`, `storing`, `stopping`
and the store port.
"""

from collections import deque
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from graph.inbox import Failure, Task
from graph.store import Store
from ingest.coding import Coders
from ingest.retries import Retries
from ingest.stopping import Stop, take_in_time
from ingest.storing import DIED, Kept, keep

BATCH_SIZE = 16
LEASE = timedelta(minutes=5)
"""For so long an article is its worker's; longer than coding a group takes, and renewed."""
PAUSE = 1.0
"""Seconds between two looks into an empty inbox."""


class InboxWorker:
    """`name` tells the workers of one store apart; `on_kept` is called after every transaction."""

    def __init__(
        self,
        name: str,
        coders: Coders,
        store: Store,
        retries: Retries,
        now: Callable[[], datetime],
        stop: Stop,
        on_kept: Callable[[Kept], None] = lambda _: None,
    ) -> None:
        self._name = name
        self._coders = coders
        self._store = store
        self._retries = retries
        self._now = now
        self._stop = stop
        self._on_kept = on_kept
        self._held: deque[dict[str, Task]] = deque()
        self._renewed_at = now()

    def run(self, until_empty: bool = False) -> None:
        """Go on until asked to stop, or until nothing is due; then finish what was claimed, for
        at most GRACE seconds after the request."""
        while not self._stop.asked:
            claimed = self._claim()
            if self._held and (self._coders.full or not claimed):
                self._finish()
            elif not claimed:
                if until_empty:
                    return
                self._stop.sleep(PAUSE)
        while self._held:
            self._finish()

    def _claim(self) -> bool:
        """Claim what is due and give it to the coders; tell whether there was anything."""
        tasks = self._store.claim(self._name, BATCH_SIZE, self._now(), LEASE)
        together = [task for task in tasks if task.attempts == 1]
        if together:
            self._give(together)
        for task in tasks:
            if self._retries.hopeless(task.attempts):
                reason = task.reason or DIED
                self._done(Kept(failures=[Failure(task.article, task.attempts, reason)]))
            elif task.attempts > 1:
                self._give([task])  # alone: it may take its company with it
        return bool(tasks)

    def _give(self, tasks: Sequence[Task]) -> None:
        self._held.append({task.article.id: task for task in tasks})
        self._coders.give([task.article for task in tasks])

    def _finish(self) -> None:
        """Store the results of the group that was given first; meanwhile keep all leases."""
        results = take_in_time(self._coders, self._stop, self._renew)
        if results is None:
            self._held.clear()
            return
        attempts = {key: task.attempts for key, task in self._held.popleft().items()}
        self._done(keep(self._store, results, attempts, self._retries, self._now()))

    def _done(self, kept: Kept) -> None:
        if kept.failures:
            self._store.fail(kept.failures, self._now())
        self._on_kept(kept)

    def _renew(self) -> None:
        now = self._now()
        if now - self._renewed_at > LEASE / 3:
            ids = [key for group in self._held for key in group]
            self._store.renew(self._name, ids, now + LEASE)
            self._renewed_at = now

"""Stopping in good order. Imports nothing of ours but the types of inputs and of coders."""

import time
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from ingest.coding import Coders, Uncoded
from ingest.sources.received import Input

if TYPE_CHECKING:
    from ingest.pipeline import Coded

GRACE = 20.0
"""Seconds in which what was begun is finished after a request to stop."""
_LOOK = 0.5
"""Seconds after which a wait for results looks whether it is time to stop."""

_NAP = 0.2
"""Seconds after which a sleeper looks whether it should stop."""


class Stop:
    """A request to stop, set from a signal handler.

    While an input is waited for, the request is carried out at once by KeyboardInterrupt; at
    other times it waits until the batch in hand is written.
    """

    def __init__(self) -> None:
        self._asked_at: float | None = None
        self._waiting = False

    @property
    def asked(self) -> bool:
        return self._asked_at is not None

    def overdue(self, seconds: float) -> bool:
        """Whether it was asked longer ago than that."""
        return self._asked_at is not None and time.monotonic() - self._asked_at > seconds

    def ask(self) -> None:
        """Ask to stop; the second time nothing is waited for."""
        if self.asked or self._waiting:
            raise KeyboardInterrupt
        self._asked_at = time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Wait so long, or until it is asked."""
        end = time.monotonic() + seconds
        while not self.asked and (left := end - time.monotonic()) > 0:
            time.sleep(min(left, _NAP))

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
                self._asked_at = time.monotonic()
                return
            finally:
                self._waiting = False
            yield item


def take_in_time(
    coders: Coders, stop: Stop, meanwhile: Callable[[], None] = lambda: None
) -> "list[Coded | Uncoded] | None":
    """Return the results of the group that was given to the coders first, or None when GRACE
    seconds have passed since a request to stop; `meanwhile` is called before each look."""
    while True:
        meanwhile()
        try:
            return coders.take(_LOOK)
        except TimeoutError:
            if stop.overdue(GRACE):
                return None

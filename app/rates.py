"""How often a caller may ask: counts in this process, over a window that slides.

Imports only the `limits` library, whose rules and strategy are used; see `Counts` for why the
counts themselves are kept here.
"""

import math
import time
from dataclasses import dataclass

import limits
from limits.storage import SlidingWindowCounterSupport, Storage
from limits.strategies import SlidingWindowCounterRateLimiter


@dataclass(frozen=True, slots=True)
class Allowance:
    """What a caller has left: `limit` in `window` seconds, `remaining` now, more in `reset`."""

    allowed: bool
    limit: int
    window: int
    remaining: int
    reset: int

    @property
    def headers(self) -> dict[str, str]:
        sent = {
            "RateLimit-Limit": str(self.limit),
            "RateLimit-Remaining": str(self.remaining),
            "RateLimit-Reset": str(self.reset),
            "RateLimit-Policy": f"{self.limit};w={self.window}",
        }
        return sent if self.allowed else {**sent, "Retry-After": str(max(1, self.reset))}


class RateLimiter:
    """Counts requests of each caller. Used by the event loop's thread alone."""

    def __init__(self, limit: str) -> None:
        """`limit` is written as in "100/minute"."""
        self._item = limits.parse(limit)
        self._strategy = SlidingWindowCounterRateLimiter(Counts())

    def count(self, caller: str) -> Allowance:
        allowed = self._strategy.hit(self._item, caller)
        reset, remaining = self._strategy.get_window_stats(self._item, caller)
        return Allowance(
            allowed=allowed,
            limit=self._item.amount,
            window=self._item.get_expiry(),
            remaining=remaining,
            reset=max(0, math.ceil(reset - time.time())),
        )


@dataclass(slots=True)
class _Window:
    """Hits in the window with a number, and in the one before it."""

    number: int
    current: int = 0
    previous: int = 0


class Counts(Storage, SlidingWindowCounterSupport):
    """Counters in memory for one thread. The library's own start a thread every few milliseconds
    to throw away old ones, and the event loop waits for each; here they go once in a window."""

    STORAGE_SCHEME = None

    def __init__(self) -> None:
        super().__init__()
        self._windows: dict[str, _Window] = {}
        self._swept = 0

    @property
    def base_exceptions(self) -> type[Exception]:
        return ValueError

    def acquire_sliding_window_entry(
        self, key: str, limit: int, expiry: int, amount: int = 1
    ) -> bool:
        previous, left, current, _ = self.get_sliding_window(key, expiry)
        if math.floor(previous * left / expiry + current) + amount > limit:
            return False
        self._at(key, expiry).current += amount
        return True

    def get_sliding_window(self, key: str, expiry: int) -> tuple[int, float, int, float]:
        left = expiry - time.time() % expiry
        window = self._at(key, expiry)
        return window.previous, left if window.previous else 0.0, window.current, left + expiry

    def clear_sliding_window(self, key: str, expiry: int) -> None:
        del expiry
        self.clear(key)

    def _at(self, key: str, expiry: int) -> _Window:
        number = int(time.time() // expiry)
        if number > self._swept:
            self._swept = number
            self._windows = {k: w for k, w in self._windows.items() if w.number >= number - 1}
        window = self._windows.setdefault(key, _Window(number))
        if window.number != number:
            window.previous = window.current if window.number == number - 1 else 0
            window.current = 0
            window.number = number
        return window

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        self._at(key, expiry).current += amount
        return self.get(key)

    def get(self, key: str) -> int:
        return self._windows[key].current if key in self._windows else 0

    def get_expiry(self, key: str) -> float:
        del key
        return time.time()

    def check(self) -> bool:
        return True

    def reset(self) -> int:
        count = len(self._windows)
        self._windows.clear()
        return count

    def clear(self, key: str) -> None:
        self._windows.pop(key, None)

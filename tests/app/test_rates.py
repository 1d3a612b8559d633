"""Limits slide with the clock, are the same as the library's own, and hold on to no old caller."""

import random
import time

import limits
import pytest
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter

from app.rates import Counts, RateLimiter


class Clock:
    """Stands where it is put; begins in the middle of no window."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(time, "time", clock)
    return clock


def test_a_window_that_is_over_lets_in_again(clock: Clock) -> None:
    limiter = RateLimiter("2/minute")
    assert [limiter.count("me").allowed for _ in range(3)] == [True, True, False]
    assert limiter.count("another").allowed
    clock.now += 120
    assert limiter.count("me").allowed


def test_no_burst_is_let_through_at_the_border_of_two_windows(clock: Clock) -> None:
    limiter = RateLimiter("100/minute")
    clock.now += 59
    assert sum(limiter.count("me").allowed for _ in range(150)) == 100
    clock.now += 2
    assert sum(limiter.count("me").allowed for _ in range(150)) < 5
    clock.now += 29
    assert 45 <= sum(limiter.count("me").allowed for _ in range(150)) <= 55


def test_who_waits_as_long_as_told_is_let_in(clock: Clock) -> None:
    limiter = RateLimiter("30/minute")
    waited = 0
    for _ in range(300):
        allowance = limiter.count("me")
        if not allowance.allowed:
            clock.now += int(allowance.headers["Retry-After"])
            waited += 1
            assert limiter.count("me").allowed
        clock.now += 0.3
    assert waited > 10


def test_it_decides_as_the_library_does(clock: Clock) -> None:
    pick = random.Random(5)
    item = limits.parse("7/minute")
    ours = SlidingWindowCounterRateLimiter(Counts())
    theirs = SlidingWindowCounterRateLimiter(MemoryStorage())
    decided = []
    for _ in range(2000):
        clock.now += pick.choice([0, 0, 0.51731, 3.01373, 20.33117])
        caller = pick.choice("ab")
        decided.append(ours.hit(item, caller))
        assert decided[-1] == theirs.hit(item, caller)
        found, expected = (s.get_window_stats(item, caller) for s in (ours, theirs))
        assert found.remaining == expected.remaining
        assert found.reset_time == pytest.approx(expected.reset_time, abs=1e-3)
    assert True in decided
    assert False in decided


def test_callers_of_long_ago_are_forgotten(clock: Clock) -> None:
    counts = Counts()
    for n in range(1000):
        counts.acquire_sliding_window_entry(f"caller {n}", 5, 60)
    clock.now += 180
    counts.acquire_sliding_window_entry("now", 5, 60)
    assert counts.reset() == 1

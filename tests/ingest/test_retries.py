"""When an article that failed is tried again."""

from datetime import timedelta

from ingest.retries import Retries
from tests.ingest.workers import NOW


def test_each_pause_is_longer_up_to_the_longest() -> None:
    retries = Retries(attempts=6)
    pauses = [retries.pause(number) for number in range(1, 7)]
    assert pauses == [*(timedelta(seconds=s) for s in (30, 120, 480, 1920, 3600)), None]


def test_after_the_last_attempt_there_is_no_other() -> None:
    retries = Retries(attempts=2, first=timedelta(seconds=1))
    assert retries.at(1, NOW) == NOW + timedelta(seconds=1)
    assert retries.at(2, NOW) is None
    assert retries.at(3, NOW) is None


def test_what_ends_its_workers_is_given_up_later_than_what_fails() -> None:
    retries = Retries(attempts=2)
    assert [retries.hopeless(number) for number in (2, 4, 5)] == [False, False, True]

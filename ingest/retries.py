"""When an article that could not be coded is tried again. Reads no clock and no random number."""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Retries:
    """Up to `attempts` in all; the first pause is `first`, each further one `factor` times as
    long, none longer than `longest`."""

    attempts: int = 5
    first: timedelta = timedelta(seconds=30)
    factor: float = 4.0
    longest: timedelta = timedelta(hours=1)

    def pause(self, attempts: int) -> timedelta | None:
        """Return how long to wait after so many attempts that failed; None: not again."""
        if attempts >= self.attempts:
            return None
        return min(self.first * self.factor ** (attempts - 1), self.longest)

    def at(self, attempts: int, now: datetime) -> datetime | None:
        """Return when to try again after so many attempts; None: not again."""
        pause = self.pause(attempts)
        return None if pause is None else now + pause

    def hopeless(self, attempts: int) -> bool:
        """Whether an article was begun so often, without any word of an error, that it must be
        what ends its workers."""
        return attempts > 2 * self.attempts

"""What is asked and told of stored articles in lists. Imports nothing of ours."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class ArticleQuery:
    """Which articles. Empty fields do not restrict; the window is half-open, on the day (UTC) of
    publication, and an article without one lies in no window."""

    publisher: str | None = None
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class ArticleHead:
    """An article without its text. `events` counts those that it is evidence for."""

    id: str
    title: str
    url: str
    publisher: str
    published_at: datetime | None
    language: str
    characters: int
    events: int

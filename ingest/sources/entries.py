"""The types of lists: an Entry leads to one article, a Listing is what one URL gave. Imports only
`graph.ids`.
"""

from dataclasses import dataclass
from datetime import datetime

from graph.ids import content_id


@dataclass(frozen=True, slots=True)
class Entry:
    """One item of a list. `key` names it in later versions of the list; `text` is its article
    where the list has all of it, `summary` what it says of it otherwise. Both are plain text."""

    key: str
    url: str = ""
    title: str = ""
    published_at: datetime | None = None
    text: str = ""
    summary: str = ""

    @property
    def digest(self) -> str:
        """Changes when anything that the list says of the item changes."""
        day = self.published_at.isoformat() if self.published_at else ""
        return content_id("i", (self.url, self.title, day, self.text, self.summary))


@dataclass(frozen=True, slots=True)
class Listing:
    """Entries in the order of the list; `children` are URLs of further lists, and `every` the
    seconds after which it wants to be read again, 0.0 for no wish. `bad` are items that could not
    be read, each as its name and a reason."""

    entries: tuple[Entry, ...] = ()
    children: tuple[str, ...] = ()
    every: float = 0.0
    bad: tuple[tuple[str, str], ...] = ()

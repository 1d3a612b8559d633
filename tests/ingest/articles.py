"""Articles for the tests of `ingest`, and short ways to say what came of them."""

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from graph.model import Article, Event, Status

DAY = "2025-01-14"
"""The day on which the sentences of the tables appear."""

Row = tuple[str, str]
"""A text and all that it tells: "A relation B status", asserted unless it says so; "A <relation> B"
goes both ways."""

Claimed = tuple[str, str, str]
"""Source, relation, target."""


def article(text: str, day: str = "") -> Article:
    """An English article published on an ISO day."""
    published = datetime.fromisoformat(day).replace(tzinfo=UTC) if day else None
    return Article(text=text, published_at=published, language="en")


def read_sample(path: Path) -> Article:
    """A file of `samples/`: lines "key: value", an empty line, the text."""
    head, _, text = path.read_text("utf-8").partition("\n\n")
    fields = dict(line.split(": ", 1) for line in head.splitlines())
    return Article(
        text=text.strip(),
        title=fields["title"],
        publisher=fields["publisher"],
        published_at=datetime.fromisoformat(fields["date"]).replace(tzinfo=UTC),
    )


def claimed(events: Iterable[Event], *statuses: Status) -> set[Claimed]:
    """What the events claim; only those with one of the statuses if any is given."""
    return {
        (event.source.id, event.relation, event.target.id if event.target else "")
        for event in events
        if not statuses or event.status in statuses
    }


def statuses(events: Iterable[Event], source: str, relation: str, target: str) -> set[Status]:
    """The statuses under which one claim came."""
    wanted = (source, relation, target)
    return {event.status for event in events if claimed([event]) == {wanted}}


def told_by(row: str) -> set[tuple[str, ...]]:
    """The (source, relation, target, status) of the second half of a Row."""
    told: set[tuple[str, ...]] = set()
    for part in filter(None, row.split(";")):
        source, relation, target, *status = part.split()
        told.add((source, relation.strip("<>"), target, *(status or ["asserted"])))
        if relation.startswith("<"):
            told.add((target, relation.strip("<>"), source, *(status or ["asserted"])))
    return told


def told_of(events: Iterable[Event]) -> set[tuple[str, ...]]:
    """The same of events."""
    return {
        (e.source.id, e.relation, e.target.id if e.target else "-", str(e.status)) for e in events
    }

"""Codes stored articles anew with this version of the coder and its data.

What this coder found in an article before gives way to what it finds now, in one transaction for
each article; events that another coder found in it stay. An article is done when the store notes
this version with it, so a run that was stopped goes on where it was. Imports `coding`, `storing`,
`version` and the store port.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING

from graph.errors import InvalidInput
from graph.model import Event
from graph.store import MAX_LIMIT, EventQuery, Store
from ingest.coding import Coders, Uncoded
from ingest.stopping import Stop, take_in_time
from ingest.storing import batch_of
from ingest.version import EXTRACTOR, coder_mark

if TYPE_CHECKING:
    from ingest.pipeline import Coded

_CHUNK = 16
_NAME = EXTRACTOR.rpartition("-")[0] + "-"
"""How the extractor of every version of this coder begins."""


@dataclass(slots=True)
class Changes:
    """What recoding changed. Events are compared within each article: `retyped` counts those with
    the same ends whose relation, status or day is another now, `added` and `removed` the rest.
    `articles` were recoded, `changed` of them tell something else now; `failed` were left as they
    were, with the reason by id."""

    articles: int = 0
    changed: int = 0
    added: int = 0
    removed: int = 0
    retyped: int = 0
    failed: dict[str, str] = field(default_factory=dict)
    stopped: bool = False


def reprocess(
    store: Store,
    coders: Coders,
    stop: Stop,
    since: date | None = None,
    on_progress: Callable[[Changes], None] = lambda _: None,
) -> Changes:
    """Recode every stored article, of a day of publication or later, that another version of this
    coder or its data has coded."""
    changes = Changes()
    groups = _outdated(store, since)
    while not stop.asked and (ids := next(groups, ())):
        coders.give(list(store.articles(ids).values()))
        if coders.full:
            _take(store, coders, stop, changes)
            on_progress(changes)
    while len(coders) and _take(store, coders, stop, changes):
        on_progress(changes)
    changes.stopped = stop.asked
    return changes


def _outdated(store: Store, since: date | None) -> Iterator[tuple[str, ...]]:
    after = ""
    while ids := store.outdated(coder_mark(), _CHUNK, after, since):
        yield ids
        after = ids[-1]


def _take(store: Store, coders: Coders, stop: Stop, changes: Changes) -> bool:
    """Store the results of the group that was given first; False when it is time to end."""
    results = take_in_time(coders, stop)
    for result in results or ():
        if isinstance(result, Uncoded):
            changes.failed[result.article.id] = result.reason
        else:
            _replace(store, result, changes)
    return results is not None


def _replace(store: Store, coded: "Coded", changes: Changes) -> None:
    """Put what was found into the place of what was found before, in one transaction."""
    stored = list(_events_of(store, coded.article.id))
    others = [event for event in (_foreign(event, coded.article.id) for event in stored) if event]
    batch = batch_of([coded])
    try:
        store.replace(replace(batch, events=[*others, *batch.events]))
    except InvalidInput as error:
        changes.failed[coded.article.id] = f"refused: {error}"
        return
    changes.articles += 1
    _count([event for event in stored if _is_ours(event, coded.article.id)], coded.events, changes)


def _events_of(store: Store, article_id: str) -> Iterator[Event]:
    cursor: str | None = None
    while True:
        page = store.events(EventQuery(article=article_id), MAX_LIMIT, cursor)
        yield from page.items
        if page.next_cursor is None:
            return
        cursor = page.next_cursor


def _is_ours(event: Event, article_id: str) -> bool:
    return any(
        item.article_id == article_id and item.extractor.startswith(_NAME)
        for item in event.evidence
    )


def _foreign(event: Event, article_id: str) -> Event | None:
    """The event with the evidence that another coder found in the article; None without any."""
    evidence = tuple(
        item
        for item in event.evidence
        if item.article_id == article_id and not item.extractor.startswith(_NAME)
    )
    return replace(event, evidence=evidence) if evidence else None


def _count(before: Sequence[Event], after: Sequence[Event], changes: Changes) -> None:
    old = {event.id: event for event in before}
    new = {event.id: event for event in after}
    gone = [_ends(event) for key, event in old.items() if key not in new]
    come = [_ends(event) for key, event in new.items() if key not in old]
    retyped = 0
    for ends in list(come):
        if ends in gone:
            gone.remove(ends)
            come.remove(ends)
            retyped += 1
    changes.retyped += retyped
    changes.added += len(come)
    changes.removed += len(gone)
    changes.changed += bool(retyped or gone or come)


def _ends(event: Event) -> tuple[str, str]:
    return event.source.id, event.target.id if event.target else ""

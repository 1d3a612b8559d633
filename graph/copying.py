"""From one store into another: everything, in small transactions, and then compared.

A copy that broke off is run again: what is there already is not written twice, because ids are
content hashes. Evidence comes with the first day of report of its event, since no store tells that
of each report. Imports only `errors`, `keeping`, `model` and `store`.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TypeVar

from graph.errors import StoreError
from graph.keeping import ListsArticles
from graph.model import Article, Event, Problem
from graph.store import Batch, Store, Written

T = TypeVar("T")
Entry = tuple[str, tuple[str, ...]]
"""An id, and the sorted ids of what belongs to it."""

ARTICLES_AT_ONCE, EVENTS_AT_ONCE = 50, 500


@dataclass(frozen=True, slots=True)
class Comparison:
    """What of a store is in another. `checksum` is over the ids of articles, problems, events and
    evidence; `missing` names some that are not there, `more` counts what only the other has."""

    articles: int
    events: int
    evidence: int
    problems: int
    checksum: str
    missing: tuple[str, ...]
    more: int


def copy(source: Store, target: Store, on_progress: Callable[[Written], None]) -> Written:
    """Write everything of a store into another, articles first; return what was new there.

    Both are migrated. Raises StoreError where the source cannot go through its articles.
    """
    total = Written()
    for articles in _chunks(_articles(source), ARTICLES_AT_ONCE):
        batch = Batch(
            articles=[article for article, _ in articles],
            problems=[problem for _, problems in articles for problem in problems],
        )
        total += target.write(batch)
        on_progress(total)
    for events in _chunks(source.export(), EVENTS_AT_ONCE):
        total += target.write(Batch(events=events))
        on_progress(total)
    return total


def compare(source: Store, target: Store) -> Comparison:
    """Look for everything of a store in another, in bounded memory."""
    digest = hashlib.sha256()
    counts = [0, 0, 0, 0]
    missing: list[str] = []
    more = 0
    sides = (
        (map(_article_entry, _articles(source)), map(_article_entry, _articles(target))),
        (map(_event_entry, source.export()), map(_event_entry, target.export())),
    )
    for place, (wanted, held) in enumerate(sides):
        for one, other in _side_by_side(wanted, held):
            if one is None:
                more += 1
                continue
            if other is None or not set(one[1]) <= set(other[1]):
                missing = [*missing, one[0]][:5]
            counts[2 * place] += 1
            counts[2 * place + 1] += len(one[1])
            digest.update("\0".join((one[0], *one[1], "")).encode("utf-8", "surrogatepass"))
    return Comparison(
        articles=counts[0],
        problems=counts[1],
        events=counts[2],
        evidence=counts[3],
        checksum=digest.hexdigest()[:16],
        missing=tuple(missing),
        more=more,
    )


def _articles(store: Store) -> Iterator[tuple[Article, tuple[Problem, ...]]]:
    if not isinstance(store, ListsArticles):
        raise StoreError("this store cannot go through its articles")
    return store.export_articles()


def _article_entry(item: tuple[Article, Sequence[Problem]]) -> Entry:
    article, problems = item
    return article.id, tuple(sorted(map(repr, problems)))


def _event_entry(event: Event) -> Entry:
    return event.id, tuple(sorted(item.id for item in event.evidence))


def _side_by_side(
    one: Iterable[Entry], other: Iterable[Entry]
) -> Iterator[tuple[Entry | None, Entry | None]]:
    """Walk two lists that are ordered by id, and put the same ids together."""
    ones, others = iter(one), iter(other)
    left, right = next(ones, None), next(others, None)
    while left is not None or right is not None:
        if right is None or (left is not None and left[0] < right[0]):
            yield left, None
            left = next(ones, None)
        elif left is None or right[0] < left[0]:
            yield None, right
            right = next(others, None)
        else:
            yield left, right
            left, right = next(ones, None), next(others, None)


def _chunks(items: Iterable[T], size: int) -> Iterator[list[T]]:
    iterator = iter(items)
    while chunk := list(islice(iterator, size)):
        yield chunk

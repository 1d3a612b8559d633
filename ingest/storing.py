"""The end of an article's way: what was found goes into the store, or it is said why not.

`process` and `keep` are the same behind every worker. Imports `coding`, `retries`, `version` and
the store port.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from graph.errors import InvalidInput
from graph.inbox import Failure
from graph.model import Article
from graph.store import Batch, Store, Written
from ingest.coding import Coder, Uncoded, code_all
from ingest.retries import Retries
from ingest.version import coder_mark

if TYPE_CHECKING:
    from ingest.pipeline import Coded

DIED = "its worker died each time"
"""The reason where nothing else was ever said."""


@dataclass(slots=True)
class Kept:
    """What became of coded articles: every one is in `stored` or in `failures`."""

    written: Written = field(default_factory=Written)
    stored: "list[Coded]" = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)


def process(
    coder: Coder,
    store: Store,
    articles: Sequence[Article],
    attempts: Mapping[str, int],
    retries: Retries,
    now: Callable[[], datetime],
) -> Kept:
    """Code articles that are not stored yet, and keep the results."""
    known = store.known_articles([article.id for article in articles])
    results = code_all(coder, [article for article in articles if article.id not in known])
    return keep(store, results, attempts, retries, now())


def keep(
    store: Store,
    results: "Sequence[Coded | Uncoded]",
    attempts: Mapping[str, int],
    retries: Retries,
    now: datetime,
) -> Kept:
    """Store what was coded in one transaction, and say of the rest when to try again.

    `attempts` has how often each article was begun with, this time included; 1 for one that is
    not in it. What the store refuses would be refused again, so it is dead at once.
    """
    kept = Kept()
    _write(store, [item for item in results if not isinstance(item, Uncoded)], attempts, kept)
    for item in results:
        if isinstance(item, Uncoded):
            number = attempts.get(item.article.id, 1)
            retry_at = retries.at(number, now)
            kept.failures.append(Failure(item.article, number, item.reason, item.trace, retry_at))
    return kept


def batch_of(coded: "Sequence[Coded]") -> Batch:
    """What is written of coded articles."""
    return Batch(
        articles=[result.article for result in coded],
        events=[event for result in coded for event in result.events],
        problems=[problem for result in coded for problem in result.problems],
        coder=coder_mark(),
    )


def _write(store: Store, coded: "Sequence[Coded]", attempts: Mapping[str, int], kept: Kept) -> None:
    """One transaction; what a store refuses is found by writing one article at a time."""
    if not coded:
        return
    try:
        kept.written += store.write(batch_of(coded))
    except InvalidInput as error:
        if len(coded) > 1:
            for result in coded:
                _write(store, [result], attempts, kept)
            return
        article = coded[0].article
        number = attempts.get(article.id, 1)
        kept.failures.append(Failure(article, number, f"refused: {error}"))
        return
    kept.stored += coded

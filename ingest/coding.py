"""Coding several articles, one of which may be too much for the coder.

`Coders` is what a worker needs: it gives articles and takes results in the same order. `InProcess`
does the work at once; `ingest.pool` has other processes do it. Imports the types of `pipeline`.
"""

import logging
import traceback
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, Self

from graph.model import Article
from ingest.sources.received import Received

if TYPE_CHECKING:
    from ingest.pipeline import Coded  # at run time it would load spaCy

_LOG = logging.getLogger(__name__)


class Coder(Protocol):
    """What is needed of a Pipeline."""

    def process_many(self, articles: Iterable[Article], batch: int = 16) -> Iterator["Coded"]: ...


@dataclass(frozen=True, slots=True)
class Uncoded:
    """An article on which the coder failed: why, in a sentence, and the stack of the error."""

    article: Article
    reason: str
    trace: str = ""


def code_all(coder: Coder, articles: Sequence[Article]) -> "list[Coded | Uncoded]":
    """Code articles together; one that the coder fails on never takes the others with it. The
    results are in the order of the articles."""
    if not articles:
        return []
    try:
        return list(coder.process_many(articles))
    except Exception as error:  # the last handler: an article must not stop the feed
        if len(articles) > 1:
            return [result for article in articles for result in code_all(coder, [article])]
        _LOG.debug("the coder failed on %s", articles[0].id, exc_info=error)
        reason = f"the coder failed: {type(error).__name__}: {error}"
        return [Uncoded(articles[0], reason, "".join(traceback.format_exception(error)))]


def code_each(
    coder: Coder, received: Sequence[Received]
) -> "Iterator[tuple[Received, Coded | Uncoded]]":
    """Yield inputs with what was found in them, in their order."""
    results = code_all(coder, [item.article for item in received])
    return zip(received, results, strict=True)


class Coders(Protocol):
    """Codes groups of articles, one after another or several at once."""

    def __enter__(self) -> Self: ...

    def __exit__(self, *exc: object) -> None: ...

    def __len__(self) -> int:
        """How many groups were given and not taken back."""

    @property
    def full(self) -> bool:
        """Whether a result should be taken before the next group is given."""

    def give(self, articles: Sequence[Article]) -> None:
        """Begin with a group of articles."""

    def take(self, timeout: float | None = None) -> "list[Coded | Uncoded]":
        """Return the results of the group that was given first; TimeoutError after so many
        seconds, and then it can be asked again."""


class InProcess:
    """Codes in this process, when the result is wanted."""

    def __init__(self, coder: Coder) -> None:
        self._coder = coder
        self._waiting: deque[Sequence[Article]] = deque()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self._waiting.clear()

    def __len__(self) -> int:
        return len(self._waiting)

    @property
    def full(self) -> bool:
        return bool(self._waiting)

    def give(self, articles: Sequence[Article]) -> None:
        self._waiting.append(articles)

    def take(self, timeout: float | None = None) -> "list[Coded | Uncoded]":  # noqa: ARG002
        return code_all(self._coder, self._waiting.popleft())

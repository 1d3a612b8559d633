"""Articles that clients send: into the inbox of the store, and what became of them.

Imports `article_schemas`, `clock`, `text_schemas`, `turns`, `graph` and anyio.
"""

import anyio.to_thread

from app.article_schemas import ArticleStatusOut
from app.clock import utc_now
from app.text_schemas import ArticleIn
from app.turns import Turns
from graph.errors import NotFound
from graph.inbox import ArticleState, Task
from graph.store import MAX_LIMIT, EventQuery, Store

WRITERS = 2
"""So many are taken in at the same time; a store has one writer at a time, and readers need the
other threads."""


class Intake:
    """Takes articles in for many callers, a few at a time."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._turns = Turns(WRITERS, "articles")

    async def take(self, given: ArticleIn) -> ArticleStatusOut:
        """Put an article into the inbox, if it is neither there nor stored, and return how far it
        is; raise Busy where others have kept the store busy for too long."""
        async with self._turns.turn():
            return await anyio.to_thread.run_sync(self._take, given)

    def _take(self, given: ArticleIn) -> ArticleStatusOut:
        now = utc_now()
        article = given.article(now)
        if self._store.receive([article], now):
            return ArticleStatusOut.of_task(Task(article, ArticleState.RECEIVED, 0, now, now))
        try:
            return standing(self._store, article.id)
        except NotFound:  # somebody took it away in this moment
            return self._take(given)


def standing(store: Store, article_id: str) -> ArticleStatusOut:
    """Return how far an article is; NotFound where it is neither in the inbox nor stored."""
    task = store.tasks([article_id]).get(article_id)
    if task is not None:
        return ArticleStatusOut.of_task(task)
    article = store.article(article_id)
    return ArticleStatusOut.of_stored(
        article, _count_events(store, article_id), store.problems(article_id)
    )


def _count_events(store: Store, article_id: str) -> int:
    query = EventQuery(article=article_id)
    count, cursor = 0, None
    while True:
        page = store.events(query, MAX_LIMIT, cursor)
        count, cursor = count + len(page.items), page.next_cursor
        if cursor is None:
            return count

"""The inbox of the plainest store: a dict of tasks, and one plain loop for each promise."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from graph.inbox import ArticleState, Failure, InboxCounts, Task
from graph.model import Article


@dataclass
class ModelInbox:
    """Tasks by the id of their article. `stored` is of those articles that are stored."""

    held: dict[str, Task] = field(default_factory=dict)

    def receive(
        self, articles: Sequence[Article], stored: Collection[str], now: datetime
    ) -> set[str]:
        new = set()
        for article in articles:
            if article.id not in stored and article.id not in self.held:
                self.held[article.id] = Task(article, ArticleState.RECEIVED, 0, now, now)
                new.add(article.id)
        return new

    def claim(self, worker: str, limit: int, now: datetime, lease: timedelta) -> tuple[Task, ...]:
        waiting = [(task.due_at, key) for key, task in self.held.items() if task.due_at is not None]
        due = [key for due_at, key in sorted(waiting) if due_at <= now][:limit]
        for key in due:
            task = self.held[key]
            self.held[key] = replace(
                task,
                state=ArticleState.CLAIMED,
                attempts=task.attempts + 1,
                due_at=now + lease,
                worker=worker,
            )
        return tuple(self.held[key] for key in due)

    def renew(self, worker: str, ids: Sequence[str], until: datetime) -> set[str]:
        found = {
            key
            for key, task in self._of(ids).items()
            if task.state is ArticleState.CLAIMED and task.worker == worker
        }
        for key in found:
            self.held[key] = replace(self.held[key], due_at=until)
        return found

    def fail(self, failures: Sequence[Failure], stored: Collection[str], now: datetime) -> None:
        for item in failures:
            key = item.article.id
            if key in stored:
                continue
            before = self.held.get(key, Task(item.article, ArticleState.DEAD, 0, now, None))
            self.held[key] = replace(
                before,
                state=ArticleState.DEAD if item.retry_at is None else ArticleState.FAILED,
                attempts=item.attempts,
                due_at=item.retry_at,
                worker="",
                reason=item.reason,
                trace=item.trace,
            )

    def retry(self, ids: Sequence[str], now: datetime) -> set[str]:
        ended = (ArticleState.FAILED, ArticleState.DEAD)
        found = {key for key, task in self._of(ids).items() if task.state in ended}
        for key in found:
            self.held[key] = replace(
                self.held[key], state=ArticleState.RECEIVED, attempts=0, due_at=now, worker=""
            )
        return found

    def drop(self, ids: Sequence[str]) -> set[str]:
        return {key for key in set(ids) if self.held.pop(key, None) is not None}

    def in_state(self, state: ArticleState) -> tuple[Task, ...]:
        return tuple(task for _, task in sorted(self.held.items()) if task.state is state)

    def counts(self) -> InboxCounts:
        states = Counter(task.state.value for task in self.held.values())
        waiting = [t.received_at for t in self.held.values() if t.state is not ArticleState.DEAD]
        return InboxCounts(**states, oldest=min(waiting, default=None))

    def _of(self, ids: Sequence[str]) -> dict[str, Task]:
        return {key: self.held[key] for key in ids if key in self.held}

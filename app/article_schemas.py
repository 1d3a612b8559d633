"""Articles on the wire: lists, one with the places of everything that was found in it, and how far
one is that was sent.

Imports `schemas` and `graph`.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Self

from pydantic import Field

from app.schemas import ActorOut, DateOut, SpanOut, TriggerOut, Wire
from graph.articles import ArticleHead
from graph.inbox import ArticleState, Task
from graph.model import Article, Event, Evidence, Problem
from graph.model import Status as StatusName

MAX_REASON = 300
"""Characters of a reason that are shown."""


class ArticleOut(Wire):
    id: str
    title: str = Field(examples=["Russia and Iran sign strategic treaty in Moscow"])
    url: str
    publisher: str = Field(examples=["Westphalia samples"])
    published_at: datetime | None
    language: str = Field(examples=["en"])
    characters: int = Field(description="the length of its text", examples=[1834])
    events: int = Field(description="events that it is evidence for", examples=[7])

    @classmethod
    def of(cls, head: ArticleHead) -> Self:
        return cls(
            id=head.id,
            title=head.title,
            url=head.url,
            publisher=head.publisher,
            published_at=head.published_at,
            language=head.language,
            characters=head.characters,
            events=head.events,
        )


class ArticlePage(Wire):
    """Those published last come first, those without a time last."""

    items: list[ArticleOut]
    next_cursor: str | None


class FoundOut(Wire):
    """One event as this article tells it. All offsets are characters of `text`, half-open."""

    event_id: str
    evidence_id: str
    relation: str = Field(examples=["treaty"])
    status: StatusName = Field(examples=["asserted"])
    event_date: DateOut | None
    source: ActorOut
    source_via: ActorOut | None
    target: ActorOut | None
    target_via: ActorOut | None
    attributed_to: ActorOut | None
    sentence: SpanOut
    trigger: TriggerOut
    source_span: SpanOut
    target_span: SpanOut | None
    rule: str
    confidence: float

    @classmethod
    def of(cls, event: Event, proof: Evidence) -> Self:
        trigger = proof.trigger
        return cls(
            event_id=event.id,
            evidence_id=proof.id,
            relation=event.relation,
            status=event.status,
            event_date=DateOut.of(event.event_date),
            source=ActorOut.of(event.source),
            source_via=ActorOut.of_maybe(proof.source_via),
            target=ActorOut.of_maybe(event.target),
            target_via=ActorOut.of_maybe(proof.target_via),
            attributed_to=ActorOut.of_maybe(proof.attributed_to),
            sentence=SpanOut.of(proof.sentence),
            trigger=TriggerOut(start=trigger.start, end=trigger.end, text=proof.trigger_text),
            source_span=SpanOut.of(proof.source_span),
            target_span=SpanOut.of(proof.target_span) if proof.target_span else None,
            rule=proof.rule,
            confidence=proof.confidence,
        )


class ProblemFoundOut(Wire):
    """Something that was seen and not coded, and why."""

    reason: str = Field(examples=["unresolved"])
    detail: str
    span: SpanOut | None

    @classmethod
    def of(cls, problem: Problem) -> Self:
        span = SpanOut.of(problem.span) if problem.span else None
        return cls(reason=problem.reason, detail=problem.detail, span=span)


class ArticleTextOut(Wire):
    """An article with its text and what was found in it, in the order of the text. `more` is true
    where it tells more events than are shown."""

    id: str
    title: str
    url: str
    publisher: str
    published_at: datetime | None
    fetched_at: datetime | None
    language: str
    text: str
    events: list[FoundOut]
    more: bool
    problems: list[ProblemFoundOut]

    @classmethod
    def of(
        cls, article: Article, events: Iterable[Event], more: bool, problems: Iterable[Problem]
    ) -> Self:
        found = [
            FoundOut.of(event, proof)
            for event in events
            for proof in event.evidence
            if proof.article_id == article.id
        ]
        found.sort(key=lambda item: (item.sentence.start, item.trigger.start, item.event_id))
        return cls(
            id=article.id,
            title=article.title,
            url=article.url,
            publisher=article.publisher,
            published_at=article.published_at,
            fetched_at=article.fetched_at,
            language=article.language,
            text=article.text,
            events=found,
            more=more,
            problems=[ProblemFoundOut.of(problem) for problem in problems],
        )


class ArticleStatusOut(Wire):
    """How far an article is that was sent to be stored."""

    id: str = Field(examples=["a0123456789abcdef0123456789abcdef"])
    state: ArticleState = Field(examples=["done"])
    attempts: int | None = Field(
        description="how often a worker has begun with it; not known any more once it is done",
        examples=[None],
    )
    received_at: datetime | None = Field(
        description="none where the article came in another way", examples=["2026-02-10T09:30:00Z"]
    )
    retry_at: datetime | None = Field(
        description="when it is tried again, if it has failed", examples=[None]
    )
    reason: str | None = Field(description="why the last attempt failed", examples=[None])
    events: int | None = Field(
        description="events that it is evidence for, once it is done", examples=[1]
    )
    problems: list[str] = Field(
        description="what holds for its text as a whole, once it is done",
        examples=[["language: the text is in 'ru', not English"]],
    )
    status: str = Field(
        description="where this can be asked again",
        examples=["/v1/articles/a0123456789abcdef0123456789abcdef/status"],
    )
    article: str | None = Field(
        description="where the article stands, once it is done",
        examples=["/v1/articles/a0123456789abcdef0123456789abcdef"],
    )

    @classmethod
    def of_task(cls, task: Task) -> Self:
        """That of an article in the inbox. Of the reason only what is meant for people is told,
        its first line."""
        failed = task.state is ArticleState.FAILED
        reason, *_ = task.reason.splitlines() or [""]
        return cls(
            id=task.article.id,
            state=task.state,
            attempts=task.attempts,
            received_at=task.received_at,
            retry_at=task.due_at if failed else None,
            reason=reason[:MAX_REASON] or None,
            events=None,
            problems=[],
            status=f"{_path(task.article.id)}/status",
            article=None,
        )

    @classmethod
    def of_stored(cls, article: Article, events: int, problems: Iterable[Problem]) -> Self:
        path = _path(article.id)
        return cls(
            id=article.id,
            state=ArticleState.DONE,
            attempts=None,
            received_at=article.fetched_at,
            retry_at=None,
            reason=None,
            events=events,
            problems=[f"{p.reason}: {p.detail}" for p in problems if p.span is None],
            status=f"{path}/status",
            article=path,
        )


def _path(article_id: str) -> str:
    return f"/v1/articles/{article_id}"

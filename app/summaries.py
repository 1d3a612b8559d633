"""What the commands print with `--format json`: pydantic models, no dictionaries by hand.

Imports `schemas`, `graph`, and types of `ingest`.
"""

from dataclasses import asdict
from datetime import date, datetime
from typing import TYPE_CHECKING, Self

from app.schemas import Wire
from graph.copying import Comparison
from graph.inbox import Task
from graph.store import Statistics, Written

if TYPE_CHECKING:
    from ingest.evaluate import Evaluation, Tally, Triple
    from ingest.queue import Published
    from ingest.reprocess import Changes
    from ingest.sources.watch import Look
    from ingest.worker import Summary


class BadInput(Wire):
    path: str
    line: int | None
    reason: str


class CopySummary(Wire):
    """What was new in the target, and what of the source was compared with it."""

    new_articles: int
    new_events: int
    new_evidence: int
    new_problems: int
    articles: int
    events: int
    evidence: int
    problems: int
    checksum: str
    missing: list[str]
    more: int

    @classmethod
    def of(cls, written: Written, found: Comparison) -> Self:
        return cls(
            new_articles=written.articles,
            new_events=written.events,
            new_evidence=written.evidence,
            new_problems=written.problems,
            articles=found.articles,
            events=found.events,
            evidence=found.evidence,
            problems=found.problems,
            checksum=found.checksum,
            missing=list(found.missing),
            more=found.more,
        )


class IngestSummary(Wire):
    """read == stored + known + waiting + the length of bad. `failed` and `dead` of the bad ones
    are in the inbox, the failed ones to be tried again. `stale_countries` act in articles that
    are newer than the offices known of them."""

    read: int
    stored: int
    known: int
    waiting: int
    failed: int
    dead: int
    bad: list[BadInput]
    events: int
    evidence: int
    problems: int
    stale_countries: int
    stopped: bool

    @classmethod
    def of(cls, summary: "Summary") -> Self:
        written = summary.written
        return cls(
            read=summary.read,
            stored=summary.stored,
            known=summary.known,
            waiting=summary.waiting,
            failed=summary.failed,
            dead=summary.dead,
            bad=[BadInput(path=b.path, line=b.line, reason=b.reason) for b in summary.bad],
            events=written.events,
            evidence=written.evidence,
            problems=written.problems,
            stale_countries=len(summary.stale),
            stopped=summary.stopped,
        )


class PublishSummary(Wire):
    """read == published + repeated + the length of bad."""

    read: int
    published: int
    repeated: int
    bad: list[BadInput]
    stopped: bool

    @classmethod
    def of(cls, found: "Published") -> Self:
        return cls(
            read=found.read,
            published=found.published,
            repeated=found.repeated,
            bad=[BadInput(path=b.path, line=b.line, reason=b.reason) for b in found.bad],
            stopped=found.stopped,
        )


class ReprocessSummary(Wire):
    """What coding stored articles anew has changed; `failed` were left as they were."""

    articles: int
    changed: int
    added: int
    removed: int
    retyped: int
    failed: dict[str, str]
    stopped: bool

    @classmethod
    def of(cls, changes: "Changes") -> Self:
        return cls(**asdict(changes))


class DeadArticle(Wire):
    """An article that is not tried any more: why, with the stack of the error, and its text."""

    id: str
    title: str
    url: str
    publisher: str
    attempts: int
    received_at: datetime
    reason: str
    trace: str
    text: str

    @classmethod
    def of(cls, task: Task) -> Self:
        return cls(
            id=task.article.id,
            title=task.article.title,
            url=task.article.url,
            publisher=task.article.publisher,
            attempts=task.attempts,
            received_at=task.received_at,
            reason=task.reason,
            trace=task.trace,
            text=task.article.text,
        )


class LookSummary(Wire):
    """One look at one feed: what became of its items, and of the articles that they led to.
    items == articles + bad + unchanged + repeated + waiting."""

    feed: str
    state: str
    items: int
    articles: int
    bad: int
    unchanged: int
    repeated: int
    waiting: int
    new: int
    changed: int
    removed: int
    undated: int
    ingested: IngestSummary

    @classmethod
    def of(cls, look: "Look", summary: "Summary") -> Self:
        return cls(feed=look.url, ingested=IngestSummary.of(summary), **asdict(look.tally))


class Accuracy(Wire):
    """How many triples of a type were right, wrong and missed, and the ratios of them."""

    event_type: str
    right: int
    wrong: int
    missed: int
    precision: float
    recall: float
    f1: float

    @classmethod
    def of(cls, event_type: str, tally: "Tally") -> Self:
        return cls(
            event_type=event_type,
            right=tally.right,
            wrong=tally.wrong,
            missed=tally.missed,
            precision=round(tally.precision, 4),
            recall=round(tally.recall, 4),
            f1=round(tally.f1, 4),
        )


class ItemErrors(Wire):
    """What was wrong with one item, as "SOURCE TYPE TARGET"."""

    id: str
    text: str
    wrong: list[str]
    missed: list[str]
    forbidden: list[str]


class ReliabilityBin(Wire):
    """Events whose confidence lies from `low` to below `high`, and the share of them right."""

    low: float
    high: float
    events: int
    confidence: float
    right: float


class Report(Wire):
    """Accuracy on one gold file. `violations` counts triples that the gold file forbids."""

    gold: str
    items: int
    empty_items: int
    false_event_rate: float
    violations: int
    total: Accuracy
    by_type: list[Accuracy]
    by_relation: list[Accuracy]
    reliability: list[ReliabilityBin]
    brier: float
    errors: list[ItemErrors] | None

    @classmethod
    def of(cls, gold: str, evaluation: "Evaluation", with_errors: bool) -> Self:
        by_type = evaluation.by_type()
        return cls(
            gold=gold,
            items=len(evaluation.results),
            empty_items=evaluation.empty_items,
            false_event_rate=round(evaluation.false_event_rate, 4),
            violations=len(evaluation.violations),
            total=Accuracy.of("all", evaluation.total),
            by_type=[Accuracy.of(kind, tally) for kind, tally in by_type.items()],
            by_relation=[
                Accuracy.of(relation, tally) for relation, tally in evaluation.by_relation().items()
            ],
            reliability=[
                ReliabilityBin(
                    low=item.low,
                    high=item.high,
                    events=item.events,
                    confidence=round(item.confidence, 3),
                    right=round(item.right, 3),
                )
                for item in evaluation.reliability
            ],
            brier=round(evaluation.brier, 4),
            errors=_errors(evaluation) if with_errors else None,
        )


def _errors(evaluation: "Evaluation") -> list[ItemErrors]:
    return [
        ItemErrors(
            id=result.item.id,
            text=result.item.text,
            wrong=_words(result.wrong),
            missed=_words(result.missed),
            forbidden=_words(result.violations),
        )
        for result in evaluation.results
        if result.wrong or result.missed or result.violations
    ]


def _words(triples: "frozenset[Triple]") -> list[str]:
    return sorted(" ".join(triple) for triple in triples)


class StoreSummary(Wire):
    """Counts over the whole store."""

    articles: int
    actors: int
    events: int
    evidence: int
    problems: int
    first_day: date | None
    last_day: date | None
    events_by_type: dict[str, int]
    events_by_status: dict[str, int]

    @classmethod
    def of(cls, statistics: Statistics) -> Self:
        return cls(
            articles=statistics.articles,
            actors=statistics.actors,
            events=statistics.events,
            evidence=statistics.evidence,
            problems=statistics.problems,
            first_day=statistics.first_day,
            last_day=statistics.last_day,
            events_by_type=dict(sorted(statistics.events_by_type.items())),
            events_by_status=dict(sorted(statistics.events_by_status.items())),
        )

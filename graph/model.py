"""The value types that cross module borders: frozen, checked when made, free of I/O.

The words are those of docs/ontology.md: an Event is one claim that a source did a relation to
a target, and it cannot be made without Evidence. Imports only `ids` and `errors`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from graph.errors import InvalidInput
from graph.ids import PROVISIONAL_MARK, content_id


class ActorKind(StrEnum):
    STATE = "state"
    ORGANIZATION = "organization"
    ARMED_GROUP = "armed_group"
    PERSON = "person"
    INSTITUTION = "institution"


class Status(StrEnum):
    """How an Event is told: only `asserted` is a fact of the text."""

    ASSERTED = "asserted"
    PLANNED = "planned"
    HYPOTHETICAL = "hypothetical"
    NEGATED = "negated"
    HISTORICAL = "historical"


class Precision(StrEnum):
    DAY = "day"
    MONTH = "month"
    YEAR = "year"
    RANGE = "range"


class CommitmentKind(StrEnum):
    COLLECTIVE_DEFENCE = "collective_defence"
    BILATERAL_DEFENCE = "bilateral_defence"
    NON_AGGRESSION = "non_aggression"
    CONSULTATION = "consultation"
    FRIENDSHIP = "friendship"
    STRATEGIC_PARTNERSHIP = "strategic_partnership"
    BASING = "basing"
    NUCLEAR_SHARING = "nuclear_sharing"
    MEMBERSHIP = "membership"


@dataclass(frozen=True, slots=True)
class Span:
    """Character offsets into the text of an Article, half-open."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end:
            raise InvalidInput(f"a span needs 0 <= start < end, got {self.start}..{self.end}")


@dataclass(frozen=True, slots=True)
class EventDate:
    """The days on which something happened, both ends included."""

    start: date
    end: date
    precision: Precision

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise InvalidInput(f"event date ends before it starts: {self.start}..{self.end}")

    @classmethod
    def day(cls, day: date) -> "EventDate":
        return cls(day, day, Precision.DAY)


@dataclass(frozen=True, slots=True)
class Article:
    """One text as received. `published_at` and `fetched_at` are aware and in UTC."""

    text: str
    title: str = ""
    url: str = ""
    publisher: str = ""
    published_at: datetime | None = None
    fetched_at: datetime | None = None
    language: str = ""

    def __post_init__(self) -> None:
        if not self.text.strip():
            raise InvalidInput("an article needs a text")
        for field in ("text", "title", "url", "publisher"):
            if "\0" in getattr(self, field):
                raise InvalidInput(f"article {self.id}: NUL character in its {field}")
        for moment in (self.published_at, self.fetched_at):
            if moment is not None and moment.utcoffset() != timedelta(0):
                raise InvalidInput(f"article {self.id}: {moment} is not an aware UTC time")

    @property
    def id(self) -> str:
        """Depends on what was published, never on when it was fetched."""
        published = self.published_at.isoformat() if self.published_at else ""
        return content_id("a", (self.publisher, self.url, published, self.title, self.text))


@dataclass(frozen=True, slots=True)
class Actor:
    """A political agent. `country` is the alpha-3 code of the state it acts for, or none."""

    id: str
    name: str
    kind: ActorKind
    country: str | None = None

    @property
    def provisional(self) -> bool:
        """Whether a text alone says who this is; a curated id never has the mark."""
        return PROVISIONAL_MARK in self.id


@dataclass(frozen=True, slots=True)
class NamedActor:
    """An Actor with every other name under which it may be searched for."""

    actor: Actor
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why an Event is believed: one sentence of one Article, and who is quoted as saying it.

    `quote` is the text at `sentence`; `trigger`, `source_span` and `target_span` are offsets into
    the same text, the mentions possibly in an earlier sentence (coreference). `rule` names the
    lexicon entry and the construction that fired. `confidence` lies in (0, 1].
    """

    article_id: str
    sentence: Span
    quote: str
    trigger: Span
    trigger_text: str
    source_span: Span
    target_span: Span | None
    extractor: str
    rule: str
    confidence: float
    source_via: Actor | None = None
    target_via: Actor | None = None
    attributed_to: Actor | None = None

    def __post_init__(self) -> None:
        if len(self.quote) != self.sentence.end - self.sentence.start:
            raise InvalidInput(f"evidence in {self.article_id}: the quote does not fit its offsets")
        if not 0 < self.confidence <= 1:
            raise InvalidInput(f"evidence in {self.article_id}: confidence {self.confidence}")

    @property
    def id(self) -> str:
        spans = (self.sentence, self.trigger, self.source_span, self.target_span)
        places = [f"{span.start}-{span.end}" if span else "" for span in spans]
        return content_id("v", (self.article_id, *places, self.extractor, self.rule))


@dataclass(frozen=True, slots=True)
class Event:
    """One claim that `source` did `relation` to `target`.

    Source and target are principals: states, organisations, armed groups, or a person who acts
    for nobody. The person or institution that the text names stands in the Evidence as
    `source_via` or `target_via`. `reported_on` is the earliest day of publication known.
    """

    source: Actor
    relation: str
    target: Actor | None
    status: Status
    event_date: EventDate | None
    reported_on: date | None
    evidence: tuple[Evidence, ...]

    def __post_init__(self) -> None:
        if not self.evidence:
            raise InvalidInput(f"event {self.source.id} {self.relation}: no evidence")
        if self.target is not None and self.target.id == self.source.id:
            raise InvalidInput(f"event {self.source.id} {self.relation}: source is target")

    @property
    def day(self) -> date | None:
        """The day that identifies the Event: when it happened, else when it was reported."""
        return self.event_date.start if self.event_date else self.reported_on

    @property
    def id(self) -> str:
        """Source, target, relation, status and day: two reports of one act share it."""
        if self.event_date:
            when = f"{self.event_date.start}/{self.event_date.end}"
        else:
            when = f"reported {self.reported_on}" if self.reported_on else ""
        target = self.target.id if self.target else ""
        return content_id("e", (self.source.id, self.relation, target, self.status, when))

    @property
    def confidence(self) -> float:
        """That of the best evidence; a weak second report never lowers it."""
        return max(item.confidence for item in self.evidence)

    @property
    def best_evidence(self) -> Evidence:
        return min(self.evidence, key=lambda item: (-item.confidence, item.id))

    @property
    def source_via(self) -> Actor | None:
        """The person or institution named as acting, from the best evidence that names one."""
        return _first_via([e.source_via for e in _best_first(self.evidence)])

    @property
    def target_via(self) -> Actor | None:
        return _first_via([e.target_via for e in _best_first(self.evidence)])


def _best_first(evidence: Sequence[Evidence]) -> list[Evidence]:
    return sorted(evidence, key=lambda item: (-item.confidence, item.id))


def _first_via(candidates: Sequence[Actor | None]) -> Actor | None:
    return next((actor for actor in candidates if actor is not None), None)


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that was seen and not coded, with the reason. `span` points into the text."""

    article_id: str
    reason: str
    detail: str
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Commitment:
    """A standing formal tie, in force on `since` <= day < `until`."""

    id: str
    kind: CommitmentKind
    instrument: str
    parties: tuple[str, ...]
    since: date
    until: date | None = None
    source_url: str = ""

    def in_force(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day < self.until)

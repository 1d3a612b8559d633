"""Small functions that make domain values for tests: say what matters, the rest has a default."""

from datetime import UTC, date, datetime

from graph.model import (
    Actor,
    ActorKind,
    Article,
    Event,
    EventDate,
    Evidence,
    Problem,
    Span,
    Status,
)


def state(code: str, name: str = "") -> Actor:
    return Actor(code, name or f"State of {code}", ActorKind.STATE, code)


def person(slug: str, country: str | None = None, name: str = "") -> Actor:
    return Actor(slug, name or slug.replace("-", " ").title(), ActorKind.PERSON, country)


def organization(code: str, name: str = "") -> Actor:
    return Actor(code, name or f"Organisation {code}", ActorKind.ORGANIZATION)


RUS = state("RUS", "Russia")
IRN = state("IRN", "Iran")
USA = state("USA", "United States")
NATO = organization("NATO", "North Atlantic Treaty Organization")
PUTIN = person("vladimir-putin", "RUS")
PEZESHKIAN = person("masoud-pezeshkian", "IRN")

DAY = date(2025, 1, 17)


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


def article(
    text: str = "Russia and Iran signed a treaty.",
    *,
    publisher: str = "The Courier",
    title: str = "A title",
    url: str = "https://example.org/1",
    published: date | None = DAY,
) -> Article:
    return Article(
        text=text,
        title=title,
        url=url,
        publisher=publisher,
        published_at=noon(published) if published else None,
        fetched_at=noon(published) if published else None,
        language="en",
    )


def evidence(
    of: Article,
    *,
    start: int = 0,
    confidence: float = 0.9,
    rule: str = "treaty.active",
    source_via: Actor | None = None,
    target_via: Actor | None = None,
    attributed_to: Actor | None = None,
) -> Evidence:
    """Evidence whose quote is the text of the article from `start` on."""
    quote = of.text[start:]
    return Evidence(
        article_id=of.id,
        sentence=Span(start, len(of.text)),
        quote=quote,
        trigger=Span(start, start + 1),
        trigger_text=quote[:1],
        source_span=Span(start, start + 1),
        target_span=Span(start, start + 1),
        extractor="test 1",
        rule=rule,
        confidence=confidence,
        source_via=source_via,
        target_via=target_via,
        attributed_to=attributed_to,
    )


def event(
    *proofs: Evidence,
    source: Actor = RUS,
    target: Actor | None = IRN,
    relation: str = "treaty",
    status: Status = Status.ASSERTED,
    day: date | None = DAY,
    reported: date | None = DAY,
) -> Event:
    return Event(
        source=source,
        relation=relation,
        target=target,
        status=status,
        event_date=EventDate.day(day) if day else None,
        reported_on=reported,
        evidence=proofs,
    )


def problem(of: Article, reason: str = "no_event", detail: str = "", start: int = 0) -> Problem:
    return Problem(of.id, reason, detail, Span(start, start + 1))

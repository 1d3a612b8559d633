"""A row of another coder as what the store takes: its text is the row itself in one line, its
quote that line, so that the rule of evidence holds and nobody takes it for a sentence of an
article. Imports `graph` and `clean`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

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
from graph.reference import Reference
from ingest.clean import cleaned

CONFIDENCE = 0.5
"""Of every imported event: these coders say nothing of how sure they are."""

UNMAPPED = "import"
"""The reason of the Problem of a row that is no event of ours."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row as its coder wrote it. `source` and `target` are the codes of the two actors, of
    which `source_id` and `target_id` are the ids with us ("" for none); `code` is the coder's own
    and `relation` what it is with us."""

    extractor: str
    id: str
    source: str
    source_id: str
    code: str
    relation: str | None
    target: str
    target_id: str
    day: date | None
    reported: date | None
    url: str = ""


@dataclass(frozen=True, slots=True)
class Imported:
    """One row, stored as an Article, with its event or with the reason why it has none."""

    article: Article
    event: Event | None
    problem: Problem | None


class Importer:
    """Turns rows into what the store takes; the actors are those of the reference data."""

    def __init__(self, reference: Reference) -> None:
        self._states = {
            code: Actor(code, state.name, ActorKind.STATE, code)
            for code, state in reference.states.items()
        }
        self._organizations = {
            code: Actor(code, organization.name, ActorKind.ORGANIZATION)
            for code, organization in reference.organizations.items()
        }

    def read(self, row: Row) -> Imported:
        parts = [f"{row.extractor} {row.id}: ", row.source or "-", " ", row.code or "-", " "]
        parts += [row.target or "-", f", {row.day or 'no day'}"]
        reported = row.reported or row.day
        article = cleaned(
            Article(
                text="".join(parts),
                url=row.url,
                publisher=row.extractor,
                published_at=datetime.combine(reported, time(), UTC) if reported else None,
            )
        )
        source, target = self._actor(row.source_id), self._actor(row.target_id)
        reason = _why_not(row, source, target)
        if reason or source is None or target is None or row.relation is None:
            return Imported(article, None, Problem(article.id, UNMAPPED, reason))
        places = [len("".join(parts[:number])) for number in range(len(parts) + 1)]
        evidence = Evidence(
            article_id=article.id,
            sentence=Span(0, len(article.text)),
            quote=article.text,
            trigger=Span(places[3], places[4]),
            trigger_text=row.code,
            source_span=Span(places[1], places[2]),
            target_span=Span(places[5], places[6]),
            extractor=row.extractor,
            rule=f"{row.extractor}: {row.code}",
            confidence=CONFIDENCE,
        )
        event = Event(
            source=source,
            relation=row.relation,
            target=target,
            status=Status.ASSERTED,
            event_date=EventDate.day(row.day) if row.day else None,
            reported_on=reported,
            evidence=(evidence,),
        )
        return Imported(article, event, None)

    def _actor(self, actor_id: str) -> Actor | None:
        return self._states.get(actor_id) or self._organizations.get(actor_id)


def _why_not(row: Row, source: Actor | None, target: Actor | None) -> str:
    if source is None:
        return f"no actor of ours: {row.source or 'none'}"
    if target is None:
        return f"no actor of ours: {row.target or 'none'}"
    if source.id == target.id:
        return f"both ends are {source.id}"
    return "" if row.relation else f"no relation of ours: {row.code or 'none'}"


def day_of(text: str) -> date | None:
    """The day at the beginning of an ISO date or of a stamp such as 20250117."""
    head = text.strip()
    try:
        return date.fromisoformat(head[:10] if "-" in head else head[:8])
    except ValueError:
        return None


def first_of(cells: Mapping[str, str], *names: str) -> str:
    """The first of these columns that says something; "None" says nothing."""
    for name in names:
        value = cells.get(name, "").strip()
        if value and value.lower() not in ("none", "na", "nan"):
            return value
    return ""

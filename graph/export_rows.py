"""What an exported event or tie holds, flat for tables and as JSON-LD.

Pure. Imports only `model`, `network`, `ontology` and the types of `store`.
"""

import csv
import io
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from datetime import date

from graph.model import Actor, Event, Evidence
from graph.network import Edge, Tone
from graph.ontology import load_ontology
from graph.store import Quote

Value = str | int | float | None
JsonValue = Value | list["JsonValue"] | dict[str, "JsonValue"]


@dataclass(frozen=True, slots=True)
class EventRow:
    """One event in one row: ends and names, types, days as ISO texts, and its best evidence."""

    id: str
    source: str
    source_name: str
    source_via: str | None
    relation: str
    target: str | None
    target_name: str | None
    target_via: str | None
    status: str
    event_type: str | None
    cameo: str | None
    quad_class: str | None
    score: float | None
    day: str | None
    date_start: str | None
    date_end: str | None
    date_precision: str | None
    reported_on: str | None
    confidence: float
    evidence: int
    quote: str
    attributed_to: str | None
    article: str
    publisher: str
    title: str
    url: str

    @classmethod
    def of(cls, event: Event, quote: Quote | None) -> "EventRow":
        projection = load_ontology().project(event.relation, event.status)
        when, best = event.event_date, event.best_evidence
        return cls(
            id=event.id,
            source=event.source.id,
            source_name=event.source.name,
            source_via=_id(event.source_via),
            relation=event.relation,
            target=_id(event.target),
            target_name=event.target.name if event.target else None,
            target_via=_id(event.target_via),
            status=event.status.value,
            event_type=projection.event_type.value if projection else None,
            cameo=projection.cameo if projection else None,
            quad_class=projection.quad_class.value if projection else None,
            score=projection.score if projection else None,
            day=_iso(event.day),
            date_start=_iso(when.start if when else None),
            date_end=_iso(when.end if when else None),
            date_precision=when.precision.value if when else None,
            reported_on=_iso(event.reported_on),
            confidence=event.confidence,
            evidence=len(event.evidence),
            quote=best.quote,
            attributed_to=_id(best.attributed_to),
            article=best.article_id,
            publisher=quote.publisher if quote else "",
            title=quote.title if quote else "",
            url=quote.url if quote else "",
        )

    def values(self) -> dict[str, Value]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class TieRow:
    """One pair of principals on a day; `weight` is the closeness of `network.Edge`."""

    source: str
    source_name: str
    target: str
    target_name: str
    weight: float
    score: float
    cooperation: float
    conflict: float
    events: int

    @classmethod
    def of(cls, edge: Edge, one: Actor, other: Actor, tone: Tone) -> "TieRow":
        return cls(
            source=one.id,
            source_name=one.name,
            target=other.id,
            target_name=other.name,
            weight=round(edge.closeness(tone), 6),
            score=round(edge.score, 6),
            cooperation=round(edge.cooperation, 6),
            conflict=round(edge.conflict, 6),
            events=edge.events,
        )

    def values(self) -> dict[str, Value]:
        return asdict(self)


EVENT_COLUMNS = tuple(item.name for item in fields(EventRow))
TIE_COLUMNS = tuple(item.name for item in fields(TieRow))


def to_csv(rows: Iterable[Iterable[Value]]) -> str:
    """Return rows as CSV (RFC 4180), with CRLF at the end of each; None is an empty cell."""
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue()


def evidence_values(item: Evidence) -> dict[str, JsonValue]:
    """Return one evidence for JSON Lines; offsets are characters into the article's text."""
    target = item.target_span
    return {
        "id": item.id,
        "article": item.article_id,
        "start": item.sentence.start,
        "end": item.sentence.end,
        "quote": item.quote,
        "trigger": [item.trigger.start, item.trigger.end],
        "source_span": [item.source_span.start, item.source_span.end],
        "target_span": [target.start, target.end] if target else None,
        "source_via": _id(item.source_via),
        "target_via": _id(item.target_via),
        "attributed_to": _id(item.attributed_to),
        "rule": item.rule,
        "extractor": item.extractor,
        "confidence": item.confidence,
    }


VOCABULARY = "urn:westphalia:"
CONTEXT: dict[str, JsonValue] = {
    "@vocab": f"{VOCABULARY}term:",
    "schema": "https://schema.org/",
    "prov": "http://www.w3.org/ns/prov#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "actor": f"{VOCABULARY}actor:",
    "event": f"{VOCABULARY}event:",
    "evidence": f"{VOCABULARY}evidence:",
    "article": f"{VOCABULARY}article:",
    "name": "schema:name",
    "url": {"@id": "schema:url", "@type": "@id"},
    "publisher": "schema:publisher",
    "headline": "schema:headline",
    "quote": "schema:text",
    "day": {"@id": "schema:startDate", "@type": "xsd:date"},
    "reported_on": {"@id": "schema:datePublished", "@type": "xsd:date"},
    "source": {"@type": "@id"},
    "target": {"@type": "@id"},
    "source_via": {"@type": "@id"},
    "target_via": {"@type": "@id"},
    "attributed_to": {"@id": "prov:wasAttributedTo", "@type": "@id"},
    "article_of": {"@id": "prov:wasQuotedFrom", "@type": "@id"},
    "evidence_of": {"@reverse": "has_evidence"},
    "has_evidence": {"@id": "prov:wasDerivedFrom"},
}
"""The JSON-LD context; docs/api.md explains it."""


def ld_actor(actor: Actor) -> dict[str, JsonValue]:
    return _kept(
        {
            "@id": f"actor:{actor.id}",
            "@type": actor.kind.value,
            "name": actor.name,
            "country": actor.country,
        }
    )


def ld_event(event: Event, quote: Quote | None) -> dict[str, JsonValue]:
    row = EventRow.of(event, quote)
    return _kept(
        {
            "@id": f"event:{event.id}",
            "@type": "Event",
            "source": _actor(row.source),
            "source_via": _actor(row.source_via),
            "relation": row.relation,
            "target": _actor(row.target),
            "target_via": _actor(row.target_via),
            "status": row.status,
            "event_type": row.event_type,
            "cameo": row.cameo,
            "day": row.day,
            "date_end": row.date_end,
            "reported_on": row.reported_on,
            "confidence": row.confidence,
            "publisher": row.publisher or None,
            "headline": row.title or None,
            "url": row.url or None,
            "has_evidence": [_ld_evidence(item) for item in event.evidence],
        }
    )


def _ld_evidence(item: Evidence) -> dict[str, JsonValue]:
    return _kept(
        {
            "@id": f"evidence:{item.id}",
            "@type": "Evidence",
            "article_of": f"article:{item.article_id}",
            "quote": item.quote,
            "start": item.sentence.start,
            "end": item.sentence.end,
            "confidence": item.confidence,
            "attributed_to": _actor(_id(item.attributed_to)),
        }
    )


def ld_tie(row: TieRow, day: date) -> dict[str, JsonValue]:
    return {
        "@id": f"{VOCABULARY}tie:{row.source}:{row.target}:{day}",
        "@type": "Tie",
        "between": [{"@id": f"actor:{row.source}"}, {"@id": f"actor:{row.target}"}],
        "as_of": day.isoformat(),
        "score": row.score,
        "weight": row.weight,
        "cooperation": row.cooperation,
        "conflict": row.conflict,
        "events": row.events,
    }


def _kept(values: dict[str, JsonValue]) -> dict[str, JsonValue]:
    return {key: value for key, value in values.items() if value is not None}


def _actor(actor_id: str | None) -> str | None:
    return f"actor:{actor_id}" if actor_id is not None else None


def _id(actor: Actor | None) -> str | None:
    return actor.id if actor is not None else None


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day is not None else None

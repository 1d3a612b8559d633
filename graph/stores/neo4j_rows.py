"""Domain values to what nodes and relationships hold, and back.

What a person opens (Actor, Event, Article) holds words, numbers and dates. Ids that are hashes,
whole texts and folded names stand on records (ActorRecord, EventRecord, ArticleRecord), which share
an `id` or a running `number` with what they belong to, and no relationship. An InboxRecord belongs
to nothing yet. Imports only `inbox`, `model`, `mass`, `ontology` and siblings.
"""

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from graph.inbox import article_to_json, without_halves
from graph.mass import independent_publishers, signed_mass
from graph.model import (
    Actor,
    Article,
    Event,
    EventDate,
    Evidence,
    NamedActor,
    Precision,
    Problem,
    Span,
    Status,
)
from graph.ontology import load_ontology
from graph.stores.cypher import KINDS
from graph.stores.names import folded, words
from graph.stores.neo4j_session import Row

Properties = dict[str, Any]
_TITLE_LENGTH = 80
_NO_DAY = 9_999_999


@dataclass(frozen=True, slots=True)
class Claim:
    """An event without its evidence; `number` is its place in the order of writing."""

    number: int
    id: str
    source: Actor
    relation: str
    status: Status
    target: Actor | None
    event_date: EventDate | None
    day: date | None


@dataclass(frozen=True, slots=True)
class Witness:
    """One evidence, the publisher of its article, and the day on which that report was printed."""

    evidence: Evidence
    publisher: str
    reported_on: date | None


@dataclass(slots=True)
class Known:
    """An event as stored: what its node holds, and its witnesses by the id of the evidence."""

    claim: Claim
    node: Properties
    witnesses: dict[str, Witness] = field(default_factory=dict)

    def event(self) -> Event:
        """The domain value, evidence ordered by confidence downwards, then id."""
        claim = self.claim
        ordered = sorted(self.witnesses.items(), key=lambda w: (-w[1].evidence.confidence, w[0]))
        return Event(
            source=claim.source,
            relation=claim.relation,
            target=claim.target,
            status=claim.status,
            event_date=claim.event_date,
            reported_on=self.node.get("reported_on"),
            evidence=tuple(witness.evidence for _, witness in ordered),
        )


def sort_key(day: date | None, event_id: str) -> str:
    """What puts events into the order of the port: latest day first, none last, then id."""
    return f"{_NO_DAY - (day.toordinal() if day else 0):07}{event_id}"


def sort_key_of_position(day: int, event_id: str) -> str:
    return f"{_NO_DAY - day:07}{event_id}"


def pair_key(one: str, other: str) -> str:
    """A word for two actors in either order, so short that a key of an index begins with it. Two
    pairs may share one, if hardly ever: whoever finds events by it looks at their ends."""
    both = "\0".join(sorted((one, other)))
    return hashlib.blake2b(both.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def event_record(claim: Claim) -> Properties:
    """`sort` is the event's place in lists, `pair` that in the list of what its two ends did."""
    sort = sort_key(claim.day, claim.id)
    pair = pair_key(claim.source.id, claim.target.id) + sort if claim.target else None
    return {
        "id": claim.id,
        "number": claim.number,
        "name": f"record of event {claim.number}",
        "sort": sort,
        "pair": pair,
    }


def event_node(claim: Claim, witnesses: Collection[Witness]) -> Properties:
    """What an Event node holds. `weight` is the signed, unfaded mass of `store.TieQuery`."""
    confidence = max(witness.evidence.confidence for witness in witnesses)
    reported = [w.reported_on for w in witnesses if w.reported_on is not None]
    projected = load_ontology().project(claim.relation, claim.status)
    weight = 0.0
    if projected is not None:
        publishers = independent_publishers((w.publisher, w.evidence.quote) for w in witnesses)
        weight = round(signed_mass(projected.score, confidence, publishers) * 1e9) / 1e9
    when = claim.event_date
    return {
        "number": claim.number,
        "name": event_name(claim),
        "relation": claim.relation,
        "status": claim.status.value,
        "event_type": projected.event_type.value if projected else None,
        "day": claim.day,
        "first_day": when.start if when else None,
        "last_day": when.end if when else None,
        "precision": when.precision.value if when else None,
        "reported_on": min(reported, default=None),
        "confidence": confidence,
        "weight": weight,
    }


def event_name(claim: Claim) -> str:
    """Return "Russia treaty Iran (2025-01-17)"; a status other than asserted is told."""
    ends = [claim.source.name, claim.relation.replace("_", " ")]
    if claim.target is not None:
        ends.append(claim.target.name)
    told = [str(claim.day)] if claim.day else []
    if claim.status is not Status.ASSERTED:
        told.append(claim.status.value)
    return " ".join(ends) + (f" ({', '.join(told)})" if told else "")


def evidence_edge(witness: Witness) -> Properties:
    """What an EVIDENCED_BY relationship holds; offsets are characters of the article's text."""
    item = witness.evidence
    target = item.target_span
    edge = {
        "quote": item.quote,
        "start": item.sentence.start,
        "end": item.sentence.end,
        "confidence": item.confidence,
        "trigger": item.trigger_text,
        "trigger_start": item.trigger.start,
        "trigger_end": item.trigger.end,
        "source_start": item.source_span.start,
        "source_end": item.source_span.end,
        "target_start": target.start if target else None,
        "target_end": target.end if target else None,
        "extractor": item.extractor,
        "rule": item.rule,
        "reported_on": witness.reported_on,
    }
    for name in ("source_via", "target_via", "attributed_to"):
        actor: Actor | None = getattr(item, name)
        edge[name] = actor.id if actor else None
        edge[f"{name}_country"] = actor.country if actor else None
    return edge


def evidence_of(edge: Properties, article: str, actors: Mapping[str, Actor]) -> Evidence:
    def named(name: str) -> Actor | None:
        return on_the_day(actors, edge.get(name), edge.get(f"{name}_country"))

    target = None
    if "target_start" in edge:
        target = Span(edge["target_start"], edge["target_end"])
    return Evidence(
        article_id=article,
        sentence=Span(edge["start"], edge["end"]),
        quote=edge["quote"],
        trigger=Span(edge["trigger_start"], edge["trigger_end"]),
        trigger_text=edge["trigger"],
        source_span=Span(edge["source_start"], edge["source_end"]),
        target_span=target,
        extractor=edge["extractor"],
        rule=edge["rule"],
        confidence=edge["confidence"],
        source_via=named("source_via"),
        target_via=named("target_via"),
        attributed_to=named("attributed_to"),
    )


def event_date_of(node: Properties) -> EventDate | None:
    if "first_day" not in node:
        return None
    return EventDate(node["first_day"], node["last_day"], Precision(node["precision"]))


def actor_of(actor_id: str, name: str, labels: Collection[str], country: str | None) -> Actor:
    kind = next(KINDS[label] for label in labels if label in KINDS)
    return Actor(actor_id, name, kind, country)


def on_the_day(
    actors: Mapping[str, Actor], actor_id: str | None, country: str | None
) -> Actor | None:
    """An actor with the country that it acted for in the event, which need not be today's."""
    if actor_id is None:
        return None
    actor = actors[actor_id]
    if actor.country == country:
        return actor
    return Actor(actor.id, actor.name, actor.kind, country)


def actor_node(named: NamedActor) -> Properties:
    actor = named.actor
    return {
        "id": actor.id,
        "name": actor.name,
        "country": actor.country,
        "aliases": list(named.aliases) or None,
        "provisional": actor.provisional or None,
    }


def actor_record(named: NamedActor) -> Properties:
    """What search needs; `words` has a space before and after every word."""
    names = (named.actor.name, *named.aliases)
    return {
        "id": named.actor.id,
        "name": named.actor.name,
        "folded": [folded(name) for name in names],
        "words": [f" {' '.join(words(name))} " for name in names],
    }


def article_node(article: Article, number: int) -> Properties:
    return {
        "number": number,
        "name": _title(article),
        "url": article.url or None,
        "publisher": article.publisher or None,
        "published_at": article.published_at,
        "language": article.language or None,
    }


def article_record(article_id: str, article: Article, number: int, coder: str) -> Properties:
    return {
        "id": article_id,
        "number": number,
        "name": _title(article),
        "title": article.title,
        "text": article.text,
        "fetched_at": article.fetched_at,
        "coder": coder,
    }


def inbox_record(article_id: str, article: Article) -> Properties:
    name = without_halves(_title(article))
    return {"id": article_id, "name": name, "article": article_to_json(article)}


def _title(article: Article) -> str:
    text = article.title.strip() or article.text.strip()
    short = " ".join(text[: 2 * _TITLE_LENGTH].split())
    return short if len(short) <= _TITLE_LENGTH else short[: _TITLE_LENGTH - 1].rstrip() + "…"


def article_of(node: Properties, record: Properties) -> Article:
    return Article(
        text=record["text"],
        title=record["title"],
        url=node.get("url", ""),
        publisher=node.get("publisher", ""),
        published_at=utc(node.get("published_at")),
        fetched_at=utc(record.get("fetched_at")),
        language=node.get("language", ""),
    )


def utc(moment: datetime | None) -> datetime | None:
    return moment.astimezone(UTC) if moment else None


def problem_node(problem: Problem) -> Properties:
    span = problem.span
    return {
        "name": problem.reason,
        "reason": problem.reason,
        "detail": problem.detail,
        "start": span.start if span else None,
        "end": span.end if span else None,
    }


def problem_of(article_id: str, row: Row) -> Problem:
    start, end, reason, detail = row
    return Problem(article_id, reason, detail, None if start is None else Span(start, end))


def problem_order(problem: Problem) -> tuple[int, str, int, str]:
    """By place in the text, those without one first, then reason."""
    start, end = (problem.span.start, problem.span.end) if problem.span else (-1, -1)
    return start, problem.reason, end, problem.detail

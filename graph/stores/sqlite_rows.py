"""Rows to domain values and back. Days are ordinals, moments ISO texts, actors row numbers.

Runs the few queries that fetch whole events by row number; imports only `model`.
"""

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from graph.model import (
    Actor,
    ActorKind,
    Article,
    Event,
    EventDate,
    Evidence,
    Precision,
    Problem,
    Span,
    Status,
)

Row = tuple[Any, ...]
ActorNumbers = Mapping[str, int]

INSERT_ARTICLE = """
INSERT INTO article (id, url, title, publisher, published_at, fetched_at, language, text, n, coder)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
SELECT_ARTICLES = """
SELECT a.id, a.text, a.title, a.url, a.publisher, a.published_at, a.fetched_at, a.language
FROM json_each(?) wanted CROSS JOIN article a ON a.n = wanted.value
"""
INSERT_EVIDENCE = f"INSERT INTO evidence VALUES ({', '.join('?' * 23)})"
INSERT_EVENT = f"INSERT INTO event VALUES ({', '.join('?' * 16)})"
_SELECT_EVENTS = """
SELECT e.n, e.source, e.source_country, e.relation, e.target, e.target_country, e.status,
    e.date_start, e.date_end, e.date_precision, e.reported_on
FROM json_each(?) wanted CROSS JOIN event e ON e.n = wanted.value
"""
_SELECT_EVIDENCE = """
SELECT v.event, a.id, v.sentence_start, v.sentence_end, v.quote, v.trigger_start, v.trigger_end,
    v.trigger_text, v.source_start, v.source_end, v.target_start, v.target_end, v.extractor,
    v.rule, v.confidence, v.source_via, v.source_via_country, v.target_via, v.target_via_country,
    v.attributed_to, v.attributed_to_country
FROM json_each(?) wanted CROSS JOIN evidence v ON v.event = wanted.value
CROSS JOIN article a ON a.n = v.article
ORDER BY v.event, v.confidence DESC, v.id
"""
_SELECT_ACTORS = """
SELECT a.n, a.id, a.name, a.kind, a.country
FROM json_each(?) wanted CROSS JOIN actor a ON a.n = wanted.value
"""


def keys(values: Iterable[str | int]) -> str:
    """Return values as the JSON list that json_each reads: one parameter for any number."""
    return json.dumps(list(values))


def article_row(article: Article) -> Row:
    return (
        article.id,
        article.url,
        article.title,
        article.publisher,
        article.published_at.isoformat() if article.published_at else None,
        article.fetched_at.isoformat() if article.fetched_at else None,
        article.language,
        article.text,
    )


def read_articles(connection: sqlite3.Connection, numbers: Iterable[int]) -> dict[str, Article]:
    """Return the articles of row numbers by id."""
    rows = connection.execute(SELECT_ARTICLES, (keys(numbers),))
    return {
        row[0]: Article(
            text=row[1],
            title=row[2],
            url=row[3],
            publisher=row[4],
            published_at=datetime.fromisoformat(row[5]) if row[5] else None,
            fetched_at=datetime.fromisoformat(row[6]) if row[6] else None,
            language=row[7],
        )
        for row in rows
    }


def problem_row(article: int, problem: Problem) -> Row:
    span = problem.span
    start, end = (span.start, span.end) if span else (-1, -1)
    return (article, start, end, problem.reason, problem.detail)


def problem_of(article_id: str, row: Sequence[Any]) -> Problem:
    start, end, reason, detail = row
    return Problem(article_id, str(reason), str(detail), Span(start, end) if end > 0 else None)


def ordinal(day: date | None) -> int | None:
    return day.toordinal() if day else None


def event_row(event: Event, to: ActorNumbers) -> Row:
    """Return the columns of `event` from `relation` to `date_precision`."""
    source, target, when = event.source, event.target, event.event_date
    return (
        event.relation,
        event.status.value,
        to[source.id],
        source.country,
        to[target.id] if target else None,
        target.country if target else None,
        when.start.toordinal() if when else None,
        when.end.toordinal() if when else None,
        when.precision.value if when else None,
    )


def evidence_row(
    event: int,
    evidence_id: str,
    article: int,
    reported: int | None,
    item: Evidence,
    to: ActorNumbers,
) -> Row:
    target = item.target_span
    return (
        event,
        evidence_id,
        article,
        reported,
        item.sentence.start,
        item.sentence.end,
        item.quote,
        item.trigger.start,
        item.trigger.end,
        item.trigger_text,
        item.source_span.start,
        item.source_span.end,
        target.start if target else None,
        target.end if target else None,
        item.extractor,
        item.rule,
        item.confidence,
        *_named(item.source_via, to),
        *_named(item.target_via, to),
        *_named(item.attributed_to, to),
    )


def _named(actor: Actor | None, to: ActorNumbers) -> tuple[int | None, str | None]:
    return (to[actor.id], actor.country) if actor else (None, None)


def read_events(connection: sqlite3.Connection, numbers: Sequence[int]) -> list[Event]:
    """Return the events of row numbers, in that order, each with all its evidence."""
    wanted = keys(numbers)
    heads = {row[0]: row for row in connection.execute(_SELECT_EVENTS, (wanted,))}
    proofs: dict[int, list[Sequence[Any]]] = {n: [] for n in heads}
    involved = {n for row in heads.values() for n in (row[1], row[4])}
    for row in connection.execute(_SELECT_EVIDENCE, (wanted,)):
        proofs[row[0]].append(row)
        involved.update((row[15], row[17], row[19]))
    actors = read_actors(connection, involved - {None})
    return [_event(heads[n], proofs[n], actors) for n in numbers if n in heads]


def read_actors(connection: sqlite3.Connection, numbers: Iterable[int]) -> dict[int, Actor]:
    """Return actors by row number, with the country of today."""
    rows = connection.execute(_SELECT_ACTORS, (keys(numbers),))
    return {row[0]: actor_of(row[1:]) for row in rows}


@lru_cache(maxsize=8192)
def actor_of(row: tuple[str, str, str, str | None]) -> Actor:
    """Return the actor of a row (id, name, kind, country)."""
    return Actor(row[0], row[1], ActorKind(row[2]), row[3])


def on_the_day(actors: Mapping[int, Actor], n: int | None, country: str | None) -> Actor | None:
    """An actor with the country that it acted for in the event, which need not be today's."""
    if n is None:
        return None
    actor = actors[n]
    if actor.country == country:
        return actor
    return Actor(actor.id, actor.name, actor.kind, country)


def _event(head: Sequence[Any], proofs: list[Sequence[Any]], to: Mapping[int, Actor]) -> Event:
    _, source, source_country, relation, target, target_country, status, start, end, how, told = (
        head
    )
    when = None
    if isinstance(start, int) and isinstance(end, int):
        when = EventDate(date.fromordinal(start), date.fromordinal(end), Precision(how))
    actor = on_the_day(to, source, source_country)
    assert actor is not None
    return Event(
        source=actor,
        relation=str(relation),
        target=on_the_day(to, target, target_country),
        status=Status(status),
        event_date=when,
        reported_on=date.fromordinal(told) if isinstance(told, int) else None,
        evidence=tuple(_evidence(row, to) for row in proofs),
    )


def _evidence(row: Sequence[Any], actors: Mapping[int, Actor]) -> Evidence:
    (
        _, article, start, end, quote, trigger, trigger_end, text, source, source_end, target,
        target_end, extractor, rule, confidence, s_via, s_land, t_via, t_land, by, by_land,
    ) = row  # fmt: skip
    return Evidence(
        article_id=article,
        sentence=Span(start, end),
        quote=quote,
        trigger=Span(trigger, trigger_end),
        trigger_text=text,
        source_span=Span(source, source_end),
        target_span=None if target is None else Span(target, target_end),
        extractor=extractor,
        rule=rule,
        confidence=confidence,
        source_via=on_the_day(actors, s_via, s_land),
        target_via=on_the_day(actors, t_via, t_land),
        attributed_to=on_the_day(actors, by, by_land),
    )

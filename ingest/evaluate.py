"""Precision and recall on a gold file, by the rules of the labelling guide.

Reads both formats: triples as lists [source, TYPE, target] with optional and must_not ones, and
as objects {"source", "event_type", "target"}. Imports `graph` and `pipeline`.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

from graph.errors import InvalidInput
from graph.model import Actor, ActorKind, Article, Event, Status
from graph.ontology import load_ontology
from ingest.pipeline import Pipeline

Triple = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class GoldItem:
    id: str
    day: str
    text: str
    expected: frozenset[Triple]
    optional: frozenset[Triple]
    must_not: frozenset[Triple]
    expected_optional: bool
    relation: str = ""


@dataclass(frozen=True, slots=True)
class Judged:
    """One event that has a type: whether its triple is expected or defensible."""

    relation: str
    confidence: float
    right: bool


@dataclass(frozen=True, slots=True)
class Bin:
    """Events of one range of confidence: how many, their mean confidence, the share right."""

    low: float
    high: float
    events: int
    confidence: float
    right: float


BIN_EDGES = (0.0, 0.5, 0.7, 0.8, 0.9, 0.95, 1.0)


@dataclass(frozen=True, slots=True)
class ItemResult:
    """What one item gave: right, wrong and missed triples, and each of its events."""

    item: GoldItem
    right: frozenset[Triple]
    wrong: frozenset[Triple]
    missed: frozenset[Triple]
    violations: frozenset[Triple]
    has_event: bool
    judged: tuple[Judged, ...] = ()


@dataclass
class Tally:
    right: int = 0
    wrong: int = 0
    missed: int = 0

    @property
    def precision(self) -> float:
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 0.0

    @property
    def recall(self) -> float:
        return self.right / (self.right + self.missed) if self.right + self.missed else 0.0

    @property
    def f1(self) -> float:
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


@dataclass
class Evaluation:
    """`false_event_rate` is the share of items with nothing in them that yield an event."""

    results: list[ItemResult] = field(default_factory=list)

    @property
    def total(self) -> Tally:
        return _sum(self.results, None)

    def by_type(self) -> dict[str, Tally]:
        kinds = sorted({t[1] for r in self.results for t in (*r.right, *r.wrong, *r.missed)})
        return {kind: _sum(self.results, kind) for kind in kinds}

    def by_relation(self) -> dict[str, Tally]:
        """Events by their own relation, right if expected or defensible; missed are the expected
        triples of items that name the relation in play."""
        tallies: dict[str, Tally] = {}
        for result in self.results:
            for event in result.judged:
                tally = tallies.setdefault(event.relation, Tally())
                tally.right += event.right
                tally.wrong += not event.right
            if result.item.relation:
                tallies.setdefault(result.item.relation, Tally()).missed += len(result.missed)
        return dict(sorted(tallies.items()))

    @property
    def reliability(self) -> list[Bin]:
        """Whether confidences mean what they say; ranges without events are left out."""
        judged = [event for result in self.results for event in result.judged]
        bins = []
        for low, high in pairwise(BIN_EDGES):
            inside = [e for e in judged if low <= e.confidence < high or e.confidence == high == 1]
            if inside:
                confidence = sum(e.confidence for e in inside) / len(inside)
                right = sum(e.right for e in inside) / len(inside)
                bins.append(Bin(low, high, len(inside), confidence, right))
        return bins

    @property
    def brier(self) -> float:
        """The mean squared distance between confidence and truth: 0 is perfect."""
        judged = [event for result in self.results for event in result.judged]
        squares = [(event.confidence - event.right) ** 2 for event in judged]
        return sum(squares) / len(squares) if squares else 0.0

    @property
    def empty_items(self) -> int:
        return sum(1 for r in self.results if _is_empty(r.item))

    @property
    def false_event_rate(self) -> float:
        empty = [r for r in self.results if _is_empty(r.item)]
        return sum(r.has_event for r in empty) / len(empty) if empty else 0.0

    @property
    def violations(self) -> list[tuple[GoldItem, Triple]]:
        return [(r.item, triple) for r in self.results for triple in sorted(r.violations)]


def _is_empty(item: GoldItem) -> bool:
    return not item.expected and not item.optional


def _sum(results: Iterable[ItemResult], kind: str | None) -> Tally:
    counts = Counter[str]()
    for result in results:
        for name in ("right", "wrong", "missed"):
            triples: frozenset[Triple] = getattr(result, name)
            counts[name] += sum(1 for t in triples if kind is None or t[1] == kind)
    return Tally(counts["right"], counts["wrong"], counts["missed"])


def load_gold(path: Path) -> list[GoldItem]:
    """Read a gold file; InvalidInput names the line that is wrong."""
    items = []
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            items.append(
                GoldItem(
                    id=str(row["id"]),
                    day=str(row.get("date") or ""),
                    text=row["text"],
                    expected=_triples(row["expected"]),
                    optional=_triples(row.get("optional") or []),
                    must_not=_triples(row.get("must_not") or []),
                    expected_optional=bool(row.get("optional_all")),
                    relation=str(row.get("relation") or ""),
                )
            )
        except (ValueError, KeyError, TypeError) as error:
            raise InvalidInput(f"{path}, line {number}: {error!r}") from error
    return items


_RENAMED = {"ITL": "ITA", "YUG": "SRB", "SUN": "RUS"}


def _triples(rows: Sequence[object]) -> frozenset[Triple]:
    found: set[Triple] = set()
    for row in rows:
        if isinstance(row, dict):
            row = [row["source"], row["event_type"], row["target"]]
        assert isinstance(row, list)
        source, kind, target = row
        found.add((_renamed(source), str(kind), _renamed(target)))
    return frozenset(found)


def _renamed(code: object) -> str:
    return _RENAMED.get(str(code), str(code))


def code_of(actor: Actor) -> str:
    """The code that a gold file uses for an actor."""
    if actor.kind in (ActorKind.STATE, ActorKind.ORGANIZATION):
        return actor.id
    return actor.country or actor.id


def triples_of(events: Iterable[Event]) -> dict[Triple, set[Status]]:
    """The (source, type, target) triples of events, with the statuses under which they came."""
    ontology = load_ontology()
    found: dict[Triple, set[Status]] = {}
    for event in events:
        projection = ontology.project(event.relation, event.status)
        if projection is None or event.target is None:
            continue
        triple = (code_of(event.source), str(projection.event_type), code_of(event.target))
        if triple[0] != triple[2]:
            found.setdefault(triple, set()).add(event.status)
    return found


def score(item: GoldItem, events: Sequence[Event]) -> ItemResult:
    """Compare the events of one item with its gold."""
    found = triples_of(events)
    free = item.optional | (item.expected if item.expected_optional else frozenset())
    counted = {
        triple
        for triple, statuses in found.items()
        if triple in item.expected or statuses != {Status.HISTORICAL}
    }
    counted -= free - item.expected
    expected = frozenset() if item.expected_optional else item.expected
    right = frozenset(counted & expected)
    wrong = frozenset(counted - expected - free)
    told = {t for t, s in found.items() if s & {Status.ASSERTED, Status.PLANNED}}
    return ItemResult(
        item=item,
        right=right,
        wrong=wrong,
        missed=frozenset(expected - counted),
        violations=frozenset(told & item.must_not),
        has_event=any(e.status not in (Status.NEGATED, Status.HYPOTHETICAL) for e in events),
        judged=tuple(_judged(item, events)),
    )


def _judged(item: GoldItem, events: Iterable[Event]) -> Iterator[Judged]:
    for event in events:
        for triple in triples_of([event]):
            right = triple in item.expected or triple in item.optional
            yield Judged(event.relation, event.confidence, right)


def evaluate(pipeline: Pipeline, items: Sequence[GoldItem]) -> Evaluation:
    """Code every item as an article of its own and compare."""
    articles = []
    for item in items:
        day = datetime.fromisoformat(item.day).replace(tzinfo=UTC) if item.day else None
        articles.append(Article(text=item.text, published_at=day, language="en"))
    coded = pipeline.process_many(articles)
    return Evaluation(
        [score(item, result.events) for item, result in zip(items, coded, strict=True)]
    )

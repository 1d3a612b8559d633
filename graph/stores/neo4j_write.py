"""Writing a batch, and removing an article, inside a transaction that writes alone.

Imports only `model`, `store` (its types), `errors` and siblings.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from graph.errors import InvalidInput, NotFound
from graph.model import Actor, Article, Event, Problem
from graph.ontology import load_ontology
from graph.store import Batch, Written
from graph.stores import neo4j_inbox
from graph.stores.cypher import NUMBERS, SET_NUMBERS
from graph.stores.neo4j_actors import count_events, ensure_actors
from graph.stores.neo4j_columns import Columns, Kind
from graph.stores.neo4j_layer import Edges
from graph.stores.neo4j_read import (
    article_numbers,
    event_numbers,
    problems_of,
    publishers_of,
    read_events,
)
from graph.stores.neo4j_rows import (
    Claim,
    Known,
    Properties,
    Witness,
    article_node,
    article_record,
    event_node,
    event_record,
    evidence_edge,
    problem_node,
    problem_order,
)
from graph.stores.neo4j_session import Work
from graph.stores.neo4j_sums import NOTHING, Sums, counted


@dataclass(slots=True)
class Rows:
    """What a batch adds, gathered for one statement each."""

    events: list[Properties] = field(default_factory=list)
    without_target: list[Properties] = field(default_factory=list)
    vias: list[Properties] = field(default_factory=list)
    evidence: list[Properties] = field(default_factory=list)
    changed: list[Properties] = field(default_factory=list)


class BatchWriter:
    """Writes one batch; made anew for every try of a transaction."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._rows = Rows()
        self._edges = Edges()
        self._sums = Sums()
        self._busy: Counter[str] = Counter()
        self._events = self._evidence = 0
        ((self._last_article, self._last_event),) = work.rows(NUMBERS)

    def write(self, batch: Batch) -> Written:
        """Store what is new of the batch and return how much that was."""
        articles = {article.id: article for article in reversed(batch.articles)}
        numbers, new_articles = self._number_articles(batch, articles)
        reports = _reports(batch.events)
        publishers = self._publishers(articles, reports)
        ensure_actors(self._work, _actors_of(reports.values()))
        self._add_events(reports, publishers, numbers)
        problems = self._add_problems(batch.problems)
        self._flush()
        return Written(
            articles=new_articles,
            events=self._events,
            evidence=self._evidence,
            problems=problems,
        )

    def _number_articles(
        self, batch: Batch, articles: Mapping[str, Article]
    ) -> tuple[dict[str, int], int]:
        """Store new articles, and take all out of the inbox; return the numbers of all that the
        batch speaks of."""
        cited = {item.article_id for event in batch.events for item in event.evidence}
        cited |= {problem.article_id for problem in batch.problems}
        numbers = article_numbers(self._work, sorted(articles.keys() | cited))
        if missing := cited - articles.keys() - numbers.keys():
            raise InvalidInput(
                f"evidence or problem of an article that is not stored: {min(missing)}"
            )
        neo4j_inbox.drop(self._work, articles)
        rows = []
        for key in sorted(articles.keys() - numbers.keys()):
            self._last_article += 1
            numbers[key] = self._last_article
            node = article_node(articles[key], self._last_article)
            record = article_record(key, articles[key], self._last_article, batch.coder)
            rows.append({"a": node, "r": record})
        self._work.fill(_CREATE_ARTICLES, rows)
        return numbers, len(rows)

    def _publishers(
        self, articles: Mapping[str, Article], reports: Mapping[str, "_Report"]
    ) -> dict[str, str]:
        known = {key: article.publisher for key, article in articles.items()}
        cited = {w.evidence.article_id for r in reports.values() for w in r.witnesses.values()}
        return known | publishers_of(self._work, sorted(cited - known.keys()))

    def _add_events(
        self,
        reports: Mapping[str, "_Report"],
        publishers: Mapping[str, str],
        articles: Mapping[str, int],
    ) -> None:
        stored = read_events(
            self._work, sorted(event_numbers(self._work, sorted(reports)).values())
        )
        known = {item.claim.id: item for item in stored}
        for event_id, report in sorted(reports.items()):
            witnesses = {
                key: Witness(w.evidence, publishers[w.evidence.article_id], w.reported_on)
                for key, w in report.witnesses.items()
            }
            if event_id in known:
                self._extend(known[event_id], witnesses, articles)
            else:
                self._last_event += 1
                claim = _claim(self._last_event, event_id, report.event)
                self._create(claim, witnesses, articles)

    def _create(
        self, claim: Claim, witnesses: dict[str, Witness], articles: Mapping[str, int]
    ) -> None:
        """Note a new event; the first of its witnesses goes into the row of the event."""
        self._events += 1
        node = event_node(claim, witnesses.values())
        row: Properties = {"e": node, "r": event_record(claim)}
        row |= {"source": claim.source.id, "so": {"country": claim.source.country}}
        first, *others = sorted(witnesses)
        row |= _evidence_row(claim, witnesses[first], articles)
        if claim.target is None:
            self._rows.without_target.append(row)
        else:
            row |= {"target": claim.target.id, "ta": {"country": claim.target.country}}
            self._rows.events.append(row)
        self._rows.evidence += (_evidence_row(claim, witnesses[key], articles) for key in others)
        self._evidence += len(witnesses)
        self._derive(claim, witnesses, {})
        self._sums.change(claim, NOTHING, counted(claim, witnesses.values(), node["weight"]))

    def _extend(
        self, known: Known, witnesses: dict[str, Witness], articles: Mapping[str, int]
    ) -> None:
        """Note what a batch adds to an event that is stored."""
        claim, old = known.claim, known.witnesses
        new = {key: w for key, w in witnesses.items() if key not in old}
        if not new:
            return
        together = old | new
        node = event_node(claim, together.values())
        self._rows.changed.append({"number": claim.number, "node": node})
        self._rows.evidence += (_evidence_row(claim, new[key], articles) for key in sorted(new))
        self._evidence += len(new)
        self._derive(claim, new, old)
        self._sums.change(
            claim,
            counted(claim, old.values(), known.node["weight"]),
            counted(claim, together.values(), node["weight"]),
        )

    def _derive(
        self, claim: Claim, new: Mapping[str, Witness], known: Mapping[str, Witness]
    ) -> None:
        """Note whom `new` names, and what it adds to counts and to the readable layer."""
        before, after = vias_of(known.values()), vias_of([*known.values(), *new.values()])
        self._rows.vias += (
            {"number": claim.number, "side": side, "actor": actor}
            for side, actor in sorted(after - before)
        )
        part = parts_of(claim, known.values()) if known else set()
        self._busy.update(parts_of(claim, [*known.values(), *new.values()]) - part)
        self._edges.add(claim, new.values(), list(known.values()))

    def _add_problems(self, problems: Sequence[Problem]) -> int:
        known = problems_of(self._work, sorted({problem.article_id for problem in problems}))
        new = sorted(set(problems) - known, key=lambda p: (p.article_id, problem_order(p)))
        rows = [{"article": item.article_id, "node": problem_node(item)} for item in new]
        self._work.change(_CREATE_PROBLEMS, rows=rows)
        return len(rows)

    def _flush(self) -> None:
        work, rows = self._work, self._rows
        self._edges.flush(work)  # first: finding edges is slow once a transaction has made many
        self._sums.flush(work)
        work.fill(_CREATE_EVENTS, rows.events)
        work.fill(_CREATE_WITHOUT_TARGET, rows.without_target)
        work.fill(_CREATE_VIAS, rows.vias)
        work.fill(_CREATE_EVIDENCE, rows.evidence)
        work.change(CHANGE_EVENTS, rows=rows.changed)
        count_events(work, self._busy)
        if work.changed:
            work.change(SET_NUMBERS, articles=self._last_article, events=self._last_event)


@dataclass(slots=True)
class _Report:
    """An event of the batch, with the evidence of all its reports there."""

    event: Event
    witnesses: dict[str, Witness] = field(default_factory=dict)


def _reports(events: Iterable[Event]) -> dict[str, _Report]:
    """Group a batch by event id: the first report decides what the id does not."""
    found: dict[str, _Report] = {}
    for event in events:
        report = found.setdefault(event.id, _Report(event))
        for item in event.evidence:
            report.witnesses.setdefault(item.id, Witness(item, "", event.reported_on))
    return found


def _actors_of(reports: Iterable[_Report]) -> dict[str, Actor]:
    actors: dict[str, Actor] = {}
    for report in reports:
        named = [report.event.source, report.event.target]
        for witness in report.witnesses.values():
            item = witness.evidence
            named += (item.source_via, item.target_via, item.attributed_to)
        for actor in named:
            if actor is not None:
                actors.setdefault(actor.id, actor)
    return actors


def _claim(number: int, event_id: str, event: Event) -> Claim:
    try:
        load_ontology().relation(event.relation)
    except NotFound as error:
        raise InvalidInput(f"event {event_id}: {error}") from error
    return Claim(
        number=number,
        id=event_id,
        source=event.source,
        relation=event.relation,
        status=event.status,
        target=event.target,
        event_date=event.event_date,
        day=event.day,
    )


def _evidence_row(claim: Claim, witness: Witness, articles: Mapping[str, int]) -> Properties:
    article = articles[witness.evidence.article_id]
    return {"number": claim.number, "article": article, "v": evidence_edge(witness)}


def vias_of(witnesses: Iterable[Witness]) -> set[tuple[str, str]]:
    """The (side, actor) pairs of those who are named for an end."""
    found = set()
    for witness in witnesses:
        item = witness.evidence
        for side, via in (("source", item.source_via), ("target", item.target_via)):
            if via is not None:
                found.add((side, via.id))
    return found


def parts_of(claim: Claim, witnesses: Iterable[Witness]) -> set[str]:
    """The ids of all actors that have part in an event."""
    ends = {claim.source.id} | ({claim.target.id} if claim.target else set())
    return ends | {actor for _, actor in vias_of(witnesses)}


_CREATE_ARTICLES = Columns(
    a_number=Kind.NUMBER,
    a_name=Kind.TEXT,
    a_url=Kind.WORD,
    a_publisher=Kind.WORD,
    a_published_at=Kind.MOMENT,
    a_language=Kind.WORD,
    r_id=Kind.TEXT,
    r_number=Kind.NUMBER,
    r_name=Kind.TEXT,
    r_title=Kind.TEXT,
    r_text=Kind.TEXT,
    r_fetched_at=Kind.MOMENT,
    r_coder=Kind.TEXT,
).filled("CREATE (:Article <a_*>), (:ArticleRecord <r_*>)")
_CREATE_PROBLEMS = """
UNWIND $rows AS row MATCH (r:ArticleRecord {id: row.article})
CREATE (r)-[:HAS_PROBLEM]->(p:Problem) SET p = row.node
"""
_EVIDENCE = Columns(
    number=Kind.NUMBER,
    article=Kind.NUMBER,
    v_quote=Kind.TEXT,
    v_start=Kind.NUMBER,
    v_end=Kind.NUMBER,
    v_confidence=Kind.REAL,
    v_trigger=Kind.TEXT,
    v_trigger_start=Kind.NUMBER,
    v_trigger_end=Kind.NUMBER,
    v_source_start=Kind.NUMBER,
    v_source_end=Kind.NUMBER,
    v_target_start=Kind.NUMBER,
    v_target_end=Kind.NUMBER,
    v_extractor=Kind.TEXT,
    v_rule=Kind.TEXT,
    v_reported_on=Kind.DAY,
    v_source_via=Kind.WORD,
    v_source_via_country=Kind.WORD,
    v_target_via=Kind.WORD,
    v_target_via_country=Kind.WORD,
    v_attributed_to=Kind.WORD,
    v_attributed_to_country=Kind.WORD,
)
_WITHOUT_TARGET = Columns(
    **_EVIDENCE.kinds,
    e_number=Kind.NUMBER,
    e_name=Kind.TEXT,
    e_relation=Kind.TEXT,
    e_status=Kind.TEXT,
    e_event_type=Kind.WORD,
    e_day=Kind.DAY,
    e_first_day=Kind.DAY,
    e_last_day=Kind.DAY,
    e_precision=Kind.WORD,
    e_reported_on=Kind.DAY,
    e_confidence=Kind.REAL,
    e_weight=Kind.REAL,
    r_id=Kind.TEXT,
    r_number=Kind.NUMBER,
    r_name=Kind.TEXT,
    r_sort=Kind.TEXT,
    r_pair=Kind.WORD,
    source=Kind.TEXT,
    so_country=Kind.WORD,
)
_CREATE_EVENTS = Columns(**_WITHOUT_TARGET.kinds, target=Kind.TEXT, ta_country=Kind.WORD).filled("""
MATCH (s:Actor {id: <source>}) MATCH (t:Actor {id: <target>}) MATCH (a:Article {number: <article>})
CREATE (s)-[:SOURCE_OF <so_*>]->(e:Event <e_*>)-[:TARGETS <ta_*>]->(t),
    (e)-[:EVIDENCED_BY <v_*>]->(a), (:EventRecord <r_*>)
""")
_CREATE_WITHOUT_TARGET = _WITHOUT_TARGET.filled("""
MATCH (s:Actor {id: <source>}) MATCH (a:Article {number: <article>})
CREATE (s)-[:SOURCE_OF <so_*>]->(e:Event <e_*>),
    (e)-[:EVIDENCED_BY <v_*>]->(a), (:EventRecord <r_*>)
""")
_CREATE_VIAS = Columns(number=Kind.NUMBER, side=Kind.TEXT, actor=Kind.TEXT).filled("""
MATCH (e:Event {number: <number>}) MATCH (v:Actor {id: <actor>})
CREATE (e)-[:VIA {side: <side>}]->(v)
""")
_CREATE_EVIDENCE = _EVIDENCE.filled("""
MATCH (e:Event {number: <number>}) MATCH (a:Article {number: <article>})
CREATE (e)-[:EVIDENCED_BY <v_*>]->(a)
""")
CHANGE_EVENTS = """
UNWIND $rows AS row MATCH (e:Event {number: row.number}) SET e = row.node
"""

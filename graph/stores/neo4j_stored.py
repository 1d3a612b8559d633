"""Taking articles away again or putting others in their place, and computing anew what follows
from events and evidence.

Imports only `store` (its types) and siblings.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace

from graph.store import Batch, Written
from graph.stores.neo4j_actors import count_events
from graph.stores.neo4j_layer import Edges, Key
from graph.stores.neo4j_read import article_number, article_numbers, read_events
from graph.stores.neo4j_rows import Known, event_node, event_record
from graph.stores.neo4j_session import Work
from graph.stores.neo4j_sums import NOTHING, Counted, Sums, counted
from graph.stores.neo4j_write import CHANGE_EVENTS, BatchWriter, parts_of, vias_of

_CHUNK = 500


def in_order(work: Work) -> Iterator[list[Known]]:
    """Yield all events in the order of their ids, a few hundred at once."""
    last = ""
    while rows := work.rows(_IN_ORDER, last=last, limit=_CHUNK):
        yield read_events(work, [row[0] for row in rows])
        last = rows[-1][1]


def remove_article(work: Work, article_id: str) -> None:
    """Remove an article and everything that only it supports; raise NotFound."""
    _remove(work, {article_id: article_number(work, article_id)})


def replace_articles(work: Work, batch: Batch) -> Written:
    """Write a batch in the place of what was stored of its articles."""
    known = article_numbers(work, sorted({article.id for article in batch.articles}))
    _remove(work, known)
    written = BatchWriter(work).write(batch)
    return replace(written, articles=written.articles - len(known))


def _remove(work: Work, articles: Mapping[str, int]) -> None:
    """Remove articles, given as numbers by id, and everything that only they support."""
    gone_articles = sorted(articles.values())
    numbers = [row[0] for row in work.rows(_EVENTS_OF, numbers=gone_articles)]
    busy: Counter[str] = Counter()
    changed, emptied, unnamed = [], [], []
    lost, sums = Edges(), Sums()
    for known in read_events(work, numbers):
        claim, witnesses = known.claim, known.witnesses.values()
        left = [w for w in witnesses if w.evidence.article_id not in articles]
        taken = [w for w in witnesses if w.evidence.article_id in articles]
        before = parts_of(claim, witnesses)
        busy.subtract(before - (parts_of(claim, left) if left else set()))
        lost.add(claim, taken, left)
        before_counted, after_counted = _counted(known), NOTHING
        if left:
            node = event_node(claim, left)
            after_counted = counted(claim, left, node["weight"])
            changed.append({"number": claim.number, "node": node})
            gone = vias_of(witnesses) - vias_of(left)
            unnamed += [
                {"number": claim.number, "side": side, "actor": actor}
                for side, actor in sorted(gone)
            ]
        else:
            emptied.append({"number": claim.number})
        sums.change(claim, before_counted, after_counted)
    work.change(_DELETE_EVENTS, rows=emptied)
    work.change(_DELETE_ARTICLES, rows=gone_articles)
    work.change(_DELETE_VIAS, rows=unnamed)
    work.change(CHANGE_EVENTS, rows=changed)
    count_events(work, busy)
    sums.flush(work)
    _renew_edges(work, lost.take_away(work))


def _renew_edges(work: Work, keys: set[Key]) -> None:
    """Compute some edges of the readable layer anew from the events that are left."""
    rows = [{"relation": key[0], "one": key[1], "other": key[2]} for key in sorted(keys)]
    numbers = sorted({row[0] for row in work.rows(_BETWEEN, rows=rows)})
    edges = Edges()
    for start in range(0, len(numbers), _CHUNK):
        for known in read_events(work, numbers[start : start + _CHUNK]):
            edges.add(known.claim, known.witnesses.values())
    edges.renew(work, keys)


def rebuild(work: Work) -> None:
    """Make everything derived equal what events and evidence say; what is right is not touched."""
    busy: Counter[str] = Counter()
    edges, sums = Edges(), Sums()
    for chunk in in_order(work):
        changed = []
        for known in chunk:
            witnesses = known.witnesses.values()
            busy.update(parts_of(known.claim, witnesses))
            edges.add(known.claim, witnesses)
            node = event_node(known.claim, witnesses)
            sums.change(known.claim, NOTHING, counted(known.claim, witnesses, node["weight"]))
            if known.node != {key: value for key, value in node.items() if value is not None}:
                changed.append({"number": known.claim.number, "node": node})
        work.change(CHANGE_EVENTS, rows=changed)
        _correct_records(work, chunk)
    _correct_counts(work, busy)
    sums.replace(work)
    edges.replace(work)


def _counted(known: Known) -> Counted:
    """How an event counts as stored."""
    return counted(known.claim, known.witnesses.values(), known.node["weight"])


def _correct_records(work: Work, chunk: list[Known]) -> None:
    """Give the records of events the keys by which lists and pairs find them."""
    wanted = {known.claim.number: event_record(known.claim) for known in chunk}
    held = work.rows(_RECORDS, numbers=list(wanted))
    wrong = [
        {"number": number, "record": wanted[number]}
        for number, *keys in held
        if keys != [wanted[number][name] for name in ("sort", "pair")]
    ]
    work.change(_CHANGE_RECORDS, rows=wrong)


def _correct_counts(work: Work, busy: Counter[str]) -> None:
    wrong = {key: busy[key] - held for key, held in work.rows(_COUNTS) if held != busy[key]}
    count_events(work, wrong)


_IN_ORDER = """
MATCH (r:EventRecord) WHERE r.id > $last RETURN r.number, r.id ORDER BY r.id LIMIT $limit
"""
_EVENTS_OF = """
UNWIND $numbers AS number
MATCH (a:Article {number: number})<-[:EVIDENCED_BY]-(e:Event) RETURN DISTINCT e.number
"""
_DELETE_EVENTS = """
UNWIND $rows AS row
MATCH (e:Event {number: row.number}) MATCH (r:EventRecord {number: row.number})
DETACH DELETE e, r
"""
_DELETE_ARTICLES = """
UNWIND $rows AS number
MATCH (a:Article {number: number}) MATCH (r:ArticleRecord {number: number})
OPTIONAL MATCH (r)-[:HAS_PROBLEM]->(p:Problem)
DETACH DELETE p, a, r
"""
_DELETE_VIAS = """
UNWIND $rows AS row
MATCH (:Event {number: row.number})-[v:VIA {side: row.side}]->(:Actor {id: row.actor}) DELETE v
"""
_BETWEEN = """
UNWIND $rows AS row
MATCH (one:Actor {id: row.one}) MATCH (other:Actor {id: row.other})
WITH one, other, row.relation AS relation
CALL (one, other, relation) {
    MATCH (one)-[:SOURCE_OF]->(e:Event {relation: relation})-[:TARGETS]->(other) RETURN e
    UNION
    MATCH (one)<-[:VIA {side: 'source'}]-(e:Event {relation: relation})
        -[:VIA {side: 'target'}]->(other)
    RETURN e
}
RETURN DISTINCT e.number
"""
_RECORDS = """
UNWIND $numbers AS number MATCH (r:EventRecord {number: number}) RETURN number, r.sort, r.pair
"""
_CHANGE_RECORDS = """
UNWIND $rows AS row MATCH (r:EventRecord {number: row.number}) SET r = row.record
"""
_COUNTS = "MATCH (r:ActorRecord) RETURN r.id, r.events"

"""Articles, problems and whole events by id or number. Imports only `model`, `store`
(its types), `errors` and siblings."""

from collections import Counter
from collections.abc import Iterable, Sequence

from graph.errors import NotFound
from graph.model import Actor, Article, Problem, Status
from graph.store import Quote, Statistics
from graph.stores.neo4j_columns import JOINED, NUL, fields_of, joined
from graph.stores.neo4j_rows import (
    Claim,
    Known,
    Witness,
    actor_of,
    article_of,
    event_date_of,
    evidence_of,
    on_the_day,
    problem_of,
    problem_order,
)
from graph.stores.neo4j_session import Row, Work

_CHUNK, _ACTORS_AT_ONCE = 50, 1000
_VIAS = ("source_via", "target_via", "attributed_to")


def article_numbers(work: Work, ids: Iterable[str]) -> dict[str, int]:
    """Return the numbers of the stored ones of `ids`."""
    return _numbers(work, _ARTICLE_NUMBERS, ids)


def _numbers(work: Work, statement: str, ids: Iterable[str]) -> dict[str, int]:
    wanted = [key for key in ids if NUL not in key]
    if not wanted:
        return {}
    ((found, numbers),) = work.rows(statement, ids=joined(wanted), nul=NUL)
    return dict(zip(found, numbers, strict=True))


def article_number(work: Work, article_id: str) -> int:
    """Return the number of an article; raise NotFound."""
    found = article_numbers(work, [article_id])
    if article_id not in found:
        raise NotFound("article", article_id)
    return found[article_id]


def publishers_of(work: Work, ids: Iterable[str]) -> dict[str, str]:
    """Return who printed the stored ones of `ids`."""
    wanted = list(ids)
    rows = work.rows(_PUBLISHERS, ids=wanted) if wanted else []
    return {row[0]: row[1] or "" for row in rows}


def read_articles(work: Work, ids: Iterable[str]) -> dict[str, Article]:
    rows = work.rows(_ARTICLES, ids=list(ids))
    return {article_id: article_of(node, record) for article_id, node, record in rows}


def read_problems(work: Work, article_id: str) -> tuple[Problem, ...]:
    """Return the problems of an article in the order of the port; raise NotFound."""
    article_number(work, article_id)
    rows = work.rows(_PROBLEMS, ids=[article_id])
    return tuple(sorted((problem_of(*_split(row)) for row in rows), key=problem_order))


def problems_of(work: Work, ids: Iterable[str]) -> set[Problem]:
    """Return the stored problems of articles."""
    wanted = list(ids)
    rows = work.rows(_PROBLEMS, ids=wanted) if wanted else []
    return {problem_of(*_split(row)) for row in rows}


def next_articles(work: Work, after: str) -> list[tuple[Article, tuple[Problem, ...]]]:
    """Return some articles, with their problems, that follow an id in the order of ids."""
    ids = [row[0] for row in work.rows(_NEXT_ARTICLES, after=after, limit=_CHUNK)]
    articles = read_articles(work, ids)
    problems: dict[str, list[Problem]] = {key: [] for key in ids}
    for problem in problems_of(work, ids):
        problems[problem.article_id].append(problem)
    return [(articles[key], tuple(sorted(problems[key], key=problem_order))) for key in ids]


def _split(row: Row) -> tuple[str, Row]:
    return row[0], row[1:]


def event_numbers(work: Work, ids: Iterable[str]) -> dict[str, int]:
    """Return the numbers of the stored ones of `ids`."""
    return _numbers(work, _EVENT_NUMBERS, ids)


def read_events(work: Work, numbers: Sequence[int]) -> list[Known]:
    """Return the events of numbers, in that order, each with all its evidence."""
    if not numbers:
        return []
    heads = {row[0]: row for row in work.rows(_EVENTS, numbers=list(numbers))}
    proofs = work.rows(_EVIDENCE, numbers=list(numbers))
    involved = {key for row in heads.values() for key in (row[3], row[5])}
    involved |= {row[1].get(name) for row in proofs for name in _VIAS}
    actors = read_actors(work, involved - {None})
    found = {number: _known(row, actors) for number, row in heads.items()}
    for number, edge, article, publisher in proofs:
        item = evidence_of(edge, article, actors)
        found[number].witnesses[item.id] = Witness(item, publisher or "", edge.get("reported_on"))
    return [found[number] for number in numbers if number in found]


def _known(row: Row, actors: dict[str, Actor]) -> Known:
    number, event_id, node, source, source_country, target, target_country = row
    actor = on_the_day(actors, source, source_country)
    assert actor is not None
    claim = Claim(
        number=number,
        id=event_id,
        source=actor,
        relation=node["relation"],
        status=Status(node["status"]),
        target=on_the_day(actors, target, target_country),
        event_date=event_date_of(node),
        day=node.get("day"),
    )
    return Known(claim, node)


def read_actors(work: Work, ids: Iterable[str]) -> dict[str, Actor]:
    """Return actors by id, with the country of today."""
    wanted = sorted(ids)
    found = {}
    for start in range(0, len(wanted), _ACTORS_AT_ONCE):
        some = joined(wanted[start : start + _ACTORS_AT_ONCE])
        ((text,),) = work.rows(_ACTORS, ids=some, nul=NUL)
        for key, name, label, country in fields_of(text, 4):
            found[key] = actor_of(key, name, [label], country[1:] if country else None)
    return found


def read_quotes(work: Work, event_ids: Sequence[str]) -> dict[str, Quote]:
    """Return the best evidence of the stored ones of `event_ids`, with where it was printed."""
    if not event_ids:
        return {}
    (columns,) = work.rows(_QUOTES, ids=joined(list(dict.fromkeys(event_ids))), nul=NUL)
    proofs: dict[str, list[Row]] = {}
    for row in zip(*columns, strict=True):
        proofs.setdefault(row[0], []).append(row)
    best = {key: _best(rows) for key, rows in proofs.items()}
    actors = read_actors(work, _named(best.values()))
    found = {}
    for event_id, row in best.items():
        _, edge, _, publisher, title, url, (source, land, target, target_land) = row
        one = on_the_day(actors, source, land)
        assert one is not None
        found[event_id] = Quote(
            source=one,
            target=on_the_day(actors, target, target_land),
            text=edge["quote"],
            confidence=edge["confidence"],
            attributed_to=on_the_day(
                actors, edge.get("attributed_to"), edge.get("attributed_to_country")
            ),
            publisher=publisher,
            title=title,
            url=url,
        )
    return found


def _best(rows: Sequence[Row]) -> Row:
    """The best evidence of an event; of one that is alone only the quote was asked for."""
    return rows[0] if len(rows) == 1 else min(rows, key=_rank)


def _rank(row: Row) -> tuple[float, str]:
    edge = {name: value for name, value in row[1].items() if name not in _VIAS}
    item = evidence_of(edge, row[2], {})
    return -item.confidence, item.id


def _named(rows: Iterable[Row]) -> set[str]:
    """The ids of the ends and the speakers in rows of quotes."""
    return {
        key
        for row in rows
        for key in (row[6][0], row[6][2], row[1].get("attributed_to"))
        if key is not None
    }


def statistics(work: Work) -> Statistics:
    """Return counts over the whole store."""
    ((articles, actors, evidence, problems),) = work.rows(_COUNTS)
    kinds = work.rows(_TALLY)
    types: Counter[str] = Counter()
    statuses: Counter[str] = Counter()
    for event_type, status, count, _, _ in kinds:
        statuses[status] += count
        if event_type is not None:
            types[event_type] += count
    return Statistics(
        articles=articles,
        actors=actors,
        events=statuses.total(),
        evidence=evidence,
        problems=problems,
        first_day=min((row[3] for row in kinds if row[3] is not None), default=None),
        last_day=max((row[4] for row in kinds if row[4] is not None), default=None),
        events_by_type=dict(types),
        events_by_status=dict(statuses),
    )


_ARTICLE_NUMBERS = """
UNWIND split($ids, $nul) AS id MATCH (r:ArticleRecord {id: id})
RETURN collect(r.id), collect(r.number)
"""
_PUBLISHERS = """
UNWIND $ids AS id MATCH (r:ArticleRecord {id: id}) MATCH (a:Article {number: r.number})
RETURN r.id, a.publisher
"""
_ARTICLES = """
UNWIND $ids AS id MATCH (r:ArticleRecord {id: id}) MATCH (a:Article {number: r.number})
RETURN r.id, properties(a), properties(r)
"""
_NEXT_ARTICLES = """
MATCH (r:ArticleRecord) WHERE r.id > $after RETURN r.id ORDER BY r.id LIMIT $limit
"""
_PROBLEMS = """
UNWIND $ids AS id MATCH (r:ArticleRecord {id: id})-[:HAS_PROBLEM]->(p:Problem)
RETURN r.id, p.start, p.end, p.reason, p.detail
"""
_EVENT_NUMBERS = """
UNWIND split($ids, $nul) AS id MATCH (r:EventRecord {id: id})
RETURN collect(r.id), collect(r.number)
"""
_EVENTS = """
UNWIND $numbers AS number
MATCH (r:EventRecord {number: number}) MATCH (e:Event {number: number})
MATCH (s:Actor)-[so:SOURCE_OF]->(e)
OPTIONAL MATCH (e)-[ta:TARGETS]->(t:Actor)
RETURN number, r.id, properties(e), s.id, so.country, t.id, ta.country
"""
_EVIDENCE = """
UNWIND $numbers AS number
MATCH (e:Event {number: number})-[v:EVIDENCED_BY]->(a:Article)
MATCH (r:ArticleRecord {number: a.number})
RETURN number, properties(v), r.id, a.publisher
"""
_QUOTES = """
UNWIND split($ids, $nul) AS id MATCH (k:EventRecord {id: id})
MATCH (e:Event {number: k.number})-[v:EVIDENCED_BY]->(a:Article)
MATCH (r:ArticleRecord {number: a.number})
MATCH (s:Actor)-[so:SOURCE_OF]->(e)
OPTIONAL MATCH (e)-[ta:TARGETS]->(t:Actor)
WITH id, v, a, r, s, so, ta, t, COUNT { (e)-[:EVIDENCED_BY]->() } > 1 AS several
WITH *, CASE WHEN several THEN properties(v)
    ELSE v {.quote, .confidence, .attributed_to, .attributed_to_country} END AS proof
RETURN collect(id), collect(proof), collect(r.id), collect(coalesce(a.publisher, '')),
    collect(r.title), collect(coalesce(a.url, '')), collect([s.id, so.country, t.id, ta.country])
"""
_ACTORS = f"""
UNWIND split($ids, $nul) AS id MATCH (a:Actor {{id: id}})
WITH $nul + a.id + $nul + a.name + $nul + [l IN labels(a) WHERE l <> 'Actor'][0]
    + $nul + coalesce('.' + a.country, '') AS line
WITH collect(line) AS lines RETURN {JOINED}
"""
_COUNTS = """
RETURN COUNT { (:Article) }, COUNT { (:Actor) }, COUNT { ()-[:EVIDENCED_BY]->() },
    COUNT { (:Problem) }
"""
_TALLY = """
MATCH (e:Event) RETURN e.event_type, e.status, count(*), min(e.day), max(e.day)
ORDER BY e.event_type, e.status
"""

"""Ties from the sums of months and years, and the latest events with partners by pair.

With `min_confidence` no sums help, and the events of the actor are summed when asked. Imports only
`mass`, `model`, `errors`, `store` (its types) and siblings.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from graph.errors import InvalidInput
from graph.mass import RECENT_DAYS
from graph.model import Status
from graph.store import EventHead, Tie, TieQuery
from graph.stores.neo4j_actors import require_actors
from graph.stores.neo4j_columns import JOINED, NUL, fields_of, joined
from graph.stores.neo4j_read import read_actors
from graph.stores.neo4j_rows import Properties, actor_of, pair_key, sort_key
from graph.stores.neo4j_session import Work
from graph.stores.neo4j_sums import UNIT, month_lines, parsed, read_sums, unquoted
from graph.stores.periods import PartnerSums, Period, Piece, plan


def ties(work: Work, actor_id: str, query: TieQuery) -> tuple[Tie, ...]:
    """Return one Tie for each partner of the actor, ordered by partner id."""
    if not query.half_life_days > 0:
        raise InvalidInput(f"a half-life must be above 0 days, not {query.half_life_days}")
    if query.min_confidence > 0:
        require_actors(work, [actor_id])
        return _summed_events(work, actor_id, query)
    years = _years(work, actor_id)
    if not years:
        require_actors(work, [actor_id])
        return ()
    days = [day for lines in years.values() for sums in lines.values() for day in sums[4:]]
    periods, pieces = plan(query, min(days), max(days))
    ask = [_month(period.number) for period in periods if period.number > 0]
    ask += [str(date.fromordinal(piece.first_day))[:7] for piece in pieces]
    months = read_sums(work, [f"{actor_id} {month}" for month in dict.fromkeys(ask)])
    total = _Total()
    for period in periods:
        if period.number < 0:
            total.add_year(years.get(-period.number, {}), period)
        else:
            month = _month(period.number)
            first = date.fromisoformat(f"{month}-01").toordinal()
            piece = Piece(first, first + 30, period.fade, period.total, period.recent)
            total.add_days(months.get(f"{actor_id} {month}", ""), piece)
    for piece in pieces:
        month = str(date.fromordinal(piece.first_day))[:7]
        total.add_days(months.get(f"{actor_id} {month}", ""), piece)
    return total.ties(work)


def _years(work: Work, actor_id: str) -> dict[int, Mapping[str, list[int]]]:
    """Return the sums of all years in which an actor has events that count."""
    rows = work.rows(_YEARS, first=f"{actor_id} ", last=f"{actor_id} :", size=len(actor_id) + 5)
    return {int(name[-4:]): parsed(text) for name, text in rows}


def _month(number: int) -> str:
    """The name of a numbered month (`mass.month_of`)."""
    year, place = divmod(number, 12)
    return f"{year:04}-{place + 1:02}"


class _Total:
    """The sums of a question by partner, as ids stand in records."""

    def __init__(self) -> None:
        self._found: dict[str, PartnerSums] = {}

    def add_year(self, lines: Mapping[str, list[int]], period: Period) -> None:
        for key, (friendly, hostile, events, planned, first, last) in lines.items():
            sums = self._found.setdefault(key, PartnerSums())
            _add(sums, period, friendly, hostile)
            if period.total:
                sums.events += events
                sums.planned += planned
                sums.first_day = min(sums.first_day, first)
                sums.last_day = max(sums.last_day, last)

    def add_days(self, text: str, piece: Piece) -> None:
        """Add the days of a piece from the record of their month."""
        before = date.fromordinal(piece.first_day).replace(day=1).toordinal() - 1
        for place, key, friendly, hostile, events, planned in month_lines(text):
            day = before + place
            if piece.first_day <= day <= piece.last_day:
                sums = self._found.setdefault(key, PartnerSums())
                _add(sums, piece, friendly, hostile)
                if piece.total:
                    sums.events += events
                    sums.planned += planned
                    sums.first_day = min(sums.first_day, day)
                    sums.last_day = max(sums.last_day, day)

    def ties(self, work: Work) -> tuple[Tie, ...]:
        """Return the sums as Ties, ordered by partner id."""
        found = {unquoted(key): sums for key, sums in self._found.items() if sums.events}
        partners = read_actors(work, found)
        return tuple(
            Tie(
                partner=partners[key],
                cooperation=found[key].cooperation / UNIT,
                conflict=found[key].conflict / UNIT,
                recent_cooperation=found[key].recent_cooperation / UNIT,
                recent_conflict=found[key].recent_conflict / UNIT,
                events=found[key].events,
                planned=found[key].planned,
                first_seen=date.fromordinal(found[key].first_day),
                last_seen=date.fromordinal(found[key].last_day),
            )
            for key in sorted(found)
        )


def _add(sums: PartnerSums, part: Period | Piece, friendly: int, hostile: int) -> None:
    if part.total:
        sums.cooperation += friendly * part.fade
        sums.conflict += hostile * part.fade
    if part.recent:
        sums.recent_cooperation += friendly * part.fade
        sums.recent_conflict += hostile * part.fade


def _summed_events(work: Work, actor_id: str, query: TieQuery) -> tuple[Tie, ...]:
    rows = work.rows(
        _TIES,
        actor=actor_id,
        month=query.as_of.replace(day=1),
        half_life=float(query.half_life_days),
        recent=_recent_from(query.as_of),
        **_window(query),
    )
    return tuple(
        Tie(
            partner=actor_of(*row[:4]),
            cooperation=row[4],
            conflict=row[5],
            recent_cooperation=row[6],
            recent_conflict=row[7],
            events=row[8],
            planned=row[9],
            first_seen=row[10],
            last_seen=row[11],
        )
        for row in rows
    )


def latest(
    work: Work, actor_id: str, partners: Sequence[str], query: TieQuery, limit: int
) -> dict[str, tuple[EventHead, ...]]:
    """Return the last counted events with each partner, latest first, then by id."""
    others = list(dict.fromkeys(key for key in partners if key != actor_id))
    keys = [pair_key(actor_id, key) for key in others]
    early = sort_key(query.since, "~") if query.since is not None else "~"
    ((text,),) = work.rows(
        _LATEST_OF_PAIRS,
        actor=actor_id,
        nul=NUL,
        partners=joined(others),
        size=len(others),
        low=joined([key + sort_key(query.as_of, "") for key in keys]),
        high=joined([key + early for key in keys]),
        confidence=query.min_confidence,
        limit=limit,
    )
    found: dict[str, list[EventHead]] = {partner: [] for partner in partners}
    for partner, *fields in fields_of(text, 9):
        found[partner].append(_head(*fields))
    named = work.rows(
        _LATEST_NAMED, actor=actor_id, partners=list(partners), limit=limit, **_window(query)
    )
    for partner, key, relation, status, *rest in named:
        found[partner].append(EventHead(key, relation, Status(status), *rest))
    silent = [key for key, heads in found.items() if not heads]
    if silent or not found:
        require_actors(work, [actor_id, *silent])
    for heads in found.values():
        heads.sort(key=lambda head: (-head.day.toordinal(), head.id))
    return {partner: tuple(heads[:limit]) for partner, heads in found.items()}


def _head(
    key: str,
    relation: str,
    status: str,
    day: str,
    source: str,
    target: str,
    confidence: str,
    weight: str,
) -> EventHead:
    """The event of one line of `_LATEST_OF_PAIRS`."""
    return EventHead(
        id=key,
        relation=relation,
        status=Status(status),
        day=date.fromisoformat(day),
        source=source,
        target=target,
        confidence=float(confidence),
        mass=float(weight),
    )


def _window(query: TieQuery) -> Properties:
    return {
        "since": query.since or date.min,
        "as_of": query.as_of,
        "confidence": query.min_confidence,
    }


def _recent_from(as_of: date) -> date:
    if as_of.toordinal() < RECENT_DAYS:
        return date.min
    return as_of - timedelta(days=RECENT_DAYS - 1)


_COUNTED = """e.day >= $since AND e.day <= $as_of AND e.event_type IS NOT NULL
        AND e.confidence >= $confidence"""
_NAMED = f"""
    MATCH (a)<-[:VIA {{side: 'source'}}]-(e:Event)-[:TARGETS]->(p:Actor)
    WHERE {_COUNTED} AND p <> a AND NOT EXISTS {{ (a)-[:SOURCE_OF]->(e) }} RETURN e, p
    UNION ALL
    MATCH (a)<-[:VIA {{side: 'target'}}]-(e:Event)<-[:SOURCE_OF]-(p:Actor)
    WHERE {_COUNTED} AND p <> a AND NOT EXISTS {{ (a)<-[:TARGETS]-(e) }}
        AND NOT EXISTS {{ (a)<-[:VIA {{side: 'source'}}]-(e) }} RETURN e, p
"""
"""Every event that counts for `a` because a report names it, with the principal of the other
end."""

_SOURCE_FIRST = f"""
    MATCH (a)-[:SOURCE_OF]->(e:Event)-[:TARGETS]->(p:Actor) WHERE {_COUNTED} RETURN e, p
    UNION ALL
    MATCH (a)<-[:TARGETS]-(e:Event)<-[:SOURCE_OF]-(p:Actor) WHERE {_COUNTED} RETURN e, p
    UNION ALL {_NAMED}
"""
"""Every event of `a` that counts, with the principal of the other end: an end comes before a name
on the source's side, and that before one on the target's (`store.Tie`)."""

_TIES = f"""
MATCH (a:Actor {{id: $actor}})
CALL (a) {{{_SOURCE_FIRST}}}
WITH p, date.truncate('month', e.day) AS month,
    sum(CASE WHEN e.weight > 0 THEN e.weight ELSE 0.0 END) AS friendly,
    sum(CASE WHEN e.weight < 0 THEN -e.weight ELSE 0.0 END) AS hostile,
    sum(CASE WHEN e.weight > 0 AND e.day >= $recent THEN e.weight ELSE 0.0 END) AS friendly_now,
    sum(CASE WHEN e.weight < 0 AND e.day >= $recent THEN -e.weight ELSE 0.0 END) AS hostile_now,
    count(*) AS events, sum(CASE e.status WHEN 'planned' THEN 1 ELSE 0 END) AS planned,
    min(e.day) AS first, max(e.day) AS last
WITH *, 0.5 ^ (duration.inDays(month, $month).days / $half_life) AS fade
RETURN p.id AS id, p.name, labels(p), p.country, sum(friendly * fade), sum(hostile * fade),
    sum(friendly_now * fade), sum(hostile_now * fade), sum(events), sum(planned),
    min(first), max(last)
ORDER BY id
"""
_YEARS = """
MATCH (r:TieRecord) WHERE r.name > $first AND r.name < $last AND size(r.name) = $size
RETURN r.name, r.sums
"""
_LATEST_OF_PAIRS = f"""
WITH split($partners, $nul) AS partners, split($low, $nul) AS lows, split($high, $nul) AS highs
UNWIND range(0, $size - 1) AS i
CALL (i, partners, lows, highs) {{
    WITH partners[i] AS partner, lows[i] AS low, highs[i] AS high
    MATCH (r:EventRecord) USING INDEX r:EventRecord(pair) WHERE r.pair >= low AND r.pair < high
    WITH partner, r ORDER BY r.pair
    MATCH (e:Event {{number: r.number}}) USING INDEX e:Event(number)
    WHERE e.event_type IS NOT NULL AND e.day IS NOT NULL AND e.confidence >= $confidence
    WITH partner, r, e ORDER BY r.pair
    MATCH (s:Actor)-[:SOURCE_OF]->(e)-[:TARGETS]->(t:Actor)
    WHERE s.id IN [partner, $actor] AND t.id IN [partner, $actor]
    RETURN partner, r, e, s, t ORDER BY r.pair LIMIT $limit
}}
WITH [partner, r.id, e.relation, e.status, toString(e.day), s.id, t.id, toString(e.confidence),
    toString(e.weight)] AS fields
WITH reduce(line = '', field IN fields | line + $nul + field) AS line
WITH collect(line) AS lines RETURN {JOINED}
"""
"""The index holds the events of a pair in the order of the port, so that only the last are read."""

_LATEST_NAMED = f"""
MATCH (a:Actor {{id: $actor}})
CALL (a) {{{_NAMED}}}
WITH e, p WHERE p.id IN $partners
WITH p.id AS partner, e
MATCH (r:EventRecord {{number: e.number}})
WITH partner, e, r ORDER BY r.sort
WITH partner, collect({{event: e, id: r.id}})[..$limit] AS heads
UNWIND heads AS head
WITH partner, head.id AS id, head.event AS e
MATCH (s:Actor)-[:SOURCE_OF]->(e)
OPTIONAL MATCH (e)-[:TARGETS]->(t:Actor)
RETURN partner, id, e.relation, e.status, e.day, s.id, t.id, e.confidence, e.weight
"""

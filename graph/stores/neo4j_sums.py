"""Sums for ties: a record for each actor and month, and for each actor and year.

`(:TieRecord {name: "RUS 2025-01", sums: ...})` holds a line for each day and partner,
"17 IRN 8000000000 0 1 0": day, partner, cooperation, conflict, events, planned. A year's lines are
for partners, "IRN 8000000000 0 1 0 739268 739268", with the first and the last day at their end;
there an event counts as if it lay in January and carries the weight of its month (ADR 9). Masses
are integers in units of 1e-9, so that an article taken away leaves no trace. Imports only `mass`,
`model`, `ontology`, the standard half-life and siblings.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from graph.mass import growth
from graph.model import Status
from graph.ontology import load_ontology
from graph.store import HALF_LIFE_DAYS
from graph.stores.neo4j_columns import NUL, Columns, Filled, Kind, joined
from graph.stores.neo4j_rows import Claim, Witness
from graph.stores.neo4j_session import Work

UNIT = 1e9
_CHUNK = 2000
Lines = dict[str, list[int]]
"""What a record holds, by what its lines begin with. The numbers of a month are cooperation,
conflict, events and planned; those of a year the same and the first and last day as ordinals."""


@dataclass(frozen=True, slots=True)
class Counted:
    """How an event counts: whose partner is who, and the signed mass in units."""

    partners: Mapping[str, str] = field(default_factory=dict)
    mass: int = 0


NOTHING = Counted()


def counted(claim: Claim, witnesses: Collection[Witness], weight: float) -> Counted:
    """Work out how an event counts in the ties of all who have part in it.

    Principals come first, then those named for the source, then those for the target: an actor
    on both sides keeps the partner it got first, whatever the order of the witnesses.
    """
    if claim.day is None or load_ontology().project(claim.relation, claim.status) is None:
        return NOTHING
    target = claim.target.id if claim.target else None
    partners = {claim.source.id: target}
    if target is not None:
        partners[target] = claim.source.id
    for witness in witnesses:
        if (via := witness.evidence.source_via) is not None:
            partners.setdefault(via.id, target)
    for witness in witnesses:
        if (via := witness.evidence.target_via) is not None:
            partners.setdefault(via.id, claim.source.id)
    found = {actor: partner for actor, partner in partners.items() if partner is not None}
    return Counted(found, round(weight * UNIT))


class Sums:
    """The sum of the changes of one transaction, by the names of the records."""

    def __init__(self) -> None:
        self._found: dict[str, Lines] = {}
        self._shrunk: dict[str, set[str]] = {}

    def change(self, claim: Claim, before: Counted, after: Counted) -> None:
        """Note that an event counted as `before` and counts as `after`."""
        if claim.day is None or before == after:
            return
        planned = claim.status is Status.PLANNED
        self._count(claim.day, before, -1, planned)
        self._count(claim.day, after, 1, planned)
        for actor, partner in before.partners.items():
            if after.partners.get(actor) != partner:
                year = f"{actor} {claim.day.year:04}"
                self._shrunk.setdefault(year, set()).add(_quoted(partner))

    def _count(self, day: date, event: Counted, sign: int, planned: bool) -> None:
        moment, place = day.isoformat(), 0 if event.mass >= 0 else 1
        month, ordinal = moment[:7], day.toordinal()
        mass = abs(event.mass)
        for actor, partner in event.partners.items():
            key = _quoted(partner)
            lines = self._found.setdefault(f"{actor} {month}", {})
            sums = lines.setdefault(f"{moment[8:]} {key}", [0, 0, 0, 0])
            sums[place] += sign * mass
            sums[2] += sign
            sums[3] += sign * planned
            lines = self._found.setdefault(f"{actor} {month[:4]}", {})
            sums = lines.setdefault(key, [0, 0, 0, 0, ordinal, ordinal])
            sums[place] += sign * round(mass * _growth(day))
            sums[2] += sign
            sums[3] += sign * planned
            sums[4], sums[5] = min(sums[4], ordinal), max(sums[5], ordinal)

    def flush(self, work: Work) -> None:
        """Add these changes to what is stored."""
        names = sorted(self._found)
        for start in range(0, len(names), _CHUNK):
            chunk = names[start : start + _CHUNK]
            held = read_sums(work, chunk)
            texts = {name: _added(held.get(name, ""), self._found[name]) for name in chunk}
            _write(work, held, texts)
        self._narrow(work)

    def _narrow(self, work: Work) -> None:
        """Find the first and last days of partners again from whom a year lost events."""
        years = read_sums(work, sorted(self._shrunk))
        months = read_sums(work, [f"{year}-{m:02}" for year in years for m in range(1, 13)])
        texts = {}
        for name, text in years.items():
            lines, days = parsed(text), _days(name, months)
            for key in self._shrunk[name] & lines.keys():
                lines[key][4:] = min(days[key]), max(days[key])
            texts[name] = _text(lines)
        _write(work, years, texts)

    def replace(self, work: Work) -> None:
        """Make all records equal these sums; what is right already is not touched."""
        wanted = {name: _text(lines) for name, lines in self._found.items()}
        held: dict[str, str] = {}
        last = ""
        while rows := work.rows(_NEXT, last=last, limit=_CHUNK):
            held |= {row[0]: row[1] for row in rows}
            last = rows[-1][0]
        _write(work, held, dict.fromkeys(held.keys() - wanted.keys(), "") | wanted)


@lru_cache(maxsize=4096)
def _growth(day: date) -> float:
    return growth(day, HALF_LIFE_DAYS)


def _quoted(actor: str) -> str:
    """An id as it stands in a line."""
    if "\n" in actor or "%" in actor:
        return actor.replace("%", "%25").replace("\n", "%0A")
    return actor


def unquoted(key: str) -> str:
    return key.replace("%0A", "\n").replace("%25", "%") if "%" in key else key


def parsed(text: str) -> Lines:
    """Return the lines of a year's record."""
    found = {}
    for line in text.split("\n") if text else ():
        key, *numbers = line.rsplit(" ", 6)
        found[key] = list(map(int, numbers))
    return found


def month_lines(text: str) -> Iterator[tuple[int, str, int, int, int, int]]:
    """Yield day of the month, partner, cooperation, conflict, events and planned."""
    for line in text.split("\n") if text else ():
        key, friendly, hostile, events, planned = line.rsplit(" ", 4)
        yield int(key[:2]), key[3:], int(friendly), int(hostile), int(events), int(planned)


def _added(text: str, changes: Lines) -> str:
    """Return a record's text with changes added; lines without events go."""
    size = len(next(iter(changes.values())))
    lines = {line.rsplit(" ", size)[0]: line for line in text.split("\n")} if text else {}
    for key, more in changes.items():
        sums = more
        if key in lines:
            sums = [int(number) for number in lines[key].rsplit(" ", size)[1:]]
            for place in range(4):
                sums[place] += more[place]
            if size == 6:
                sums[4], sums[5] = min(sums[4], more[4]), max(sums[5], more[5])
        lines[key] = _line(key, sums)
        if not sums[2]:
            del lines[key]
    return "\n".join(sorted(lines.values()))


def _line(key: str, sums: Iterable[int]) -> str:
    return f"{key} {' '.join(map(str, sums))}"


def _text(lines: Lines) -> str:
    return "\n".join(sorted(_line(key, sums) for key, sums in lines.items() if sums[2]))


def _days(year: str, months: Mapping[str, str]) -> dict[str, list[int]]:
    """All days of a year on which an actor has events with each partner, from its months."""
    found: dict[str, list[int]] = {}
    for month in range(1, 13):
        first = date(int(year[-4:]), month, 1).toordinal()
        for day, key, *_ in month_lines(months.get(f"{year}-{month:02}", "")):
            found.setdefault(key, []).append(first + day - 1)
    return found


def read_sums(work: Work, names: Collection[str]) -> dict[str, str]:
    """Return the texts of the stored ones of some records by name."""
    if not names:
        return {}
    ((found, sums),) = work.rows(_READ, names=joined(list(names)), nul=NUL)
    return dict(zip(found, sums, strict=True))


def _write(work: Work, held: Mapping[str, str], texts: Mapping[str, str]) -> None:
    """Store those texts that differ from what is held; a record without lines goes."""
    parts: dict[Filled, list[dict[str, dict[str, str]]]] = {_DROP: [], _CREATE: [], _CHANGE: []}
    for name, text in sorted(texts.items()):
        if text != held.get(name, ""):
            kind = _CREATE if name not in held else _CHANGE if text else _DROP
            parts[kind].append({"r": {"name": name, "sums": text}})
    for statement, rows in parts.items():
        for start in range(0, len(rows), _CHUNK):
            work.fill(statement, rows[start : start + _CHUNK])


_RECORDS = Columns(r_name=Kind.TEXT, r_sums=Kind.TEXT)
_CREATE = _RECORDS.filled("CREATE (:TieRecord <r_*>)")
_CHANGE = _RECORDS.filled("MATCH (r:TieRecord {name: <r_name>}) SET r.sums = <r_sums>")
_DROP = _RECORDS.filled("MATCH (r:TieRecord {name: <r_name>}) DELETE r")
_READ = """
UNWIND split($names, $nul) AS name MATCH (r:TieRecord {name: name})
RETURN collect(r.name), collect(r.sums)
"""
_NEXT = """
MATCH (r:TieRecord) WHERE r.name > $last RETURN r.name, r.sums ORDER BY r.name LIMIT $limit
"""

"""Reads and checks the curated TOML files. The first wrong entry raises ReferenceDataError that
names file and entry. Imports only `model`, `ids`, `errors`, `types` and `validation`.
"""

import calendar
import tomllib
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import TypeVar

from graph.errors import ReferenceDataError
from graph.ids import slug
from graph.model import Commitment, CommitmentKind
from graph.reference.types import (
    AmbiguousTerm,
    FormerName,
    Gender,
    Group,
    Institution,
    Membership,
    Office,
    Organization,
    Period,
    Person,
    Reference,
    Role,
    State,
    Term,
)
from graph.reference.validation import validate

Row = Mapping[str, object]


def first_day(text: str, where: str) -> date | None:
    """The first day of "YYYY", "YYYY-MM" or "YYYY-MM-DD"; None for ""."""
    parts = _parts(text, where)
    return date(*[*parts, 1, 1][:3]) if parts else None


def last_day(text: str, where: str) -> date | None:
    """The last day of the same; None for ""."""
    parts = _parts(text, where)
    if not parts:
        return None
    year = parts[0]
    month = parts[1] if len(parts) > 1 else 12
    day = parts[2] if len(parts) > 2 else calendar.monthrange(year, month)[1]
    return date(year, month, day)


def _parts(text: str, where: str) -> list[int]:
    if not text:
        return []
    try:
        parts = [int(part) for part in text.split("-")]
        date(*[*parts, 1, 1][:3])
    except (ValueError, TypeError) as error:
        raise ReferenceDataError(f"{where}: {text!r} is no date") from error
    return parts


def _period(since: str, until: str, where: str) -> Period:
    period = Period(first_day(since, where), last_day(until, where))
    if period.since and period.until and period.until < period.since:
        raise ReferenceDataError(f"{where}: ends {until} before it starts {since}")
    return period


def _text(row: Row, key: str, where: str, default: str | None = None) -> str:
    value = row.get(key, default)
    if not isinstance(value, str):
        raise ReferenceDataError(f"{where}: {key} is missing or not a text")
    return value


def _texts(row: Row, key: str, where: str) -> tuple[str, ...]:
    value = row.get(key, [])
    if not isinstance(value, list) or not all(isinstance(item, str) and item for item in value):
        raise ReferenceDataError(f"{where}: {key} is not a list of texts")
    return tuple(value)


def _dated(row: Row, key: str, where: str) -> list[tuple[str, Period]]:
    value = row.get(key, [])
    if not isinstance(value, list):
        raise ReferenceDataError(f"{where}: {key} is not a list of [name, since, until]")
    dated = []
    for item in value:
        if not isinstance(item, list) or len(item) != 3:
            raise ReferenceDataError(f"{where}: {key} {item!r} is not [name, since, until]")
        name, since, until = map(str, item)
        dated.append((name, _period(since, until, f"{where}, {name}")))
    return dated


class _File:
    """One TOML file: its head checked, its tables one by one with a place for messages."""

    def __init__(self, path: Traversable) -> None:
        self.name = path.name
        try:
            self.data = tomllib.loads(path.read_text("utf-8"))
        except tomllib.TOMLDecodeError as error:
            raise ReferenceDataError(f"{path.name}: {error}") from error
        for key in ("as_of", "sources", "licence"):
            if not self.data.get(key):
                raise ReferenceDataError(f"{path.name}: does not name its {key}")
        self.as_of = first_day(str(self.data["as_of"]), path.name) or date.min

    def rows(self, table: str, key: str) -> Iterator[tuple[Row, str]]:
        for row in self.data.get(table, []):
            yield row, f"{self.name}, {row.get(key, '?')}"


def _states(source: _File) -> Iterator[State]:
    for row, where in source.rows("state", "id"):
        yield State(
            id=_text(row, "id", where),
            iso2=_text(row, "iso2", where, ""),
            name=_text(row, "name", where),
            official=_text(row, "official", where, ""),
            aliases=_texts(row, "aliases", where),
            adjectives=_texts(row, "adjectives", where),
            people=_texts(row, "people", where),
            capital=_text(row, "capital", where, ""),
            seats=_texts(row, "seats", where),
            places=_texts(row, "places", where),
            nouns=_texts(row, "nouns", where),
            former=tuple(FormerName(name, span) for name, span in _dated(row, "former", where)),
        )


def _organizations(source: _File) -> Iterator[Organization]:
    for row, where in source.rows("organization", "id"):
        yield Organization(
            id=_text(row, "id", where),
            name=_text(row, "name", where),
            official=_text(row, "official", where, ""),
            aliases=_texts(row, "aliases", where),
            nouns=_texts(row, "nouns", where),
            seats=_texts(row, "seats", where),
            acts_for=_text(row, "acts_for", where, "") or None,
            defence_since=first_day(_text(row, "defence_since", where, ""), where),
            instrument=_text(row, "instrument", where, ""),
            defence_instrument=_text(row, "defence_instrument", where, ""),
            period=_period(
                _text(row, "founded", where, ""), _text(row, "dissolved", where, ""), where
            ),
            members=tuple(Membership(n, span) for n, span in _dated(row, "members", where)),
        )


def _groups(source: _File) -> Iterator[Group]:
    for row, where in source.rows("group", "id"):
        yield Group(
            id=_text(row, "id", where),
            name=_text(row, "name", where),
            aliases=_texts(row, "aliases", where),
            people=_texts(row, "people", where),
            nouns=_texts(row, "nouns", where),
            country=_text(row, "country", where, "") or None,
            period=_period(_text(row, "since", where, ""), _text(row, "until", where, ""), where),
        )


def _institutions(source: _File) -> Iterator[Institution]:
    for row, where in source.rows("institution", "id"):
        yield Institution(
            id=_text(row, "id", where),
            name=_text(row, "name", where),
            aliases=_texts(row, "aliases", where),
            acts_for=_text(row, "acts_for", where),
            kind=_text(row, "kind", where, "agency"),
        )


def _commitments(source: _File) -> Iterator[Commitment]:
    for row, where in source.rows("commitment", "id"):
        since = first_day(_text(row, "since", where), where)
        if since is None:
            raise ReferenceDataError(f"{where}: no date since")
        try:
            kind = CommitmentKind(_text(row, "kind", where))
        except ValueError as error:
            raise ReferenceDataError(f"{where}: {error}") from error
        yield Commitment(
            id=_text(row, "id", where),
            kind=kind,
            instrument=_text(row, "instrument", where),
            parties=_texts(row, "parties", where),
            since=since,
            until=last_day(_text(row, "until", where, ""), where),
            source_url=_text(row, "source_url", where, ""),
        )


def _offices(source: _File) -> Iterator[Office]:
    for row, _ in source.rows("office", "of"):
        where = f"{source.name}, {row.get('title', '?')} of {row.get('of', '?')}"
        try:
            role = Role(_text(row, "role", where))
        except ValueError as error:
            raise ReferenceDataError(f"{where}: {error}") from error
        principal, title = _text(row, "of", where), _text(row, "title", where)
        titles = _texts(row, "titles", where)
        terms = tuple(
            Term(slug(name), principal, role, title, titles, span)
            for name, span in _dated(row, "holders", where)
        )
        ended = last_day(_text(row, "ended", where, ""), where)
        yield Office(where, principal, role, title, terms, ended)


def _ambiguous(source: _File) -> Iterator[AmbiguousTerm]:
    for row, where in source.rows("term", "term"):
        _text(row, "why", where)
        yield AmbiguousTerm(
            term=_text(row, "term", where),
            means=_text(row, "means", where) or None,
            instead_of=_texts(row, "instead_of", where),
        )


def _persons(source: _File) -> Iterator[Person]:
    """The holders of offices, whose tables `_offices` has checked, and who else is listed."""
    extra: dict[str, tuple[Row, str]] = {}
    for row, where in source.rows("person", "name"):
        name = _text(row, "name", where)
        if name in extra:
            raise ReferenceDataError(f"{where}: stands there twice")
        extra[name] = (row, where)
    holders = [row.get("holders") for row, _ in source.rows("office", "of")]
    names = [str(item[0]) for rows in holders if isinstance(rows, list) for item in rows]
    for name in dict.fromkeys((*names, *extra)):
        row, where = extra.get(name, ({}, source.name))
        yield Person(
            id=slug(name),
            name=name,
            aliases=_texts(row, "aliases", where),
            known_as=_texts(row, "known_as", where),
            gender=_gender(row, where),
        )


def _gender(row: Row, where: str) -> Gender | None:
    text = _text(row, "gender", where, "")
    try:
        return Gender(text) if text else None
    except ValueError as error:
        raise ReferenceDataError(f"{where}: gender is f or m, not {text!r}") from error


def _merge_persons(persons: Iterator[Person]) -> dict[str, Person]:
    merged: dict[str, Person] = {}
    for person in persons:
        other = merged.get(person.id)
        if other is not None:
            if person.gender and other.gender and person.gender is not other.gender:
                raise ReferenceDataError(f"offices, {person.id}: two genders in two files")
            person = Person(
                person.id,
                other.name,
                tuple(dict.fromkeys(other.aliases + person.aliases)),
                tuple(dict.fromkeys(other.known_as + person.known_as)),
                other.gender or person.gender,
            )
        merged[person.id] = person
    return merged


T = TypeVar("T", State, Organization, Group, Institution, Commitment)


def _by_id(source: _File, items: Iterator[T]) -> dict[str, T]:
    found: dict[str, T] = {}
    for item in items:
        if item.id in found:
            raise ReferenceDataError(f"{source.name}: {item.id} stands there twice")
        found[item.id] = item
    return found


@cache
def load_reference() -> Reference:
    """Read and check the curated files; the result is kept for the life of the process."""
    return read_reference(files("graph.reference"))


def read_reference(root: Traversable) -> Reference:
    """Read and check every curated file under `root`."""
    states = _File(root / "states.toml")
    organizations = _File(root / "organizations.toml")
    groups = _File(root / "groups.toml")
    institutions = _File(root / "institutions.toml")
    commitments = _File(root / "commitments.toml")
    ambiguous = _File(root / "ambiguous.toml")
    holders = [
        _File(path)
        for path in sorted((root / "offices").iterdir(), key=lambda path: path.name)
        if path.name.endswith(".toml")
    ]
    every = [states, organizations, groups, institutions, commitments, ambiguous, *holders]
    offices = [office for source in holders for office in _offices(source)]
    rules = list(_ambiguous(ambiguous))
    reference = Reference(
        states=_by_id(states, _states(states)),
        organizations=_by_id(organizations, _organizations(organizations)),
        persons=_merge_persons(person for source in holders for person in _persons(source)),
        terms=tuple(term for office in offices for term in office.terms),
        groups=_by_id(groups, _groups(groups)),
        institutions=_by_id(institutions, _institutions(institutions)),
        commitments=tuple(_by_id(commitments, _commitments(commitments)).values()),
        as_of=min(source.as_of for source in every),
        ambiguous={rule.term: rule.means for rule in rules},
        ended={(o.principal, o.role): o.ended for o in offices if o.ended is not None},
    )
    validate(reference, offices, rules)
    return reference

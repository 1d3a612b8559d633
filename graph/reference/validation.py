"""What the curated files must agree on among each other: codes, the order of terms, and names.

A wrong entry raises ReferenceDataError that names file and entry; a doubtful one is a warning of
`check`. Imports only `errors`, `names` and `types`.
"""

import calendar
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import combinations

from graph.errors import ReferenceDataError
from graph.reference.names import term_key
from graph.reference.types import AmbiguousTerm, Office, Period, Reference, Role, Term

_ONE_AT_A_TIME = frozenset(
    [
        Role.HEAD_OF_STATE,
        Role.SUPREME_LEADER,
        Role.HEAD_OF_GOVERNMENT,
        Role.HEAD_OF_ORGANIZATION,
        Role.CROWN_PRINCE,
        Role.FOREIGN_MINISTER,
        Role.DEFENCE_MINISTER,
        Role.SECURITY_ADVISER,
    ]
)
"""Offices of which a principal has one under one title; there may be two deputies or envoys."""


class NameKind(StrEnum):
    """What sort of name an actor has; `ingest` reads them in this order."""

    NAME = "name"
    PERSON = "person"
    ADJECTIVE = "adjective"
    PEOPLE = "people"
    SEAT = "seat"
    PLACE = "place"


Owners = dict[str, set[NameKind]]
"""The actors that share a name, each with the sorts under which it has it."""


def validate(
    reference: Reference, offices: Sequence[Office], rules: Sequence[AmbiguousTerm]
) -> None:
    """Raise ReferenceDataError on the first entry that contradicts another one."""
    _check_codes(reference, offices)
    _check_members(reference)
    _check_offices(offices)
    _check_names(reference, rules)


def _check_codes(reference: Reference, offices: Iterable[Office]) -> None:
    principals = {*reference.states, *reference.organizations}
    used = [(o.where, o.principal) for o in offices if o.principal not in reference.groups]
    for institution in reference.institutions.values():
        used.append((f"institutions.toml, {institution.id}", institution.acts_for))
    for organization in reference.organizations.values():
        where = f"organizations.toml, {organization.id}"
        used += [(where, member.state) for member in organization.members]
        used += [(where, organization.acts_for)] if organization.acts_for else []
    for commitment in reference.commitments:
        used += [(f"commitments.toml, {commitment.id}", party) for party in commitment.parties]
    for where, code in used:
        if code not in principals:
            raise ReferenceDataError(f"{where}: unknown code {code!r}")
    for group in reference.groups.values():
        if group.country is not None and group.country not in reference.states:
            raise ReferenceDataError(f"groups.toml, {group.id}: unknown code {group.country!r}")


def _check_members(reference: Reference) -> None:
    for organization in reference.organizations.values():
        spans: dict[str, list[Period]] = {}
        for member in organization.members:
            spans.setdefault(member.state, []).append(member.period)
        for state, periods in spans.items():
            if any(_overlap(a, b) for a, b in combinations(periods, 2)):
                where = f"organizations.toml, {organization.id}"
                raise ReferenceDataError(f"{where}: {state} is a member twice at once")


def _check_offices(offices: Sequence[Office]) -> None:
    """One table is one office with one holder at a time. So are two tables of one title, in
    whatever files they stand, where the role allows but one."""
    shared: dict[tuple[str, Role, str], list[Office]] = {}
    for office in offices:
        _check_order(office.terms, office.where)
        if office.role in _ONE_AT_A_TIME:
            key = (office.principal, office.role, office.title)
            shared.setdefault(key, []).append(office)
        if office.ended is not None:
            _check_ended(office, offices)
    for tables in shared.values():
        if len(tables) > 1:
            terms = [term for table in tables for term in table.terms]
            _check_order(terms, " and ".join(table.where for table in tables))


def _check_ended(ended: Office, offices: Sequence[Office]) -> None:
    """Nobody holds the role after the office was abolished, under whatever title."""
    for office in offices:
        if (office.principal, office.role) != (ended.principal, ended.role):
            continue
        for term in office.terms:
            if term.period.until is None or term.period.until > (ended.ended or date.max):
                raise ReferenceDataError(
                    f"{office.where}: {term.person} is in office after it ended on {ended.ended}"
                )


def _check_order(terms: Sequence[Term], where: str) -> None:
    """Terms may share their border day, or the year or month that is all that is known."""
    last: Term | None = None
    for term in sorted(terms, key=lambda term: term.period.since or date.min):
        if last is not None:
            since, until = term.period.since, last.period.until
            if since is None or until is None:
                raise ReferenceDataError(f"{where}: {last.person} has no end before {term.person}")
            if since < until and not _same_rough_period(since, until):
                raise ReferenceDataError(f"{where}: {last.person} and {term.person} overlap")
        last = term


def _same_rough_period(since: date, until: date) -> bool:
    first_of_year = (since.month, since.day) == (1, 1)
    last_of_year = (until.month, until.day) == (12, 31)
    if since.year == until.year and (first_of_year or last_of_year):
        return True
    last_of_month = until.day == calendar.monthrange(until.year, until.month)[1]
    same_month = (since.year, since.month) == (until.year, until.month)
    return same_month and (since.day == 1 or last_of_month)


def _overlap(one: Period, other: Period) -> bool:
    """More than a border day in common."""
    since = max(one.since or date.min, other.since or date.min)
    until = min(one.until or date.max, other.until or date.max)
    return since < until and not _same_rough_period(since, until)


def _check_names(reference: Reference, rules: Sequence[AmbiguousTerm]) -> None:
    names = _owners(reference)
    ruled = set()
    for rule in rules:
        key = term_key(rule.term)
        ruled.add(key)
        claimed = {*rule.instead_of, *([rule.means] if rule.means else [])}
        if claimed != set(names.get(key, {})) or len(claimed) < 2:
            having = ", ".join(sorted(names.get(key, {}))) or "nobody"
            message = f"{rule.term!r} is a name of {having}, the rule says {sorted(claimed)}"
            raise ReferenceDataError(f"ambiguous.toml, {rule.term}: {message}")
    for key, owners in names.items():
        if len(owners) > 1 and key not in ruled and not _decided(reference, owners):
            entries = " and ".join(_where(reference, owner) for owner in sorted(owners))
            name = " ".join(key)
            raise ReferenceDataError(f"{entries}: all have the name {name!r}, and no rule for it")


def _owners(reference: Reference) -> Mapping[tuple[str, ...], Owners]:
    found: dict[tuple[str, ...], Owners] = {}
    for actor, kind, name in _names(reference):
        key = term_key(name)
        if key:
            found.setdefault(key, {}).setdefault(actor, set()).add(kind)
    return found


def _names(reference: Reference) -> Iterator[tuple[str, NameKind, str]]:
    """Every name of every actor but bare surnames, which the day of the article decides."""
    for state in reference.states.values():
        former = [old.name for old in state.former]
        lists = {
            NameKind.NAME: (state.name, state.official, *state.aliases, *former),
            NameKind.ADJECTIVE: state.adjectives,
            NameKind.PEOPLE: state.people,
            NameKind.SEAT: (state.capital, *state.seats),
            NameKind.PLACE: state.places,
        }
        for kind, names in lists.items():
            yield from ((state.id, kind, name) for name in names)
    for body in reference.organizations.values():
        for name in (body.name, body.official, *body.aliases):
            yield body.id, NameKind.NAME, name
        yield from ((body.id, NameKind.SEAT, name) for name in body.seats)
    for group in reference.groups.values():
        yield from ((group.id, NameKind.NAME, name) for name in (group.name, *group.aliases))
        yield from ((group.id, NameKind.PEOPLE, name) for name in group.people)
    for house in reference.institutions.values():
        yield from ((house.id, NameKind.NAME, name) for name in (house.name, *house.aliases))
    for person in reference.persons.values():
        for name in (person.name, *person.aliases):
            if " " in name or "-" in name:
                yield person.id, NameKind.PERSON, name


def _decided(reference: Reference, owners: Owners) -> bool:
    """Whether a general rule says which of the actors is meant.

    Namesakes: the one with the weightier office on the day. A seat of one state and one
    organisation: the organisation. A state and one group or institution of its own: the latter.
    """
    if all(owner in reference.persons for owner in owners):
        return not any(
            a.role is b.role and _overlap(a.period, b.period)
            for one, other in combinations(owners, 2)
            for a in reference.terms_of(one)
            for b in reference.terms_of(other)
        )
    if len(owners) != 2:
        return False
    state, body = sorted(owners, key=lambda owner: owner not in reference.states)
    if state not in reference.states or body in reference.states:
        return False
    if body in reference.organizations and reference.organizations[body].acts_for is None:
        return owners[state] == owners[body] == {NameKind.SEAT}
    return (
        _side(reference, body) == state
        and NameKind.NAME in owners[body]
        and NameKind.NAME not in owners[state]
    )


def _side(reference: Reference, actor: str) -> str | None:
    if actor in reference.institutions:
        return reference.institutions[actor].acts_for
    if actor in reference.groups:
        return reference.groups[actor].country
    return None


def _where(reference: Reference, actor: str) -> str:
    files = {
        "states.toml": reference.states,
        "organizations.toml": reference.organizations,
        "groups.toml": reference.groups,
        "institutions.toml": reference.institutions,
    }
    name = next((name for name, table in files.items() if actor in table), "offices")
    return f"{name}, {actor}"


_ALIKE = 0.9


def check(reference: Reference) -> tuple[str, ...]:
    """Warnings: persons of one first or last name who are probably one person in two spellings."""
    namesakes: dict[tuple[str, int], list[str]] = {}
    for person in reference.persons:
        parts = person.split("-")
        namesakes.setdefault((parts[0], 0), []).append(person)
        namesakes.setdefault((parts[-1], -1), []).append(person)
    found = {
        f"offices: {reference.persons[one].name} and {reference.persons[other].name} "
        "may be one person"
        for people in namesakes.values()
        for one, other in combinations(people, 2)
        if _spelt_alike(one, other)
    }
    return tuple(sorted(found))


def _spelt_alike(one: str, other: str) -> bool:
    """All the names of one among those of the other, or but a letter or two between them."""
    fewer, more = sorted((set(one.split("-")), set(other.split("-"))), key=len)
    if fewer <= more and len(fewer) > 1:
        return True
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    return matcher.real_quick_ratio() > _ALIKE and matcher.ratio() > _ALIKE

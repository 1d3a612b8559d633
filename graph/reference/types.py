"""What the curated files hold, as frozen types, and the questions that are asked of it.

Dates of terms may be known to the year or month only: such a term counts from the first day of
its first period to the last day of its last. Imports only `model` and `errors`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from graph.model import Actor, ActorKind, Commitment, CommitmentKind, NamedActor


@dataclass(frozen=True, slots=True)
class Period:
    """From `since` to `until`, both included; None is open."""

    since: date | None = None
    until: date | None = None

    def covers(self, day: date) -> bool:
        return (self.since is None or self.since <= day) and (
            self.until is None or day <= self.until
        )


@dataclass(frozen=True, slots=True)
class FormerName:
    name: str
    period: Period


@dataclass(frozen=True, slots=True)
class State:
    id: str
    iso2: str
    name: str
    official: str
    aliases: tuple[str, ...]
    adjectives: tuple[str, ...]
    people: tuple[str, ...]
    capital: str
    seats: tuple[str, ...]
    places: tuple[str, ...]
    nouns: tuple[str, ...]
    former: tuple[FormerName, ...]


@dataclass(frozen=True, slots=True)
class Membership:
    state: str
    period: Period


@dataclass(frozen=True, slots=True)
class Organization:
    id: str
    name: str
    official: str
    aliases: tuple[str, ...]
    nouns: tuple[str, ...]
    seats: tuple[str, ...]
    acts_for: str | None
    defence_since: date | None
    instrument: str
    period: Period
    members: tuple[Membership, ...]
    defence_instrument: str = ""

    def kind_on(self, day: date) -> CommitmentKind:
        """What its members owe each other: a treaty may be older than its clause of defence."""
        if self.defence_since is not None and self.defence_since <= day:
            return CommitmentKind.COLLECTIVE_DEFENCE
        return CommitmentKind.MEMBERSHIP


class Gender(StrEnum):
    FEMALE = "f"
    MALE = "m"


class Role(StrEnum):
    """Offices in the order of weight: a bare surname means the holder of the weightiest."""

    HEAD_OF_STATE = "head_of_state"
    SUPREME_LEADER = "supreme_leader"
    HEAD_OF_GOVERNMENT = "head_of_government"
    HEAD_OF_ORGANIZATION = "head_of_organization"
    CROWN_PRINCE = "crown_prince"
    FOREIGN_MINISTER = "foreign_minister"
    DEFENCE_MINISTER = "defence_minister"
    DEPUTY = "deputy"
    SECURITY_ADVISER = "security_adviser"
    ENVOY = "envoy"
    OPPOSITION_LEADER = "opposition_leader"
    COMMANDER = "commander"
    OTHER = "other"


ROLE_WEIGHT = {role: place for place, role in enumerate(Role)}


@dataclass(frozen=True, slots=True)
class Term:
    """One person in one office. `principal` is the state or organisation acted for."""

    person: str
    principal: str
    role: Role
    title: str
    titles: tuple[str, ...]
    period: Period


@dataclass(frozen=True, slots=True)
class Office:
    """One table of an offices file: the terms of one office, and where it stands, for messages.
    `ended` is the day on which the office itself ceased to be."""

    where: str
    principal: str
    role: Role
    title: str
    terms: tuple[Term, ...]
    ended: date | None = None


@dataclass(frozen=True, slots=True)
class AmbiguousTerm:
    """A rule for a name that several actors share: it stands for `means`, or for nobody."""

    term: str
    means: str | None
    instead_of: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Person:
    id: str
    name: str
    aliases: tuple[str, ...]
    known_as: tuple[str, ...]
    gender: Gender | None = None


@dataclass(frozen=True, slots=True)
class Group:
    id: str
    name: str
    aliases: tuple[str, ...]
    people: tuple[str, ...]
    nouns: tuple[str, ...]
    country: str | None
    period: Period


@dataclass(frozen=True, slots=True)
class Institution:
    id: str
    name: str
    aliases: tuple[str, ...]
    acts_for: str
    kind: str


@dataclass(frozen=True)
class Reference:
    """All curated data, by id. `as_of` is the oldest of the files' dates.

    `ambiguous` says for a name that several actors share whom it stands for; None is nobody.
    `ended` holds the offices that were abolished: nobody followed their last holder.
    """

    states: Mapping[str, State]
    organizations: Mapping[str, Organization]
    persons: Mapping[str, Person]
    terms: tuple[Term, ...]
    groups: Mapping[str, Group]
    institutions: Mapping[str, Institution]
    commitments: tuple[Commitment, ...]
    as_of: date
    ambiguous: Mapping[str, str | None] = field(default_factory=dict)
    ended: Mapping[tuple[str, Role], date] = field(default_factory=dict)
    _terms_of: dict[str, list[Term]] = field(default_factory=dict)
    _by_title: dict[tuple[str, str], list[Term]] = field(default_factory=dict)
    _by_principal: dict[str, list[Term]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for term in self.terms:
            self._terms_of.setdefault(term.person, []).append(term)
            self._by_principal.setdefault(term.principal, []).append(term)
            for title in (term.title, *term.titles):
                self._by_title.setdefault((term.principal, title), []).append(term)

    def terms_of(self, person: str) -> tuple[Term, ...]:
        """All terms of a person, in the order of the files."""
        return tuple(self._terms_of.get(person, ()))

    def terms_of_principal(self, principal: str) -> tuple[Term, ...]:
        """All terms of all offices of a state or organisation, in the order of the files."""
        return tuple(self._by_principal.get(principal, ()))

    def terms_by_title(self, principal: str, title: str) -> tuple[Term, ...]:
        """All terms of an office: ("RUS", "foreign minister")."""
        return tuple(self._by_title.get((principal, title), ()))

    def office_on(self, person: str, day: date) -> Term | None:
        """The weightiest office that the person holds on the day, or None."""
        held = [term for term in self.terms_of(person) if term.period.covers(day)]
        return min(held, key=lambda term: ROLE_WEIGHT[term.role], default=None)

    def gender_of(self, actor_id: str) -> Gender | None:
        """Whether "she" or "he" may be meant by a person; None is unknown, or no person."""
        person = self.persons.get(actor_id)
        return person.gender if person else None

    def actor(self, actor_id: str, day: date | None = None) -> Actor | None:
        """The Actor of an id; a person's country is that of the office on `day`."""
        if state := self.states.get(actor_id):
            return Actor(state.id, state.name, ActorKind.STATE, state.id)
        if organization := self.organizations.get(actor_id):
            return Actor(organization.id, organization.name, ActorKind.ORGANIZATION)
        if group := self.groups.get(actor_id):
            return Actor(group.id, group.name, ActorKind.ARMED_GROUP, group.country)
        if institution := self.institutions.get(actor_id):
            country = institution.acts_for if institution.acts_for in self.states else None
            return Actor(institution.id, institution.name, ActorKind.INSTITUTION, country)
        if person := self.persons.get(actor_id):
            return Actor(person.id, person.name, ActorKind.PERSON, self._country(person.id, day))
        return None

    def _country(self, person: str, day: date | None) -> str | None:
        term = self.office_on(person, day) if day else None
        return term.principal if term and term.principal in self.states else None

    def named_actors(self, day: date) -> Iterable[NamedActor]:
        """Every actor with all its names, persons with the country they act for on `day`."""
        for state in self.states.values():
            names = (state.official, *state.aliases, *(former.name for former in state.former))
            yield self._named(state.id, names, day)
        for organization in self.organizations.values():
            yield self._named(organization.id, (organization.official, *organization.aliases), day)
        for group in self.groups.values():
            yield self._named(group.id, group.aliases, day)
        for institution in self.institutions.values():
            yield self._named(institution.id, institution.aliases, day)
        for person in self.persons.values():
            yield self._named(person.id, person.aliases, day)

    def _named(self, actor_id: str, names: Iterable[str], day: date) -> NamedActor:
        actor = self.actor(actor_id, day)
        assert actor is not None
        distinct = dict.fromkeys(name for name in names if name and name != actor.name)
        return NamedActor(actor, tuple(distinct))

    def commitments_of(self, actor_id: str, day: date) -> list[Commitment]:
        """Commitments in force on the day to which the actor is a party, and one of kind
        `membership` or `collective_defence` for each organisation it is a member of."""
        own = [c for c in self.commitments if actor_id in c.parties and c.in_force(day)]
        for organization in self.organizations.values():
            joined = [
                m.period.since
                for m in organization.members
                if m.state == actor_id and m.period.covers(day)
            ]
            if joined and organization.period.covers(day):
                kind = organization.kind_on(day)
                clause = organization.defence_since
                since = joined[0] or date.min
                if clause is not None and kind is CommitmentKind.COLLECTIVE_DEFENCE:
                    since = max(since, clause)
                instrument = organization.instrument or organization.official
                if kind is CommitmentKind.COLLECTIVE_DEFENCE:
                    instrument = organization.defence_instrument or instrument
                own.append(
                    Commitment(
                        id=f"member-{organization.id}",
                        kind=kind,
                        instrument=instrument,
                        parties=tuple(
                            m.state for m in organization.members if m.period.covers(day)
                        ),
                        since=since,
                    )
                )
        return own

"""One actor with everything that is known of it: names, offices, memberships, counts, freshness.

Pure over the port; reads no clock. Imports only `errors`, `model`, `store` and `reference`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from graph.errors import NotFound
from graph.model import Actor, ActorKind
from graph.reference.reach import known_until
from graph.reference.types import ROLE_WEIGHT, Period, Reference, Role, Term
from graph.store import ActorProfile, Store

_LATE = date.max


@dataclass(frozen=True, slots=True)
class DatedName:
    name: str
    since: date | None
    until: date | None


@dataclass(frozen=True, slots=True)
class Post:
    """An office and its holder; both days are included, None is unknown or open."""

    person: Actor
    principal: Actor
    role: Role
    title: str
    since: date | None
    until: date | None


@dataclass(frozen=True, slots=True)
class Member:
    """A member of an organisation; both days are included, None is unknown or open."""

    member: Actor
    organization: Actor
    since: date | None
    until: date | None


@dataclass(frozen=True, slots=True)
class Dossier:
    """What the store has counted, and what the curated data says.

    `offices` are those that a person held, or the offices of a state or organisation with their
    holders, the last first. `memberships` are those of a state, or the members of an organisation.
    `acts_for` is whom an institution or armed group belongs to. `known_until` is the last day for
    which offices are known; None for an actor outside the curated data.
    """

    profile: ActorProfile
    former_names: tuple[DatedName, ...]
    offices: tuple[Post, ...]
    memberships: tuple[Member, ...]
    acts_for: Actor | None
    known_until: date | None


def dossier(store: Store, reference: Reference, actor_id: str, day: date) -> Dossier:
    """Return one actor as of a day. Offices and memberships that began later are left out.

    Raises NotFound for an actor that neither the store nor the reference data knows.
    """
    curated = reference.actor(actor_id, day)
    try:
        profile = store.actor(actor_id)
    except NotFound:
        if curated is None:
            raise
        names = next(n for n in reference.named_actors(day) if n.actor.id == actor_id)
        profile = ActorProfile(curated, names.aliases, (), 0, None, None)
    if curated is None:
        return Dossier(profile, (), (), (), None, None)
    posts = _offices(reference, curated, day)
    return Dossier(
        profile=ActorProfile(
            curated,
            profile.aliases,
            profile.relations,
            profile.events,
            profile.first_seen,
            profile.last_seen,
        ),
        former_names=tuple(_former_names(reference, actor_id, day)),
        offices=tuple(sorted(posts, key=_last_first)),
        memberships=tuple(
            sorted(
                _memberships(reference, curated, day),
                key=lambda item: (item.organization.id, item.member.id, item.since or date.min),
            )
        ),
        acts_for=_principal(reference, actor_id, day),
        known_until=_known_until(reference, curated, day),
    )


def _begun(period: Period, day: date) -> bool:
    return period.since is None or period.since <= day


def _end(period: Period, day: date) -> date | None:
    """The end of a period, where it is over by the day: what follows was not known then."""
    return period.until if period.until is not None and period.until <= day else None


def _former_names(reference: Reference, actor_id: str, day: date) -> Iterator[DatedName]:
    state = reference.states.get(actor_id)
    for former in state.former if state else ():
        if _begun(former.period, day):
            yield DatedName(former.name, former.period.since, former.period.until)


def _offices(reference: Reference, actor: Actor, day: date) -> Iterator[Post]:
    terms = (
        reference.terms_of(actor.id)
        if actor.kind is ActorKind.PERSON
        else reference.terms_of_principal(actor.id)
    )
    for term in terms:
        if _begun(term.period, day) and (post := _post(reference, term, day)) is not None:
            yield post


def _post(reference: Reference, term: Term, day: date) -> Post | None:
    person = reference.actor(term.person, day)
    principal = reference.actor(term.principal, day)
    if person is None or principal is None:
        return None
    period = term.period
    return Post(person, principal, term.role, term.title, period.since, _end(period, day))


def _last_first(post: Post) -> tuple[int, int, int, str]:
    since = post.since or date.min
    until = post.until or _LATE
    return -until.toordinal(), ROLE_WEIGHT[post.role], -since.toordinal(), post.person.id


def _memberships(reference: Reference, actor: Actor, day: date) -> Iterator[Member]:
    for organization in reference.organizations.values():
        for membership in organization.members:
            if actor.id not in (organization.id, membership.state):
                continue
            state = reference.actor(membership.state, day)
            joined = reference.actor(organization.id, day)
            if state is not None and joined is not None and _begun(membership.period, day):
                period = membership.period
                yield Member(state, joined, period.since, _end(period, day))


def _principal(reference: Reference, actor_id: str, day: date) -> Actor | None:
    if institution := reference.institutions.get(actor_id):
        return reference.actor(institution.acts_for, day)
    if organization := reference.organizations.get(actor_id):
        return reference.actor(organization.acts_for, day) if organization.acts_for else None
    if group := reference.groups.get(actor_id):
        return reference.actor(group.country, day) if group.country else None
    if term := reference.office_on(actor_id, day):
        return reference.actor(term.principal, day)
    return None


def _known_until(reference: Reference, actor: Actor, day: date) -> date:
    if actor.kind is ActorKind.STATE:
        return known_until(reference, actor.id)
    if actor.kind is ActorKind.PERSON and (term := reference.office_on(actor.id, day)):
        return known_until(reference, term.principal)
    return reference.as_of

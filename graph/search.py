"""Finding actors by what somebody types: names, aliases, leaders, and small typos.

A state is found by prefixes of its names and by the names of who holds its offices, never by
resemblance: one letter parts Niger from Nigeria. Persons and organisations are found by words that
differ a little, too. Pure over the port; reads no clock. Imports only `model`, `store`, `typos`,
the types of `reference` and the names of `stores.names`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from graph.model import Actor, ActorKind, NamedActor
from graph.reference.types import Reference
from graph.store import Store
from graph.stores.names import folded, words
from graph.typos import distance

FORGIVEN = frozenset({ActorKind.PERSON, ActorKind.ORGANIZATION})
"""The kinds that are found in spite of a typo."""


class How(StrEnum):
    """EXACT: one of its names, case and accents ignored. PREFIX: every word begins one of a name's
    words. OFFICE: who holds an office of it on the day. TYPO: a name that differs a little."""

    EXACT = "exact"
    PREFIX = "prefix"
    OFFICE = "office"
    TYPO = "typo"


@dataclass(frozen=True, slots=True)
class Hit:
    """An actor that was found; `because` is the name, or the office and its holder."""

    actor: Actor
    how: How
    because: str


def find_actors(
    store: Store, reference: Reference, text: str, day: date, limit: int = 20
) -> tuple[Hit, ...]:
    """Return actors by what was typed: exact names and prefixes in the order of the store, after
    each person the state or organisation that it holds an office of on `day`; typos last."""
    found: dict[str, Hit] = {}
    actors = store.search_actors(text, limit)
    named = store.actors([actor.id for actor in actors])
    for actor in actors:
        for hit in _with_office(reference, _hit(named.get(actor.id, NamedActor(actor)), text), day):
            found.setdefault(hit.actor.id, hit)
    if len(found) < limit and not any(hit.how is How.EXACT for hit in found.values()):
        for close in _typos(store, text, limit):
            for hit in _with_office(reference, close, day):
                found.setdefault(hit.actor.id, hit)
    return tuple(found.values())[:limit]


def _hit(named: NamedActor, text: str) -> Hit:
    actor = named.actor
    names = (actor.name, *named.aliases)
    wanted, typed = folded(text), words(text)
    for name in names:
        if folded(name) == wanted:
            return Hit(actor, How.EXACT, name)
    fitting = (name for name in names if _begins(words(name), typed))
    return Hit(actor, How.PREFIX, next(fitting, actor.name))


def _begins(name: list[str], typed: list[str]) -> bool:
    return all(any(word.startswith(part) for word in name) for part in typed)


def _with_office(reference: Reference, hit: Hit, day: date) -> Iterator[Hit]:
    yield hit
    if hit.actor.kind is not ActorKind.PERSON:
        return
    term = reference.office_on(hit.actor.id, day)
    principal = reference.actor(term.principal, day) if term else None
    if term is not None and principal is not None:
        yield Hit(principal, How.OFFICE, f"{hit.actor.name}, {term.title}")


def _typos(store: Store, text: str, limit: int) -> list[Hit]:
    """Persons and organisations, the least changed first, then by name and id."""
    typed = words(text)
    if not typed:
        return []
    found: list[tuple[int, str, str, Hit]] = []
    for named in store.names(FORGIVEN):
        best: tuple[int, str] | None = None
        for name in (named.actor.name, *named.aliases):
            changed = _changed(words(name), typed)
            if changed is not None and (best is None or changed < best[0]):
                best = changed, name
        if best is not None:
            hit = Hit(named.actor, How.TYPO, best[1])
            found.append((best[0], best[1], named.actor.id, hit))
    return [item[3] for item in sorted(found, key=lambda item: item[:3])[:limit]]


def _changed(name: list[str], typed: list[str]) -> int | None:
    """How many letters are changed in all, if every typed word means a different word of the name;
    None if one means none."""
    total, free = 0, list(name)
    for part in typed:
        allowed = forgiven(part)
        best: tuple[int, str] | None = None
        for word in free:
            found = distance(part, word, allowed)
            if found is not None and (best is None or found < best[0]):
                best = found, word
        if best is None:
            return None
        total += best[0]
        free.remove(best[1])
    return total


def forgiven(word: str) -> int:
    """How many letters of a typed word may be wrong: none below five, one below nine, else two."""
    return 0 if len(word) < 5 else 1 if len(word) < 9 else 2

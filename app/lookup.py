"""From what a person types to an actor: an id, or a name that means exactly one.

Imports the store port and `graph.reference`.
"""

import unicodedata

from graph.errors import InvalidInput
from graph.ids import slug
from graph.model import Actor, ActorKind
from graph.reference import Reference
from graph.store import Store

_OFFERED = 5


def find_actor(store: Store, reference: Reference, text: str) -> str:
    """The id of the actor meant. NotFound with close names if there is none, InvalidInput with
    the choice if there are several."""
    for key in (text, text.upper(), slug(text)):
        if reference.actor(key) is not None:
            return key
    found = store.search_actors(text)
    exact = [actor for actor in found if _fold(text) in _names(store, actor)]
    chosen = exact or list(found)
    if not chosen:
        return store.actor(text).actor.id
    if len(chosen) > 1:
        chosen.sort(key=lambda actor: list(ActorKind).index(actor.kind))
        offered = ", ".join(f"{actor.id} ({actor.name})" for actor in chosen[:_OFFERED])
        more = f" and {len(chosen) - _OFFERED} more" if len(chosen) > _OFFERED else ""
        raise InvalidInput(f"{text!r} may mean {offered}{more}; give the id of one")
    return chosen[0].id


def _names(store: Store, actor: Actor) -> set[str]:
    profile = store.actor(actor.id)
    return {_fold(name) for name in (profile.actor.name, *profile.aliases)}


def _fold(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name.casefold())
    return " ".join("".join(c for c in plain if not unicodedata.combining(c)).split())

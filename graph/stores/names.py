"""Names without case and accents, and those that were probably meant: the same for every store.

Imports nothing of ours.
"""

import difflib
import unicodedata
from collections.abc import Iterable

_CLOSE_NAMES = 3


def folded(name: str) -> str:
    """Return a name without case, accents and superfluous space, for exact comparison."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    return " ".join("".join(c for c in plain if not unicodedata.combining(c)).split())


def words(text: str) -> list[str]:
    """Return the words of a text, folded: runs of letters and digits."""
    return "".join(c if c.isalnum() else " " for c in folded(text)).split()


def close_to(key: str, rows: Iterable[tuple[str, str, str]]) -> tuple[str, ...]:
    """Return the names of actors that look like `key`, best first.

    The rows hold (folded name, name of the actor, id of the actor) for every name.
    """
    meant: dict[str, str] = {}
    for name, actor, actor_id in rows:
        meant.setdefault(name, actor)
        meant.setdefault(folded(actor_id), actor)
    wanted = folded(key.replace("-", " "))
    close = difflib.get_close_matches(wanted, meant, n=3 * _CLOSE_NAMES)
    return tuple(dict.fromkeys(meant[name] for name in close))[:_CLOSE_NAMES]

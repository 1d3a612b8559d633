"""Content hashes: the same input always gives the same id. Imports nothing of ours."""

import hashlib
import re
import unicodedata
from collections.abc import Iterable

PROVISIONAL_MARK = "~"
"""Stands in the id of every provisional actor and in no curated one; needs no escape in a URL."""

_NOT_SLUG = re.compile(r"[^a-z0-9]+")


def content_id(prefix: str, parts: Iterable[str]) -> str:
    """Return `prefix` and 32 hexadecimal digits that depend on every part and its place.

    Each part is preceded by its length, so that ("ab", "c") and ("a", "bc") differ.
    """
    framed = "".join([f"{_size(part)}:{part}" for part in parts])
    digest = hashlib.sha256(framed.encode("utf-8", "surrogatepass"))
    return f"{prefix}{digest.hexdigest()[:32]}"


def _size(part: str) -> int:
    """The length in bytes; `isascii` costs nothing, and most parts are."""
    return len(part) if part.isascii() else len(part.encode("utf-8", "surrogatepass"))


def slug(name: str) -> str:
    """Return the lower-case ASCII id of a name: "Masoud Pezeshkian" -> "masoud-pezeshkian"."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return _NOT_SLUG.sub("-", plain.lower()).strip("-")


def provisional_id(name: str, owner: str) -> str:
    """Return the id of an actor that only a text names, and the actor it belongs to:
    ("Musalia Mudavadi", "KEN") -> "musalia-mudavadi~KEN"; "" for a name without Latin letters."""
    plain = slug(name)
    return f"{plain}{PROVISIONAL_MARK}{owner}" if plain else ""

"""What codes an article: the name and version that its events and the store carry.

Imports no spaCy; who only asks for the version must not wait for it.
"""

import hashlib
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

EXTRACTOR = "westphalia-0.3"
"""The coder whose rules stand in this package; a new number for each change of what it tells."""


@cache
def coder_mark() -> str:
    """Return the name of the coder, its version, and a hash over the lexicon, the curated data and
    the ontology: "westphalia 0.3 5be1c09a". Another mark may tell other events of the same text."""
    digest = hashlib.sha256()
    for package in ("ingest", "graph"):
        for path, item in sorted(_data(files(package), package)):
            digest.update(f"{path}\0{len(item)}\0".encode())
            digest.update(item)
    name, _, number = EXTRACTOR.rpartition("-")
    return f"{name} {number} {digest.hexdigest()[:8]}"


def _data(folder: Traversable, path: str) -> Iterator[tuple[str, bytes]]:
    """Yield every TOML file below a folder of a package."""
    for item in folder.iterdir():
        if item.is_dir():
            yield from _data(item, f"{path}/{item.name}")
        elif item.name.endswith(".toml"):
            yield f"{path}/{item.name}", item.read_bytes()

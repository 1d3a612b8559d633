"""What of the ontology, and of counting, the derived values of a store depend on, as one hash.

Imports only `mass`, `model` and `ontology`.
"""

import hashlib
from functools import cache

from graph.mass import COUNTING
from graph.model import Status
from graph.ontology import load_ontology


@cache
def ontology_fingerprint() -> str:
    """Return a hash of everything in the ontology and in `mass` that derived values depend on."""
    digest = hashlib.sha256(COUNTING.encode())
    ontology = load_ontology()
    for name in sorted(ontology.relations):
        for status in Status:
            digest.update(repr((name, status.value, ontology.project(name, status))).encode())
    return digest.hexdigest()

"""The codes of the field, turned back into relations by the ontology's own projection.

A code stands for more than one relation or for none, so this is not exact: what is kept is the
event type, which is what coders are compared by. Imports `graph.ontology`.
"""

from collections.abc import Mapping
from functools import cache

from graph.model import Status
from graph.ontology import EventType, load_ontology

_MODES: Mapping[tuple[str, str], str] = {
    ("CONSULT", "visit"): "visit",
    ("CONSULT", "phone"): "call",
    ("CONSULT", "third-party"): "mediation",
    ("RETREAT", "ceasefire"): "ceasefire",
    ("RETREAT", "release"): "release",
    ("ACCUSE", "disapprove"): "criticism",
    ("ACCUSE", "investigate"): "investigation",
    ("SANCTION", "expel"): "expulsion",
    ("COERCE", "arrest"): "arrest",
    ("COERCE", "deport"): "deportation",
    ("COERCE", "seize"): "seizure",
}
"""Modes of PLOVER 2.0 that are a relation of ours; the others are told by the type alone."""


@cache
def relation_of_cameo(code: str) -> str | None:
    """The relation whose own CAMEO code, asserted, is nearest to `code`; None for none.

    Nearest is the same code, else the longest common beginning, of two digits (the root) or
    more. Among equals the general code of the root (`050`) goes first, then the ontology's order.
    """
    ontology = load_ontology()
    best, best_rank = None, (1, False)
    for name in ontology.relations:
        projection = ontology.project(name, Status.ASSERTED)
        if projection is None:
            continue
        rank = (_common(code, projection.cameo), _is_general(projection.cameo))
        if code == projection.cameo:
            return name
        if rank[0] >= 2 and rank > best_rank:
            best, best_rank = name, rank
    return best


@cache
def relation_of_plover(event_type: str, mode: str = "") -> str | None:
    """The relation for a type and mode of PLOVER, by the same rules; None for an unknown type."""
    kind = event_type.strip().upper()
    if kind not in EventType.__members__:
        return None
    found = _MODES.get((kind, mode.strip().lower()))
    if found is not None:
        return found
    ontology = load_ontology()
    projected = [
        (name, projection)
        for name in ontology.relations
        if (projection := ontology.project(name, Status.ASSERTED)) and projection.event_type == kind
    ]
    general = [name for name, projection in projected if _is_general(projection.cameo)]
    return next(iter(general), projected[0][0])


def _common(one: str, other: str) -> int:
    length = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        length += 1
    return length


def _is_general(cameo: str) -> bool:
    return len(cameo) == 3 and cameo.endswith("0")

"""Names that stand in Cypher, and the statements that keep readers and writers apart.

Statements take parameters only. Labels and relationship types come from here, whether they are
parameters too or stand in the statement: the labels of the kinds of actors, and the types of the
ontology, each checked to be a plain word. Imports only `model`, `errors` and `ontology`.
"""

import re
from functools import cache

from graph.errors import ReferenceDataError
from graph.model import ActorKind
from graph.ontology import load_ontology

LABELS = {
    ActorKind.STATE: "State",
    ActorKind.ORGANIZATION: "Organization",
    ActorKind.ARMED_GROUP: "ArmedGroup",
    ActorKind.PERSON: "Person",
    ActorKind.INSTITUTION: "Institution",
}
KINDS = {label: kind for kind, label in LABELS.items()}

RESERVED_TYPES = frozenset(
    {
        "SOURCE_OF",
        "TARGETS",
        "VIA",
        "EVIDENCED_BY",
        "HOLDS_OFFICE",
        "MEMBER_OF",
        "COMMITTED_TO",
        "HAS_PROBLEM",
    }
)
_PLAIN = re.compile(r"[A-Z][A-Z_]*")


@cache
def relation_types() -> dict[str, str]:
    """Return the relationship type of every relation of the ontology, and no other."""
    types = {name: entry.neo4j_type for name, entry in load_ontology().relations.items()}
    for name, kind in types.items():
        if not _PLAIN.fullmatch(kind) or kind in RESERVED_TYPES:
            raise ReferenceDataError(f"ontology.toml, relation {name}: {kind!r} is no Neo4j type")
    return types


STATE = """
MATCH (s:Schema {name: 'schema'}) MATCH (g:Gate {name: 'gate'})
RETURN s.version, s.ontology, g.shut, g.opened
"""
"""The schema's version, the ontology it was written with, and how often the gate was moved."""

TAKE_TURN = (
    "MATCH (w:Writer {name: 'writer'}) SET w.turns = coalesce(w.turns, 0) + 1 WITH w" + STATE
)
"""Locks the node until the transaction ends, so that writers follow one another; then as STATE."""

SHUT_GATE = """
MATCH (g:Gate {name: 'gate'}) SET g.moved = true SET g.shut = g.shut + 1 RETURN g.shut
"""
OPEN_GATE = """
MATCH (g:Gate {name: 'gate'}) SET g.moved = true
SET g.opened = CASE WHEN g.opened < $number THEN $number ELSE g.opened END RETURN g.opened
"""
FREE_GATE = "MATCH (g:Gate {name: 'gate'}) SET g.opened = g.shut"

NUMBERS = """
MATCH (w:Writer {name: 'writer'}) RETURN w.articles, w.events
"""
SET_NUMBERS = """
MATCH (w:Writer {name: 'writer'}) SET w.articles = $articles, w.events = $events
"""

"""Offices, memberships and commitments of the curated data, as relationships between actors.

Imports only `model`, `reference` and siblings.
"""

import hashlib
from itertools import combinations

from graph.reference import Reference
from graph.stores.neo4j_actors import write_actors
from graph.stores.neo4j_rows import Properties
from graph.stores.neo4j_session import Work


def fingerprint(reference: Reference) -> str:
    """Return a hash of everything that `write_reference` stores."""
    digest = hashlib.sha256()
    for named in reference.named_actors(reference.as_of):
        digest.update(repr(named).encode("utf-8", "surrogatepass"))
    for rows in (_offices(reference), _memberships(reference), _commitments(reference)):
        digest.update(repr(rows).encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


def stored_fingerprint(work: Work) -> str:
    ((found,),) = work.rows("MATCH (s:Schema {name: 'schema'}) RETURN s.reference")
    return found or ""


def write_reference(work: Work, reference: Reference, mark: str) -> None:
    """Store the curated actors, and replace all ties between them."""
    write_actors(work, list(reference.named_actors(reference.as_of)))
    work.change(_DROP)
    work.change(_OFFICES, rows=_offices(reference))
    work.change(_MEMBERSHIPS, rows=_memberships(reference))
    work.change(_COMMITMENTS, rows=_commitments(reference))
    work.change("MATCH (s:Schema {name: 'schema'}) SET s.reference = $mark", mark=mark)


def _offices(reference: Reference) -> list[Properties]:
    return [
        {
            "one": term.person,
            "other": term.principal,
            "edge": {
                "title": term.title,
                "since": term.period.since,
                "until": term.period.until,
            },
        }
        for term in reference.terms
    ]


def _memberships(reference: Reference) -> list[Properties]:
    return [
        {
            "one": member.state,
            "other": organization.id,
            "edge": {"since": member.period.since, "until": member.period.until},
        }
        for organization in reference.organizations.values()
        for member in organization.members
    ]


def _commitments(reference: Reference) -> list[Properties]:
    """One relationship for each two parties, from the lower id to the higher."""
    return [
        {
            "one": one,
            "other": other,
            "edge": {
                "kind": commitment.kind.value,
                "instrument": commitment.instrument,
                "since": commitment.since,
                "until": commitment.until,
            },
        }
        for commitment in reference.commitments
        for one, other in combinations(sorted(set(commitment.parties)), 2)
    ]


_DROP = "MATCH (:Actor)-[r:HOLDS_OFFICE|MEMBER_OF|COMMITTED_TO]->(:Actor) DELETE r"
_ENDS = """
UNWIND $rows AS row MATCH (one:Actor {id: row.one}) MATCH (other:Actor {id: row.other})
"""
_OFFICES = _ENDS + "CREATE (one)-[r:HOLDS_OFFICE]->(other) SET r = row.edge"
_MEMBERSHIPS = _ENDS + "CREATE (one)-[r:MEMBER_OF]->(other) SET r = row.edge"
_COMMITMENTS = _ENDS + "CREATE (one)-[r:COMMITTED_TO]->(other) SET r = row.edge"

"""Claims: what one clause tells, before it becomes an Event.

Also the small rules on pairs of parties, and the maker that settles relation and status together.
Imports `clauses`, `document`, `parties`, `party`, `status` and `telling`.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from graph.model import Status
from graph.ontology import EventType, Ontology
from ingest.clauses import ClauseReader
from ingest.document import Token
from ingest.parties import PartyReader
from ingest.party import Party, is_namesake
from ingest.status import StatusReader
from ingest.telling import Outcome, Telling


@dataclass(frozen=True, slots=True)
class Claim:
    """Source did relation to target, as one clause tells it. `verb` is the word that governs the
    telling; it differs from `trigger` where a noun under a light verb fired."""

    relation: str
    source: Party
    target: Party
    status: Status
    trigger: Token
    verb: Token
    rule: str
    weight: float
    speaker: Party | None


@dataclass(frozen=True, slots=True)
class NearMiss:
    """A trigger that did not become a claim, and why."""

    trigger: Token
    reason: str


MAX_ENDS = 12
"""Longer lists of actors are rolls and rankings, not parties to one act."""

_FOR_THE_STATE = frozenset([EventType.SUPPORT, EventType.AID])
"""What is done for an opposition leader is not done for the state."""

_WORDS_ONLY = frozenset(
    "protest endorsement praise apology criticism accusation demand appeal protest_note".split()
)
"""Acts of speech: "rang him to express support" has expressed it."""

_NOT_OWED = frozenset(["withdrawal", "ceasefire"])
"""What is refused to whoever asked for it, not to the place where the soldiers are."""

_PERSONAL = frozenset("meeting visit call negotiation mediation treaty agreement".split())
"""What somebody unknown can do whom the text only calls a state's own: "Norway's Erik Solheim"."""

_DONE_BY_DECISION = frozenset(
    "sanction embargo tariff expulsion ties_cut aid_cut treaty_withdrawal sanctions_relief".split()
)
"""A body that decides on one of these has done it."""


class ClaimMaker:
    """Makes the claims of one sentence from pairs of parties and the verb that tells of them."""

    def __init__(
        self,
        parties: PartyReader,
        clauses: ClauseReader,
        statuses: StatusReader,
        ontology: Ontology,
    ) -> None:
        self._read = parties
        self._clauses = clauses
        self._statuses = statuses
        self._ontology = ontology

    def make(
        self,
        relation: str,
        pairs: list[tuple[Party, Party]],
        verb: Token,
        rule: str,
        promised: Status | None = None,
        trigger: Token | None = None,
        fixed: Status | None = None,
        mutual: bool = False,
    ) -> list[Claim]:
        """One claim for each pair. `promised` is the status that the frame gives to what would
        else be asserted; `fixed` the status whatever governs the verb. A `mutual` act is one of
        both ends, unless it turns into the refusal or the threat of one."""
        if self._ontology.relation(relation).event_type in _FOR_THE_STATE:
            pairs = [(s, t) for s, t in pairs if "opposition" not in t.how]
        if relation in ("recognition", "diplomatic_ties"):
            pairs = [(s, t) for s, t in pairs if not t.how.startswith("place")]
        if relation not in _PERSONAL:
            pairs = [(s, t) for s, t in pairs if not (is_namesake(s) or is_namesake(t))]
        if not pairs:
            return []
        telling = self._statuses.of(verb)
        speaker = self._speaker(telling)
        told_by = speaker.principal.id if speaker else ""
        if telling.speaker is not None and all(s.principal.id != told_by for s, _ in pairs):
            # "China would not defend it, a scholar said" is a guess, not a refusal.
            telling = replace(telling, will_not=False)
        settled, status = self._settle(relation, telling)
        one_sided = status is Status.PLANNED and (telling.decided or relation == "clash")
        if mutual and settled == relation and not one_sided:
            pairs = [*pairs, *((t, s) for s, t in pairs if (t, s) not in pairs)]
        relation = settled
        if promised is not None and status is Status.ASSERTED:
            status = promised
        steps = "".join(f"; {step}" for step in telling.steps)
        return [
            Claim(
                relation=relation,
                source=source,
                target=target,
                status=fixed or status,
                trigger=trigger or verb,
                verb=verb,
                rule=rule + steps,
                weight=source.weight * target.weight,
                speaker=speaker,
            )
            for source, target in pairs
        ]

    def _settle(self, relation: str, telling: Telling) -> tuple[str, Status]:
        """A refused act becomes its refusal, an ended one what ending it is called.

        A body that decides on a sanction or on its end has imposed or ended it; an attempt to
        hack is a hack already, and one to storm an embassy a protest; an act announced "unless"
        is a threat.
        """
        entry = self._ontology.relation(relation)
        if telling.decided and relation in _DONE_BY_DECISION:
            return relation, Status.ASSERTED
        if telling.ordered and relation in ("ceasefire", "withdrawal", "mobilization"):
            return relation, Status.ASSERTED
        if telling.attempted and relation in ("cyberattack", "protest"):
            return relation, Status.ASSERTED
        friendly = entry.score > 0
        if telling.will_not and friendly and telling.status is Status.NEGATED:
            return (entry.refused or "refusal"), Status.ASSERTED
        if telling.purpose and relation in _WORDS_ONLY:
            return relation, Status.ASSERTED
        if telling.conditional and telling.status is Status.PLANNED:
            return "threat", Status.ASSERTED
        if telling.outcome is Outcome.REFUSED and (entry.score < 0 or relation in _NOT_OWED):
            return relation, Status.NEGATED
        if telling.outcome is Outcome.REFUSED:
            return (entry.refused or "refusal"), telling.status
        if telling.outcome is Outcome.ENDED and entry.ended:
            return entry.ended, telling.status
        return relation, telling.status

    def _speaker(self, telling: Telling) -> Party | None:
        if telling.speaker is None:
            return None
        clause = self._clauses.clause(telling.speaker)
        found = join(self._read.actors(token) for token in clause.subject)
        return found[0] if found else None


def join(lists: Iterable[list[Party]]) -> list[Party]:
    found: dict[str, Party] = {}
    for parties in lists:
        for party in parties:
            found.setdefault(party.principal.id, party)
    return list(found.values())


def pairs(sources: list[Party], targets: list[Party], mutual: bool) -> list[tuple[Party, Party]]:
    """Every source with every target; in a mutual act without targets the sources pair up."""
    if len(sources) > MAX_ENDS or len(targets) > MAX_ENDS:
        return []
    if mutual and not targets:
        return [(a, b) for a in sources for b in sources if differ(a, b)]
    return [(s, t) for s in sources for t in targets if differ(s, t)]


def differ(one: Party, other: Party) -> bool:
    """Two ends under one flag are no relation between actors."""
    if one.principal.id == other.principal.id:
        return False
    country = one.principal.country
    return country is None or country != other.principal.country


def distinct(claims: Iterable[Claim]) -> list[Claim]:
    """One claim for each source, relation, target and status; the surest wins."""
    found: dict[tuple[str, str, str, Status], Claim] = {}
    for claim in claims:
        key = (claim.source.principal.id, claim.relation, claim.target.principal.id, claim.status)
        other = found.get(key)
        if other is None or other.weight < claim.weight:
            found[key] = claim
    return list(found.values())

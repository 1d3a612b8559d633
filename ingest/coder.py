"""From a parsed sentence to claims: the verbs first, then the nouns that no verb has taken.

What comes close and does not fire, or is too unsure, leaves a reason behind. Imports `claims`,
`clause`, `clauses`, `confidence`, `frames`, `nouns`, `parties`, `status` and `verbs`.
"""

from graph.ontology import Ontology
from ingest.claims import Claim, ClaimMaker, NearMiss, distinct
from ingest.clause import is_verb
from ingest.clauses import ClauseReader
from ingest.confidence import confidence_of, is_told
from ingest.frames import Lexicon
from ingest.nouns import NounCoder
from ingest.parties import PartyReader
from ingest.status import StatusReader
from ingest.verbs import VerbCoder


class SentenceCoder:
    """Codes one sentence."""

    def __init__(
        self,
        parties: PartyReader,
        statuses: StatusReader,
        lexicon: Lexicon,
        ontology: Ontology,
        unsure: bool,
    ) -> None:
        self._tells_all = unsure
        self._unsure: list[NearMiss] = []
        self._sentence = parties.sentence
        self._deeds = parties.deeds
        clauses = ClauseReader(self._sentence)
        maker = ClaimMaker(parties, clauses, statuses, ontology)
        self._verbs = VerbCoder(parties, clauses, maker, lexicon)
        self._nouns = NounCoder(parties, clauses, maker, lexicon, self._verbs.conditions)

    def code(self) -> list[Claim]:
        """The claims of the sentence, each pair, relation and status once."""
        claims: list[Claim] = []
        for token in self._sentence.tokens:
            if is_verb(token):
                claims.extend(self._noted(self._verbs.code(token)))
        for token in self._sentence.tokens:
            if token.pos in ("NOUN", "PROPN") and token.index not in self._verbs.used:
                claims.extend(self._noted(self._nouns.code(token)))
        return [claim for claim in distinct(claims) if self._is_told(claim)]

    def _is_told(self, claim: Claim) -> bool:
        if self._tells_all or is_told(claim):
            return True
        ends = f"{claim.source.principal.id} {claim.relation} {claim.target.principal.id}"
        reason = f"{ends} {claim.status}, but too unsure: confidence {confidence_of(claim):.2f}"
        self._unsure.append(NearMiss(claim.trigger, reason))
        return False

    def _noted(self, claims: list[Claim]) -> list[Claim]:
        self._deeds.note([(c.relation, c.source, c.target) for c in claims])
        return claims

    @property
    def near_misses(self) -> list[NearMiss]:
        """Triggers that did not become claims, with the reasons."""
        return [*self._verbs.near_misses, *self._nouns.near_misses, *self._unsure]

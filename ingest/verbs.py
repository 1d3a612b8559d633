"""Claims told by verbs: tries the frames of each verb, most specific first.

Imports `claims`, `clauses`, `conditions`, `frames`, `slots`.
"""

from graph.model import ActorKind
from ingest.claims import Claim, ClaimMaker, NearMiss, join, pairs
from ingest.clauses import Clause, ClauseReader, is_verb
from ingest.conditions import FrameConditions
from ingest.document import Sentence, Token
from ingest.frames import Lexicon, VerbFrame
from ingest.parties import PartyReader
from ingest.party import Party
from ingest.slots import SlotReader

_PLACES = frozenset("in inside into near outside at across".split())
_ANSWERS = frozenset(["criticism", "denial", "refusal", "praise", "protest_note"])
"""Relations that answer to an act: "condemned the raid" finds whose raid it was."""


class VerbCoder:
    """Codes the verbs of one sentence. `used` holds the object nouns that a frame has taken."""

    def __init__(
        self, parties: PartyReader, clauses: ClauseReader, maker: ClaimMaker, lexicon: Lexicon
    ) -> None:
        self.sentence = parties.sentence
        self.used: set[int] = set()
        self.near_misses: list[NearMiss] = []
        self._read = parties
        self._clauses = clauses
        self._maker = maker
        self._lexicon = lexicon
        self._slots = SlotReader(parties, clauses)
        self.conditions = FrameConditions(parties, self._slots)

    def code(self, verb: Token) -> list[Claim]:
        frames = self._lexicon.verbs.get(verb.lemma, ())
        if not frames:
            return []
        clause = self._clauses.clause(verb)
        fitting = False
        if verb.lemma == "do" and any(t.lemma == "same" for t in clause.objects):
            return self._repeated(clause)
        for frame in frames:
            if not self.conditions.fits(frame, clause):
                continue
            fitting = True
            claims = self._fire(frame, clause)
            if claims:
                self.used.update(token.index for token in clause.objects)
                return claims
        if fitting:
            self.near_misses.append(NearMiss(verb, "the frame fits, but an end is missing"))
        return []

    def _repeated(self, clause: Clause) -> list[Claim]:
        """ "Caracas did the same": the act of the sentence before, by another."""
        sources = join(self._read.actors(token) for token in clause.subject)
        return [
            claim
            for relation, target in self._read.same()
            for claim in self._maker.make(
                relation, pairs(sources, [target], False), clause.verb, "did the same", None
            )
        ]

    def _fire(self, frame: VerbFrame, clause: Clause) -> list[Claim]:
        sources = self._slots.sources(frame, clause)
        if not sources:
            return []
        if self._is_reciprocal(clause):
            return self._maker.make(
                frame.relation, pairs(sources, [], True), clause.verb, frame.name, frame.status
            )
        targets = self._slots.targets(frame, clause, sources)
        if "force" in frame.flags:
            targets = self._struck(clause, sources, targets)
        targets = [t for t in targets if self.conditions.allows_target(frame, t, clause)]
        if not targets and frame.relation in _ANSWERS:
            own = {party.principal.id for party in sources}
            answered = self._charger(clause) or join(
                self._read.doers(token) for token in clause.objects
            )
            targets = [p for p in answered if p.principal.id not in own]
        if "member" in frame.flags:
            end = sources if "from_body" in frame.flags else targets
            if not all(p.principal.kind is ActorKind.ORGANIZATION for p in end):
                return []
        if not targets and clause.objects and not frame.objects:
            return []
        mutual = "mutual" in frame.flags
        if mutual and self._only_between(frame, clause, targets):
            sources, targets = targets, []
        ends = pairs(sources, targets, mutual)
        return self._maker.make(
            frame.relation, ends, clause.verb, frame.name, frame.status, mutual=mutual
        )

    def _struck(self, clause: Clause, sources: list[Party], targets: list[Party]) -> list[Party]:
        """A strike on a group, or on one's own people, falls on the country where it happens."""
        own = {party.principal.country for party in sources if party.principal.country}
        foreign = [t for t in targets if t.principal.kind is not ActorKind.ARMED_GROUP]
        if foreign and any(t.principal.country not in own for t in foreign):
            return foreign
        for name, token in clause.preps:
            if name not in _PLACES:
                continue
            where = [p for p in self._read.affected(token) if p.principal.kind is ActorKind.STATE]
            if where and where[0].principal.country not in own:
                return where
        return targets

    def _only_between(self, frame: VerbFrame, clause: Clause, targets: list[Party]) -> bool:
        """ "announced a deal between Israel and Bahrain": who announces it is no party to it."""
        between = {p.principal.id for p in self._slots.slot("between", frame, clause)}
        return len(between) > 1 and between == {p.principal.id for p in targets}

    def _charger(self, clause: Clause) -> list[Party]:
        """ "accused Sudan ..., a charge that Khartoum rejected": who made the charge."""
        if clause.verb.dep != "relcl":
            return []
        for ancestor in self.sentence.ancestors(clause.verb):
            if is_verb(ancestor):
                above = self._clauses.clause(ancestor)
                return join(self._read.actors(token) for token in above.subject)
        return []

    def _is_reciprocal(self, clause: Clause) -> bool:
        """ "shelled each other", "bombed each other's airfields"."""
        heads = [*clause.objects, *(token for _, token in clause.preps)]
        return any(
            token.text.lower() == "other" and "each" in _words_before(self.sentence, token)
            for head in heads
            for token in self.sentence.subtree(head)
        )


def _words_before(sentence: Sentence, token: Token) -> str:
    """The three words before a token, in lower case."""
    first = max(0, token.index - 3)
    return " ".join(t.text.lower() for t in sentence.tokens[first : token.index])

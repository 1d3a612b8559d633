"""Who acts in a clause: its subject, or whoever the construction lets act.

"rockets promised by Slovakia were handed over", "passes a resolution condemning Iran", "in Damascus
crowds ...". Imports `claims`, `clause`, `clause_slots`, `clauses`, `document`, `frames`,
`gazetteer`, `parties`, `party` and `words`.
"""

from graph.model import ActorKind
from ingest.claims import join
from ingest.clause import Clause, is_verb
from ingest.clause_slots import speaker_of
from ingest.clauses import ClauseReader
from ingest.document import Token
from ingest.frames import VerbFrame
from ingest.gazetteer import TermKind
from ingest.parties import PartyReader
from ingest.party import Party
from ingest.words import load_words

_ANNOUNCED = frozenset(["release", "withdrawal", "sanctions_relief", "ceasefire", "concession"])
"""Good turns that are announced by who does them: "Iran said the sailors were being freed"."""


class SubjectReader:
    """Finds who acts, in one sentence."""

    def __init__(self, parties: PartyReader, clauses: ClauseReader) -> None:
        self.sentence = parties.sentence
        self._read = parties
        self._clauses = clauses
        self._words = load_words()

    def subject(self, frame: VerbFrame, clause: Clause) -> list[Party]:
        found: list[Party] = []
        for token in clause.subject:
            parties = self._read.actors(token)
            if not parties and "crowd" in frame.flags:
                parties = self._crowd(token)
            if "crowd" not in frame.flags and self.is_private(token):
                parties = []
            if (len(parties) > 1 and self._is_either(token)) or self._is_disguise(token):
                parties = []
            if not parties and frame.subjects:
                parties = self._read.doers_of(token)
            found.extend(parties)
        if not found and clause.passive and not clause.subject:
            found = self._giver(clause)
            if not found and frame.relation in _ANNOUNCED:
                found = speaker_of(self._read, self._clauses, clause)
        if not found and clause.verb.dep == "acl" and clause.verb.tag == "VBG":
            found = self._author(clause)
        if not found and clause.verb.dep == "conj" and not clause.passive:
            found = self.reporter(clause)
        return [p for p in found if may_act(p)]

    def is_private(self, token: Token) -> bool:
        """ "a Dutch student", "a Dutchman": private people do not act for a state."""
        if token.tag[:1] == "W":
            above = next((t for t in self.sentence.ancestors(token) if t.dep == "relcl"), None)
            if above is None:
                return False
            head = self.sentence.head(above)
            return any(map(self.is_private, [head, *self.sentence.conjuncts(head)]))
        mention = self._read.mention(token)
        if any(t.lemma in ("two", "both") for t in self.sentence.children(token)):
            return False
        if mention is None:
            heads = [token, *self.sentence.children(token, "appos")]
            private = self._words.citizens - self._words.agents
            return any(head.lemma in private for head in heads)
        return mention.kind in (TermKind.PEOPLE, TermKind.ADJECTIVE) and any(
            t.text.lower() in ("a", "an", "one", "young")
            for t in self.sentence.children(token, "det", "nummod", "amod")
        )

    def _is_either(self, token: Token) -> bool:
        """ "Syrian or Russian warplanes": one of them, and nobody knows which."""
        return any(t.lemma == "or" and t.dep == "cc" for t in self.sentence.subtree(token))

    def _is_disguise(self, token: Token) -> bool:
        """ "militants disguised as U.N. troops": just not who acts."""
        first = min(t.index for t in self.sentence.subtree(token))
        before = [t.lemma for t in self.sentence.tokens[max(0, first - 2) : first]]
        return before[-1:] == ["as"] and before[0] in ("disguise", "dress", "pose", "masquerade")

    def _author(self, clause: Clause) -> list[Party]:
        """ "passes a resolution condemning Iran": who passes it condemns."""
        above = self.sentence.head(self.sentence.head(clause.verb))
        if not is_verb(above):
            return []
        return join(self._read.actors(token) for token in self._clauses.clause(above).subject)

    def reporter(self, clause: Clause) -> list[Party]:
        """ "told deputies that the islets were Turkish and rejected the claim": the second verb
        hangs on the report, but the islets reject nothing."""
        if self.sentence.children(clause.verb, "nsubj", "nsubjpass"):
            return []
        reported = self.sentence.head(clause.verb)
        while reported.dep == "conj":
            reported = self.sentence.head(reported)
        above = self.sentence.head(reported)
        if reported.dep not in ("ccomp", "relcl") or not is_verb(above):
            return []
        return join(self._read.actors(token) for token in self._clauses.clause(above).subject)

    def _giver(self, clause: Clause) -> list[Party]:
        """ "jets promised by Slovakia were handed over": who promised them hands them over."""
        for thing in clause.objects:
            for participle in self.sentence.children(thing, "acl"):
                below = self._clauses.clause(participle)
                if below.passive and participle.index != clause.verb.index:
                    found = join(self._read.actors(token) for token in below.subject)
                    if found:
                        return found
        return []

    def _crowd(self, token: Token) -> list[Party]:
        """ "In Damascus, crowds ...": people without a name belong to where they are."""
        heads = {token.lemma} | {t.lemma for t in self.sentence.subtree(token)}
        if not heads & (self._words.citizens | {"thousand", "hundred", "dozen"}):
            return []
        for mention in self._read.mentions:
            for spot in self.sentence.at(mention.start, mention.end):
                head = self.sentence.head(spot)
                if spot.dep == "pobj" and head.lemma == "in" and mention.principal:
                    return self._read.affected(spot)
        return []


def may_act(party: Party) -> bool:
    """A place does nothing, and a person who holds no office acts for nobody."""
    return party.principal.kind is not ActorKind.PERSON and not party.is_place

"""Where the two ends of a verb frame stand: the slots that the files in `lexicon/verbs` name.

Each slot is a place in the clause ("obj", "owner", "comp", a preposition ...) from which parties
are read. Imports `claims`, `clause`, `clause_slots`, `clauses`, `document`, `frames`, `gazetteer`,
`owners`, `parties`, `party`, `subjects` and `words`.
"""

import re
from collections.abc import Callable
from dataclasses import replace

from graph.model import ActorKind
from ingest.claims import join
from ingest.clause import Clause, is_verb
from ingest.clause_slots import ClauseSlots
from ingest.clauses import ClauseReader
from ingest.document import Token
from ingest.frames import VerbFrame
from ingest.gazetteer import TermKind
from ingest.owners import BORDERS
from ingest.parties import PartyReader
from ingest.party import Party, party_of
from ingest.subjects import SubjectReader
from ingest.words import load_words

_GRANTING = frozenset("let allow permit admit host give grant sell send join lend".split())
MANNERS = frozenset(
    "support defence defense favour favor response retaliation honour honor reply answer return "
    "exchange protest solidarity line accordance cooperation coordination revenge aid".split()
)
"""After "in", these say why or how, not where: "in support of the government"."""
_SUM = re.compile(r"[$€£¥]\s?\d|\d(?:m|bn)$")
"""A sum of money written as one word: "AU$1.2m"."""
BREAKAWAY = frozenset("breakaway separatist rebel secessionist occupied self-proclaimed".split())
"""Recognising such a land is no support for the state that it breaks away from."""
_ANSWERING = frozenset(["criticism", "protest_note"])
"""What is said "about" a sale is said of who sells, not of who buys."""
_ADDRESSED = frozenset(["demand", "appeal", "warning", "threat"])
"""What is said to one's own people is said to nobody else: "urged Americans to leave Russia"."""
_OF_THINGS = frozenset(["criticism", "refusal", "veto", "protest_note"])
"""What "it" is that is condemned or opposed: mostly a bill or a deed, and nobody."""
_BACKING = frozenset(["endorsement", "military_aid", "economic_aid", "praise"])
_REBELS = frozenset(
    "rebel insurgent guerrilla separatist militant militia opposition dissident".split()
)
_UNDOING = frozenset(
    "termination end suspension cancellation collapse violation breach rejection withdrawal loss "
    "lack absence reversal removal lifting easing threat sale export purchase transfer possibility "
    "prospect option idea likelihood risk fear suspicion".split()
)
_FREEING = frozenset("release freedom freeing liberation acquittal".split())


class SlotReader:
    """Reads the ends of frames in one sentence."""

    def __init__(self, parties: PartyReader, clauses: ClauseReader) -> None:
        self.sentence = parties.sentence
        self._read = parties
        self._clauses = clauses
        self._words = load_words()
        self._subjects = SubjectReader(parties, clauses)
        self._by_clause = ClauseSlots(parties, clauses)
        self._by_object: dict[str, Callable[[Token], list[Party]]] = {
            "obj": parties.affected,
            "actor": parties.actors,
            "doer": self._doer,
            "owe": self._debtor,
            "mod": self._modifier_parties,
            "inside": self._inside,
        }

    def sources(self, frame: VerbFrame, clause: Clause) -> list[Party]:
        for slot in frame.sources:
            found = (
                self._subjects.subject(frame, clause)
                if slot == "subj"
                else self.slot(slot, frame, clause)
            )
            if found:
                return found
        return []

    def reporter(self, clause: Clause) -> list[Party]:
        """Who reports a clause in which a second verb has no subject of its own."""
        return self._subjects.reporter(clause)

    def targets(self, frame: VerbFrame, clause: Clause, sources: list[Party]) -> list[Party]:
        own = {party.principal.id for party in sources}
        for slot in frame.targets:
            seen = self._target_slot(slot, frame, clause, sources)
            found = [p for p in seen if p.principal.id not in own]
            if frame.relation in _OF_THINGS and any(t.text.lower() == "it" for t in clause.objects):
                return []
            addressed = frame.relation in _ADDRESSED or (
                frame.relation == "protest" and frame.lemma == "demand"
            )
            if seen and not found and addressed:
                return []
            if frame.relation in _BACKING and any(t.lemma in _REBELS for t in clause.objects):
                found = [p for p in found if p.principal.kind is ActorKind.ARMED_GROUP]
            if found:
                return [replace(party, slot=slot) for party in found]
        return []

    def _target_slot(
        self, slot: str, frame: VerbFrame, clause: Clause, sources: list[Party]
    ) -> list[Party]:
        """The slots that only a target can have; they ask who the source is."""
        if slot == "other":
            return self._read.other(sources)
        if slot == "shared":
            return self._shared_target(clause)
        if slot == "attacker":
            attacks = self._read.deeds.suffered(sources, hostile=True)
            return join([party] for _, party in attacks)
        return self.slot(slot, frame, clause)

    def _shared_target(self, clause: Clause) -> list[Party]:
        """ "boarded a Turkish ferry and killed nine people": the second verb falls on the same."""
        verb = clause.verb
        if verb.dep != "conj" or not is_verb(self.sentence.head(verb)):
            return []
        before = self._clauses.clause(self.sentence.head(verb))
        return join(self._read.affected(token) for token in before.objects)

    def slot(self, slot: str, frame: VerbFrame, clause: Clause) -> list[Party]:
        """The parties in one place of the clause; `docs/lexicon.md` names the places."""
        if frame.relation == "demand" and slot in ("owner", "of", "comp"):
            if any(t.lemma in _FREEING for t in clause.objects):
                return []
            if slot == "comp" and frame.particle == "on":
                return []
        if slot in self._by_clause.by_name:
            return self._by_clause.by_name[slot](clause)
        if slot in self._by_object:
            advised = self._words.citizens if frame.relation == "warning" else frozenset()
            things = [token for token in clause.objects if token.lemma not in advised]
            return join(self._by_object[slot](token) for token in things)
        if slot == "owner":
            thing = self.object_of(frame, clause) if frame.objects else None
            things = [thing] if thing is not None else clause.objects
            return join(self._read.owners(token) for token in things)
        if slot in ("deed", "deed_on"):
            read = self._read.culprits if slot == "deed" else self._read.located
            return join(
                read(token)
                for name, token in clause.preps
                if name == frame.preposition and token.lemma in frame.preposition_objects
            )
        return join(
            self._at(frame, name, token)
            for name, token in clause.preps
            if name == slot
            and not (frame.relation == "visit" and self._by_clause.is_nested(clause, token))
            and not (name == "with" and self._is_onlooker(token))
        )

    def _is_onlooker(self, token: Token) -> bool:
        """ "signed a truce, with the emir of Qatar looking on": beside the act, no party to it."""
        before = self.sentence.tokens[max(0, self.sentence.head(token).index - 1)]
        return before.text == "," and any(
            child.tag == "VBG"
            for item in [token, *self.sentence.conjuncts(token)]
            for child in self.sentence.children(item, "acl")
        )

    def _at(self, frame: VerbFrame, name: str, token: Token) -> list[Party]:
        """Whom the object of a preposition is or belongs to; of a deed that is protested against,
        who does it."""
        if is_verb(token):
            return self._by_clause.doers_of(token) if name != "with" else []
        if name == "in" and token.lemma in MANNERS:
            return []
        if "force" in frame.flags and token.lemma in BORDERS:
            return []
        if frame.relation == "agreement" and name == "to":
            # "agree to a plan for Syria": whose plan it is, not whom it is about
            return self._read.actors(token) or self._read.culprits(token)
        if frame.relation == "warning" and token.lemma in self._words.citizens:
            return []
        if any(
            word.lemma in BREAKAWAY for word in self.sentence.children(token, "amod", "compound")
        ):
            return []
        if frame.relation == "protest" and (
            token.lemma == "war" or token.lemma in self._words.suffered
        ):
            planner = [
                s
                for v in self.sentence.children(token, "relcl")
                for s in self._clauses.clause(v).subject
            ]
            return self._read.culprits(token) or join(map(self._read.actors, planner))
        if frame.relation in _ANSWERING and name in ("about", "over"):
            return self._read.culprits(token) or self._read.actors(token)
        if frame.relation == "withdrawal" and token.lemma in ("border", "frontier", "coast"):
            return []
        if frame.relation == "investigation":
            return self._read.culprits(token) or self._read.affected(token)
        return self._read.affected(token)

    def _doer(self, token: Token) -> list[Party]:
        """Who is blamed or praised with a noun: the actor itself, or the doer of the deed."""
        read = self._read
        if token.lemma in self._words.suffered and read.mention(token) is None:
            return read.doers_of(token)
        return read.actors(token) or read.doers_of(token)

    def _debtor(self, debt: Token) -> list[Party]:
        """ "the debt that Haiti owes it": who owes."""
        return join(
            self._read.actors(subject)
            for verb in self.sentence.children(debt, "relcl", "acl")
            if verb.lemma == "owe"
            for subject in [
                *self.sentence.children(verb, "nsubj"),
                *(
                    t
                    for p in self.sentence.children(verb, "agent")
                    for t in self.sentence.children(p, "pobj")
                ),
            ]
        )

    def _inside(self, thing: Token) -> list[Party]:
        """ "a plan to let U.S. troops ...": the first actor that the object speaks of."""
        below = {
            t.index
            for verb in self.sentence.children(thing, "acl", "relcl")
            if verb.lemma in _GRANTING
            for t in self.sentence.subtree(verb)
        }
        for mention in self._read.mentions:
            if mention.principal is None or mention.kind is TermKind.PLACE:
                continue
            if any(t.index in below for t in self.sentence.at(mention.start, mention.end)):
                return [party_of(mention)]
        return []

    def _modifier_parties(self, token: Token) -> list[Party]:
        found = []
        for child, is_owner in self._read.modifiers(token):
            mention = self._read.mention(child)
            if mention is not None and mention.principal is not None and not is_owner:
                found.append(party_of(mention))
        return found

    def object_of(self, frame: VerbFrame, clause: Clause) -> Token | None:
        """The object that the frame asks for, also inside "a package of sanctions"."""
        heads = clause.objects
        if frame.particle:
            last = frame.particle.rpartition("_")[2]
            heads = [*heads, *(token for name, token in clause.preps if name == last)]
        for token in heads:
            for item in [token, *self.sentence.conjuncts(token)]:
                if self._is_object(item, frame.objects):
                    return item
                if item.lemma in _UNDOING:
                    continue
                for prep in self.sentence.children(item, "prep"):
                    if prep.lemma == "of":
                        for below in self.sentence.children(prep, "pobj"):
                            if self._is_object(below, frame.objects):
                                return below
        return None

    def _is_object(self, token: Token, wanted: frozenset[str]) -> bool:
        if token.lemma in wanted:
            return True
        if token.pos == "PROPN" and any(
            title.pos == "NOUN" and title.lemma in wanted
            for title in self.sentence.children(token, "compound", "nmod")
        ):
            return True  # "expelled German ambassador Gordon Kricke"
        compounds = self.sentence.children(token, "compound", "nummod", "quantmod", "amod")
        if "million" in wanted and _SUM.search(token.text):
            return True
        joined = {f"{c.lemma}-{token.lemma}" for c in compounds}
        return bool(joined & wanted)

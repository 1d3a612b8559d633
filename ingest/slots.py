"""Where the two ends of a verb frame stand: the slots that `verbs.toml` names.

Each slot is a place in the clause ("obj", "owner", "comp", a preposition ...) from which parties
are read. Imports `claims`, `clauses`, `frames`, `parties`.
"""

import re
from collections.abc import Callable

from graph.model import ActorKind
from ingest.claims import join
from ingest.clauses import Clause, ClauseReader, is_verb
from ingest.document import Token
from ingest.frames import VerbFrame
from ingest.gazetteer import TermKind
from ingest.parties import PartyReader
from ingest.party import Party, party_of, weaken
from ingest.words import load_words

_COMPLEMENT_PREPS = frozenset("with on against to from into in".split())
_GRANTING = frozenset("let allow permit admit host give grant sell send join lend".split())
_AIMED: dict[str, tuple[str, ...]] = {
    "response": ("to",),
    "reaction": ("to",),
    "answer": ("to",),
    "reply": ("to",),
    "message": ("to",),
    "warning": ("to",),
    "signal": ("to",),
    "deterrent": ("to", "against"),
    "tension": ("with",),
    "standoff": ("with",),
    "stand-off": ("with",),
    "row": ("with",),
    "dispute": ("with",),
    "force": ("against",),
    "threat": ("from", "by"),
    "attack": ("by", "from"),
    "aggression": ("by", "from"),
    "border": ("with",),
    "frontier": ("with",),
    "face": ("of",),
}
"""Nouns that say against whom soldiers are moved, and the preposition that brings the name."""
MANNERS = frozenset(
    "support defence defense favour favor response retaliation honour honor reply answer return "
    "exchange protest solidarity line accordance cooperation coordination revenge aid".split()
)
"""After "in", these say why or how, not where: "in support of the government"."""
_ANNOUNCED = frozenset(["release", "withdrawal", "sanctions_relief", "ceasefire", "concession"])
"""Good turns that are announced by who does them: "Iran said the sailors were being freed"."""
_SUM = re.compile(r"[$€£¥]\s?\d|\d(?:m|bn)$")
"""A sum of money written as one word: "AU$1.2m"."""
_ADDRESSED = frozenset(["demand", "appeal", "warning", "threat"])
"""What is said to one's own people is said to nobody else: "urged Americans to leave Russia"."""
_BACKING = frozenset(["endorsement", "military_aid", "economic_aid", "praise"])
_REBELS = frozenset(
    "rebel insurgent guerrilla separatist militant militia opposition dissident".split()
)
_UNDOING = frozenset(
    "termination end suspension cancellation collapse violation breach rejection withdrawal loss "
    "lack absence reversal removal lifting easing threat sale export purchase transfer".split()
)
_FREEING = frozenset("release freedom freeing liberation acquittal".split())
_FACING = frozenset(
    "stop prevent block watch monitor punish deter counter face confront repel contain intimidate shadow keep warn".split()
)


class SlotReader:
    """Reads the ends of frames in one sentence."""

    def __init__(self, parties: PartyReader, clauses: ClauseReader) -> None:
        self.sentence = parties.sentence
        self._read = parties
        self._clauses = clauses
        self._words = load_words()
        self._by_clause: dict[str, Callable[[Clause], list[Party]]] = {
            "iobj": self._dative,
            "subj": self._grammatical_subject,
            "comp": self._inside_complement,
            "compsubj": self._told_to,
            "origin": self._origin,
            "speaker": self._speaker,
            "clause": self._governing_clause,
            "border": self._border,
            "condition": self._condition,
            "reaction": self._reaction,
            "any": self._anyone,
            "subj_in": lambda clause: join(map(parties.located, clause.subject)),
            "place": self._anywhere,
            "place_of_arrest": self._where_arrested,
            "couple": self._couple,
            "here": lambda _: parties.place_before(),
            "patient": self._patient,
        }
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
                self._subject(frame, clause) if slot == "subj" else self.slot(slot, frame, clause)
            )
            if found:
                return found
        return []

    def _subject(self, frame: VerbFrame, clause: Clause) -> list[Party]:
        found: list[Party] = []
        for token in clause.subject:
            parties = self._read.actors(token)
            if not parties and "crowd" in frame.flags:
                parties = self._crowd(token)
            if "crowd" not in frame.flags and self._is_private(token):
                parties = []
            if not parties and frame.subjects:
                parties = self._read.culprits(token) or self._read.owners(token)
            found.extend(parties)
        if not found and clause.passive and not clause.subject:
            found = self._giver(clause)
            if not found and frame.relation in _ANNOUNCED:
                found = self._speaker(clause)
        if not found and clause.verb.dep == "acl" and clause.verb.tag == "VBG":
            found = self._author(clause)
        if not found and clause.verb.dep == "conj" and not clause.passive:
            found = self.reporter(clause)
        return [p for p in found if may_act(p)]

    def _is_private(self, token: Token) -> bool:
        """ "a Dutch student", "a Dutchman": private people do not act for a state."""
        if token.tag[:1] == "W":
            above = next((t for t in self.sentence.ancestors(token) if t.dep == "relcl"), None)
            if above is None:
                return False
            head = self.sentence.head(above)
            return any(map(self._is_private, [head, *self.sentence.conjuncts(head)]))
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

    def targets(self, frame: VerbFrame, clause: Clause, sources: list[Party]) -> list[Party]:
        own = {party.principal.id for party in sources}
        for slot in frame.targets:
            if slot == "other":
                return self._read.other(sources)
            if slot == "shared":
                return self._shared_target(clause, own)
            if slot == "attacker":
                return join(
                    [party] for _, party in self._read.deeds.suffered(sources, hostile=True)
                )
            seen = self.slot(slot, frame, clause)
            found = [p for p in seen if p.principal.id not in own]
            if seen and not found and frame.relation in _ADDRESSED:
                return []
            if frame.relation in _BACKING and any(t.lemma in _REBELS for t in clause.objects):
                found = [p for p in found if p.principal.kind is ActorKind.ARMED_GROUP]
            if found:
                return found
        return []

    def _shared_target(self, clause: Clause, own: set[str]) -> list[Party]:
        """ "boarded a Turkish ferry and killed nine people": the second verb falls on the same."""
        verb = clause.verb
        if verb.dep != "conj" or not is_verb(self.sentence.head(verb)):
            return []
        before = self._clauses.clause(self.sentence.head(verb))
        found = join(self._read.affected(token) for token in before.objects)
        return [party for party in found if party.principal.id not in own]

    def slot(self, slot: str, frame: VerbFrame, clause: Clause) -> list[Party]:
        """The parties in one place of the clause; `docs/lexicon.md` names the places."""
        if frame.relation == "demand" and slot in ("owner", "of", "comp"):
            if any(t.lemma in _FREEING for t in clause.objects):
                return []
            if slot == "comp" and frame.particle == "on":
                return []
        if slot in self._by_clause:
            return self._by_clause[slot](clause)
        if slot in self._by_object:
            return join(self._by_object[slot](token) for token in clause.objects)
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
            and not (frame.relation == "visit" and self._is_nested(clause, token))
            and not (name == "with" and self._is_onlooker(token))
        )

    def _is_nested(self, clause: Clause, token: Token) -> bool:
        """ "flew to Doha with a plea to Israel": what hangs on the plea is no destination."""
        head = self.sentence.head(self.sentence.head(token))
        return head.pos in ("NOUN", "PROPN") and head.index > clause.verb.index

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
            return self._doers_of(token) if name != "with" else []
        if name == "in" and token.lemma in MANNERS:
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

    def _dative(self, clause: Clause) -> list[Party]:
        found = join(self._read.actors(token) for token in clause.datives)
        return found or join(self._hidden_dative(t) for t in clause.objects)

    def _grammatical_subject(self, clause: Clause) -> list[Party]:
        heads = clause.objects if clause.passive else []
        return join(self._read.actors(t) for t in heads) or join(
            self._read.actors(t) for t in clause.subject
        )

    def _couple(self, clause: Clause) -> list[Party]:
        """ "brokered it", "mediated the deal": the two who were named before."""
        for token in clause.objects:
            determiners = {t.text.lower() for t in self.sentence.children(token, "det")}
            if token.tag != "PRP" and not determiners & {"the", "this", "that"}:
                return []
        return self._read.couple()

    def _patient(self, clause: Clause) -> list[Party]:
        """ "troops from Angola were sent": whose they are, where no other sender is named."""
        if not clause.passive or clause.subject:
            return []
        return join(self._read.actors(token) for token in clause.objects)

    def _border(self, clause: Clause) -> list[Party]:
        """ "to its border with Colombia": who is on the other side."""
        return join(
            self._read.located(token) or self._read.owners(token)
            for _, token in clause.preps
            if token.lemma in ("border", "frontier")
        )

    def _hidden_dative(self, thing: Token) -> list[Party]:
        """ "gave Ukraine Patriot missiles": the parser takes the receiver for a modifier."""
        for child in self.sentence.children(thing, "compound", "nmod"):
            mention = self._read.mention(child)
            if mention is not None and mention.kind is TermKind.NAME and mention.principal:
                return [party_of(mention)]
        return []

    def _told_to(self, clause: Clause) -> list[Party]:
        """ "wants Algeria to ...", "called for Israel to ...": the subject of the infinitive."""
        verbs = [c for c in clause.complements if is_verb(c)]
        verbs += [
            c
            for c in self.sentence.children(clause.verb, "advcl")
            if any(m.lemma == "for" for m in self.sentence.children(c, "mark"))
        ]
        return join(self._read.actors(t) for c in verbs for t in self.sentence.children(c, "nsubj"))

    def _origin(self, clause: Clause) -> list[Party]:
        """ "rockets fired from Gaza into Israel": nobody is named but the place they come from."""
        if not clause.passive or clause.subject:
            return []
        near = [clause.verb, *clause.objects, *(t for n, t in clause.preps if n in ("into", "at"))]
        return join(
            self._read.affected(t)
            for head in near
            for prep in self.sentence.children(head, "prep")
            if prep.lemma == "from"
            for t in self.sentence.children(prep, "pobj")
        )

    def _speaker(self, clause: Clause) -> list[Party]:
        """ "Britain said Russia was behind the attack": who says so."""
        above = self.sentence.head(clause.verb)
        if clause.verb.dep != "ccomp" or not is_verb(above):
            return []
        return join(self._read.actors(t) for t in self._clauses.clause(above).subject)

    def _doers_of(self, gerund: Token) -> list[Party]:
        """ "objections to Sweden joining": the subject of a gerund."""
        return join(self._read.actors(t) for t in self.sentence.children(gerund, "nsubj"))

    def _governing_clause(self, clause: Clause) -> list[Party]:
        """ "A and B agreed ... under a deal brokered by C": the parties of the clause above."""
        for ancestor in self.sentence.ancestors(clause.verb):
            if is_verb(ancestor):
                above = self._clauses.clause(ancestor)
                found = join(self._read.actors(t) for t in [*above.subject, *above.objects])
                if len(found) > 1:
                    return found
        return []

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

    def _condition(self, clause: Clause) -> list[Party]:
        """ "vowed to open the gates if the EU ...": who is told not to."""
        for verb in [clause.verb, *clause.complements]:
            for condition in self.sentence.children(verb, "advcl"):
                marks = {m.lemma for m in self.sentence.children(condition, "mark")}
                if marks & {"if", "unless"}:
                    return join(
                        self._read.actors(t) for t in self.sentence.children(condition, "nsubj")
                    )
        return []

    def _reaction(self, clause: Clause) -> list[Party]:
        """ "sent a carrier to deter Iran", "massed troops after India tested": at whom it is."""
        for below in self.sentence.children(clause.verb, "advcl", "xcomp"):
            marks = {m.lemma for m in self.sentence.children(below, "mark", "advmod")}
            inner = self._clauses.clause(below)
            heads: list[Token] = []
            if below.tag == "VB" and below.lemma in _FACING:
                heads = [*inner.objects, *(t for n, t in inner.preps if n == "on")]
            elif marks & {"after", "as", "when"}:
                heads = inner.subject
            found = join(
                self._read.actors(t) or self._read.culprits(t) or self._read.owners(t)
                for t in heads
            )
            if found:
                return found
        return self._aimed_at(clause)

    def _aimed_at(self, clause: Clause) -> list[Party]:
        """ "in a show of force aimed at Pyongyang", "amid tensions with Turkey", "in response to
        Chinese drills": at whom a display is directed."""
        for token in self.sentence.clause_words(clause.verb):
            if token.lemma == "aim" and token.tag == "VBN":
                names: tuple[str, ...] = ("at", "against")
            else:
                names = _AIMED.get(token.lemma, ())
            for prep in self.sentence.children(token, "prep"):
                if prep.lemma in names:
                    for noun in self.sentence.children(prep, "pobj"):
                        found = self._read.actors(noun) or self._read.doers_of(noun)
                        found = found or self._read.owners(noun)
                        if found:
                            return found
        return []

    def _anyone(self, clause: Clause) -> list[Party]:
        """Whoever else is named below the verb."""
        below = {token.index for token in self.sentence.clause_words(clause.verb)}
        return join(
            [party_of(m)]
            for m in self._read.mentions
            if m.principal is not None
            and m.start > clause.verb.start
            and any(
                t.index in below and not self._is_beside(t)
                for t in self.sentence.at(m.start, m.end)
            )
        )

    def _is_beside(self, token: Token) -> bool:
        """ "in solidarity with Spain", "near Paris": named, but not what it is about."""
        above = [token, *self.sentence.ancestors(token)][:4]
        return any(t.lemma in ("with", "in", "near", "alongside", "from") for t in above)

    def _anywhere(self, clause: Clause) -> list[Party]:
        """The first place named below the verb."""
        for token in self.sentence.clause_words(clause.verb):
            mention = self._read.mention(token)
            if token.dep != "pobj" or mention is None or mention.principal is None:
                continue
            if self.sentence.head(token).lemma in ("in", "at", "near", "outside", "inside"):
                return self._read.affected(token)
        return []

    def _where_arrested(self, clause: Clause) -> list[Party]:
        """ "was arrested in London": nobody is named, and arrests are made by the state there."""
        if not clause.passive or clause.subject:
            return []
        found = [
            self._read.affected(token)
            for name, token in clause.preps
            if name in ("in", "at") and not self._is_nested(clause, token)
        ]
        states = [p for p in join(found) if p.principal.kind is ActorKind.STATE]
        return weaken(states[:1], 0.8, "where the arrest was made")

    def _modifier_parties(self, token: Token) -> list[Party]:
        found = []
        for child, is_owner in self._read.modifiers(token):
            mention = self._read.mention(child)
            if mention is not None and mention.principal is not None and not is_owner:
                found.append(party_of(mention))
        return found

    def _inside_complement(self, clause: Clause) -> list[Party]:
        """The first end found in the infinitive or clause that the verb governs."""
        for complement in clause.complements:
            if not is_verb(complement):
                continue
            below = self._clauses.clause(complement)
            subjects = join(
                self._read.actors(t)
                for t in self.sentence.children(complement, "nsubj", "nsubjpass")
            )
            if subjects:
                return subjects
            objects = join(self._read.affected(t) for t in [*below.objects, *below.datives])
            if objects:
                return objects
            for name, token in below.preps:
                if name in _COMPLEMENT_PREPS and not is_verb(token):
                    found = self._read.affected(token)
                    if found:
                        return found
            for condition in self.sentence.children(complement, "advcl"):
                found = join(
                    self._read.actors(t) for t in self.sentence.children(condition, "nsubj")
                )
                if found:
                    return found
        return []

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
        compounds = self.sentence.children(token, "compound", "nummod", "quantmod", "amod")
        if "million" in wanted and _SUM.search(token.text):
            return True
        joined = {f"{c.lemma}-{token.lemma}" for c in compounds}
        return bool(joined & wanted)


def may_act(party: Party) -> bool:
    """A place does nothing, and a person who holds no office acts for nobody."""
    return party.principal.kind is not ActorKind.PERSON and not party.is_place

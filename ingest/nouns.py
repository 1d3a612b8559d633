"""Claims told by nouns: "Russia's invasion of Georgia", "held talks with", "talks between".

Imports `claims`, `clause`, `clauses`, `conditions`, `document`, `frames`, `gazetteer`, `parties`,
`party`, `slots` and `subjects`.
"""

from collections.abc import Iterable

from graph.model import Status
from ingest.claims import Claim, ClaimMaker, NearMiss, join, pairs
from ingest.clause import is_verb
from ingest.clauses import ClauseReader
from ingest.conditions import FrameConditions
from ingest.document import Token
from ingest.frames import Lexicon, NounFrame
from ingest.gazetteer import TermKind
from ingest.parties import PartyReader
from ingest.party import Party, party_of, weaken
from ingest.slots import MANNERS
from ingest.subjects import SubjectReader, may_act

_OCCASIONS = frozenset(
    "talk meeting visit trip summit conversation call tour protest negotiation dinner exercise "
    "drill solidarity".split()
)
"""Events at which something else is said: "during talks with", "on a visit to"."""

MANY_COMMAS = 3
"""A heading with so many commas is a list of links, no headline."""
_SPANS = frozenset("hour day week month round minute series".split())
_MERE_CHANCE = frozenset(
    "unlikely likely possible impossible probable imminent inevitable over".split()
)
_INTENDING = frozenset("plan prepare intend promise pledge vow schedule arrange".split())
_PONDERING = frozenset("consider mull ponder contemplate weigh propose plot discuss".split())
"""Verbs whose subject would itself do what their object tells."""
_CEASING = frozenset("drop fall ease expire lapse fail stop cease decline".split())
_UNDONE = frozenset(
    "put cancel call postpone delay scrap drop fall foil thwart prevent avert ban forbid "
    "shelve".split()
)
_APPOINTMENTS = frozenset("visit meeting negotiation call military_cooperation".split())
"""What is announced before it takes place."""
_CALLED_OFF = frozenset("cancel scrap scupper".split())
_TO_COME = frozenset("planned scheduled upcoming forthcoming promised future".split())
_IN_DOUBT = frozenset("possible potential alleged proposed supposed hypothetical suspected".split())
_ONGOING = frozenset("ongoing current continuing long-running protracted".split())


class NounCoder:
    """Codes the event nouns of one sentence."""

    def __init__(
        self,
        parties: PartyReader,
        clauses: ClauseReader,
        maker: ClaimMaker,
        lexicon: Lexicon,
        conditions: FrameConditions,
    ) -> None:
        self.sentence = parties.sentence
        self.near_misses: list[NearMiss] = []
        self._read = parties
        self._clauses = clauses
        self._maker = maker
        self._lexicon = lexicon
        self._conditions = conditions
        self._subjects = SubjectReader(parties, clauses)

    def code(self, noun: Token) -> list[Claim]:
        if noun.dep == "appos" and noun.lemma in ("mediator", "go-between", "intermediary"):
            between = self._read.denoted(self.sentence.head(noun))
            ends = pairs(between, self._read.couple(), False)
            return self._maker.make(
                "mediation", ends, noun, "called the mediator", fixed=Status.ASSERTED
            )
        for frame in self._noun_frames(noun):
            claims = self._fire_noun(frame, noun)
            if claims:
                return claims
        return []

    def _noun_frames(self, noun: Token) -> Iterable[NounFrame]:
        compounds = self.sentence.children(noun, "compound", "amod")
        for compound in compounds:
            yield from self._lexicon.nouns.get(f"{compound.lemma}-{noun.lemma}", ())
            if noun.lemma in ("effort", "mission", "drive", "operation", "process"):
                yield from self._lexicon.nouns.get(compound.lemma, ())
        yield from self._lexicon.nouns.get(noun.lemma, ())

    def _fire_noun(self, frame: NounFrame, noun: Token) -> list[Claim]:
        verb, fixed = self._light_verb(noun), None
        if verb is None:
            verb, fixed = self._contemplated(noun)
        elif verb.lemma == "announce" and frame.relation in _APPOINTMENTS:
            fixed = Status.PLANNED
        if fixed is None:
            fixed = self._qualified(noun)
        happens = self._happens(noun)
        if verb is None and (standing := self._standing(frame, noun)):
            return standing
        if verb is None and (frame.light_only or not happens):
            self.near_misses.append(
                NearMiss(noun, "only background: nothing says that it happened")
            )
            return []
        sources = self._sources(frame, noun, verb)
        targets = self._targets(frame, noun, verb, {party.principal.id for party in sources})
        return self._maker.make(
            frame.relation,
            pairs(sources, targets, frame.mutual),
            verb or noun,
            f"{frame.name}{' under ' + verb.lemma if verb else ''}",
            trigger=noun,
            fixed=fixed,
            mutual=frame.mutual,
        )

    def _sources(self, frame: NounFrame, noun: Token, verb: Token | None) -> list[Party]:
        """Whose act the noun tells; else the subject of its light verb."""
        first = frame.sources if noun.dep == "pobj" else frame.sources[:1]
        sources = join(self._noun_slot(slot, noun) for slot in first if slot != "mod")
        if verb is not None and verb.lemma in _PONDERING and "mod" in frame.sources:
            # "discussed Saudi attacks": those who discuss them are not those who make them.
            sources = sources or self._noun_slot("mod", noun)
        if not sources and verb is not None:
            clause = self._clauses.clause(verb)
            acting = [t for t in clause.subject if not self._subjects.is_private(t)]
            sources = join(self._read.actors(token) for token in acting)
        for slot in frame.sources:
            sources = sources or self._noun_slot(slot, noun)
        sources = [p for p in sources if may_act(p)]
        if frame.relation == "protest" and verb is not None:
            crowd = any(map(self._conditions.is_crowd, self._clauses.clause(verb).subject))
            sources = sources if crowd else []
        if frame.relation == "visit":
            sources = [p for p in sources if p.via is not None or self._visitor(noun, verb)]
        return sources

    def _targets(
        self, frame: NounFrame, noun: Token, verb: Token | None, own: set[str]
    ) -> list[Party]:
        """On whom the act falls: beside the noun, else beside its light verb; never on `own`."""
        targets: list[Party] = []
        for slot in frame.targets:
            found = self._noun_slot(slot, noun)
            if not found and verb is not None and slot != "mod":
                clause = self._clauses.clause(verb)
                found = join(
                    self._read.affected(t)
                    for n, t in clause.preps
                    if n == slot and not is_verb(t) and not (n == "in" and t.lemma in MANNERS)
                )
            targets = [p for p in found if p.principal.id not in own]
            if targets:
                break
        at_talks = frame.relation in ("meeting", "negotiation") and noun.dep == "pobj"
        if at_talks and not targets and verb is not None:
            objects = self._clauses.clause(verb).objects
            found = join(self._read.actors(t) for t in objects)
            targets = [p for p in found if p.via is not None and p.principal.id not in own]
        return targets

    def _standing(self, frame: NounFrame, noun: Token) -> list[Claim]:
        """ "Russia's treaty with North Korea", "the ongoing conflict with Ukraine": told in
        passing. A tie that exists is background; a war that goes on is asserted."""
        head = self.sentence.head(noun)
        if not frame.standing or any(t.tag == "MD" for t in self.sentence.children(head, "aux")):
            return []
        targets = join(self._noun_slot(slot, noun) for slot in ("with", "between"))
        sources = self._noun_slot("poss", noun) or self._noun_slot("between", noun)
        ongoing = {t.lemma for t in self.sentence.children(noun, "amod")} & _ONGOING
        if frame.standing == "war":
            if not ongoing or not targets:
                return []
            sources = sources or self._named_before(noun, targets)
        status = Status.ASSERTED if frame.standing == "war" else Status.HISTORICAL
        ends = pairs(sources, targets, True)
        rule = f"{frame.name} in passing"
        return self._maker.make(frame.relation, ends, noun, rule, fixed=status, mutual=True)

    def _named_before(self, noun: Token, targets: list[Party]) -> list[Party]:
        known = {party.principal.id for party in targets}
        for mention in reversed(self._read.mentions):
            if mention.principal is None or mention.kind is TermKind.PLACE:
                continue
            if mention.end <= noun.start and mention.principal.id not in known:
                return weaken([party_of(mention)], 0.8, "named just before")
        return []

    def _visitor(self, noun: Token, verb: Token | None) -> bool:
        """Whether a person or a delegation makes the visit, not a ship or a state as such."""
        heads = self.sentence.children(noun, "poss")
        if verb is not None:
            heads = heads or self._clauses.clause(verb).subject
        return any(map(self._conditions.is_personal, heads))

    def _light_verb(self, noun: Token) -> Token | None:
        event, head = noun, self.sentence.head(noun)
        if noun.dep in ("dobj", "nsubjpass") and head.lemma in self._lexicon.light_verbs:
            out = head.lemma == "throw" and self.sentence.child(head, "prt")
            return None if out else head  # "threw out the case"
        while (
            noun.dep == "pobj" and head.lemma == "of" and self.sentence.head(head).lemma in _SPANS
        ):
            noun = self.sentence.head(head)
            head = self.sentence.head(noun)
        if noun.dep == "pobj" and head.lemma in ("during", "in", "at", "on", "after"):
            above = self.sentence.head(head)
            while above.tag in ("VB", "VBG") and above.dep in ("xcomp", "ccomp", "advcl", "pcomp"):
                above = self.sentence.head(above)
            joint = any(t.lemma == "joint" for t in self.sentence.children(noun, "amod"))
            if is_verb(above) and (event.lemma in _OCCASIONS or joint):
                return above
        return None

    def _contemplated(self, noun: Token) -> tuple[Token | None, Status | None]:
        """ "is considering an invasion", "plans an attack": thought of, not done."""
        head = self.sentence.head(noun)
        if noun.dep != "dobj":
            return None, None
        if head.lemma in _INTENDING:
            return head, Status.PLANNED
        if head.lemma in _PONDERING:
            return head, Status.HYPOTHETICAL
        return None, None

    def _qualified(self, noun: Token) -> Status | None:
        """ "planned aid", "an alleged attack", "a trip to Warsaw, which was cancelled"."""
        below = [t for t in self.sentence.subtree(noun) if t.dep == "relcl"]
        if any(t.lemma in _CALLED_OFF and t.tag == "VBN" for t in below):
            return Status.NEGATED
        lemmas = {t.text.lower() for t in self.sentence.children(noun, "amod")}
        if lemmas & _TO_COME:
            return Status.PLANNED
        return Status.HYPOTHETICAL if lemmas & _IN_DOUBT else None

    def _happens(self, noun: Token) -> bool:
        head = self.sentence.head(noun)
        if noun.dep == "ROOT":
            return sum(token.text == "," for token in self.sentence.tokens) < MANY_COMMAS
        if noun.dep == "pobj" and head.lemma == "of":
            measure = self.sentence.head(head)
            if measure.lemma in _SPANS:
                return self._happens(measure)
        if noun.dep not in ("nsubj", "nsubjpass") or head.lemma in _UNDONE:
            return False
        if any(
            t.lemma in _MERE_CHANCE for t in self.sentence.children(head, "acomp", "advmod", "prt")
        ):
            return False
        if head.lemma in _CEASING:
            return False
        happening = head.lemma in self._lexicon.happen_verbs
        if not happening and any(t.tag == "MD" for t in self.sentence.children(head, "aux")):
            return False  # "a war would lead to a catastrophe"
        owned = (
            self._noun_slot("poss", noun)
            or self._noun_slot("mod", noun)
            or self._noun_slot("by", noun)
        )
        return happening or bool(owned)

    def _noun_slot(self, slot: str, noun: Token) -> list[Party]:
        if slot in ("poss", "mod"):
            found: list[Party] = []
            for child, is_owner in self._read.modifiers(noun):
                mention = self._read.mention(child)
                if is_owner != (slot == "poss"):
                    continue
                if mention is not None and mention.principal is not None:
                    found.append(party_of(mention))
                elif is_owner:
                    found.extend(self._read.denoted(child))
            return found
        return join(
            self._read.affected(obj)
            for prep in self._preps_below(noun)
            if prep.lemma == slot
            for obj in self.sentence.children(prep, "pobj")
            if not (slot == "in" and obj.lemma in MANNERS)
        ) + self._listed_on(slot, noun)

    def _listed_on(self, slot: str, noun: Token) -> list[Party]:
        """ "attacks on camps in Afghanistan and a factory in Khartoum": the factory is read as
        conjoined with the attacks."""
        if slot not in ("on", "at", "against") or not any(
            prep.lemma == slot for prep in self.sentence.children(noun, "prep")
        ):
            return []
        return join(
            self._read.owners(other)
            for other in self.sentence.conjuncts(noun)
            if other.lemma not in self._lexicon.nouns and other.pos == "NOUN"
        )

    def _preps_below(self, noun: Token) -> list[Token]:
        """The prepositions of a noun and of the nouns that these bring in."""
        found: list[Token] = []
        stack = [noun]
        while stack and len(found) < 8:
            for prep in self.sentence.children(stack.pop(0), "prep", "agent"):
                found.append(prep)
                if prep.lemma == "of":
                    stack.extend(self.sentence.children(prep, "pobj"))
        return found

"""Whether a verb frame fits a clause, before its two ends are looked for: particle, object,
preposition, and the flags of the verb frames. Imports `clause`, `document`, `frames`, `gazetteer`,
`mentions`, `parties`, `party`, `slots` and `words`.
"""

from collections.abc import Iterator

from graph.model import ActorKind
from ingest.clause import Clause
from ingest.document import Token
from ingest.frames import VerbFrame
from ingest.gazetteer import TermKind
from ingest.mentions import CALENDAR
from ingest.parties import PartyReader
from ingest.party import Party
from ingest.slots import BREAKAWAY, SlotReader
from ingest.words import load_words

_MISFORTUNES = frozenset(
    "disappearance death murder killing crash attack shooting bombing explosion accident "
    "fire".split()
)
"""What is looked into without blame of those named in it."""

_IDEAS = frozenset(
    "effort plan policy idea decision proposal statement remark record move law bill claim stance "
    "speech report view comment handling approach".split()
)
"""What is attacked in words only."""

_MEASURES = frozenset("sanction measure tariff bill law legislation restriction".split())
_PHRASAL = frozenset("press hold strike back put call turn look carry take stand".split())
_FLEEING = frozenset("refugee migrant evacuee displaced asylum-seeker".split())
_LANDS = frozenset("territory island enclave city canal province colony base".split())
_POLICED = frozenset(["arrest"])
_CROWDS = frozenset(["crowd", "people", "mob", "throng"])
_ARMED = frozenset("gunman gunmen terrorist bomber attacker".split())
_PROCESSES = frozenset("talk negotiation dialogue process implementation agreement accord".split())
_GOOD_LISTS = frozenset(
    "trust trusted favoured favored preferred white partner buyer safe green corridor "
    "visa-free".split()
)
"""Being struck off such a list is a loss."""
_MANY = frozenset("thousand hundred dozen ten score".split())
_TURNING = frozenset("back out off away over ahead".split())
"""Particles that make another verb of "hit" or "fire": "hit back", "fire off a letter"."""


class FrameConditions:
    """Tests frames against the clauses of one sentence."""

    def __init__(self, parties: PartyReader, slots: SlotReader) -> None:
        self.sentence = parties.sentence
        self._read = parties
        self._slots = slots
        self._words = load_words()

    def fits(self, frame: VerbFrame, clause: Clause) -> bool:
        if frame.particle and not _has_particle(clause, frame.particle):
            return False
        if frame.objects and self._slots.object_of(frame, clause) is None:
            return False
        if frame.subjects and not any(
            head.lemma in frame.subjects for t in clause.subject for head in self._heads(t)
        ):
            return False
        if frame.iobj and not any(t.lemma in frame.iobj for t in clause.datives):
            return False
        if not frame.particle and self._is_phrasal(clause):
            return False
        if frame.oprd and not self._has_oprd(frame, clause):
            return False
        if frame.preposition and not self._has_preposition(frame, clause):
            return False
        if frame.lemma == "meet" and any(
            t.lemma == "where" for t in self.sentence.children(clause.verb, "advmod")
        ):
            return False
        if frame.relation == "recognition" and any(
            word.lemma in BREAKAWAY
            for thing in clause.objects
            for word in self.sentence.children(thing, "amod", "compound")
        ):
            return False
        if frame.relation == "visit" and any(name == "under" for name, _ in clause.preps):
            return False
        if frame.relation == "endorsement" and self._is_for_a_process(clause):
            return False
        if any(t.lemma in frame.no_objects for t in clause.objects):
            return False
        if any(t.lemma in frame.no_subjects for t in clause.subject):
            return False
        if frame.no_words and any(t.lemma in frame.no_words for t in self._own_words(clause)):
            return False
        if frame.relation in _POLICED and self._is_common_crime():
            return False
        return self._flags_allow(frame, clause)

    def _own_words(self, clause: Clause) -> Iterator[Token]:
        """The words of the clause but for those of "if", "because" and "after" clauses."""
        beside = {
            t.index
            for verb in self.sentence.children(clause.verb, "advcl")
            if self.sentence.child(verb, "mark") is not None
            for t in self.sentence.subtree(verb)
        }
        words = self.sentence.clause_words(clause.verb)
        return (t for t in words if t.index not in beside)

    def _has_preposition(self, frame: VerbFrame, clause: Clause) -> bool:
        wanted = frame.preposition_objects
        return any(
            not wanted or item.lemma in wanted or self._id_of(item) in wanted
            for name, token in clause.preps
            if name == frame.preposition
            for item in [token, *self.sentence.conjuncts(token)]
        )

    def _is_common_crime(self) -> bool:
        """ "jailed for drug smuggling": the daily work of the police, no act between states."""
        return any(t.lemma in self._words.crimes for t in self.sentence.tokens)

    def _heads(self, token: Token) -> list[Token]:
        """The noun itself, and in "hundreds of soldiers" the soldiers."""
        if token.pos != "NUM" and token.lemma not in self._words.partitives:
            return [token]
        return [
            token,
            *(
                noun
                for prep in self.sentence.children(token, "prep")
                if prep.lemma == "of"
                for noun in self.sentence.children(prep, "pobj")
            ),
        ]

    def _id_of(self, token: Token) -> str:
        mention = self._read.mention(token)
        return mention.principal.id.lower() if mention and mention.principal else ""

    def _is_phrasal(self, clause: Clause) -> bool:
        """ "presses on with", "hold off": another verb than the bare one."""
        return clause.verb.lemma in _PHRASAL and any(
            t.lemma in ("on", "off", "back", "down", "up", "away", "over")
            for t in self.sentence.children(clause.verb, "prt")
        )

    def _flags_allow(self, frame: VerbFrame, clause: Clause) -> bool:
        flags = frame.flags
        if "plain" in flags and not self._is_plain(clause):
            return False
        turned = not frame.particle and bool(clause.particles & _TURNING)
        if turned and ("force" in flags or frame.relation == "demand"):
            return False
        if "force" in flags and any(t.lemma in _IDEAS for t in clause.objects):
            return False
        if "force" in flags and self._is_a_measure(clause):
            return False
        if "cargo" in flags and (clause.particles & {"back", "away", "off"}):
            return False
        if "cargo" in flags and not self._carries(clause):
            return False
        if "invited" in flags and not self._is_called_in(clause):
            return False
        about = clause.direct & {"of", "about"} and not clause.direct & {"with", "to"}
        if "addressed" in flags and about:
            return False  # "both spoke of an incursion"
        if "last" in flags and not any(map(self._is_last, clause.subject)):
            return False
        if "intransitive" in flags and clause.objects:
            return False
        if "infinitive" in flags and not self._has_infinitive(clause):
            return False
        if "deed" in flags and any(t.lemma in _MISFORTUNES for _, t in clause.preps):
            return False
        if "must" in flags and not self._must(clause):
            return False
        if "crowd" in flags and not any(map(self.is_crowd, clause.subject)):
            return False
        if "person_object" in flags and not any(t.pos == "PROPN" for t in clause.objects):
            return False
        if "people_object" in flags and not any(map(self._is_people, clause.objects)):
            return False
        if "place_subject" in flags and not any(map(self._is_place, clause.subject)):
            return False
        of_a_list = frame.preposition in ("off", "from") and "list" in frame.preposition_objects
        if of_a_list and self._is_good_list(clause) != ("privileged" in flags):
            return False
        if "civilians" in flags and not any(map(self._is_civilian, clause.objects)):
            return False
        if "with_back" in flags and "back" not in clause.particles:
            return False
        if "person_source" in flags and not any(map(self.is_personal, clause.subject)):
            return False
        return not (
            "home" in flags and "home" not in clause.particles and clause.verb.lemma == "bring"
        )

    def _is_a_measure(self, clause: Clause) -> bool:
        """ "new sanctions to target the trade of Iran"."""
        above = self.sentence.head(clause.verb)
        if clause.verb.dep not in ("acl", "relcl", "advcl", "xcomp"):
            return False
        noun = self.sentence.tokens[max(0, clause.verb.index - 2)]
        return any(t.lemma in _MEASURES for t in (above, noun, *clause.subject))

    def _carries(self, clause: Clause) -> bool:
        """ "landed with water and rations": relief goods or helpers in the clause."""
        return any(
            t.lemma in self._words.cargo and t.pos in ("NOUN", "PROPN")
            for t in self.sentence.clause_words(clause.verb)
        )

    def _is_called_in(self, clause: Clause) -> bool:
        """ "troops arrived to shore up", "under a U.N. mandate": not against the host's will."""
        return any(t.lemma in self._words.welcome for t in self.sentence.clause_words(clause.verb))

    def _is_last(self, token: Token) -> bool:
        """ "the last Russian soldiers", "the last of its soldiers"."""
        below = [token, *self.sentence.children(token, "amod", "nummod", "prep")]
        return any(t.lemma in ("last", "final", "remaining") for t in below)

    def _has_infinitive(self, clause: Clause) -> bool:
        below = [*clause.complements, *self.sentence.children(clause.verb, "advcl")]
        return any(
            verb.tag == "VB" and any(t.lemma == "to" for t in self.sentence.children(verb, "aux"))
            for verb in below
        )

    def _must(self, clause: Clause) -> bool:
        """ "said that Libya must hand over": an obligation laid on another is a demand."""
        return any(
            aux.lemma in ("must", "should")
            for verb in clause.complements
            for aux in self.sentence.children(verb, "aux")
        )

    def is_crowd(self, token: Token) -> bool:
        mention = self._read.mention(token)
        if token.tag in ("NN", "NNP") and token.lemma not in _CROWDS:
            return False
        if token.lemma in self._words.fighters or token.lemma in _ARMED:
            return False
        if mention is not None:
            return mention.kind is TermKind.PEOPLE
        if token.lemma in self._words.citizens:
            return True
        if token.lemma not in _MANY and token.pos != "NUM":
            return False
        counted = self._heads(token)[1:]
        return not any(t.lemma in self._words.materiel | self._words.fighters for t in counted)

    def _is_people(self, token: Token) -> bool:
        """Somebody who can be held or freed; never a state by its bare name."""
        mention = self._read.mention(token)
        if mention is None:
            words = self._words
            known = words.citizens | words.agents | words.fighters | words.partitives
            return token.lemma in known or token.pos in ("PROPN", "PRON", "NUM")
        if mention.is_person:
            return True
        if mention.principal is not None and mention.principal.kind is ActorKind.ARMED_GROUP:
            return True
        return mention.kind in (TermKind.PEOPLE, TermKind.ADJECTIVE)

    def _is_for_a_process(self, clause: Clause) -> bool:
        """ "supports any talks with Iran", "support for the Minsk agreements": for no party."""
        backed = [*clause.objects, *(token for name, token in clause.preps if name == "for")]
        return any(token.lemma in _PROCESSES for token in backed)

    def _is_plain(self, clause: Clause) -> bool:
        """ "called Erdogan on Sunday", not "called on him" nor "called him a friend"."""
        when = {name for name, token in clause.preps if token.text in CALENDAR}
        if clause.complements or clause.predicates or clause.particles - when:
            return False
        if any(name in ("for", "on", "off") and name not in when for name, _ in clause.preps):
            return False
        return not self._has_infinitive(clause)

    def _is_good_list(self, clause: Clause) -> bool:
        """ "off a list of trusted buyers", "from its preferred trade list"."""
        return any(
            word.lemma in _GOOD_LISTS
            for name, token in clause.preps
            if name in ("off", "from")
            for word in self.sentence.subtree(token)
        )

    def _is_place(self, token: Token) -> bool:
        mention = self._read.mention(token)
        return mention.kind is TermKind.PLACE if mention else token.lemma in _LANDS

    def _is_civilian(self, token: Token) -> bool:
        """Somebody who may seek refuge: a people or private persons, no troops."""
        mention = self._read.mention(token)
        if mention is not None:
            return mention.kind is TermKind.PEOPLE
        return token.lemma in self._words.citizens or token.lemma in (
            "dissident",
            "deserter",
            "soldier",
            "more",
        )

    def is_personal(self, token: Token) -> bool:
        """A person, or a body small enough to travel; never a state by its bare name."""
        if any(t.lemma in _FLEEING for t in self.sentence.subtree(token)):
            return False
        if any(t.lemma in self._words.fighters for t in self._heads(token)[1:]):
            return False
        if token.tag in ("PRP", "WP"):
            return True
        if token.lemma in self._words.materiel or token.lemma in self._words.fighters:
            return False
        if token.lemma in self._words.agents or token.lemma in self._words.partitives:
            return True
        mention = self._read.mention(token)
        if mention is not None:
            return mention.is_person
        return token.pos == "PROPN"

    def _has_oprd(self, frame: VerbFrame, clause: Clause) -> bool:
        """ "those responsible" is not what anybody is said to be."""
        heads = [*clause.predicates, *clause.complements]
        below = [t for head in heads for t in self.sentence.subtree(head)]
        return any(t.lemma in frame.oprd and t.dep != "amod" for t in below)

    def allows_target(self, frame: VerbFrame, target: Party, clause: Clause) -> bool:
        if "with_person" not in frame.flags and "person_target" not in frame.flags:
            return True
        if target.via is not None:
            return True
        heads = [*clause.objects, *(token for _, token in clause.preps)]
        return any(
            token.lemma in self._words.agents - self._words.fighters
            or (token.tag == "PRP" and token.lemma != "it")
            for token in heads
            if self._read.mention(token) is None
        )


def _has_particle(clause: Clause, particle: str) -> bool:
    names = {name for name, _ in clause.preps}
    if "_" in particle:
        first, _, second = particle.partition("_")
        return particle in names or (first in clause.particles and second in names)
    if particle == "in":
        return particle in clause.particles or clause.adjacent == "in"
    return particle in clause.particles or particle in clause.direct

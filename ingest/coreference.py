"""Coreference by rule: pronouns, "the two leaders", "the kingdom", "its neighbour".

Every answer weakens the party that it finds, so that `confidence` and `explain` show the guess.
Implements `party.Referents`. Imports `deeds`, `document`, `mentions`, `nlp`, `nobody`, `party`,
`told` and `words`.
"""

from collections.abc import Callable, Sequence

from graph.model import ActorKind
from graph.reference import Reference
from graph.reference.types import Gender
from ingest.deeds import REACH, Deeds
from ingest.document import Sentence, Token
from ingest.mentions import Mention
from ingest.nlp import RawSentence
from ingest.nobody import is_expletive, is_of_people, is_of_unknown
from ingest.party import Party, weaken
from ingest.told import Told, told_by
from ingest.words import load_words

_Test = Callable[[Party], bool]
_SHE = frozenset("she her herself hers".split())
_HE = frozenset("he she him his her himself herself hers".split())
_IT = frozenset("it its itself".split())
_THEY = frozenset("they them their both each themselves".split())
_NOT_THE_SAME = frozenset(
    "other another third neighbouring neighbor neighboring own same first last whole entire all "
    "host home foreign half rest".split()
)
"""Words that make "the ... country" another one, or all of it."""
_OF_STATES = frozenset("country nation state government capital president premier army".split())
_PRONOUN_WEIGHT = 0.85
_DEFINITE_WEIGHT = 0.8
_OTHER_WEIGHT = 0.7


class Discourse:
    """What the article has named so far."""

    def __init__(self, reference: Reference) -> None:
        self._reference = reference
        self._words = load_words()
        self._told: list[Told] = []
        self.deeds = Deeds()

    def open(
        self, raw: RawSentence, sentence: Sentence | None, mentions: Sequence[Mention]
    ) -> None:
        """Begin a sentence: its mentions become known, those before a token can be meant."""
        self.deeds.open(raw.number, raw.paragraph)
        self._told.append(told_by(raw, sentence, mentions, self._words.private))

    def saw(self, party: Party) -> None:
        """A title found its holder ("the North Korean leader"): "he" may be that person."""
        told = self._told[-1]
        for pool in (told.parties, told.subjects):
            for place, other in enumerate(pool):
                if (other.start, other.end) == (party.start, party.end):
                    pool[place] = party

    def subject_before(self, sentence: Sentence) -> list[Party]:
        """Who acted in the sentence before, where that is one and the same actor."""
        before = [told for told in self._told if told.number == sentence.number - 1]
        subjects = {p.principal.id: p for told in before for p in told.subjects if not p.is_place}
        if len(subjects) != 1:
            return []
        return weaken(subjects.values(), _OTHER_WEIGHT, "who acted just before")

    def couple(self, sentence: Sentence) -> list[Party]:
        """The last two who stood together as "A and B", here or in the sentences before."""
        for told in reversed(self._told):
            if sentence.number - told.number > REACH:
                break
            if told.couples:
                return weaken(told.couples[-1], _DEFINITE_WEIGHT, "the two named before")
        return []

    def other(self, own: Sequence[Party]) -> list[Party]:
        """The one other principal, where the article has named just two so far."""
        states: dict[str, Party] = {}
        for told in self._told:
            for party in told.parties:
                states.setdefault(_code(party), party)
        codes = set(map(_code, own))
        others = [party for key, party in states.items() if key not in codes]
        if len(states) != 2 or len(others) != 1:
            return []
        return weaken(others, _OTHER_WEIGHT, "the only other state named")

    def pronoun(self, sentence: Sentence, token: Token) -> list[Party]:
        word = token.text.lower()
        if word == "it" and (
            is_expletive(sentence, token) or is_of_unknown(sentence, token, self._told[-1].parties)
        ):
            return []
        if token.tag == "PRP$" and word in _HE:
            own = self._own_title(sentence, token)
            if own:
                return weaken(own, _PRONOUN_WEIGHT, f"pronoun {token.text!r}")
        if token.tag == "PRP$" and word not in _HE:
            own = self._own_subject(sentence, token)
            if own:
                return weaken(own, _PRONOUN_WEIGHT, f"pronoun {token.text!r}")
        if word in _HE:
            other = Gender.MALE if word in _SHE else Gender.FEMALE
            found = self._nearest(
                sentence, token, lambda p: _is_person(p) and self._gender(p) is not other
            )
        elif word in _IT:
            found = self._nearest(sentence, token, _is_single_body)
            if not any(party.start >= sentence.start for party in found):
                here = self._nearest(sentence, token, _is_body)
                found = [p for p in here if p.start >= sentence.start] or found or here
        elif word in _THEY:
            return self._pair(sentence, token, word)
        else:
            return []
        return weaken(found, _PRONOUN_WEIGHT, f"pronoun {token.text!r}")

    def _gender(self, party: Party) -> Gender | None:
        return self._reference.gender_of(party.via.id) if party.via else None

    def _own_title(self, sentence: Sentence, token: Token) -> list[Party]:
        """ "the prime minister apologised to his people": the title before any other person."""
        for ancestor in sentence.ancestors(token):
            for subject in sentence.children(ancestor, "nsubj", "nsubjpass"):
                if subject.pos == "NOUN" and subject.lemma in self._words.titles:
                    return self.definite(sentence, subject)
                return []
        return []

    def _own_subject(self, sentence: Sentence, token: Token) -> list[Party]:
        """ "France stopped its aid": a possessive means the subject of its own clause first."""
        for ancestor in sentence.ancestors(token):
            if ancestor.pos not in ("VERB", "AUX"):
                continue
            subjects = sentence.children(ancestor, "nsubj", "nsubjpass")
            if not subjects and ancestor.dep in ("conj", "xcomp", "advcl"):
                continue
            if token.text.lower() == "its" and subjects:
                subjects = [t for t in subjects if t.tag not in ("NNS", "NNPS")]
                if not subjects:
                    continue
            inside = [t for subject in subjects for t in sentence.subtree(subject)]
            return [
                party
                for party in self._told[-1].parties
                if _is_body(party)
                and party.end <= token.start
                and any(t.start < party.end and t.end > party.start for t in inside)
            ]
        return []

    def definite(self, sentence: Sentence, token: Token) -> list[Party]:
        determiners = {
            c.text.lower()
            for c in sentence.children(token, "det", "nummod", "amod", "predet", "preconj")
        }
        owner = sentence.child(token, "poss")
        if token.lemma in ("neighbour", "neighbor", "rival", "foe") and owner is not None:
            return self._other(sentence, token)
        how = f"phrase {token.text!r}"
        if token.lemma in ("pair", "duo") and "the" in determiners:
            return self._pair(sentence, token, how)
        if determiners & {"each", "neither"} and f"{token.lemma}" in self._words.plural_nouns:
            return self._pair(sentence, token, how)
        if token.lemma in ("guest", "host", "visitor") and (owner or "the" in determiners):
            return weaken(self.deeds.company(token.start), _DEFINITE_WEIGHT, how)
        if not determiners & {"the", "this", "that", "both", "two", "these"}:
            return []
        if token.tag in ("NNS", "NNPS") and determiners & {"two", "both"}:
            if token.lemma not in self._words.plural_nouns | self._words.titles:
                return []
            return self._pair(sentence, token, how)
        if token.tag in ("NNS", "NNPS") and token.lemma not in self._words.group_nouns:
            return []
        return weaken(self._by_noun(sentence, token), _DEFINITE_WEIGHT, how)

    def _by_noun(self, sentence: Sentence, token: Token) -> list[Party]:
        words, lemma = self._words, token.lemma
        if lemma in words.titles:
            return self._nearest(sentence, token, lambda p: self._has_title(p, lemma))
        if lemma in words.group_nouns:
            found = self._nearest(sentence, token, lambda p: self._has_noun(p, lemma))
            if found:
                return found
        if lemma in words.organization_nouns:
            return self._nearest(sentence, token, lambda p: self._has_noun(p, lemma))
        if lemma in ("city", "town", "port", "village", "capital"):
            return self._nearest(sentence, token, lambda p: p.is_place)
        if lemma in words.state_nouns:
            if lemma in ("country", "nation", "state", "republic"):
                qualified = {
                    c.text.lower()
                    for c in sentence.children(token, "amod", "compound", "predet", "nmod")
                }
                if qualified & _NOT_THE_SAME:
                    return []
                if not qualified and token.dep in ("pobj", "dobj"):
                    return self._foreign() or self._nearest(sentence, token, _is_state)
                if not qualified:
                    return self._nearest(sentence, token, _is_state)
                known = [p for told in self._told for p in told.parties]
                others = self._not_coargument(sentence, token, known)
                return self._nearest(sentence, token, lambda p: _is_state(p) and p in others)
            return self._nearest(sentence, token, lambda p: self._has_noun(p, lemma))
        return []

    def _foreign(self) -> list[Party]:
        """ "suspended contact with the country": the one dealt with, where just one state of the
        sentence is no subject of it."""
        told = self._told[-1]
        others = {
            p.principal.id: p
            for p in told.parties
            if _is_state(p) and not p.is_place and p not in told.subjects
        }
        return list(others.values()) if len(others) == 1 else []

    def place_before(self, sentence: Sentence) -> list[Party]:
        """The state where the sentences before take place."""
        for told in reversed(self._told):
            if not 0 < sentence.number - told.number <= REACH + 1:
                continue
            places = [p for p in told.parties if p.how.startswith(("place", "seat", "name"))]
            places = [p for p in places if p.principal.kind is ActorKind.STATE and p.via is None]
            if places:
                return weaken(places[-1:], _OTHER_WEIGHT, "where it takes place")
        return []

    def _has_noun(self, party: Party, lemma: str) -> bool:
        if party.principal.provisional:
            return lemma in party.how.split()
        key = party.principal.id
        reference = self._reference
        entry = (
            reference.states.get(key)
            or reference.organizations.get(key)
            or reference.groups.get(key)
        )
        return entry is not None and (lemma in entry.nouns or f"{lemma}s" in entry.nouns)

    def _has_title(self, party: Party, lemma: str) -> bool:
        return _is_person(party) and lemma in party.how.lower()

    def _other(self, sentence: Sentence, token: Token) -> list[Party]:
        """ "its neighbour": the other one, where the article has named just two states."""
        states: dict[str, Party] = {}
        for told in self._told:
            for party in told.parties:
                if _is_state(party) and (
                    told.number != sentence.number or party.end <= token.start
                ):
                    states[party.principal.id] = party
        owner = sentence.child(token, "poss")
        if owner is not None:
            states = {k: p for k, p in states.items() if not p.start <= owner.start < p.end}
        subject = self._nearest(sentence, token, _is_state)
        others = [p for key, p in states.items() if subject and key != subject[0].principal.id]
        if len(states) != 2:
            return []
        return weaken(others, _DEFINITE_WEIGHT, f"phrase {token.text!r}")

    def _reachable(self, sentence: Sentence, token: Token) -> list[Told]:
        """The sentences that a word may point into, nearest first. The border of a paragraph is
        crossed only where its own part before the word names nobody."""
        here = self._told[-1]
        found: list[Told] = []
        named = False
        for told in reversed(self._told):
            if here.number - told.number > REACH or (named and told.paragraph != here.paragraph):
                break
            found.append(told)
            same = told.number == sentence.number
            named = named or any(not same or p.end <= token.start for p in told.parties)
        return found

    def _nearest(self, sentence: Sentence, token: Token, fits: _Test) -> list[Party]:
        """The subject of the same sentence before the token, else any party there; else the
        subjects, then the others, of the sentences before."""
        for told in self._reachable(sentence, token):
            same = told.number == sentence.number
            for pool in (told.subjects, told.parties):
                fitting = [
                    p
                    for p in pool
                    if fits(p) and p not in told.owners and (not same or p.end <= token.start)
                ]
                if same and token.tag == "PRP" and token.dep in ("dobj", "pobj", "dative"):
                    fitting = self._not_coargument(sentence, token, fitting)
                if fitting:
                    states = [p for p in fitting if p.principal.kind is ActorKind.STATE]
                    if token.dep in ("pobj", "dobj"):
                        fitting = states or fitting
                    return [fitting[0] if pool is told.subjects else (states or fitting)[-1]]
        return []

    def _not_coargument(
        self, sentence: Sentence, token: Token, parties: list[Party]
    ) -> list[Party]:
        """An object pronoun never means the subject of its own verb."""
        own: list[tuple[int, int]] = []
        for ancestor in sentence.ancestors(token):
            if ancestor.pos not in ("VERB", "AUX"):
                continue
            for subject in sentence.children(ancestor, "nsubj", "nsubjpass"):
                own.extend((t.start, t.end) for t in sentence.subtree(subject))
            object_form = token.text.lower() in ("them", "him", "her")
            controlled = (
                ancestor.dep in ("conj", "xcomp")
                or (ancestor.dep == "ccomp" and object_form)
                or (
                    ancestor.dep == "advcl"
                    and not sentence.children(ancestor, "nsubj", "nsubjpass")
                )
            )
            if not controlled:
                break
        return [p for p in parties if not any(s < p.end and e > p.start for s, e in own)]

    def _pair(self, sentence: Sentence, token: Token, how: str) -> list[Party]:
        """The last two principals named together, or for "they" one group."""
        for told in self._reachable(sentence, token):
            same = told.number == sentence.number
            subjects = [p for p in told.subjects if not same or p.end <= token.start]
            if len(subjects) == 1 and how == "they":
                group = [
                    p
                    for p in subjects
                    if p.principal.kind is ActorKind.ARMED_GROUP or p in told.plural
                ]
                return weaken(group, _DEFINITE_WEIGHT, how)
            couples = [
                pair
                for pair in told.couples
                if (not same or pair[1].end <= token.start)
                and (token.lemma not in _OF_STATES or all(map(_is_of_a_state, pair)))
            ]
            if couples and not (same and how in ("them", "their")):
                return weaken(couples[-1], _DEFINITE_WEIGHT, how)
            if same and is_of_people(sentence, token):
                return []
            for pool in (told.subjects, told.parties):
                if same and how in ("them", "their"):
                    pool = self._not_coargument(sentence, token, pool)
                distinct = {
                    p.principal.id: p
                    for p in pool
                    if (not same or p.end <= token.start) and not p.is_place
                }
                if len(distinct) == 2:
                    return weaken(distinct.values(), _DEFINITE_WEIGHT, how)
        return []


def _is_person(party: Party) -> bool:
    return party.via is not None and party.via.kind is ActorKind.PERSON


def _is_body(party: Party) -> bool:
    return not _is_person(party) and not party.is_place


def _code(party: Party) -> str:
    """Whom a party counts for: a group and its land are one."""
    return party.principal.country or party.principal.id


def _is_of_a_state(party: Party) -> bool:
    return party.principal.kind is ActorKind.STATE


def _is_single_body(party: Party) -> bool:
    """ "it" is a state or an organisation before it is a band of men."""
    return _is_body(party) and party.principal.kind is not ActorKind.ARMED_GROUP


def _is_state(party: Party) -> bool:
    return party.principal.kind is ActorKind.STATE and not _is_person(party)

"""Coreference by rule: pronouns, "the two leaders", "the kingdom", "its neighbour".

Every answer weakens the party that it finds, so that `confidence` and `explain` show the guess.
Implements `party.Referents`. Imports `document`, `party`, `mentions`, `words`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from graph.model import ActorKind
from graph.reference import Reference
from ingest.document import Sentence, Token
from ingest.mentions import Mention
from ingest.nlp import RawSentence
from ingest.party import Party, party_of, weaken
from ingest.words import load_words

REACH = 2
"""How many sentences back a pronoun or a definite phrase may point."""

_Test = Callable[[Party], bool]
_HE = frozenset("he she him his her himself herself hers".split())
_IT = frozenset("it its itself".split())
_THEY = frozenset("they them their both each themselves".split())
_PRONOUN_WEIGHT = 0.85
_DEFINITE_WEIGHT = 0.8
_OTHER_WEIGHT = 0.7


@dataclass
class _Told:
    """The parties of one sentence in the order of the text; which of them were subjects."""

    number: int
    paragraph: int
    parties: list[Party] = field(default_factory=list)
    subjects: list[Party] = field(default_factory=list)


class Discourse:
    """What the article has named so far."""

    def __init__(self, reference: Reference) -> None:
        self._reference = reference
        self._words = load_words()
        self._told: list[_Told] = []
        self._deeds: list[Party] = []
        self._same: list[tuple[str, Party]] = []
        self._deeds_in = -10
        self._deeds_paragraph = 0

    def open(
        self, raw: RawSentence, sentence: Sentence | None, mentions: Sequence[Mention]
    ) -> None:
        """Begin a sentence: its mentions become known, those before a token can be meant.

        Without a parse the first mention counts as the subject.
        """
        told = _Told(raw.number, raw.paragraph)
        for mention in mentions:
            if mention.principal is None:
                continue
            party = party_of(mention)
            told.parties.append(party)
            if _is_subject(sentence, mention) if sentence else not told.subjects:
                told.subjects.append(party)
        self._told.append(told)

    def note(self, claims: Sequence[tuple[str, Party, Party]]) -> None:
        """Remember who did what to whom in the sentence just coded."""
        if claims:
            self._deeds = [source for _, source, _ in claims]
            self._same = [(relation, target) for relation, _, target in claims]
            self._deeds_in = self._told[-1].number
            self._deeds_paragraph = self._told[-1].paragraph

    def doers(self, sentence: Sentence, token: Token) -> list[Party]:
        """ "condemned the raid": those whose act the sentences before have told."""
        determiners = {c.text.lower() for c in sentence.children(token, "det")}
        if not determiners & {"the", "this", "that", "these", "those"}:
            return []
        if sentence.number - self._deeds_in > REACH or sentence.number == self._deeds_in:
            return []
        if self._deeds_paragraph != self._told[-1].paragraph and sentence.number > 3:
            return []
        return weaken(self._deeds[:1], _DEFINITE_WEIGHT, f"phrase {token.text!r}")

    def saw(self, party: Party) -> None:
        """A title found its holder ("the North Korean leader"): "he" may be that person."""
        told = self._told[-1]
        for pool in (told.parties, told.subjects):
            for place, other in enumerate(pool):
                if (other.start, other.end) == (party.start, party.end):
                    pool[place] = party

    def same(self, sentence: Sentence) -> list[tuple[str, Party]]:
        """ "did the same": what the sentence before told, and to whom."""
        return self._same if sentence.number - self._deeds_in == 1 else []

    def other(self, own: Sequence[Party]) -> list[Party]:
        """The one other principal, where the article has named just two so far."""
        states: dict[str, Party] = {}
        for told in self._told:
            for party in told.parties:
                states.setdefault(party.principal.id, party)
        codes = {party.principal.id for party in own}
        others = [party for key, party in states.items() if key not in codes]
        if len(states) != 2 or len(others) != 1:
            return []
        return weaken(others, _OTHER_WEIGHT, "the only other state named")

    def pronoun(self, sentence: Sentence, token: Token) -> list[Party]:
        word = token.text.lower()
        if token.tag == "PRP$" and word not in _HE:
            own = self._own_subject(sentence, token)
            if own:
                return weaken(own, _PRONOUN_WEIGHT, f"pronoun {token.text!r}")
        if word in _HE:
            found = self._nearest(sentence, token, _is_person)
        elif word in _IT:
            found = self._nearest(sentence, token, _is_single_body)
            found = found or self._nearest(sentence, token, _is_body)
        elif word in _THEY:
            return self._pair(sentence, token, word)
        else:
            return []
        return weaken(found, _PRONOUN_WEIGHT, f"pronoun {token.text!r}")

    def _own_subject(self, sentence: Sentence, token: Token) -> list[Party]:
        """ "France stopped its aid": a possessive means the subject of its own clause first."""
        for ancestor in sentence.ancestors(token):
            if ancestor.pos not in ("VERB", "AUX"):
                continue
            subjects = sentence.children(ancestor, "nsubj", "nsubjpass")
            if not subjects and ancestor.dep in ("conj", "xcomp", "advcl"):
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
            c.text.lower() for c in sentence.children(token, "det", "nummod", "amod", "predet")
        }
        owner = sentence.child(token, "poss")
        if token.lemma in ("neighbour", "neighbor", "rival", "foe") and owner is not None:
            return self._other(sentence, token)
        if not determiners & {"the", "this", "that", "both", "two", "these"}:
            return []
        how = f"phrase {token.text!r}"
        if token.tag in ("NNS", "NNPS") and determiners & {"two", "both"}:
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
                if sentence.children(token, "amod", "compound", "predet"):
                    return []
                return self._nearest(sentence, token, _is_state)
            return self._nearest(sentence, token, lambda p: self._has_noun(p, lemma))
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
        subject = self._nearest(sentence, token, _is_state)
        others = [p for key, p in states.items() if subject and key != subject[0].principal.id]
        if len(states) != 2:
            return []
        return weaken(others, _DEFINITE_WEIGHT, f"phrase {token.text!r}")

    def _reachable(self, sentence: Sentence, token: Token) -> list[_Told]:
        """The sentences that a word may point into, nearest first. The border of a paragraph is
        crossed only where its own part before the word names nobody."""
        here = self._told[-1]
        found: list[_Told] = []
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
                fitting = [p for p in pool if fits(p) and (not same or p.end <= token.start)]
                if same and token.tag == "PRP" and token.dep in ("dobj", "pobj", "dative"):
                    fitting = self._not_coargument(sentence, token, fitting)
                if fitting:
                    return [fitting[0] if pool is told.subjects else fitting[-1]]
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
            if ancestor.dep not in ("conj", "xcomp"):
                break
        return [p for p in parties if not any(s < p.end and e > p.start for s, e in own)]

    def _pair(self, sentence: Sentence, token: Token, how: str) -> list[Party]:
        """The last two or more principals named together."""
        for told in self._reachable(sentence, token):
            same = told.number == sentence.number
            subjects = [p for p in told.subjects if not same or p.end <= token.start]
            if len(subjects) == 1 and how == "they":
                group = [p for p in subjects if p.principal.kind is ActorKind.ARMED_GROUP]
                return weaken(group, _DEFINITE_WEIGHT, how)
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


def _is_single_body(party: Party) -> bool:
    """ "it" is a state or an organisation before it is a band of men."""
    return _is_body(party) and party.principal.kind is not ActorKind.ARMED_GROUP


def _is_state(party: Party) -> bool:
    return party.principal.kind is ActorKind.STATE and not _is_person(party)


def _is_subject(sentence: Sentence, mention: Mention) -> bool:
    tokens = sentence.at(mention.start, mention.end)
    if not tokens:
        return False
    token = tokens[-1]
    for _ in range(5):
        if token.dep in ("nsubj", "nsubjpass"):
            return True
        if token.dep not in ("conj", "compound", "poss", "appos", "amod", "nmod"):
            return False
        token = sentence.head(token)
    return False

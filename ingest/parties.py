"""Who a token stands for: from a noun phrase to the principals that act or are acted on.

"Chadian soldiers", "Kuwait's ambassador in Washington", "leaders of A and B", "the Turkish
president" each denote Parties; a telescope made in Japan denotes none. Works on one parsed sentence
at a time and asks `coreference` for what is named elsewhere. Imports `deeds`, `document`,
`gazetteer`, `mentions`, `owners` and `party`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from ingest.deeds import Deeds
from ingest.document import Sentence, Token
from ingest.gazetteer import TermKind
from ingest.mentions import Mention
from ingest.owners import OwnerReader
from ingest.party import NAMESAKE, Offices, Party, Referents, distinct, party_of, weaken

_HOME_PREPS = frozenset(["of", "from", "for"])
_RELATIONAL = frozenset(
    "neighbour neighbor ally rival foe enemy opponent counterpart partner".split()
)
"""Nouns whose possessor is just not the one that is meant: "its neighbour"."""
_RELATED = frozenset(
    "associate friend brother sister wife husband son daughter relative widow mother father cousin "
    "nephew supporter follower critic opponent disciple".split()
)
"""Of whom these are, a state does not care: "an associate of the scientist"."""
_SEATED = frozenset(
    "government authority authorities regime junta court military police army parliament congress "
    "embassy leadership ministry rebel militant fighter insurgent people civilian protester "
    "demonstrator crowd militia group troop force soldier".split()
)
_POINTING = frozenset("the this that those his her their".split())


_NAMESAKE_WEIGHT = 0.8


class PartyReader(OwnerReader):
    """Reads parties in one sentence."""

    def __init__(
        self,
        sentence: Sentence,
        mentions: Iterable[Mention],
        referents: Referents,
        offices: Offices,
        deeds: Deeds,
    ) -> None:
        super().__init__(sentence, mentions, referents)
        self.deeds = deeds
        self._offices = offices
        self._bearer_of: dict[int, Mention] = {}
        for mention in self.mentions:
            for token in sentence.at(*mention.titled) if mention.titled else ():
                self._bearer_of.setdefault(token.index, mention)

    def actors(self, token: Token) -> list[Party]:
        """Those who act, if this token and what is coordinated with it act at all."""
        return self._with_conjuncts(token, affected=False)

    def affected(self, token: Token) -> list[Party]:
        """Those on whom something falls that is done to this noun phrase."""
        return self._with_conjuncts(token, affected=True)

    def _with_conjuncts(self, token: Token, affected: bool) -> list[Party]:
        found: list[Party] = []
        for item in [token, *self.sentence.conjuncts(token)]:
            if item.pos in ("VERB", "AUX") and item is not token:
                continue
            parties = self.denoted(item)
            if affected and not parties:
                parties = self.owners(item) or self._introduced(item)
            found.extend(parties)
            found.extend(self._listed_after(item))
        return distinct(found)

    def actor_before(self, token: Token) -> list[Party]:
        """ "denounced the step": whose step it was, by the sentence before."""
        pointing = {t.text.lower() for t in self.sentence.children(token, "det", "poss")}
        if token.lemma not in self._words.acts or not pointing & _POINTING:
            return []
        if self.located(token) or self.sentence.children(token, "relcl", "acl"):
            return []
        return self._referents.subject_before(self.sentence)

    def place_before(self) -> list[Party]:
        """Where the sentences before take place."""
        return self._referents.place_before(self.sentence)

    def couple(self) -> list[Party]:
        """The last two who were named together: "Qatar, which brokered it"."""
        return self._referents.couple(self.sentence)

    def other(self, own: Sequence[Party]) -> list[Party]:
        """The one other state of the article, if there are just two."""
        return self._referents.other(own)

    def _introduced(self, token: Token) -> list[Party]:
        """ "detained Evan Gershkovich, a U.S. citizen": the words after a name say whose he is."""
        for appositive in self.sentence.children(token, "appos"):
            if appositive.lemma in _RELATED:
                continue
            found = self.denoted(appositive) or self.owners(appositive)
            if found:
                return found
        return []

    def _listed_after(self, token: Token) -> list[Party]:
        """ "vaccines to Bhutan, Maldives", "A, B, C and D": lists read as appositions."""
        mention = self.mention(token)
        if mention is None:
            return []
        found = []
        following = self.sentence.tokens[token.index + 1 : token.index + 3]
        if [t.text for t in following[:1]] == [","] and len(following) == 2:
            other = self.mention(following[1])
            if following[1].dep == "npadvmod" and other and other.kind is mention.kind:
                found.extend(self.denoted(following[1]))
        for child in self.sentence.children(token, "appos"):
            for item in [child, *self.sentence.conjuncts(child)]:
                other = self.mention(item)
                if other is None or other.principal is None or other.kind is not mention.kind:
                    continue
                if other.kind is TermKind.NAME or other.is_person:
                    found.append(party_of(other))
        return found

    def denoted(self, token: Token) -> list[Party]:
        """The parties that a noun phrase with this head is a name or a title for."""
        mention = self.mention(token)
        if mention is not None:
            return self._of_mention(token, mention)
        if token.tag in ("PRP", "PRP$") or (token.tag == "DT" and token.lemma in ("both", "each")):
            return self._referents.pronoun(self.sentence, token)
        if token.lemma in ("who", "which", "that", "whom", "whose") and token.tag[:1] == "W":
            return self._of_relative(token)
        if token.pos not in ("NOUN", "PROPN", "NUM", "ADJ", "DET", "VERB", "PRON"):
            return []
        return self._of_noun(token)

    def _of_mention(self, token: Token, mention: Mention) -> list[Party]:
        if mention.principal is None:
            titled = mention.is_person and self._has_title(token) and not self._is_former(token)
            return self._by_modifier(token) if titled else []
        if self._is_former(token) or self._is_part_of_unknown_name(token, mention):
            return []
        if mention.kind is TermKind.ADJECTIVE and token.dep in ("amod", "compound", "nmod"):
            return []
        return [party_of(mention)]

    def _is_former(self, token: Token) -> bool:
        near = self.sentence.children(token, "amod", "compound", "advmod", "nmod")
        titles = [
            t for t in near if t.dep in ("compound", "nmod") and t.lemma in self._words.agents
        ]
        below = [c for title in titles for c in self.sentence.children(title, "amod", "advmod")]
        return any(child.lemma in self._words.former for child in [*near, *below])

    def _is_part_of_unknown_name(self, token: Token, mention: Mention) -> bool:
        """A capitalised word before a one-word name makes it another name: "Michael Jordan"."""
        if mention.kind is not TermKind.NAME or " " in mention.surface:
            return False
        return any(
            child.pos == "PROPN"
            and child.index == token.index - 1
            and self.mention(child) is None
            and child.lemma not in self._words.titles
            and child.lemma not in self._words.agents
            and child.text not in ("Mr", "Mr.", "North", "South")
            and child.start > self.sentence.start
            for child in self.sentence.children(token, "compound")
        )

    def _of_relative(self, token: Token) -> list[Party]:
        for ancestor in self.sentence.ancestors(token):
            if ancestor.dep == "relcl":
                head = self.sentence.head(ancestor)
                return self.actors(head) or self._firer(head)
        return []

    def _firer(self, token: Token) -> list[Party]:
        """ "fired the torpedo that sank ...": a weapon acts for who fires it."""
        verb = self.sentence.head(token)
        if token.lemma not in self._words.materiel or token.dep != "dobj":
            return []
        return [p for t in self.sentence.children(verb, "nsubj") for p in self.actors(t)]

    def _of_noun(self, token: Token) -> list[Party]:
        words = self._words
        if self._is_former(token) or token.lemma in words.private:
            return []
        if (bearer := self._bearer_of.get(token.index)) is not None:
            return [party_of(bearer)]
        if named := self._named_next(token):
            return named
        known = token.lemma in words.agents or token.lemma in words.materiel
        if known or token.lemma in words.citizens or self._has_title(token):
            found = self._by_modifier(token) or self._by_home(token)
            if found:
                return [self._with_holder(token, party) for party in found]
        if token.lemma in words.agents and (loyal := self._loyal(token)):
            return loyal
        if (owner := self._namesake(token)) is not None:
            return [owner]
        if token.lemma in words.partitives or token.pos == "NUM":
            found = self._of_part(token)
            if found:
                return found
        found = self._examples(token)
        if found:
            return found
        for appositive in self.sentence.children(token, "appos"):
            found = self.denoted(appositive)
            if found:
                return found
        return self._referents.definite(self.sentence, token)

    def _named_next(self, token: Token) -> list[Party]:
        """ "the Palestinian militant group Hamas": the name decides, not the adjective."""
        for appositive in self.sentence.children(token, "appos"):
            mention = self.mention(appositive)
            if appositive.index != token.index + 1 or mention is None:
                continue
            if mention.principal is not None and mention.kind is TermKind.NAME:
                return [party_of(mention)]
        return []

    def _loyal(self, token: Token) -> list[Party]:
        """ "troops loyal to Maduro"."""
        return [
            party
            for child in self.sentence.children(token, "amod", "acl")
            if child.lemma == "loyal"
            for prep in self.sentence.children(child, "prep")
            for leader in self.sentence.children(prep, "pobj")
            for party in self.denoted(leader)
        ]

    def _namesake(self, token: Token) -> Party | None:
        """ "Norway's Erik Solheim": somebody unknown whom the text calls a state's own."""
        if token.pos != "PROPN" or " " not in token.text or self.mention(token) is not None:
            return None
        for child in self.sentence.children(token, "poss"):
            mention = self.mention(child)
            if mention is not None and mention.principal and mention.kind is TermKind.NAME:
                return weaken([party_of(mention)], _NAMESAKE_WEIGHT, NAMESAKE)[0]
        return None

    def _with_holder(self, token: Token, party: Party) -> Party:
        """ "the Turkish president": the person who is it on the day, or the name beside it."""
        if party.via is not None or token.tag in ("NNS", "NNPS"):
            return party
        for child in self.sentence.children(token, "appos"):
            name = self.mention(child)
            if name is not None and name.is_person and name.principal == party.principal:
                return replace(party, via=name.via, weight=min(party.weight, name.weight))
        words = [
            child.lemma
            for child in self.sentence.children(token, "amod", "compound")
            if self.mention(child) is None
        ]
        for prep in self.sentence.children(token, "prep"):
            for child in self.sentence.children(prep, "pobj"):
                if child.text == "State" or child.text == "Defense":
                    words = [token.lemma, "of", child.lemma]
        for title in (" ".join([*words, token.lemma][-3:]), " ".join([*words[-1:], token.lemma])):
            title = title.removesuffix(f" {token.lemma}") if " of " in title else title
            holder = self._offices.holder(party.principal.id, title)
            if holder is not None:
                named = replace(party, via=holder, how=f"{title} of {party.principal.id}")
                self._referents.saw(named)
                return named
        return party

    def _examples(self, token: Token) -> list[Party]:
        """ "countries like Iran and North Korea": those named are meant."""
        if token.lemma not in self._words.plural_nouns:
            return []
        for prep in self.sentence.children(token, "prep"):
            if prep.lemma in ("like", "as", "include", "including"):
                for child in self.sentence.children(prep, "pobj"):
                    return self.actors(child)
        return []

    def _has_title(self, token: Token) -> bool:
        """An unknown name with a title before it: "Kenyan Foreign Minister Musalia Mudavadi"."""
        return token.pos == "PROPN" and any(
            child.lemma in self._words.agents
            for child in self.sentence.children(token, "compound", "nmod", "amod")
        )

    def _by_modifier(self, token: Token) -> list[Party]:
        near: list[Party] = []
        owners: list[Party] = []
        for child, is_owner in self.modifiers(token):
            mention = self.mention(child)
            if mention is None or mention.principal is None:
                continue
            if not is_owner and self.is_one_of_many(token, mention):
                continue
            (owners if is_owner else near).append(party_of(mention))
        if near or (owners and token.lemma not in _RELATIONAL):
            return distinct(near or owners)
        if token.lemma in _RELATIONAL:
            return []
        for child in self.sentence.children(token, "poss"):
            if child.tag == "PRP$":
                return self._referents.pronoun(self.sentence, child)
            found = self.denoted(child)
            if found:
                return found
        return []

    def _by_home(self, token: Token) -> list[Party]:
        """ "soldiers from Chad", "the government in Kabul"."""
        for prep in self.sentence.children(token, "prep"):
            if prep.lemma in _HOME_PREPS or (prep.lemma == "in" and token.lemma in _SEATED):
                for child in self.sentence.children(prep, "pobj"):
                    found = [
                        party
                        for item in [child, *self.sentence.conjuncts(child)]
                        for party in self.denoted(item)
                    ]
                    if found:
                        return distinct(found)
        return []

    def _of_part(self, token: Token) -> list[Party]:
        for prep in self.sentence.children(token, "prep"):
            if prep.lemma in ("of", "from"):
                for child in self.sentence.children(prep, "pobj"):
                    found = self.actors(child)
                    if found:
                        return found
        return []

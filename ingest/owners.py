"""To whom a thing belongs, where it is, and whose deed a deed is.

"Israel's Gaza offensive", "positions in Gaza", "killed in an Israeli raid". The base of
`parties.PartyReader`, which adds whom a noun phrase denotes. Imports `document`, `gazetteer`,
`mentions`, `party`, `words`.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable

from graph.model import ActorKind
from ingest.document import Sentence, Token
from ingest.gazetteer import TermKind
from ingest.mentions import Mention
from ingest.party import Party, Referents, distinct, party_of
from ingest.words import load_words

_AFFECTED_PREPS = frozenset(
    "of in on at from against to over inside near with between for towards toward across off "
    "outside around into onto within among about under aboard".split()
)
_BELONGING = frozenset("lead led flag flagged own owned operate operated register".split())
_MEMBERS = frozenset("ally member partner state country nation".split())
BORDERS = frozenset(["border", "frontier"])
_INSTRUMENTS = frozenset(["sanction", "ceasefire", "truce", "embargo"])
"""Whose a "UN ceasefire" is says nothing of whom it binds."""
_APPLYING = frozenset(
    "bid membership accession application candidacy entry talk path progress".split()
)
"""In "Sweden's NATO membership bid" Sweden is meant, not what it wants to join."""
_POSTING = frozenset("send deploy station post base".split())
_FALLING = frozenset("impose place aim level levy direct slap put target".split())
"""Participles between a noun and whom it falls on: "sanctions imposed on Syria"."""
_MODIFIERS = ("amod", "compound", "nmod", "poss", "npadvmod", "nummod", "quantmod")


class OwnerReader(ABC):
    """Reads owners, places and doers in one sentence."""

    def __init__(
        self, sentence: Sentence, mentions: Iterable[Mention], referents: Referents
    ) -> None:
        self.sentence = sentence
        self._referents = referents
        self._words = load_words()
        self._mention_of: dict[int, Mention] = {}
        self.mentions = tuple(mentions)
        for mention in self.mentions:
            for token in sentence.tokens:
                if token.start < mention.end and token.end > mention.start:
                    self._mention_of.setdefault(token.index, mention)

    @abstractmethod
    def denoted(self, token: Token) -> list[Party]:
        """The parties that a noun phrase with this head is a name or a title for."""

    @abstractmethod
    def actors(self, token: Token) -> list[Party]:
        """Those who act, if this token and what is coordinated with it act at all."""

    @abstractmethod
    def affected(self, token: Token) -> list[Party]:
        """Those on whom something falls that is done to this noun phrase."""

    def mention(self, token: Token) -> Mention | None:
        return self._mention_of.get(token.index)

    def modifiers(self, token: Token) -> list[tuple[Token, bool]]:
        """The words before a noun that qualify it, and whether each is its possessor."""
        found: list[tuple[Token, bool]] = []
        stack = [(child, child.dep == "poss") for child in self._qualifiers(token)]
        while stack:
            child, is_owner = stack.pop(0)
            found.append((child, is_owner))
            if self.mention(child) is None and not is_owner and self._opens(child):
                stack.extend((below, below.dep == "poss") for below in self._qualifiers(child))
            stack.extend((other, is_owner) for other in self.sentence.children(child, "conj"))
        return found

    def is_one_of_many(self, token: Token, mention: Mention) -> bool:
        """ "its NATO ally", "several EU states": members of a body, not the body."""
        body = mention.principal
        if body is None or body.kind is not ActorKind.ORGANIZATION or token.lemma not in _MEMBERS:
            return False
        picked = self.sentence.children(token, "nummod", "poss", "amod")
        return any(
            t.dep in ("nummod", "poss") or t.lemma in ("other", "several", "fellow") for t in picked
        )

    def _names_only(self, token: Token, mention: Mention, is_owner: bool) -> bool:
        """A body before a noun that binds or belongs to others: "a UN ceasefire"."""
        body = mention.principal
        if is_owner or body is None or body.kind is not ActorKind.ORGANIZATION:
            return False
        return token.lemma in _INSTRUMENTS or self.is_one_of_many(token, mention)

    def _opens(self, qualifier: Token) -> bool:
        """ "a Saudi-led coalition" is Saudi, "a U.S.-backed militia" is not American."""
        return qualifier.tag not in ("VBN", "VBD") or qualifier.lemma in _BELONGING

    def _qualifiers(self, token: Token) -> list[Token]:
        return [
            child
            for child in self.sentence.children(token, *_MODIFIERS)
            if child.index < token.index
        ]

    def owners(self, token: Token, depth: int = 3) -> list[Party]:
        """Those to whom a thing belongs or who are where it is: "positions in Gaza"."""
        near: list[Party] = []
        owners: list[Party] = []
        for child, is_owner in self.modifiers(token):
            mention = self.mention(child)
            if mention is not None and mention.principal is not None:
                if not self._names_only(token, mention, is_owner):
                    (owners if is_owner else near).append(party_of(mention))
            elif child.tag == "PRP$":
                owners.extend(self._referents.pronoun(self.sentence, child))
            elif is_owner:
                owners.extend(self.denoted(child))
        if token.lemma in _APPLYING and owners:
            return distinct(owners)
        if near or owners:
            return distinct(near or owners)
        return self._carried(token) or self.located(token, depth)

    def culprits(self, deed: Token) -> list[Party]:
        """ "killed in an Israeli raid in Gaza": whose deed it is, never where."""
        found: list[Party] = []
        for item in [deed, *self.sentence.conjuncts(deed)]:
            for child, is_owner in self.modifiers(item):
                mention = self.mention(child)
                if mention is not None and mention.principal is not None:
                    of_its_own = is_owner or mention.kind is not TermKind.PLACE
                    if of_its_own and not self._names_only(item, mention, is_owner):
                        found.append(party_of(mention))
                elif is_owner:
                    found.extend(self.denoted(child))
            heads = [item, *self.sentence.children(item, "acl", "relcl")]
            agents = [
                prep
                for head in heads
                for prep in self.sentence.children(head, "agent", "prep")
                if prep.lemma == "by"
            ]
            agents += [
                prep
                for blamed in self.sentence.children(item, "acl")
                if blamed.lemma in ("blame", "attribute", "pin")
                for prep in self.sentence.children(blamed, "prep")
                if prep.lemma in ("on", "to")
            ]
            found.extend(
                p
                for a in agents
                for t in self.sentence.children(a, "pobj")
                for p in self.actors(t) or self._possessors(t)
            )
        return distinct(found)

    def _possessors(self, token: Token) -> list[Party]:
        """ "by Maduro's thugs"."""
        return [p for child in self.sentence.children(token, "poss") for p in self.denoted(child)]

    def _carried(self, token: Token) -> list[Party]:
        """ "bases housing American troops": what a thing holds is hit with it."""
        for participle in self.sentence.children(token, "acl", "relcl"):
            if participle.lemma in ("house", "carry", "hold", "use", "transport", "fly"):
                for child in self.sentence.children(participle, "dobj"):
                    return self.affected(child)
                for agent in self.sentence.children(participle, "agent"):
                    return [
                        p for t in self.sentence.children(agent, "pobj") for p in self.actors(t)
                    ]
        return []

    def doers_of(self, token: Token) -> list[Party]:
        """Who did what a noun tells: its owner or its "by", never where or to whom it was done.

        "Russia's attack", "the policies of Israel"; not "the bombings in London".
        """
        found = self.culprits(token)
        if found or token.lemma in self._words.suffered:
            return found
        return distinct(
            party
            for prep in self.sentence.children(token, "prep")
            if prep.lemma in ("of", "from")
            for child in self.sentence.children(prep, "pobj")
            for party in self.actors(child)
        )

    def located(self, token: Token, depth: int = 3) -> list[Party]:
        """The parties in the prepositional phrases that hang on a noun."""
        imposed = [t for t in self.sentence.children(token, "acl") if t.tag == "VBN"]
        sent = [t for t in self.sentence.children(token, "relcl", "acl") if t.lemma in _POSTING]
        heads = [token, *(t for t in imposed if t.lemma in _FALLING), *sent]
        for prep in [p for head in heads for p in self.sentence.children(head, "prep", "agent")]:
            if prep.lemma not in _AFFECTED_PREPS:
                continue
            for child in self.sentence.children(prep, "pobj"):
                if prep.lemma in ("near", "on", "along") and child.lemma in BORDERS:
                    continue  # "a town near the border with Kenya" lies on this side
                found = self.affected(child) if depth else []
                if found:
                    return found
        return []

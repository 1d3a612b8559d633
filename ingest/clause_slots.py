"""The slots of a frame that look at the whole clause: "comp", "reaction", "condition", "couple" ...

`docs/lexicon.md` names them all. Imports `claims`, `clause`, `clauses`, `document`, `gazetteer`,
`parties`, `party` and `words`.
"""

from collections.abc import Callable

from graph.model import ActorKind
from ingest.claims import join
from ingest.clause import Clause, is_verb
from ingest.clauses import ClauseReader
from ingest.document import Token
from ingest.gazetteer import TermKind
from ingest.parties import PartyReader
from ingest.party import Party, party_of, weaken
from ingest.words import load_words

_COMPLEMENT_PREPS = frozenset("with on against to from into in between".split())
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
_FACING = frozenset(
    "stop prevent block watch monitor punish deter counter face confront repel contain intimidate "
    "shadow keep warn".split()
)


class ClauseSlots:
    """Reads parties from the clauses of one sentence, each by the name of a slot."""

    def __init__(self, parties: PartyReader, clauses: ClauseReader) -> None:
        self.sentence = parties.sentence
        self._read = parties
        self._clauses = clauses
        self._words = load_words()
        self.by_name: dict[str, Callable[[Clause], list[Party]]] = {
            "iobj": self._dative,
            "subj": self._grammatical_subject,
            "comp": self._inside_complement,
            "compsubj": self._told_to,
            "origin": self._origin,
            "speaker": lambda clause: speaker_of(parties, clauses, clause),
            "clause": self._governing_clause,
            "border": self._border,
            "condition": self._condition,
            "reaction": self._reaction,
            "any": self._anyone,
            "subj_in": lambda clause: join(map(parties.located, clause.subject)),
            "place": self._anywhere,
            "place_of_arrest": self._where_arrested,
            "couple": self._couple,
            "captor": self._captor,
            "captive": self._captive,
            "cargo": self._cargo,
            "here": lambda _: parties.place_before(),
            "patient": self._patient,
        }

    def is_nested(self, clause: Clause, token: Token) -> bool:
        """ "flew to Doha with a plea to Israel": what hangs on the plea is no destination."""
        head = self.sentence.head(self.sentence.head(token))
        return head.pos in ("NOUN", "PROPN") and head.index > clause.verb.index

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

    def _captor(self, clause: Clause) -> list[Party]:
        """ "they were let go": by whom they were held."""
        held = self._read.deeds.held()
        if held is None or not clause.passive or clause.subject:
            return []
        return weaken([held.source], 0.8, "who held them")

    def _captive(self, clause: Clause) -> list[Party]:
        held = self._read.deeds.held()
        if held is None or not any(map(self._points_back, clause.objects)):
            return []
        return weaken([held.target], 0.8, "who was held")

    def _points_back(self, token: Token) -> bool:
        """ "them", "the crew", "its crew"."""
        pointing = {t.text.lower() for t in self.sentence.children(token, "det", "poss")}
        return token.tag == "PRP" or bool(pointing & {"the", "its", "their"})

    def _cargo(self, clause: Clause) -> list[Party]:
        """ "five lorries with Armenian relief": whose relief it is."""
        loads = [
            token
            for head in clause.subject
            for token in self.sentence.subtree(head)
            if token.lemma in self._words.cargo
        ]
        return join(
            [party_of(mention)]
            for load in loads
            for child, _ in self._read.modifiers(load)
            if (mention := self._read.mention(child)) is not None and mention.principal is not None
        )

    def _patient(self, clause: Clause) -> list[Party]:
        """ "troops from Angola were sent": whose they are, where no other sender is named."""
        if not clause.passive or clause.subject:
            return []
        return join(self._read.actors(token) for token in clause.objects)

    def _border(self, clause: Clause) -> list[Party]:
        """ "to its border with Colombia": who is on the other side, also where the parser hangs
        "with Colombia" on the verb."""
        borders = [token for _, token in clause.preps if token.lemma in ("border", "frontier")]
        beyond = [token for name, token in clause.preps if name == "with" and borders]
        return join(
            self._read.located(token) or self._read.owners(token) for token in borders
        ) or join(map(self._read.affected, beyond))

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

    def doers_of(self, gerund: Token) -> list[Party]:
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
            if name in ("in", "at") and self.sentence.head(self.sentence.head(token)) == clause.verb
        ]
        states = [p for p in join(found) if p.principal.kind is ActorKind.STATE]
        return weaken(states[:1], 0.8, "where the arrest was made")

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


def speaker_of(parties: PartyReader, clauses: ClauseReader, clause: Clause) -> list[Party]:
    """ "Britain said Russia was behind the attack": who says so."""
    above = parties.sentence.head(clause.verb)
    if clause.verb.dep != "ccomp" or not is_verb(above):
        return []
    return join(parties.actors(t) for t in clauses.clause(above).subject)

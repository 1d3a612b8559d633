"""Builds the clauses of a sentence: passives are turned round, conjoined verbs share what they
lack, participles and infinitives get the subject that controls them.

Imports `clause`, `document`, `misreadings`, `phrases`.
"""

from ingest.clause import Clause, is_verb
from ingest.document import Sentence, Token
from ingest.misreadings import (
    counted,
    has_agent,
    is_misread_root,
    listed_before,
    misread_subject,
    misread_that,
    small_clause,
)
from ingest.phrases import collect_preps, direct_preps, particles

_OBJECT_CONTROL = frozenset(
    "urge ask tell order force allow help press persuade invite encourage request command permit "
    "enable require instruct advise pressure compel get let make see watch expect want let train "
    "recruit hire equip".split()
)
_SUBJECTS = ("nsubj", "csubj")
_NAMING = frozenset("call brand label declare designate dub name term".split())
_HELPING = frozenset("support help assist aid back".split())
"""In "gave Chad money to support its growth" it is the giver who supports."""
_ADDRESSING = frozenset("call appeal plead pay".split())
_SPANS = frozenset("hour day week month".split())


class ClauseReader:
    """Builds the clauses of one sentence and keeps them."""

    def __init__(self, sentence: Sentence) -> None:
        self._sentence = sentence
        self._clauses: dict[int, Clause] = {}
        self._open: set[int] = set()

    def clause(self, verb: Token) -> Clause:
        if verb.index not in self._clauses:
            self._clauses[verb.index] = self._build(verb)
        return self._clauses[verb.index]

    def _build(self, verb: Token) -> Clause:
        sentence = self._sentence
        clause = Clause(verb, passive=self._is_passive(verb))
        subjects = sentence.children(verb, *_SUBJECTS)
        clause.objects = sentence.children(verb, "dobj") or [
            t for t in sentence.children(verb, "ccomp") if t.pos in ("NOUN", "PROPN")
        ]
        if len(subjects) > 1 and not clause.objects and subjects[-1].index > verb.index:
            clause.objects = [subjects.pop()]
        clause.datives = [t for t in sentence.children(verb, "dative") if t.pos != "ADP"]
        clause.complements = sentence.children(verb, "xcomp", "ccomp")
        clause.complements = clause.complements or misread_that(sentence, verb)
        clause.predicates = sentence.children(verb, "oprd", "attr", "acomp")
        clause.particles = particles(sentence, verb)
        clause.direct = direct_preps(sentence, verb)
        following = sentence.tokens[verb.index + 1 : verb.index + 2]
        clause.adjacent = following[0].lemma if following else ""
        collect_preps(sentence, verb, clause)
        if clause.passive:
            self._read_passive(clause)
        else:
            self._read_active(clause, subjects)
        clause.objects = [self._antecedent(token) for token in clause.objects]
        return clause

    def _read_passive(self, clause: Clause) -> None:
        """Who is done to becomes the object, the agent the subject."""
        verb = clause.verb
        patients = self._sentence.children(verb, "nsubjpass")
        by_someone = has_agent(self._sentence, verb)
        if verb.lemma == "oppose" and not by_someone:
            clause.passive = False
            clause.subject = patients
            clause.objects = [obj for prep, obj in clause.preps if prep == "to"]
            return
        agents = [obj for prep, obj in clause.preps if prep == "by"]
        clause.subject = agents if by_someone else [t for t in agents if self._is_late_agent(t)]
        if patients and clause.objects:
            clause.datives = [*patients, *clause.datives]
            return
        spans = [t for t in self._sentence.children(verb, "npadvmod") if t.lemma in _SPANS]
        if verb.lemma == "give" and patients and spans:
            clause.datives, clause.objects = patients, spans[:1]
            return
        clause.objects = [*patients, *self._modified_noun(verb), *clause.objects]
        if not clause.objects and verb.dep == "conj":
            clause.objects = self._shared_patient(verb)

    def _is_late_agent(self, token: Token) -> bool:
        """ "recognized as states by the USA", "welcomed with an embrace by his counterpart": the
        agent hangs on what comes between."""
        between = self._sentence.head(self._sentence.head(token))
        prep = self._sentence.head(between)
        return (
            between.dep == "pobj"
            and prep.lemma in ("as", "with")
            and is_verb(self._sentence.head(prep))
        )

    def _read_active(self, clause: Clause, subjects: list[Token]) -> None:
        sentence, verb = self._sentence, clause.verb
        if len(clause.objects) > 1 and sentence.child(clause.objects[0], "prep"):
            clause.objects = clause.objects[:1]
        if len(clause.objects) > 1:
            clause.datives = [clause.objects[0], *clause.datives]
            clause.objects = clause.objects[1:]
        clause.subject = [*listed_before(sentence, verb, subjects), *subjects]
        clause.subject = clause.subject or self._controller(verb)
        if verb.lemma in _NAMING:
            self._read_naming(clause)
        if clause.datives and not clause.objects:
            clause.objects = sentence.children(verb, "npadvmod")
        elif verb.lemma in ("give", "allow") and len(clause.objects) == 1:
            spans = sentence.children(verb, "npadvmod")
            if spans and spans[0].lemma in _SPANS:
                clause.datives, clause.objects = clause.objects, spans[:1]
        clause.objects = (
            clause.objects
            or small_clause(sentence, verb)
            or self._shared_object(verb, clause)
            or counted(sentence, verb)
        )

    def _read_naming(self, clause: Clause) -> None:
        """ "called Bush the devil": who is called is the object, the devil the predicate."""
        if clause.objects and [t.pos for t in clause.datives] == ["PROPN"]:
            clause.predicates = [*clause.predicates, *clause.objects]
            clause.objects, clause.datives = clause.datives, []
        if clause.objects or not clause.predicates:
            return
        if len(clause.predicates) == 1:
            names = self._sentence.children(clause.predicates[0], "compound")
            clause.objects = [t for t in names if t.pos == "PROPN"]
            if not clause.objects and clause.predicates[0].pos == "PROPN":
                # "Trump called Erdogan": nobody is called a name, somebody is rung up.
                clause.objects, clause.predicates = clause.predicates, []
        else:
            clause.objects, clause.predicates = clause.predicates[:1], clause.predicates[1:]

    def _antecedent(self, token: Token) -> Token:
        """ "a charge that Khartoum rejected": the relative pronoun stands for the charge."""
        if token.tag in ("WDT", "WP"):
            for ancestor in self._sentence.ancestors(token):
                if ancestor.dep == "relcl":
                    return self._sentence.head(ancestor)
        return token

    def _is_passive(self, verb: Token) -> bool:
        sentence = self._sentence
        if sentence.children(verb, "auxpass", "nsubjpass"):
            return True
        if verb.lemma == "shoot" and not sentence.children(verb, "dobj"):
            following = sentence.tokens[verb.index + 1 : verb.index + 2]
            if [t.text for t in following] == ["dead"]:
                return True  # "two men shot dead in Florida"
        if verb.tag != "VBN":
            return False
        if is_misread_root(self._sentence, verb):
            return False
        if verb.dep in ("acl", "advcl", "relcl") and not sentence.children(verb, "aux", "nsubj"):
            return True
        if verb.dep == "conj" and not sentence.children(verb, "nsubj", "aux"):
            head = sentence.head(verb)
            return (
                head.pos == "VERB" and self.clause(head).passive
                if head.index < verb.index
                else False
            )
        if any(aux.lemma == "have" for aux in sentence.children(verb, "aux")):
            return False
        return has_agent(self._sentence, verb) and not sentence.children(verb, "dobj")

    def _modified_noun(self, verb: Token) -> list[Token]:
        """ "missiles fired by Iraq": the noun before a participle is what is fired."""
        if verb.dep == "acl":
            return [self._sentence.head(verb)]
        if verb.dep == "conj":
            head = self._sentence.head(verb)
            return self._modified_noun(head) if head.dep == "acl" else []
        return []

    def _controller(self, verb: Token) -> list[Token]:
        """Who does a verb that has no subject of its own."""
        sentence = self._sentence
        if verb.index in self._open:
            return []
        if named := self._for_whom(verb):
            return named
        self._open.add(verb.index)
        try:
            head = sentence.head(verb)
            if verb.dep in ("acl", "relcl"):
                return self._infinitive_on_noun(verb, head) if verb.tag == "VB" else [head]
            if verb.dep in ("conj", "xcomp", "advcl", "ccomp", "pcomp", "dep", "parataxis"):
                governor = self._governor(verb)
                if governor is not None and not self._is_advised_against(verb, governor):
                    return self._passed_down(verb, governor)
            if verb.dep == "ROOT" or verb.dep == "ccomp":
                return misread_subject(self._sentence, verb)
            return []
        finally:
            self._open.discard(verb.index)

    def _for_whom(self, verb: Token) -> list[Token]:
        """ "opens a route for the United States to fly arms": who stands between "for" and "to"."""
        for mark in self._sentence.children(verb, "aux"):
            before = self._sentence.tokens[max(0, mark.index - 1)]
            prep = self._sentence.head(before)
            if mark.lemma == "to" and before.dep == "pobj" and prep.lemma == "for":
                return [before]
        return []

    def _is_advised_against(self, verb: Token, governor: Token) -> bool:
        """ "Spain warns against travelling to Ukraine": who warns does not travel."""
        against = verb.dep == "pcomp" and self._sentence.head(verb).lemma == "against"
        return against and governor.lemma in ("warn", "advise", "caution")

    def _governor(self, verb: Token) -> Token | None:
        for ancestor in self._sentence.ancestors(verb):
            if is_verb(ancestor):
                return ancestor
            if ancestor.dep in ("nsubj", "nsubjpass"):
                return None
        return None

    def _passed_down(self, verb: Token, governor: Token) -> list[Token]:
        above = self.clause(governor)
        if verb.dep in ("xcomp", "ccomp") and governor.lemma in _OBJECT_CONTROL and above.objects:
            return above.objects
        if verb.tag == "VB" and governor.lemma == "give" and above.datives:
            return above.subject if verb.lemma in _HELPING else above.datives
        if verb.tag == "VB" and governor.lemma in _ADDRESSING:
            addressed = [obj for prep, obj in above.preps if prep in ("on", "upon", "to")]
            if addressed:
                return addressed[:1]
        if verb.dep == "ccomp" and not self._is_small(verb):
            return []
        if verb.dep == "pcomp" and self._sentence.head(verb).lemma in ("for", "of"):
            blamed = [obj for prep, obj in above.preps if prep in ("on", "against", "at")]
            if blamed or above.objects:
                return blamed or above.objects
        if above.passive:
            return above.objects
        return above.subject

    def _is_small(self, verb: Token) -> bool:
        return not self._sentence.children(verb, "mark", "nsubj", "nsubjpass")

    def _infinitive_on_noun(self, verb: Token, noun: Token) -> list[Token]:
        owners = self._sentence.children(noun, "poss")
        if owners:
            return owners

        governor = self._governor(verb)
        if governor is None or noun.dep not in ("dobj", "pobj", "attr", "oprd"):
            return []
        return self.clause(governor).subject

    def _shared_object(self, verb: Token, clause: Clause) -> list[Token]:
        """ "condemned and punished Iran", and relatives without a pronoun."""
        if verb.dep == "relcl" and not self._sentence.children(verb, "ccomp", "xcomp", "advmod"):
            if any(obj.tag[:1] == "W" for _, obj in clause.preps):
                return []
            subject = self._sentence.child(verb, "nsubj")
            if subject is not None and subject.tag[:1] != "W":
                return [self._sentence.head(verb)]
        following = [c for c in self._sentence.children(verb, "conj") if is_verb(c)]
        if following and not clause.preps and not clause.complements:
            return self._sentence.children(following[0], "dobj")
        return []

    def _shared_patient(self, verb: Token) -> list[Token]:
        """ "flew in and was greeted by": on whom a second, passive verb falls."""
        head = self._sentence.head(verb)
        if not is_verb(head):
            return []
        above = self.clause(head)
        return above.objects if above.passive else above.subject

"""A clause as the coder sees it: a verb, who does it, to what, and with which prepositions.

Passives are turned round, conjoined verbs share what they lack, participles and infinitives get
the subject that controls them. Imports only `document`.
"""

from dataclasses import dataclass, field

from ingest.document import Sentence, Token

_OBJECT_CONTROL = frozenset(
    "urge ask tell order force allow help press persuade invite encourage request command permit "
    "enable require instruct advise pressure compel get let make see watch expect want let".split()
)
_SUBJECTS = ("nsubj", "csubj")
_MISREAD_SUBJECTS = ("intj", "npadvmod", "dep", "nmod", "meta", "amod", "compound", "advcl")
_NAMING = frozenset("call brand label declare designate dub name term".split())
_REPORTING = frozenset("say demand insist warn announce declare tell claim argue".split())
_SPANS = frozenset("hour day week month".split())
_PARTICLES = frozenset(
    "off out up down back away home over apart in on forward round around together packing "
    "sorry".split()
)
_PHRASE_DEPS = (
    "dobj",
    "pobj",
    "advmod",
    "prt",
    "acomp",
    "attr",
    "oprd",
    "prep",
    "dative",
    "nsubjpass",
    "npadvmod",
)


@dataclass
class Clause:
    """`subject`, `objects` and `datives` are heads of noun phrases; `subject` is who acts, also in
    a passive. `preps` are (preposition, its object), in the order of the text;
    `direct` are those that hang on the verb itself; `adjacent` is the word right after the verb."""

    verb: Token
    passive: bool = False
    subject: list[Token] = field(default_factory=list)
    objects: list[Token] = field(default_factory=list)
    datives: list[Token] = field(default_factory=list)
    preps: list[tuple[str, Token]] = field(default_factory=list)
    direct: set[str] = field(default_factory=set)
    particles: set[str] = field(default_factory=set)
    complements: list[Token] = field(default_factory=list)
    predicates: list[Token] = field(default_factory=list)
    adjacent: str = ""


def is_verb(token: Token) -> bool:
    return token.pos == "VERB" or (token.pos == "AUX" and token.dep not in ("aux", "auxpass"))


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
        patients = sentence.children(verb, "nsubjpass")
        clause.objects = sentence.children(verb, "dobj")
        clause.objects = clause.objects or [
            t for t in sentence.children(verb, "ccomp") if t.pos in ("NOUN", "PROPN")
        ]
        if len(subjects) > 1 and not clause.objects and subjects[-1].index > verb.index:
            clause.objects = [subjects.pop()]
        clause.datives = [t for t in sentence.children(verb, "dative") if t.pos != "ADP"]
        clause.complements = sentence.children(verb, "xcomp", "ccomp")
        clause.complements = clause.complements or self._misread_that(verb)
        clause.predicates = sentence.children(verb, "oprd", "attr", "acomp")
        clause.particles = self._particles(verb)
        clause.direct = self._direct_preps(verb)
        following = sentence.tokens[verb.index + 1 : verb.index + 2]
        clause.adjacent = following[0].lemma if following else ""
        self._collect_preps(verb, clause)
        agents = [obj for prep, obj in clause.preps if prep == "by"]
        if verb.lemma == "oppose" and clause.passive and not self._has_agent(verb):
            clause.passive = False
            clause.subject = patients
            clause.objects = [obj for prep, obj in clause.preps if prep == "to"]
            return clause
        if clause.passive:
            clause.subject = agents if self._has_agent(verb) else []
            if patients and clause.objects:
                clause.datives = [*patients, *clause.datives]
            else:
                clause.objects = [*patients, *self._modified_noun(verb), *clause.objects]
            if not patients and not clause.objects:
                clause.objects = self._shared_patient(verb) if verb.dep == "conj" else []
        else:
            if len(clause.objects) > 1 and sentence.child(clause.objects[0], "prep"):
                clause.objects = clause.objects[:1]
            if len(clause.objects) > 1:
                clause.datives = [clause.objects[0], *clause.datives]
                clause.objects = clause.objects[1:]
            clause.subject = [*self._listed_before(verb, subjects), *subjects]
            clause.subject = clause.subject or self._controller(verb)
            if (
                verb.lemma in _NAMING
                and clause.objects
                and [t.pos for t in clause.datives] == ["PROPN"]
            ):
                clause.predicates = [*clause.predicates, *clause.objects]
                clause.objects, clause.datives = clause.datives, []
            if verb.lemma in _NAMING and not clause.objects and len(clause.predicates) == 1:
                names = sentence.children(clause.predicates[0], "compound")
                clause.objects = [t for t in names if t.pos == "PROPN"]
            if verb.lemma in _NAMING and not clause.objects and len(clause.predicates) > 1:
                clause.objects = clause.predicates[:1]
                clause.predicates = clause.predicates[1:]
            if clause.datives and not clause.objects:
                clause.objects = sentence.children(verb, "npadvmod")
            elif verb.lemma in ("give", "allow") and len(clause.objects) == 1:
                spans = sentence.children(verb, "npadvmod")
                if spans and spans[0].lemma in _SPANS:
                    clause.datives, clause.objects = clause.objects, spans[:1]
            if not clause.objects:
                clause.objects = (
                    self._small_clause(verb)
                    or self._shared_object(verb, clause)
                    or self._counted(verb)
                )
        clause.objects = [self._antecedent(token) for token in clause.objects]
        return clause

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
        if verb.tag != "VBN":
            return False
        if self._is_misread_root(verb):
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
        return self._has_agent(verb) and not sentence.children(verb, "dobj")

    def _misread_that(self, verb: Token) -> list[Token]:
        """ "demanded in a letter that Britain leave": what is demanded is no relative clause."""
        if verb.lemma not in _REPORTING:
            return []
        return [
            below
            for prep in self._sentence.children(verb, "prep")
            for noun in self._sentence.children(prep, "pobj")
            for below in self._sentence.children(noun, "relcl")
            if self._sentence.child(below, "nsubj", "nsubjpass") is not None
            and any(t.text == "that" for t in self._sentence.children(below))
        ]

    def _is_misread_root(self, verb: Token) -> bool:
        """ "Saudi envoys negotiated with ...": the finite verb is taken for a participle."""
        head = self._sentence.head(verb)
        return (
            verb.dep == "acl"
            and head.dep == "ROOT"
            and head.index < verb.index
            and not self._has_agent(verb)
            and not any(is_verb(t) and t.dep == "ROOT" for t in self._sentence.tokens)
        )

    def _has_agent(self, verb: Token) -> bool:
        return any(
            child.dep == "agent" or (child.dep == "prep" and child.lemma == "by")
            for child in self._sentence.children(verb)
        )

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
        self._open.add(verb.index)
        try:
            head = sentence.head(verb)
            if verb.dep in ("acl", "relcl"):
                return self._infinitive_on_noun(verb, head) if verb.tag == "VB" else [head]
            if verb.dep in ("conj", "xcomp", "advcl", "ccomp", "pcomp", "dep", "parataxis"):
                governor = self._governor(verb)
                if governor is not None:
                    return self._passed_down(verb, governor)
            if verb.dep == "ROOT" or verb.dep == "ccomp":
                return self._misread_subject(verb)
            return []
        finally:
            self._open.discard(verb.index)

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
        if verb.tag == "VB" and governor.lemma in ("call", "appeal", "plead"):
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

    def _listed_before(self, verb: Token, subjects: list[Token]) -> list[Token]:
        """ "U.S., Philippines open drills": the name before the comma acts as well."""
        tokens = self._sentence.tokens
        return [
            child
            for child in self._sentence.children(verb, "npadvmod", "dep", "intj")
            if subjects
            and child.pos == "PROPN"
            and child.index + 1 < len(tokens)
            and tokens[child.index + 1].text == ","
            and child.index + 2 == min(t.index for t in self._sentence.subtree(subjects[0]))
        ]

    def _misread_subject(self, verb: Token) -> list[Token]:
        """Headlines: the parser takes the first name for something else ("U.S., Y open drills")."""
        return [
            child
            for child in self._sentence.children(verb, *_MISREAD_SUBJECTS)
            if child.index < verb.index and child.pos in ("PROPN", "NOUN", "ADJ")
        ][:1]

    def _small_clause(self, verb: Token) -> list[Token]:
        """ "called Israel fascist", "let him walk": the object is the subject of what follows."""
        for child in self._sentence.children(verb, "ccomp"):
            bare = child.tag == "VBP" and verb.lemma in ("let", "make", "help", "see", "watch")
            small = child.tag in ("VB", "JJ", "NN", "NNS", "VBG", "NNP") or not is_verb(child)
            small = small or bare
            marked = bool(self._sentence.children(child, "mark"))
            if small and not marked and child.index > verb.index:
                return self._sentence.children(child, "nsubj", "nsubjpass")
        return []

    def _counted(self, verb: Token) -> list[Token]:
        """ "deported close to 11,000 Haitians": a number hides the object in a phrase."""
        for child in self._sentence.children(verb, "advmod", "prep"):
            if child.lemma in ("close", "up", "near", "nearly"):
                for prep in [child, *self._sentence.children(child, "prep")]:
                    for noun in self._sentence.children(prep, "pobj"):
                        if self._sentence.children(noun, "nummod"):
                            return [noun]
        return []

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

    def _particles(self, verb: Token) -> set[str]:
        found = {
            below.text
            for child in self._sentence.children(verb, "dobj")
            for below in self._sentence.children(child, "acl")
            if below.text == "packing"
        }
        for child in self._sentence.children(
            verb, "prt", "advmod", "prep", "oprd", "npadvmod", "xcomp", "acomp"
        ):
            if child.dep == "prt" or child.lemma in _PARTICLES:
                found.add(child.lemma)
            found.update(
                below.lemma
                for below in self._sentence.children(child, "advmod")
                if below.lemma == "together"
            )
        return found

    def _direct_preps(self, verb: Token) -> set[str]:
        near = [verb, *self._sentence.children(verb, "prt", "advmod", "prep")]
        return {
            prep.lemma
            for token in near
            for prep in self._sentence.children(token, "prep", "agent", "dative")
        }

    def _collect_preps(self, verb: Token, clause: Clause) -> None:
        stack: list[tuple[Token, bool]] = [
            (child, False)
            for child in self._sentence.children(verb)
            if child.dep in (*_PHRASE_DEPS, "agent", "conj") and not is_verb(child)
        ]
        while stack:
            token, nested = stack.pop(0)
            if token.dep in ("prep", "agent", "prt") or (
                token.dep in ("dative", "conj") and token.pos == "ADP"
            ):
                for child in self._sentence.children(token, "pobj", "pcomp"):
                    name = token.lemma
                    if (
                        nested
                        and token.dep == "prep"
                        and self._sentence.head(token).pos in ("ADP", "ADV", "SCONJ")
                    ):
                        name = f"{self._sentence.head(token).lemma}_{token.lemma}"
                        clause.preps.append((token.lemma, child))
                    clause.preps.append((name, child))
                    if not is_verb(child):
                        stack.append((child, True))
                stack.extend((c, True) for c in self._sentence.children(token, "prep"))
                again = self._sentence.children(token, "conj")
                stack.extend((c, False) for c in again if c.lemma == token.lemma)
            else:
                deps = [
                    c
                    for c in self._sentence.children(token)
                    if c.dep in _PHRASE_DEPS and not is_verb(c)
                ]
                stack.extend((c, True) for c in deps)
        clause.preps.sort(key=lambda pair: pair[1].index)

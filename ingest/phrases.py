"""The particles and the prepositional phrases of a verb. Imports `clause` and `document`."""

from ingest.clause import Clause, is_verb
from ingest.document import Sentence, Token

_PARTICLES = frozenset(
    "off out up down back away home over apart in on forward round around together packing "
    "sorry".split()
)
_OCCASIONS = frozenset("before amid despite since".split())
"""Prepositions that bring, in front of the verb, something else that happens."""
_PROMPTED = frozenset("request behest invitation urging insistence".split())
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


def particles(sentence: Sentence, verb: Token) -> set[str]:
    found = {
        below.text
        for child in sentence.children(verb, "dobj")
        for below in sentence.children(child, "acl")
        if below.text == "packing"
    }
    for child in sentence.children(
        verb, "prt", "advmod", "prep", "oprd", "npadvmod", "xcomp", "acomp"
    ):
        is_phrase = child.lemma == "in" and bool(sentence.children(child, "pobj"))
        if child.dep == "prt" or (child.lemma in _PARTICLES and not is_phrase):
            found.add(child.lemma)
        found.update(
            below.lemma for below in sentence.children(child, "advmod") if below.lemma == "together"
        )
    return found


def direct_preps(sentence: Sentence, verb: Token) -> set[str]:
    near = [verb, *sentence.children(verb, "prt", "advmod", "prep")]
    return {
        prep.lemma for token in near for prep in sentence.children(token, "prep", "agent", "dative")
    }


def collect_preps(sentence: Sentence, verb: Token, clause: Clause) -> None:
    stack: list[tuple[Token, bool]] = [
        (child, False)
        for child in sentence.children(verb)
        if child.dep in (*_PHRASE_DEPS, "agent", "conj") and not is_verb(child)
    ]
    while stack:
        token, nested = stack.pop(0)
        if token.dep in ("prep", "agent", "prt") or (
            token.dep in ("dative", "conj") and token.pos == "ADP"
        ):
            for child in sentence.children(token, "pobj", "pcomp"):
                name = "in_front_of" if sentence.head(token).lemma == "front" else token.lemma
                if (
                    nested
                    and token.dep == "prep"
                    and sentence.head(token).pos in ("ADP", "ADV", "SCONJ")
                ):
                    name = f"{sentence.head(token).lemma}_{token.lemma}"
                    clause.preps.append((token.lemma, child))
                clause.preps.append((name, child))
                if token.lemma in _OCCASIONS and child.index < verb.index:
                    continue  # "Before the raid on Israel, Egypt called for calm"
                if token.lemma == "near" and child.lemma in ("border", "frontier"):
                    continue  # "near the border with Kenya" is not in Kenya
                if child.lemma in _PROMPTED:
                    continue  # "at the request of Britain, police caught a man"
                if not is_verb(child):
                    stack.append((child, True))
                elif token.dep == "prep" and child.dep == "pcomp":
                    stack.extend((c, True) for c in sentence.children(child, "prep"))
            stack.extend((c, True) for c in sentence.children(token, "prep"))
            again = sentence.children(token, "conj")
            stack.extend((c, False) for c in again if c.lemma == token.lemma)
        else:
            deps = [c for c in sentence.children(token) if c.dep in _PHRASE_DEPS and not is_verb(c)]
            stack.extend((c, True) for c in deps)
    clause.preps.sort(key=lambda pair: pair[1].index)

"""What the small parser reads wrongly around a verb, and what was meant. Imports `clause`,
`document`; `repairs` mends the tree itself.
"""

from ingest.clause import is_verb
from ingest.document import Sentence, Token

_MISREAD_SUBJECTS = ("intj", "npadvmod", "dep", "nmod", "meta", "amod", "compound", "advcl")
_REPORTING = frozenset("say demand insist warn announce declare tell claim argue".split())


def misread_that(sentence: Sentence, verb: Token) -> list[Token]:
    """ "demanded in a letter that Britain leave": what is demanded is no relative clause."""
    if verb.lemma not in _REPORTING:
        return []
    return [
        below
        for prep in sentence.children(verb, "prep")
        for noun in sentence.children(prep, "pobj")
        for below in sentence.children(noun, "relcl")
        if sentence.child(below, "nsubj", "nsubjpass") is not None
        and any(t.text == "that" for t in sentence.children(below))
    ]


def is_misread_root(sentence: Sentence, verb: Token) -> bool:
    """ "Saudi envoys negotiated with ...": the finite verb is taken for a participle."""
    head = sentence.head(verb)
    return (
        verb.dep == "acl"
        and head.dep == "ROOT"
        and head.index < verb.index
        and not has_agent(sentence, verb)
        and not any(is_verb(t) and t.dep == "ROOT" for t in sentence.tokens)
    )


def has_agent(sentence: Sentence, verb: Token) -> bool:
    return any(
        child.dep == "agent" or (child.dep == "prep" and child.lemma == "by")
        for child in sentence.children(verb)
    )


def listed_before(sentence: Sentence, verb: Token, subjects: list[Token]) -> list[Token]:
    """ "U.S., Philippines open drills": the name before the comma acts as well."""
    tokens = sentence.tokens
    return [
        child
        for child in sentence.children(verb, "npadvmod", "dep", "intj")
        if subjects
        and child.pos == "PROPN"
        and child.index + 1 < len(tokens)
        and tokens[child.index + 1].text == ","
        and child.index + 2 == min(t.index for t in sentence.subtree(subjects[0]))
    ]


def misread_subject(sentence: Sentence, verb: Token) -> list[Token]:
    """Headlines: the parser takes the first name for something else ("U.S., Y open drills")."""
    return [
        child
        for child in sentence.children(verb, *_MISREAD_SUBJECTS)
        if child.index < verb.index and child.pos in ("PROPN", "NOUN", "ADJ")
    ][:1]


def small_clause(sentence: Sentence, verb: Token) -> list[Token]:
    """ "called Israel fascist", "let him walk": the object is the subject of what follows."""
    for child in sentence.children(verb, "ccomp"):
        bare = child.tag == "VBP" and verb.lemma in ("let", "make", "help", "see", "watch")
        small = child.tag in ("VB", "JJ", "NN", "NNS", "VBG", "NNP") or not is_verb(child)
        small = small or bare
        marked = bool(sentence.children(child, "mark"))
        if small and not marked and child.index > verb.index:
            return sentence.children(child, "nsubj", "nsubjpass")
    return []


def counted(sentence: Sentence, verb: Token) -> list[Token]:
    """ "deported close to 11,000 Haitians": a number hides the object in a phrase."""
    for child in sentence.children(verb, "advmod", "prep", "prt"):
        if child.lemma in ("close", "up", "near", "nearly"):
            for prep in [child, *sentence.children(child, "prep")]:
                for noun in sentence.children(prep, "pobj"):
                    if sentence.children(noun, "nummod"):
                        return [noun]
    return []

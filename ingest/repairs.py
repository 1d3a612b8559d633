"""Mends what the small parser is known to get wrong, before anything reads the tree.

Each rule names the construction. Imports only `document`.
"""

from collections.abc import Sequence
from dataclasses import replace

from ingest.document import Token

_COMMENTING = frozenset("call describe label brand denounce warn accuse say urge demand".split())
_DEEDS = frozenset("shell bomb fight shoot".split())
_PLURALS = frozenset(
    "rockets missiles shells drones troops soldiers protesters demonstrators warplanes jets "
    "gunmen militants rebels fighters forces mortars warships lawmakers diplomats".split()
)
_FINITE = frozenset(["VBD", "VBZ", "VBP"])


def repaired(tokens: Sequence[Token]) -> list[Token]:
    """The same tokens with better heads; offsets and words stay."""
    return [_repaired(tokens, token) for token in tokens]


def _repaired(tokens: Sequence[Token], token: Token) -> Token:
    token = _first_word(token)
    for repair in _REPAIRS:
        token = repair(tokens, token)
    return token


def _second_name(tokens: Sequence[Token], token: Token) -> Token:
    """ "a force of the UN and the African Union": the second name belongs to the first, not to
    the force."""
    head = tokens[token.head]
    if token.dep != "conj" or token.pos != "PROPN" or head.pos != "NOUN":
        return token
    for other in reversed(tokens[head.index : token.index]):
        prep = tokens[other.head]
        if other.dep == "pobj" and other.pos == "PROPN" and prep.head == head.index:
            return replace(token, head=other.index)
    return token


def _first_word(token: Token) -> Token:
    """ "Rockets were fired": the capital of the first word makes no name of a weapon or a man."""
    word = token.text.lower()
    if token.index or token.tag != "NNPS" or word not in _PLURALS:
        return token
    return replace(token, lemma=word.removesuffix("s"), pos="NOUN", tag="NNS")


def _verb_for_noun(tokens: Sequence[Token], token: Token) -> Token:
    """ "demands a truce and Turkey bombs Syria": a finite verb is no second object."""
    if token.dep != "conj" or token.pos != "VERB" or token.tag not in _FINITE:
        return token
    above = tokens[token.head]
    if above.pos != "NOUN" or above.dep != "dobj":
        return token
    return replace(token, head=above.head)


def _subject_for_noun(tokens: Sequence[Token], token: Token) -> Token:
    """The name before such a verb is its subject."""
    verb = tokens[token.head]
    if token.dep != "compound" or verb.pos != "VERB" or verb.tag not in _FINITE:
        return token
    return replace(token, dep="nsubj")


def _deed(tokens: Sequence[Token], token: Token) -> Token:
    """ "killed in shelling by the army": a gerund after "in" without an object is a noun."""
    if token.dep != "pcomp" or token.lemma not in _DEEDS or tokens[token.head].lemma != "in":
        return token
    if any(other.head == token.index and other.dep == "dobj" for other in tokens):
        return token
    return replace(token, lemma=f"{token.lemma}ing", pos="NOUN", tag="NN", dep="pobj")


def _comment(tokens: Sequence[Token], token: Token) -> Token:
    """ "denounces a raid in which Russians took part, calling it a crime": who denounces calls it
    that, not who took part."""
    head = tokens[token.head]
    if token.dep != "advcl" or token.lemma not in _COMMENTING or head.dep != "relcl":
        return token
    if token.tag != "VBG" or tokens[token.index - 1].text != ",":
        return token
    above = tokens[tokens[head.head].head]
    finite = above.tag in _FINITE and above.index < head.index
    return replace(token, head=above.index) if finite else token


def _second_subject(tokens: Sequence[Token], token: Token) -> Token:
    """ "urges a truce and Ban Ki-moon is to meet them": a noun that a finite verb follows at once
    is the subject of that verb, not a second object of the verb before."""
    following = tokens[token.index + 1] if token.index + 1 < len(tokens) else token
    if token.dep != "conj" or token.pos not in ("NOUN", "PROPN"):
        return token
    verb = tokens[following.head] if following.dep in ("aux", "auxpass") else following
    if verb.dep != "conj" or verb.pos not in ("VERB", "AUX") or verb.index < token.index:
        return token
    finite = verb if following is verb else following
    if finite.tag not in ("VBD", "VBZ", "VBP", "MD"):
        return token
    if any(t.head == verb.index and t.dep in ("nsubj", "nsubjpass") for t in tokens):
        return token
    if verb.head not in _above(tokens, token):
        return token
    passive = any(t.head == verb.index and t.dep == "auxpass" for t in tokens)
    return replace(token, head=verb.index, dep="nsubjpass" if passive else "nsubj")


def _land_for_subject(tokens: Sequence[Token], token: Token) -> Token:
    """ "a fire in Medina, Saudi Arabia, kills fifteen": the land after a town is no subject."""
    if token.dep != "nsubj" or token.pos != "PROPN" or token.index < 2:
        return token
    town = tokens[token.index - 2]
    if tokens[token.index - 1].text != "," or town.dep != "pobj" or town.pos != "PROPN":
        return token
    before = any(t.head == token.head and t.dep == "nsubj" and t.index < town.index for t in tokens)
    return replace(token, head=town.index, dep="appos") if before else token


def _border_with(tokens: Sequence[Token], token: Token) -> Token:
    """ "attacked a town near the border with Kenya": nobody attacks with Kenya."""
    before = tokens[max(0, token.index - 1)]
    joined = token.dep == "prep" and token.lemma == "with" and before.pos == "NOUN"
    if joined and before.lemma in ("border", "frontier"):
        return replace(token, head=before.index)
    return token


def _visitor(tokens: Sequence[Token], token: Token) -> Token:
    """ "talks with visiting head of state X": who visits, not a visit to X."""
    head = tokens[token.head]
    if _is_visiting(tokens, token):
        guest = next(t for t in tokens if t.head == token.index and t.dep == "dobj")
        return replace(token, head=guest.index, dep="amod", pos="ADJ")
    if token.dep == "dobj" and _is_visiting(tokens, head):
        return replace(token, head=head.head, dep="pobj")
    return token


def _is_visiting(tokens: Sequence[Token], token: Token) -> bool:
    return (
        token.text.lower() == "visiting"
        and token.dep == "pcomp"
        and tokens[token.head].lemma in ("with", "to")
        and tokens[token.head].index == token.index - 1
        and any(t.head == token.index and t.dep == "dobj" for t in tokens)
    )


def _above(tokens: Sequence[Token], token: Token) -> set[int]:
    found: set[int] = set()
    while token.head not in found and token.head != token.index:
        token = tokens[token.head]
        found.add(token.index)
    return found


def _finite_conjunct(tokens: Sequence[Token], token: Token) -> Token:
    """ "told him to shut up and spurned his offer": a past tense is not conjoined with an
    infinitive, but with the verb above it."""
    head = tokens[token.head]
    if token.dep != "conj" or token.tag not in ("VBD", "VBZ") or token.pos != "VERB":
        return token
    if head.tag != "VB" or head.dep not in ("xcomp", "advcl", "ccomp", "acl"):
        return token
    above = tokens[head.head]
    while above.pos not in ("VERB", "AUX") and above.head != above.index:
        above = tokens[above.head]
    if above.tag not in ("VBD", "VBZ") or above.index > head.index:
        return token
    return replace(token, head=above.index)


_REPAIRS = (
    _verb_for_noun,
    _subject_for_noun,
    _deed,
    _second_name,
    _finite_conjunct,
    _second_subject,
    _land_for_subject,
    _visitor,
    _border_with,
    _comment,
)

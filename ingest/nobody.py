"""Pronouns that stand for nobody whom the article has named as an actor.

Imports `document`, `party` and `words`.
"""

from collections.abc import Collection

from ingest.document import Sentence, Token
from ingest.party import Party
from ingest.words import load_words

_OF_SOMEBODY = frozenset(
    "willing ready able unable prepared eager set due bound keen reluctant unwilling determined "
    "free open loath quick slow sure confident".split()
)
"""Adjectives that need somebody: "it is willing to" is said of a state."""


def is_expletive(sentence: Sentence, token: Token) -> bool:
    """ "it would be easy to agree": this "it" is nobody."""
    verb = sentence.head(token)
    if token.dep != "nsubj" or verb.lemma not in ("be", "seem", "appear", "remain", "become"):
        return False
    below = [
        t for t in sentence.children(verb, "acomp", "attr", "oprd") if t.lemma not in _OF_SOMEBODY
    ]
    return any(sentence.children(word, "xcomp", "ccomp", "relcl", "acl") for word in below)


def is_of_people(sentence: Sentence, token: Token) -> bool:
    """ "bombs on people, and killing them": private people are meant, no two states."""
    return any(
        t.tag == "NNS" and t.lemma in load_words().citizens and t.index > token.index - 8
        for t in sentence.tokens[: token.index]
    )


def is_of_unknown(sentence: Sentence, token: Token, known: Collection[Party]) -> bool:
    """ "Amnesty International says it must leave": the name before, which nobody knows."""
    verb = sentence.head(token)
    if verb.dep != "ccomp":
        return False
    return any(
        speaker.tag in ("NNP", "NNPS")
        and not any(p.start < speaker.end and p.end > speaker.start for p in known)
        for speaker in sentence.children(sentence.head(verb), "nsubj")
    )

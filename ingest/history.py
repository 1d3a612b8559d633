"""Whether a clause tells of something long past: a year, "ago", an anniversary.

Imports `clause` and `document`.
"""

import re
from datetime import date

from ingest.clause import is_verb
from ingest.document import Sentence, Token

_LONG_AGO = re.compile(
    r"\b(centuries (?:ago|after)|years have passed|commemorat\w+|re-?enact\w*|"
    r"memorial)\b"
)
_YEAR = re.compile(r"\b(1[6-9]\d\d|20[0-4]\d)\b")


def is_history(sentence: Sentence, verb: Token, day: date | None) -> bool:
    """Whether the verb is dated to a year before the last, as seen from `day`."""
    if _LONG_AGO.search(sentence.text):
        return True
    if any(_is_of_the_past(sentence, t, verb) for t in sentence.tokens):
        return True
    if any(t.lemma == "anniversary" for t in sentence.ancestors(verb)):
        return True
    if verb.tag == "VBD" and any(
        t.lemma in ("once", "formerly") and t.index == verb.index - 1
        for t in sentence.children(verb, "advmod")
    ):
        return True  # "where advisers once trained soldiers"
    if day is None:
        return False
    verbs = [verb]
    while verbs[-1].dep == "conj" and verbs[-1].tag in ("VBD", "VBN"):
        verbs.append(sentence.head(verbs[-1]))
    near = [
        t
        for t in sentence.tokens
        if _is_date(sentence, t) and any(belongs_to(sentence, t, v) for v in verbs)
    ]
    return bool(near) and all(int(t.text) < day.year - 1 for t in near)


def belongs_to(sentence: Sentence, token: Token, verb: Token) -> bool:
    """Whether a word stands in a phrase of this verb, not of another one."""
    for ancestor in sentence.ancestors(token):
        if ancestor.index == verb.index:
            return True
        if is_verb(ancestor):
            return False
    return False


def _is_date(sentence: Sentence, token: Token) -> bool:
    """A year that dates an act: not "the 2020 election", not "since 1945"."""
    if not _YEAR.fullmatch(token.text) or token.dep not in ("pobj", "npadvmod", "nummod"):
        return False
    head = sentence.head(token)
    if token.dep == "nummod" and head.index > token.index:
        return False
    if any(t.lemma == "since" for t in sentence.ancestors(token)):
        return False
    return head.lemma not in ("until", "till", "by", "to")


def _is_of_the_past(sentence: Sentence, token: Token, verb: Token) -> bool:
    """ "five years ago", "in the Second World War", as dates of this verb."""
    before = {t.lemma for t in sentence.tokens[max(0, token.index - 3) : token.index]}
    ago = token.text == "ago" and bool(before & {"year", "decade", "century"})
    world_war = token.text == "War" and "world" in before
    return (ago or world_war) and belongs_to(sentence, token, verb)

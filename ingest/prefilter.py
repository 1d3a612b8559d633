"""The cheap pass: decides from the raw text which sentences can hold an event at all.

It must never drop a sentence that the coder would find something in (a test holds it to that):
a sentence is kept if it has a word that may be a form of a trigger, and two ends, or one end and
something that may refer back. Imports `frames`, `gazetteer` (by its hits), nothing of spaCy.
"""

import re
from collections.abc import Iterable, Mapping

from ingest.frames import Lexicon
from ingest.words import Words

_WORD = re.compile(r"[A-Za-z][A-Za-z'’-]*")
_REFERRING = frozenset(
    "he she it they him her them his its their both each who which that "
    "same suit likewise kind".split()
)


_TWO_ENDS = frozenset("two both they them their each".split())
"""Words that may mean two actors at once."""


class Prefilter:
    """Knows every form that a trigger may take."""

    def __init__(self, lexicon: Lexicon, words: Words, irregular: Mapping[str, str]) -> None:
        self._lemmas = frozenset({*lexicon.verbs, *(n.split("-")[-1] for n in lexicon.nouns)})
        self._irregular = irregular
        self._definite = (
            words.titles
            | words.state_nouns
            | words.organization_nouns
            | words.group_nouns
            | words.plural_nouns
            | words.acts
        )

    def keeps(self, text: str, actors: int) -> bool:
        """Whether a sentence with so many actor names is worth a parse."""
        found = [match.group().lower() for match in _WORD.finditer(text)]
        referring = sum(
            1 for word in found if word in _REFERRING or _singular(word) in self._definite
        )
        if _TWO_ENDS.intersection(found):
            referring = 2
        if actors + min(referring, 2) < 2:
            return False
        return any(self._may_be_trigger(word) for word in found)

    def refers(self, text: str) -> bool:
        """Whether a sentence has a word that may mean somebody named before it."""
        found = [match.group().lower() for match in _WORD.finditer(text)]
        return any(word in _REFERRING or _singular(word) in self._definite for word in found)

    def _may_be_trigger(self, word: str) -> bool:
        return any(form in self._lemmas for form in self._lemmas_of(word))

    def _lemmas_of(self, word: str) -> Iterable[str]:
        yield word
        if word in self._irregular:
            yield self._irregular[word]
        yield from word.split("-")
        for ending in ("s", "es", "d", "ed", "r", "ing"):
            if word.endswith(ending):
                stem = word[: -len(ending)]
                yield stem
                yield stem + "e"
                if len(stem) > 2 and stem[-1] == stem[-2]:
                    yield stem[:-1]
                if stem.endswith("i"):
                    yield stem[:-1] + "y"
                if stem.endswith("y") and ending == "ing":
                    yield stem[:-1] + "ie"


def _singular(word: str) -> str:
    if word.endswith("ies"):
        return word[:-3] + "y"
    return word[:-1] if word.endswith("s") else word

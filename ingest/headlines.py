"""Headlines: short, without a full stop, in the present tense, and misread by parsers trained on
sentences ("Algiers severs ties" becomes a list of nouns).

Where the parse of a headline has no verb at its root, it is parsed again with the verb put in
the past tense. Imports nothing of ours.
"""

import re
from collections.abc import Mapping, Sequence

_WORD = re.compile(r"[A-Za-z][a-z]+")
_BETWEEN = re.compile(r"(?: (?:forces|troops|officials|police|soldiers|warplanes|jets|leaders))? ")
MAX_WORDS = 16


def is_headline(text: str) -> bool:
    """Whether a sentence looks like a headline."""
    return text[-1:] not in ".!?…\"”'’:;" and len(text.split()) <= MAX_WORDS


class HeadlineRewriter:
    """Puts the verbs of headlines in the past tense; knows the verbs that matter."""

    def __init__(self, verbs: frozenset[str], irregular: Mapping[str, str]) -> None:
        self._verbs = verbs
        self._past = {
            lemma: form
            for form, lemma in sorted(irregular.items(), reverse=True)
            if not form.endswith(("s", "ing", "n", "en"))
        }

    def change(self, text: str, ends: Sequence[int]) -> tuple[str, int, int] | None:
        """Which word to put in the past, given where the names of a text end: in a headline the
        first verb after the first name, else one right after a name or its "forces"."""
        if is_headline(text):
            return self.past(text, ends[0])
        for end in ends:
            found = self.past(text, end)
            if found is not None and _BETWEEN.fullmatch(text, end, found[1]):
                return found
        return None

    def past(self, text: str, after: int) -> tuple[str, int, int] | None:
        """Return the past form of the first verb at or after offset `after`, and the offsets of
        the word that it replaces; None if there is none to replace."""
        for match in _WORD.finditer(text, after):
            word = match.group().lower()
            lemma = self._lemma(word)
            if lemma is None:
                continue
            return self._past_of(lemma), match.start(), match.end()
        return None

    def _lemma(self, word: str) -> str | None:
        stems = [word]
        if word.endswith("s"):
            stems = [word[:-1], word[:-2] if word.endswith("es") else "", word]
        if word.endswith("ies"):
            stems.insert(0, word[:-3] + "y")
        return next((stem for stem in stems if stem in self._verbs), None)

    def _past_of(self, lemma: str) -> str:
        if lemma in self._past:
            return self._past[lemma]
        if lemma.endswith("e"):
            return lemma + "d"
        if lemma.endswith("y") and lemma[-2] not in "aeiou":
            return lemma[:-1] + "ied"
        return lemma + "ed"

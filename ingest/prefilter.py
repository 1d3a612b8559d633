"""The cheap pass: decides from the raw text which sentences can hold an event at all.

It must never drop a sentence that the coder would find something in (a test holds it to that):
a sentence is kept if it has a word that may be a form of a trigger, and two ends, or one end and
something that may refer back, or one end and a trigger whose other end the coder looks for in
what was told before. One loss is known: a bare number for people told before ("killed five").
Imports `deeds`, `frames`, `words` and `mentions`, nothing of spaCy.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum

from ingest.deeds import ANSWERS, REACH
from ingest.frames import Lexicon, VerbFrame
from ingest.mentions import Mention
from ingest.words import Words

_WORD = re.compile(r"[A-Za-z][A-Za-z'’-]*")
_REFERRING = frozenset(
    "he she it they him her them his its their both each same suit likewise kind".split()
)
_TWO_ENDS = frozenset("two both they them their each".split())
"""Words that may mean two actors at once."""
_DETERMINERS = frozenset(
    "the this that these those both two each neither his her its their".split()
)
_PHRASE = 6
"""So many words at most lie between a determiner and its noun."""
_POINTING = frozenset("the this that these those such".split())
"""Words before an act told in an earlier sentence: "condemned the raid"."""
_ECHOING = frozenset("suit same kind reciprocate".split())
"""Words that repeat an act told before: "Britain followed suit"."""
_MEDIATORS = frozenset("mediator intermediary between".split())
"""Nouns that mediate between the two named before ("go-between" is read by its last piece)."""


class Verdict(StrEnum):
    """What the cheap pass says of a sentence."""

    DROPPED = "dropped"
    KEPT = "kept"
    WITH_CONTEXT = "kept, with the sentences before that it may refer to"


class Context:
    """What an article has named so far, as far as a sentence with one end may mean it."""

    def __init__(self) -> None:
        self._codes: set[str] = set()
        self._told: list[tuple[int, int, int]] = []
        self._here = (0, 0)

    def open(self, number: int, paragraph: int, mentions: Sequence[Mention]) -> None:
        """Begin a sentence."""
        self._told = [told for told in self._told if number - told[0] <= REACH]
        self._here = (number, paragraph)
        codes = {m.principal.country or m.principal.id for m in mentions if m.principal}
        self._codes |= codes
        self._told.append((number, paragraph, len(codes)))

    @property
    def has_two(self) -> bool:
        """Whether two are named at all: one alone does nothing to anybody."""
        return len(self._codes) > 1

    @property
    def other(self) -> bool:
        """Whether there are just two so far, so that the one may imply the other."""
        return len(self._codes) == 2

    @property
    def couple(self) -> bool:
        """Whether two may have been named together."""
        return any(count > 1 for _, _, count in self._told)

    @property
    def deed(self) -> bool:
        """Whether the sentences before may have told an act, in this paragraph or at the top."""
        number, paragraph = self._here
        return any(
            count and told < number and (place == paragraph or number <= 3)
            for told, place, count in self._told
        )


class Prefilter:
    """Knows every form that a trigger may take."""

    def __init__(self, lexicon: Lexicon, words: Words, irregular: Mapping[str, str]) -> None:
        nouns = (name.split("-")[-1] for name in lexicon.nouns)
        self._lemmas = frozenset({*lexicon.verbs, *nouns, *_ECHOING})
        self._irregular = irregular
        self._definite = (
            words.titles
            | words.state_nouns
            | words.organization_nouns
            | words.group_nouns
            | words.plural_nouns
            | words.acts
        )
        frames = [frame for listed in lexicon.verbs.values() for frame in listed]
        self._other = _lemmas_with(frames, "other")
        self._couple = _lemmas_with(frames, "couple") | _MEDIATORS
        self._attacker = _lemmas_with(frames, "attacker")
        captive = {"captive", "captor"}
        self._held = frozenset(
            f.lemma for f in frames if captive.intersection((*f.sources, *f.targets))
        )
        self._answering = frozenset(f.lemma for f in frames if f.relation in ANSWERS)

    def judge(self, text: str, actors: int, context: Context) -> Verdict:
        """Whether a sentence with so many actor names is worth a parse, and whether those before
        are worth one for its sake: who was the subject there decides what "it" means here."""
        if not context.has_two:
            return Verdict.DROPPED
        found = [match.group().lower() for match in _WORD.finditer(text)]
        referring = self._referring(found)
        if _TWO_ENDS.intersection(found):
            referring = 2
        if actors + min(referring, 2) < 2:
            reaches = actors + referring > 0 and self._reaches_back(found, context)
            return Verdict.WITH_CONTEXT if reaches else Verdict.DROPPED
        if not self._has_form(found, self._lemmas):
            return Verdict.DROPPED
        return Verdict.WITH_CONTEXT if referring else Verdict.KEPT

    def _referring(self, found: Sequence[str]) -> int:
        """How many words may mean somebody named before: pronouns, and "the bloc"."""
        count = 0
        pointed = -_PHRASE
        for place, word in enumerate(found):
            if word in _DETERMINERS:
                pointed = place
            near = place - pointed < _PHRASE
            if word in _REFERRING or (near and _singular(word) in self._definite):
                count += 1
        return count

    def _reaches_back(self, found: Sequence[str], context: Context) -> bool:
        """Whether the other end may be found in what was told before, without a word for it."""
        if context.other and self._has_form(found, self._other):
            return True
        if context.couple and self._has_form(found, self._couple):
            return True
        if not context.deed:
            return False
        if self._has_form(found, _ECHOING) or self._has_form(found, self._held):
            return True
        answers = not _POINTING.isdisjoint(found) and self._has_form(found, self._answering)
        return answers or self._has_form(found, self._attacker)

    def _has_form(self, found: Iterable[str], lemmas: frozenset[str]) -> bool:
        return any(form in lemmas for word in found for form in self._lemmas_of(word))

    def _lemmas_of(self, word: str) -> Iterable[str]:
        yield from self._stems_of(word)
        if "-" in word:
            # "air-strikes", "co-operated": by its pieces, and as one word.
            for piece in (*word.split("-"), word.replace("-", "")):
                yield from self._stems_of(piece)

    def _stems_of(self, word: str) -> Iterable[str]:
        yield word
        if word in self._irregular:
            yield self._irregular[word]
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


def _lemmas_with(frames: Iterable[VerbFrame], slot: str) -> frozenset[str]:
    """The verbs that look for their target in a slot that needs no word in the sentence."""
    return frozenset(frame.lemma for frame in frames if slot in frame.targets)


def _singular(word: str) -> str:
    if word.endswith("ies"):
        return word[:-3] + "y"
    return word[:-1] if word.endswith("s") else word

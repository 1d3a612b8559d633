"""Splits raw text into sentences by rule, before anything is parsed, so that a sentence that
cannot hold an event never costs a parse. Linear in the length of the text.

Imports nothing of ours.
"""

import re
from collections.abc import Iterator

MAX_SENTENCE = 1200
"""Longer stretches without a full stop are cut at white space: no parser is right there."""

_END = re.compile(r"(?<![.!?…])[.!?…]++[\"'”’)\]»]*(?=\s)|\n+")
_ABBREVIATIONS = frozenset(
    "mr mrs ms dr prof gen lt col maj capt sgt cpl adm cmdr ret rev hon sen rep gov pres amb st mt "
    "jr sr vs no nos art fig dept est approx inc ltd co corp jan feb mar apr jun jul aug sep sept "
    "oct nov dec mon tue wed thu fri sat sun e.g i.e etc al".split()
)
_LAST_WORD = re.compile(r"(\S+?)[.!?…]+$")
_INITIALS = re.compile(r"(?:[A-Za-z]\.)*[A-Za-z]$")


def split_sentences(text: str) -> Iterator[tuple[int, int]]:
    """Yield (start, end) of each sentence, without the white space around it."""
    start = 0
    for match in _END.finditer(text):
        if match.start() < start:
            continue
        if text[match.start()] != "\n" and not _ends_sentence(text, start, match):
            continue
        yield from _trimmed(text, start, match.end())
        start = match.end()
    yield from _trimmed(text, start, len(text))


def _ends_sentence(text: str, start: int, match: re.Match[str]) -> bool:
    mark = match.group()
    following = text[match.end() : match.end() + 3].lstrip(" \t\"'“‘([«")
    if following[:1].islower():
        return False
    if not mark.startswith(".") or len(mark) > 1:
        return True
    word = _LAST_WORD.search(text[max(start, match.start() - 20) : match.start() + 1])
    if word is None:
        return True
    bare = word.group(1).lstrip("(\"'“‘[")
    if bare.lower() in _ABBREVIATIONS:
        return False
    if _INITIALS.match(bare):
        # "U.S. troops", "J. Biden": an initial goes on, except before a word that opens a sentence.
        return "." in bare and _opens_sentence(text[match.end() : match.end() + 20])
    return True


_OPENERS = frozenset("the a an it he she they we in on at but and however this that there".split())


def _opens_sentence(rest: str) -> bool:
    word = rest.split(maxsplit=1)
    return bool(word) and word[0][:1].isupper() and word[0].lower() in _OPENERS


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    while end - start > MAX_SENTENCE:
        cut = text.rfind(" ", start + MAX_SENTENCE // 2, start + MAX_SENTENCE)
        cut = cut if cut > 0 else start + MAX_SENTENCE
        yield start, start + len(text[start:cut].rstrip())
        start = cut
        while start < end and text[start].isspace():
            start += 1
    if start < end:
        yield start, end

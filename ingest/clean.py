"""Text before reading: its language. Imports nothing of ours."""

import re

import py3langid

_LETTER = re.compile(r"[^\W\d_]")
_ENGLISH = re.compile(
    r"\b(the|of|and|to|on|for|with|by|from|at|is|will|after|its|his|that|who|which|have|been)\b",
    re.I,
)
MIN_WORDS = 8
"""Shorter texts in Latin letters count as English: no identifier is sure of a headline."""


def language_of(text: str) -> str:
    """The ISO 639-1 code of the language; English where function words of English abound."""
    head = text[:2000]
    words = head.split()
    letters = _LETTER.findall(head)
    is_latin = sum(letter < "\u0250" for letter in letters) * 2 >= len(letters)
    if is_latin and (len(words) < MIN_WORDS or len(_ENGLISH.findall(head)) * 12 >= len(words)):
        return "en"
    return str(py3langid.classify(head)[0])

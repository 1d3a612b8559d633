"""Text before reading: its language. Imports nothing of ours."""

import re

import py3langid

_LETTER = re.compile(r"[^\W\d_]")
_ENGLISH = re.compile(
    r"\b(the|of|and|to|on|for|with|by|from|at|is|will|after|its|his|that|who|which|have|been)\b",
    re.I,
)
MIN_LETTERS = 20


def language_of(text: str) -> str:
    """The ISO 639-1 code of the language. Texts too short to tell, and texts with a fair share
    of English function words, count as English: headlines have few."""
    head = text[:2000]
    if len(_LETTER.findall(head)) < MIN_LETTERS:
        return "en"
    if len(_ENGLISH.findall(head)) * 10 >= len(head.split()):
        return "en"
    return str(py3langid.classify(head)[0])

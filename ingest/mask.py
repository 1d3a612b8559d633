"""Mask: a stretch of a sentence and the word that stands in for it while it is parsed. Imports
nothing of ours."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mask:
    """A stretch of the sentence (offsets into its text) and the word that stands in for it."""

    start: int
    end: int
    word: str

"""Shuts out sport and culture: "Fiji crushed Britain" is no event. Imports nothing of ours."""

import re
import tomllib
from functools import cache
from importlib.resources import files
from itertools import pairwise

_WORD = re.compile(r"[a-z][a-z-]*")
_SCORE = re.compile(r"\b\d{1,3}[-–]\d{1,3}\b(?! (?:vote|majority|resolution|deal|percent))")


@cache
def _lists() -> dict[str, frozenset[str]]:
    raw = tomllib.loads((files("ingest.lexicon") / "noise.toml").read_text("utf-8"))
    return {name: frozenset(words.split()) for name, words in raw.items()}


def is_noise(text: str) -> bool:
    """Whether a sentence is about a contest, a show or a ranking."""
    lowered = text.lower()
    words = set(_WORD.findall(lowered))
    joined = words | {f"{a}-{b}" for a, b in _neighbours(lowered)}
    lists = _lists()
    if joined & lists["strong"]:
        return True
    weak = len(words & lists["weak"])
    return (
        weak >= 3 or (weak >= 1 and bool(_SCORE.search(text))) or (weak >= 2 and _no_state(words))
    )


def _no_state(words: set[str]) -> bool:
    """None of the words that a political sentence with "won" and "title" would have."""
    political = {
        "minister",
        "president",
        "government",
        "troops",
        "sanctions",
        "treaty",
        "talks",
        "war",
        "recognition",
        "parliament",
        "embassy",
        "foreign",
        "army",
        "military",
        "border",
        "deal",
        "peace",
        "nuclear",
        "election",
        "elections",
        "leader",
        "ambassador",
        "attack",
        "missile",
    }
    return not words & political


def _neighbours(text: str) -> list[tuple[str, str]]:
    words = _WORD.findall(text)
    return list(pairwise(words))

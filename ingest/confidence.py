"""How sure a claim is: a fitted logistic function of how much the rules had to guess.

The coefficients stand in `lexicon/confidence.toml`; `bench/confidence.py` fits them on gold files
and says how well they hold. Imports `claims`.
"""

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from graph.model import Status
from ingest.claims import Claim

FEATURES = ("guesses", "noun", "planned", "historical", "distance", "steps")
"""guesses: one minus the weight of both ends, which each pronoun and each title lowers. noun: told
by a noun. distance: hundreds of characters between the trigger and the farther end. steps: how
many words govern the telling."""


@dataclass(frozen=True, slots=True)
class Coefficients:
    """Of the log odds that a claim is right."""

    intercept: float
    features: Mapping[str, float]


@cache
def load_coefficients() -> Coefficients:
    raw = tomllib.loads((files("ingest.lexicon") / "confidence.toml").read_text("utf-8"))
    return Coefficients(raw["intercept"], {name: raw["features"][name] for name in FEATURES})


def features_of(claim: Claim) -> dict[str, float]:
    """The numbers that the confidence depends on, by the names of FEATURES."""
    ends = (claim.source.start, claim.target.start)
    return {
        "guesses": 1 - claim.weight,
        "noun": float(claim.rule.startswith("noun")),
        "planned": float(claim.status is Status.PLANNED),
        "historical": float(claim.status is Status.HISTORICAL),
        "distance": min(max(abs(claim.trigger.start - end) for end in ends), 300) / 100,
        "steps": float(min(claim.rule.count(";"), 3)),
    }


def confidence_of(claim: Claim) -> float:
    """The share of claims like this one that are right, between 0 and 1, to three places."""
    fitted = load_coefficients()
    odds = fitted.intercept + sum(
        fitted.features[name] * value for name, value in features_of(claim).items()
    )
    return round(1 / (1 + math.exp(-odds)), 3)

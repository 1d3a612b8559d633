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

FEATURES = (
    "guesses",
    "noun",
    "planned",
    "historical",
    "hypothetical",
    "negated",
    "distance",
    "steps",
    "gerund",
    "aside",
    "loose",
    "phrase",
)
"""guesses: one minus the weight of both ends, which each pronoun and each title lowers. noun: told
by a noun. distance: hundreds of characters between the trigger and the farther end. steps: how
many words govern the telling. gerund: the trigger follows a preposition, "after bombing". aside: it
stands in a relative clause, a participle or an adverbial clause. loose: the target was found in a
slot that takes whoever is there. phrase: it was found after "to", "in" or "from", which bring
places as well."""

_ASIDE = frozenset(["acl", "relcl", "advcl"])
_LOOSE = frozenset(["of", "other", "any", "reaction", "compsubj"])
_PHRASES = frozenset(["to", "in", "from"])


@dataclass(frozen=True, slots=True)
class Coefficients:
    """Of the log odds that a claim is right; a claim below its floor is not told."""

    floor: float
    floor_of_no_fact: float
    intercept: float
    features: Mapping[str, float]


@cache
def load_coefficients() -> Coefficients:
    raw = tomllib.loads((files("ingest.lexicon") / "confidence.toml").read_text("utf-8"))
    return Coefficients(
        raw["floor"],
        raw["floor_of_no_fact"],
        raw["intercept"],
        {name: raw["features"][name] for name in FEATURES},
    )


def features_of(claim: Claim) -> dict[str, float]:
    """The numbers that the confidence depends on, by the names of FEATURES."""
    ends = (claim.source.start, claim.target.start)
    return {
        "guesses": 1 - claim.weight,
        "noun": float(claim.rule.startswith("noun")),
        "planned": float(claim.status is Status.PLANNED),
        "historical": float(claim.status is Status.HISTORICAL),
        "hypothetical": float(claim.status is Status.HYPOTHETICAL),
        "negated": float(claim.status is Status.NEGATED),
        "distance": min(max(abs(claim.trigger.start - end) for end in ends), 300) / 100,
        "steps": float(min(claim.rule.count(";"), 3)),
        "gerund": float(claim.trigger.dep == "pcomp"),
        "aside": float(claim.trigger.dep in _ASIDE),
        "loose": float(claim.target.slot in _LOOSE),
        "phrase": float(claim.target.slot in _PHRASES),
    }


def probability(features: Mapping[str, float]) -> float:
    """The share of claims with these features that are right; a missing feature counts as 0."""
    fitted = load_coefficients()
    odds = fitted.intercept + sum(fitted.features[name] * value for name, value in features.items())
    return 1 / (1 + math.exp(-odds))


def confidence_of(claim: Claim) -> float:
    """The share of claims like this one that are right, between 0 and 1, to three places."""
    return round(probability(features_of(claim)), 3)


def is_told(claim: Claim) -> bool:
    """Whether the claim is sure enough to be told: what would be wrong too often is not."""
    fitted = load_coefficients()
    no_fact = claim.status in (Status.HYPOTHETICAL, Status.NEGATED)
    return confidence_of(claim) >= (fitted.floor_of_no_fact if no_fact else fitted.floor)

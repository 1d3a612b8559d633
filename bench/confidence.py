"""Does a confidence of 0.8 mean that 80 of 100 events are right?

Fits the coefficients of `ingest/lexicon/confidence.toml` on gold files by penalised logistic
regression, prints them, and prints how the confidences of events that the fit has not seen (five
folds, by item) compare with the share that is right, beside one constant for all of them. A claim
counts as right if its triple is expected or defensible.

    python -m bench.confidence tests/gold/*.jsonl "$WESTPHALIA_SHARED"/gold/*.jsonl
"""

import argparse
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import numpy as np

from graph.model import Article
from graph.ontology import load_ontology
from ingest.claims import Claim
from ingest.confidence import FEATURES, features_of
from ingest.evaluate import GoldItem, code_of, load_gold
from ingest.pipeline import Pipeline

OWN_GOLD = Path(__file__).parent.parent / "tests" / "gold"
FOLDS, PENALTY, ROUNDS = 5, 1.0, 50


def judged(pipeline: Pipeline, items: list[GoldItem]) -> Iterator[tuple[int, Claim, bool]]:
    """Each claim that has a type, with the number of its item and whether it is right."""
    ontology = load_ontology()
    articles = [
        Article(
            text=item.text,
            published_at=datetime.fromisoformat(item.day).replace(tzinfo=UTC) if item.day else None,
            language="en",
        )
        for item in items
    ]
    for number, (item, coded) in enumerate(
        zip(items, pipeline.process_many(articles), strict=True)
    ):
        for claim in (claim for seen in coded.seen for claim in seen.claims):
            projection = ontology.project(claim.relation, claim.status)
            if projection is None:
                continue
            triple = (
                code_of(claim.source.principal),
                str(projection.event_type),
                code_of(claim.target.principal),
            )
            if triple[0] != triple[2]:
                yield number, claim, triple in item.expected | item.optional


def fitted(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Newton's method; the intercept is not penalised."""
    beta = np.zeros(x.shape[1])
    penalty = np.diag([0.0, *[PENALTY] * (x.shape[1] - 1)])
    for _ in range(ROUNDS):
        p = 1 / (1 + np.exp(-x @ beta))
        gradient = x.T @ (y - p) - penalty @ beta
        hessian = (x * (p * (1 - p))[:, None]).T @ x + penalty
        beta = beta + np.linalg.solve(hessian, gradient)
    return beta


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("gold", type=Path, nargs="*", help="Default: the files in tests/gold.")
    paths = parser.parse_args().gold or sorted(OWN_GOLD.glob("*.jsonl"))
    items = [item for path in paths for item in load_gold(path)]
    rows = list(judged(Pipeline(), items))
    x = np.array([[1.0, *(features_of(c)[name] for name in FEATURES)] for _, c, _ in rows])
    y = np.array([float(right) for _, _, right in rows])
    fold = np.array([number % FOLDS for number, _, _ in rows])
    unseen = np.zeros(len(y))
    for k in range(FOLDS):
        beta = fitted(x[fold != k], y[fold != k])
        unseen[fold == k] = 1 / (1 + np.exp(-x[fold == k] @ beta))
    beta = fitted(x, y)
    print(f"intercept = {beta[0]:.2f}\n\n[features]")
    for name, value in zip(FEATURES, beta[1:], strict=True):
        print(f"{name} = {value:.2f}")
    print(f"\n{len(y)} claims of {len(items)} items, {y.mean():.3f} right")
    edges = [0.0, 0.7, 0.8, 0.9, 0.95, 1.0]
    for low, high in pairwise(edges):
        inside = (unseen >= low) & (unseen < high)
        if inside.any():
            print(
                f"confidence {low:.2f} to {high:.2f}: {inside.sum():5d} claims, "
                f"mean {unseen[inside].mean():.3f}, right {y[inside].mean():.3f}"
            )
    brier, constant = ((unseen - y) ** 2).mean(), ((y.mean() - y) ** 2).mean()
    print(f"Brier score {brier:.4f}, of one constant {constant:.4f}, ratio {brier / constant:.3f}")


if __name__ == "__main__":
    main()

"""Does a confidence of 0.8 mean that 80 of 100 events are right?

Fits the coefficients of `ingest/lexicon/confidence.toml` by penalised logistic regression on two
kinds of text that count the same in sum: the gold files, where a claim with a type counts as right
if its triple is expected or defensible, and `tests/judged/news.jsonl`, events of real news that
readers called right or wrong. Prints the coefficients, and for each kind how the confidences of
events that the fit has not seen (five folds, by item or sentence) compare with the share that is
right, beside one constant for all of them; then what each floor keeps of the news.

    python -m bench.confidence tests/gold/*.jsonl "$WESTPHALIA_SHARED"/gold/*.jsonl
"""

import argparse
import json
import zlib
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
JUDGED = Path(__file__).parent.parent / "tests" / "judged" / "news.jsonl"
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


def news() -> Iterator[tuple[str, list[float], bool]]:
    """The judged events of real news: their sentence, their features, whether they are right."""
    for line in JUDGED.read_text("utf-8").splitlines():
        row = json.loads(line)
        yield row["sentence"], [row["features"].get(name, 0.0) for name in FEATURES], row["right"]


def fitted(x: np.ndarray, y: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Newton's method; the intercept is not penalised."""
    beta = np.zeros(x.shape[1])
    penalty = np.diag([0.0, *[PENALTY] * (x.shape[1] - 1)])
    for _ in range(ROUNDS):
        p = 1 / (1 + np.exp(-x @ beta))
        gradient = x.T @ (weight * (y - p)) - penalty @ beta
        hessian = (x * (weight * p * (1 - p))[:, None]).T @ x + penalty
        beta = beta + np.linalg.solve(hessian, gradient)
    return beta


def show(name: str, seen: np.ndarray, y: np.ndarray) -> None:
    """Print how predictions `seen` hold against the truth `y`."""
    print(f"\n{name}: {len(y)} claims, {y.mean():.3f} right")
    for low, high in pairwise([0.0, 0.5, 0.7, 0.8, 0.9, 0.95, 1.0]):
        inside = (seen >= low) & (seen < high)
        if inside.any():
            print(
                f"confidence {low:.2f} to {high:.2f}: {inside.sum():5d} claims, "
                f"mean {seen[inside].mean():.3f}, right {y[inside].mean():.3f}"
            )
    brier, constant = ((seen - y) ** 2).mean(), ((y.mean() - y) ** 2).mean()
    print(f"Brier score {brier:.4f}, of one constant {constant:.4f}, ratio {brier / constant:.3f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("gold", type=Path, nargs="*", help="Default: the files in tests/gold.")
    paths = parser.parse_args().gold or sorted(OWN_GOLD.glob("*.jsonl"))
    items = [item for path in paths for item in load_gold(path)]
    rows = [
        (str(number), [features_of(claim)[name] for name in FEATURES], right)
        for number, claim, right in judged(Pipeline(unsure=True), items)
    ]
    of_gold = len(rows)
    rows += news()
    x = np.array([[1.0, *features] for _, features, _ in rows])
    y = np.array([float(right) for _, _, right in rows])
    weight = np.ones(len(y))
    weight[of_gold:] = of_gold / (len(y) - of_gold)
    fold = np.array([zlib.crc32(group.encode()) % FOLDS for group, _, _ in rows])
    unseen = np.zeros(len(y))
    for k in range(FOLDS):
        beta = fitted(x[fold != k], y[fold != k], weight[fold != k])
        unseen[fold == k] = 1 / (1 + np.exp(-x[fold == k] @ beta))
    beta = fitted(x, y, weight)
    print(f"intercept = {beta[0]:.2f}\n\n[features]")
    for name, value in zip(FEATURES, beta[1:], strict=True):
        print(f"{name} = {value:.2f}")
    show("gold", unseen[:of_gold], y[:of_gold])
    show("news", unseen[of_gold:], y[of_gold:])
    print()
    for floor in (0.0, 0.5, 0.6, 0.7, 0.75, 0.8):
        kept = unseen >= floor
        gold, found = kept[:of_gold], kept[of_gold:]
        print(
            f"floor {floor:.2f}: news {y[of_gold:][found].mean():.3f} right, "
            f"{1 - (y[of_gold:] * found).sum() / y[of_gold:].sum():.3f} of the right lost; gold "
            f"{1 - (y[:of_gold] * gold).sum() / y[:of_gold].sum():.3f} lost"
        )


if __name__ == "__main__":
    main()

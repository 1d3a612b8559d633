"""Is another spaCy model better than the default one, and what does it cost?

Evaluates all models on the gold files and prints what each finds that the default does not and the
reverse. Then all code the same articles, taking turns in one process; the ratio is by cpu time.

    python -m bench.models MODEL [MODEL ...]

A model is the name of an installed package or the path of a folder.
"""

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from bench.pipeline import FLOORS, SHARED, Timed, parts, read
from graph.model import Article
from ingest.evaluate import Evaluation, ItemResult, Triple, evaluate, load_gold
from ingest.nlp import DEFAULT_MODEL
from ingest.pipeline import Pipeline

OWN_GOLD = Path(__file__).parents[1] / "tests" / "gold"
TURN = 32
"""Articles in one turn: a whole number of parser batches."""


def more(
    one: Evaluation, other: Evaluation, triples: Callable[[ItemResult], frozenset[Triple]]
) -> int:
    """How many triples the one has that the other has not."""
    pairs = zip(one.results, other.results, strict=True)
    return sum(len(triples(mine) - triples(theirs)) for mine, theirs in pairs)


def accuracy(path: Path, pipelines: dict[str, Pipeline]) -> None:
    items = load_gold(path)
    print(f"{path.stem}: {len(items)} items")
    found = {name: evaluate(pipeline, items) for name, pipeline in pipelines.items()}
    default = found[DEFAULT_MODEL]
    for name, result in found.items():
        total = result.total
        print(f"  {name}: P {total.precision:.3f} R {total.recall:.3f} F1 {total.f1:.3f}", end="")
        if result is default:
            print()
            continue
        right, wrong = (lambda item: item.right), (lambda item: item.wrong)
        print(f"; right +{more(result, default, right)} -{more(default, result, right)}", end="")
        print(f", wrong +{more(result, default, wrong)} -{more(default, result, wrong)}")


def speed(name: str, articles: Sequence[Article], pipelines: dict[str, Pipeline]) -> None:
    words = sum(len(article.text.split()) for article in articles)
    spent = {model: Timed() for model in pipelines}
    order = list(pipelines)
    for turn in parts(articles, TURN):
        for model in order:
            with spent[model]:
                for _ in pipelines[model].process_many(turn):
                    pass
        order.reverse()
    print(f"{name}: {len(articles)} articles, {words} words")
    for model, side in spent.items():
        ratio = spent[DEFAULT_MODEL].cpu / side.cpu
        print(f"  {model}: {words / side.cpu:.0f} words per second of cpu, ratio {ratio:.2f}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("models", nargs="*", help="to be compared with the default one")
    parser.add_argument("--articles", type=int, default=150, help="of each corpus")
    parser.add_argument("--shared", type=Path, default=SHARED, help="the folder of shared data")
    options = parser.parse_args()
    if not options.shared.is_dir():
        print(f"no {options.shared}; name the folder with --shared", file=sys.stderr)
        return 2
    pipelines = {model: Pipeline(model) for model in (DEFAULT_MODEL, *options.models)}
    for folder in (options.shared / "gold", OWN_GOLD):
        for path in sorted(folder.glob("*.jsonl")):
            accuracy(path, pipelines)
    for name in FLOORS:
        path = options.shared / "corpus" / f"{name}.jsonl"
        speed(name, read(path, options.articles), pipelines)
    return 0


if __name__ == "__main__":
    sys.exit(main())

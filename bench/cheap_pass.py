"""Does the cheap pass change nothing, and how much does it save?

Codes the same items with it and without it, the two taking turns in one process, and prints how
many articles differ, each difference with its sentence, and both times as a ratio.

    python -m bench.cheap_pass --articles 2000
"""

import argparse
import sys
import time
from collections.abc import Iterable
from pathlib import Path

from bench.pipeline import SHARED, read
from graph.model import Article, Event
from ingest.pipeline import Coded, Pipeline

TURN = 64
"""Articles in one turn: a whole number of parser batches."""


def lines(events: Iterable[Event]) -> set[str]:
    """Each event with all that was found out about it."""
    return {
        f"{event.source.id} {event.relation} {event.target.id if event.target else '-'} "
        f"{event.status} {event.event_date} {evidence.confidence} {evidence.quote!r}"
        for event in events
        for evidence in event.evidence
    }


def differences(cheap: Coded, thorough: Coded) -> list[str]:
    with_it, without = lines(cheap.events), lines(thorough.events)
    lost = [f"  lost:  {line}" for line in sorted(without - with_it)]
    return lost + [f"  added: {line}" for line in sorted(with_it - without)]


def compare(articles: list[Article]) -> bool:
    """Print the differences and the ratio; tell whether there is no difference."""
    cheap, thorough = Pipeline(), Pipeline(cheap_pass=False)
    spent = {True: 0.0, False: 0.0}
    differ = sentences = parsed = 0
    for start in range(0, len(articles), TURN):
        turn = articles[start : start + TURN]
        found: dict[bool, list[Coded]] = {}
        for is_cheap, pipeline in ((True, cheap), (False, thorough)):
            begin = time.process_time()
            found[is_cheap] = list(pipeline.process_many(turn))
            spent[is_cheap] += time.process_time() - begin
        for one, other in zip(found[True], found[False], strict=True):
            sentences += len(one.seen)
            parsed += sum(not seen.skipped for seen in one.seen)
            told = differences(one, other)
            differ += bool(told)
            for line in told:
                print(line)
    print(f"{len(articles)} articles, {differ} differ; {parsed} of {sentences} sentences parsed")
    print(f"  ratio: {spent[False] / spent[True]:.2f} by cpu (without it, with it)")
    return differ == 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--articles", type=int, default=400)
    parser.add_argument("--corpus", default="current_events_items_4000")
    parser.add_argument("--shared", type=Path, default=SHARED, help="the folder of shared data")
    options = parser.parse_args()
    path = options.shared / "corpus" / f"{options.corpus}.jsonl"
    if not path.is_file():
        print(f"no {path}; name the folder with --shared", file=sys.stderr)
        return 2
    return 0 if compare(read(path, options.articles)) else 1


if __name__ == "__main__":
    sys.exit(main())

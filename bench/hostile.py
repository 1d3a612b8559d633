"""Does hostile text cost more than in proportion to its length?

Codes each kind of text at n, 2n and 4n characters and prints how many times longer each doubling
takes: 2 is linear, 4 quadratic. The best of three runs counts; the first of all warms up.

    python -m bench.hostile --size 10000 --kind "one name"
"""

import argparse
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import pairwise

from graph.model import Article
from ingest.pipeline import Pipeline

LIMIT = 3.0
"""A doubling that takes longer is worse than linear."""
RUNS = 3
FLOOR = 0.02
"""Seconds below which a time says nothing."""


def repeated(unit: str) -> Callable[[int], str]:
    return lambda size: (unit * (size // len(unit) + 1))[:size]


def after(start: str, unit: str) -> Callable[[int], str]:
    return lambda size: start + repeated(unit)(size)


def introduced(size: int) -> str:
    """Sentences that each introduce another person."""
    letters = "abcdefghijklmnopqrstuvwxyz"
    names = (f"Bar{a}{b}{c}y" for a in letters for b in letters for c in letters)
    text = "".join(f"Kenyan Foreign Minister Foo {name} met Putin.\n" for name in names)
    return text[:size]


KINDS: dict[str, Callable[[int], str]] = {
    "news": repeated("Iran bombed Iraq on Monday. France condemned it. He met Putin. "),
    "no full stop": repeated("peace talks between Iran and Iraq in Doha and "),
    "names in a row": repeated("Iran Iraq France Japan Mali "),
    "names with commas": repeated("Iran, Iraq, France, Japan, Mali, "),
    "one name": repeated("Iran "),
    "one word": repeated("attack "),
    "capitals": repeated("IRAN BOMBED IRAQ "),
    "unknown names": repeated("Kenyan Minister Foo Bar "),
    "people introduced": introduced,
    "hyphens": repeated("Iran-"),
    "initials": repeated("U.S. "),
    "and": repeated("Iran and Iraq and "),
    "who said that": repeated("Iran said that "),
    "clauses": repeated("Iran, which bombed Iraq, "),
    "pronouns": after("Iran bombed Iraq. ", "It met them and he signed their treaty. "),
    "pairs": after("Iran and Iraq talked. ", "The two signed a treaty. "),
    "quotes": repeated("“He said “Iran bombed Iraq” "),
    "brackets": repeated("((Iran [bombed {Iraq "),
    "tags": repeated("<p><b>Iran</b> bombed <a href='x'>Iraq</a>.</p>"),
    "lines": repeated("Iran bombed Iraq.\r\n"),
    "line ends": repeated("\r\n"),
    "spaces": after("Iran bombed", " "),
    "full stops": after("Iran bombed Iraq", "."),
    "zero width": repeated("I\u200bran bombed\u200b Iraq. "),
    "right to left": repeated("\u202eIran bombed\u202c Iraq. "),
    "accents": after("Iran bombed e", "\u0301"),
    "emoji": repeated("Iran 😀 bombed 👩‍👩‍👧 Iraq. "),
    "address": after("https://", "iran.iraq/"),
}


def seconds(pipeline: Pipeline, text: str) -> float:
    day = datetime(2025, 1, 14, tzinfo=UTC)
    article = Article(text=f"x{text}", published_at=day, language="en")
    best = float("inf")
    for _ in range(RUNS):
        begin = time.process_time()
        pipeline.process(article)
        best = min(best, time.process_time() - begin)
    return best


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--size", type=int, default=10_000, help="n, in characters")
    parser.add_argument("--kind", choices=KINDS, help="only this one")
    options = parser.parse_args()
    pipeline = Pipeline()
    seconds(pipeline, KINDS["news"](options.size))
    good = True
    for kind, make in KINDS.items():
        if options.kind not in (None, kind):
            continue
        times = [seconds(pipeline, make(options.size * factor)) for factor in (1, 2, 4)]
        ratios = [later / max(sooner, FLOOR) for sooner, later in pairwise(times)]
        told = ", ".join(f"{ratio:.2f}" for ratio in ratios)
        worse = max(ratios) > LIMIT
        good &= not worse
        print(f"{kind:18} {times[0]:7.3f} s, then {told}{'  worse than linear' if worse else ''}")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())

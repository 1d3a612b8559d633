"""Near-copies: which quotes are one telling that travelled from paper to paper.

A wire's sentence comes back with a byline in front, a few words changed, a clause cut off. The
measure is how many pairs of neighbouring words of the shorter quote come in the longer one too,
in the same order: shingles, as of Broder (1997), in a longest common subsequence, by the bits of
Hyyrö (2004). Two reporters of one meeting share its names and titles, hence the pairs; whoever
begins with the other president has them in another order. Quotes are short and few, so they are
compared as they are: libraries of sketches (MinHash, LSH) estimate what can be counted here, and
edit distances take a cut-off clause for a difference. docs/corroboration.md has examples. Imports
nothing of ours.
"""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from itertools import combinations, pairwise

SHARED_SHARE = 0.45
"""Near-copies share at least this part of the word pairs of the shorter quote, in order ..."""

SHARED_PAIRS = 4
"""... and so many pairs. Shorter quotes are copies only if all their words are the same."""

MAX_TANGLE = 24
"""So many quotes that are near-copies crosswise, none the middle of its circle, are sorted out
exactly; among more, a quote may be counted too few. No newsroom makes such a tangle."""

_WORD = re.compile(r"\w+")

Words = tuple[str, ...]
Graph = Mapping[Words, frozenset[Words]]


def quote_key(quote: str) -> str:
    """What two copies of one sentence have in common."""
    return "".join(quote.casefold().split())


def near_copies(one: str, other: str) -> bool:
    """Tell whether two quotes are one telling, by SHARED_SHARE and SHARED_PAIRS."""
    return _near(_words(one), _words(other))


def different_tellings(quotes: Iterable[str], enough: int) -> int:
    """Return how many quotes there are of which no two are near-copies, but at most `enough`.

    It is the size of the largest such set, so it depends on no order, and another quote never
    lowers it: counting groups would, where the new quote joins two of them.
    """
    tellings = sorted({_words(quote) for quote in quotes})
    apart: list[Words] = []
    for words in tellings:
        if not any(_near(words, other) for other in apart):
            apart.append(words)
            if len(apart) >= enough:
                return enough
    if len(apart) == len(tellings):
        return len(apart)
    near: dict[Words, set[Words]] = {words: set() for words in tellings}
    for one, other in combinations(tellings, 2):
        if _near(one, other):
            near[one].add(other)
            near[other].add(one)
    graph = {words: frozenset(others) for words, others in near.items()}
    return min(_largest(graph), enough)


def _largest(graph: Graph) -> int:
    """The size of a largest independent set.

    A quote whose near-copies are all near-copies of each other is in some largest set: taking
    those settles nearly everything. In a tangle that is left, one quote is tried both ways.
    """
    size = 0
    while graph:
        order = sorted(graph, key=lambda words: (len(graph[words]), words))
        chosen = next((words for words in order if _is_simplicial(graph, words)), order[0])
        rest = _without(graph, graph[chosen] | {chosen})
        if len(graph) <= MAX_TANGLE and not _is_simplicial(graph, chosen):
            without = _largest(_without(graph, frozenset([chosen])))
            return size + max(1 + _largest(rest), without)
        size, graph = size + 1, rest
    return size


def _is_simplicial(graph: Graph, words: Words) -> bool:
    return all(graph[words] <= graph[near] | {near} for near in graph[words])


def _without(graph: Graph, gone: frozenset[Words]) -> Graph:
    return {words: near - gone for words, near in graph.items() if words not in gone}


def _near(one: Words, other: Words) -> bool:
    if one == other:
        return True
    fewer = min(len(one), len(other)) - 1
    if fewer < SHARED_PAIRS:
        return False
    wanted = max(SHARED_PAIRS, SHARED_SHARE * fewer)
    pairs = _places(one)
    if sum(pair in pairs for pair in pairwise(other)) < wanted:
        return False
    return _in_order(one, other) >= wanted


def _in_order(one: Words, other: Words) -> int:
    """The length of the longest common subsequence of the word pairs.

    Bit n of `row` is 0 where one more pair is matched by the first n + 1 pairs of `one`.
    """
    places = _places(one)
    every = row = (1 << (len(one) - 1)) - 1
    for pair in pairwise(other):
        matched = row & places.get(pair, 0)
        row = (row + matched | row - matched) & every
    return (row ^ every).bit_count()


@lru_cache(maxsize=2048)
def _places(words: Words) -> Mapping[tuple[str, str], int]:
    """Where each word pair stands, as bits."""
    places: dict[tuple[str, str], int] = {}
    for number, pair in enumerate(pairwise(words)):
        places[pair] = places.get(pair, 0) | 1 << number
    return places


def _words(quote: str) -> Words:
    return tuple(_WORD.findall(quote.casefold())) or (quote_key(quote),)

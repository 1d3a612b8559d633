"""Near-copies of one wire text count once, whatever the order, and nothing lowers the count."""

import random
import time
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.copies import MAX_TANGLE, different_tellings, near_copies
from graph.mass import independent_publishers

TREATY = (
    "Russia and Iran signed a strategic partnership treaty in Moscow on Friday, the Kremlin said."
)
STRIKE = (
    "Israel struck military sites in Iran early on Saturday, saying it was retaliating against "
    "Tehran's attacks."
)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (TREATY, TREATY.upper().replace(" ", "\n ")),
        (TREATY, f"MOSCOW, Jan 17 (Reuters) - {TREATY}"),
        (f"LONDON (AFP) — {TREATY}", f"MOSCOW (AP) -- {TREATY}"),
        (TREATY, "Russia and Iran signed a strategic partnership treaty in Moscow on Friday."),
        (TREATY, TREATY.replace(" in Moscow on Friday", "").replace("signed", "on Friday signed")),
        (STRIKE, STRIKE.replace("struck", "hit").replace("sites", "targets").replace("on ", "")),
        (
            "The United States imposed sanctions on three Chinese companies on Thursday for "
            "helping Iran's drone programme.",
            "The U.S. on Thursday imposed sanctions on three Chinese firms for helping Iran's "
            "drone program.",
        ),
        ("They met.", "they  MET!"),
    ],
)
def test_a_sentence_that_travelled_is_a_near_copy(one: str, other: str) -> None:
    assert near_copies(one, other)
    assert near_copies(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            TREATY,
            "Iran and Russia signed a comprehensive strategic partnership treaty on Friday in the "
            "Russian capital.",
        ),
        (STRIKE, "Israeli jets bombed missile factories near Tehran before dawn on Saturday."),
        (
            "Russian President Vladimir Putin met Iranian President Masoud Pezeshkian in Ashgabat.",
            "Iranian President Masoud Pezeshkian met his Russian counterpart, President Vladimir "
            "Putin, in Turkmenistan.",
        ),
        (
            "U.S. Secretary of State Antony Blinken met Chinese Foreign Minister Wang Yi in Bali "
            "on Saturday.",
            "Chinese Foreign Minister Wang Yi held five hours of talks with U.S. Secretary of "
            "State Antony Blinken.",
        ),
        (
            "Iran launched more than 300 drones and missiles at Israel overnight.",
            "Iran fired over 300 drones and missiles towards Israel late on Saturday.",
        ),
        ("They met.", "They met again."),
        ("俄羅斯", "伊朗"),
        ("!", "?"),
    ],
)
def test_a_telling_of_ones_own_is_none(one: str, other: str) -> None:
    assert not near_copies(one, other)
    assert not near_copies(other, one)


def test_papers_that_edit_one_wire_text_count_once() -> None:
    edited = [("A", TREATY), ("B", f"(Reuters) - {TREATY}"), ("C", TREATY.partition(",")[0])]
    assert independent_publishers(edited) == 1
    assert independent_publishers([*edited, ("D", STRIKE)]) == 2


def chain(start: int, length: int = 12) -> str:
    """Words of a fixed row: neighbours overlap by more than half, the next but one does not."""
    return " ".join(f"w{number}" for number in range(start, start + length))


def test_a_bridge_between_two_tellings_does_not_make_them_one() -> None:
    ends, bridge = [chain(0), chain(8)], chain(4)
    assert not near_copies(*ends)
    assert all(near_copies(bridge, end) for end in ends)
    for quotes in permutations([*ends, bridge]):
        assert different_tellings(quotes, 9) == 2
    assert different_tellings([chain(4 * n) for n in range(9)], 9) == 5


def ring(size: int, step: int = 4) -> list[str]:
    """A ring of quotes, each a near-copy of both its neighbours only; none is the middle."""
    row = [f"w{number}" for number in range(size * step)]
    return [" ".join((row + row)[start : start + 12]) for start in range(0, size * step, step)]


@pytest.mark.parametrize("size", [5, 6, 7, 11, MAX_TANGLE])
def test_a_ring_of_near_copies_is_sorted_out_exactly(size: int) -> None:
    assert different_tellings(ring(size), size) == size // 2


reports = st.lists(
    st.tuples(
        st.sampled_from("ABCD"),
        st.sampled_from([*ring(5), chain(0), chain(2), chain(4), chain(6), "x", "X ", "y z"]),
    ),
    max_size=14,
)


@given(reports, reports, st.randoms(use_true_random=False))
def test_another_report_never_lowers_the_count_and_order_does_not_matter(
    some: list[tuple[str, str]], more: list[tuple[str, str]], chance: random.Random
) -> None:
    count = independent_publishers(some)
    assert count <= len({publisher for publisher, _ in some})
    shuffled = some + more
    chance.shuffle(shuffled)
    assert independent_publishers(shuffled) == independent_publishers(some + more) >= count


def test_two_hundred_edited_copies_are_counted_in_a_moment() -> None:
    chance = random.Random(1)
    quotes = []
    for _ in range(200):
        words = TREATY.split()
        words[chance.randrange(len(words))] = f"word{chance.randrange(1000)}"
        quotes.append(" ".join(words))
    start = time.process_time()
    assert different_tellings(quotes, 200) == 1
    assert time.process_time() - start < 2

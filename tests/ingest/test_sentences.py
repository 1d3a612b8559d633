"""Raw text is cut into sentences at the right places, with exact offsets, in linear time."""

from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.sentences import MAX_SENTENCE, split_sentences


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in split_sentences(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Iran denied it. Russia agreed.", ["Iran denied it.", "Russia agreed."]),
        ("Who fired? Nobody knows!", ["Who fired?", "Nobody knows!"]),
        ("Talks went on… Then they broke off.", ["Talks went on…", "Then they broke off."]),
        ("He met Gen. Petraeus in Kabul. It rained.", 2),
        ("Ret. Lt. Gen. Keith Kellogg spoke. He left.", 2),
        ("Mr. Blair and Mrs. Merkel met on Feb. 3. They talked.", 2),
        ("St. Petersburg hosted Dr. Rice, Sgt. Pepper and Sen. McCain.", 1),
        ("It cost approx. 3 million, i.e. a lot, e.g. for Chad vs. Mali.", 1),
        ("J. Biden and George H. W. Bush met A. B. Vajpayee.", 1),
        ("U.S. troops left. U.N. envoys stayed.", 2),
        ("The U.S. Navy sailed on.", 1),
        ("He left for the U.S. The visit is over.", 2),
        ("They flew to the U.S. He stayed.", 2),
        ("He praised the U.S. but not Iran.", 1),
        ("Sanctions rose 3.5 percent. Oil fell to $28.4 a barrel.", 2),
        ("The deal, signed at 3.30 p.m. on Friday, holds.", 1),
        ('"We will not sign." Lavrov left.', ['"We will not sign."', "Lavrov left."]),
        ("“We will not sign.” Lavrov left.", ["“We will not sign.”", "Lavrov left."]),
        ("'Never!' said Assad. He smiled.", 2),
        ('"Is it war?" he asked.', 1),
        ("He said no (twice.) Then he left.", ["He said no (twice.)", "Then he left."]),
        ("Headline without a stop\nRussia agreed.", ["Headline without a stop", "Russia agreed."]),
        ("One.\n\n\nTwo.\r\nThree.", ["One.", "Two.", "Three."]),
        ("  spaces before. And after.  ", ["spaces before.", "And after."]),
        ("no stop at the end", ["no stop at the end"]),
        ("", []),
        (" \n\t ", []),
        ("...", ["..."]),
    ],
)
def test_a_text_is_cut_into_its_sentences(text: str, expected: list[str] | int) -> None:
    found = sentences(text)
    assert (len(found) if isinstance(expected, int) else found) == expected


def test_a_stretch_without_a_stop_is_cut_at_white_space() -> None:
    found = sentences("peace talks " * 1000)
    assert all(len(sentence) <= MAX_SENTENCE for sentence in found)
    assert " ".join(found) == ("peace talks " * 1000).strip()


def test_a_word_longer_than_a_sentence_is_cut_all_the_same() -> None:
    found = sentences("x" * 3000)
    assert "".join(found) == "x" * 3000
    assert max(map(len, found)) == MAX_SENTENCE


HARD = st.text(alphabet=st.sampled_from("aB.é!?…\"'”)] \n\t\u00a0\u2028U.S中😀"), max_size=80)
NEWS = st.lists(
    st.sampled_from('The U.S. met. "No." Gen. A. Mr. 3.5 Iran, on! x? … \n ’ ) ('.split(" "))
).map(" ".join)
LONG = st.builds(
    lambda word, gap, times: (word + gap) * times,
    st.sampled_from(["talks", "x" * 700, "é"]),
    st.sampled_from([" ", "  ", "\t", "\u00a0", ""]),
    st.integers(0, 1500),
)


@given(HARD | NEWS | LONG | st.text(max_size=200))
def test_offsets_are_exact_in_order_and_leave_out_nothing_but_space(text: str) -> None:
    at = 0
    for start, end in split_sentences(text):
        assert at <= start < end <= len(text)
        assert not text[at:start].strip()
        assert text[start:end] == text[start:end].strip()
        at = end
    assert not text[at:].strip()


@pytest.mark.parametrize(
    "unit",
    ["peace talks ", "x", ".", '"', '."', "\n", " ", "a.", "U.S. ", "No! "],
    ids=repr,
)
def test_the_time_grows_with_the_length_and_no_faster(unit: str) -> None:
    def seconds(size: int) -> float:
        text = (unit * (size // len(unit) + 1))[:size]
        best = float("inf")
        for _ in range(3):
            begin = process_time()
            for _ in split_sentences(text):
                pass
            best = min(best, process_time() - begin)
        return best

    small, large = seconds(1_000), seconds(8_000)
    assert large < 24 * small + 0.01


def test_a_megabyte_without_a_full_stop_is_read_at_once() -> None:
    text = "peace talks in Doha and " * 43_700
    begin = process_time()
    found = sentences(text)
    assert process_time() - begin < 5
    assert sum(len(s.replace(" ", "")) for s in found) == len(text.replace(" ", ""))
